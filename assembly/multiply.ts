import { fill } from './dense';
import { multiplyEdgeTile, multiplyTile, packColumns, packRows } from './tile';

/*
 * Dense products from packed panels (tile.ts). Blocks of 256 steps in k and of 256 columns of the right factor keep its
 * packed block (512 kB) in the second cache; one panel of the left factor (8 kB) stays in the first.
 *
 *   work: | 16 doubles for edge tiles | left panel: 4 x kb | right panels: kb x columns of a block, rounded up to 4 |
 *
 * Each entry of C is summed over k in ascending order within a block of 256, and the blocks are added in order.
 */
const blockK: i32 = 256;
const blockN: i32 = 256;

function workspace(n: i32, k: i32): i32 {
  return 128 + (4 + ((min(n, blockN) + 3) & ~3)) * min(k, blockK) * 8;
}

/** Bytes of `work` for {@link multiplyTransposed}. */
export function multiplyTransposedWorkspace(_m: i32, n: i32, k: i32): f64 {
  return <f64>workspace(n, k);
}

/** Bytes of `work` for {@link multiply}. */
export function multiplyWorkspace(_m: i32, n: i32, k: i32): f64 {
  return <f64>workspace(n, k);
}

/** Rows of A (m x kb of a block, `strideA` bytes apart) times the packed panels of n columns, into or onto C. */
function multiplyPanels(
  A: usize,
  strideA: usize,
  panels: usize,
  C: usize,
  strideC: usize,
  m: i32,
  n: i32,
  k: i32,
  mode: i32,
  work: usize,
): void {
  const left = work + 128;
  const panelBytes = (<usize>k) << 5;
  for (let i = 0; i < m; i += 4) {
    const rows = min(m - i, 4);
    packRows(A, strideA, rows, k, left);
    let right = panels;
    for (let j = 0; j < n; j += 4) {
      const to = C + ((<usize>j) << 3);
      const columns = min(n - j, 4);
      if (rows == 4 && columns == 4) multiplyTile(left, right, k, to, strideC, mode);
      else multiplyEdgeTile(left, right, k, to, strideC, mode, rows, columns, false, work);
      right += panelBytes;
    }
    A += strideA << 2;
    C += strideC << 2;
  }
}

/** C (m x n) = A (m x k) B^T with B n x k. C overlaps neither factor. */
export function multiplyTransposed(A: usize, B: usize, C: usize, m: i32, n: i32, k: i32, work: usize): void {
  assert(m >= 0 && n >= 0 && k >= 0);
  if (k == 0) fill(C, 0, m * n);
  const stride = (<usize>k) << 3;
  for (let j = 0; j < n; j += blockN) {
    const nb = min(n - j, blockN);
    for (let p = 0; p < k; p += blockK) {
      const kb = min(k - p, blockK);
      const offset = (<usize>p) << 3;
      const panels = work + 128 + ((<usize>kb) << 5);
      for (let c = 0; c < nb; c += 4) {
        packRows(B + <usize>(j + c) * stride + offset, stride, min(nb - c, 4), kb, panels + ((<usize>c * <usize>kb) << 3));
      }
      multiplyPanels(A + offset, stride, panels, C + ((<usize>j) << 3), (<usize>n) << 3, m, nb, kb, p == 0 ? 0 : 1, work);
    }
  }
}

/** C (m x n) = A (m x k) B (k x n). C overlaps neither factor. */
export function multiply(A: usize, B: usize, C: usize, m: i32, n: i32, k: i32, work: usize): void {
  assert(m >= 0 && n >= 0 && k >= 0);
  if (k == 0) fill(C, 0, m * n);
  const strideB = (<usize>n) << 3;
  for (let j = 0; j < n; j += blockN) {
    const nb = min(n - j, blockN);
    for (let p = 0; p < k; p += blockK) {
      const kb = min(k - p, blockK);
      const panels = work + 128 + ((<usize>kb) << 5);
      for (let c = 0; c < nb; c += 4) {
        packColumns(
          B + <usize>p * strideB + ((<usize>(j + c)) << 3),
          strideB,
          min(nb - c, 4),
          kb,
          panels + ((<usize>c * <usize>kb) << 3),
        );
      }
      multiplyPanels(
        A + ((<usize>p) << 3),
        (<usize>k) << 3,
        panels,
        C + ((<usize>j) << 3),
        strideB,
        m,
        nb,
        kb,
        p == 0 ? 0 : 1,
        work,
      );
    }
  }
}

/** Bytes of `work` for {@link symmetricProduct}; the middle size, kept for one signature, is not used. */
export function symmetricProductWorkspace(m: i32, _n: i32, k: i32): f64 {
  return 128 + <f64>((m + 3) & ~3) * <f64>(min(k, blockK) * 8);
}

/**
 * Lower triangle of C (m x m) += A A^T, A m x k; entries above the diagonal are not touched. One packing serves both sides:
 *
 *   work: | 16 doubles for edge tiles | panels of 4 rows of A, kb steps each |
 */
export function symmetricProduct(A: usize, C: usize, m: i32, k: i32, work: usize): void {
  assert(m >= 0 && k >= 0);
  for (let p = 0; p < k; p += blockK) symmetricProductPart(A, C, m, k, p, 0, m, work);
}

/**
 * The part of {@link symmetricProduct} that the 256 columns of A from `p` on add to the rows of C from `from` to `to` (multiples of 4,
 * or the end). Parts in the order of p, and of the rows within, give the whole; `from` 0 packs the columns.
 */
export function symmetricProductPart(A: usize, C: usize, m: i32, k: i32, p: i32, from: i32, to: i32, work: usize): void {
  const stride = (<usize>k) << 3;
  const kb = min(k - p, blockK);
  const panels = work + 128;
  if (from == 0) {
    for (let r = 0; r < m; r += 4) {
      packRows(A + <usize>r * stride + ((<usize>p) << 3), stride, min(m - r, 4), kb, panels + ((<usize>r * <usize>kb) << 3));
    }
  }
  updateLower(panels, C, (<usize>m) << 3, from, to, kb, 1, work);
}

/**
 * Rows `from` to `to` of the lower triangle of C (rows `stride` bytes apart) plus (mode 1) or minus (-1) P P^T, P the rows packed in
 * `panels`, `from` a multiple of 4.
 */
export function updateLower(panels: usize, C: usize, stride: usize, from: i32, to: i32, k: i32, mode: i32, scratch: usize): void {
  const rowBytes = (<usize>k) << 3;
  for (let block = 0; block < to; block += blockN) {
    for (let i = max(block, from); i < to; i += 4) {
      const rows = min(to - i, 4);
      const left = panels + <usize>i * rowBytes;
      const end = min(block + blockN, i);
      let at = C + <usize>i * stride + ((<usize>block) << 3);
      let right = panels + <usize>block * rowBytes;
      for (let j = block; j < end; j += 4) {
        if (rows == 4) multiplyTile(left, right, k, at, stride, mode);
        else multiplyEdgeTile(left, right, k, at, stride, mode, rows, 4, false, scratch);
        at += 32;
        right += rowBytes << 2;
      }
      if (i < block + blockN) multiplyEdgeTile(left, left, k, at, stride, mode, rows, rows, true, scratch);
    }
  }
}
