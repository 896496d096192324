import type { Scope, Vector } from '../core/scope.js';
import type { Program } from '../program/program.js';
import { LossProx } from './loss-prox.js';
import { NormalEquations } from './normal-equations.js';

/** Over-relaxation (Eckstein and Bertsekas 1992; 1.5 to 1.8 is customary). */
const relaxation = 1.6;
/** rho stays above this share of the mean diagonal of A^T W A: below, rounding alone makes the shifted matrix indefinite. */
const leastShift = 1e-10;

/** How far one iteration of a splitting is from its fixed point, each relative to the terms that should cancel. */
export interface Residuals {
  readonly primal: number;
  readonly dual: number;
}

/** One way to split a program. `u` lies in the cones and carries the penalty: the point to report. */
export interface Splitting {
  readonly u: Vector;
  step(): Residuals;
  /** Multiplies rho, and divides the scaled dual variables so that the unscaled ones stay. */
  scalePenalty(factor: number): void;
}

/** Vector arithmetic that both splittings share. */
function arithmetic(scope: Scope) {
  const { kernels } = scope;
  return {
    copy: (from: Vector, to: Vector) => kernels.copyVector(from.address, to.address, from.length),
    add: (scale: number, x: Vector, y: Vector) => kernels.addScaled(scale, x.address, y.address, x.length),
    scale: (factor: number, x: Vector) => kernels.scaleVector(factor, x.address, x.length),
    squared: (x: Vector) => kernels.dot(x.address, x.address, x.length),
    /** |x - y|^2. */
    distance(x: Vector, y: Vector): number {
      const a = scope.view(x);
      const b = scope.view(y);
      let sum = 0;
      for (let k = 0; k < a.length; k++) sum += (a[k] - b[k]) * (a[k] - b[k]);
      return sum;
    },
  };
}

const ratio = (squared: number, reference: number) => Math.sqrt(squared / Math.max(reference, 1e-300));

/**
 * Quadratic loss, z = u: minimize 1/2 |A z - y|^2_W + beta R(u). The weights and A^T W y come from the derivatives of the
 * loss at zero, so any quadratic loss is served. The matrix A^T W A + rho I is factored again when rho changes.
 */
export function quadraticSplitting(program: Program, start: Vector | null, scope: Scope): Splitting {
  const { features, loss, regularizer, beta } = program;
  const { copy, add, scale, squared, distance } = arithmetic(scope);
  const length = features.offsets[features.offsets.length - 1];
  const zeroFit = scope.zeros(features.samples * features.outputs);
  const derivative = scope.vector(zeroFit.length);
  loss.curvature(zeroFit, derivative);
  const equations = new NormalEquations(features, scope.copyOut(derivative), scope);
  loss.negativeGradient(zeroFit, derivative);
  const correlation = scope.vector(length);
  features.applyTranspose(derivative, correlation);

  const u = scope.zeros(length);
  const before = scope.vector(length);
  const w = scope.zeros(length);
  const z = scope.vector(length);
  const right = scope.vector(length);
  let rho = equations.meanDiagonal || 1;
  const leastRho = leastShift * rho;
  if (start) copy(start, u);
  return {
    u,
    scalePenalty(wanted) {
      const factor = rho * wanted < leastRho ? leastRho / rho : wanted;
      rho *= factor;
      scale(1 / factor, w);
    },
    step() {
      equations.prepare(rho);
      copy(correlation, right);
      add(rho, u, right);
      add(-rho, w, right);
      equations.solve(right, z);
      const primal = ratio(distance(z, u), Math.max(squared(z), squared(u)));
      copy(u, before);
      scale(relaxation, z);
      add(1 - relaxation, u, z);
      add(1, z, w);
      regularizer.prox(w, beta / rho, u);
      add(-1, u, w);
      return { primal, dual: ratio(distance(u, before), squared(w)) };
    },
  };
}

/**
 * Any loss, f = A z and z = u: minimize L(f) + beta R(u), with penalty rho/2 |A z - f|^2 + rho shift/2 |z - u|^2. The
 * matrix A^T A + shift I does not contain rho: it is factored once.
 */
export function generalSplitting(program: Program, start: Vector | null, scope: Scope): Splitting {
  const { features, loss, regularizer, beta } = program;
  const { copy, add, scale, squared, distance } = arithmetic(scope);
  const length = features.offsets[features.offsets.length - 1];
  const fitLength = features.samples * features.outputs;
  const equations = new NormalEquations(features, new Float64Array(fitLength).fill(1), scope);
  const shift = equations.meanDiagonal || 1;
  equations.prepare(shift);
  const lossProx = new LossProx(loss, fitLength, scope);

  const u = scope.zeros(length);
  const f = scope.vector(fitLength);
  const w = scope.zeros(length);
  const a = scope.zeros(fitLength);
  const z = scope.vector(length);
  const fit = scope.vector(fitLength);
  const right = scope.vector(length);
  const u0 = scope.vector(length);
  const f0 = scope.vector(fitLength);
  let rho = loss.smoothness || 1;
  if (start) copy(start, u);
  features.apply(u, f);
  return {
    u,
    scalePenalty(factor) {
      rho *= factor;
      scale(1 / factor, w);
      scale(1 / factor, a);
    },
    step() {
      copy(f, fit);
      add(-1, a, fit);
      features.applyTranspose(fit, right);
      add(shift, u, right);
      add(-shift, w, right);
      equations.solve(right, z);
      features.apply(z, fit);
      const size = Math.max(squared(fit) + shift * squared(z), squared(f) + shift * squared(u));
      const primal = ratio(distance(fit, f) + shift * distance(z, u), size);
      copy(u, u0);
      copy(f, f0);

      scale(relaxation, z);
      add(1 - relaxation, u, z);
      add(1, z, w);
      regularizer.prox(w, beta / (rho * shift), u);
      add(-1, u, w);

      scale(relaxation, fit);
      add(1 - relaxation, f, fit);
      add(1, fit, a);
      lossProx.solve(a, rho, f);
      add(-1, f, a);
      const dual = ratio(distance(f, f0) + shift * distance(u, u0), squared(a) + shift * squared(w));
      return { primal, dual };
    },
  };
}
