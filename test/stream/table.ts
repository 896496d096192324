import type { Matrix } from '../../src/types.js';
import { uniform } from '../support/loss-cases.js';

export const rowsOf = (n: number): number[] => Array.from({ length: n }, (_, k) => k);

/** A random table with gates, and T = [D_1 X .. D_P X] written out: n x (P d). */
export interface MaskedTable {
  readonly X: Matrix;
  readonly y: Float64Array;
  readonly gates: Float64Array;
  readonly T: Float64Array;
  readonly width: number;
}

export function maskedTable(n: number, d: number, count: number, seed: number): MaskedTable {
  const next = uniform(seed);
  for (let i = 0; i < 8; i++) next();
  const X = { data: Float64Array.from({ length: n * d }, next), rows: n, columns: d };
  const gates = Float64Array.from({ length: count * d }, next);
  const width = count * d;
  const T = new Float64Array(n * width);
  const y = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const row = X.data.subarray(k * d, (k + 1) * d);
    for (let i = 0; i < count; i++) {
      const side = row.reduce((sum, entry, j) => sum + entry * gates[i * d + j], 0);
      if (side >= 0) T.set(row, k * width + i * d);
    }
    y[k] = Math.max(0, row[0]) - Math.abs(row[d - 1]) + 0.3 * next();
  }
  return { X, y, gates, T, width };
}

/** T v - y. */
export function residual({ T, width, y }: MaskedTable, v: Float64Array): Float64Array {
  return y.map((target, k) => v.reduce((sum, entry, i) => sum + T[k * width + i] * entry, -target));
}
