import { cosineOfTurn, sineOfTurn } from './functions';

/*
 * Orthonormal Fourier coordinates of real rows of any length n. With z_k = sum_j x_j exp(-2 pi i jk/n), row x becomes
 *
 *   | z_0 | sqrt 2 Re z_1 | sqrt 2 Im z_1 | sqrt 2 Re z_2 | .. | z_{n/2} if n is even |  all divided by sqrt n.
 *
 * Two rows at a time are the real and the imaginary part of one complex transform. Lengths that are no power of two are
 * convolutions with a chirp (Bluestein 1970), exp(-2 pi i jk/n) = c_j c_k conj(c_{k-j}), c_j = exp(-pi i j^2/n), at a power of two
 * m >= 2n - 1. Cost O(n log n) a row.
 *
 *   work (doubles)  z: 2n | roots: m | chirp: 2n | filter: 2m | padded: 2m      (roots alone after z where n is a power of two)
 */

function isPowerOfTwo(n: i32): bool {
  return (n & (n - 1)) == 0;
}

/** Length of the transforms that are done. */
function paddedLength(n: i32): i32 {
  if (isPowerOfTwo(n)) return n;
  let m = 1;
  while (m < 2 * n - 1) m <<= 1;
  return m;
}

export function realFourierWorkspace(n: i32): f64 {
  return (5 * <f64>paddedLength(n) + 4 * <f64>n) * 8;
}

/** roots_k = exp(-2 pi i k/m), k < m/2. */
function fillRoots(roots: usize, m: i32): void {
  for (let k = 0; k < m >> 1; k++) {
    store<f64>(roots + ((<usize>k) << 4), cosineOfTurn(k, m));
    store<f64>(roots + ((<usize>k) << 4), -sineOfTurn(k, m), 8);
  }
}

/** z <- its transform, m a power of two: bit reversal, then stages of butterflies. */
function transformPowerOfTwo(z: usize, m: i32, roots: usize): void {
  for (let i = 1, j = 0; i < m; i++) {
    let bit = m >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    const a = z + ((<usize>i) << 4);
    const b = z + ((<usize>j) << 4);
    const held = v128.load(a);
    v128.store(a, v128.load(b));
    v128.store(b, held);
  }
  for (let length = 2; length <= m; length <<= 1) {
    const half = length >> 1;
    const stride = (<usize>(m / length)) << 4;
    for (let start = 0; start < m; start += length) {
      for (let k = 0; k < half; k++) {
        const w = roots + <usize>k * stride;
        const a = z + ((<usize>(start + k)) << 4);
        const b = a + ((<usize>half) << 4);
        const x = load<f64>(b) * load<f64>(w) - load<f64>(b, 8) * load<f64>(w, 8);
        const y = load<f64>(b) * load<f64>(w, 8) + load<f64>(b, 8) * load<f64>(w);
        const re = load<f64>(a);
        const im = load<f64>(a, 8);
        store<f64>(a, re + x);
        store<f64>(a, im + y, 8);
        store<f64>(b, re - x);
        store<f64>(b, im - y, 8);
      }
    }
  }
}

/** to_k = x_k y_k, complex. */
function multiplyComplex(x: usize, y: usize, to: usize, count: i32): void {
  for (let k = 0; k < count; k++) {
    const at = (<usize>k) << 4;
    const a = load<f64>(x + at);
    const b = load<f64>(x + at, 8);
    const c = load<f64>(y + at);
    const d = load<f64>(y + at, 8);
    store<f64>(to + at, a * c - b * d);
    store<f64>(to + at, a * d + b * c, 8);
  }
}

function conjugate(z: usize, count: i32, scale: f64): void {
  for (let k = 0; k < count; k++) {
    const at = z + ((<usize>k) << 4);
    store<f64>(at, scale * load<f64>(at));
    store<f64>(at, -scale * load<f64>(at, 8), 8);
  }
}

/** Tables of one length: roots, and for Bluestein the chirp and the transform of its filter. */
function prepare(n: i32, work: usize): void {
  const m = paddedLength(n);
  const roots = work + ((<usize>n) << 4);
  fillRoots(roots, m);
  if (m == n) return;
  const chirp = roots + ((<usize>m) << 3);
  const filter = chirp + ((<usize>n) << 4);
  memory.fill(filter, 0, (<usize>m) << 4);
  for (let j = 0; j < n; j++) {
    const turn = <i32>((<i64>j * j) % (2 * n));
    const c = cosineOfTurn(turn, 2 * n);
    const s = sineOfTurn(turn, 2 * n);
    const at = (<usize>j) << 4;
    store<f64>(chirp + at, c);
    store<f64>(chirp + at, -s, 8);
    store<f64>(filter + at, c);
    store<f64>(filter + at, s, 8);
    if (j == 0) continue;
    const mirrored = filter + ((<usize>(m - j)) << 4);
    store<f64>(mirrored, c);
    store<f64>(mirrored, s, 8);
  }
  transformPowerOfTwo(filter, m, roots);
}

