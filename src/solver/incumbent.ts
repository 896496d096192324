import type { Scope, Vector } from '../core/scope.js';
import type { Pausing } from '../pausing.js';
import { type Iterate, type Program, pausingDualNorm } from '../program/program.js';

/** (objective - bound) / |objective|: what `tolerance` is about, free of the scale of data and loss. */
export function relativeGap(objective: number, bound: number): number {
  return (objective - bound) / Math.max(1e-300, Math.abs(objective));
}

/**
 * The best point and the best dual bound that a solver has met. Both only improve, and the bound holds for whatever dual
 * variable it comes from, so the gap is a proof even where iterates oscillate.
 */
export class Incumbent {
  readonly v: Vector;
  /** Scaled to be feasible; it gives `bound`. */
  readonly lambda: Vector;
  objective = Number.POSITIVE_INFINITY;
  bound = Number.NEGATIVE_INFINITY;
  private readonly program: Program;
  private readonly scope: Scope;

  constructor(program: Program, length: number, scope: Scope) {
    this.program = program;
    this.scope = scope;
    this.v = scope.zeros(length);
    this.lambda = scope.zeros(program.features.samples * program.features.outputs);
  }

  /** Keep `v` if its objective is the smallest so far. */
  offerPoint(v: Vector, objective: number): void {
    if (!(objective < this.objective)) return;
    this.objective = objective;
    this.scope.kernels.copyVector(v.address, this.v.address, v.length);
  }

  /** Bound from lambda, scaled until g = T^T lambda is dual feasible. */
  *offerDual(lambda: Vector, g: Vector): Pausing<void> {
    const { loss, regularizer, beta } = this.program;
    const dualNorm = yield* pausingDualNorm(regularizer, g);
    const scale = loss.bestScale(lambda, dualNorm > 0 ? beta / dualNorm : Number.POSITIVE_INFINITY);
    const bound = loss.dualValue(lambda, scale);
    if (!(bound > this.bound)) return;
    this.bound = bound;
    this.scope.kernels.copyVector(lambda.address, this.lambda.address, lambda.length);
    this.scope.kernels.scaleVector(scale, this.lambda.address, lambda.length);
  }

  reached(tolerance: number): boolean {
    return relativeGap(this.objective, this.bound) <= tolerance;
  }

  iterate(iteration: number): Iterate {
    return { v: this.v, lambda: this.lambda, objective: this.objective, bound: this.bound, iteration };
  }
}
