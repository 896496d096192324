import type { Architecture } from '../architectures/architecture.js';
import type { Scope } from '../core/scope.js';
import type { Patterns } from '../patterns/patterns.js';
import type { TrainingData } from '../program/training-data.js';

interface Blocks {
  readonly patterns: Patterns;
  readonly v: Float64Array;
  readonly lambda: Float64Array;
}

/** |lambda^T f| at the blocks of a step: what a violation of the dual constraint is worth (math.md 11.6). */
export function penaltyAlong(architecture: Architecture, data: TrainingData, step: Blocks, scope: Scope): number {
  return scope.child(() => {
    const { features } = architecture.program(data, step.patterns, scope);
    const fit = scope.vector(step.lambda.length);
    features.apply(scope.copyIn(step.v), fit);
    return Math.abs(scope.kernels.dot(scope.copyIn(step.lambda).address, fit.address, fit.length));
  });
}

/** Most that M may exceed beta by, times the root of the tolerance. */
const largestShare = 0.3;

/**
 * What the dual constraint may exceed beta by, relative, when `worth` of the objective may be lost: scaling lambda back
 * costs that share of `along`, and its square of the objective, which is all there is at the zero network.
 */
export function affordableExcess(worth: number, along: number, tolerance: number): number {
  const share = along > 0 ? worth / along : Number.POSITIVE_INFINITY;
  return Math.min(share, largestShare * Math.sqrt(tolerance));
}
