import type { Scope } from '../core/scope.js';
import type { Choice } from '../estimators/choice.js';
import { geometricGrid } from '../path/grid.js';
import type { Pause } from '../pausing.js';
import type { Iterate } from '../program/program.js';
import { gramBetaMax, squaredLoss } from './gram-fit.js';
import { gramSolver } from './gram-solver.js';
import type { MaskedGram } from './masked-gram.js';

/** The best beta of many rows is far below betaMax; a fit of this tolerance says which beta is best. */
const grid = { values: 16, ratio: 1e-6, patience: 2, tolerance: 1e-3, maxIterations: 60 };

/**
 * The beta of a decreasing grid whose fit to the sums `kept` has the smallest loss on the rows of `held`, for a problem over the
 * rows of both: losses are sums over rows, so beta grows with their number. Ends when two values in a row do not improve on one that
 * was better than no network: the first neurons may be worse.
 */
export function* chooseBeta(kept: MaskedGram, held: MaskedGram, scope: Scope): Generator<Iterate | Pause, Choice> {
  const { solve } = gramSolver(kept, scope);
  const share = (kept.rows + held.rows) / kept.rows;
  const most = gramBetaMax(kept);
  // Targets that are all the same: any beta has the same optimum.
  if (!(most > 0)) return { beta: share, cutShort: false, by: 'default', notes: [] };
  let best = { beta: most, loss: Number.POSITIVE_INFINITY };
  let first: number | undefined;
  let worse = 0;
  for (const beta of geometricGrid(most, grid.values, grid.ratio)) {
    const { v } = yield* solve(beta, grid.tolerance, grid.maxIterations);
    const loss = squaredLoss(held, v);
    worse = loss < best.loss * (1 - 1e-4) || best.loss === first ? 0 : worse + 1;
    first ??= loss;
    if (loss < best.loss) best = { beta, loss };
    if (worse === grid.patience) break;
  }
  return { beta: best.beta * share, cutShort: false, by: 'folds', notes: [] };
}
