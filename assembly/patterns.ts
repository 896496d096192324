// Activation patterns as rows of packed bits: bit k (least significant first) is sample k, padded with zero bits to
// whole 64-bit words plus one spare zero word.

/** Samples that are packed together: whole words, about 128 kB, so that they stay in the second-level cache. */
function blockSamples(columns: i32): i32 {
  return 64 * max(1, 256 / max(1, columns));
}

/** Bytes of workspace of `signPatterns`. */
export function signPatternsWorkspace(samples: i32, columns: i32): f64 {
  return 32 * <f64>columns * <f64>(((min(samples, blockSamples(columns)) + 3) >> 2) + 1);
}

/** Four rows of a row-major matrix as [column][4 rows]; missing rows become zeros. */
function packFourRows(source: usize, columns: i32, count: i32, out: usize): void {
  const rowBytes = (<usize>columns) << 3;
  for (let r = 0; r < 4; r++) {
    let to = out + ((<usize>r) << 3);
    for (let k = 0; k < columns; k++) {
      store<f64>(to, r < count ? load<f64>(source + ((<usize>k) << 3)) : 0);
      to += 32;
    }
    source += rowBytes;
  }
}

/** Words of bits of packed samples for up to four packed gates, in tiles of 4 samples x 4 gates. */
function signBlock(
  panel: usize,
  packedGates: usize,
  bits: usize,
  stride: usize,
  samples: i32,
  gateCount: i32,
  columns: i32,
): void {
  const panelBytes = (<usize>columns) << 5;
  const tiles = (samples + 3) >> 2;
  for (let first = 0; first < samples; first += 64) {
    const end = min(16, tiles - (first >> 2));
    let w0: u64 = 0;
    let w1: u64 = 0;
    let w2: u64 = 0;
    let w3: u64 = 0;
    for (let tile = 0; tile < end; tile++) {
      let a00 = f64x2.splat(0);
      let a01 = a00;
      let a10 = a00;
      let a11 = a00;
      let a20 = a00;
      let a21 = a00;
      let a30 = a00;
      let a31 = a00;
      let x = panel;
      let gate = packedGates;
      let k = columns;
      if (k > 0) {
        while (true) {
          let x0 = v128.load(x);
          let x1 = v128.load(x, 16);
          let s = v128.load64_splat(gate);
          a00 = f64x2.add(a00, f64x2.mul(s, x0));
          a01 = f64x2.add(a01, f64x2.mul(s, x1));
          s = v128.load64_splat(gate, 8);
          a10 = f64x2.add(a10, f64x2.mul(s, x0));
          a11 = f64x2.add(a11, f64x2.mul(s, x1));
          s = v128.load64_splat(gate, 16);
          a20 = f64x2.add(a20, f64x2.mul(s, x0));
          a21 = f64x2.add(a21, f64x2.mul(s, x1));
          s = v128.load64_splat(gate, 24);
          a30 = f64x2.add(a30, f64x2.mul(s, x0));
          a31 = f64x2.add(a31, f64x2.mul(s, x1));
          if (--k == 0) break;
          x0 = v128.load(x, 32);
          x1 = v128.load(x, 48);
          s = v128.load64_splat(gate, 32);
          a00 = f64x2.add(a00, f64x2.mul(s, x0));
          a01 = f64x2.add(a01, f64x2.mul(s, x1));
          s = v128.load64_splat(gate, 40);
          a10 = f64x2.add(a10, f64x2.mul(s, x0));
          a11 = f64x2.add(a11, f64x2.mul(s, x1));
          s = v128.load64_splat(gate, 48);
          a20 = f64x2.add(a20, f64x2.mul(s, x0));
          a21 = f64x2.add(a21, f64x2.mul(s, x1));
          s = v128.load64_splat(gate, 56);
          a30 = f64x2.add(a30, f64x2.mul(s, x0));
          a31 = f64x2.add(a31, f64x2.mul(s, x1));
          if (--k == 0) break;
          x += 64;
          gate += 64;
        }
      }
      const shift = <u64>(tile << 2);
      w0 |= (<u64>(i64x2.bitmask(a00) | (i64x2.bitmask(a01) << 2))) << shift;
      w1 |= (<u64>(i64x2.bitmask(a10) | (i64x2.bitmask(a11) << 2))) << shift;
      w2 |= (<u64>(i64x2.bitmask(a20) | (i64x2.bitmask(a21) << 2))) << shift;
      w3 |= (<u64>(i64x2.bitmask(a30) | (i64x2.bitmask(a31) << 2))) << shift;
      panel += panelBytes;
    }
    const valid = wordMask(samples - first);
    store<u64>(bits, ~w0 & valid);
    if (gateCount > 1) store<u64>(bits + stride, ~w1 & valid);
    if (gateCount > 2) store<u64>(bits + 2 * stride, ~w2 & valid);
    if (gateCount > 3) store<u64>(bits + 3 * stride, ~w3 & valid);
    bits += 8;
  }
}

