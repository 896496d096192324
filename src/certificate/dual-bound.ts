import type { Scope, Vector } from '../core/scope.js';
import type { Program } from '../program/program.js';

const epsilon = 2.220446049250313e-16;

/**
 * Rigorous lower bound on a program from any lambda (math.md 1): M = max_b of the dual norm of T_b^T lambda, raised by
 * its own rounding; t = the best scale at most beta / M; g(t lambda), lowered by its rounding.
 *
 * @param rowNorms - |x_k| of every sample, for the rounding of T_b^T lambda.
 * @param dualNorm - M from lambda; default the maximum over the program's blocks.
 */
export function dualBound(
  program: Program,
  lambda: Vector,
  rowNorms: Float64Array,
  scope: Scope,
  dualNorm: (lambda: Vector) => number = (point) => blockMaximum(program, point, scope),
): number {
  return scope.child(() => {
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
    const most = dualNorm(lambda) * (1 + 1e-13) + 2 * (samples + 8) * epsilon * rounding;
    const scale = loss.bestScale(lambda, most > 0 ? beta / most : Number.POSITIVE_INFINITY);
    const bound = loss.dualValue(lambda, scale);
    // Terms of g are at most |lambda y| + |lambda o| + lambda^2/2 or entropies; their sum is off by at most so much.
    return bound - 4 * (values.length + 8) * epsilon * (Math.abs(bound) + scale * scale * square + 2 * scale * moved);
  });
}

function blockMaximum({ features, regularizer }: Program, lambda: Vector, scope: Scope): number {
  const g = scope.vector(features.offsets[features.offsets.length - 1]);
  features.applyTranspose(lambda, g);
  return regularizer.dualNorm(g);
}
