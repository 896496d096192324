import { epsilon, powerOfTwo, up } from './interval.js';
import { maximum, type Rows } from './rows.js';

/**
 * F(z) = linear^T z + sum_i kinks_i (row_i^T z)_+, of which is claimed that F(z) <= limit |z|, by bounds on cones that cover
 * space. `limit` is what is left of the claim once rounding is taken off.
 */
export interface Bounded {
  readonly rows: Float64Array;
  readonly rank: number;
  readonly kinks: Float64Array;
  readonly linear: Float64Array;
  /** How far off row_i^T z may be computed, for z in the cube. */
  readonly blur: Float64Array;
  readonly limit: number;
}

/** z = s p, s >= 0, p in the box [lo, hi], whose side `face` is a point, 1 or -1. Rows that change sign in the box are open. */
export interface Cone {
  readonly face: number;
  readonly lo: Float64Array;
  readonly hi: Float64Array;
  /** `linear` and the open rows' fellows that are positive throughout, summed. */
  readonly base: Float64Array;
  readonly open: Int32Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

const narrowest = 9.094947017729282e-13; // 2^-40: ends of boxes are multiples of it, hence exact

/**
 * sign * lambda^T phi(Xw) <= constraint for |w| <= 1, as a claim on F: phi(t) = slope t + (1 - slope) (t)_+, and
 * (-t)_+ = (t)_+ - t for rows that point against their owner.
 *
 * Rounding, with S = sum |lambda_k factor_k| |row|_1 and u = epsilon / 2 (Higham 2002, Lemma 3.1: a chain of m roundings costs
 * gamma_m < 1.01 m u): kinks are off by gamma_(n+3) 2S in all, linear by gamma_(2n+3) S, and the sums over rows in a cone by
 * gamma_(n+8) of at most 5.1 S; together less than 16 (n + 8) u S. lambda is scaled by a power of two first, so that S is
 * about 1 and what underflows is far below.
 */
export function claimOf(
  { rows, rank, owner, factor, residual, sizes, stretch, unit }: Rows,
  lambda: ArrayLike<number>,
  sign: 1 | -1,
  slope: number,
  constraint: number,
): Bounded {
  const count = lambda.length;
  const lambdaUnit = powerOfTwo(maximum(lambda));
  const kinks = new Float64Array(count);
  const along = new Float64Array(count);
  let size = 0;
  let outside = 0;
  for (let k = 0; k < count; k++) {
    const weight = (sign * lambda[k]) / lambdaUnit;
    const own = weight * factor[k];
    kinks[owner[k]] += (1 - slope) * (weight * Math.abs(factor[k]));
    along[owner[k]] += factor[k] > 0 ? slope * own : own;
    size = up(size + up(Math.abs(own) * sizes[owner[k]]));
    outside = up(outside + up(Math.abs(weight) * residual[k]));
  }
  const linear = new Float64Array(rank);
  for (let i = 0; i < count; i++) for (let j = 0; j < rank; j++) linear[j] += along[i] * rows[i * rank + j];
  const left = (constraint / unit / lambdaUnit - outside) / stretch;
  return {
    rows,
    rank,
    kinks,
    linear,
    blur: sizes.map((entry) => 2 * (rank + 3) * epsilon * entry),
    limit: left - 8 * epsilon * Math.abs(left) - 8 * (count + 8) * epsilon * size,
  };
}

/** The 2 rank faces of the cube: together they are all of space. */
export function faces(claim: Bounded): Cone[] {
  const { rank, kinks, linear } = claim;
  const all = Int32Array.from(kinks.keys()).filter((i) => kinks[i] !== 0);
  const side = (face: number, at: 1 | -1, other: 1 | -1) =>
    Float64Array.from({ length: rank }, (_, j) => (j === face ? at : other));
  return Array.from({ length: 2 * rank }, (_, f) => {
    const [face, at] = [f >> 1, f & 1 ? 1 : -1] as const;
    return narrow(claim, face, side(face, at, -1), side(face, at, 1), linear, all);
  });
}

/** The lower and the upper half of a cone, or null: not along its face, and not for ever. */
export function halve(claim: Bounded, { face, lo, hi, base, open }: Cone, axis: number): [Cone, Cone] | null {
  if (!(axis >= 0 && axis < claim.rank && axis !== face && hi[axis] - lo[axis] > narrowest)) return null;
  const middle = 0.5 * (lo[axis] + hi[axis]);
  const cut = (ends: Float64Array) => ends.map((end, j) => (j === axis ? middle : end));
  return [narrow(claim, face, lo, cut(hi), base, open), narrow(claim, face, cut(lo), hi, base, open)];
}

function narrow(claim: Bounded, face: number, lo: Float64Array, hi: Float64Array, from: Float64Array, rows: Int32Array): Cone {
  const { rank, rows: X, kinks, blur } = claim;
  const base = from.slice();
  const open = new Int32Array(rows.length);
  const [low, high] = [new Float64Array(rows.length), new Float64Array(rows.length)];
  let count = 0;
  for (const i of rows) {
    let centre = 0;
    let radius = 0;
    for (let j = 0, at = i * rank; j < rank; j++, at++) {
      centre += X[at] * (0.5 * (lo[j] + hi[j]));
      radius += Math.abs(X[at]) * (0.5 * (hi[j] - lo[j]));
    }
    const least = centre - radius - blur[i];
    const most = centre + radius + blur[i];
    if (most <= 0) continue;
    if (least >= 0) {
      for (let j = 0; j < rank; j++) base[j] += kinks[i] * X[i * rank + j];
      continue;
    }
    low[count] = least;
    high[count] = most;
    open[count++] = i;
  }
  return { face, lo, hi, base, open: open.slice(0, count), low, high };
}

/** alpha of an open row with a negative kink, where the certificate states none. */
export const usualSlope = (low: number, high: number): 0 | 1 => (low + high > 0 ? 1 : 0);

/**
 * c with F(z) <= c^T z on the cone: (t)_+ <= slope t + max(-slope low, (1 - slope) high) for low <= t <= high, whatever slope
 * in [0, 1] (where t = row^T p, z = s p and s = |z_face|), and -(t)_+ <= -alpha t. `slopes` has one number for every open row.
 */
export function linearBound({ rows, rank, kinks }: Bounded, cone: Cone, slopes: ArrayLike<number>): Float64Array {
  const { face, lo, base, open, low, high } = cone;
  const c = base.slice();
  for (let q = 0; q < open.length; q++) {
    const i = open[q];
    const slope = slopes[q];
    if (kinks[i] > 0) c[face] += lo[face] * kinks[i] * Math.max(-slope * low[q], (1 - slope) * high[q]);
    for (let j = 0; j < rank; j++) c[j] += kinks[i] * slope * rows[i * rank + j];
  }
  return c;
}

/** Slope of the chord where the kink is positive, else alpha. */
export function usualSlopes({ kinks }: Bounded, { open, low, high }: Cone): Float64Array {
  return Float64Array.from(open, (i, q) =>
    kinks[i] > 0 ? Math.min(1, high[q] / (high[q] - low[q])) : usualSlope(low[q], high[q]),
  );
}

/**
 * Whether |p| <= limit for p = c (`s` null) or for p_j = c_j moved into [lo_j s, hi_j s]: then c^T z <= p^T z <= limit |z|,
 * because p is c plus non-negative multiples of the normals of the cone: of z_j - lo_j |z_face|, of hi_j |z_face| - z_j, and
 * of |z_face|.
 */
export function isShort({ rank, limit }: Bounded, { face, lo, hi }: Cone, c: Float64Array, s: number | null): boolean {
  let square = 0;
  let first = lo[face] * c[face];
  let moved = Math.abs(first);
  for (let j = 0; j < rank; j++) {
    if (j === face) continue;
    let p = c[j];
    if (s !== null && c[j] < lo[j] * s) {
      p = lo[j] * s;
      first -= lo[j] * (p - c[j]);
    } else if (s !== null && c[j] > hi[j] * s) {
      p = hi[j] * s;
      first -= hi[j] * (p - c[j]);
    }
    moved += Math.abs(p - c[j]);
    square += p * p;
  }
  // `first` was computed by 2 rank roundings of terms of at most `moved`.
  if (s !== null) first = Math.max(0, first + 4 * (rank + 2) * epsilon * moved);
  return Math.sqrt(square + first * first) * (1 + 4 * (rank + 4) * epsilon) <= limit;
}
