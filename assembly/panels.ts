/*
 * Products in single precision for searches, which need no more: 8 rows of X and 4 neurons (or directions) at a time.
 *
 *   rows      | panel of 8 rows: column 0 of all 8 | column 1 of all 8 | .. | next panel ..     f32, rows of zeros at the end
 *   group     | entry 0 of all 4 neurons | entry 1 of all 4 | ..                                 f32
 *   tile      | neuron 0 at 8 rows | neuron 1 at 8 rows | neuron 2 | neuron 3                    f32
 */

/** Panels whose sums stay in single precision before they are added up in double precision. */
export const chunkPanels: i32 = 32;

export function roundUp(count: i32, to: i32): usize {
  return <usize>(((count + to - 1) / to) * to);
}

/** Bytes of packed rows. */
export function packedRowsBytes(n: i32, d: i32): i32 {
  return <i32>((roundUp(n, 8) * <usize>d) << 2);
}

/** Packs X (n x d, f64). */
export function packRowPanels(X: usize, out: usize, n: i32, d: i32): void {
  memory.fill(out, 0, (roundUp(n, 8) * <usize>d) << 2);
  for (let k = 0; k < n; k++) {
    const panel = out + (((<usize>(k >> 3) * <usize>d) << 5) + ((<usize>(k & 7)) << 2));
    for (let i = 0; i < d; i++) {
      store<f32>(panel + ((<usize>i) << 5), <f32>load<f64>(X));
      X += 8;
    }
  }
}

/** Scores of a group at a panel, to a tile. */
export function scoreTile(group: usize, x: usize, d: i32, tile: usize): void {
  let z00 = f32x4.splat(0);
  let z01 = f32x4.splat(0);
  let z10 = f32x4.splat(0);
  let z11 = f32x4.splat(0);
  let z20 = f32x4.splat(0);
  let z21 = f32x4.splat(0);
  let z30 = f32x4.splat(0);
  let z31 = f32x4.splat(0);
  for (const end = group + ((<usize>d) << 4); group < end; group += 16) {
    const x0 = v128.load(x);
    const x1 = v128.load(x, 16);
    x += 32;
    let entry = v128.load32_splat(group);
    z00 = f32x4.add(z00, f32x4.mul(entry, x0));
    z01 = f32x4.add(z01, f32x4.mul(entry, x1));
    entry = v128.load32_splat(group, 4);
    z10 = f32x4.add(z10, f32x4.mul(entry, x0));
    z11 = f32x4.add(z11, f32x4.mul(entry, x1));
    entry = v128.load32_splat(group, 8);
    z20 = f32x4.add(z20, f32x4.mul(entry, x0));
    z21 = f32x4.add(z21, f32x4.mul(entry, x1));
    entry = v128.load32_splat(group, 12);
    z30 = f32x4.add(z30, f32x4.mul(entry, x0));
    z31 = f32x4.add(z31, f32x4.mul(entry, x1));
  }
  v128.store(tile, z00);
  v128.store(tile, z01, 16);
  v128.store(tile, z10, 32);
  v128.store(tile, z11, 48);
  v128.store(tile, z20, 64);
  v128.store(tile, z21, 80);
  v128.store(tile, z30, 96);
  v128.store(tile, z31, 112);
}

/** Sum of four floats in double precision. */
export function sumFloats(v: v128): f64 {
  const pair = f64x2.add(f64x2.promote_low_f32x4(v), f64x2.promote_low_f32x4(v128.shuffle<f64>(v, v, 1, 1)));
  return f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
}

/**
 * Adds sum over `count` panels of a_jk x_k to `out` for up to 4 neurons (rows of d doubles) and 2 columns; tiles of weights a
 * are `stride` bytes apart.
 */
export function addProducts(a: usize, stride: usize, x: usize, d: i32, count: i32, out: usize, neurons: i32, columns: i32): void {
  let s00 = f32x4.splat(0);
  let s01 = f32x4.splat(0);
  let s10 = f32x4.splat(0);
  let s11 = f32x4.splat(0);
  let s20 = f32x4.splat(0);
  let s21 = f32x4.splat(0);
  let s30 = f32x4.splat(0);
  let s31 = f32x4.splat(0);
  const next: usize = columns > 1 ? 32 : 0;
  const step = (<usize>d) << 5;
  for (; count > 0; count--) {
    for (let half: usize = 0; half < 32; half += 16) {
      const x0 = v128.load(x + half);
      const x1 = v128.load(x + half + next);
      let entry = v128.load(a + half);
      s00 = f32x4.add(s00, f32x4.mul(entry, x0));
      s01 = f32x4.add(s01, f32x4.mul(entry, x1));
      entry = v128.load(a + half, 32);
      s10 = f32x4.add(s10, f32x4.mul(entry, x0));
      s11 = f32x4.add(s11, f32x4.mul(entry, x1));
      entry = v128.load(a + half, 64);
      s20 = f32x4.add(s20, f32x4.mul(entry, x0));
      s21 = f32x4.add(s21, f32x4.mul(entry, x1));
      entry = v128.load(a + half, 96);
      s30 = f32x4.add(s30, f32x4.mul(entry, x0));
      s31 = f32x4.add(s31, f32x4.mul(entry, x1));
    }
    a += stride;
    x += step;
  }
  const row = (<usize>d) << 3;
  addPair(out, s00, s01, columns);
  if (neurons > 1) addPair(out + row, s10, s11, columns);
  if (neurons > 2) addPair(out + 2 * row, s20, s21, columns);
  if (neurons > 3) addPair(out + 3 * row, s30, s31, columns);
}

function addPair(out: usize, first: v128, second: v128, columns: i32): void {
  store<f64>(out, load<f64>(out) + sumFloats(first));
  if (columns > 1) store<f64>(out, load<f64>(out, 8) + sumFloats(second), 8);
}
