import { powerOfTwoOfLargest } from '../core/power-of-two.js';
import type { Scope } from '../core/scope.js';
import type { Pause, Pausing } from '../pausing.js';
import type { Matrix } from '../types.js';
import { arrangeSteps } from './arrangement.js';
import { type ConeMaximum, maximizeOverCells } from './dual-maximum.js';
import { boundDualConstraint, closedFormBound } from './dual-upper-bound.js';
import { enumerateSteps, patternBound } from './enumerate.js';
import { searchDirectionsSteps } from './price.js';
import { inverseRowNorms } from './row-norms.js';
import { gaussianRows } from './sample.js';

/** M = max over |w| <= 1 of |lambda^T (Xw)_+| between a value that is attained and a bound that is proven. */
export interface CertifiedMaximum extends ConeMaximum {
  /** No w does better; the value itself, up to rounding, where all patterns were listed. */
  readonly upperBound: number;
  /** All patterns were listed. */
  readonly enumerated: boolean;
}

export interface MaximumOptions {
  readonly seed: number;
  /** Nodes of branch and bound where the patterns are too many to list; 0: closed forms only. */
  readonly maxNodes: number;
  /** upperBound <= value (1 + tolerance) ends the search. */
  readonly tolerance: number;
  /** Local searches before branch and bound; default 1000. */
  readonly starts?: number;
}

/** Patterns beyond which local search and branch and bound take the place of enumeration. */
const enumerationLimit = 20_000;
const usualStarts = 1000;
/** Starts around a direction that branch and bound has found. */
const nearbyStarts = 12;
const nearby = 0.05;
/** Where nothing above zero is found, the proof is for this share of the closed forms. */
const smallest = 1e-9;

/**
 * Enumeration when there are at most 20 000 patterns. Otherwise 1000 local searches, then branch and bound for
 * value (1 + tolerance), which starts again from every better direction that it meets. Yields what is known.
 */
export function* certifiedMaximum(
  X: Matrix,
  lambda: Float64Array,
  options: MaximumOptions,
  scope: Scope,
): Generator<CertifiedMaximum | Pause, CertifiedMaximum> {
  const { rows: n, columns: d } = X;
  // Powers of two in and out: neither tiny nor huge data overflow, and no bit changes.
  const size = powerOfTwoOfLargest(X.data);
  const weight = powerOfTwoOfLargest(lambda);
  const data = X.data.map((entry) => entry / size);
  const weights = lambda.map((entry) => entry / weight);
  const inUnits = (best: ConeMaximum, upperBound: number, enumerated: boolean): CertifiedMaximum => ({
    ...best,
    value: best.value * size * weight,
    upperBound: Math.max(best.value, upperBound) * size * weight,
    enumerated,
  });
  const mark = scope.mark();
  try {
    const features = scope.copyIn(data);
    const inverse = scope.copyIn(inverseRowNorms(data, n, d));
    const multipliers = scope.copyIn(weights);
    if (patternBound(data, n, d, enumerationLimit) <= enumerationLimit) {
      const cells = yield* enumerateSteps(features, n, d, null, scope);
      const best = maximizeOverCells(features, inverse, d, cells, multipliers, scope);
      return inUnits(best, best.value, true);
    }
    const pricing = { X: features, inverseNorms: inverse, samples: n, columns: d, slope: 0 };
    function* search(best: ConeMaximum, starts: Float64Array): Pausing<ConeMaximum> {
      const [found] = yield* searchDirectionsSteps(pricing, multipliers, starts, best.value, scope);
      if (!found || !(found.value > best.value)) return best;
      return { value: found.value, sign: found.sign, direction: found.direction };
    }
    const nothing: ConeMaximum = { value: 0, sign: 1, direction: new Float64Array(d) };
    let best = yield* search(nothing, gaussianRows(options.starts ?? usualStarts, d, options.seed, 0));
    const arrangement = yield* arrangeSteps(features, n, d, scope);
    const closed = Math.max(...([1, -1] as const).map((sign) => closedFormBound(arrangement, 0, weights, sign, scope)));
    let bound = closed;
    let left = options.maxNodes;
    while (left > 0 && bound > best.value * (1 + options.tolerance)) {
      const goal = Math.max(best.value * (1 + options.tolerance), smallest * closed);
      const proof = boundDualConstraint(arrangement, 0, weights, goal, left, 0, scope);
      let next = proof.next();
      for (; !next.done; next = proof.next()) yield inUnits(best, Math.min(bound, next.value.value), false);
      const { value, violation, nodes } = next.value;
      bound = Math.min(bound, value);
      left -= Math.max(1, nodes);
      if (!violation) break;
      const { direction } = violation;
      best = { value: violation.value, sign: violation.sign, direction };
      const starts = gaussianRows(nearbyStarts, d, options.seed, 1);
      for (let at = 0; at < starts.length; at++) starts[at] = direction[at % d] + (at < d ? 0 : nearby) * starts[at];
      best = yield* search(best, starts);
    }
    return inUnits(best, bound, false);
  } finally {
    scope.release(mark);
  }
}
