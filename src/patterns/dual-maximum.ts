import { type Scope, slice, type Vector } from '../core/scope.js';
import type { Patterns } from './patterns.js';

/** M = max of sign * lambda^T (Xw)_+ over |w| <= 1 and both signs, and where it is attained. */
export interface ConeMaximum {
  readonly value: number;
  readonly sign: 1 | -1;
  /** |w| = 1, or 0 where M = 0. */
  readonly direction: Float64Array;
}

/**
 * Exact over the given patterns (math.md 1.6a): on the cell of pattern D the maximum is |proj_K(s X^T D lambda)|. A cell
 * whose gradient is shorter than the best so far is passed by. Cost 2 n d P, and a projection for few cells.
 */
export function maximizeOverCells(
  X: Vector,
  inverseNorms: Vector,
  columns: number,
  patterns: Patterns,
  lambda: Vector,
  scope: Scope,
): ConeMaximum {
  const { samples: n, count, stride } = patterns;
  const { kernels } = scope;
  return scope.child(() => {
    const bits = scope.copyInBytes(patterns.bits);
    const scaled = scope.vector(n * columns);
    kernels.scaleRows(X.address, lambda.address, scaled.address, n, columns);
    const gradients = scope.vector(2 * count * columns);
    const product = scope.bytes(kernels.binaryMultiplyWorkspace(count, n, columns));
    kernels.binaryMultiply(bits, stride, scaled.address, gradients.address, count, n, columns, product);
    const minus = slice(gradients, count * columns, count * columns);
    kernels.copyVector(gradients.address, minus.address, minus.length);
    kernels.scaleVector(-1, minus.address, minus.length);

    const projection = scope.vector(columns);
    const set = scope.bytes((columns + 1) * 4);
    const work = scope.bytes(kernels.projectConeWorkspace(columns));
    let best: ConeMaximum = { value: 0, sign: 1, direction: new Float64Array(columns) };
    for (let i = 0; i < 2 * count; i++) {
      scope.integers(set, 1)[0] = 0;
      const z = gradients.address + 8 * i * columns;
      const at = bits + (i % count) * stride;
      const value = kernels.projectCone(
        X.address,
        inverseNorms.address,
        at,
        z,
        best.value,
        set,
        projection.address,
        n,
        columns,
        work,
      );
      if (!(value > best.value)) continue;
      best = { value, sign: i < count ? 1 : -1, direction: scope.copyOut(projection).map((entry) => entry / value) };
    }
    return best;
  });
}
