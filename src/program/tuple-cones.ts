import type { Scope, Vector } from '../core/scope.js';
import { bitAt } from '../patterns/deep-patterns.js';
import { type Patterns, patternStride } from '../patterns/patterns.js';
import { inverseRowNorms } from '../patterns/row-norms.js';
import type { ConeRows } from './regularizers.js';

/**
 * The cones of three-layer sub-networks (math-architectures.md 7.1), one for every pattern, as explicit rows on blocks of m d
 * numbers u_j = s_j v_j: first x_k on the part of unit j, whose side is that of D_j times s_j; then D_1 x_k, .., D_m x_k on all parts,
 * whose side is that of C.
 */
export function tupleCones(
  X: Vector,
  { samples: n, columns: d, patterns, m }: { samples: number; columns: number; patterns: Patterns; m: number },
  scope: Scope,
): ConeRows[] {
  const data = scope.copyOut(X);
  const width = m * d;
  const count = (m + 1) * n;
  return Array.from({ length: patterns.count }, (_, i) => {
    const own = patterns.bits.subarray(i * patterns.stride, (i + 1) * patterns.stride);
    const rows = new Float64Array(count * width);
    const sides = new Uint8Array(patternStride(count));
    const side = (row: number, positive: boolean) => {
      if (positive) sides[row >> 3] |= 1 << (row & 7);
    };
    for (let j = 0; j < m; j++) {
      const sign = bitAt(own, count + j);
      for (let k = 0; k < n; k++) {
        const x = data.subarray(k * d, (k + 1) * d);
        const on = bitAt(own, j * n + k);
        rows.set(x, (j * n + k) * width + j * d);
        side(j * n + k, on === sign);
        if (on) rows.set(x, (m * n + k) * width + j * d);
      }
    }
    for (let k = 0; k < n; k++) side(m * n + k, bitAt(own, m * n + k) === 1);
    return {
      rows: scope.copyIn(rows),
      inverseNorms: scope.copyIn(inverseRowNorms(rows, count, width)),
      count,
      bits: scope.copyInBytes(sides),
    };
  });
}
