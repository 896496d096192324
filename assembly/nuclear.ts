/**
 * Nuclear norm of blocks Z_b (rows x columns, row-major, one after another): sum of singular values (math.md 3.1).
 * Singular values of the last prox are kept for its derivative.
 *
 *   per block  U: k x rows | S: k | V: k x columns,  k = min(rows, columns)
 */
import { addScaled, dot } from './dense';
import { addReflector, writeBasis } from './prox';
import { thinSvd, thinSvdWorkspace } from './svd';

/** Bytes of `work` for all kernels of this file. */
export function nuclearWorkspace(rows: i32, columns: i32): f64 {
  const k = <f64>min(rows, columns);
  const long = <f64>max(rows, columns);
  return thinSvdWorkspace(rows, columns) + (k * (k + long + 1) + 2 * long * long) * 8;
}

/** sqrt |Z Z^T|_F for the smaller side: between the spectral and the Frobenius norm. Infinite where squares may underflow. */
function spectralBound(Z: usize, rows: i32, columns: i32): f64 {
  let sum: f64 = 0;
  if (rows > columns) {
    // A tall block has no contiguous small side: the Frobenius norm has to do.
    const square = dot(Z, Z, rows * columns);
    sum = square * square;
  } else {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j <= i; j++) {
        const entry = dot(Z + ((<usize>(i * columns)) << 3), Z + ((<usize>(j * columns)) << 3), columns);
        sum += (i == j ? 1.0 : 2.0) * entry * entry;
      }
    }
  }
  return sum > 1e-250 ? Math.sqrt(Math.sqrt(sum)) : Infinity;
}

/** out += scale u v^T */
function addOuter(scale: f64, u: usize, v: usize, out: usize, rows: i32, columns: i32): void {
  for (let i = 0; i < rows; i++) {
    addScaled(scale * load<f64>(u + ((<usize>i) << 3)), v, out + ((<usize>(i * columns)) << 3), columns);
  }
}

/**
 * out_b = prox of step * nuclear norm at z_b: singular values shrunk by step. `factors` receives U, S, V of every block
 * that may keep a singular value; S = 0 says that the block is zero.
 */
export function shrinkSingularValues(
  z: usize,
  step: f64,
  out: usize,
  factors: usize,
  blocks: i32,
  rows: i32,
  columns: i32,
  work: usize,
): void {
  const k = min(rows, columns);
  const bytes = (<usize>(rows * columns)) << 3;
  const stride = (<usize>(k * (rows + columns + 1))) << 3;
  for (let b = 0; b < blocks; b++) {
    const Z = z + <usize>b * bytes;
    const target = out + <usize>b * bytes;
    const U = factors + <usize>b * stride;
    const S = U + ((<usize>(k * rows)) << 3);
    const V = S + ((<usize>k) << 3);
    const zero = spectralBound(Z, rows, columns) <= step || thinSvd(Z, U, S, V, rows, columns, work) != 0;
    memory.fill(target, 0, bytes);
    if (zero) {
      memory.fill(S, 0, (<usize>k) << 3);
      continue;
    }
    for (let i = 0; i < k; i++) {
      const kept = load<f64>(S + ((<usize>i) << 3)) - step;
      if (!(kept > 0)) break;
      addOuter(kept, U + ((<usize>(i * rows)) << 3), V + ((<usize>(i * columns)) << 3), target, rows, columns);
    }
  }
}

/** max_b |g_b|_2, or `floor` if none exceeds it. */
export function maximizeSpectralNorm(g: usize, floor: f64, blocks: i32, rows: i32, columns: i32, work: usize): f64 {
  let most = floor;
  const k = min(rows, columns);
  const S = work + <usize>thinSvdWorkspace(rows, columns);
  const U = S + ((<usize>k) << 3);
  const V = U + ((<usize>(k * rows)) << 3);
  for (let b = 0; b < blocks; b++) {
    const G = g + ((<usize>(b * rows * columns)) << 3);
    if (spectralBound(G, rows, columns) <= most) continue;
    if (thinSvd(G, U, S, V, rows, columns, work) == 0 && load<f64>(S) > most) most = load<f64>(S);
  }
  return most;
}

