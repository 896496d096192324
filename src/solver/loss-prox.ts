import type { Scope, Vector } from '../core/scope.js';
import type { Loss } from '../program/program.js';

const maxSteps = 100;
const roundOff = 2 * Number.EPSILON;

/**
 * argmin over f of L(f) + rho/2 |f - c|^2 for any loss, by Newton's method from a warm start. Losses that are sums over
 * single numbers are solved number by number, inside brackets; losses that couple outputs by Newton steps from conjugate
 * gradients with a line search. Both end at rounding level, so the caller can treat the result as exact.
 */
export class LossProx {
  private readonly loss: Loss;
  private readonly scope: Scope;
  private readonly lambda: Vector;
  private readonly curvature: Vector;
  private readonly a: Vector;
  private readonly b: Vector;
  private readonly trial: Vector;

  constructor(loss: Loss, length: number, scope: Scope) {
    this.loss = loss;
    this.scope = scope;
    this.lambda = scope.vector(length);
    this.curvature = scope.vector(length);
    this.a = scope.vector(length);
    this.b = scope.vector(length);
    this.trial = scope.vector(length);
  }

  /** `f` is the warm start and becomes the result. */
  solve(c: Vector, rho: number, f: Vector): void {
    if (this.loss.applyCurvature) this.solveCoupled(c, rho, f);
    else this.solveSeparable(c, rho, f);
  }

  private solveSeparable(center: Vector, rho: number, fit: Vector): void {
    const { scope, loss } = this;
    const c = scope.view(center);
    const f = scope.view(fit);
    const lambda = scope.view(this.lambda);
    const curvature = scope.view(this.curvature);
    const low = scope.view(this.a);
    const high = scope.view(this.b);
    // lambda decreases in f, so the root of rho (f - c) = lambda(f) lies between c and c + lambda(c) / rho.
    loss.negativeGradient(center, this.lambda);
    for (let k = 0; k < f.length; k++) {
      const end = c[k] + lambda[k] / rho;
      low[k] = Math.min(c[k], end);
      high[k] = Math.max(c[k], end);
      f[k] = Math.min(high[k], Math.max(low[k], f[k]));
    }
    for (let step = 0, moving = true; moving && step < maxSteps; step++) {
      loss.negativeGradient(fit, this.lambda);
      loss.curvature(fit, this.curvature);
      moving = false;
      for (let k = 0; k < f.length; k++) {
        const slope = rho * (f[k] - c[k]) - lambda[k];
        if (slope > 0) high[k] = f[k];
        else low[k] = f[k];
        const next = f[k] - slope / (rho + curvature[k]);
        const far = Math.abs(next - f[k]) > roundOff * (Math.abs(f[k]) + Math.abs(c[k]));
        // The ends of the bracket are known: a step that lands there has to be cut, or two ends could swap for ever.
        f[k] = far && !(next > low[k] && next < high[k]) ? 0.5 * (low[k] + high[k]) : next;
        if (far) moving = true;
      }
    }
  }

  private solveCoupled(center: Vector, rho: number, fit: Vector): void {
    const { scope, loss } = this;
    const c = scope.view(center);
    const f = scope.view(fit);
    const lambda = scope.view(this.lambda);
    const direction = scope.view(this.a);
    const trial = scope.view(this.trial);
    /** Writes -gradient to `lambda` and returns its squared length. */
    const residual = (at: Vector, values: Float64Array): number => {
      loss.negativeGradient(at, this.lambda);
      let sum = 0;
      for (let k = 0; k < c.length; k++) {
        lambda[k] -= rho * (values[k] - c[k]);
        sum += lambda[k] * lambda[k];
      }
      return sum;
    };
    let size = residual(fit, f);
    for (let step = 0; step < maxSteps && size > 0; step++) {
      this.newtonDirection(fit, rho, size);
      // The gradient is strongly monotone: along the Newton direction its length falls for short steps, and full steps
      // are taken near the solution. Where no step helps, rounding is all that is left.
      let shorter = Number.POSITIVE_INFINITY;
      for (let length = 1; length > 1e-6 && !(shorter < size); length *= 0.5) {
        for (let k = 0; k < f.length; k++) trial[k] = f[k] + length * direction[k];
        shorter = residual(this.trial, trial);
      }
      if (!(shorter < size)) return;
      f.set(trial);
      size = shorter;
    }
  }

  /** Solves (Hessian + rho I) a = lambda, the right side of squared length `size`, by conjugate gradients. */
  private newtonDirection(fit: Vector, rho: number, size: number): void {
    const { scope, loss } = this;
    const x = scope.view(this.a).fill(0);
    const r = scope.view(this.lambda);
    const p = scope.view(this.b);
    const product = scope.view(this.curvature);
    p.set(r);
    let squared = size;
    for (let step = 0; step < maxSteps && squared > 1e-24 * size; step++) {
      loss.applyCurvature?.(fit, this.b, this.curvature);
      let bend = 0;
      for (let k = 0; k < p.length; k++) {
        product[k] += rho * p[k];
        bend += p[k] * product[k];
      }
      const length = squared / bend;
      let next = 0;
      for (let k = 0; k < p.length; k++) {
        x[k] += length * p[k];
        r[k] -= length * product[k];
        next += r[k] * r[k];
      }
      for (let k = 0; k < p.length; k++) p[k] = r[k] + (next / squared) * p[k];
      squared = next;
    }
  }
}
