import type { Vector } from '../core/scope.js';
import { norm } from '../data/vector.js';
import { createRandom } from '../random.js';
import { ascend, type Climber, firstStep } from './ascent.js';
import { climbGates, type ProposedGate } from './climb-gates.js';
import { directionsOf, distinct } from './gate-pricer.js';
import { type Patterns, patternStride } from './patterns.js';
import type { Column, Pricer } from './pricer.js';
import { signRows } from './sample.js';

/** Signals and their Fourier coordinates, both samples x columns; an orthonormal change of basis lies between them. */
export interface SpectralRows {
  readonly X: Vector;
  readonly rows: Vector;
  readonly samples: number;
  readonly columns: number;
  /** First coordinate of every frequency, and whether it has two. */
  readonly frequencies: readonly (readonly [first: number, pair: boolean])[];
}

/** The best maxima are shaken and ascended again: so many of them, so often, by so much. */
const shaken = 48;
const shakes = 3;
const shake = 0.15;

/** The penalty of unit length at a frequency: a pair holds sqrt 2 times a number that occurs twice. */
function weightOf(pair: boolean, columns: number): number {
  return Math.sqrt((pair ? 2 : 1) / columns);
}

/**
 * Local search for gates of circular convolutions (math-architectures.md 6.2): the dual constraint of a gate is the largest of
 * |(F X^T D lambda)_k| over the frequencies k, in units of the penalty. At the best frequency it is the sum over the open
 * samples of lambda x^T u: the proposal is sum lambda (x^T u) x over all samples.
 */
export function spectralGatePricer({ X, rows, samples: n, columns: d, frequencies }: SpectralRows): Pricer {
  return {
    jointly: 1,
    directionLength: d,
    startsOf: (v, patterns) => activeGates(v, patterns, d),
    price: (lambda, starts, wanted, outer) =>
      outer.child((scope) => {
        const { kernels } = scope;
        const scaled = scope.vector(n * d);
        kernels.scaleRows(rows.address, lambda.address, scaled.address, n, d);
        const [gradient, direction, z, proposal] = [d, d, n, d].map((length) => scope.vector(length));
        const work = scope.bytes(
          Math.max(
            kernels.binaryMultiplyWorkspace(1, n, d),
            kernels.multiplyTransposedWorkspace(1, n, d),
            kernels.multiplyWorkspace(1, d, n),
          ),
        );
        const evaluate = (gate: Float64Array): ProposedGate => {
          const bits = signRows(X, n, d, gate, scope);
          scope.child((inner) => {
            const address = inner.copyInBytes(bits);
            kernels.binaryMultiply(address, patternStride(n), scaled.address, gradient.address, 1, n, d, work);
          });
          const g = scope.view(gradient);
          let value = -1;
          let best = frequencies[0];
          for (const frequency of frequencies) {
            const size = lengthAt(g, frequency) / weightOf(frequency[1], d);
            if (size > value) [value, best] = [size, frequency];
          }
          const u = scope.view(direction).fill(0);
          for (let j = best[0]; j <= best[0] + Number(best[1]); j++) u[j] = g[j];
          kernels.multiplyTransposed(direction.address, rows.address, z.address, 1, n, d, work);
          kernels.multiplyElements(z.address, lambda.address, z.address, n);
          kernels.multiply(z.address, X.address, proposal.address, 1, d, n, work);
          return { value, bits, gate, proposal: scope.copyOut(proposal) };
        };
        const gates = Array.from({ length: starts.length / d }, (_, i) => starts.slice(i * d, (i + 1) * d));
        const found = climbGates((some) => some.map(evaluate), gates, wanted);
        return distinct(found.map((priced) => ({ ...priced, direction: priced.gate })));
      }),
  };
}

/** A unit v in Fourier coordinates with penalty 1, lambda^T (X v)_+ and its gradient. */
interface Valued extends Climber {
  readonly v: Float64Array;
  readonly sign: 1 | -1;
  readonly gradient: Float64Array;
}

/**
 * Local search for units of circular ReLU networks (math-architectures.md 6.1): the maximum of +-lambda^T (X v)_+ over the unit ball of
 * the spectral penalty, by proximal ascent from all starts; the best results are shaken and ascended again.
 */
