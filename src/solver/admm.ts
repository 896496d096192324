import type { Scope, Vector } from '../core/scope.js';
import type { Pause, Pausing } from '../pausing.js';
import type { Iterate, Program, Solver, SolverOptions } from '../program/program.js';
import { Incumbent } from './incumbent.js';
import { generalSplitting, quadraticSplitting } from './splittings.js';

/** rho changes only where the residuals differ by more than this, and by at most `largestChange` at once. */
const imbalance = 3;
const largestChange = 10;
/** Iterations before the next look at rho grow by this: a rho that rests is what convergence needs. */
const patience = 1.4;

function* solve(
  program: Program,
  start: Vector | null,
  options: SolverOptions,
  scope: Scope,
): Generator<Iterate | Pause, Iterate> {
  const { features, loss, regularizer, beta } = program;
  const best = new Incumbent(program, features.offsets[features.offsets.length - 1], scope);
  const splitting = (loss.name === 'squared' ? quadraticSplitting : generalSplitting)(program, start, scope);
  const fit = scope.vector(features.samples * features.outputs);
  const lambda = scope.vector(fit.length);
  const g = scope.vector(best.v.length);
  function* look(): Pausing<void> {
    features.apply(splitting.u, fit);
    best.offerPoint(splitting.u, loss.value(fit) + beta * regularizer.value(splitting.u));
    loss.negativeGradient(fit, lambda);
    features.applyTranspose(lambda, g);
    yield* best.offerDual(lambda, g);
  }

  yield* look();
  let wait = 5;
  let nextChange = wait;
  let iteration = 0;
  while (iteration < options.maxIterations) {
    iteration++;
    const { primal, dual } = splitting.step();
    yield* look();
    yield best.iterate(iteration);
    if (best.reached(options.tolerance)) break;
    if (iteration < nextChange) continue;
    const factor = Math.min(largestChange, Math.max(1 / largestChange, Math.sqrt(primal / Math.max(dual, 1e-300))));
    if (factor * factor > imbalance || factor * factor < 1 / imbalance) splitting.scalePenalty(factor);
    wait *= patience;
    nextChange = iteration + wait;
  }
  return best.iterate(iteration);
}

/**
 * Alternating direction method of multipliers (Boyd et al. 2011), on two splittings:
 *
 * - squared loss: z = u, the quadratic in z and the penalty in u, with or without cones (their prox is joint);
 * - other losses: also f = A z, the loss in f through its own prox. Its linear system is factored once for all rho.
 *
 * rho follows the balance of the relative residuals (Wohlberg 2017). The gap comes from u and the gradient there, so it
 * means the same as for the other solvers. Memory: two square matrices of min(coefficients, fit entries).
 */
export const admm: Solver = { name: 'admm', accepts: () => null, solve };
