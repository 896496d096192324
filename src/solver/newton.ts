import type { Scope, Vector } from '../core/scope.js';
import { Pace, type Pause, type Pausing } from '../pausing.js';
import {
  type Iterate,
  isSmooth,
  type Program,
  pausingDualNorm,
  pausingProx,
  type Solver,
  type SolverOptions,
} from '../program/program.js';
import { NoFactor } from './factorize.js';
import { fista } from './fista.js';
import { Incumbent } from './incumbent.js';
import { NewtonSystem } from './newton-system.js';

/** Everything known at one fit f: the dual point, the prox step from v, and its value. */
interface Point {
  readonly fit: Vector;
  readonly lambda: Vector;
  /** T^T lambda */
  readonly g: Vector;
  /** prox of sigma beta R at v + sigma g */
  readonly next: Vector;
  readonly nextFit: Vector;
  /** F = f - T next; zero at the solution of the subproblem. */
  readonly residual: Vector;
}

/** Unknowns beyond which blocks that feed all outputs are not for Newton: first-order steps are cheaper there, by far. */
const largestJointSystem = 500;

/** Accuracy of Newton steps that are found by iterations, relative to the residual, and after one that did not help. */
const looseAccuracy = 0.03;
const closeAccuracy = 1e-6;

/**
 * Where one factor with all blocks costs as much as so many first-order iterations, those of `approachFactors` factors come first,
 * or what `roughGap` takes: Newton steps far from the optimum are the most expensive, since nearly all blocks are active.
 */
const approachRatio = 10;
const approachFactors = 10;
const roughGap = 0.05;

/**
 * Semismooth Newton augmented Lagrangian in sample space: a proximal point method on v whose subproblem
 *
 *   min over lambda of  L*(-lambda) + |prox_{sigma beta R}(v + sigma T^T lambda)|^2 / (2 sigma)
 *
 * is solved by Newton's method on the fit f, lambda = -grad L(f), F(f) = f - T prox(v + sigma T^T lambda(f)) = 0. Written
 * in f the dual domain of every loss is kept by construction, and flat pieces (hinge, Huber) need no special case.
 * The subproblem's own duality gap decides when v moves on; sigma grows, so that convergence becomes superlinear.
 * 10 to 25 Newton steps reach 1e-6 for programs with and without cones.
 *
 * Cost of a step: one product with T and T^T (n d P), plus the system of {@link NewtonSystem}.
 * Li, Sun, Toh (2018), A highly efficient semismooth Newton augmented Lagrangian method; solvers for convex neural
 * networks in sample space: ARCHITECTURE.md.
 */
export const newton: Solver = {
  name: 'newton',
  accepts({ features, regularizer }) {
    if (!isSmooth(regularizer)) return 'the prox of its penalty has no derivative in closed form';
    const { blockOutput, offsets, samples, outputs } = features;
    const unknowns = Math.min(samples * outputs, offsets[offsets.length - 1]);
    if (blockOutput !== null || unknowns <= largestJointSystem) return null;
    return `blocks that feed all outputs would make a dense Newton system of up to ${unknowns} unknowns`;
  },
  solve: (program, start, options, scope) => new NewtonSolve(program, options, scope).run(start),
};

/** A known dual variable comes with a v that is nearly right: sigma begins so many times larger. */
const warmGrowth = 100;
/** Steps after which a first subproblem that is not solved was not worth it: usually two are enough. */
const warmSteps = 8;

/** Subproblems without progress after which a solve ends, at whatever gap it has. */
const maximumStalls = 36;
/** Proximal steps without a smaller gap, sigma falling, after which it is as large again as when the gap last fell. */
const idleLimit = 6;

