import type { Scope } from '../core/scope.js';
import type { Pausing } from '../pausing.js';
import type { Arrangement } from './arrangement.js';
import { BranchAndBound, nodesPerPause } from './branch-and-bound.js';
import type { ConeMaximum } from './dual-maximum.js';
import { closedFormBound } from './dual-upper-bound.js';

/** Relative; rounding of the node bounds is some 1e-12 of the value. */
const accuracy = 1e-9;
/** At most about two seconds: products of nodes, rows and rank. */
const work = 2e9;
const mostNodes = 4_000_000;

/**
 * M(lambda) = max over |w| <= 1 of |lambda^T phi(Xw)|, phi(z) = max(z, slope z), over all patterns: branch and bound
 * (math.md 1.6 b) from the best direction that local search knows; where the tree holds a better one, search goes on from it.
 *
 * @param climb - the best direction that local search reaches from the given one.
 * @returns The maximum and where it is attained; `exact` when nothing else is above it by more than a billionth of it.
 */
export function* provenMaximum(
  arrangement: Arrangement,
  slope: number,
  lambda: Float64Array,
  start: ConeMaximum,
  climb: (from: Float64Array) => ConeMaximum | null,
  scope: Scope,
): Pausing<ConeMaximum & { readonly exact: boolean }> {
  const { count, rank } = arrangement;
  const mark = scope.mark();
  try {
    let best = start;
    let left = Math.min(mostNodes, Math.floor(work / Math.max(1, count * rank)));
    const search = new BranchAndBound(arrangement, slope, scope);
    const together = nodesPerPause(arrangement);
    for (const sign of [1, -1] as const) {
      const bound = closedFormBound(arrangement, slope, lambda, sign, scope);
      while (bound > best.value * (1 + accuracy)) {
        search.start(lambda, sign, best.value * (1 + accuracy));
        let outcome = search.advance(Math.min(together, left));
        while (outcome === 'paused' && search.nodes < left) {
          yield;
          outcome = search.advance(Math.min(together, left - search.nodes));
        }
        left -= search.nodes;
        if (outcome === 'proven' && search.bound <= best.value * (1 + 2 * accuracy)) break;
        if (outcome !== 'violated') return { ...best, exact: false };
        const violation = search.violation();
        const higher = climb(violation.direction);
        best = higher && higher.value > violation.value ? higher : violation;
      }
    }
    return { ...best, exact: true };
  } finally {
    scope.release(mark);
  }
}
