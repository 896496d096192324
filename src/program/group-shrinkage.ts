/** A row, or what is left of it, whose part outside the span of the others is at most this share of it adds nothing. */
const dependent = 1e-9;
const mostSteps = 60;
/** Steps below these shares of v and z end the minimization. */
const settled = 1e-14;
const rounding = 1e-15;
/** A part this small against v is on its way to zero, where Newton's method does not get. */
export const vanishing = 1e-6;

export const dot = (x: Float64Array, y: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
};

/** Norm of part j. */
export function partNorm(v: Float64Array, j: number, length: number): number {
  let square = 0;
  for (let i = j * length; i < (j + 1) * length; i++) square += v[i] * v[i];
  return Math.sqrt(square);
}

export function sumOfParts(v: Float64Array, length: number): number {
  let sum = 0;
  for (let j = 0; j * length < v.length; j++) sum += partNorm(v, j, length);
  return sum;
}

export function largestPart(v: Float64Array, length: number): number {
  let most = 0;
  for (let j = 0; j * length < v.length; j++) most = Math.max(most, partNorm(v, j, length));
  return most;
}

function smallestPart(v: Float64Array, alive: readonly boolean[], length: number): number {
  return alive.reduce((least, counts, j) => (counts ? Math.min(least, partNorm(v, j, length)) : least), Number.POSITIVE_INFINITY);
}

/**
 * The minimizer of 1/2 |v - z|^2 + step * sum_j |v_j| on the subspace where given rows and the zero parts of `start` vanish, with
 * its derivative in z. With N an orthonormal basis of the subspace, v = N c, the function is smooth away from zero parts, and
 * damped Newton steps find c to rounding; J = N H^-1 N^T with H the Hessian.
 */
export class GroupShrinkage {
  readonly v: Float64Array;
  /** One for every row given, A^T nu = v - z + step u on the parts that are not zero; 0 for rows that depend on others. */
  readonly multipliers: Float64Array;
  private readonly basis: readonly Float64Array[];
  /** Cholesky factor of H, rows of a lower triangle. */
  private readonly L: readonly Float64Array[];

  private constructor(v: Float64Array, multipliers: Float64Array, basis: readonly Float64Array[], L: readonly Float64Array[]) {
    this.v = v;
    this.multipliers = multipliers;
    this.basis = basis;
    this.L = L;
  }

  /** Null where the subspace has no point better than zero along `start`. Stops where a part runs to zero. */
  static at(
    start: Float64Array,
    z: Float64Array,
    step: number,
    length: number,
    rows: readonly Float64Array[],
  ): GroupShrinkage | null {
    const space = new Subspace(rows, start, length);
    if (space.basis.length === 0) return null;
    let v = space.project(start);
    // Along a ray the minimum is known: starts of another size are as good.
    const square = dot(v, v);
    const scale = square > 0 ? (dot(z, v) - step * sumOfParts(v, length)) / square : 0;
    if (!(scale > 0)) return null;
    v = v.map((entry) => entry * scale);
    const problem = { z, step, length, basis: space.basis };
    const size = Math.sqrt(dot(z, z));
    for (let k = 0; k < mostSteps; k++) {
      const { change, slope } = newtonStep(problem, v);
      const moved = lineSearch(problem, v, change, slope);
      if (moved === null) break;
      v = moved;
      if (smallestPart(v, space.alive, length) < vanishing * Math.sqrt(dot(v, v))) break;
      if (Math.sqrt(dot(change, change)) <= Math.max(settled * Math.sqrt(dot(v, v)), rounding * size)) break;
    }
    const { L, gradient } = newtonStep(problem, v);
    return new GroupShrinkage(v, space.multipliers(gradient), space.basis, L);
  }

  get rank(): number {
    return this.basis.length;
  }

  /** R with J = R R^T, columns contiguous: R = N L^-T. */
  factor(): Float64Array {
    const { basis, L, v } = this;
    const out = new Float64Array(basis.length * v.length);
    basis.forEach((_, k) => {
      // Column k of L^-T: back substitution from entry k upwards.
      const y = new Float64Array(basis.length);
      for (let i = k; i >= 0; i--) {
        let sum = i === k ? 1 : 0;
        for (let j = i + 1; j <= k; j++) sum -= L[j][i] * y[j];
        y[i] = sum / L[i][i];
      }
      out.set(combine(basis, y, v.length), k * v.length);
    });
    return out;
  }
}

interface Subproblem {
  readonly z: Float64Array;
  readonly step: number;
  readonly length: number;
  readonly basis: readonly Float64Array[];
}

/** Gradient v - z + step u, u_j = v_j / |v_j|, and N H^-1 N^T of it with H = I + step sum_j N_j^T (I - u_j u_j^T) N_j / |v_j|. */
function newtonStep({ z, step, length, basis }: Subproblem, v: Float64Array) {
  const gradient = v.map((entry, i) => entry - z[i]);
  const unit = new Float64Array(v.length);
  const curvature = new Float64Array(v.length / length);
  for (let j = 0; j < curvature.length; j++) {
    const norm = partNorm(v, j, length);
    if (norm === 0) continue;
    curvature[j] = step / norm;
    for (let i = j * length; i < (j + 1) * length; i++) {
      unit[i] = v[i] / norm;
      gradient[i] += step * unit[i];
    }
  }
  // Rows of N, part by part, without their share along v_j.
  const bent = basis.map((column) => {
    const result = new Float64Array(column.length);
    for (let j = 0; j < curvature.length; j++) {
      let along = 0;
      for (let i = j * length; i < (j + 1) * length; i++) along += column[i] * unit[i];
      for (let i = j * length; i < (j + 1) * length; i++) result[i] = (column[i] - along * unit[i]) * curvature[j];
    }
    return result;
  });
  const L = basis.map((column, i) => Float64Array.from({ length: i + 1 }, (_, j) => dot(column, bent[j]) + (i === j ? 1 : 0)));
  factorize(L);
  const reduced = basis.map((column) => dot(column, gradient));
  const solved = solve(L, reduced);
  const slope = reduced.reduce((sum, entry, i) => sum + entry * solved[i], 0);
  return { gradient, L, change: combine(basis, solved, v.length), slope };
}

