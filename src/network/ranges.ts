import { packColumns, packMatrix } from '../data/matrix.js';
import type { Matrix, MatrixLike, OutsideColumn } from '../types.js';
import type { Network } from './base.js';

/** Smallest and largest entry of every column that training saw. */
export interface Ranges {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** What predictions of rows outside of the ranges are bounded to. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** The targets' range is widened by this share of its width, at either end. */
export const widenedShare = 0.25;

/** @param shared - one range for all columns: pixels. */
export function rangesOf({ data, rows, columns }: Matrix, shared = false): Ranges {
  const low = new Float64Array(columns).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(columns).fill(Number.NEGATIVE_INFINITY);
  for (let k = 0, at = 0; k < rows; k++) {
    for (let j = 0; j < columns; j++, at++) {
      const entry = data[at];
      if (entry < low[j]) low[j] = entry;
      if (entry > high[j]) high[j] = entry;
    }
  }
  if (shared) {
    low.fill(low.reduce((least, entry) => Math.min(least, entry), Number.POSITIVE_INFINITY));
    high.fill(high.reduce((most, entry) => Math.max(most, entry), Number.NEGATIVE_INFINITY));
  }
  return { low, high };
}

/** The ranges of the rows of both. */
export function joinRanges(one: Ranges | null, other: Ranges): Ranges {
  if (one === null) return other;
  return {
    low: one.low.map((entry, j) => Math.min(entry, other.low[j])),
    high: one.high.map((entry, j) => Math.max(entry, other.high[j])),
  };
}

/** The range of one column, widened by {@link widenedShare} at either end. */
export function widen({ low: [low], high: [high] }: Ranges): Bounds {
  const share = widenedShare * (high - low);
  return { low: low - share, high: high + share };
}

/** What is known of the rows that a model was trained on. */
export interface Seen {
  /** Of the columns; null where the document does not say. */
  readonly ranges: Ranges | null;
  /** What predictions of numbers are bounded to, for rows outside of the ranges; null: never. */
  readonly bounds: Bounds | null;
}

/** How far every row lies outside, in widths of the range of the column that is worst; 0 for rows inside. */
export function farness({ data, rows, columns }: Matrix, { low, high }: Ranges): Float64Array {
  const far = new Float64Array(rows);
  for (let k = 0, at = 0; k < rows; k++) {
    for (let j = 0; j < columns; j++, at++) {
      const distance = Math.max(low[j] - data[at], data[at] - high[j]);
      if (distance > 0) far[k] = Math.max(far[k], distance / (high[j] - low[j]));
    }
  }
  return far;
}

/**
 * For every row the columns in which it lies outside of what training saw.
 *
 * @throws {@link ArgumentError} for a matrix that is none, or of other columns.
 */
export function outsideOf(X: MatrixLike, inputs: number, { ranges }: Pick<Seen, 'ranges'>): OutsideColumn[][] {
  const { data, rows, columns } = packColumns(X, 'X', inputs);
  if (ranges === null) return Array.from({ length: rows }, () => []);
  const { low, high } = ranges;
  return Array.from({ length: rows }, (_, k) => {
    const found: OutsideColumn[] = [];
    for (let column = 0; column < columns; column++) {
      const value = data[k * columns + column];
      const distance = Math.max(low[column] - value, value - high[column]);
      if (distance > 0) found.push({ column, value, low: low[column], high: high[column], distance });
    }
    return found;
  });
}

/** The network's predictions, those of rows that lie outside bounded. */
export function predictBounded(network: Pick<Network, 'predict'>, X: MatrixLike, { ranges, bounds }: Seen): Float64Array {
  const scores = network.predict(X);
  if (ranges === null || bounds === null) return scores;
  return boundScores(scores, farness(packMatrix(X, 'X'), ranges), bounds);
}

/** Scores of rows that lie outside, bounded; the others as they are. */
export function boundScores(scores: Float64Array, far: Float64Array, { low, high }: Bounds): Float64Array {
  return scores.map((score, k) => (far[k] > 0 ? Math.min(high, Math.max(low, score)) : score));
}
