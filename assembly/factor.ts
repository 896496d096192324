import { addScaled, dot } from './dense';
import { lowerLanes, upperLanes } from './lanes';
import { updateLower } from './multiply';
import { multiplyTile } from './tile';

/*
 * Cholesky A = L L^T on the lower triangle, row-major. Blocks of columns; a block is finished tile by tile from packed
 * panels (tile.ts), so the triangular solves run at the speed of the product, and the same panels update the rest.
 *
 *   | L done |            |       |      work: | 16 doubles | reciprocals of the pivots of a block |
 *   |        | block: 4x4 tiles   |            | panels of 4 rows: | r0 c0 | r1 c0 | r2 c0 | r3 c0 | r0 c1 | ...
 *   |        | downwards  | rest  |
 */
const block: i32 = 64;

/** Bytes of `work` for {@link cholesky}. */
export function choleskyWorkspace(n: i32): f64 {
  return <f64>(128 + block * 8) + <f64>((n + 3) & ~3) * <f64>(min(block, (n + 3) & ~3) * 8);
}

/**
 * Factor the lower triangle of A (n x n) in place; entries above the diagonal are neither read nor written.
 * Returns 0, or k > 0 when pivot k (counted from 1) is not positive and finite; columns from k on are then unfinished.
 */
export function cholesky(A: usize, n: i32, work: usize): i32 {
  assert(n >= 0);
  for (let start = 0; start < n; start += block) {
    const failed = choleskyBlock(A, n, start, work);
    if (failed > 0) return failed;
    choleskyUpdate(A, n, start, 0, n, work);
  }
  return 0;
}

/**
 * One block of 64 columns of {@link cholesky}, from column `start` on, which leaves its panels in `work`. Cost 64 n of the rows below.
 * Followed by {@link choleskyUpdate} of all rows behind it.
 */
export function choleskyBlock(A: usize, n: i32, start: i32, work: usize): i32 {
  const stride = (<usize>n) << 3;
  const reciprocals = work + 128;
  const panels = reciprocals + block * 8;
  const width = min(n - start, block);
  const panelBytes = (<usize>((width + 3) & ~3)) << 5;
  let panel = panels;
  for (let i = start; i < n; i += 4) {
    const rows = min(n - i, 4);
    const row = A + <usize>i * stride + ((<usize>start) << 3);
    const left = min(i - start, width);
    let other = panels;
    for (let j = 0; j < left; j += 4) {
      solveTile(row + ((<usize>j) << 3), stride, rows, panel, other, j, reciprocals, work);
      other += panelBytes;
    }
    if (i < start + width) {
      const failed = factorTile(row + ((<usize>left) << 3), stride, rows, panel, left, reciprocals, work);
      if (failed > 0) return i + failed;
    }
    panel += panelBytes;
  }
  return 0;
}

/** Takes a finished block off the rows behind it, those from `from` to `to` (multiples of 4, or the end), counted behind the block. */
export function choleskyUpdate(A: usize, n: i32, start: i32, from: i32, to: i32, work: usize): void {
  const stride = (<usize>n) << 3;
  const width = min(n - start, block);
  const next = start + width;
  if (next >= n) return;
  const panelBytes = (<usize>((width + 3) & ~3)) << 5;
  const finished = work + 128 + block * 8 + <usize>((width + 3) >> 2) * panelBytes;
  updateLower(finished, A + <usize>next * (stride + 8), stride, from, min(to, n - next), width, -1, work);
}

/**
 * Columns j to j+3 of one panel of rows: X = (A - P Q^T) L^-T, lanes across the rows, where P (`panel`) and Q (`other`) hold the
 * columns before j, and L is the 4 x 4 triangle at column j of Q. Writes X to A and to the panel.
 */
