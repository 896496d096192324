import type { Scope, Vector } from '../core/scope.js';
import { patternStride } from './patterns.js';
import type { PricingData } from './price.js';
import type { PricedGate } from './price-gates.js';

const improvements = 20;

/**
 * Gates with a large spectral norm |X^T D Lambda|_2, for neurons that feed all outputs (math.md 3.1), by local search from
 * the given starts (rows): for the top singular pair (u, a) the best pattern has bit k iff (Lambda a)_k x_k^T u >= 0; the
 * gate X^T diag(Lambda a) X u points there, and is taken while the value rises. Values at least `wanted`, best first.
 *
 * @param lambda - outputs x samples.
 */
export function searchSharedGates(
  data: PricingData,
  lambda: Vector,
  outputs: number,
  starts: Float64Array,
  wanted: number,
  scope: Scope,
): PricedGate[] {
  const { X, samples: n, columns: d } = data;
  const stride = patternStride(n);
  const width = outputs * d;
  const { kernels } = scope;
  return scope.child(() => {
    const count = starts.length / d;
    const scaled = scope.vector(n * width);
    for (let c = 0; c < outputs; c++) {
      kernels.stridedScaleRows(X.address, lambda.address + 8 * c * n, scaled.address + 8 * c * d, n, d, width);
    }
    const small = Math.min(outputs, d);
    const gates = scope.copyIn(starts);
    const bits = scope.bytes(count * stride);
    const gradients = scope.vector(count * width);
    const [left, values, right] = [small * outputs, small, small * d].map((length) => scope.vector(length));
    const [inputs, mixtures] = [scope.vector(count * d), scope.vector(count * outputs)];
    const [scores, weights] = [scope.vector(count * n), scope.vector(count * n)];
    const work = scope.bytes(
      Math.max(
        kernels.signPatternsWorkspace(n, d),
        kernels.binaryMultiplyWorkspace(count, n, width),
        kernels.thinSvdWorkspace(outputs, d),
        kernels.multiplyTransposedWorkspace(count, n, d),
        kernels.multiplyWorkspace(count, n, outputs),
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
      kernels.binaryMultiply(bits, stride, scaled.address, gradients.address, count, n, width, work);
      let improved = false;
      for (let i = 0; i < count; i++) {
        const gradient = gradients.address + 8 * i * width;
        kernels.thinSvd(gradient, left.address, values.address, right.address, outputs, d, work);
        kernels.copyVector(right.address, inputs.address + 8 * i * d, d);
        kernels.copyVector(left.address, mixtures.address + 8 * i * outputs, outputs);
        const value = scope.view(values)[0];
        if (!(value > best[i].value * (1 + 1e-9))) continue;
        improved = true;
        best[i] = {
          value,
          bits: scope.raw(bits + i * stride, stride).slice(),
          gate: scope.view(gates).slice(i * d, (i + 1) * d),
        };
      }
      if (!improved) break;
      kernels.multiplyTransposed(inputs.address, X.address, scores.address, count, n, d, work);
      kernels.multiply(mixtures.address, lambda.address, weights.address, count, n, outputs, work);
      kernels.multiplyElements(scores.address, weights.address, scores.address, count * n);
      kernels.multiply(scores.address, X.address, gates.address, count, d, n, work);
    }
    return best.filter(({ value }) => value >= wanted).sort((a, b) => b.value - a.value);
  });
}
