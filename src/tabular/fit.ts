import { AbortedError } from '../errors.js';
import { type ModelDocument, type ModelName, modelDocument } from '../table/model-document.js';
import type { Table } from '../table/text-table.js';
import { createEstimator, type EstimatorOptions, type FitCall, type FittedEstimator } from './estimators.js';
import { achieved, type RegionRecord, type TrainingRecord } from './model-file.js';
import { type Part, type Prepared, type StoredChoices, storedChoices, tableHash } from './prepare.js';

/** Linear models that the model file keeps for `inspect`. */
const regionsKept = 8;

/** What decides a training. */
export interface TrainingChoices extends StoredChoices {
  readonly model: ModelName;
  readonly tolerance: number;
  readonly estimator: EstimatorOptions;
}

export interface Trained {
  readonly fitted: FittedEstimator;
  readonly record: TrainingRecord;
  readonly document: ModelDocument;
}

/** The relative gap that is asked for where nothing else is, as the estimators have it. */
export function usualTolerance(model: ModelName): number {
  return model === 'cnn' ? 1e-4 : 1e-6;
}

/**
 * Fits a prepared table: the one way from a table to a model.
 *
 * @throws {@link AbortedError} whose result is null where there is no network yet; with one the record says `interrupted`.
 */
export async function fitPrepared(table: Table, prepared: Prepared, choices: TrainingChoices, call: FitCall): Promise<Trained> {
  const { encoder, train } = prepared;
  const estimator = createEstimator(choices.model, encoder.encoding.target.task, choices.estimator);
  const start = performance.now();
  let fitted: FittedEstimator;
  let interrupted = false;
  try {
    fitted = await estimator.fit(train.X, train.y, { ...call, ...(train.weights && { sampleWeight: train.weights }) });
  } catch (error) {
    if (!(error instanceof AbortedError) || error.result === null) throw error;
    interrupted = true;
    fitted = error.result as FittedEstimator;
  }
  const seconds = (performance.now() - start) / 1000;
  const record = describeFit(fitted, prepared, choices, interrupted, seconds, tableHash(table));
  const content = { model: choices.model, table: encoder.encoding, estimator: fitted.toJSON(), training: record };
  return { fitted, record, document: modelDocument(content) };
}

function describeFit(
  fitted: FittedEstimator,
  { encoder, train, test }: Prepared,
  choices: TrainingChoices,
  interrupted: boolean,
  seconds: number,
  tableSha256: string,
): TrainingRecord {
  const { certificate, network, status, beta } = fitted;
  // Every image has a linear model of its own: there is nothing to list.
  const models = choices.model === 'cnn' ? [] : network.regions(train.X).models;
  return {
    status: interrupted ? 'interrupted' : status,
    ...achieved(certificate),
    beta,
    neurons: network.neurons,
    rows: train.y.length,
    testRows: test?.y.length ?? 0,
    features: train.X.shape[1],
    classes: encoder.encoding.target.labels,
    trainScore: scoreOf(fitted, train),
    testScore: test === null ? null : scoreOf(fitted, test),
    seconds,
    tolerance: choices.tolerance,
    seed: choices.seed,
    regions: models.slice(0, regionsKept).map(
      ({ samples, coefficients, intercept }): RegionRecord => ({
        samples,
        coefficients: Array.from(coefficients),
        intercept: Array.from(intercept),
      }),
    ),
    regionCount: models.length,
    choices: storedChoices(choices),
    tableSha256,
  };
}

/** Null where the targets do not differ: R^2 is not defined there. */
function scoreOf(fitted: FittedEstimator, { X, y }: Part): number | null {
  return fitted.classes === undefined && y.every((target) => target === y[0]) ? null : fitted.score(X, y);
}