class NewtonSolve {
  private readonly program: Program;
  private readonly options: SolverOptions;
  private readonly scope: Scope;
  private readonly system: NewtonSystem;
  private readonly size: number;
  private readonly rows: number;
  private readonly v: Vector;
  private readonly best: Incumbent;
  private readonly z: Vector;
  private readonly delta: Vector;
  private readonly curvature: Vector;
  private readonly trialFit: Vector;
  private readonly point: Point;
  private readonly pace = new Pace();
  private sigma = 1;
  /** The first subproblem after a start with a dual variable. */
  private warm = false;
  /** Sigma above which rounding has stopped a subproblem, the least gap so far, and how often nothing has moved. */
  private ceiling = Number.POSITIVE_INFINITY;
  private gap = Number.POSITIVE_INFINITY;
  /** Gap that counted as progress last. */
  private mark = Number.POSITIVE_INFINITY;
  private idle = 0;
  /** Sigma at which the gap last fell. */
  private lively = 1;
  private stalls = 0;
  /** phi, objective at `next`, its penalty and dual value at `point`. */
  private merit = 0;
  private objective = 0;
  private dual = 0;

  constructor(program: Program, options: SolverOptions, scope: Scope) {
    this.program = program;
    this.options = options;
    this.scope = scope;
    this.system = new NewtonSystem(program, scope);
    const { offsets, samples, outputs } = program.features;
    this.size = offsets[offsets.length - 1];
    this.rows = samples * outputs;
    this.v = scope.zeros(this.size);
    this.best = new Incumbent(program, this.size, scope);
    this.z = scope.vector(this.size);
    this.delta = scope.vector(this.rows);
    this.curvature = scope.vector(this.rows);
    this.trialFit = scope.vector(this.rows);
    this.point = {
      fit: scope.zeros(this.rows),
      lambda: scope.vector(this.rows),
      g: scope.vector(this.size),
      next: scope.zeros(this.size),
      nextFit: scope.vector(this.rows),
      residual: scope.vector(this.rows),
    };
  }

  *run(start: Vector | null): Generator<Iterate | Pause, Iterate> {
    const { kernels } = this.scope;
    const { features, loss, regularizer, beta } = this.program;
    const { tolerance, maxIterations, dual } = this.options;
    let iteration = 0;
    if (start) kernels.copyVector(start.address, this.v.address, this.size);
    else iteration = yield* this.approach();
    features.apply(this.v, this.point.fit);
    this.best.offerPoint(this.v, loss.value(this.point.fit) + beta * regularizer.value(this.v));
    this.sigma = yield* this.initialSigma();
    if (regularizer.value(this.v) === 0) yield* this.startAlongDual();
    else yield* this.evaluate();
    if (start && dual && regularizer.value(this.v) > 0) yield* this.startAtDual(dual);
    let inner = 0;
    let stalled = false;
    for (; ; iteration++) {
      const accepted = this.subproblemSolved();
      yield* this.best.offerDual(this.point.lambda, this.point.g);
      yield this.best.iterate(iteration);
      if (this.best.reached(tolerance) || iteration >= maxIterations) return this.best.iterate(iteration);
      if (this.warm && !accepted && (stalled || inner >= warmSteps)) {
        yield* this.coolDown();
        inner = 0;
      } else if (accepted || stalled || inner >= 30) {
        this.warm = false;
        const next = stalled && !accepted ? this.best.v : this.point.next;
        kernels.copyVector(next.address, this.v.address, this.size);
        if (!this.adaptSigma(inner, stalled && !accepted)) return this.best.iterate(iteration);
        inner = 0;
        yield* this.evaluate();
      }
      stalled = !(yield* this.step());
      inner++;
    }
  }

  /** First-order iterations towards v where they are cheap beside Newton steps; returns how many. */
  private *approach(): Generator<Iterate | Pause, number> {
    const { program, scope, point } = this;
    const ratio = program.regularizer.costlyProx ? 0 : this.system.iterationsOfFactor();
    if (ratio < approachRatio) return 0;
    const mark = scope.mark();
    const tolerance = Math.max(this.options.tolerance, roughGap);
    const maxIterations = Math.min(this.options.maxIterations, Math.ceil(approachFactors * ratio));
    const { v, lambda, iteration } = yield* fista.solve(program, null, { tolerance, maxIterations }, scope);
    scope.kernels.copyVector(v.address, this.v.address, this.size);
    program.features.applyTranspose(lambda, point.g);
    yield* this.best.offerDual(lambda, point.g);
    scope.release(mark);
    return iteration;
  }

