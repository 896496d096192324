import { type Certificate, certify } from '../certificate/certificate.js';
import { safeNorm } from '../data/vector.js';
import { compensatedDot } from './compensated.js';
import { plainRows } from './gram-sums.js';
import { gramEntry, gramTimes, type MaskedGram } from './masked-gram.js';
import type { GramPoint } from './reduced-program.js';

/**
 * Rounding of an entry of G, c or y^T y, or of a product with them, relative to the sum of the magnitudes of its terms: a
 * product and plain sums of `plainRows` terms, then a handful of compensated additions, each 2^-53.
 */
const unit = 1.01 * (plainRows + 12) * 1.1102230246251565e-16;

/** 1/2 |T v - y|^2 from the sums alone. */
export function squaredLoss(gram: MaskedGram, v: Float64Array): number {
  const product = gramTimes(gram, v);
  return Math.max(0, gram.square / 2 - compensatedDot(v, gram.targets) + compensatedDot(v, product) / 2);
}

/** max_i |X^T D_i y|: at and above it the optimum is zero (math.md 2). */
export function gramBetaMax({ targets, columns }: MaskedGram): number {
  return blockNorms(targets, columns).reduce((most, size) => Math.max(most, size), 0);
}

/**
 * Objective of the blocks v over all rows and a lower bound of the program, from the sums alone. With lambda = alpha y + T w,
 * T^T lambda = alpha c + G w, lambda^T y = alpha y^T y + c^T w and |lambda|^2 = alpha^2 y^T y + 2 alpha c^T w + w^T G w give
 * the dual value of the best feasible t lambda (math.md 1, 2).
 */
export function certifyGram(gram: MaskedGram, { v, alpha, w }: GramPoint, beta: number, tolerance: number): Certificate {
  const penalty = blockNorms(v, gram.columns).reduce((sum, length) => sum + length, 0);
  const objective = squaredLoss(gram, v) + beta * penalty;
  const own = { alpha: 1, w: v.map((entry) => -entry) };
  const bound = Math.max(...[{ alpha, w }, own].map((dual) => dualValue(gram, dual, beta)));
  return certify(objective, Math.min(bound, objective), 'sampled', tolerance);
}

/**
 * Every sum over rows is off by at most `unit` times the sum of the magnitudes of its terms; by Cauchy-Schwarz that is at most
 * `unit` times the product of |lambda| summed in magnitudes, `size`, and of the other factor. The value is lowered by it.
 */
function dualValue(gram: MaskedGram, { alpha, w }: Omit<GramPoint, 'v'>, beta: number): number {
  const { targets, columns, square } = gram;
  const product = gramTimes(gram, w);
  const correlation = compensatedDot(w, targets);
  const roots = w.map((_, i) => Math.sqrt(gramEntry(gram, i, i)));
  const length = Math.sqrt(square);
  const size = w.reduce((sum, entry, i) => sum + Math.abs(entry) * roots[i], Math.abs(alpha) * length);
  const gradient = blockNorms(
    product.map((entry, i) => entry + alpha * targets[i]),
    columns,
  );
  const slack = blockNorms(roots, columns);
  const most = gradient.reduce((top, own, i) => Math.max(top, own + unit * size * slack[i]), 0);
  const along = alpha * square + correlation;
  const energy = Math.max(0, alpha * alpha * square + 2 * alpha * correlation + compensatedDot(w, product));
  const best = energy > 0 ? Math.max(0, along / energy) : 0;
  const scale = Math.min(best, most > 0 ? beta / most : Number.POSITIVE_INFINITY);
  const rounding = unit * size * (scale * length + scale * scale * size);
  // Zero is a bound of every loss.
  return Math.max(0, scale * along - (scale * scale * energy) / 2 - rounding);
}

function blockNorms(v: Float64Array, columns: number): number[] {
  return Array.from({ length: v.length / columns }, (_, block) => safeNorm(v.subarray(block * columns, (block + 1) * columns)));
}
