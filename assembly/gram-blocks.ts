// X^T D_a diag(w) D_b X for many pairs of patterns at once, by tables of subset sums over the products x_kr x_kc.
import { maskedGram, maskedGramWorkspace } from './gram';
import { addEntries, panelVectors, subsetSums } from './masked';

/**
 * Whether tables beat gathering for blocks with `ones` common samples in total. Measured with n = 100 to 2000 and d = 4
 * to 100: gathering runs at 20 d / (d + 5) Gflop/s of real work, tables at 110 count / (count + 64) however full the
 * masks are, but less when a neighbour shares the cache. So d hardly matters: half full masks go by tables from about 45
 * blocks on, quarter full ones from 150 (d = 20) to 350 (d = 100).
 */
function byTables(n: i32, d: i32, count: i32, ones: f64): bool {
  return 9 * ones * <f64>(d + 5) >= 2 * <f64>n * <f64>(count + 64) * <f64>d;
}

/** Bytes of workspace of `maskedGramBlocks`. */
export function maskedGramBlocksWorkspace(n: i32, d: i32, stride: i32, count: i32): f64 {
  return <f64>count * <f64>stride + max<f64>(maskedGramWorkspace(n, d), 80 * <f64>((8 << 6) + 2 + 48 + count));
}

/** out = x_kr x_kc (w_k) of `count` rows k, `entry` bytes apart. */
function multiplyColumns(X: usize, weights: usize, d: i32, r: i32, c: i32, count: i32, out: usize, entry: usize): void {
  const rowBytes = (<usize>d) << 3;
  let a = X + ((<usize>r) << 3);
  let b = X + ((<usize>c) << 3);
  const end = a + <usize>count * rowBytes;
  if (weights) {
    for (; a < end; a += rowBytes) {
      store<f64>(out, load<f64>(weights) * (load<f64>(a) * load<f64>(b)));
      b += rowBytes;
      weights += 8;
      out += entry;
    }
  } else {
    for (; a < end; a += rowBytes) {
      store<f64>(out, load<f64>(a) * load<f64>(b));
      b += rowBytes;
      out += entry;
    }
  }
}

/** Rows of one panel of the products, from entry (r, c) of the lower triangle on, zeros after its end. */
function productRows(X: usize, weights: usize, d: i32, r: i32, c: i32, count: i32, out: usize, entry: usize): void {
  if (r == d - 1) memory.fill(out, 0, entry * count);
  for (let slot: usize = 0; slot < entry && r < d; slot += 8) {
    multiplyColumns(X, weights, d, r, c, count, out + slot, entry);
    if (++c > r) {
      r++;
      c = 0;
    }
  }
}

/** One panel into the lower triangles of the blocks, from entry (r, c) on; `places` is room for its offsets. */
function scatterEntries(sums: usize, d: i32, r: i32, c: i32, count: i32, out: usize, entry: usize, places: usize): void {
  let width: usize = 0;
  for (; width < entry && r < d; width += 8) {
    store<usize>(places + width, (<usize>(r * d + c)) << 3);
    if (++c > r) {
      r++;
      c = 0;
    }
  }
  for (let i = 0; i < count; i++) {
    for (let slot: usize = 0; slot < width; slot += 8) store<f64>(out + load<usize>(places + slot), load<f64>(sums + slot));
    sums += entry;
    out += (<usize>d * <usize>d) << 3;
  }
}

/** Lower triangle of a d x d matrix copied to the upper one. */
function mirrorLower(A: usize, d: i32): void {
  for (let r = 1; r < d; r++) {
    for (let c = 0; c < r; c++) store<f64>(A + ((<usize>(c * d + r)) << 3), load<f64>(A + ((<usize>(r * d + c)) << 3)));
  }
}

/**
 * Lower triangles of all blocks by tables: a block is a row of (common bits) x (products of the lower triangle), binary
 * times dense. The products of a panel are formed for each pass, never the whole n x d(d+1)/2 matrix.
 *
 *   work  | tables | zero entry | offsets in a block | 8 b rows of products | one panel of all blocks |
 */