/** sum_b of the singular values of v_b */
export function sumSingularValues(v: usize, blocks: i32, rows: i32, columns: i32, work: usize): f64 {
  let sum: f64 = 0;
  const k = min(rows, columns);
  const S = work + <usize>thinSvdWorkspace(rows, columns);
  const U = S + ((<usize>k) << 3);
  const V = U + ((<usize>(k * rows)) << 3);
  for (let b = 0; b < blocks; b++) {
    const Z = v + ((<usize>(b * rows * columns)) << 3);
    if (dot(Z, Z, rows * columns) == 0) continue;
    thinSvd(Z, U, S, V, rows, columns, work);
    for (let i = 0; i < k; i++) sum += load<f64>(S + ((<usize>i) << 3));
  }
  return sum;
}

/** Writes scale1 u v^T + scale2 x y^T as one column. */
function writePair(scale1: f64, u: usize, v: usize, scale2: f64, x: usize, y: usize, out: usize, rows: i32, columns: i32): void {
  memory.fill(out, 0, (<usize>(rows * columns)) << 3);
  addOuter(scale1, u, v, out, rows, columns);
  if (scale2 != 0) addOuter(scale2, x, y, out, rows, columns);
}

/**
 * Factor R of the derivative J = R R^T of singular value shrinkage at a block with factors U, S, V: with s_i > step >= s_j
 * or both above, sigma = (s - step)_+, J has the eigenvectors
 *
 *   u_i v_i^T                          1
 *   (u_i v_j^T + u_j v_i^T) / sqrt 2   (sigma_i - sigma_j) / (s_i - s_j)
 *   (u_i v_j^T - u_j v_i^T) / sqrt 2   (sigma_i + sigma_j) / (s_i + s_j)
 *   u_i n^T (or n v_i^T)               sigma_i / s_i,  n orthogonal to all v (u) of the longer side
 *
 * and zero elsewhere. Returns the number of columns; each has rows * columns entries.
 */
export function nuclearFactor(factors: usize, step: f64, out: usize, rows: i32, columns: i32, work: usize): i32 {
  const k = min(rows, columns);
  const long = max(rows, columns);
  const U = factors;
  const S = U + ((<usize>(k * rows)) << 3);
  const V = S + ((<usize>k) << 3);
  const column = (<usize>(rows * columns)) << 3;
  const half = Math.sqrt(0.5);
  let count = 0;
  let r = 0;
  while (r < k && load<f64>(S + ((<usize>r) << 3)) > step) r++;
  // A basis of the complement of the longer side's singular vectors, by Householder reflections.
  const basis = work + ((<usize>(long * long)) << 3);
  if (long > k && r > 0) {
    const side = columns > rows ? V : U;
    let rank = 0;
    for (let i = 0; i < k; i++) rank = addReflector(side + ((<usize>(i * long)) << 3), work, rank, long);
    writeBasis(k, long, 1, rank, basis, long, work);
  }
  for (let i = 0; i < r; i++) {
    const u = U + ((<usize>(i * rows)) << 3);
    const v = V + ((<usize>(i * columns)) << 3);
    const s = load<f64>(S + ((<usize>i) << 3));
    const sigma = s - step;
    writePair(1, u, v, 0, u, v, out + <usize>count * column, rows, columns);
    count++;
    for (let j = i + 1; j < k; j++) {
      const x = U + ((<usize>(j * rows)) << 3);
      const y = V + ((<usize>(j * columns)) << 3);
      const other = load<f64>(S + ((<usize>j) << 3));
      const shrunk = max(other - step, 0);
      const even = j < r ? half : half * Math.sqrt(sigma / (s - other));
      const odd = half * Math.sqrt((sigma + shrunk) / (s + other));
      writePair(even, u, y, even, x, v, out + <usize>count * column, rows, columns);
      writePair(odd, u, y, -odd, x, v, out + <usize>(count + 1) * column, rows, columns);
      count += 2;
    }
    const scale = Math.sqrt(sigma / s);
    for (let j = 0; j < long - k; j++) {
      const n = basis + ((<usize>(j * long)) << 3);
      const at = out + <usize>count * column;
      if (columns > rows) writePair(scale, u, n, 0, u, n, at, rows, columns);
      else writePair(scale, n, v, 0, n, v, at, rows, columns);
      count++;
    }
  }
  return count;
}
