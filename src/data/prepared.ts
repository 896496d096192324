import { ArgumentError } from '../errors.js';
import type { Label, Matrix } from '../types.js';
import { count, describeValue, isArrayLike } from './describe.js';
import { checkLabels, indexLabels, oneHotTargets, signTargets } from './labels.js';
import { packMatrix, packVector } from './matrix.js';
import { standardize } from './standardize.js';
import { pickMatrixRows } from './weights.js';

/** What was done to a table before a fit. */
export interface TablePreparation {
  readonly centers: ArrayLike<number>;
  readonly scales: ArrayLike<number>;
  readonly targetMean: number;
  readonly targetScale: number;
  readonly classes: readonly Label[] | null;
}

/** Several outputs of classes are -1/+1 or 0/1. */
export type ClassCoding = 'signs' | 'one-hot';

/**
 * The table without the rows that take no part in a fit.
 *
 * @param absent - rows, ascending.
 * @throws {@link ArgumentError} for a matrix or targets that are none, or that lack one of the rows.
 */
export function withoutRows(X: unknown, y: unknown, absent: readonly number[]): { X: unknown; y: unknown } {
  if (absent.length === 0) return { X, y };
  const raw = packMatrix(X, 'X');
  if (absent[absent.length - 1] >= raw.rows || absent.length === raw.rows)
    throw new ArgumentError(
      'X',
      `of ${count(raw.rows, 'row')}`,
      `more rows than ${absent.length}, row ${absent.at(-1)} among them`,
    );
  const gone = new Set(absent);
  const kept = Int32Array.from({ length: raw.rows }, (_, k) => k).filter((k) => !gone.has(k));
  const shaped = ({ data, rows, columns }: Matrix) => ({ data, shape: [rows, columns] });
  if (isMatrix(y)) return { X: shaped(pickMatrixRows(raw, kept)), y: shaped(pickMatrixRows(packMatrix(y, 'y'), kept)) };
  const targets = y as ArrayLike<unknown>;
  if (!isArrayLike(y) || targets.length !== raw.rows)
    throw new ArgumentError('y', describeValue(y), `an array of length ${raw.rows}, one for every row of X`);
  return { X: shaped(pickMatrixRows(raw, kept)), y: Array.from(kept, (k) => targets[k]) };
}

const isMatrix = (y: unknown): boolean =>
  typeof y === 'object' && y !== null && ('shape' in y || typeof (y as unknown[])[0] === 'object');

/**
 * X and y as a fit took them, y row-major, samples x outputs.
 *
 * @param preparation - null: as they are.
 * @throws {@link ArgumentError} for a matrix or targets that are none.
 */
export function prepareTable(
  preparation: TablePreparation | null,
  X: unknown,
  y: unknown,
  outputs: number,
  coding: ClassCoding,
): { X: Matrix; y: Float64Array } {
  const raw = packMatrix(X, 'X');
  if (preparation === null) {
    const targets = isMatrix(y) ? packMatrix(y, 'y').data : packVector(y, 'y');
    if (targets.length !== raw.rows * outputs)
      throw new ArgumentError('y', `of ${targets.length} numbers`, `${raw.rows} rows of ${outputs}, one for every row of X`);
    return { X: raw, y: targets };
  }
  const { centers, scales, classes, targetMean, targetScale } = preparation;
  if (centers.length !== raw.columns) throw new ArgumentError('X', `of ${raw.columns} columns`, `${centers.length} columns`);
  const features = standardize(raw, { centers: Float64Array.from(centers), scales: Float64Array.from(scales) });
  if (classes === null) {
    const targets = packVector(y, 'y', raw.rows);
    return { X: features, y: targets.map((target) => (target - targetMean) / targetScale) };
  }
  const indices = indexLabels(checkLabels(y, 'y', raw.rows), classes);
  const unknown = indices.findIndex((index) => index < 0);
  if (unknown >= 0)
    throw new ArgumentError(`y[${unknown}]`, 'a label that the model does not know', `one of ${classes.join(', ')}`);
  if (outputs === 1) return { X: features, y: signTargets(indices) };
  const { data } = oneHotTargets(indices, outputs);
  return { X: features, y: coding === 'signs' ? data.map((entry) => 2 * entry - 1) : data };
}
