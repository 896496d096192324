import type { Scope } from '../core/scope.js';
import { InternalError } from '../errors.js';
import type { Matrix } from '../types.js';

/** What discriminators see of samples: sums, not means. */
export interface Moments {
  /** X^T 1 (d numbers) for linear discriminators and those of one dimension, X^T X (d x d) for quadratic ones. */
  readonly data: Float64Array;
  /** The same of the generated outputs. */
  readonly generated: Float64Array;
  /** Euclidean norm of the difference; largest singular value where they are matrices. */
  readonly error: number;
}

/** X^T 1, added from row 0 on. */
export function columnSums({ data, rows, columns }: Matrix): Float64Array {
  const sums = new Float64Array(columns);
  for (let r = 0; r < rows; r++) for (let j = 0; j < columns; j++) sums[j] += data[r * columns + j];
  return sums;
}

/** X^T X, both triangles. */
export function secondMoment({ data, rows, columns }: Matrix, scope: Scope): Float64Array {
  const { kernels } = scope;
  const moment = scope.child(() => {
    const transposed = scope.vector(data.length);
    kernels.transposeMatrix(scope.copyIn(data).address, transposed.address, rows, columns);
    const gram = scope.zeros(columns * columns);
    const work = scope.bytes(kernels.symmetricProductWorkspace(columns, columns, rows));
    kernels.symmetricProduct(transposed.address, gram.address, columns, rows, work);
    return scope.copyOut(gram);
  });
  for (let i = 0; i < columns; i++) for (let j = 0; j < i; j++) moment[j * columns + i] = moment[i * columns + j];
  return moment;
}

/** Singular values in descending order; row i of `left` and of `right` belongs to value i. */
export interface Singular {
  readonly values: Float64Array;
  /** values x rows of the matrix. */
  readonly left: Float64Array;
  /** values x columns of the matrix. */
  readonly right: Float64Array;
}

/** Thin singular value decomposition. Cost rows columns min(rows, columns). */
export function singularVectors({ data, rows, columns }: Matrix, scope: Scope): Singular {
  const { kernels } = scope;
  const count = Math.min(rows, columns);
  return scope.child(() => {
    const [left, values, right] = [count * rows, count, count * columns].map((length) => scope.vector(length));
    const work = scope.bytes(kernels.thinSvdWorkspace(rows, columns));
    const { address } = scope.copyIn(data);
    if (kernels.thinSvd(address, left.address, values.address, right.address, rows, columns, work) !== 0)
      throw new InternalError('singular values of a finite matrix failed');
    return { values: scope.copyOut(values), left: scope.copyOut(left), right: scope.copyOut(right) };
  });
}

/** The eigenvalue of largest magnitude of a symmetric matrix, and its unit vector. */
export function largestEigenvector(A: Float64Array, size: number, scope: Scope): { value: number; vector: Float64Array } {
  const { kernels } = scope;
  return scope.child(() => {
    const values = scope.vector(size);
    const vectors = scope.vector(size * size);
    const work = scope.bytes(kernels.symmetricEigenWorkspace(size));
    if (kernels.symmetricEigen(scope.copyIn(A).address, values.address, vectors.address, size, work) !== 0)
      throw new InternalError('eigenvalues of a finite matrix failed');
    const own = scope.copyOut(values);
    const at = Math.abs(own[0]) > Math.abs(own[size - 1]) ? 0 : size - 1;
    return { value: own[at], vector: scope.copyOut(vectors).slice(at * size, (at + 1) * size) };
  });
}
