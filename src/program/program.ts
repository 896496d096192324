import type { Scope, Vector } from '../core/scope.js';
import type { Pause, Pausing } from '../pausing.js';

/**
 * The seams between architectures and solvers: types only. Every program of this library is
 *
 *   minimize over v   L( sum_b T_b v_b ) + beta * sum_b R_b(v_b),   optionally v_b in a cone K_b.
 *
 * Blocks stand one after another in one Vector; block b occupies [offsets[b], offsets[b + 1]). A fit with C outputs
 * and n samples is C x n: the n numbers of one output are contiguous.
 */

/** v -> sum_b T_b v_b. Never formed as a matrix. */
export interface FeatureMap {
  readonly samples: number;
  readonly outputs: number;
  /** Where each block starts; one entry more than there are blocks. */
  readonly offsets: Int32Array;
  /** Output that a block feeds (others stay zero), or null when blocks feed all outputs. */
  readonly blockOutput: Int32Array | null;
  /** Norm of each sample's row, the longest of any block, for bounds on rounding; default |x_k|. */
  readonly rowNorms?: Float64Array;
  /** fit = sum_b T_b v_b, fit has outputs x samples entries. */
  apply(v: Vector, fit: Vector): void;
  /** g_b = T_b^T lambda for every block. */
  applyTranspose(lambda: Vector, g: Vector): void;
  /**
   * T_b times k columns. `factor` holds k contiguous columns of block length. `out` receives k contiguous columns, of
   * `samples` entries when `blockOutput` is given (the only non-zero part) and of samples x outputs entries otherwise.
   */
  applyColumns(block: number, factor: Vector, k: number, out: Vector): void;
  /**
   * H += sum over the given blocks (all of one output) of scales_b T_b T_b^T: lower triangle, samples x samples. Only for
   * maps whose structure makes this cheaper than forming columns.
   */
  addSampleGram?(blocks: Int32Array, scales: Float64Array, H: Vector): Pausing<void>;
  /** T_b times one column for every given block, up to the signs of the blocks; present together with `addSampleGram`. */
  applyEach?(blocks: Int32Array, columns: Vector, out: Vector): void;
  /** B += sign * (T_b C)(T_b C)^T for k columns C, like `addSampleGram`; present together with it. */
  addOuterProduct?(block: number, columns: Vector, k: number, sign: 1 | -1, B: Vector): void;
  /** The same products for some blocks of one output alone, up to their signs; what it allocates is the caller's to release. */
  restrict?(blocks: Int32Array, scope: Scope): Pick<FeatureMap, 'apply' | 'applyTranspose'>;
}

/** A sum over samples. lambda = -grad L(fit) is the dual variable (math.md, table of losses). */
export interface Loss {
  readonly name: string;
  readonly outputs: number;
  /** Fixed numbers o that are added to every fit: this is L(fit + o). Absent: zeros. */
  readonly offset?: Float64Array;
  /** Upper bound on the curvature in one coordinate. */
  readonly smoothness: number;
  value(fit: Vector): number;
  negativeGradient(fit: Vector, lambda: Vector): void;
  /** Diagonal of the Hessian at `fit`. */
  curvature(fit: Vector, out: Vector): void;
  /** Hessian at `fit` times x, for losses that couple outputs (softmax); absent where the Hessian is diagonal. */
  applyCurvature?(fit: Vector, x: Vector, out: Vector): void;
  /** Fit whose negative gradient is scale * lambda: the inverse of `negativeGradient`, finite at the edge of the domain. */
  fitOfDual(lambda: Vector, scale: number, fit: Vector): void;
  /** g(scale * lambda) = -L*(-scale * lambda); -Infinity outside the domain. */
  dualValue(lambda: Vector, scale: number): number;
  /** Scale in [0, limit] that maximizes g(scale * lambda): closed form where there is one, else `limit` capped at 1. */
  bestScale(lambda: Vector, limit: number): number;
}

/** Penalty, block weights and cones together: their prox is joint. */
export interface Regularizer {
  /** sum_b R_b(v_b), without beta; cones are not checked. */
  value(v: Vector): number;
  /** out_b = prox of step * (R_b + indicator of K_b) at z_b. */
  prox(z: Vector, step: number, out: Vector): void;
  /** The prox is found by iterations (projections on cones) that cost more than a pass over the features. */
  readonly costlyProx?: boolean;
  /** max_b of the dual norm of g_b over K_b: an upper bound that is tight up to rounding. Zero is optimal iff <= beta. */
  dualNorm(g: Vector): number;
  /** {@link prox} and {@link dualNorm} with pauses, to the same bits; present where they can take long. */
  proxSteps?(z: Vector, step: number, out: Vector): Pausing<void>;
  dualNormSteps?(g: Vector): Pausing<number>;
}

export function* pausingProx(regularizer: Regularizer, z: Vector, step: number, out: Vector): Pausing<void> {
  if (regularizer.proxSteps) yield* regularizer.proxSteps(z, step, out);
  else regularizer.prox(z, step, out);
}

export function* pausingDualNorm(regularizer: Regularizer, g: Vector): Pausing<number> {
  return regularizer.dualNormSteps ? yield* regularizer.dualNormSteps(g) : regularizer.dualNorm(g);
}

/** A penalty whose prox has a derivative in closed form, as Newton steps need; `prox` remembers what the derivative is about. */
export interface SmoothRegularizer extends Regularizer {
  /** Blocks with a non-zero result in the last `prox`. */
  active(): Int32Array;
  /**
   * Factor R (length x k, k contiguous columns) of the derivative J_b = R R^T of the last `prox`, written to `out`;
   * returns k. `out` has room for length x length entries.
   */
  factor(block: number, out: Vector): number;
  /** Rank of J_b after the last `prox`, or a little more: decides which linear system is smaller. */
  rank(block: number): number;
  /**
   * J_b of the last `prox` as (1 - shrink) I + q q^T - sum of e e^T, where it has this form (then `addSampleGram` can
   * serve): q, then the `removed` columns e go to `out`, which has room for length x length entries. Null where it has not.
   */
  shrinkage?(block: number, out: Vector): { shrink: number; removed: number } | null;
}

export function isSmooth(regularizer: Regularizer): regularizer is SmoothRegularizer {
  return 'factor' in regularizer;
}

/** All that a solver ever sees. */
export interface Program {
  readonly features: FeatureMap;
  readonly loss: Loss;
  readonly regularizer: Regularizer;
  readonly beta: number;
}

/** One step of a solver: the best feasible blocks and the best dual point so far. */
export interface Iterate {
  readonly v: Vector;
  /** Dual variable, scaled to be feasible for the program's blocks, that gives `bound`. */
  readonly lambda: Vector;
  readonly objective: number;
  readonly bound: number;
  readonly iteration: number;
}

export interface SolverOptions {
  /** Stop when (objective - bound) / max(1e-300, |objective|) is at most this. */
  readonly tolerance: number;
  readonly maxIterations: number;
  /** Dual variable that belongs to the start, where one is known: outputs x samples. Solvers may use it. */
  readonly dual?: Vector;
}

/** Yields after every iteration, and pauses in between; knows no clock and no signal (run.ts does). Returns the best iterate. */
export interface Solver {
  readonly name: string;
  /** Null, or the sentence that says why this program is not for this solver. */
  accepts(program: Program): string | null;
  solve(program: Program, start: Vector | null, options: SolverOptions, scope: Scope): Generator<Iterate | Pause, Iterate>;
}
