import type { Scope, Vector } from '../core/scope.js';
import { patternStride } from './patterns.js';
import type { PricingData } from './price.js';

/** A gate g, its pattern D = 1[X g >= 0] and the value |X^T D lambda| of its dual constraint. */
export interface PricedGate {
  readonly value: number;
  readonly bits: Uint8Array;
  readonly gate: Float64Array;
}

const improvements = 20;

/**
 * Gates with a large |X^T D lambda| by local search from the given starts (rows): with u = X^T D lambda/|.|, the best
 * pattern for u would have bit k iff lambda_k x_k^T u >= 0; the gate X^T diag(lambda) X u points there (least squares
 * direction for these labels), and is taken while the value rises. Values at least `wanted`, best first.
 */
export function searchGates(data: PricingData, lambda: Vector, starts: Float64Array, wanted: number, scope: Scope): PricedGate[] {
  const { X, samples: n, columns: d } = data;
  const stride = patternStride(n);
  const { kernels } = scope;
  return scope.child(() => {
    const count = starts.length / d;
    const scaled = scope.vector(n * d);
    kernels.scaleRows(X.address, lambda.address, scaled.address, n, d);
    const gates = scope.copyIn(starts);
    const bits = scope.bytes(count * stride);
    const gradients = scope.vector(count * d);
    const scores = scope.vector(count * n);
    const work = scope.bytes(
      Math.max(
        kernels.signPatternsWorkspace(n, d),
        kernels.binaryMultiplyWorkspace(count, n, d),
        kernels.multiplyTransposedWorkspace(count, n, d),
        kernels.multiplyWorkspace(count, d, n),
      ),
    );
    const best: PricedGate[] = Array.from({ length: count }, () => ({
      value: 0,
      bits: new Uint8Array(stride),
      gate: new Float64Array(d),
    }));
    for (let k = 0; k < improvements; k++) {
      scope.raw(bits, count * stride).fill(0);
      kernels.signPatterns(X.address, gates.address, bits, stride, n, count, d, work);
      kernels.binaryMultiply(bits, stride, scaled.address, gradients.address, count, n, d, work);
      let improved = false;
      for (let i = 0; i < count; i++) {
        const value = kernels.norm(gradients.address + 8 * i * d, d);
        if (!(value > best[i].value * (1 + 1e-9))) continue;
        improved = true;
        best[i] = {
          value,
          bits: scope.raw(bits + i * stride, stride).slice(),
          gate: scope.view(gates).slice(i * d, (i + 1) * d),
        };
      }
      if (!improved) break;
      kernels.multiplyTransposed(gradients.address, X.address, scores.address, count, n, d, work);
      kernels.multiply(scores.address, scaled.address, gates.address, count, d, n, work);
    }
    return best.filter(({ value }) => value >= wanted).sort((a, b) => b.value - a.value);
  });
}