function solveTile(
  A: usize,
  stride: usize,
  rows: i32,
  panel: usize,
  other: usize,
  j: i32,
  reciprocals: usize,
  scratch: usize,
): void {
  const A1 = rows > 1 ? A + stride : A;
  const A2 = rows > 2 ? A1 + stride : A1;
  const A3 = rows > 3 ? A2 + stride : A2;
  let p = v128.load(A);
  let q = v128.load(A1);
  let u = v128.load(A2);
  let v = v128.load(A3);
  let x00 = lowerLanes(p, q);
  let x01 = lowerLanes(u, v);
  let x10 = upperLanes(p, q);
  let x11 = upperLanes(u, v);
  p = v128.load(A, 16);
  q = v128.load(A1, 16);
  u = v128.load(A2, 16);
  v = v128.load(A3, 16);
  let x20 = lowerLanes(p, q);
  let x21 = lowerLanes(u, v);
  let x30 = upperLanes(p, q);
  let x31 = upperLanes(u, v);
  if (j > 0) {
    multiplyTile(other, panel, j, scratch, 32, 0);
    x00 = f64x2.sub(x00, v128.load(scratch));
    x01 = f64x2.sub(x01, v128.load(scratch, 16));
    x10 = f64x2.sub(x10, v128.load(scratch, 32));
    x11 = f64x2.sub(x11, v128.load(scratch, 48));
    x20 = f64x2.sub(x20, v128.load(scratch, 64));
    x21 = f64x2.sub(x21, v128.load(scratch, 80));
    x30 = f64x2.sub(x30, v128.load(scratch, 96));
    x31 = f64x2.sub(x31, v128.load(scratch, 112));
  }
  const L = other + ((<usize>j) << 5);
  const pivots = reciprocals + ((<usize>j) << 3);
  let f = v128.load64_splat(pivots);
  x00 = f64x2.mul(x00, f);
  x01 = f64x2.mul(x01, f);
  f = v128.load64_splat(L, 8);
  x10 = f64x2.sub(x10, f64x2.mul(x00, f));
  x11 = f64x2.sub(x11, f64x2.mul(x01, f));
  f = v128.load64_splat(pivots, 8);
  x10 = f64x2.mul(x10, f);
  x11 = f64x2.mul(x11, f);
  f = v128.load64_splat(L, 16);
  x20 = f64x2.sub(x20, f64x2.mul(x00, f));
  x21 = f64x2.sub(x21, f64x2.mul(x01, f));
  f = v128.load64_splat(L, 48);
  x20 = f64x2.sub(x20, f64x2.mul(x10, f));
  x21 = f64x2.sub(x21, f64x2.mul(x11, f));
  f = v128.load64_splat(pivots, 16);
  x20 = f64x2.mul(x20, f);
  x21 = f64x2.mul(x21, f);
  f = v128.load64_splat(L, 24);
  x30 = f64x2.sub(x30, f64x2.mul(x00, f));
  x31 = f64x2.sub(x31, f64x2.mul(x01, f));
  f = v128.load64_splat(L, 56);
  x30 = f64x2.sub(x30, f64x2.mul(x10, f));
  x31 = f64x2.sub(x31, f64x2.mul(x11, f));
  f = v128.load64_splat(L, 88);
  x30 = f64x2.sub(x30, f64x2.mul(x20, f));
  x31 = f64x2.sub(x31, f64x2.mul(x21, f));
  f = v128.load64_splat(pivots, 24);
  x30 = f64x2.mul(x30, f);
  x31 = f64x2.mul(x31, f);
  const to = panel + ((<usize>j) << 5);
  v128.store(to, x00);
  v128.store(to, x01, 16);
  v128.store(to, x10, 32);
  v128.store(to, x11, 48);
  v128.store(to, x20, 64);
  v128.store(to, x21, 80);
  v128.store(to, x30, 96);
  v128.store(to, x31, 112);
  v128.store(A, lowerLanes(x00, x10));
  v128.store(A, lowerLanes(x20, x30), 16);
  if (rows > 1) {
    v128.store(A1, upperLanes(x00, x10));
    v128.store(A1, upperLanes(x20, x30), 16);
  }
  if (rows > 2) {
    v128.store(A2, lowerLanes(x01, x11));
    v128.store(A2, lowerLanes(x21, x31), 16);
  }
  if (rows > 3) {
    v128.store(A3, upperLanes(x01, x11));
    v128.store(A3, upperLanes(x21, x31), 16);
  }
}

/** The tile on the diagonal: subtract the columns before it, factor `rows` x `rows`; the number of the failed pivot or 0. */
function factorTile(A: usize, stride: usize, rows: i32, panel: usize, j: i32, reciprocals: usize, scratch: usize): i32 {
  if (j > 0) multiplyTile(panel, panel, j, scratch, 32, 0);
  const triangle = panel + ((<usize>j) << 5);
  const pivots = reciprocals + ((<usize>j) << 3);
  for (let c = 0; c < rows; c++) {
    const column = triangle + ((<usize>c) << 5);
    let reciprocal: f64 = 0;
    for (let r = c; r < rows; r++) {
      const at = A + <usize>r * stride + ((<usize>c) << 3);
      let value = load<f64>(at);
      if (j > 0) value -= load<f64>(scratch + ((<usize>(r * 4 + c)) << 3));
      for (let s = 0; s < c; s++) {
        const before = triangle + ((<usize>s) << 5);
        value -= load<f64>(before + ((<usize>r) << 3)) * load<f64>(before + ((<usize>c) << 3));
      }
      if (r == c) {
        if (!(value > 0 && value < Infinity)) return c + 1;
        value = sqrt(value);
        reciprocal = 1 / value;
        store<f64>(pivots + ((<usize>c) << 3), reciprocal);
      } else value *= reciprocal;
      store<f64>(at, value);
      store<f64>(column + ((<usize>r) << 3), value);
    }
  }
  return 0;
}

/** Solve L L^T x = b in place, L from {@link cholesky}. */
export function choleskySolve(L: usize, b: usize, n: i32): void {
  const stride = (<usize>n) << 3;
  let row = L;
  for (let i = 0; i < n; i++) {
    const at = (<usize>i) << 3;
    store<f64>(b + at, (load<f64>(b + at) - dot(row, b, i)) / load<f64>(row + at));
    row += stride;
  }
  for (let i = n - 1; i >= 0; i--) {
    row -= stride;
    const at = (<usize>i) << 3;
    const x = load<f64>(b + at) / load<f64>(row + at);
    store<f64>(b + at, x);
    addScaled(-x, row, b, i);
  }
}
