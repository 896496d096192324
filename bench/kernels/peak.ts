// @ts-nocheck AssemblyScript: compiled by run.mjs, never shipped.

/**
 * Fourteen independent chains a = a s + s, held in registers: the most multiply-adds that SIMD WebAssembly gives here.
 * 14 chains x 2 lanes x 2 operations a step; with s they fill 15 registers. Fewer chains wait for results (8 reach three
 * quarters), and a counted loop in place of the exit makes the compiler spill. The values converge to s / (1 - s) = 3.
 */
export function spin(steps: i32): f64 {
  const s = f64x2.splat(0.75);
  let a = f64x2.splat(1.1);
  let b = f64x2.splat(1.2);
  let c = f64x2.splat(1.3);
  let d = f64x2.splat(1.4);
  let e = f64x2.splat(1.5);
  let f = f64x2.splat(1.6);
  let g = f64x2.splat(1.7);
  let h = f64x2.splat(1.8);
  let i = f64x2.splat(1.9);
  let j = f64x2.splat(2.0);
  let k = f64x2.splat(2.1);
  let l = f64x2.splat(2.2);
  let m = f64x2.splat(2.3);
  let n = f64x2.splat(2.4);
  while (true) {
    a = f64x2.add(f64x2.mul(a, s), s);
    b = f64x2.add(f64x2.mul(b, s), s);
    c = f64x2.add(f64x2.mul(c, s), s);
    d = f64x2.add(f64x2.mul(d, s), s);
    e = f64x2.add(f64x2.mul(e, s), s);
    f = f64x2.add(f64x2.mul(f, s), s);
    g = f64x2.add(f64x2.mul(g, s), s);
    h = f64x2.add(f64x2.mul(h, s), s);
    i = f64x2.add(f64x2.mul(i, s), s);
    j = f64x2.add(f64x2.mul(j, s), s);
    k = f64x2.add(f64x2.mul(k, s), s);
    l = f64x2.add(f64x2.mul(l, s), s);
    m = f64x2.add(f64x2.mul(m, s), s);
    n = f64x2.add(f64x2.mul(n, s), s);
    if (--steps === 0) break;
  }
  let sum = a;
  sum = f64x2.add(sum, b);
  sum = f64x2.add(sum, c);
  sum = f64x2.add(sum, d);
  sum = f64x2.add(sum, e);
  sum = f64x2.add(sum, f);
  sum = f64x2.add(sum, g);
  sum = f64x2.add(sum, h);
  sum = f64x2.add(sum, i);
  sum = f64x2.add(sum, j);
  sum = f64x2.add(sum, k);
  sum = f64x2.add(sum, l);
  sum = f64x2.add(sum, m);
  sum = f64x2.add(sum, n);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}
