import { addScaled, copyVector, dot, fill, multiplyTransposedVector, multiplyVector, scaleVector } from './dense';
import { normalizingScale, symmetricEigen, symmetricEigenWorkspace } from './eigen';
import { rotateRows, swapVectors } from './rotate';

/*
 * Thin SVD. Let R be the k = min(rows, columns) short rows: those of A, or of A^T if A is tall. The eigenvectors Q of R R^T make
 * the rows of W = Q R orthogonal up to what squaring R lost; one-sided Jacobi finishes them: rotations of pairs of rows until
 * every pair is orthogonal to rounding. Then W = S (long side) and Q, rotated along, is the short side. Jacobi alone would need
 * about six sweeps instead of one or two.
 *
 *   work: | W: k x long | squared lengths: k | one vector: long | R: k x long | R R^T: k x k | of symmetricEigen |
 */

const roundoff: f64 = 1.1102230246251565e-16;

/** Bytes of `work` for {@link thinSvd}. */
export function thinSvdWorkspace(rows: i32, columns: i32): f64 {
  const k = min(rows, columns);
  const short = <f64>k;
  const long = <f64>max(rows, columns);
  return (2 * short * long + short + long + short * short) * 8 + symmetricEigenWorkspace(k);
}

/**
 * A (rows x columns, not changed) = sum over k = min(rows, columns) of S_i (row i of U) (row i of V)^T: S descending, rows of U
 * (k x rows) and of V (k x columns) orthonormal. Every S_i is right to rounding of the largest. Returns 0, or 1 when an entry
 * is not finite; the outputs are then undefined.
 */
export function thinSvd(A: usize, U: usize, S: usize, V: usize, rows: i32, columns: i32, work: usize): i32 {
  assert(rows >= 0 && columns >= 0);
  const k = min(rows, columns);
  const long = max(rows, columns);
  const tall = rows > columns;
  const Q = tall ? V : U;
  const out = tall ? U : V;
  const stride = (<usize>long) << 3;
  const squares = work + <usize>k * stride;
  const vector = squares + ((<usize>k) << 3);
  const scale = normalizingScale(A, rows * columns);
  if (scale == 0) for (let i = 0; i < rows * columns; i++) if (load<f64>(A + ((<usize>i) << 3)) != 0) return 1;
  const applied: f64 = scale == 0 ? 1 : scale;
  const R = vector + stride;
  copyShortRows(A, R, tall, k, long, applied);
  if (diagonalizeGram(R, Q, squares, k, long, R + <usize>k * stride) != 0) return 1;
  for (let i = 0; i < k; i++) multiplyTransposedVector(R, Q + <usize>(i * k) * 8, work + <usize>i * stride, k, long);
  const floor = orthogonalizeRows(work, Q, squares, k, long);
  sortDescending(work, Q, squares, k, long);
  for (let i = 0; i < k; i++) {
    const at = (<usize>i) << 3;
    const square = load<f64>(squares + at);
    const to = out + <usize>i * stride;
    if (square > floor) {
      const length = sqrt(square);
      store<f64>(S + at, length / applied);
      copyVector(work + <usize>i * stride, to, long);
      scaleVector(1 / length, to, long);
    } else {
      store<f64>(S + at, 0);
      completeRow(out, i, long, vector);
    }
  }
  return 0;
}

/** R = applied times A or A^T, whichever has the fewer rows. */
function copyShortRows(A: usize, R: usize, tall: bool, k: i32, long: i32, applied: f64): void {
  if (!tall) copyVector(A, R, k * long);
  else {
    for (let j = 0; j < long; j++) {
      for (let i = 0; i < k; i++) store<f64>(R + ((<usize>(i * long + j)) << 3), load<f64>(A + ((<usize>(j * k + i)) << 3)));
    }
  }
  scaleVector(applied, R, k * long);
}

/** Q: eigenvectors of R R^T as rows. `values` receives the eigenvalues, which are not accurate enough to use. */
function diagonalizeGram(R: usize, Q: usize, values: usize, k: i32, long: i32, work: usize): i32 {
  for (let i = 0; i < k; i++) {
    const row = work + <usize>(i * k) * 8;
    multiplyVector(R, R + <usize>(i * long) * 8, row, i + 1, long);
    for (let j = 0; j < i; j++) store<f64>(work + ((<usize>(j * k + i)) << 3), load<f64>(row + ((<usize>j) << 3)));
  }
  return symmetricEigen(work, values, Q, k, work + <usize>(k * k) * 8);
}

