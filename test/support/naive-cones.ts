import type { Bench } from './kernel-harness.js';
import { numbers } from './kernel-harness.js';
import { inputBits, packBits } from './naive-masked.js';

/** {v in R^d : s_k a_k^T v >= 0}: plain rows and their signs. */
export interface PlainCone {
  readonly rows: readonly (readonly number[])[];
  readonly signs: readonly (1 | -1)[];
  readonly d: number;
}

export const dotPlain = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j] * b[j];
  return sum;
};

export const normPlain = (a: ArrayLike<number>): number => Math.sqrt(dotPlain(a, a));

/** s_k a_k, zero rows left out. */
export const signedRows = ({ rows, signs }: PlainCone): number[][] =>
  rows.map((row, k) => row.map((entry) => entry * signs[k])).filter((row) => row.some((entry) => entry !== 0));

/** Orthonormal basis of the span of some rows; null if one depends on those before it. */
function basisOf(rows: readonly (readonly number[])[]): number[][] | null {
  const basis: number[][] = [];
  for (const row of rows) {
    const length = normPlain(row);
    const rest = row.map((entry) => entry / length);
    for (let pass = 0; pass < 2; pass++) {
      for (const axis of basis) {
        const along = dotPlain(axis, rest);
        for (let j = 0; j < rest.length; j++) rest[j] -= along * axis[j];
      }
    }
    const size = normPlain(rest);
    if (size < 1e-11) return null;
    basis.push(rest.map((entry) => entry / size));
  }
  return basis;
}

/**
 * Projection on a cone by trying every face: the nearest of the feasible points among the projections of z on the
 * null spaces of at most d independent rows. For few rows, and rows that are parallel exactly or not nearly.
 */
export function naiveProjection(cone: PlainCone, z: ArrayLike<number>): Float64Array {
  const rows = signedRows(cone);
  const size = normPlain(z);
  let best = new Float64Array(cone.d);
  let distance = size;
  const visit = (next: number, chosen: number[][]): void => {
    const basis = basisOf(chosen);
    if (basis === null) return;
    const p = Float64Array.from(z);
    for (const axis of basis) {
      const along = dotPlain(axis, p);
      for (let j = 0; j < cone.d; j++) p[j] -= along * axis[j];
    }
    const away = normPlain(p.map((entry, j) => z[j] - entry));
    if (away < distance && rows.every((row) => dotPlain(row, p) >= -1e-12 * normPlain(row) * size)) {
      best = p;
      distance = away;
    }
    if (chosen.length < cone.d) for (let k = next; k < rows.length; k++) visit(k + 1, [...chosen, rows[k]]);
  };
  visit(0, []);
  return best;
}

/** What the kernel says of one projection. */
export interface Projected {
  readonly norm: number;
  readonly p: Float64Array;
  readonly set: number[];
  readonly nu: Float64Array;
}

/** The cone in kernel memory: rows, inverse norms and bits. */
export function placeCone(bench: Bench, { rows, signs, d }: PlainCone) {
  const A = bench.input(Float64Array.from({ length: rows.length * d }, (_, at) => rows[Math.floor(at / d)][at % d]));
  const inverse = bench.input(rows.map((row) => (normPlain(row) > 0 ? 1 / normPlain(row) : 0)));
  const bits = inputBits(
    bench,
    packBits(1, rows.length, (_, k) => signs[k] > 0),
  );
  return { A, inverse, bits, count: rows.length, d };
}

