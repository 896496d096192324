import { type Scope, slice, type Vector } from '../core/scope.js';
import { InternalError } from '../errors.js';

/**
 * Symmetric matrices Z (size x size) as blocks of size (size + 1) / 2 coordinates: the rows of the lower triangle, off the
 * diagonal times sqrt 2, so that dot products are those of matrices.
 */
export const packedLength = (size: number): number => (size * (size + 1)) / 2;

const root2 = Math.sqrt(2);

/** Coordinates of scale (x y^T + y x^T) / 2, added to `out`. */
export function addPackedProduct(scale: number, x: Float64Array, y: Float64Array, out: Float64Array): void {
  let at = 0;
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < i; j++) out[at++] += (scale * (x[i] * y[j] + x[j] * y[i])) / root2;
    out[at++] += scale * x[i] * y[i];
  }
}

/** The matrix of given coordinates, row-major. */
export function unpackSymmetric(packed: Float64Array, size: number): Float64Array {
  const matrix = new Float64Array(size * size);
  let at = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      matrix[i * size + j] = packed[at] / root2;
      matrix[j * size + i] = packed[at++] / root2;
    }
    matrix[i * size + i] = packed[at++];
  }
  return matrix;
}

/** Eigenvalues ascending, eigenvectors as rows. */
export interface Spectrum {
  readonly values: Float64Array;
  readonly vectors: readonly Float64Array[];
}

/** Eigen-decomposition through the core, with its own workspace. */
export class SpectrumSolver {
  readonly size: number;
  private readonly scope: Scope;
  private readonly matrix: Vector;
  private readonly values: Vector;
  private readonly vectors: Vector;
  private readonly work: number;

  constructor(size: number, scope: Scope) {
    this.size = size;
    this.scope = scope;
    this.matrix = scope.vector(size * size);
    this.values = scope.vector(size);
    this.vectors = scope.vector(size * size);
    this.work = scope.bytes(scope.kernels.symmetricEigenWorkspace(size));
  }

  solve(matrix: Float64Array): Spectrum {
    const { scope, size } = this;
    scope.view(this.matrix).set(matrix);
    const status = scope.kernels.symmetricEigen(this.matrix.address, this.values.address, this.vectors.address, size, this.work);
    if (status !== 0) throw new InternalError('eigenvalues of a matrix that is not finite');
    const vectors = Array.from({ length: size }, (_, i) => scope.copyOut(slice(this.vectors, i * size, size)));
    return { values: scope.copyOut(this.values), vectors };
  }
}

/** Packed sum of f(value) q q^T. */
export function packedFunction({ values, vectors }: Spectrum, f: (value: number) => number): Float64Array {
  const out = new Float64Array(packedLength(values.length));
  values.forEach((value, i) => {
    const image = f(value);
    if (image !== 0) addPackedProduct(image, vectors[i], vectors[i], out);
  });
  return out;
}

/**
 * Columns of a factor of the derivative of Z -> sum f(value) q q^T, f a projection or a shrinkage: in the eigenbasis the
 * derivative multiplies entry (i, j) by the divided difference of f (Loewner). Columns with difference zero are left out.
 */
export function derivativeColumns({ values, vectors }: Spectrum, f: (value: number) => number): Float64Array[] {
  const columns: Float64Array[] = [];
  const images = values.map(f);
  for (let i = 0; i < values.length; i++) {
    for (let j = 0; j <= i; j++) {
      if (images[i] === 0 && images[j] === 0) continue;
      const gap = values[i] - values[j];
      const same = !(gap > 1e-12 * Math.abs(values[i]));
      const weight = same ? 1 : (images[i] - images[j]) / gap;
      const column = new Float64Array(packedLength(values.length));
      addPackedProduct(Math.sqrt(weight) * (i === j ? 1 : root2), vectors[i], vectors[j], column);
      columns.push(column);
    }
  }
  return columns;
}
