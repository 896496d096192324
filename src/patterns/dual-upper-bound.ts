import type { Scope } from '../core/scope.js';
import type { Arrangement } from './arrangement.js';
import { BranchAndBound, nodesPerPause, type Violation } from './branch-and-bound.js';

const epsilon = 2.220446049250313e-16;
/** Share of the nodes that a first attempt at the goal may take; then come these multiples of the goal, loosest first. */
const firstShare = 0.4;
const firstNodes = 4_000_000;
const rungs = [2, 1.5, 1.2, 1.1, 1.05, 1.02];

/** What is known of M(lambda) = max over |w| <= 1 of |lambda^T phi(Xw)|, over all patterns. */
export interface DualUpperBound {
  /** M <= value, proven. */
  readonly value: number;
  /** Directions with |lambda^T phi(Xw)| above the goal: the last search found one. */
  readonly violation: Violation | null;
  /** value <= goal, up to nodes too small to divide. */
  readonly reached: boolean;
  readonly nodes: number;
}

/**
 * Closed forms for one sign (math.md 1.6 e): the smaller of Cauchy's bound and of a spectral one, with
 * (z)_+ = (z + |z|)/2, sum kappa_i |row_i^T w| <= sqrt(sum kappa_i |row_i| * largest eigenvalue of sum kappa_i row_i row_i^T/|row_i|).
 */
export function closedFormBound(
  arrangement: Arrangement,
  slope: number,
  lambda: Float64Array,
  sign: 1 | -1,
  scope: Scope,
): number {
  const { samples, count, rank, stride, owner, factor, residual, squares } = arrangement;
  const rows = scope.copyOut(arrangement.rows);
  const kinks = new Float64Array(count);
  const along = new Float64Array(count);
  let cauchy = 0;
  let rounding = 0;
  for (let k = 0; k < samples; k++) {
    const i = owner[k];
    if (i < 0) continue;
    const weight = sign * lambda[k] * factor[k];
    const length = Math.sqrt(squares[i]);
    kinks[i] += (1 - slope) * Math.abs(factor[k]) * sign * lambda[k];
    along[i] += factor[k] > 0 ? slope * weight : weight;
    cauchy += (sign * lambda[k] > 0 ? 1 : Math.max(slope, 0)) * Math.abs(weight) * length;
    rounding += 2 * Math.abs(lambda[k]) * residual[k] + 4 * (samples + 64 * rank) * epsilon * Math.abs(weight) * length;
  }
  let weights = 0;
  const gram = new Float64Array(rank * rank);
  const linear = new Float64Array(rank);
  for (let i = 0; i < count; i++) {
    const length = Math.sqrt(squares[i]);
    for (let j = 0; j < rank; j++) linear[j] += (along[i] + kinks[i] / 2) * rows[i * stride + j];
    if (!(kinks[i] > 0) || !(length > 0)) continue;
    weights += kinks[i] * length;
    for (let a = 0; a < rank; a++)
      for (let b = 0; b < rank; b++) gram[a * rank + b] += (kinks[i] * rows[i * stride + a] * rows[i * stride + b]) / length;
  }
  const largest = scope.child(() => {
    const { kernels } = scope;
    const values = scope.vector(rank);
    const work = scope.bytes(kernels.symmetricEigenWorkspace(rank));
    kernels.symmetricEigen(scope.copyIn(gram).address, values.address, scope.vector(rank * rank).address, rank, work);
    return rank > 0 ? scope.view(values)[rank - 1] : 0;
  });
  let square = 0;
  for (const entry of linear) square += entry * entry;
  const spectral = Math.sqrt(square) + 0.5 * Math.sqrt(weights * (Math.max(0, largest) + 1e-12 * weights));
  return Math.min(cauchy, spectral) * (1 + 1e-12) + rounding;
}

/**
 * Proves M(lambda) <= goal by branch and bound, or finds a direction above it. When `budget` nodes do not suffice, the
 * nodes that are left go to larger multiples of the goal, from the loosest on: the best that was proven is returned.
 * Yields what is known after every few thousand nodes.
 *
 * @param expected - nodes that a similar proof took: the first attempt gets a few times as many.
 */
export function* boundDualConstraint(
  arrangement: Arrangement,
  slope: number,
  lambda: Float64Array,
  goal: number,
  budget: number,
  expected: number,
  scope: Scope,
): Generator<DualUpperBound, DualUpperBound> {
  const signs = [1, -1] as const;
  const best = signs.map((sign) => closedFormBound(arrangement, slope, lambda, sign, scope));
  const mark = scope.mark();
  try {
    const search = new BranchAndBound(arrangement, slope, scope);
    const together = nodesPerPause(arrangement);
    let spent = 0;
    /** Searched to the end at the goal: what is left are nodes too small to divide. */
    const settled = signs.map(() => false);
    const known = (violation: Violation | null = null): DualUpperBound => {
      const value = Math.max(...best);
      return { value, violation, reached: value <= goal * (1 + 1e-9), nodes: spent };
    };
    const first = Math.min(Math.max(firstNodes, 3 * expected), Math.ceil(firstShare * budget));
    for (const [attempt, multiple] of [1, ...rungs, 1].entries()) {
      for (const [i, sign] of signs.entries()) {
        if (best[i] <= goal * multiple || settled[i]) continue;
        const limit = attempt === 0 ? first : budget - spent;
        if (limit <= 0) return known();
        search.start(lambda, sign, goal * multiple);
        let outcome = search.advance(Math.min(together, limit));
        while (outcome === 'paused' && search.nodes < limit) {
          yield { ...known(), nodes: spent + search.nodes };
          outcome = search.advance(Math.min(together, limit - search.nodes));
        }
        spent += search.nodes;
        if (outcome === 'violated') return known(search.violation());
        if (outcome === 'paused') continue;
        best[i] = Math.min(best[i], search.bound);
        settled[i] = multiple === 1;
        yield known();
      }
    }
    return known();
  } finally {
    scope.release(mark);
  }
}