/** Runs projectCone; `warm` lists rows to try first. */
export function project(
  bench: Bench,
  cone: PlainCone,
  z: ArrayLike<number>,
  threshold = 0,
  warm: readonly number[] = [],
): Projected {
  const { kernels, scope } = bench;
  const { A, inverse, bits, count, d } = placeCone(bench, cone);
  const set = bench.work((d + 1) * 4);
  scope.integers(set, 1 + warm.length).set([warm.length, ...warm]);
  const p = bench.output(d);
  const work = bench.work(kernels.projectConeWorkspace(d));
  const norm = kernels.projectCone(A, inverse, bits, bench.input(z), threshold, set, p, count, d, work);
  const active = scope.integers(set, 1)[0];
  return {
    norm,
    p: norm > 0 ? bench.read(p, d) : new Float64Array(d),
    set: Array.from(scope.integers(set + 4, active)),
    // projectConeMultipliers: behind the two square matrices and one vector.
    nu: bench.read(work + (2 * d * d + d) * 8, active),
  };
}

/**
 * Residuals of the conditions that make p the projection of z: p in K, p - z = A_S^T nu with nu >= 0, p orthogonal to
 * p - z; relative to |z|, the second to the sum of its terms.
 */
export function optimality(cone: PlainCone, z: ArrayLike<number>, { p, set, nu }: Projected) {
  const size = normPlain(z);
  const rows = signedRows(cone);
  const feasibility = rows.reduce((worst, row) => Math.max(worst, -dotPlain(row, p) / normPlain(row)), 0) / size;
  const rest = Float64Array.from(z, (entry, j) => p[j] - entry);
  // Nearly parallel rows have large multipliers that cancel: rounding is relative to their sum.
  let terms = size;
  set.forEach((k, i) => {
    terms += Math.abs(nu[i]) * normPlain(cone.rows[k]);
    for (let j = 0; j < cone.d; j++) rest[j] -= nu[i] * cone.signs[k] * cone.rows[k][j];
  });
  const step = Float64Array.from(z, (entry, j) => entry - p[j]);
  return {
    feasibility,
    stationarity: normPlain(rest) / terms,
    negative: nu.reduce((worst, value) => Math.max(worst, -value), 0),
    complementarity: Math.abs(dotPlain(p, step)) / (size * size),
  };
}

/** Random cones of every kind that data bring: see the names. */
export const coneKinds = [
  'generic',
  'duplicates',
  'antiparallel',
  'zero rows',
  'rank deficient',
  'thin',
  'no rows',
  'integers',
] as const;
export type ConeKind = (typeof coneKinds)[number];

export function randomCone(kind: ConeKind, count: number, d: number, seed: number): PlainCone {
  const draws = numbers(count * d + 2 * count + d, seed);
  let rows = Array.from({ length: kind === 'no rows' ? 0 : count }, (_, k) => Array.from(draws.subarray(k * d, (k + 1) * d)));
  let signs: (1 | -1)[] = rows.map((_, k) => (draws[count * d + k] < 0 ? -1 : 1));
  const half = Math.max(1, Math.ceil(count / 2));
  if (kind === 'duplicates') rows = rows.map((_, k) => rows[k % half].map((entry) => entry * (k < half ? 1 : 0.5 + k)));
  if (kind === 'antiparallel') {
    rows = rows.map((_, k) => rows[k % half].map((entry) => entry * (k < half ? 1 : -2)));
    signs = signs.map((_, k) => signs[k % half]);
  }
  if (kind === 'zero rows') rows = rows.map((row, k) => (k % 3 === 0 ? row.map(() => 0) : row));
  if (kind === 'rank deficient') rows = rows.map((row) => row.map((_, j) => (j === 0 ? row[d - 1] - (row[1] ?? 0) : row[j])));
  if (kind === 'integers') rows = rows.map((row) => row.map((entry) => Math.round(1.6 * entry)));
  if (kind === 'thin') {
    // Rows that nearly contain one direction h on their planes: a ~ r - (r.h) h + small h.
    const h = Array.from(draws.subarray(draws.length - d));
    const square = dotPlain(h, h);
    rows = rows.map((row, k) => row.map((entry, j) => entry + ((1e-4 * (k + 1) - dotPlain(row, h)) / square) * h[j]));
    signs = signs.map(() => 1);
  }
  return { rows, signs, d };
}
