/** The dense kernels in obvious loops: what they are tested against. Matrices are row-major. */

export const epsilon = 2 ** -52;

/** Entry (i, j) = sum over p of a(i, p) b(p, j), in order. */
export function tabulate(
  m: number,
  n: number,
  k: number,
  a: (i: number, p: number) => number,
  b: (p: number, j: number) => number,
): Float64Array {
  const C = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let p = 0; p < k; p++) sum += a(i, p) * b(p, j);
      C[i * n + j] = sum;
    }
  }
  return C;
}

/** A (m x k) times B (k x n). */
export function naiveMultiply(A: ArrayLike<number>, B: ArrayLike<number>, m: number, n: number, k: number): Float64Array {
  return tabulate(
    m,
    n,
    k,
    (i, p) => A[i * k + p],
    (p, j) => B[p * n + j],
  );
}

/** Sum over p of d_p (row p of L) (row p of R)^T, m x n: L is k x m, R is k x n, k the length of d. */
export function sumOuterProducts(
  L: ArrayLike<number>,
  d: ArrayLike<number>,
  R: ArrayLike<number>,
  m: number,
  n: number,
): Float64Array {
  return tabulate(
    m,
    n,
    d.length,
    (i, p) => L[p * m + i] * d[p],
    (p, j) => R[p * n + j],
  );
}

/** B^T for B of `rows` x `columns`. */
export function transpose(B: ArrayLike<number>, rows: number, columns: number): Float64Array {
  return Float64Array.from({ length: rows * columns }, (_, at) => B[(at % rows) * columns + Math.floor(at / rows)]);
}

export const absolute = (values: ArrayLike<number>): Float64Array => Float64Array.from(values, Math.abs);

export const identity = (n: number): Float64Array =>
  Float64Array.from({ length: n * n }, (_, at) => (Math.floor(at / n) === at % n ? 1 : 0));

/**
 * Bound for |kernel - naive| of A B: each sum of k products in any order is off by at most (k + 1) u sum |a||b|, u = eps / 2;
 * two sums make (k + 1) eps.
 */
export function productBound(A: ArrayLike<number>, B: ArrayLike<number>, m: number, n: number, k: number): Float64Array {
  return naiveMultiply(absolute(A), absolute(B), m, n, k).map((sum) => (k + 1) * epsilon * sum);
}

/** L with A = L L^T, zero above the diagonal; null if a pivot is not positive. */
export function naiveCholesky(A: ArrayLike<number>, n: number): Float64Array | null {
  const L = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let value = A[i * n + j];
      for (let p = 0; p < j; p++) value -= L[i * n + p] * L[j * n + p];
      if (i === j && !(value > 0)) return null;
      L[i * n + j] = i === j ? Math.sqrt(value) : value / L[j * n + j];
    }
  }
  return L;
}

/** Eigenvalues, ascending, by cyclic two-sided Jacobi: a method that shares nothing with the kernel. */
export function naiveEigenvalues(A: ArrayLike<number>, n: number): Float64Array {
  const B = Float64Array.from(A);
  for (let sweep = 0; sweep < 30; sweep++) {
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const off = B[p * n + q];
        if (off === 0) continue;
        const theta = (B[q * n + q] - B[p * n + p]) / (2 * off);
        const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(1 + theta * theta));
        const c = 1 / Math.sqrt(1 + t * t);
        const s = t * c;
        for (let i = 0; i < n; i++) {
          const x = B[i * n + p];
          const y = B[i * n + q];
          B[i * n + p] = c * x - s * y;
          B[i * n + q] = s * x + c * y;
        }
        for (let i = 0; i < n; i++) {
          const x = B[p * n + i];
          const y = B[q * n + i];
          B[p * n + i] = c * x - s * y;
          B[q * n + i] = s * x + c * y;
        }
      }
    }
  }
  return Float64Array.from({ length: n }, (_, i) => B[i * n + i]).sort();
}

/** Rows made orthonormal by Gram-Schmidt, twice; k <= n. */
export function orthonormalRows(random: ArrayLike<number>, k: number, n: number): Float64Array {
  const Q = Float64Array.from(random);
  for (let i = 0; i < k; i++) {
    const row = Q.subarray(i * n, (i + 1) * n);
    for (let pass = 0; pass < 2; pass++) {
      for (let r = 0; r < i; r++) {
        const other = Q.subarray(r * n, (r + 1) * n);
        const along = row.reduce((sum, value, c) => sum + value * other[c], 0);
        row.forEach((_, c) => {
          row[c] -= along * other[c];
        });
      }
    }
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    row.forEach((_, c) => {
      row[c] /= length;
    });
  }
  return Q;
}

/** Largest magnitude; 0 for none, NaN if one is NaN. */
export const largest = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** Square root of the sum of squares. */
export const frobenius = (values: ArrayLike<number>): number => {
  const scale = largest(values);
  return scale === 0 ? 0 : scale * Math.sqrt(Array.from(values).reduce((sum, value) => sum + (value / scale) ** 2, 0));
};
