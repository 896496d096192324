// X^T D_a diag(w) D_b X of one pair of patterns: the rows of both are gathered and multiplied in register tiles.

/** Rows of a pass over the gathered panels: two panels of 8 kB stay in the first-level cache. */
function passRows(): i32 {
  return 256;
}

/** Bytes of workspace of `maskedGram`. */
export function maskedGramWorkspace(n: i32, d: i32): f64 {
  const panels = <f64>((d + 3) >> 2);
  return 4 * <f64>n + 16 + 64 * <f64>min(n, passRows()) * panels + 64 * panels * (panels + 1);
}

/** Indices (i32) of the samples that both patterns contain; returns how many. */
function listCommon(bitsA: usize, bitsB: usize, n: i32, list: usize): i32 {
  let count: usize = 0;
  for (let first = 0; first < n; first += 64) {
    const byte = <usize>first >> 3;
    for (let w = load<u64>(bitsA + byte) & load<u64>(bitsB + byte); w; w &= w - 1) {
      store<i32>(list + (count << 2), first + <i32>ctz(w));
      count++;
    }
  }
  return <i32>count;
}

/** Listed rows of X as panels [4 columns][row][column], zero padded; `weights` (or 0) scale the rows. */
function gatherPanels(X: usize, list: usize, weights: usize, count: i32, d: i32, out: usize): void {
  for (let column = 0; column < d; column += 4) {
    const width = d - column;
    for (let i = 0; i < count; i++) {
      const sample = <usize>load<i32>(list + ((<usize>i) << 2));
      const row = X + (sample * <usize>d + <usize>column) * 8;
      let low: v128;
      let high: v128;
      if (width >= 4) {
        low = v128.load(row);
        high = v128.load(row, 16);
      } else {
        low = width > 1 ? v128.load(row) : v128.load64_zero(row);
        high = width > 2 ? v128.load64_zero(row, 16) : f64x2.splat(0);
      }
      if (weights) {
        const w = v128.load64_splat(weights + (sample << 3));
        low = f64x2.mul(low, w);
        high = f64x2.mul(high, w);
      }
      v128.store(out, low);
      v128.store(out, high, 16);
      out += 32;
    }
  }
}

/** tile (4 x 4) += sum over rows of a_row^T b_row, for two panels of `count` > 0 rows. */
function addOuterProducts(a: usize, b: usize, count: i32, tile: usize): void {
  let c00 = v128.load(tile);
  let c01 = v128.load(tile, 16);
  let c10 = v128.load(tile, 32);
  let c11 = v128.load(tile, 48);
  let c20 = v128.load(tile, 64);
  let c21 = v128.load(tile, 80);
  let c30 = v128.load(tile, 96);
  let c31 = v128.load(tile, 112);
  // The exits between the steps keep the tile in registers (the compiler would hoist the loads of a longer block).
  while (true) {
    let b0 = v128.load(b);
    let b1 = v128.load(b, 16);
    let s = v128.load64_splat(a);
    c00 = f64x2.add(c00, f64x2.mul(s, b0));
    c01 = f64x2.add(c01, f64x2.mul(s, b1));
    s = v128.load64_splat(a, 8);
    c10 = f64x2.add(c10, f64x2.mul(s, b0));
    c11 = f64x2.add(c11, f64x2.mul(s, b1));
    s = v128.load64_splat(a, 16);
    c20 = f64x2.add(c20, f64x2.mul(s, b0));
    c21 = f64x2.add(c21, f64x2.mul(s, b1));
    s = v128.load64_splat(a, 24);
    c30 = f64x2.add(c30, f64x2.mul(s, b0));
    c31 = f64x2.add(c31, f64x2.mul(s, b1));
    if (--count == 0) break;
    b0 = v128.load(b, 32);
    b1 = v128.load(b, 48);
    s = v128.load64_splat(a, 32);
    c00 = f64x2.add(c00, f64x2.mul(s, b0));
    c01 = f64x2.add(c01, f64x2.mul(s, b1));
    s = v128.load64_splat(a, 40);
    c10 = f64x2.add(c10, f64x2.mul(s, b0));
    c11 = f64x2.add(c11, f64x2.mul(s, b1));
    s = v128.load64_splat(a, 48);
    c20 = f64x2.add(c20, f64x2.mul(s, b0));
    c21 = f64x2.add(c21, f64x2.mul(s, b1));
    s = v128.load64_splat(a, 56);
    c30 = f64x2.add(c30, f64x2.mul(s, b0));
    c31 = f64x2.add(c31, f64x2.mul(s, b1));
    if (--count == 0) break;
    a += 64;
    b += 64;
  }
  v128.store(tile, c00);
  v128.store(tile, c01, 16);
  v128.store(tile, c10, 32);
  v128.store(tile, c11, 48);
  v128.store(tile, c20, 64);
  v128.store(tile, c21, 80);
  v128.store(tile, c30, 96);
  v128.store(tile, c31, 112);
}

/**
 * out (d x d) = X^T D_a diag(weights) D_b X, X row-major n x d, bitsA and bitsB one pattern each, weights n numbers or
 * address 0 for ones. Rows of both patterns are gathered, then multiplied in 4 x 4 tiles of the lower triangle.
 *
 *   work  | list of rows | panels [4 columns][row][column] | weighted panels | tiles (p, q <= p) of 16 |
 */
export function maskedGram(X: usize, bitsA: usize, bitsB: usize, weights: usize, out: usize, n: i32, d: i32, work: usize): void {
  const panels = (d + 3) >> 2;
  const most = min(n, passRows());
  const plain = work + ((<usize>n * 4 + 15) & ~15);
  const weighted = plain + 32 * <usize>most * <usize>panels;
  const tiles = weighted + 32 * <usize>most * <usize>panels;
  memory.fill(tiles, 0, 128 * <usize>((panels * (panels + 1)) >> 1));
  const common = listCommon(bitsA, bitsB, n, work);
  for (let start = 0; start < common; start += passRows()) {
    const count = min(passRows(), common - start);
    const list = work + ((<usize>start) << 2);
    gatherPanels(X, list, 0, count, d, plain);
    if (weights) gatherPanels(X, list, weights, count, d, weighted);
    const right = weights ? weighted : plain;
    const panelBytes = (<usize>count) << 5;
    let tile = tiles;
    for (let p = 0; p < panels; p++) {
      for (let q = 0; q <= p; q++) {
        addOuterProducts(plain + <usize>p * panelBytes, right + <usize>q * panelBytes, count, tile);
        tile += 128;
      }
    }
  }
  for (let i = 0; i < d; i++) {
    const p = i >> 2;
    for (let j = 0; j <= i; j++) {
      const q = j >> 2;
      const tile = tiles + 128 * <usize>(((p * (p + 1)) >> 1) + q);
      const value = load<f64>(tile + 32 * <usize>(i & 3) + 8 * <usize>(j & 3));
      store<f64>(out + <usize>(i * d + j) * 8, value);
      store<f64>(out + <usize>(j * d + i) * 8, value);
    }
  }
}