function multiplyProducts<T, B>(
  X: usize,
  common: usize,
  stride: usize,
  weights: usize,
  out: usize,
  n: i32,
  d: i32,
  count: i32,
  work: usize,
): void {
  const entry: usize = 16 * (ctz<usize>(sizeof<T>()) + 1);
  const b = sizeof<B>() == 4 ? 4 : 6;
  const zeros = work + entry * (8 << b);
  const places = zeros + entry;
  const products = places + entry;
  const sums = products + entry * 8 * b;
  memory.fill(zeros, 0, entry);
  let r = 0;
  let c = 0;
  while (r < d) {
    let from = zeros;
    let fromBytes: usize = 0;
    for (let k = 0; k < n; k += 8 * b) {
      const rows = min(8 * b, n - k);
      productRows(X + <usize>k * ((<usize>d) << 3), weights ? weights + ((<usize>k) << 3) : 0, d, r, c, rows, products, entry);
      subsetSums<T, B>(products, entry, rows, work);
      addEntries<T, B>(common + (<usize>k >> 3), stride, work, from, fromBytes, sums, entry, count);
      from = sums;
      fromBytes = entry;
    }
    scatterEntries(sums, d, r, c, count, out, entry, places);
    c += <i32>(entry >> 3);
    while (c > r) c -= ++r;
  }
}

/** The panel width that suits the d(d+1)/2 products. */
function multiplyProductsBy<B>(
  X: usize,
  common: usize,
  stride: usize,
  weights: usize,
  out: usize,
  n: i32,
  d: i32,
  count: i32,
  work: usize,
): void {
  const v = panelVectors((d * (d + 1)) >> 1);
  if (v == 5) multiplyProducts<v128, B>(X, common, stride, weights, out, n, d, count, work);
  else if (v == 4) multiplyProducts<i64, B>(X, common, stride, weights, out, n, d, count, work);
  else if (v == 3) multiplyProducts<i32, B>(X, common, stride, weights, out, n, d, count, work);
  else if (v == 2) multiplyProducts<i16, B>(X, common, stride, weights, out, n, d, count, work);
  else multiplyProducts<i8, B>(X, common, stride, weights, out, n, d, count, work);
}

/**
 * out (count blocks of d x d) = X^T D_a diag(weights) D_b X for the pairs (a, b) in `pairs` (i32, two a block; a = b
 * gives single masks). Many blocks go by tables over the products x_kr x_kc, few by gathering rows block by block.
 *
 *   work  | common bits of each pair | workspace of multiplyProducts or maskedGram |
 */
export function maskedGramBlocks(
  X: usize,
  bits: usize,
  stride: usize,
  pairs: usize,
  weights: usize,
  out: usize,
  n: i32,
  d: i32,
  count: i32,
  work: usize,
): void {
  const blockBytes = (<usize>d * <usize>d) << 3;
  if (n <= 0) {
    memory.fill(out, 0, <usize>count * blockBytes);
    return;
  }
  let mask = work;
  let ones: f64 = 0;
  for (let i = 0; i < count; i++) {
    const a = bits + <usize>load<i32>(pairs + ((<usize>i) << 3)) * stride;
    const b = bits + <usize>load<i32>(pairs + ((<usize>i) << 3), 4) * stride;
    for (let byte: usize = 0; byte < stride; byte += 8) {
      const both = load<u64>(a + byte) & load<u64>(b + byte);
      ones += <f64>popcnt(both);
      store<u64>(mask + byte, both);
    }
    mask += stride;
  }
  if (!byTables(n, d, count, ones)) {
    for (let i = 0; i < count; i++) {
      const common = work + <usize>i * stride;
      maskedGram(X, common, common, weights, out + <usize>i * blockBytes, n, d, mask);
    }
    return;
  }
  if (count < 120) multiplyProductsBy<u32>(X, work, stride, weights, out, n, d, count, mask);
  else multiplyProductsBy<u64>(X, work, stride, weights, out, n, d, count, mask);
  for (let i = 0; i < count; i++) mirrorLower(out + <usize>i * blockBytes, d);
}
