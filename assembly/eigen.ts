import { addScaled, copyVector, dot, fill, scaleVector } from './dense';
import { rotateRows, swapVectors } from './rotate';

/*
 * Symmetric eigenvalues by Householder tridiagonalization and implicit QL; eigenvectors are ROWS, so that a rotation acts
 * on two contiguous rows.
 *
 *   work: | copy of A, later the reflectors (row k: v_k from entry k + 1) | off-diagonal | 2 / v.v | one vector |
 */

const roundoff: f64 = 1.1102230246251565e-16;

/** Bytes of `work` for {@link symmetricEigen}. */
export function symmetricEigenWorkspace(n: i32): f64 {
  return (<f64>n * <f64>n + 3 * <f64>n) * 8;
}

/** The power of two that brings the largest of `count` magnitudes into [1/2, 2); 0 if all are zero or one is not finite. */
export function normalizingScale(A: usize, count: i32): f64 {
  let largest: f64 = 0;
  for (let i = 0; i < count; i++) {
    const magnitude = abs(load<f64>(A + ((<usize>i) << 3)));
    if (!(magnitude < Infinity)) return 0;
    largest = max(largest, magnitude);
  }
  if (largest == 0) return 0;
  let exponent = <i64>((reinterpret<u64>(largest) >> 52) & 0x7ff) - 1023;
  exponent = min(max(exponent, -1022), 1022);
  return reinterpret<f64>((1023 - exponent) << 52);
}

/**
 * A (n x n, both triangles given, not changed) = sum of values_i times row i of `vectors` as a projector: values ascending,
 * rows of `vectors` (n x n) orthonormal. Returns 0, or 1 when an entry is not finite or QL does not converge (never observed);
 * the outputs are then undefined.
 */
export function symmetricEigen(A: usize, values: usize, vectors: usize, n: i32, work: usize): i32 {
  assert(n >= 0);
  const off = work + ((<usize>(n * n)) << 3);
  const factors = off + ((<usize>n) << 3);
  const scale = normalizingScale(A, n * n);
  setIdentity(vectors, n);
  if (scale == 0) {
    fill(values, 0, n);
    for (let i = 0; i < n * n; i++) if (load<f64>(A + ((<usize>i) << 3)) != 0) return 1;
    return 0;
  }
  copyVector(A, work, n * n);
  scaleVector(scale, work, n * n);
  tridiagonalize(work, values, off, factors, factors + ((<usize>n) << 3), n);
  accumulateReflectors(work, factors, vectors, n);
  if (iterateQL(values, off, vectors, n) != 0) return 1;
  sortAscending(values, vectors, n);
  for (let i = 0; i < n; i++) {
    const at = values + ((<usize>i) << 3);
    store<f64>(at, load<f64>(at) / scale);
  }
  return 0;
}

function setIdentity(Q: usize, n: i32): void {
  fill(Q, 0, n * n);
  for (let i = 0; i < n; i++) store<f64>(Q + ((<usize>(i * (n + 1))) << 3), 1);
}

/** H_k ... H_0 A H_0 ... H_k = T. Leaves T in `diagonal` and `off` (off_i couples i and i + 1), v_k in row k of A. */
function tridiagonalize(A: usize, diagonal: usize, off: usize, factors: usize, p: usize, n: i32): void {
  const stride = (<usize>n) << 3;
  for (let k = 0; k < n; k++) {
    const row = A + <usize>k * (stride + 8);
    const at = (<usize>k) << 3;
    store<f64>(diagonal + at, load<f64>(row));
    store<f64>(factors + at, 0);
    store<f64>(off + at, k + 1 < n ? load<f64>(row, 8) : 0);
    const m = n - k - 1;
    if (m < 2) continue;
    // v = x + sign(x_0) |x| e_0 maps x to -sign(x_0) |x| e_0.
    const v = row + 8;
    const tail = dot(v + 8, v + 8, m - 1);
    // Of a matrix without full rank only rounding is left here, of that again, and so on down to underflow: 1e-30 is zero.
    if (tail <= 1e-60) continue;
    const first = load<f64>(v);
    const length = sqrt(first * first + tail);
    const head = first >= 0 ? first + length : first - length;
    store<f64>(v, head);
    store<f64>(off + at, first >= 0 ? -length : length);
    const factor = 2 / (head * head + tail);
    store<f64>(factors + at, factor);
    // p = factor A v - (factor / 2) (v . factor A v) v; A -= v p^T + p v^T keeps both triangles.
    const rest = row + stride + 8;
    for (let i = 0; i < m; i++) store<f64>(p + ((<usize>i) << 3), factor * dot(rest + <usize>i * stride, v, m));
    addScaled(-0.5 * factor * dot(p, v, m), v, p, m);
    for (let i = 0; i < m; i++) {
      const offset = (<usize>i) << 3;
      subtractTwo(load<f64>(v + offset), p, load<f64>(p + offset), v, rest + <usize>i * stride, m);
    }
  }
}

