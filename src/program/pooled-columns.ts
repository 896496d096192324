import type { Scope, Vector } from '../core/scope.js';
import type { Patterns } from '../patterns/patterns.js';

/** What pooled features are made of. */
export interface PooledInput {
  /** (K n) x h in the arena: patch k of all samples, for every k. */
  readonly rows: Vector;
  readonly columns: number;
  readonly samples: number;
  /** Over the K n rows: which of them count. Null: all of them, as one pattern. */
  readonly patterns: Patterns | null;
  /** Region of every patch, and what its values are multiplied by. */
  readonly region: Int32Array;
  readonly regionCount: number;
  readonly scales: Float64Array;
}

/**
 * The block maps of pooled networks: row (b, r, j) holds, for every sample, the sum over the patches k of region r that
 * pattern b keeps of scale_r x_kj. P x regions x h rows of n numbers: pooling makes them shorter than the patches by the size
 * of a region, so that they are made once and multiplied densely. Cost K n h P additions.
 */
export function pooledColumns(input: PooledInput, scope: Scope): Vector {
  const { rows, columns: h, samples: n, patterns, region, regionCount, scales } = input;
  const count = patterns?.count ?? 1;
  const out = scope.zeros(count * regionCount * h * n);
  const sums = scope.view(out);
  const x = scope.view(rows);
  for (let b = 0; b < count; b++) {
    for (let k = 0; k < region.length; k++) {
      const start = (b * regionCount + region[k]) * h * n;
      const scale = scales[k];
      for (let r = 0; r < n; r++) {
        const row = k * n + r;
        if (patterns && ((patterns.bits[b * patterns.stride + (row >> 3)] >> (row & 7)) & 1) === 0) continue;
        for (let j = 0; j < h; j++) sums[start + j * n + r] += scale * x[row * h + j];
      }
    }
  }
  return out;
}
