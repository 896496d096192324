import type { Scope, Vector } from '../core/scope.js';
import { Pace, type Pausing } from '../pausing.js';

/** Value at x; fills the gradient. */
export type Differentiable = (x: Vector, gradient: Vector) => number;

/** Pairs of steps and changes of the gradient that are remembered. */
const memory = 20;
const mostTrials = 12;
/** Armijo's share of the expected decrease, and Wolfe's of the slope that may be left. */
const decrease = 1e-4;
const slopeLeft = 0.9;
/** Evaluations after which a descent looks at what they gained. */
const stretch = 20;

/**
 * Limited-memory BFGS with a bisecting line search (Nocedal 1980): a descent method, which need not end at a minimum of a
 * function with kinks. Overwrites x by the best point. Pauses
 * between evaluations.
 *
 * @param least - ends when 20 evaluations gain less than this share of the value.
 * @param evaluations - at most so many; the cost is theirs and 4 x 20 vector operations each.
 * @param operations - of one evaluation.
 * @returns The value at x.
 */
export function* descend(
  evaluate: Differentiable,
  x: Vector,
  evaluations: number,
  operations: number,
  scope: Scope,
  least = 0,
): Pausing<number> {
  const mark = scope.mark();
  try {
    const { kernels } = scope;
    const n = x.length;
    const dot = (a: Vector, b: Vector) => kernels.dot(a.address, b.address, n);
    const add = (scale: number, a: Vector, to: Vector) => kernels.addScaled(scale, a.address, to.address, n);
    const copy = (from: Vector, to: Vector) => kernels.copyVector(from.address, to.address, n);
    let [gradient, nextGradient] = [scope.vector(n), scope.vector(n)];
    const [direction, trial] = [scope.vector(n), scope.vector(n)];
    const spare = Array.from({ length: memory + 1 }, () => ({ step: scope.vector(n), change: scope.vector(n), inner: 0 }));
    const pairs: typeof spare = [];
    const pace = new Pace();
    let value = evaluate(x, gradient);
    let mark = { value, used: 1 };
    for (let used = 1; used < evaluations; ) {
      searchDirection(gradient, pairs, direction, { dot, add, copy, scale: (s, a) => kernels.scaleVector(s, a.address, n) });
      const slope = dot(gradient, direction);
      if (!(slope < 0)) break;
      let [low, high, step] = [0, Number.POSITIVE_INFINITY, 1];
      let there = value;
      for (let k = 0; k < mostTrials && used < evaluations; k++, used++) {
        copy(x, trial);
        add(step, direction, trial);
        if (pace.due(operations)) yield;
        there = evaluate(trial, nextGradient);
        if (!(there <= value + decrease * step * slope)) high = step;
        else if (dot(nextGradient, direction) < slopeLeft * slope) low = step;
        else {
          used++;
          break;
        }
        step = high < Number.POSITIVE_INFINITY ? (low + high) / 2 : 2 * step;
      }
      if (!(there < value)) break;
      const pair = pairs.length === memory ? pairs.shift() : spare.pop();
      if (pair) {
        copy(trial, pair.step);
        add(-1, x, pair.step);
        copy(nextGradient, pair.change);
        add(-1, gradient, pair.change);
        pair.inner = dot(pair.step, pair.change);
        (pair.inner > 0 ? pairs : spare).push(pair);
      }
      copy(trial, x);
      [gradient, nextGradient] = [nextGradient, gradient];
      value = there;
      if (used - mark.used >= stretch) {
        if (mark.value - value < least * Math.abs(value)) break;
        mark = { value, used };
      }
    }
    return value;
  } finally {
    scope.release(mark);
  }
}

interface Operations {
  dot(a: Vector, b: Vector): number;
  add(scale: number, a: Vector, to: Vector): void;
  copy(from: Vector, to: Vector): void;
  scale(scale: number, a: Vector): void;
}

/** direction = -H gradient by the two loops over the pairs; without pairs a step of length 1 along the gradient. */
function searchDirection(
  gradient: Vector,
  pairs: readonly { step: Vector; change: Vector; inner: number }[],
  direction: Vector,
  { dot, add, copy, scale }: Operations,
): void {
  copy(gradient, direction);
  const shares: number[] = [];
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { step, change, inner } = pairs[i];
    shares[i] = dot(step, direction) / inner;
    add(-shares[i], change, direction);
  }
  const last = pairs.at(-1);
  scale(last ? last.inner / dot(last.change, last.change) : 1 / Math.sqrt(dot(gradient, gradient)), direction);
  pairs.forEach(({ step, change, inner }, i) => {
    add(shares[i] - dot(change, direction) / inner, step, direction);
  });
  scale(-1, direction);
}
