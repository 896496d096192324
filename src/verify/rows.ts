import { epsilon, largest, powerOfTwo, product, up } from './interval.js';

/**
 * The rows of X as multiples of few, in their own space: x_k = factor_k B^T (row owner_k) + e_k, |e_k|_1 <= residual_k, and
 * |B w| <= stretch |w|. Whoever wrote the certificate chose B, owners and factors; the residuals say whether they fit.
 */
export interface Rows {
  /** samples x rank; zero where another row is the owner. X was divided by `unit`, a power of two. */
  readonly rows: Float64Array;
  readonly rank: number;
  readonly owner: Int32Array;
  readonly factor: Float64Array;
  readonly residual: Float64Array;
  /** At least |row|_1. */
  readonly sizes: Float64Array;
  readonly stretch: number;
  readonly unit: number;
}

export const maximum = (values: ArrayLike<number>): number => {
  let most = 0;
  for (let k = 0; k < values.length; k++) most = Math.max(most, Math.abs(values[k]));
  return most;
};

/** @returns null when an owner is no sample that owns itself. */
export function expressRows(
  X: Float64Array,
  d: number,
  basis: ArrayLike<number> | null,
  merged: readonly (readonly number[])[],
): Rows | null {
  const samples = X.length / d;
  const B = basis ? Float64Array.from(basis) : Float64Array.from({ length: d * d }, (_, at) => (at % (d + 1) === 0 ? 1 : 0));
  const rank = B.length / d;
  const unit = powerOfTwo(maximum(X));
  const data = X.map((entry) => entry / unit);
  const owner = Int32Array.from({ length: samples }, (_, k) => k);
  const factor = new Float64Array(samples).fill(1);
  for (const [k, other, ratio] of merged) {
    if (!(owner[k] === k && other in owner)) return null;
    owner[k] = other;
    factor[k] = ratio;
  }
  if (owner.some((other) => owner[other] !== other)) return null;
  const rows = new Float64Array(samples * rank);
  const sizes = new Float64Array(samples);
  for (let k = 0; k < samples; k++) {
    for (let i = 0; i < rank && owner[k] === k; i++) {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += B[i * d + j] * data[k * d + j];
      rows[k * rank + i] = sum;
      sizes[k] = up(sizes[k] + Math.abs(sum));
    }
  }
  const steepest = up(maximum(B));
  const residual = Float64Array.from({ length: samples }, (_, k) => {
    if (basis === null && owner[k] === k) return 0;
    let sum = 0;
    for (let j = 0; j < d; j++) {
      const column = Float64Array.from({ length: rank }, (_, i) => -factor[k] * B[i * d + j]);
      sum = up(sum + largest(product(column, rows.subarray(owner[k] * rank), rank, data[k * d + j])));
    }
    // The entries of `column` are rounded themselves.
    return up(sum + up(d * (up(Math.abs(factor[k]) * steepest) * epsilon + Number.MIN_VALUE) * sizes[owner[k]]));
  });
  // |B|_2^2 is at most the largest row sum of |B B^T|.
  let squared = 1;
  for (let i = 0; i < rank; i++) {
    let sum = 0;
    for (let l = 0; l < rank; l++) sum = up(sum + largest(product(B.subarray(i * d), B.subarray(l * d), d, 0)));
    squared = Math.max(squared, sum);
  }
  return { rows, rank, owner, factor, residual, sizes, stretch: up(Math.sqrt(squared)), unit };
}
