import type { Scope, Vector } from '../core/scope.js';
import { createRandom } from '../random.js';
import { bitsOfGates, type DeepShape, deepGateLength, pathCount } from './deep-patterns.js';
import type { Column, Pricer } from './pricer.js';

/** Gates that are improved, and rounds of improvement. */
const survivors = 32;
const rounds = 12;
/** Sizes of perturbations and of steps towards a proposal, in turn, relative to the gate. */
const sizes = [0.5, 0.2, 0.08];

/** Gates of one sub-network with the value of its dual constraint, and X^T M lambda for every path. */
interface ValuedGates {
  readonly gates: Float64Array;
  readonly value: number;
  readonly gradients: Float64Array;
}

/**
 * Local search for gates of deep sub-networks with a large dual constraint (math-architectures.md 7.3, 7.4): the best of the starts
 * are improved in turns by perturbing all gates, and by moving the first layer's gates towards those whose patterns have bit k where
 * lambda_k x_k^T u >= 0, u the maximizer of the dual constraint; a change is kept if the value rises.
 *
 * @param path - one norm for all paths of a block; else one for every path.
 */
export function deepGatePricer(X: Vector, shape: DeepShape, path: boolean, scope: Scope): Pricer {
  const data = scope.copyOut(X);
  const length = deepGateLength(shape);
  return {
    jointly: 1,
    directionLength: length,
    startsOf(v, { gates, count }) {
      const width = pathCount(shape.widths) * shape.columns;
      const active: number[] = [];
      for (let at = 0; gates && at < v.length; at += width) {
        if (v.subarray(at, at + width).every((entry) => entry === 0)) continue;
        const pattern = (at / width) % count;
        active.push(...normalized(gates.subarray(pattern * length, (pattern + 1) * length)));
      }
      return Float64Array.from(active);
    },
    price(lambda, starts, wanted, inner) {
      const multipliers = inner.copyOut(lambda);
      const evaluate = evaluation(data, shape, multipliers, path, inner);
      const found: ValuedGates[] = [];
      for (let at = 0; at < starts.length; at += length) found.push(evaluate(normalized(starts.subarray(at, at + length))));
      found.sort((a, b) => b.value - a.value);
      const best = found.slice(0, survivors);
      const random = createRandom(shape.samples, length);
      for (let round = 0; round < rounds; round++) {
        const size = sizes[round % sizes.length];
        best.forEach((old, i) => {
          const moved = round % 2 === 0 ? perturbed(old.gates, size, random) : towards(old, size, data, shape, multipliers);
          const next = evaluate(normalized(moved));
          if (next.value > best[i].value) best[i] = next;
        });
      }
      return columnsOf([...best, ...found.slice(survivors)], data, shape, wanted);
    },
  };
}

function normalized(gates: Float64Array): Float64Array {
  let square = 0;
  for (const entry of gates) square += entry * entry;
  return square > 0 ? gates.map((entry) => entry / Math.sqrt(square)) : gates.slice();
}

function perturbed(gates: Float64Array, size: number, random: { normal(): number }): Float64Array {
  const share = size / Math.sqrt(gates.length);
  return gates.map((entry) => entry + share * random.normal());
}

/** First-layer gates moved by `size` towards X^T diag(lambda) X u, u the direction of the unit's gradient. */
function towards(
  { gates, gradients }: ValuedGates,
  size: number,
  X: Float64Array,
  shape: DeepShape,
  lambda: Float64Array,
): Float64Array {
  const { samples, columns: d, widths } = shape;
  const perUnit = gradients.length / widths[0];
  const moved = gates.slice();
  for (let j = 0; j < widths[0]; j++) {
    const u = gradients.subarray(j * perUnit, j * perUnit + d);
    const proposal = new Float64Array(d);
    for (let k = 0; k < samples; k++) {
      let score = 0;
      for (let i = 0; i < d; i++) score += X[k * d + i] * u[i];
      for (let i = 0; i < d; i++) proposal[i] += lambda[k] * score * X[k * d + i];
    }
    const share = size / Math.sqrt(widths[0]);
    normalized(proposal).forEach((entry, i) => {
      moved[j * d + i] += share * entry;
    });
  }
  return moved;
}

/** Values of gates: the largest |X^T M lambda| of a path, or one norm over all of them (spectral where paths share first-layer units). */
function evaluation(X: Float64Array, shape: DeepShape, lambda: Float64Array, path: boolean, scope: Scope) {
  const { samples, columns: d, widths } = shape;
  const paths = pathCount(widths);
  const second = paths / widths[0];
  const { kernels } = scope;
  const work = scope.bytes(kernels.nuclearWorkspace(second, d));
  const part = scope.vector(second * d);
  const partNorm = (gradient: Float64Array): number => {
    scope.view(part).set(gradient);
    return kernels.maximizeSpectralNorm(part.address, 0, 1, second, d, work);
  };
  return (gates: Float64Array): ValuedGates => {
    const gradients = new Float64Array(paths * d);
    for (let k = 0; k < samples; k++) {
      let values = X.subarray(k * d, (k + 1) * d);
      let at = 0;
      // on[path]: all units of the path so far pass.
      let on = [true];
      for (const width of widths) {
        const next = new Float64Array(width);
        const passes: boolean[] = [];
        for (let j = 0; j < width; j++) {
          let sum = 0;
          for (let i = 0; i < values.length; i++) sum += values[i] * gates[at++];
          next[j] = sum > 0 ? sum : 0;
          passes.push(sum >= 0);
        }
        on = on.flatMap((before) => passes.map((pass) => before && pass));
        values = next;
      }
      on.forEach((open, p) => {
        if (open) for (let i = 0; i < d; i++) gradients[p * d + i] += lambda[k] * X[k * d + i];
      });
    }
    let value = 0;
    for (let j = 0; j < widths[0]; j++) {
      const norm = partNorm(gradients.subarray(j * second * d, (j + 1) * second * d));
      value = path ? value + norm * norm : Math.max(value, norm);
    }
    return { gates, gradients, value: path ? Math.sqrt(value) : value };
  };
}

/** Distinct patterns with a value of at least `wanted`, best first. */
function columnsOf(found: ValuedGates[], X: Float64Array, shape: DeepShape, wanted: number): Column[] {
  const seen = new Set<string>();
  const columns: Column[] = [];
  for (const { gates, value } of found.sort((a, b) => b.value - a.value)) {
    if (!(value >= wanted) || !(value > 0)) break;
    const bits = bitsOfGates(shape, X, gates);
    const key = bits.join();
    if (seen.has(key)) continue;
    seen.add(key);
    columns.push({ value, bits, direction: gates, gate: gates });
  }
  return columns;
}
