import type { Scope, Vector } from '../core/scope.js';
import { createRandom } from '../random.js';
import { ascend, type Climber, firstStep } from './ascent.js';
import { bitAt, bitsOfGates, type DeepShape } from './deep-patterns.js';
import type { Patterns } from './patterns.js';
import type { Column, Pricer } from './pricer.js';

/** The best maxima are shaken and ascended again: so many of them, so often, by so much. */
const shaken = 24;
const shakes = 2;
const shake = 0.15;
/** Signs stand behind the weights of a direction with this size, where directions of norm one are compared. */
const signSize = 0.2;

/** First-layer weights W (m rows of d numbers, size 1 under the penalty), the signs s, and the sign of the output weight. */
interface Tuple {
  readonly W: Float64Array;
  readonly signs: readonly number[];
  readonly outer: 1 | -1;
}

/** With the value and the gradient of lambda^T outer (sum_j s_j (X w_j)_+)_+. */
interface Valued extends Tuple, Climber {
  readonly gradient: Float64Array;
}

/**
 * Local search for three-layer sub-networks that violate the dual constraint (math-architectures.md 7.1, 7.2): the maximum of
 * outer lambda^T (sum_j s_j (X w_j)_+)_+ over penalty(W) <= 1, by proximal ascent with a step that adapts: inside a block the
 * function is linear, and a step may leave for the next one. From all starts and both output signs; the best results are shaken and
 * ascended again.
 *
 * @param path - the penalty is |W|; else the sum of |w_j|.
 */
export function tuplePricer(X: Vector, shape: DeepShape, path: boolean, scope: Scope): Pricer {
  const { samples, columns: d, widths } = shape;
  const [m] = widths;
  const data = scope.copyOut(X);
  return {
    jointly: 1,
    directionLength: m * d + m,
    startsOf: (v, patterns) => startsOf(v, patterns, shape),
    price(lambda, starts, wanted, inner) {
      const evaluate = evaluation(X, shape, inner.copyOut(lambda), path, inner);
      const tuples: Tuple[] = [];
      for (let at = 0; at < starts.length; at += m * d + m) {
        const W = starts.slice(at, at + m * d);
        const signs = Array.from(starts.subarray(at + m * d, at + m * d + m), (entry) => (entry >= 0 ? 1 : -1));
        // All signs negative: the unit is silent.
        if (signs.every((sign) => sign < 0)) signs[0] = 1;
        for (const outer of [1, -1] as const) tuples.push({ W, signs, outer });
      }
      const propose = (from: readonly Valued[]) => evaluate(from.map((tuple) => ({ ...tuple, W: proposal(tuple, m, path) })));
      let found = ascend(evaluate(tuples), propose);
      const random = createRandom(samples, m);
      for (let round = 0; round < shakes; round++) {
        found.sort((a, b) => b.value - a.value);
        const moved = found.slice(0, shaken).map(({ W, signs, outer }) => ({
          W: W.map((entry) => entry + (shake * random.normal()) / Math.sqrt(W.length)),
          signs,
          outer,
        }));
        found = [...found, ...ascend(evaluate(moved), propose)];
      }
      return columnsOf(found, data, shape, wanted);
    },
  };
}

/** Non-zero blocks as directions: u_j = s_j v_j, followed by the signs. */
function startsOf(v: Float64Array, patterns: Patterns, { samples, columns: d, widths: [m] }: DeepShape): Float64Array {
  const rows: number[] = [];
  for (let at = 0; at < v.length; at += m * d) {
    const block = v.subarray(at, at + m * d);
    if (block.every((entry) => entry === 0)) continue;
    const pattern = (at / (m * d)) % patterns.count;
    const bits = patterns.bits.subarray(pattern * patterns.stride, (pattern + 1) * patterns.stride);
    const signs = Array.from({ length: m }, (_, j) => (bitAt(bits, samples * (m + 1) + j) ? 1 : -1));
    rows.push(...block.map((entry, i) => signs[Math.floor(i / d)] * entry), ...signs);
  }
  return Float64Array.from(rows);
}

