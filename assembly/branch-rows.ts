/**
 * Loops of branch and bound over the rows a node still holds: entries of 32 bytes, each begins with the number of its row
 * (i32). `vector` is the length of a padded row in bytes; four vectors of a row are worked on at a time.
 */
import { sumLanes } from './lanes';

const entryBytes: usize = 32;

/** out += sum_q coefficients_q x_q. */
export function addRows(X: usize, entries: usize, coefficients: usize, out: usize, count: i32, vector: usize): void {
  const zero = f64x2.splat(0);
  for (let at: usize = 0; at < vector; at += 64) {
    const pairs = (vector - at) >> 4;
    const target = out + at;
    let s0 = v128.load(target);
    let s1 = pairs > 1 ? v128.load(target, 16) : zero;
    let s2 = pairs > 2 ? v128.load(target, 32) : zero;
    let s3 = pairs > 3 ? v128.load(target, 48) : zero;
    let entry = entries;
    for (let q: usize = 0; q < (<usize>count) << 3; q += 8) {
      const x = X + at + <usize>load<i32>(entry) * vector;
      const g = v128.load64_splat(coefficients + q);
      s0 = f64x2.add(s0, f64x2.mul(g, v128.load(x)));
      if (pairs > 1) s1 = f64x2.add(s1, f64x2.mul(g, v128.load(x, 16)));
      if (pairs > 2) s2 = f64x2.add(s2, f64x2.mul(g, v128.load(x, 32)));
      if (pairs > 3) s3 = f64x2.add(s3, f64x2.mul(g, v128.load(x, 48)));
      entry += entryBytes;
    }
    v128.store(target, s0);
    if (pairs > 1) v128.store(target, s1, 16);
    if (pairs > 2) v128.store(target, s2, 32);
    if (pairs > 3) v128.store(target, s3, 48);
  }
}

/** out += sum_q coefficients_q |x_q|, entry by entry. */
export function addAbsoluteRows(X: usize, entries: usize, coefficients: usize, out: usize, count: i32, vector: usize): void {
  const zero = f64x2.splat(0);
  for (let at: usize = 0; at < vector; at += 64) {
    const pairs = (vector - at) >> 4;
    const target = out + at;
    let s0 = v128.load(target);
    let s1 = pairs > 1 ? v128.load(target, 16) : zero;
    let s2 = pairs > 2 ? v128.load(target, 32) : zero;
    let s3 = pairs > 3 ? v128.load(target, 48) : zero;
    let entry = entries;
    for (let q: usize = 0; q < (<usize>count) << 3; q += 8) {
      const x = X + at + <usize>load<i32>(entry) * vector;
      const g = v128.load64_splat(coefficients + q);
      s0 = f64x2.add(s0, f64x2.mul(g, f64x2.abs(v128.load(x))));
      if (pairs > 1) s1 = f64x2.add(s1, f64x2.mul(g, f64x2.abs(v128.load(x, 16))));
      if (pairs > 2) s2 = f64x2.add(s2, f64x2.mul(g, f64x2.abs(v128.load(x, 32))));
      if (pairs > 3) s3 = f64x2.add(s3, f64x2.mul(g, f64x2.abs(v128.load(x, 48))));
      entry += entryBytes;
    }
    v128.store(target, s0);
    if (pairs > 1) v128.store(target, s1, 16);
    if (pairs > 2) v128.store(target, s2, 32);
    if (pairs > 3) v128.store(target, s3, 48);
  }
}

/** x^T p for one row; the first four vectors of p are in registers. */
function rowDot(x: usize, p: usize, p0: v128, p1: v128, p2: v128, p3: v128, vector: usize): f64 {
  let s = f64x2.mul(v128.load(x), p0);
  if (vector > 16) s = f64x2.add(s, f64x2.mul(v128.load(x, 16), p1));
  if (vector > 32) s = f64x2.add(s, f64x2.mul(v128.load(x, 32), p2));
  if (vector > 48) s = f64x2.add(s, f64x2.mul(v128.load(x, 48), p3));
  for (let at: usize = 64; at < vector; at += 16) s = f64x2.add(s, f64x2.mul(v128.load(x + at), v128.load(p + at)));
  return sumLanes(s);
}

/** out_q = x_q^T p. */
export function dotRows(X: usize, entries: usize, p: usize, out: usize, count: i32, vector: usize): void {
  const zero = f64x2.splat(0);
  const p0 = v128.load(p);
  const p1 = vector > 16 ? v128.load(p, 16) : zero;
  const p2 = vector > 32 ? v128.load(p, 32) : zero;
  const p3 = vector > 48 ? v128.load(p, 48) : zero;
  let entry = entries;
  for (let q: usize = 0; q < (<usize>count) << 3; q += 8) {
    const x = X + <usize>load<i32>(entry) * vector;
    store<f64>(out + q, rowDot(x, p, p0, p1, p2, p3, vector));
    entry += entryBytes;
  }
}

/**
 * One sweep over the slopes alpha of the concave rows, each set to the minimizer of |v| in [0, 1]:
 * v = p at first, v += kappa_k (change of alpha_k) x_k. `steps` holds 1 / (|kappa_k| |x_k|^2).
 */
export function relaxSlopes(
  X: usize,
  entries: usize,
  kinks: usize,
  steps: usize,
  p: usize,
  v: usize,
  count: i32,
  vector: usize,
): void {
  const zero = f64x2.splat(0);
  memory.copy(v, p, vector);
  let v0 = v128.load(v);
  let v1 = vector > 16 ? v128.load(v, 16) : zero;
  let v2 = vector > 32 ? v128.load(v, 32) : zero;
  let v3 = vector > 48 ? v128.load(v, 48) : zero;
  let entry = entries;
  for (let q = 0; q < count; q++, entry += entryBytes) {
    const k = <usize>load<i32>(entry);
    const kink = load<f64>(kinks + (k << 3));
    if (kink > 0) continue;
    const x = X + k * vector;
    const before = load<f64>(entry, 24);
    const wanted = before + rowDot(x, v, v0, v1, v2, v3, vector) * load<f64>(steps + (k << 3));
    const after = min(max(wanted, 0), 1);
    if (after == before) continue;
    store<f64>(entry, after, 24);
    const g = f64x2.splat(kink * (after - before));
    v0 = f64x2.add(v0, f64x2.mul(g, v128.load(x)));
    if (vector > 16) v1 = f64x2.add(v1, f64x2.mul(g, v128.load(x, 16)));
    if (vector > 32) v2 = f64x2.add(v2, f64x2.mul(g, v128.load(x, 32)));
    if (vector > 48) v3 = f64x2.add(v3, f64x2.mul(g, v128.load(x, 48)));
    for (let at: usize = 64; at < vector; at += 16)
      v128.store(v + at, f64x2.add(v128.load(v + at), f64x2.mul(g, v128.load(x + at))));
  }
  v128.store(v, v0);
  if (vector > 16) v128.store(v, v1, 16);
  if (vector > 32) v128.store(v, v2, 32);
  if (vector > 48) v128.store(v, v3, 48);
}
