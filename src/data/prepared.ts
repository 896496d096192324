import { ArgumentError } from '../errors.js';
import type { Label, Matrix } from '../types.js';
import { checkLabels, indexLabels, oneHotTargets, signTargets } from './labels.js';
import { packMatrix, packVector } from './matrix.js';
import { standardize } from './standardize.js';

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
    const matrix = typeof y === 'object' && y !== null && ('shape' in y || typeof (y as unknown[])[0] === 'object');
    const targets = matrix ? packMatrix(y, 'y').data : packVector(y, 'y');
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