function sizeOf(W: Float64Array, m: number, path: boolean): number {
  const d = W.length / m;
  let sum = 0;
  for (let j = 0; j < m; j++) {
    let square = 0;
    for (let i = j * d; i < (j + 1) * d; i++) square += W[i] * W[i];
    sum += path ? square : Math.sqrt(square);
  }
  return path ? Math.sqrt(sum) : sum;
}

/** Normalizes, then values and gradients of many tuples by two matrix products. */
function evaluation(
  X: Vector,
  { samples: n, columns: d, widths: [m] }: DeepShape,
  lambda: Float64Array,
  path: boolean,
  scope: Scope,
) {
  return (tuples: readonly (Tuple & { readonly step?: number })[]): Valued[] =>
    scope.child(() => {
      const { kernels } = scope;
      const rows = tuples.length * m;
      const unit = tuples.map(({ W }) => {
        const size = sizeOf(W, m, path);
        return size > 0 ? W.map((entry) => entry / size) : W;
      });
      const weights = scope.vector(rows * d);
      unit.forEach((W, i) => {
        scope.view(weights).set(W, i * m * d);
      });
      const scores = scope.vector(rows * n);
      const forward = scope.bytes(kernels.multiplyTransposedWorkspace(rows, n, d));
      const backward = scope.bytes(kernels.multiplyWorkspace(rows, d, n));
      kernels.multiplyTransposed(weights.address, X.address, scores.address, rows, n, d, forward);
      const z = scope.view(scores);
      tuples.forEach(({ signs, outer }, i) => {
        const from = i * m * n;
        for (let k = 0; k < n; k++) {
          let sum = 0;
          for (let j = 0; j < m; j++) {
            const score = z[from + j * n + k];
            if (score > 0) sum += signs[j] * score;
          }
          const factor = sum > 0 ? outer * lambda[k] : 0;
          for (let j = 0; j < m; j++) z[from + j * n + k] = z[from + j * n + k] > 0 ? signs[j] * factor : 0;
        }
      });
      const gradients = scope.vector(rows * d);
      kernels.multiply(scores.address, X.address, gradients.address, rows, d, n, backward);
      return tuples.map(({ signs, outer, step = firstStep }, i) => {
        const gradient = scope.view(gradients).slice(i * m * d, (i + 1) * m * d);
        let value = 0;
        unit[i].forEach((entry, at) => {
          value += entry * gradient[at];
        });
        return { W: unit[i], signs, outer, value, gradient, step };
      });
    });
}

/** W + t G, its parts shrunk by t times the value where the penalty is the sum of |w_j|: the ascent direction of value/penalty. */
function proposal({ W, gradient, value, step }: Valued, m: number, path: boolean): Float64Array {
  const length = sizeOf(gradient, m, true);
  if (!(length > 0)) return W;
  const t = (step * sizeOf(W, m, true)) / length;
  const moved = W.map((entry, i) => entry + t * gradient[i]);
  if (path || !(value > 0)) return moved;
  const d = W.length / m;
  for (let j = 0; j < m; j++) {
    const norm = sizeOf(moved.subarray(j * d, (j + 1) * d), 1, true);
    const keep = norm > t * value ? 1 - (t * value) / norm : 0;
    for (let i = j * d; i < (j + 1) * d; i++) moved[i] *= keep;
  }
  return sizeOf(moved, m, true) > 0 ? moved : W;
}

/** Distinct patterns with a value of at least `wanted`, best first. */
function columnsOf(found: Valued[], X: Float64Array, shape: DeepShape, wanted: number): Column[] {
  const seen = new Set<string>();
  const columns: Column[] = [];
  for (const { W, signs, value } of found.sort((a, b) => b.value - a.value)) {
    if (!(value >= wanted) || !(value > 0)) break;
    const gate = Float64Array.from([...W, ...signs]);
    const bits = bitsOfGates(shape, X, gate);
    const key = bits.join();
    if (seen.has(key)) continue;
    seen.add(key);
    const length = sizeOf(W, 1, true);
    const direction = Float64Array.from([...W.map((entry) => entry / length), ...signs.map((sign) => sign * signSize)]);
    columns.push({ value, bits, direction, gate });
  }
  return columns;
}
