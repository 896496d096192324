import { fail, type JsonObject, readChoice, readObject, requireVersion } from '../data/read-json.js';
import { ModelFormatError } from '../errors.js';
import type { Network } from '../network/base.js';
import { decide, type LossName, lossNames, probabilities } from '../network/decision.js';
import { networkFromJSON } from '../network/json.js';
import { outsideOf, predictBounded, type Seen } from '../network/ranges.js';
import { readSeen } from '../network/ranges-json.js';
import type { Table } from '../network/table.js';
import type { Label, MatrixLike, OutsideColumn } from '../types.js';

/** Versions of the documents that hold a network under `network`. */
const documents: Readonly<Record<string, number>> = { 'cvxnn-estimator': 2, 'cvxnn-model': 1 };

/** A network that predicts and explains. What training and exports need stays in `cvxnn`, whose `networkFromJSON` has it. */
export type PredictingNetwork = Omit<Network, 'weightPenalty' | 'standardized' | 'operations' | 'regions'>;

/** A loaded network, or an estimator of numbers. */
export interface LoadedRegressor {
  readonly kind: 'regressor';
  readonly network: PredictingNetwork;
  readonly classes: null;
  /**
   * Row-major samples x outputs; with one output, one number for every sample. An estimator's predictions of rows that lie outside of
   * what training saw are bounded, as where it was trained; `network.predict` never is.
   */
  predict(X: MatrixLike): Float64Array;
  /** For every sample the columns in which it lies outside of what training saw; none where the document does not say. */
  outside(X: MatrixLike): OutsideColumn[][];
}

/** A loaded estimator of labels. */
export interface LoadedClassifier {
  readonly kind: 'classifier';
  readonly network: PredictingNetwork;
  readonly classes: readonly Label[];
  /** One label for every sample. */
  predict(X: MatrixLike): Label[];
  /** samples x classes, in the order of `classes`; how scores become probabilities depends on the loss (network/decision.ts). */
  predictProba(X: MatrixLike): Table;
  /** As for regressors. */
  outside(X: MatrixLike): OutsideColumn[][];
}

/**
 * Makes a saved model predict. No WebAssembly, nothing to initialize; the same bits as where it was trained.
 *
 * @param json - Parsed JSON of a network (`network.toJSON()`) or of an estimator, which holds one under `network`.
 * @returns `kind: 'classifier'` where the document lists `classes`, else `'regressor'` (raw scores).
 * @throws {@link ModelFormatError} with the place of the first defect; another version is one.
 */
export function loadNetwork(json: unknown): LoadedRegressor | LoadedClassifier {
  const document = readObject(json, '');
  if (document.format === 'cvxnn-network') return regressor(networkOf(document, ''), { ranges: null, bounds: null });
  if (document.format === 'cvxnn-model' && document.table !== undefined)
    throw new ModelFormatError('format', 'is "cvxnn-model": a model of a table, which loadModel reads');
  const format = readChoice(document.format, 'format', ['cvxnn-network', ...Object.keys(documents)]);
  const version = requireVersion(document, '', format, documents[format], 1);
  const network = networkOf(document.network, 'network');
  const seen = readSeen(document, version, network.inputs);
  return isClassifier(document) ? classifier(document, network, seen) : regressor(network, seen);
}

/** Saved again it is what was read: the classes of `cvxnn/predict` carry no writers (scripts/predict-only.mjs). */
function networkOf(json: unknown, path: string): PredictingNetwork {
  return Object.defineProperty(networkFromJSON(json, path), 'toJSON', { value: () => json });
}

/** A classifier that lost its `classes` is a defect, not a regressor: `kind` and the losses for labels tell. */
function isClassifier({ kind, loss, classes }: JsonObject): boolean {
  const forLabels = loss === 'logistic' || loss === 'squaredHinge' || loss === 'softmax';
  return (classes !== undefined && classes !== null) || forLabels || (typeof kind === 'string' && /classifier/i.test(kind));
}

function regressor(network: PredictingNetwork, seen: Seen): LoadedRegressor {
  const predict = (X: MatrixLike) => predictBounded(network, X, seen);
  return { kind: 'regressor', network, classes: null, predict, outside: (X) => outsideOf(X, network.inputs, seen) };
}

function classifier(document: JsonObject, network: PredictingNetwork, seen: Seen): LoadedClassifier {
  const { outputs } = network;
  const loss: LossName = readChoice(document.loss, 'loss', lossNames);
  if (loss === 'softmax' && outputs === 1) fail('loss', loss, 'a loss for one output: the network has no output per class');
  const classes = readLabels(document.classes, 'classes', outputs === 1 ? 2 : outputs);
  return {
    kind: 'classifier',
    network,
    classes,
    predict: (X) => Array.from(decide(network.predict(X), outputs), (index) => classes[index]),
    predictProba: (X) => probabilities(network.predict(X), outputs, loss),
    outside: (X) => outsideOf(X, network.inputs, seen),
  };
}

function readLabels(value: unknown, path: string, length: number): Label[] {
  if (!Array.isArray(value) || value.length !== length) fail(path, value, `an array of ${length} labels`);
  return value.map((label: unknown, index) => {
    const place = `${path}[${index}]`;
    if (typeof label !== 'string' && typeof label !== 'boolean' && !Number.isFinite(label))
      fail(place, label, 'a string, a number or a boolean');
    if (value.indexOf(label) !== index) fail(place, label, 'a label that is not in the list already');
    return label as Label;
  });
}