/** z <- its transform, for any n; z is the first part of `work`. */
function transform(n: i32, work: usize): void {
  const m = paddedLength(n);
  const roots = work + ((<usize>n) << 4);
  if (m == n) {
    transformPowerOfTwo(work, n, roots);
    return;
  }
  const chirp = roots + ((<usize>m) << 3);
  const filter = chirp + ((<usize>n) << 4);
  const padded = filter + ((<usize>m) << 4);
  memory.fill(padded, 0, (<usize>m) << 4);
  multiplyComplex(work, chirp, padded, n);
  transformPowerOfTwo(padded, m, roots);
  multiplyComplex(padded, filter, padded, m);
  // The inverse transform by the forward one.
  conjugate(padded, m, 1);
  transformPowerOfTwo(padded, m, roots);
  conjugate(padded, m, 1 / <f64>m);
  multiplyComplex(padded, chirp, work, n);
}

/** out (rows x n) = orthonormal Fourier coordinates of the rows of x. */
export function realFourier(x: usize, out: usize, rows: i32, n: i32, work: usize): void {
  const stride = (<usize>n) << 3;
  const single = 1 / Math.sqrt(<f64>n);
  const double = 0.5 * Math.sqrt(2) * single;
  prepare(n, work);
  for (let row = 0; row < rows; row += 2) {
    const one = x + <usize>row * stride;
    const pair = row + 1 < rows;
    for (let j = 0; j < n; j++) {
      store<f64>(work + ((<usize>j) << 4), load<f64>(one + ((<usize>j) << 3)));
      store<f64>(work + ((<usize>j) << 4), pair ? load<f64>(one + stride + ((<usize>j) << 3)) : 0, 8);
    }
    transform(n, work);
    const to = out + <usize>row * stride;
    const other = to + stride;
    store<f64>(to, single * load<f64>(work));
    if (pair) store<f64>(other, single * load<f64>(work, 8));
    for (let k = 1; 2 * k < n; k++) {
      const a = work + ((<usize>k) << 4);
      const b = work + ((<usize>(n - k)) << 4);
      const at = (<usize>(2 * k - 1)) << 3;
      store<f64>(to + at, double * (load<f64>(a) + load<f64>(b)));
      store<f64>(to + at, double * (load<f64>(a, 8) - load<f64>(b, 8)), 8);
      if (!pair) continue;
      store<f64>(other + at, double * (load<f64>(a, 8) + load<f64>(b, 8)));
      store<f64>(other + at, double * (load<f64>(b) - load<f64>(a)), 8);
    }
    if (n & 1 || n == 0) continue;
    const middle = work + ((<usize>(n >> 1)) << 4);
    store<f64>(to + stride - 8, single * load<f64>(middle));
    if (pair) store<f64>(other + stride - 8, single * load<f64>(middle, 8));
  }
}

/** out = the rows whose coordinates x holds: the inverse, which is the transpose. */
export function inverseRealFourier(x: usize, out: usize, rows: i32, n: i32, work: usize): void {
  const stride = (<usize>n) << 3;
  const single = 1 / Math.sqrt(<f64>n);
  const double = 0.5 * Math.sqrt(2) * single;
  prepare(n, work);
  for (let row = 0; row < rows; row += 2) {
    const one = x + <usize>row * stride;
    const pair = row + 1 < rows;
    // The conjugate of p + i q goes in, and comes out of a forward transform.
    store<f64>(work, single * load<f64>(one));
    store<f64>(work, pair ? -single * load<f64>(one + stride) : 0, 8);
    for (let k = 1; 2 * k < n; k++) {
      const at = (<usize>(2 * k - 1)) << 3;
      const re = double * load<f64>(one + at);
      const im = double * load<f64>(one + at, 8);
      const otherRe = pair ? double * load<f64>(one + stride + at) : 0;
      const otherIm = pair ? double * load<f64>(one + stride + at, 8) : 0;
      const a = work + ((<usize>k) << 4);
      const b = work + ((<usize>(n - k)) << 4);
      store<f64>(a, re - otherIm);
      store<f64>(a, -im - otherRe, 8);
      store<f64>(b, re + otherIm);
      store<f64>(b, im - otherRe, 8);
    }
    if (!(n & 1) && n > 0) {
      const middle = work + ((<usize>(n >> 1)) << 4);
      store<f64>(middle, single * load<f64>(one + stride - 8));
      store<f64>(middle, pair ? -single * load<f64>(one + 2 * stride - 8) : 0, 8);
    }
    transform(n, work);
    const to = out + <usize>row * stride;
    for (let j = 0; j < n; j++) {
      store<f64>(to + ((<usize>j) << 3), load<f64>(work + ((<usize>j) << 4)));
      if (pair) store<f64>(to + stride + ((<usize>j) << 3), -load<f64>(work + ((<usize>j) << 4), 8));
    }
  }
}