  /**
   * Larger after every subproblem: the fewer steps it took, the more. But rounding of g enters multiplied by sigma; where
   * nothing else moves, a smaller sigma gets further. False when that has not helped for long: rounding is all that is left.
   */
  private adaptSigma(inner: number, stalled: boolean): boolean {
    const left = this.best.objective - this.best.bound;
    if (left < this.gap) {
      this.idle = 0;
      this.lively = this.sigma;
    } else this.idle++;
    if (stalled || this.idle >= 2) {
      this.stalls++;
      this.sigma /= 3;
      this.ceiling = this.sigma;
      if (this.idle >= idleLimit) {
        // Ever shorter steps lead nowhere either: again from where something moved.
        this.sigma = this.lively;
        this.ceiling = Number.POSITIVE_INFINITY;
        this.idle = 0;
      }
    } else {
      this.sigma = Math.min(this.sigma * (inner <= 2 ? 6 : inner <= 6 ? 3 : 2), this.ceiling);
      this.ceiling *= 1.5;
    }
    if (left < 0.99 * this.mark) {
      this.stalls = 0;
      this.mark = left;
    }
    this.gap = Math.min(this.gap, left);
    return this.stalls <= maximumStalls;
  }

  /** The size of v that a step along the steepest block suggests, over beta: then blocks of that size survive the prox. */
  private *initialSigma(): Pausing<number> {
    const { features, loss, regularizer, beta } = this.program;
    const { fit, lambda, g } = this.point;
    const penalty = regularizer.value(this.v);
    loss.negativeGradient(fit, lambda);
    features.applyTranspose(lambda, g);
    const most = yield* pausingDualNorm(regularizer, g);
    if (penalty > 0) return (3 * penalty) / (beta * Math.max(1, this.activeBlocks()));
    return most > 0 ? (3 * this.best.objective) / (beta * most) : 1;
  }

  /**
   * From v = 0, lambda_0 = -grad L(0) is far outside the feasible set, and Newton would spend its first steps on coming
   * back. Starts on the ray t lambda_0 instead, where phi is smallest among t_0, 2 t_0, .. <= 1, t_0 feasible.
   */
  private *startAlongDual(): Pausing<void> {
    const { loss, regularizer, beta } = this.program;
    const { kernels } = this.scope;
    const { fit, lambda, g } = this.point;
    const most = yield* pausingDualNorm(regularizer, g);
    kernels.copyVector(lambda.address, this.delta.address, this.rows);
    let best = 1;
    let least = Number.POSITIVE_INFINITY;
    for (let scale = most > beta ? beta / most : 1; scale <= 1; scale *= 2) {
      loss.fitOfDual(this.delta, scale, fit);
      yield* this.evaluate();
      if (!(this.merit < least)) break;
      least = this.merit;
      best = scale;
    }
    loss.fitOfDual(this.delta, best, fit);
    yield* this.evaluate();
  }

  /**
   * At the optimum of a program that differs by a few blocks, v and lambda are nearly those wanted: a large sigma then moves v in
   * one subproblem, which begins at the fit of lambda, if that is where the merit is lower. On flat pieces of the slope (hinge,
   * Huber) lambda says nothing about the fit, which stays that of v.
   */
  private *startAtDual(dual: Vector): Pausing<void> {
    const { features, loss } = this.program;
    const { fit } = this.point;
    this.sigma *= warmGrowth;
    this.warm = true;
    yield* this.evaluate();
    const merit = this.merit;
    loss.curvature(fit, this.curvature);
    loss.fitOfDual(dual, 1, this.trialFit);
    const [bend, wanted, own] = [this.curvature, this.trialFit, fit].map((vector) => this.scope.view(vector));
    for (let k = 0; k < this.rows; k++) if (bend[k] > 0) own[k] = wanted[k];
    yield* this.evaluate();
    if (this.merit < merit) return;
    features.apply(this.v, fit);
    yield* this.evaluate();
  }

  /** The dual variable was far from where it led: the same v with a usual sigma. */
  private *coolDown(): Pausing<void> {
    this.warm = false;
    this.sigma /= warmGrowth;
    this.program.features.apply(this.v, this.point.fit);
    yield* this.evaluate();
  }

