import { ArgumentError } from '../errors.js';
import type { Matrix } from '../types.js';
import { packVector } from './matrix.js';

/**
 * Checks the weights of rows: a weight w counts as w rows, 0 as an absent one.
 *
 * @param value - undefined: every row counts once.
 * @throws {@link ArgumentError} naming the entry, for weights below 0, or all 0.
 */
export function packWeights(value: unknown, name: string, rows: number): Float64Array | null {
  if (value === undefined) return null;
  const weights = packVector(value, name, rows);
  const bad = weights.findIndex((weight) => weight < 0);
  if (bad >= 0) throw new ArgumentError(`${name}[${bad}]`, String(weights[bad]), 'a number >= 0');
  if (weights.every((weight) => weight === 0)) throw new ArgumentError(name, 'all zero', 'at least one weight above 0');
  return weights;
}

/** The rows that take part, those of positive weight, and the others; null where all do. */
export function divideByWeight(weights: Float64Array | null): { readonly kept: Int32Array; readonly absent: Int32Array } | null {
  if (weights === null || weights.every((weight) => weight > 0)) return null;
  const all = Int32Array.from(weights.keys());
  return { kept: all.filter((k) => weights[k] > 0), absent: all.filter((k) => !(weights[k] > 0)) };
}

/** Some of the rows, in the order given. */
export function pickMatrixRows({ data, columns }: Matrix, members: Int32Array): Matrix {
  const picked = new Float64Array(members.length * columns);
  members.forEach((row, k) => {
    picked.set(data.subarray(row * columns, (row + 1) * columns), k * columns);
  });
  return { data: picked, rows: members.length, columns };
}

/** Of the rows: their number where they have no weights. */
export function sumOfWeights(weights: Float64Array | null, rows: number): number {
  return weights ? weights.reduce((sum, weight) => sum + weight, 0) : rows;
}
