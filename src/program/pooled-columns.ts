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
  const { kernels } = scope;
  const out = scope.vector(count * regionCount * h * n);
  scope.child(() => {
    const bits = patterns ? scope.copyInBytes(patterns.bits) : 0;
    const regions = scope.copyInIntegers(region);
    const work = scope.bytes(kernels.poolPatchesWorkspace(count, regionCount, h));
    const factors = scope.copyIn(scales).address;
    const stride = patterns?.stride ?? 0;
    kernels.poolPatches(rows.address, bits, stride, regions, factors, out.address, n, h, region.length, count, regionCount, work);
  });
  return out;
}