/**
 * bits_i = signs of X gate_i, bit 1 where the sum is >= 0: X is samples x columns, gates gateCount x columns, row-major.
 * A sum that starts at +0 is never -0, so its sign bit alone decides; sums run over the columns in order. Tiles of
 * 4 samples (two vectors) x 4 gates; entries must be finite and their products must not overflow to both infinities.
 *
 *   work  | a block of X as panels [4 samples][column][sample] | 4 gates as [column][gate] |
 */
export function signPatterns(
  X: usize,
  gates: usize,
  bits: usize,
  stride: usize,
  samples: i32,
  gateCount: i32,
  columns: i32,
  work: usize,
): void {
  memory.fill(bits, 0, <usize>gateCount * stride);
  const panelBytes = (<usize>columns) << 5;
  const block = blockSamples(columns);
  for (let start = 0; start < samples; start += block) {
    const count = min(block, samples - start);
    const tiles = (count + 3) >> 2;
    const rows = X + ((<usize>start * <usize>columns) << 3);
    for (let i = 0; i < tiles; i++) {
      packFourRows(rows + <usize>i * panelBytes, columns, min(4, count - 4 * i), work + <usize>i * panelBytes);
    }
    const packedGates = work + <usize>tiles * panelBytes;
    for (let g = 0; g < gateCount; g += 4) {
      const some = min(4, gateCount - g);
      packFourRows(gates + <usize>(g >> 2) * panelBytes, columns, some, packedGates);
      signBlock(work, packedGates, bits + <usize>g * stride + (<usize>start >> 3), stride, count, some, columns);
    }
  }
}

/** The first `count` bits of a word, all of them from 64 on. */
function wordMask(count: i32): u64 {
  return count >= 64 ? ~(<u64>0) : ((<u64>1) << (<u64>count)) - 1;
}

/** out = the patterns with every bit of a sample flipped; padding stays zero. May be in place. */
export function complementPatterns(bits: usize, stride: usize, count: i32, samples: i32, out: usize): void {
  for (let i = 0; i < count; i++) {
    for (let byte: usize = 0; byte < stride; byte += 8) {
      const left = samples - ((<i32>byte) << 3);
      store<u64>(out + byte, left > 0 ? ~load<u64>(bits + byte) & wordMask(left) : 0);
    }
    bits += stride;
    out += stride;
  }
}

/** out_i (i32) = number of ones of pattern i. */
export function countBits(bits: usize, stride: usize, count: i32, out: usize): void {
  for (let i = 0; i < count; i++) {
    let ones: u64 = 0;
    for (let byte: usize = 0; byte < stride; byte += 8) ones += popcnt(load<u64>(bits + byte));
    store<i32>(out + ((<usize>i) << 2), <i32>ones);
    bits += stride;
  }
}

