import { ModelFormatError } from '../errors.js';
import { checkChecksum, type ModelName, readModelDocument } from '../table/model-document.js';
import type { TableEncoder } from '../table/table.js';
import { type FittedEstimator, loadEstimator } from './estimators.js';
import type { StoredChoices } from './prepare.js';

/** What a certificate says in the line that `train --json` prints. */
type Achieved = FittedEstimator['certificate'];

/** Its bounds and absolute gaps follow from these. */
export function achieved({ objective, patternGap, lowerBound, relativeGap, provenGlobal, patterns }: Achieved): Achieved {
  return { objective, patternGap, lowerBound, relativeGap, provenGlobal, patterns };
}

/** What was achieved: the line that `train --json` prints, and the linear models the network is a mixture of. */
export interface TrainingRecord extends Achieved {
  readonly status: string;
  readonly beta: number;
  readonly neurons: number;
  readonly rows: number;
  readonly testRows: number;
  readonly features: number;
  readonly classes: readonly string[] | null;
  /** Null where R^2 is not defined: targets that are all equal. */
  readonly trainScore: number | null;
  readonly testScore: number | null;
  readonly seconds: number;
  readonly tolerance: number;
  readonly seed: number;
  readonly regions: readonly RegionRecord[];
  readonly regionCount: number;
  /** What makes the training rows of the table again. */
  readonly choices: StoredChoices;
  /** Of the table, held-out rows and unused columns included: `tableHash`. */
  readonly tableSha256: string;
}

/** A linear model in force for `samples` training rows, on the features as the table has them. */
export interface RegionRecord {
  readonly samples: number;
  /** outputs x features, row-major. */
  readonly coefficients: readonly number[];
  readonly intercept: readonly number[];
}

/** Everything that `predict` needs on a raw table. */
export interface Model {
  readonly name: ModelName;
  readonly encoder: TableEncoder;
  readonly estimator: FittedEstimator;
  readonly training: TrainingRecord;
}

/** @throws {@link ModelFormatError} for anything that no training wrote: truncated, altered, another version. */
export function parseModel(text: string): Model {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ModelFormatError('', 'is no complete JSON; the file is truncated or no model');
  }
  const { name, encoder, record } = readModelDocument(json);
  const estimator = loadEstimator(name, encoder.encoding.target.task, record.estimator);
  checkChecksum(record);
  if (estimator.network.inputs !== encoder.featureNames.length)
    throw new ModelFormatError('estimator.network', 'does not fit the table');
  return { name, encoder, estimator, training: record.training as TrainingRecord };
}
