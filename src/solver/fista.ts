import type { Scope, Vector } from '../core/scope.js';
import type { Pause } from '../pausing.js';
import { type Iterate, type Program, pausingProx, type Solver, type SolverOptions } from '../program/program.js';
import { Incumbent } from './incumbent.js';

const shrinkStep = 0.8;
const growStep = 1.25;
/** How much better than needed the quadratic model has to be before the step grows. */
const ampleSlack = 5;

/**
 * Largest step that the curvature along the gradient allows: too long for other directions, which backtracking finds out.
 */
function firstStep(program: Program, g: Vector, fit: Vector, scope: Scope): number {
  program.features.apply(g, fit);
  const bend = program.loss.smoothness * scope.kernels.dot(fit.address, fit.address, fit.length);
  const slope = scope.kernels.dot(g.address, g.address, g.length);
  return bend > 0 && slope > 0 ? slope / bend : 1;
}

/**
 * L(f + change) - L(f) + lambda^T change, the error of the linear model. Near the optimum the difference of two losses is
 * rounding; half the change of the gradient along `change` then takes its place (the same number for a quadratic loss).
 */
function modelError(
  program: Program,
  before: number,
  after: number,
  lambda: Vector,
  fit: Vector,
  change: Vector,
  newLambda: Vector,
  scope: Scope,
): number {
  const { kernels } = scope;
  const linear = kernels.dot(lambda.address, change.address, change.length);
  const error = after - before + linear;
  if (error > 1e-10 * (Math.abs(after) + Math.abs(before) + Math.abs(linear))) return error;
  program.loss.negativeGradient(fit, newLambda);
  return 0.5 * (linear - kernels.dot(newLambda.address, change.address, change.length));
}

function* solve(
  program: Program,
  start: Vector | null,
  options: SolverOptions,
  scope: Scope,
): Generator<Iterate | Pause, Iterate> {
  const { features, loss, regularizer, beta } = program;
  const { kernels } = scope;
  const length = features.offsets[features.offsets.length - 1];
  const fitLength = features.samples * features.outputs;
  const best = new Incumbent(program, length, scope);
  const copy = (from: Vector, to: Vector) => kernels.copyVector(from.address, to.address, from.length);
  const add = (scale: number, x: Vector, y: Vector) => kernels.addScaled(scale, x.address, y.address, x.length);
  const dot = (x: Vector, y: Vector) => kernels.dot(x.address, y.address, x.length);
  const subtract = (x: Vector, y: Vector, out: Vector) => {
    copy(x, out);
    add(-1, y, out);
  };

  // v is the current point, z the extrapolated one; their fits move along, so that no product is made twice.
  let v = scope.zeros(length);
  let next = scope.vector(length);
  const z = scope.vector(length);
  const g = scope.vector(length);
  const moved = scope.vector(length);
  let fit = scope.vector(fitLength);
  let nextFit = scope.vector(fitLength);
  const zFit = scope.vector(fitLength);
  const lambda = scope.vector(fitLength);
  const change = scope.vector(fitLength);
  const newLambda = scope.vector(fitLength);

  if (start) copy(start, v);
  features.apply(v, fit);
  copy(v, z);
  copy(fit, zFit);
  best.offerPoint(v, loss.value(fit) + beta * regularizer.value(v));

  let step = 0;
  let momentum = 1;
  let iteration = 0;
  while (iteration < options.maxIterations) {
    iteration++;
    loss.negativeGradient(zFit, lambda);
    features.applyTranspose(lambda, g);
    yield* best.offerDual(lambda, g);
    if (step === 0) step = firstStep(program, g, nextFit, scope);

    const zLoss = loss.value(zFit);
    let nextLoss: number;
    for (;;) {
      copy(z, moved);
      add(step, g, moved);
      yield* pausingProx(regularizer, moved, step * beta, next);
      features.apply(next, nextFit);
      nextLoss = loss.value(nextFit);
      subtract(next, z, moved);
      subtract(nextFit, zFit, change);
      const error = modelError(program, zLoss, nextLoss, lambda, nextFit, change, newLambda, scope);
      const distance = dot(moved, moved);
      if (ampleSlack * error < distance / (2 * step)) step *= growStep;
      // A step of the size of rounding says nothing about the curvature: it must not shrink the step length.
      else if (error > distance / (2 * step) && distance > 1e-26 * dot(next, next)) {
        step *= shrinkStep;
        continue;
      }
      break;
    }
    best.offerPoint(next, nextLoss + beta * regularizer.value(next));

    // Restart when the step taken points back along the momentum: `moved` is next - z.
    subtract(next, v, g);
    subtract(nextFit, fit, change);
    const restart = dot(moved, g) < 0;
    const grown = 0.5 * (1 + Math.sqrt(1 + 4 * momentum * momentum));
    const weight = restart ? 0 : (momentum - 1) / grown;
    momentum = restart ? 1 : grown;
    [v, next] = [next, v];
    [fit, nextFit] = [nextFit, fit];
    copy(v, z);
    add(weight, g, z);
    copy(fit, zFit);
    add(weight, change, zFit);

    yield best.iterate(iteration);
    if (best.reached(options.tolerance)) break;
  }
  return best.iterate(iteration);
}

/**
 * Accelerated proximal gradient with a step that adapts in both directions and a restart by the gradient criterion (Beck
 * and Teboulle 2009; O'Donoghue and Candes 2015). Serves every program. One product with T per
 * trial and one with its transpose per iteration: the bound comes from the gradient at the extrapolated point.
 */
export const fista: Solver = { name: 'fista', accepts: () => null, solve };
