import { lowerLanes, upperLanes } from './lanes';

/*
 * The 4 x 4 register tile that carries every dense product, and the packing it reads.
 *
 *   panel of 4 rows:   | r0 k0 | r1 k0 | r2 k0 | r3 k0 | r0 k1 | r1 k1 | ...      32 bytes a step of k
 *
 * A panel at the edge of a matrix repeats its last row: the tile computes all 16 sums and the caller drops the spare ones.
 */

/** Pack `rows` (1 to 4) rows of length k, `stride` bytes apart, as one panel. */
export function packRows(A: usize, stride: usize, rows: i32, k: i32, panel: usize): void {
  let r1 = rows > 1 ? A + stride : A;
  let r2 = rows > 2 ? r1 + stride : r1;
  let r3 = rows > 3 ? r2 + stride : r2;
  for (; k >= 2; k -= 2) {
    const v0 = v128.load(A);
    const v1 = v128.load(r1);
    const v2 = v128.load(r2);
    const v3 = v128.load(r3);
    v128.store(panel, lowerLanes(v0, v1));
    v128.store(panel, lowerLanes(v2, v3), 16);
    v128.store(panel, upperLanes(v0, v1), 32);
    v128.store(panel, upperLanes(v2, v3), 48);
    A += 16;
    r1 += 16;
    r2 += 16;
    r3 += 16;
    panel += 64;
  }
  if (k > 0) {
    store<f64>(panel, load<f64>(A));
    store<f64>(panel, load<f64>(r1), 8);
    store<f64>(panel, load<f64>(r2), 16);
    store<f64>(panel, load<f64>(r3), 24);
  }
}

/** Pack `columns` (1 to 4) columns of a k-row matrix, rows `stride` bytes apart, as one panel. */
export function packColumns(B: usize, stride: usize, columns: i32, k: i32, panel: usize): void {
  if (columns >= 4) {
    for (; k > 0; k--) {
      v128.store(panel, v128.load(B));
      v128.store(panel, v128.load(B, 16), 16);
      B += stride;
      panel += 32;
    }
    return;
  }
  const c1: usize = columns > 1 ? 8 : 0;
  const c2: usize = columns > 2 ? 16 : c1;
  for (; k > 0; k--) {
    store<f64>(panel, load<f64>(B));
    store<f64>(panel, load<f64>(B + c1), 8);
    store<f64>(panel, load<f64>(B + c2), 16);
    store<f64>(panel, load<f64>(B + c2), 24);
    B += stride;
    panel += 32;
  }
}

/**
 * C_rs (+)= sum over k of a_kr b_ks for two panels of k >= 1 steps; the rows of C are `stride` bytes apart.
 * `mode`: 0 stores the sums, 1 adds them to C, -1 subtracts them.
 *
 * The exit after each step keeps the steps in separate basic blocks; without it the compiler hoists the loads of all
 * steps, and the 8 sums spill.
 */
export function multiplyTile(a: usize, b: usize, k: i32, C: usize, stride: usize, mode: i32): void {
  assert(k > 0);
  let a00 = f64x2.splat(0);
  let a01 = f64x2.splat(0);
  let a10 = f64x2.splat(0);
  let a11 = f64x2.splat(0);
  let a20 = f64x2.splat(0);
  let a21 = f64x2.splat(0);
  let a30 = f64x2.splat(0);
  let a31 = f64x2.splat(0);
  while (true) {
    let b0 = v128.load(b);
    let b1 = v128.load(b, 16);
    let x = v128.load64_splat(a);
    a00 = f64x2.add(a00, f64x2.mul(x, b0));
    a01 = f64x2.add(a01, f64x2.mul(x, b1));
    x = v128.load64_splat(a, 8);
    a10 = f64x2.add(a10, f64x2.mul(x, b0));
    a11 = f64x2.add(a11, f64x2.mul(x, b1));
    x = v128.load64_splat(a, 16);
    a20 = f64x2.add(a20, f64x2.mul(x, b0));
    a21 = f64x2.add(a21, f64x2.mul(x, b1));
    x = v128.load64_splat(a, 24);
    a30 = f64x2.add(a30, f64x2.mul(x, b0));
    a31 = f64x2.add(a31, f64x2.mul(x, b1));
    if (--k == 0) break;
    b0 = v128.load(b, 32);
    b1 = v128.load(b, 48);
    x = v128.load64_splat(a, 32);
    a00 = f64x2.add(a00, f64x2.mul(x, b0));
    a01 = f64x2.add(a01, f64x2.mul(x, b1));
    x = v128.load64_splat(a, 40);
    a10 = f64x2.add(a10, f64x2.mul(x, b0));
    a11 = f64x2.add(a11, f64x2.mul(x, b1));
    x = v128.load64_splat(a, 48);
    a20 = f64x2.add(a20, f64x2.mul(x, b0));
    a21 = f64x2.add(a21, f64x2.mul(x, b1));
    x = v128.load64_splat(a, 56);
    a30 = f64x2.add(a30, f64x2.mul(x, b0));
    a31 = f64x2.add(a31, f64x2.mul(x, b1));
    if (--k == 0) break;
    a += 64;
    b += 64;
  }
  const C1 = C + stride;
  const C2 = C1 + stride;
  const C3 = C2 + stride;
  if (mode > 0) {
    a00 = f64x2.add(v128.load(C), a00);
    a01 = f64x2.add(v128.load(C, 16), a01);
    a10 = f64x2.add(v128.load(C1), a10);
    a11 = f64x2.add(v128.load(C1, 16), a11);
    a20 = f64x2.add(v128.load(C2), a20);
    a21 = f64x2.add(v128.load(C2, 16), a21);
    a30 = f64x2.add(v128.load(C3), a30);
    a31 = f64x2.add(v128.load(C3, 16), a31);
  } else if (mode < 0) {
    a00 = f64x2.sub(v128.load(C), a00);
    a01 = f64x2.sub(v128.load(C, 16), a01);
    a10 = f64x2.sub(v128.load(C1), a10);
    a11 = f64x2.sub(v128.load(C1, 16), a11);
    a20 = f64x2.sub(v128.load(C2), a20);
    a21 = f64x2.sub(v128.load(C2, 16), a21);
    a30 = f64x2.sub(v128.load(C3), a30);
    a31 = f64x2.sub(v128.load(C3, 16), a31);
  }
  v128.store(C, a00);
  v128.store(C, a01, 16);
  v128.store(C1, a10);
  v128.store(C1, a11, 16);
  v128.store(C2, a20);
  v128.store(C2, a21, 16);
  v128.store(C3, a30);
  v128.store(C3, a31, 16);
}

/**
 * The same at an edge: only `rows` x `columns` entries of C are touched, and with `diagonal` only those on and below the
 * diagonal of the tile. `scratch` has 16 doubles.
 */
export function multiplyEdgeTile(
  a: usize,
  b: usize,
  k: i32,
  C: usize,
  stride: usize,
  mode: i32,
  rows: i32,
  columns: i32,
  diagonal: bool,
  scratch: usize,
): void {
  multiplyTile(a, b, k, scratch, 32, 0);
  for (let r = 0; r < rows; r++) {
    const end = diagonal ? min(columns, r + 1) : columns;
    for (let c = 0; c < end; c++) {
      const sum = load<f64>(scratch + ((<usize>c) << 3));
      const to = C + ((<usize>c) << 3);
      store<f64>(to, mode == 0 ? sum : mode > 0 ? load<f64>(to) + sum : load<f64>(to) - sum);
    }
    scratch += 32;
    C += stride;
  }
}
