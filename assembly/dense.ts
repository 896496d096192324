import { sumLanes } from './lanes';

/*
 * Vectors are contiguous f64, matrices row-major without gaps. Long loops take 8 entries a step in four vectors, because
 * one running sum would wait for its own latency:
 *   x: | s0 | s0 | s1 | s1 | s2 | s2 | s3 | s3 | s0 ...     sum = ((s0 + s1) + (s2 + s3)), then lanes, then the tail
 */

/** Sum of x_i y_i. */
export function dot(x: usize, y: usize, n: i32): f64 {
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  let s2 = f64x2.splat(0);
  let s3 = f64x2.splat(0);
  for (; n >= 8; n -= 8) {
    s0 = f64x2.add(s0, f64x2.mul(v128.load(x), v128.load(y)));
    s1 = f64x2.add(s1, f64x2.mul(v128.load(x, 16), v128.load(y, 16)));
    s2 = f64x2.add(s2, f64x2.mul(v128.load(x, 32), v128.load(y, 32)));
    s3 = f64x2.add(s3, f64x2.mul(v128.load(x, 48), v128.load(y, 48)));
    x += 64;
    y += 64;
  }
  for (; n >= 2; n -= 2) {
    s0 = f64x2.add(s0, f64x2.mul(v128.load(x), v128.load(y)));
    x += 16;
    y += 16;
  }
  const sum = sumLanes(f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3)));
  return n > 0 ? sum + load<f64>(x) * load<f64>(y) : sum;
}

/** Euclidean norm. Squares are not guarded against overflow or underflow: data are normalized to about 1 before. */
export function norm(x: usize, n: i32): f64 {
  return sqrt(dot(x, x, n));
}

/** y += scale x. */
export function addScaled(scale: f64, x: usize, y: usize, n: i32): void {
  const s = f64x2.splat(scale);
  for (; n >= 8; n -= 8) {
    v128.store(y, f64x2.add(v128.load(y), f64x2.mul(s, v128.load(x))));
    v128.store(y, f64x2.add(v128.load(y, 16), f64x2.mul(s, v128.load(x, 16))), 16);
    v128.store(y, f64x2.add(v128.load(y, 32), f64x2.mul(s, v128.load(x, 32))), 32);
    v128.store(y, f64x2.add(v128.load(y, 48), f64x2.mul(s, v128.load(x, 48))), 48);
    x += 64;
    y += 64;
  }
  for (; n >= 2; n -= 2) {
    v128.store(y, f64x2.add(v128.load(y), f64x2.mul(s, v128.load(x))));
    x += 16;
    y += 16;
  }
  if (n > 0) store<f64>(y, load<f64>(y) + scale * load<f64>(x));
}

/** x *= scale. */
export function scaleVector(scale: f64, x: usize, n: i32): void {
  const s = f64x2.splat(scale);
  for (; n >= 2; n -= 2) {
    v128.store(x, f64x2.mul(s, v128.load(x)));
    x += 16;
  }
  if (n > 0) store<f64>(x, scale * load<f64>(x));
}

/** x_i = value. */
export function fill(x: usize, value: f64, n: i32): void {
  const v = f64x2.splat(value);
  for (; n >= 2; n -= 2) {
    v128.store(x, v);
    x += 16;
  }
  if (n > 0) store<f64>(x, value);
}

/** out = x. The two may overlap. */
export function copyVector(x: usize, out: usize, n: i32): void {
  if (n > 0) memory.copy(out, x, (<usize>n) << 3);
}

/** out = A x: `out` has `rows` entries and must not overlap x. Four rows share the loads of x. */
export function multiplyVector(A: usize, x: usize, out: usize, rows: i32, columns: i32): void {
  assert(rows >= 0 && columns >= 0);
  const stride = (<usize>columns) << 3;
  for (; rows >= 4; rows -= 4) {
    const A1 = A + stride;
    const A2 = A1 + stride;
    const A3 = A2 + stride;
    let s0 = f64x2.splat(0);
    let s1 = f64x2.splat(0);
    let s2 = f64x2.splat(0);
    let s3 = f64x2.splat(0);
    let at: usize = 0;
    let left = columns;
    for (; left >= 2; left -= 2) {
      const v = v128.load(x + at);
      s0 = f64x2.add(s0, f64x2.mul(v128.load(A + at), v));
      s1 = f64x2.add(s1, f64x2.mul(v128.load(A1 + at), v));
      s2 = f64x2.add(s2, f64x2.mul(v128.load(A2 + at), v));
      s3 = f64x2.add(s3, f64x2.mul(v128.load(A3 + at), v));
      at += 16;
    }
    const last = left > 0 ? load<f64>(x + at) : 0;
    store<f64>(out, left > 0 ? sumLanes(s0) + load<f64>(A + at) * last : sumLanes(s0));
    store<f64>(out, left > 0 ? sumLanes(s1) + load<f64>(A1 + at) * last : sumLanes(s1), 8);
    store<f64>(out, left > 0 ? sumLanes(s2) + load<f64>(A2 + at) * last : sumLanes(s2), 16);
    store<f64>(out, left > 0 ? sumLanes(s3) + load<f64>(A3 + at) * last : sumLanes(s3), 24);
    A = A3 + stride;
    out += 32;
  }
  for (; rows > 0; rows--) {
    store<f64>(out, dot(A, x, columns));
    A += stride;
    out += 8;
  }
}

/** out = A^T x: x has `rows` entries, `out` has `columns`. Four rows share one pass over `out`; rows are added in order. */
export function multiplyTransposedVector(A: usize, x: usize, out: usize, rows: i32, columns: i32): void {
  assert(rows >= 0 && columns >= 0);
  const stride = (<usize>columns) << 3;
  fill(out, 0, columns);
  for (; rows >= 4; rows -= 4) {
    const A1 = A + stride;
    const A2 = A1 + stride;
    const A3 = A2 + stride;
    const x0 = v128.load64_splat(x);
    const x1 = v128.load64_splat(x, 8);
    const x2 = v128.load64_splat(x, 16);
    const x3 = v128.load64_splat(x, 24);
    let at: usize = 0;
    let left = columns;
    for (; left >= 2; left -= 2) {
      let v = f64x2.add(v128.load(out + at), f64x2.mul(x0, v128.load(A + at)));
      v = f64x2.add(v, f64x2.mul(x1, v128.load(A1 + at)));
      v = f64x2.add(v, f64x2.mul(x2, v128.load(A2 + at)));
      v = f64x2.add(v, f64x2.mul(x3, v128.load(A3 + at)));
      v128.store(out + at, v);
      at += 16;
    }
    if (left > 0) {
      let v = load<f64>(out + at) + load<f64>(x) * load<f64>(A + at);
      v += load<f64>(x, 8) * load<f64>(A1 + at);
      v += load<f64>(x, 16) * load<f64>(A2 + at);
      v += load<f64>(x, 24) * load<f64>(A3 + at);
      store<f64>(out + at, v);
    }
    A = A3 + stride;
    x += 32;
  }
  for (; rows > 0; rows--) {
    addScaled(load<f64>(x), A, out, columns);
    A += stride;
    x += 8;
  }
}