/** y -= a x + b z. */
function subtractTwo(a: f64, x: usize, b: f64, z: usize, y: usize, n: i32): void {
  const av = f64x2.splat(a);
  const bv = f64x2.splat(b);
  for (; n >= 2; n -= 2) {
    v128.store(y, f64x2.sub(v128.load(y), f64x2.add(f64x2.mul(av, v128.load(x)), f64x2.mul(bv, v128.load(z)))));
    x += 16;
    y += 16;
    z += 16;
  }
  if (n > 0) store<f64>(y, load<f64>(y) - (a * load<f64>(x) + b * load<f64>(z)));
}

/** Q = identity times H_{n-3} ... H_0: the transposed basis in which A is tridiagonal. */
function accumulateReflectors(reflectors: usize, factors: usize, Q: usize, n: i32): void {
  const stride = (<usize>n) << 3;
  for (let k = n - 3; k >= 0; k--) {
    const factor = load<f64>(factors + ((<usize>k) << 3));
    if (factor == 0) continue;
    const v = reflectors + <usize>k * (stride + 8) + 8;
    const m = n - k - 1;
    let row = Q + <usize>(k + 1) * (stride + 8);
    for (let i = 0; i < m; i++) {
      addScaled(-factor * dot(row, v, m), v, row, m);
      row += stride;
    }
  }
}

/** Implicit QL with Wilkinson's shift (EISPACK tql2). The matrix was scaled to about 1, so squares do not overflow. */
function iterateQL(d: usize, e: usize, Q: usize, n: i32): i32 {
  // Beside the largest entry, not beside the neighbours: QL crawls where a matrix without full rank runs out into noise.
  let negligible: f64 = 0;
  for (let i = 0; i < n; i++) {
    const at = (<usize>i) << 3;
    negligible = max(negligible, roundoff * (abs(load<f64>(d + at)) + abs(load<f64>(e + at))));
  }
  for (let l = 0; l < n; l++) {
    for (let iteration = 0; ; iteration++) {
      let m = l;
      while (m < n - 1 && abs(load<f64>(e + ((<usize>m) << 3))) > negligible) m++;
      if (m == l) break;
      if (iteration == 60) return 1;
      const at = (<usize>l) << 3;
      const el = load<f64>(e + at);
      const dl = load<f64>(d + at);
      let g = (load<f64>(d + at, 8) - dl) / (2 * el);
      let r = sqrt(g * g + 1);
      g = load<f64>(d + ((<usize>m) << 3)) - dl + el / (g + (g >= 0 ? r : -r));
      let s: f64 = 1;
      let c: f64 = 1;
      let p: f64 = 0;
      let i = m - 1;
      for (; i >= l; i--) {
        const here = (<usize>i) << 3;
        const f = s * load<f64>(e + here);
        const b = c * load<f64>(e + here);
        r = sqrt(f * f + g * g);
        store<f64>(e + here, r, 8);
        if (r == 0) {
          store<f64>(d + here, load<f64>(d + here, 8) - p, 8);
          store<f64>(e + ((<usize>m) << 3), 0);
          break;
        }
        s = f / r;
        c = g / r;
        g = load<f64>(d + here, 8) - p;
        const t = (load<f64>(d + here) - g) * s + 2 * c * b;
        p = s * t;
        store<f64>(d + here, g + p, 8);
        g = c * t - b;
        rotateRows(Q + <usize>(i + 1) * ((<usize>n) << 3), Q + <usize>i * ((<usize>n) << 3), c, s, n);
      }
      if (r == 0 && i >= l) continue;
      store<f64>(d + at, load<f64>(d + at) - p);
      store<f64>(e + at, g);
      store<f64>(e + ((<usize>m) << 3), 0);
    }
  }
  return 0;
}

/** Selection sort: n exchanges of rows at most, little beside n^3. */
function sortAscending(values: usize, vectors: usize, n: i32): void {
  const stride = (<usize>n) << 3;
  for (let i = 0; i < n - 1; i++) {
    let least = i;
    for (let j = i + 1; j < n; j++) {
      if (load<f64>(values + ((<usize>j) << 3)) < load<f64>(values + ((<usize>least) << 3))) least = j;
    }
    if (least == i) continue;
    swapVectors(values + ((<usize>i) << 3), values + ((<usize>least) << 3), 1);
    swapVectors(vectors + <usize>i * stride, vectors + <usize>least * stride, n);
  }
}
