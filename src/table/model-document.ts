import { sha256 } from '../data/sha256.js';
import { ModelFormatError } from '../errors.js';
import type { TableEncoding } from './features.js';
import type { TableEncoder } from './table.js';
import { encoderFromJSON } from './table-json.js';

export const MODEL_VERSION = 1;

export const modelNames = ['relu', 'gated', 'batch-norm', 'cnn', 'three-layer', 'layerwise'] as const;
export type ModelName = (typeof modelNames)[number];

/** A model of a table: what `cvxnn train` writes, and `toJSON` gives. */
export interface ModelDocument {
  readonly format: 'cvxnn-model';
  readonly version: number;
  /** SHA-256 of all that follows. */
  readonly checksum: string;
  readonly model: ModelName;
  readonly table: TableEncoding;
  readonly estimator: Readonly<Record<string, unknown>>;
  readonly training: object;
}

export function modelDocument(content: Omit<ModelDocument, 'format' | 'version' | 'checksum'>): ModelDocument {
  const { model, table, estimator, training } = content;
  return {
    format: 'cvxnn-model',
    version: MODEL_VERSION,
    checksum: checksumOf(content),
    model,
    table,
    estimator,
    training,
  };
}

/**
 * Reads all of a model file but its estimator.
 *
 * @throws {@link ModelFormatError} for anything that {@link modelDocument} did not write, another version included.
 */
export function readModelDocument(json: unknown): {
  readonly name: ModelName;
  readonly encoder: TableEncoder;
  readonly record: Readonly<Record<keyof ModelDocument, unknown>>;
} {
  if (typeof json !== 'object' || json === null) throw new ModelFormatError('', 'is no object');
  const record = json as Record<keyof ModelDocument, unknown>;
  if (record.format !== 'cvxnn-model')
    throw new ModelFormatError('format', 'is not "cvxnn-model"; cvxnn train writes such files');
  if (record.version !== MODEL_VERSION) {
    const problem = `is ${JSON.stringify(record.version)}; this cvxnn reads version ${MODEL_VERSION}`;
    throw new ModelFormatError('version', problem, record.version, MODEL_VERSION);
  }
  const name = modelNames.find((known) => known === record.model);
  if (name === undefined) throw new ModelFormatError('model', `is none of ${modelNames.join(', ')}`);
  return { name, encoder: encoderFromJSON(record.table), record };
}

/** @throws {@link ModelFormatError} for a document that was altered after training. */
export function checkChecksum(record: Readonly<Record<keyof ModelDocument, unknown>>): void {
  if (record.checksum !== checksumOf(record))
    throw new ModelFormatError('checksum', 'does not fit the content: the file was altered after training');
}

/** JSON writes every double so that it reads back the same, so the text that was hashed can be made again. */
function checksumOf(content: Readonly<Record<'model' | 'table' | 'estimator' | 'training', unknown>>): string {
  const { model, table, estimator, training } = content;
  return sha256(new TextEncoder().encode(JSON.stringify([model, table, estimator, training])));
}
