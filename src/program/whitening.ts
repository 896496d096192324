import { type Scope, slice } from '../core/scope.js';
import { InternalError } from '../errors.js';
import type { Matrix } from '../types.js';
import type { Problem } from './training-data.js';

/** X less its column means, = U S V^T compact, and what batch normalization makes of it (math-architectures.md 8). */
export interface Whitening {
  readonly means: Float64Array;
  readonly rank: number;
  /** n, or the sum of the weights. */
  readonly total: number;
  /** Q = [U, 1/sqrt n]: n x (rank + 1), orthonormal columns (sum_k w_k Q_ki Q_kj, a row of weight w being w rows). */
  readonly Q: Matrix;
  /** Rows V_i^T / S_i, rank x d: (X - means) inverse^T = U. */
  readonly inverse: Float64Array;
}

/** Singular values at most this share of the largest count as zero. */
const negligible = 1e-9;
/** What rounding of the entries leaves of a constant column, relative to its size. */
const rounding = 1e-14;

/** A fit asks for the same whitening at every step; it lives as long as its matrix, which has one vector of weights. */
const known = new WeakMap<Matrix, Whitening>();

/** Whitens X (n x d), cost O(n d min(n, d)), once for every matrix. */
export function whiten({ X, sampleWeight }: Pick<Problem, 'X' | 'sampleWeight'>, scope: Scope): Whitening {
  const before = known.get(X);
  if (before) return before;
  const made = scope.child(() => decomposeCentered(X, sampleWeight, scope));
  known.set(X, made);
  return made;
}

function decomposeCentered(X: Matrix, weights: Float64Array | null, scope: Scope): Whitening {
  const { data, rows: n, columns: d } = X;
  const total = weights ? weights.reduce((sum, weight) => sum + weight, 0) : n;
  const means = columnMeans(X, weights, total);
  const k = Math.min(n, d);
  const differences = data.map((entry, at) => entry - means[at % d]);
  const roots = weights?.map(Math.sqrt);
  const centered = scope.copyIn(roots ? differences.map((entry, at) => entry * roots[Math.floor(at / d)]) : differences);
  const [U, S, V] = [scope.vector(k * n), scope.vector(k), scope.vector(k * d)];
  const work = scope.bytes(scope.kernels.thinSvdWorkspace(n, d));
  if (scope.kernels.thinSvd(centered.address, U.address, S.address, V.address, n, d, work) !== 0)
    throw new InternalError('singular values of a matrix that is not finite');
  const values = scope.copyOut(S);
  const size = data.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0);
  const floor = Math.max(negligible * (values[0] ?? 0), rounding * size * Math.sqrt(total));
  const rank = values.filter((value) => value > floor).length;
  const left = scope.copyOut(slice(U, 0, rank * n));
  const right = scope.copyOut(slice(V, 0, rank * d));
  const width = rank + 1;
  const Q = new Float64Array(n * width).fill(1 / Math.sqrt(total));
  for (let r = 0; r < n; r++)
    for (let i = 0; i < rank; i++) Q[r * width + i] = roots ? left[i * n + r] / roots[r] : left[i * n + r];
  return {
    means,
    rank,
    total,
    Q: { data: Q, rows: n, columns: width },
    inverse: right.map((entry, at) => entry / values[Math.floor(at / d)]),
  };
}

/** Sums of deviations from the first row: exact for constant columns. */
function columnMeans({ data, rows, columns }: Matrix, weights: Float64Array | null, total: number): Float64Array {
  return Float64Array.from({ length: columns }, (_, j) => {
    let sum = 0;
    for (let r = 0; r < rows; r++) {
      const deviation = data[r * columns + j] - data[j];
      sum += weights ? weights[r] * deviation : deviation;
    }
    return data[j] + sum / total;
  });
}

/** The w with (X - means) w = U q; entries of q beyond the rank are not looked at. */
export function directionOnInputs(q: Float64Array, { inverse, means, rank }: Whitening): Float64Array {
  const d = means.length;
  const w = new Float64Array(d);
  for (let i = 0; i < rank; i++) for (let j = 0; j < d; j++) w[j] += q[i] * inverse[i * d + j];
  return w;
}

/** Gates that act on Q as gates on [X, 1] with the same values on the rows of X. */
export function gatesOnInputs(gates: Float64Array, whitening: Whitening): Float64Array {
  const { means, rank, total } = whitening;
  const d = means.length;
  const width = rank + 1;
  const count = gates.length / width;
  const mapped = new Float64Array(count * (d + 1));
  for (let i = 0; i < count; i++) {
    const own = gates.subarray(i * width, (i + 1) * width);
    const gate = directionOnInputs(own, whitening);
    mapped.set(gate, i * (d + 1));
    let bias = own[rank] / Math.sqrt(total);
    for (let j = 0; j < d; j++) bias -= means[j] * gate[j];
    mapped[i * (d + 1) + d] = bias;
  }
  return mapped;
}