/** out (i32, count x count) = number of samples where both patterns i and j are active. */
export function overlapCounts(bits: usize, stride: usize, count: i32, out: usize): void {
  const rowBytes = (<usize>count) << 2;
  const words = stride - 8;
  for (let i = 0; i < count; i++) {
    const a = bits + <usize>i * stride;
    let b = bits;
    for (let j = 0; j <= i; j++) {
      let ones: u64 = 0;
      for (let byte: usize = 0; byte < words; byte += 8) ones += popcnt(load<u64>(a + byte) & load<u64>(b + byte));
      store<i32>(out + <usize>i * rowBytes + ((<usize>j) << 2), <i32>ones);
      store<i32>(out + <usize>j * rowBytes + ((<usize>i) << 2), <i32>ones);
      b += stride;
    }
  }
}

/** Slots of the hash table: a power of two, at most half of them full. */
function slotCount(count: i32): i32 {
  let slots = 2;
  while (slots < 2 * count) slots <<= 1;
  return slots;
}

/** Bytes of workspace of `uniquePatterns`. */
export function uniquePatternsWorkspace(count: i32): f64 {
  return 8 * <f64>slotCount(count);
}

function samePattern(a: usize, b: usize, bytes: usize): bool {
  for (let byte: usize = 0; byte < bytes; byte += 8) if (load<u64>(a + byte) != load<u64>(b + byte)) return false;
  return true;
}

/**
 * index (i32) = the first occurrence of each different pattern, in order; returns how many there are. Open addressing
 * with linear steps; a slot is (upper half of the hash, pattern + 1), and an equal hash leads to a full comparison.
 */
export function uniquePatterns(bits: usize, stride: usize, count: i32, samples: i32, index: usize, work: usize): i32 {
  const bytes = (<usize>((samples + 63) >> 6)) << 3;
  const slots = slotCount(count);
  memory.fill(work, 0, (<usize>slots) << 3);
  let found = 0;
  for (let i = 0; i < count; i++) {
    const row = bits + <usize>i * stride;
    let hash: u64 = 0x9e3779b97f4a7c15;
    for (let byte: usize = 0; byte < bytes; byte += 8) {
      hash = (hash ^ load<u64>(row + byte)) * 0xbf58476d1ce4e5b9;
      hash ^= hash >> 32;
    }
    const tag = <u32>(hash >> 32);
    let slot = <u32>hash & <u32>(slots - 1);
    while (true) {
      const at = work + ((<usize>slot) << 3);
      const other = load<u32>(at, 4);
      if (!other) {
        store<u32>(at, tag);
        store<u32>(at, <u32>i + 1, 4);
        store<i32>(index + ((<usize>found) << 2), i);
        found++;
        break;
      }
      if (load<u32>(at) == tag && samePattern(row, bits + <usize>(other - 1) * stride, bytes)) break;
      slot = (slot + 1) & <u32>(slots - 1);
    }
  }
  return found;
}

/** Byte `column` of rows `row`.. of a bit matrix, one a byte lane; rows from `rows` on give zero. */
function columnBytes(bits: usize, stride: usize, row: i32, rows: i32): u64 {
  let packed: u64 = 0;
  const count = min(8, rows - row);
  for (let r = 0; r < count; r++) packed |= (<u64>load<u8>(bits + <usize>(row + r) * stride)) << ((<u64>r) << 3);
  return packed;
}

/**
 * out (inner rows of `outStride` bytes) = transpose of rows x inner bits, padded with zeros. Blocks of 16 rows x 8
 * columns: `bitmask` collects the top bits of 16 bytes, doubling every byte brings up the next.
 */
export function transposeBits(bits: usize, stride: usize, rows: i32, inner: i32, out: usize, outStride: usize): void {
  memory.fill(out, 0, <usize>inner * outStride);
  for (let row = 0; row < rows; row += 16) {
    for (let column = 0; column < inner; column += 8) {
      const source = bits + (<usize>column >> 3);
      let block = i64x2.replace_lane(
        i64x2.splat(columnBytes(source, stride, row, rows)),
        1,
        columnBytes(source, stride, row + 8, rows),
      );
      for (let j = 7; j >= 0; j--) {
        if (column + j < inner) store<u16>(out + <usize>(column + j) * outStride + (<usize>row >> 3), <u16>i8x16.bitmask(block));
        block = i8x16.add(block, block);
      }
    }
  }
}
