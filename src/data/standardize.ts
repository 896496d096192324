import type { Matrix, VectorLike } from '../types.js';
import { SMALLEST_SIZE } from './matrix.js';
import { sumOfWeights } from './weights.js';

/** z = (x - center) / scale for every column. */
export interface Standardization {
  readonly centers: Float64Array;
  /** Positive. 1 for constant columns. */
  readonly scales: Float64Array;
}

/** Targets were trained as (y - outputMean) / outputScale. A number stands for all outputs. */
export interface OutputStandardization {
  readonly outputMean: number | VectorLike;
  readonly outputScale: number | VectorLike;
}

/** Columns whose spread is within this many units of rounding of their size count as constant. */
const CONSTANT_SPREAD = 8 * 2.220446049250313e-16;

/**
 * Means and standard deviations (divided by n) of the columns; a row of weight w counts as w rows.
 *
 * A column that is constant, up to rounding or to 1e-302, is only centred: its scale is 1. Deviations are squared after
 * division by the largest, so that 1e-300 and 1e300 neither underflow nor overflow.
 */
export function fitStandardization(X: Matrix, weights: Float64Array | null = null): Standardization {
  const total = sumOfWeights(weights, X.rows);
  const centers = new Float64Array(X.columns);
  const scales = new Float64Array(X.columns).fill(1);
  for (let j = 0; j < X.columns; j++) {
    let low = X.data[j];
    let high = low;
    // Sum of deviations from the first entry: exact for constant columns, and small numbers for large offsets.
    let sum = 0;
    for (let k = j, row = 0; k < X.data.length; k += X.columns, row++) {
      const x = X.data[k];
      if (x < low) low = x;
      if (x > high) high = x;
      const deviation = x - X.data[j];
      sum += weights ? weights[row] * deviation : deviation;
    }
    const center = X.data[j] + sum / total;
    centers[j] = center;
    const size = Math.max(-low, high);
    if (high - low <= CONSTANT_SPREAD * size) continue;
    const largest = Math.max(high - center, center - low);
    let squares = 0;
    for (let k = j, row = 0; k < X.data.length; k += X.columns, row++) {
      const ratio = (X.data[k] - center) / largest;
      squares += weights ? weights[row] * ratio * ratio : ratio * ratio;
    }
    const scale = largest * Math.sqrt(squares / total);
    if (scale >= SMALLEST_SIZE) scales[j] = scale;
  }
  return { centers, scales };
}

/** One spread, of all entries around their mean, for all columns, which are not centred: for pixels, whose zero is the background. */
export function fitCommonScale(X: Matrix, weights: Float64Array | null = null): Standardization {
  const ofEntries = weights && Float64Array.from(X.data, (_, k) => weights[Math.floor(k / X.columns)]);
  const { scales } = fitStandardization({ data: X.data, rows: X.data.length, columns: 1 }, ofEntries);
  return { centers: new Float64Array(X.columns), scales: new Float64Array(X.columns).fill(scales[0]) };
}

/** Leaves columns as they are. */
export function identityStandardization(columns: number): Standardization {
  return { centers: new Float64Array(columns), scales: new Float64Array(columns).fill(1) };
}

/** A standardized copy. */
export function standardize(X: Matrix, { centers, scales }: Standardization): Matrix {
  const data = new Float64Array(X.data.length);
  for (let i = 0, k = 0; i < X.rows; i++) {
    for (let j = 0; j < X.columns; j++, k++) data[k] = (X.data[k] - centers[j]) / scales[j];
  }
  return { data, rows: X.rows, columns: X.columns };
}

/**
 * First layer on raw inputs that equals a given one on standardized inputs: w^T (x - c)/s + b = (w/s)^T x + b - (w/s)^T c.
 *
 * @param weights - m x d, row-major.
 * @param bias - m numbers.
 */
export function foldStandardization(
  weights: Float64Array,
  bias: Float64Array,
  { centers, scales }: Standardization,
): { weights: Float64Array; bias: Float64Array } {
  const d = centers.length;
  const folded = new Float64Array(weights.length);
  const shifted = Float64Array.from(bias);
  for (let i = 0; i < bias.length; i++) {
    let shift = 0;
    for (let j = 0; j < d; j++) {
      const w = weights[i * d + j] / scales[j];
      folded[i * d + j] = w;
      shift += w * centers[j];
    }
    shifted[i] -= shift;
  }
  return { weights: folded, bias: shifted };
}