/** v - t change with the first t = 1, 1/2, .. that makes the function fall; null where only rounding is left. */
function lineSearch({ z, step, length }: Subproblem, v: Float64Array, change: Float64Array, slope: number): Float64Array | null {
  // Relative to v: far from z the square alone would drown the difference.
  const value = (x: Float64Array) => 0.5 * dot(x, x) - dot(z, x) + step * sumOfParts(x, length);
  const before = value(v);
  const noise = 1e-15 * step * sumOfParts(v, length);
  for (let t = 1; t > 1e-8; t /= 2) {
    const next = v.map((entry, i) => entry - t * change[i]);
    if (value(next) <= before - 1e-4 * t * slope + noise) return next;
  }
  return null;
}

/** Cholesky factorization of rows of a lower triangle, in place; the matrix is at least the identity. */
function factorize(L: Float64Array[]): void {
  for (let i = 0; i < L.length; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = L[i][j];
      for (let k = 0; k < j; k++) sum -= L[i][k] * L[j][k];
      L[i][j] = i === j ? Math.sqrt(Math.max(sum, 0.5)) : sum / L[j][j];
    }
  }
}

function solve(L: readonly Float64Array[], right: readonly number[]): Float64Array {
  const x = Float64Array.from(right);
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < i; j++) x[i] -= L[i][j] * x[j];
    x[i] /= L[i][i];
  }
  for (let i = x.length - 1; i >= 0; i--) {
    for (let j = i + 1; j < x.length; j++) x[i] -= L[j][i] * x[j];
    x[i] /= L[i][i];
  }
  return x;
}

function combine(basis: readonly Float64Array[], factors: ArrayLike<number>, length: number): Float64Array {
  const sum = new Float64Array(length);
  basis.forEach((column, k) => {
    for (let i = 0; i < length; i++) sum[i] += factors[k] * column[i];
  });
  return sum;
}

/** { v : row^T v = 0 for all rows, and parts that are zero in `like` stay zero }, by Gram-Schmidt applied twice. */
class Subspace {
  readonly basis: Float64Array[] = [];
  readonly alive: readonly boolean[];
  /** Orthonormal directions of the rows, which rows they came from, and row = sum of coefficients times directions. */
  private readonly away: Float64Array[] = [];
  private readonly members: number[] = [];
  private readonly coefficients: Float64Array[] = [];
  private readonly count: number;

  constructor(rows: readonly Float64Array[], like: Float64Array, length: number) {
    const width = like.length;
    this.count = rows.length;
    this.alive = Array.from({ length: width / length }, (_, j) => partNorm(like, j, length) > 0);
    const kept = (i: number) => this.alive[Math.floor(i / length)];
    rows.forEach((row, index) => {
      const masked = row.map((entry, i) => (kept(i) ? entry : 0));
      const size = Math.sqrt(dot(masked, masked));
      const { rest, shares } = this.remainder(masked, [this.away]);
      const left = Math.sqrt(dot(rest, rest));
      if (!(left > dependent * size)) return;
      this.coefficients.push(Float64Array.from([...shares, left]));
      this.away.push(rest.map((entry) => entry / left));
      this.members.push(index);
    });
    let free = this.alive.filter(Boolean).length * length - this.away.length;
    const axes = Array.from({ length: width }, (_, i) => i).filter(kept);
    // The axis that sticks out most comes next, so that no direction is made of rounding.
    while (free-- > 0) {
      let best: Float64Array | null = null;
      let most = 0;
      for (const i of axes) {
        const { rest } = this.remainder(new Float64Array(width).fill(1, i, i + 1), [this.away, this.basis]);
        const left = Math.sqrt(dot(rest, rest));
        if (left <= most) continue;
        most = left;
        best = rest.map((entry) => entry / left);
        if (left > 0.7) break;
      }
      if (best === null) break;
      this.basis.push(best);
    }
  }

  project(v: Float64Array): Float64Array {
    return combine(
      this.basis,
      this.basis.map((column) => dot(column, v)),
      v.length,
    );
  }

  /** nu with sum_i nu_i row_i = r on the span of the rows. */
  multipliers(r: Float64Array): Float64Array {
    const nu = new Float64Array(this.count);
    const right = this.away.map((axis) => dot(axis, r));
    for (let j = this.away.length - 1; j >= 0; j--) {
      let sum = right[j];
      for (let i = j + 1; i < this.away.length; i++) sum -= nu[this.members[i]] * this.coefficients[i][j];
      nu[this.members[j]] = sum / this.coefficients[j][j];
    }
    return nu;
  }

  private remainder(vector: Float64Array, sets: readonly Float64Array[][]): { rest: Float64Array; shares: Float64Array } {
    const rest = vector.slice();
    const shares = new Float64Array(sets[0].length);
    for (let pass = 0; pass < 2; pass++) {
      for (const [which, set] of sets.entries()) {
        set.forEach((axis, k) => {
          const share = dot(axis, rest);
          if (which === 0) shares[k] += share;
          for (let i = 0; i < rest.length; i++) rest[i] -= share * axis[i];
        });
      }
    }
    return { rest, shares };
  }
}