  private activeBlocks(): number {
    const { offsets } = this.program.features;
    const v = this.scope.view(this.v);
    let count = 0;
    for (let b = 0; b + 1 < offsets.length; b++) if (v.subarray(offsets[b], offsets[b + 1]).some((entry) => entry !== 0)) count++;
    return count;
  }

  /** Fills the point from its fit. */
  private *evaluate(): Pausing<void> {
    const { kernels } = this.scope;
    const { features, loss, regularizer, beta } = this.program;
    const { fit, lambda, g, next, nextFit, residual } = this.point;
    loss.negativeGradient(fit, lambda);
    features.applyTranspose(lambda, g);
    kernels.copyVector(this.v.address, this.z.address, this.size);
    kernels.addScaled(this.sigma, g.address, this.z.address, this.size);
    if (this.pace.due(this.rows * this.size)) yield;
    yield* pausingProx(regularizer, this.z, this.sigma * beta, next);
    if (this.pace.due(this.rows * this.size)) yield;
    features.apply(next, nextFit);
    kernels.copyVector(fit.address, residual.address, this.rows);
    kernels.addScaled(-1, nextFit.address, residual.address, this.rows);
    this.dual = loss.dualValue(lambda, 1);
    this.merit = kernels.dot(next.address, next.address, this.size) / (2 * this.sigma) - this.dual;
    this.objective = loss.value(nextFit) + beta * regularizer.value(next);
    this.best.offerPoint(next, this.objective);
  }

  /** Gap of the subproblem at (next, lambda), against how far v would move and what is left of the whole gap. */
  private subproblemSolved(): boolean {
    const { kernels } = this.scope;
    const { next } = this.point;
    const twice = 2 * this.sigma;
    kernels.copyVector(next.address, this.z.address, this.size);
    kernels.addScaled(-1, this.v.address, this.z.address, this.size);
    const moved = kernels.dot(this.z.address, this.z.address, this.size) / twice;
    const before = kernels.dot(this.v.address, this.v.address, this.size) / twice;
    const after = kernels.dot(next.address, next.address, this.size) / twice;
    const gap = this.objective + moved - this.dual - before + after;
    const left = this.best.objective - this.best.bound;
    const floor = (this.options.tolerance / 20) * Math.abs(this.best.objective);
    return gap <= Math.max(floor, Math.min(moved / 10, left / 20));
  }

  /** One Newton step with backtracking on phi; false if nothing moves by more than rounding. */
  private *step(accuracy = looseAccuracy): Pausing<boolean> {
    const { kernels } = this.scope;
    const { loss } = this.program;
    const { fit, residual } = this.point;
    loss.curvature(fit, this.curvature);
    const equation = { F: residual, fit, curvature: this.curvature, sigma: this.sigma };
    const mark = this.scope.mark();
    let iterated: boolean;
    try {
      iterated = yield* this.system.solve(equation, accuracy, this.delta);
    } catch (error) {
      if (!(error instanceof NoFactor)) throw error;
      // A smaller sigma may have a factor; the best point stays what it is.
      this.scope.release(mark);
      return false;
    }
    if (loss.applyCurvature) loss.applyCurvature(fit, this.delta, this.trialFit);
    else kernels.multiplyElements(this.curvature.address, this.delta.address, this.trialFit.address, this.rows);
    const slope = kernels.dot(residual.address, this.trialFit.address, this.rows);
    const merit = this.merit;
    const before = kernels.norm(residual.address, this.rows);
    const noise = 1e-14 * (Math.abs(merit) + Math.abs(this.dual));
    kernels.copyVector(fit.address, this.trialFit.address, this.rows);
    for (let size = 1; size > 1e-6; size /= 2) {
      kernels.copyVector(this.trialFit.address, fit.address, this.rows);
      kernels.addScaled(size, this.delta.address, fit.address, this.rows);
      yield* this.evaluate();
      if (!(this.merit <= merit + 1e-4 * size * slope + noise)) continue;
      const after = kernels.norm(residual.address, this.rows);
      return Math.abs(this.merit - merit) > noise || Math.abs(after - before) > 0.1 * before;
    }
    kernels.copyVector(this.trialFit.address, fit.address, this.rows);
    yield* this.evaluate();
    return iterated && accuracy > closeAccuracy ? yield* this.step(closeAccuracy) : false;
  }
}
