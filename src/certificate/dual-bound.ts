import type { Scope, Vector } from '../core/scope.js';
import { finish, type Pausing } from '../pausing.js';
import { type Program, pausingDualNorm } from '../program/program.js';

const epsilon = 2.220446049250313e-16;

/**
 * Rigorous lower bound on a program from any lambda (math.md 1): M = max_b of the dual norm of T_b^T lambda, raised by
 * its own rounding; t = the best scale at most beta / M; g(t lambda), lowered by its rounding.
 *
 * @param rowNorms - |x_k| of every sample, for the rounding of T_b^T lambda.
 * @param dualNorm - M from lambda; default the maximum over the program's blocks.
 */
export function dualBound(...question: Parameters<typeof dualBoundSteps>): number {
  return finish(dualBoundSteps(...question));
}

/** {@link dualBound} with pauses. */
export function* dualBoundSteps(
  program: Program,
  lambda: Vector,
  rowNorms: Float64Array,
  scope: Scope,
  dualNorm?: (lambda: Vector) => number,
): Pausing<number> {
  const mark = scope.mark();
  try {
    const { features, loss, beta } = program;
    const values = scope.copyOut(lambda);
    const samples = features.samples;
    let rounding = 0;
    let square = 0;
    let moved = 0;
    for (let k = 0; k < values.length; k++) {
      if (loss.offset) moved += Math.abs(values[k] * loss.offset[k]);
      rounding += Math.abs(values[k]) * rowNorms[k % samples];
      square += values[k] * values[k];
    }
    const largest = dualNorm ? dualNorm(lambda) : yield* blockMaximum(program, lambda, scope);
    const most = largest * (1 + 1e-13) + 2 * (samples + 8) * epsilon * rounding;
    const scale = loss.bestScale(lambda, most > 0 ? beta / most : Number.POSITIVE_INFINITY);
    const bound = loss.dualValue(lambda, scale);
    // Terms of g are at most |lambda y| + |lambda o| + lambda^2/2 or entropies; their sum is off by at most so much.
    return bound - 4 * (values.length + 8) * epsilon * (Math.abs(bound) + scale * scale * square + 2 * scale * moved);
  } finally {
    scope.release(mark);
  }
}

function* blockMaximum({ features, regularizer }: Program, lambda: Vector, scope: Scope): Pausing<number> {
  const g = scope.vector(features.offsets[features.offsets.length - 1]);
  features.applyTranspose(lambda, g);
  return yield* pausingDualNorm(regularizer, g);
}
