import { readObject } from '../data/read-json.js';
import { ModelFormatError } from '../errors.js';
import type { Table as Probabilities } from '../network/table.js';
import { checkChecksum, readModelDocument } from '../table/model-document.js';
import type { TableEncoder } from '../table/table.js';
import { encoderFromJSON } from '../table/table-json.js';
import type { OutsideColumn } from '../types.js';
import { type LoadedClassifier, type LoadedRegressor, loadNetwork, type PredictingNetwork } from './load-network.js';
import { type PredictOptions, type PredictRows, TablePredictor } from './table-predictor.js';

/** A model of a table, loaded. */
export interface LoadedTableModel {
  readonly kind: 'classifier' | 'regressor';
  readonly network: PredictingNetwork;
  /** The column that is predicted. */
  readonly target: string;
  /** Columns that rows must have. */
  readonly columns: readonly string[];
  /** Names of the network's inputs: the order of rows of numbers. */
  readonly featureNames: readonly string[];
  /** Labels as they stood in the training table; null where numbers are predicted. */
  readonly classes: readonly string[] | null;
  /** What the last rows had that training did not: missing cells that were filled, texts never seen. */
  readonly notes: readonly string[];
  /** One label, or one number, for every row: objects with columns by name, an object of columns, or rows of numbers. */
  predict(rows: PredictRows, options?: PredictOptions): string[] | number[];
  /** Rows x classes, in the order of `classes`. @throws {@link ArgumentError} where numbers are predicted. */
  predictProba(rows: PredictRows, options?: PredictOptions): Probabilities;
  /** For every row the inputs in which it lies outside of what training saw; none where the document does not say. */
  outside(rows: PredictRows, options?: PredictOptions): OutsideColumn[][];
}

/**
 * Makes any saved model predict: a model of a table, as `cvxnn train` writes it and `toJSON` of `trainTable` gives it, an estimator or
 * a network. No WebAssembly, nothing to initialize; the same bits as where it was trained.
 *
 * @param json - Parsed JSON, or its text.
 * @throws {@link ModelFormatError} with the place of the first defect; another version is one.
 */
export function loadModel(json: unknown): LoadedTableModel | LoadedClassifier | LoadedRegressor {
  const document: unknown = typeof json === 'string' ? parse(json) : json;
  const { format, table } = (document ?? {}) as { format?: unknown; table?: unknown };
  if (table === undefined) return loadNetwork(document);
  // What `cvxnn export --to json` writes: a network with its table and what its estimator knew.
  if (format === 'cvxnn-network') {
    const { estimator } = document as { estimator?: unknown };
    return ofTable(encoderFromJSON(table), loadNetwork({ ...readObject(estimator, 'estimator'), network: document }));
  }
  const { encoder, record } = readModelDocument(document);
  const loaded = loadNetwork(record.estimator);
  checkChecksum(record);
  return ofTable(encoder, loaded);
}

function ofTable(encoder: TableEncoder, loaded: LoadedClassifier | LoadedRegressor): LoadedTableModel {
  const { target, features } = encoder.encoding;
  const { featureNames } = encoder;
  if (loaded.network.inputs !== featureNames.length) throw new ModelFormatError('estimator.network', 'does not fit the table');
  if ((loaded.kind === 'classifier') !== (target.labels !== null))
    throw new ModelFormatError('estimator.classes', 'does not fit the table');
  const predictor = new TablePredictor(encoder, loaded);
  return {
    kind: loaded.kind,
    network: loaded.network,
    target: target.column,
    columns: features.map(({ column }) => column),
    featureNames,
    classes: target.labels,
    get notes() {
      return predictor.notes;
    },
    predict: (rows, options) => predictor.predict(rows, options),
    predictProba: (rows, options) => predictor.predictProba(rows, options),
    outside: (rows, options) => loaded.outside(predictor.matrix(rows, options)),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ModelFormatError('', 'is no complete JSON; the text is truncated or no model');
  }
}