export function spectralPricer({ rows, samples: n, columns: d, frequencies }: SpectralRows): Pricer {
  return {
    jointly: 1,
    directionLength: d,
    startsOf: (v) => directionsOf(v, d),
    price: (lambda, starts, wanted, outer) =>
      outer.child((scope) => {
        const multipliers = scope.copyOut(lambda);
        const sizeOf = (v: Float64Array) =>
          frequencies.reduce((sum, frequency) => sum + weightOf(frequency[1], d) * lengthAt(v, frequency), 0);
        const evaluate = (points: readonly Pick<Valued, 'v' | 'sign'>[]): Valued[] =>
          scope.child((inner) => {
            const { kernels } = inner;
            const count = points.length;
            const units = points.map(({ v }) => {
              const size = sizeOf(v);
              return size > 0 ? v.map((entry) => entry / size) : v;
            });
            const stacked = inner.vector(count * d);
            units.forEach((v, i) => {
              inner.view(stacked).set(v, i * d);
            });
            const scores = inner.vector(count * n);
            const forward = inner.bytes(kernels.multiplyTransposedWorkspace(count, n, d));
            kernels.multiplyTransposed(stacked.address, rows.address, scores.address, count, n, d, forward);
            const z = inner.view(scores);
            for (let i = 0; i < count * n; i++) z[i] = z[i] > 0 ? points[Math.floor(i / n)].sign * multipliers[i % n] : 0;
            const gradients = inner.vector(count * d);
            const backward = inner.bytes(kernels.multiplyWorkspace(count, d, n));
            kernels.multiply(scores.address, rows.address, gradients.address, count, d, n, backward);
            return units.map((v, i) => {
              const gradient = inner.view(gradients).slice(i * d, (i + 1) * d);
              const value = v.reduce((sum, entry, j) => sum + entry * gradient[j], 0);
              return { v, sign: points[i].sign, value, gradient, step: firstStep };
            });
          });
        const propose = (from: readonly Valued[]) =>
          evaluate(from.map((point) => ({ v: proposal(point, frequencies), sign: point.sign })));
        const signed = Array.from({ length: starts.length / d }, (_, i) =>
          ([1, -1] as const).map((sign) => ({ v: starts.slice(i * d, (i + 1) * d), sign })),
        ).flat();
        let found = ascend(evaluate(signed), propose);
        const random = createRandom(n, d);
        for (let round = 0; round < shakes; round++) {
          found.sort((a, b) => b.value - a.value);
          const moved = found.slice(0, shaken).map(({ v, sign }) => {
            const length = norm(v);
            return { v: v.map((entry) => entry + (shake * length * random.normal()) / Math.sqrt(d)), sign };
          });
          found = [...found, ...ascend(evaluate(moved), propose)];
        }
        const columns = found
          .filter(({ value }) => value > 0 && value >= wanted)
          .sort((a, b) => b.value - a.value)
          .map(({ v, value }): Column => {
            const length = norm(v);
            return { value, bits: signRows(rows, n, d, v, scope), direction: v.map((entry) => entry / length), gate: null };
          });
        return distinct(columns);
      }),
  };
}

/** v + t g, every frequency shrunk by t times the value and its weight: the ascent direction of value / penalty. */
function proposal({ v, gradient, value, step }: Valued, frequencies: SpectralRows['frequencies']): Float64Array {
  const size = norm(gradient);
  if (!(size > 0)) return v;
  const t = (step * norm(v)) / size;
  const moved = v.map((entry, j) => entry + t * gradient[j]);
  if (!(value > 0)) return moved;
  for (const frequency of frequencies) {
    const [first, pair] = frequency;
    const own = lengthAt(moved, frequency);
    const less = t * value * weightOf(pair, v.length);
    const keep = own > less ? 1 - less / own : 0;
    moved[first] *= keep;
    if (pair) moved[first + 1] *= keep;
  }
  return norm(moved) > 0 ? moved : v;
}

function lengthAt(x: Float64Array, [first, pair]: readonly [number, boolean]): number {
  return pair ? Math.sqrt(x[first] * x[first] + x[first + 1] * x[first + 1]) : Math.abs(x[first]);
}

/** The gates of the blocks that are not zero. */
function activeGates(v: Float64Array, { gates, count }: Patterns, d: number): Float64Array {
  const active: number[] = [];
  for (let at = 0; gates && at < v.length; at += d) {
    const pattern = (at / d) % count;
    if (v.subarray(at, at + d).some((entry) => entry !== 0)) active.push(...gates.subarray(pattern * d, (pattern + 1) * d));
  }
  return Float64Array.from(active);
}
