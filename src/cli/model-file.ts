import { createHash } from 'node:crypto';
import { ModelFormatError } from '../errors.js';
import type { TableEncoding } from '../table/features.js';
import type { TableEncoder } from '../table/table.js';
import { encoderFromJSON } from '../table/table-json.js';
import { type EstimatorJson, type FittedEstimator, loadEstimator, type ModelName, modelNames } from './estimators.js';
import { CliError } from './failure.js';
import { readText } from './files.js';
import type { StoredChoices } from './prepare.js';

export const MODEL_VERSION = 1;

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

/** The file's text, with a checksum over all that follows it. */
export function modelText(name: ModelName, encoding: TableEncoding, estimator: EstimatorJson, training: TrainingRecord): string {
  const content = { model: name, table: encoding, estimator, training };
  return `${JSON.stringify({ format: 'cvxnn-model', version: MODEL_VERSION, checksum: checksumOf(content), ...content })}\n`;
}

/**
 * Reads a model file.
 *
 * @throws {@link CliError} naming the file, for anything that `modelText` did not write: truncated, altered, another version.
 */
export function readModel(file: string): Model {
  const text = readText(file);
  try {
    return parseModel(text);
  } catch (error) {
    if (error instanceof ModelFormatError) throw new CliError(`${file} is not a usable model: ${error.message}`);
    throw error;
  }
}

export function parseModel(text: string): Model {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ModelFormatError('', 'is no complete JSON; the file is truncated or no model');
  }
  if (typeof json !== 'object' || json === null) throw new ModelFormatError('', 'is no object');
  const record = json as Record<string, unknown>;
  if (record.format !== 'cvxnn-model')
    throw new ModelFormatError('format', 'is not "cvxnn-model"; cvxnn train writes such files');
  if (record.version !== MODEL_VERSION) {
    const problem = `is ${JSON.stringify(record.version)}; this cvxnn reads version ${MODEL_VERSION}`;
    throw new ModelFormatError('version', problem, record.version, MODEL_VERSION);
  }
  const name = modelNames.find((known) => known === record.model);
  if (name === undefined) throw new ModelFormatError('model', `is none of ${modelNames.join(', ')}`);
  const encoder = encoderFromJSON(record.table);
  const estimator = loadEstimator(name, encoder.encoding.target.task, record.estimator);
  const { model, table, training } = record;
  if (record.checksum !== checksumOf({ model, table, estimator: record.estimator, training })) {
    throw new ModelFormatError('checksum', 'does not fit the content: the file was altered after training');
  }
  if (estimator.network.inputs !== encoder.featureNames.length)
    throw new ModelFormatError('estimator.network', 'does not fit the table');
  return { name, encoder, estimator, training: training as TrainingRecord };
}

/** JSON writes every double so that it reads back the same, so the text that was hashed can be made again. */
function checksumOf(content: { model: unknown; table: unknown; estimator: unknown; training: unknown }): string {
  const { model, table, estimator, training } = content;
  return createHash('sha256')
    .update(JSON.stringify([model, table, estimator, training]))
    .digest('hex');
}