/**
 * Cyclic sweeps over pairs of rows until every pair is orthogonal to rounding. Returns the squared length at and below which a
 * row counts as zero: the rounding of the longest. Rows of a matrix without full rank end there; what rounding left of them lies
 * in few dimensions again, and rotating it would make it ever smaller, down to underflow.
 */
function orthogonalizeRows(W: usize, Q: usize, squares: usize, k: i32, long: i32): f64 {
  const stride = (<usize>long) << 3;
  const strideQ = (<usize>k) << 3;
  let longest: f64 = 0;
  for (let i = 0; i < k; i++) {
    const square = dot(W + <usize>i * stride, W + <usize>i * stride, long);
    store<f64>(squares + ((<usize>i) << 3), square);
    longest = max(longest, square);
  }
  const floor = longest * roundoff * roundoff;
  // Rounding of the products themselves grows with the length: asking for less would sweep in vain.
  const accuracy = roundoff * max(4, sqrt(<f64>long));
  for (let sweep = 0; sweep < 60; sweep++) {
    let rotations = 0;
    for (let i = 0; i < k - 1; i++) {
      for (let j = i + 1; j < k; j++) {
        const x = W + <usize>i * stride;
        const y = W + <usize>j * stride;
        const a = load<f64>(squares + ((<usize>i) << 3));
        const b = load<f64>(squares + ((<usize>j) << 3));
        if (!(min(a, b) > floor)) continue;
        const c = dot(x, y, long);
        if (abs(c) <= accuracy * sqrt(a * b)) continue;
        rotations++;
        // tan of the smaller angle that makes the pair orthogonal.
        const z = (b - a) / (2 * c);
        const t = (z >= 0 ? 1 : -1) / (abs(z) + sqrt(1 + z * z));
        const cosine = 1 / sqrt(1 + t * t);
        rotateRows(y, x, cosine, cosine * t, long);
        rotateRows(Q + <usize>j * strideQ, Q + <usize>i * strideQ, cosine, cosine * t, k);
        store<f64>(squares + ((<usize>i) << 3), dot(x, x, long));
        store<f64>(squares + ((<usize>j) << 3), dot(y, y, long));
      }
    }
    if (rotations == 0) break;
  }
  return floor;
}

function sortDescending(W: usize, Q: usize, squares: usize, k: i32, long: i32): void {
  for (let i = 0; i < k - 1; i++) {
    let most = i;
    for (let j = i + 1; j < k; j++) {
      if (load<f64>(squares + ((<usize>j) << 3)) > load<f64>(squares + ((<usize>most) << 3))) most = j;
    }
    if (most == i) continue;
    swapVectors(squares + ((<usize>i) << 3), squares + ((<usize>most) << 3), 1);
    swapVectors(W + <usize>(i * long) * 8, W + <usize>(most * long) * 8, long);
    swapVectors(Q + <usize>(i * k) * 8, Q + <usize>(most * k) * 8, k);
  }
}

/** Row i of Q: a unit vector orthogonal to rows 0 to i - 1, from the coordinate direction farthest from their span. */
function completeRow(Q: usize, i: i32, long: i32, leftover: usize): void {
  const stride = (<usize>long) << 3;
  const row = Q + <usize>i * stride;
  fill(leftover, 1, long);
  for (let r = 0; r < i; r++) {
    for (let c = 0; c < long; c++) {
      const at = (<usize>c) << 3;
      const q = load<f64>(Q + <usize>r * stride + at);
      store<f64>(leftover + at, load<f64>(leftover + at) - q * q);
    }
  }
  let best = 0;
  for (let c = 1; c < long; c++) {
    if (load<f64>(leftover + ((<usize>c) << 3)) > load<f64>(leftover + ((<usize>best) << 3))) best = c;
  }
  fill(row, 0, long);
  store<f64>(row + ((<usize>best) << 3), 1);
  // Twice: the second pass removes what rounding left.
  for (let pass = 0; pass < 2; pass++) {
    for (let r = 0; r < i; r++) addScaled(-dot(Q + <usize>r * stride, row, long), Q + <usize>r * stride, row, long);
  }
  scaleVector(1 / sqrt(dot(row, row, long)), row, long);
}
