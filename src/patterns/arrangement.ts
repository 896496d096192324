import { type Scope, slice, type Vector } from '../core/scope.js';
import { finish, Pace, type Pausing } from '../pausing.js';

/**
 * The rows of X as distinct lines in their own space: x_k = factor_k * (row owner_k) up to `residual_k`, zero rows have
 * owner -1. What branch and bound works on; depends on X alone.
 */
export interface Arrangement {
  readonly samples: number;
  readonly columns: number;
  /** count x stride: stride is `rank` rounded up to even, padded with zeros. */
  readonly rows: Vector;
  readonly count: number;
  readonly rank: number;
  readonly stride: number;
  readonly owner: Int32Array;
  readonly factor: Float64Array;
  /** |x_k - factor_k row|, a bound in the sum norm. */
  readonly residual: Float64Array;
  /** Sum of |entries| and sum of squares of every row. */
  readonly sizes: Float64Array;
  readonly squares: Float64Array;
  /** rank x columns, orthonormal rows: coordinates of w are basis * w. Null for the identity. */
  readonly basis: Float64Array | null;
}

const epsilon = 2.220446049250313e-16;
/** A direction is left out when no row has a larger share of its length along it. */
const negligible = 1e-10;
const hashSteps = 68719476736; // 2^36: equal hashes are candidates, compared afterwards
/** Operations of a kernel that take as long as the hash of one entry. */
const hashCost = 1500;

/** Merges parallel and antiparallel rows, and rotates into the row space where that is smaller. */
export function arrange(...question: Parameters<typeof arrangeSteps>): Arrangement {
  return finish(arrangeSteps(...question));
}

/** {@link arrange} with pauses between rows. */
export function* arrangeSteps(X: Vector, samples: number, columns: number, scope: Scope): Pausing<Arrangement> {
  const pace = new Pace();
  const data = scope.copyOut(X);
  const owner = new Int32Array(samples).fill(-1);
  const factor = new Float64Array(samples);
  const residual = new Float64Array(samples);
  const leaders: number[] = [];
  const byDirection = new Map<string, number>();
  for (let k = 0; k < samples; k++) {
    if (pace.due(hashCost * columns)) yield;
    const row = data.subarray(k * columns, (k + 1) * columns);
    let pivot = 0;
    for (let j = 1; j < columns; j++) if (Math.abs(row[j]) > Math.abs(row[pivot])) pivot = j;
    if (!(Math.abs(row[pivot]) > 0)) continue;
    const key = Array.from(row, (entry) => Math.round((entry / row[pivot]) * hashSteps)).join();
    const same = byDirection.get(key);
    if (same !== undefined) {
      const leader = data.subarray(leaders[same] * columns, (leaders[same] + 1) * columns);
      const ratio = row[pivot] / leader[pivot];
      let size = 0;
      let difference = 0;
      for (let j = 0; j < columns; j++) {
        size += Math.abs(row[j]);
        difference += Math.abs(row[j] - ratio * leader[j]);
      }
      if (difference <= 8 * epsilon * size) {
        owner[k] = same;
        factor[k] = ratio;
        residual[k] = 12 * epsilon * size;
        continue;
      }
    } else byDirection.set(key, leaders.length);
    owner[k] = leaders.length;
    factor[k] = 1;
    leaders.push(k);
  }
  yield;
  const basis = rowSpace(data, leaders, columns, scope);
  yield;
  const rank = basis ? basis.length / columns : columns;
  const stride = rank + (rank & 1);
  const count = leaders.length;
  const rows = new Float64Array(count * stride);
  const left = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const row = data.subarray(leaders[i] * columns, (leaders[i] + 1) * columns);
    if (basis) left[i] = rotate(row, basis, rows.subarray(i * stride, i * stride + rank));
    else rows.set(row, i * stride);
  }
  const sizes = new Float64Array(count);
  const squares = new Float64Array(count);
  rows.forEach((entry, at) => {
    sizes[Math.floor(at / stride)] += Math.abs(entry);
    squares[Math.floor(at / stride)] += entry * entry;
  });
  owner.forEach((i, k) => {
    if (i >= 0) residual[k] += Math.abs(factor[k]) * left[i];
  });
  return { samples, columns, rows: scope.copyIn(rows), count, rank, stride, owner, factor, residual, sizes, squares, basis };
}

/** out = basis * row; returns a bound, in the sum norm, of what of the row is outside, rounding included. */
function rotate(row: Float64Array, basis: Float64Array, out: Float64Array): number {
  const columns = row.length;
  const rest = row.slice();
  let size = 0;
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += basis[i * columns + j] * row[j];
    out[i] = sum;
    for (let j = 0; j < columns; j++) rest[j] -= sum * basis[i * columns + j];
  }
  let outside = 0;
  for (let j = 0; j < columns; j++) {
    size += Math.abs(row[j]);
    outside += Math.abs(rest[j]);
  }
  return outside + 8 * columns * epsilon * size;
}

/** Orthonormal basis of the space of the listed rows, or null when it is the whole space. */
function rowSpace(data: Float64Array, leaders: readonly number[], columns: number, scope: Scope): Float64Array | null {
  const gram = new Float64Array(columns * columns);
  const unit = new Float64Array(leaders.length * columns);
  leaders.forEach((k, i) => {
    let square = 0;
    for (let j = 0; j < columns; j++) square += data[k * columns + j] * data[k * columns + j];
    const length = Math.sqrt(square);
    if (!(length > 0)) return;
    for (let j = 0; j < columns; j++) unit[i * columns + j] = data[k * columns + j] / length;
    for (let a = 0; a < columns; a++)
      for (let b = 0; b < columns; b++) gram[a * columns + b] += unit[i * columns + a] * unit[i * columns + b];
  });
  const vectors = scope.child(() => {
    const { kernels } = scope;
    const values = scope.vector(columns);
    const rows = scope.vector(columns * columns);
    const work = scope.bytes(kernels.symmetricEigenWorkspace(columns));
    kernels.symmetricEigen(scope.copyIn(gram).address, values.address, rows.address, columns, work);
    return Array.from({ length: columns }, (_, j) => scope.copyOut(slice(rows, j * columns, columns)));
  });
  const needed = vectors.filter((vector) => {
    for (let i = 0; i < leaders.length; i++) {
      let share = 0;
      for (let j = 0; j < columns; j++) share += vector[j] * unit[i * columns + j];
      if (!(Math.abs(share) <= negligible)) return true;
    }
    return false;
  });
  if (needed.length === columns) return null;
  const basis = new Float64Array(needed.length * columns);
  needed.forEach((vector, i) => {
    basis.set(vector, i * columns);
  });
  return basis;
}
