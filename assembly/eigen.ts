import { addScaled, copyVector, dot, fill, scaleVector } from './dense';

/*
 * Symmetric eigenvalues by Householder tridiagonalization and implicit QL; eigenvectors are ROWS, so that a rotation acts
 * on two contiguous rows.
 *
 *   work: | copy of A, later the reflectors (row k: v_k from entry k + 1) | off-diagonal | 2 / v.v | one vector |
 */

const roundoff: f64 = 1.1102230246251565e-16;

/** Bytes of `work` for {@link symmetricEigen}. */
export function symmetricEigenWorkspace(n: i32): i32 {
  return (n * n + 3 * n) * 8;
}

/** The power of two that brings the largest of `count` magnitudes into [1/2, 2); 0 if all are zero or one is not finite. */
function normalizingScale(A: usize, count: i32): f64 {
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
    if (tail == 0) continue;
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
  for (let l = 0; l < n; l++) {
    for (let iteration = 0; ; iteration++) {
      let m = l;
      for (; m < n - 1; m++) {
        const at = (<usize>m) << 3;
        const size = abs(load<f64>(d + at)) + abs(load<f64>(d + at, 8));
        // The second term is far below the rounding of the scaled matrix: it ends runs among entries that are all noise.
        if (abs(load<f64>(e + at)) <= roundoff * size + 1e-40) break;
      }
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

/** (x, y) becomes (c x + s y, c y - s x), entry by entry. */
function rotateRows(x: usize, y: usize, c: f64, s: f64, n: i32): void {
  const cv = f64x2.splat(c);
  const sv = f64x2.splat(s);
  for (; n >= 2; n -= 2) {
    const a = v128.load(x);
    const b = v128.load(y);
    v128.store(x, f64x2.add(f64x2.mul(cv, a), f64x2.mul(sv, b)));
    v128.store(y, f64x2.sub(f64x2.mul(cv, b), f64x2.mul(sv, a)));
    x += 16;
    y += 16;
  }
  if (n > 0) {
    const a = load<f64>(x);
    const b = load<f64>(y);
    store<f64>(x, c * a + s * b);
    store<f64>(y, c * b - s * a);
  }
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

function swapVectors(x: usize, y: usize, n: i32): void {
  for (; n > 0; n--) {
    const a = load<f64>(x);
    store<f64>(x, load<f64>(y));
    store<f64>(y, a);
    x += 8;
    y += 8;
  }
}

/**
 * Thin SVD by one-sided Jacobi: the k rows of W (A, or A^T if A is tall) are rotated until they are orthogonal, and J collects
 * the rotations: W = S (long side), J (k x k) = the short side. Small singular values keep their relative accuracy where A allows.
 *
 *   work: | W: k x long | squared lengths: k | one vector: long |
 */

/** Bytes of `work` for {@link thinSvd}. */
export function thinSvdWorkspace(rows: i32, columns: i32): i32 {
  const k = min(rows, columns);
  return (k * max(rows, columns) + k + max(rows, columns)) * 8;
}

/**
 * A (rows x columns, not changed) = sum over k = min(rows, columns) of S_i (row i of U) (row i of V)^T: S descending, rows of U
 * (k x rows) and of V (k x columns) orthonormal. Returns 0, or 1 when an entry is not finite; the outputs are then undefined.
 */
export function thinSvd(A: usize, U: usize, S: usize, V: usize, rows: i32, columns: i32, work: usize): i32 {
  const k = min(rows, columns);
  const long = max(rows, columns);
  const tall = rows > columns;
  const J = tall ? V : U;
  const out = tall ? U : V;
  const squares = work + ((<usize>(k * long)) << 3);
  const scale = normalizingScale(A, rows * columns);
  if (scale == 0) for (let i = 0; i < rows * columns; i++) if (load<f64>(A + ((<usize>i) << 3)) != 0) return 1;
  const applied: f64 = scale == 0 ? 1 : scale;
  setIdentity(J, k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < long; j++) {
      const from = A + ((<usize>(tall ? j * columns + i : i * columns + j)) << 3);
      store<f64>(work + ((<usize>(i * long + j)) << 3), applied * load<f64>(from));
    }
  }
  orthogonalizeRows(work, J, squares, k, long);
  sortDescending(work, J, squares, k, long);
  const largest = k > 0 ? sqrt(load<f64>(squares)) : 0;
  for (let i = 0; i < k; i++) {
    const at = (<usize>i) << 3;
    const length = sqrt(load<f64>(squares + at));
    const from = work + <usize>(i * long) * 8;
    const to = out + <usize>(i * long) * 8;
    // A length below this is zero beside the rounding of the largest: its direction carries nothing.
    if (length > largest * 1e-100 && length > 0) {
      store<f64>(S + at, length / applied);
      copyVector(from, to, long);
      scaleVector(1 / length, to, long);
    } else {
      store<f64>(S + at, 0);
      completeRow(out, i, long, work + <usize>(k * long + k) * 8);
    }
  }
  return 0;
}

/** Cyclic sweeps over pairs of rows until every pair is orthogonal to rounding. */
function orthogonalizeRows(W: usize, J: usize, squares: usize, k: i32, long: i32): void {
  const stride = (<usize>long) << 3;
  const strideJ = (<usize>k) << 3;
  for (let i = 0; i < k; i++) store<f64>(squares + ((<usize>i) << 3), dot(W + <usize>i * stride, W + <usize>i * stride, long));
  for (let sweep = 0; sweep < 60; sweep++) {
    let rotations = 0;
    for (let i = 0; i < k - 1; i++) {
      for (let j = i + 1; j < k; j++) {
        const x = W + <usize>i * stride;
        const y = W + <usize>j * stride;
        const a = load<f64>(squares + ((<usize>i) << 3));
        const b = load<f64>(squares + ((<usize>j) << 3));
        const c = dot(x, y, long);
        if (!(abs(c) > 4 * roundoff * sqrt(a) * sqrt(b)) || abs(c) < 1e-200) continue;
        rotations++;
        // tan of the smaller angle that makes the pair orthogonal.
        const z = (b - a) / (2 * c);
        const t = (z >= 0 ? 1 : -1) / (abs(z) + sqrt(1 + z * z));
        const cosine = 1 / sqrt(1 + t * t);
        rotateRows(y, x, cosine, cosine * t, long);
        rotateRows(J + <usize>j * strideJ, J + <usize>i * strideJ, cosine, cosine * t, k);
        store<f64>(squares + ((<usize>i) << 3), dot(x, x, long));
        store<f64>(squares + ((<usize>j) << 3), dot(y, y, long));
      }
    }
    if (rotations == 0) return;
  }
}

function sortDescending(W: usize, J: usize, squares: usize, k: i32, long: i32): void {
  for (let i = 0; i < k - 1; i++) {
    let most = i;
    for (let j = i + 1; j < k; j++) {
      if (load<f64>(squares + ((<usize>j) << 3)) > load<f64>(squares + ((<usize>most) << 3))) most = j;
    }
    if (most == i) continue;
    swapVectors(squares + ((<usize>i) << 3), squares + ((<usize>most) << 3), 1);
    swapVectors(W + <usize>(i * long) * 8, W + <usize>(most * long) * 8, long);
    swapVectors(J + <usize>(i * k) * 8, J + <usize>(most * k) * 8, k);
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
