/** Small decompositions for the way from blocks to neurons, where no core is open. One pair of rows at a time (Jacobi). */

/** value * left right^T is one term of a matrix; |left| = |right| = 1. */
export interface Triple {
  readonly left: Float64Array;
  readonly value: number;
  readonly right: Float64Array;
}

const sweeps = 60;
const roundoff = 2.220446049250313e-16;

const dot = (x: Float64Array, y: Float64Array): number => {
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += x[k] * y[k];
  return sum;
};

/** (x, y) <- (c x - s y, s x + c y) */
function rotate(x: Float64Array, y: Float64Array, c: number, s: number): void {
  for (let k = 0; k < x.length; k++) {
    const before = x[k];
    x[k] = c * before - s * y[k];
    y[k] = s * before + c * y[k];
  }
}

/**
 * Singular value decomposition of Z (rows x columns, row-major): terms with a value above rounding, largest first. Rows
 * are rotated in pairs until all are orthogonal (Hestenes 1958); their lengths are the singular values.
 */
export function singularTriples(Z: Float64Array, rows: number, columns: number): Triple[] {
  const W = Array.from({ length: rows }, (_, i) => Z.slice(i * columns, (i + 1) * columns));
  const Q = Array.from({ length: rows }, (_, i) => new Float64Array(rows).fill(0).fill(1, i, i + 1));
  for (let sweep = 0, rotated = true; rotated && sweep < sweeps; sweep++) {
    rotated = false;
    for (let i = 0; i < rows; i++) {
      for (let j = i + 1; j < rows; j++) {
        const a = dot(W[i], W[i]);
        const b = dot(W[j], W[j]);
        const c = dot(W[i], W[j]);
        if (!(Math.abs(c) > 2 * roundoff * Math.sqrt(a) * Math.sqrt(b))) continue;
        rotated = true;
        const z = (b - a) / (2 * c);
        const t = (z >= 0 ? 1 : -1) / (Math.abs(z) + Math.sqrt(1 + z * z));
        const cosine = 1 / Math.sqrt(1 + t * t);
        rotate(W[i], W[j], cosine, cosine * t);
        rotate(Q[i], Q[j], cosine, cosine * t);
      }
    }
  }
  const values = W.map((row) => Math.sqrt(dot(row, row)));
  const least = 4 * roundoff * Math.max(0, ...values);
  return values
    .map((value, i) => ({ value, left: Q[i], right: W[i].map((entry) => entry / value) }))
    .filter(({ value }) => value > least)
    .sort((one, other) => other.value - one.value);
}

/** One eigenvalue with its unit eigenvector. */
export interface EigenPair {
  readonly value: number;
  readonly vector: Float64Array;
}

/** Eigenpairs of a symmetric matrix (size x size) whose value is above rounding, largest magnitude first (Jacobi 1846). */
export function eigenPairs(matrix: Float64Array, size: number): EigenPair[] {
  const A = Array.from({ length: size }, (_, i) => matrix.slice(i * size, (i + 1) * size));
  const Q = Array.from({ length: size }, (_, i) => new Float64Array(size).fill(0).fill(1, i, i + 1));
  for (let sweep = 0, rotated = true; rotated && sweep < sweeps; sweep++) {
    rotated = false;
    for (let i = 0; i < size; i++) {
      for (let j = i + 1; j < size; j++) {
        const c = A[i][j];
        const scale = Math.sqrt(Math.abs(A[i][i])) * Math.sqrt(Math.abs(A[j][j]));
        if (!(Math.abs(c) > roundoff * scale) || c === 0) continue;
        rotated = true;
        const z = (A[j][j] - A[i][i]) / (2 * c);
        const t = (z >= 0 ? 1 : -1) / (Math.abs(z) + Math.sqrt(1 + z * z));
        const cosine = 1 / Math.sqrt(1 + t * t);
        rotate(A[i], A[j], cosine, cosine * t);
        for (const row of A) {
          const before = row[i];
          row[i] = cosine * before - cosine * t * row[j];
          row[j] = cosine * t * before + cosine * row[j];
        }
        A[i][j] = 0;
        A[j][i] = 0;
        rotate(Q[i], Q[j], cosine, cosine * t);
      }
    }
  }
  const most = A.reduce((largest, row, i) => Math.max(largest, Math.abs(row[i])), 0);
  return A.map((row, i) => ({ value: row[i], vector: Q[i] }))
    .filter(({ value }) => Math.abs(value) > 4 * roundoff * most)
    .sort((one, other) => Math.abs(other.value) - Math.abs(one.value));
}
