// Products of a binary matrix with a dense one, by tables of subset sums ("four Russians").
//
// A pass takes 8 groups of b consecutive bits. For each group a table holds the sums of all 2^b subsets of the b dense
// rows; every output row then adds one entry a group, where a plain product would need b multiply-adds. Columns are cut
// in panels of 2V doubles, so that one entry is V vectors and one row of the output stays in registers.
//
//   tables   | group 0: entry 0 | entry 1 | ... | entry 2^b - 1 | group 1 ... | group 7 |      entry = 16 V bytes
//   bits     row i at bits + i * stride, column k is bit k, least significant first; at least one spare zero word
//
// V and b are template parameters, because loads are fast only with constant offsets: V = 1, 2, 3, 4, 5 is the type
// i8, i16, i32, i64, v128 (sizeof = 2^(V - 1)); b = 4, 6 is u32, u64 (8 b = 32, 48 bits a pass).

/** Sums of all subsets of the groups' rows: T[s + 2^j] = T[s] + row_j. Entries that no valid bit can name stay unset. */
export function subsetSums<T, B>(rows: usize, rowBytes: usize, count: i32, tables: usize): void {
  const entry: usize = 16 * (ctz<usize>(sizeof<T>()) + 1);
  const b = sizeof<B>() == 4 ? 4 : 6;
  const zero = f64x2.splat(0);
  for (let start = 0; start < count; start += b) {
    v128.store(tables, zero);
    if (sizeof<T>() >= 2) v128.store(tables, zero, 16);
    if (sizeof<T>() >= 4) v128.store(tables, zero, 32);
    if (sizeof<T>() >= 8) v128.store(tables, zero, 48);
    if (sizeof<T>() >= 16) v128.store(tables, zero, 64);
    const width = min(b, count - start);
    for (let j = 0; j < width; j++) {
      const r0 = v128.load(rows);
      const r1 = sizeof<T>() >= 2 ? v128.load(rows, 16) : r0;
      const r2 = sizeof<T>() >= 4 ? v128.load(rows, 32) : r0;
      const r3 = sizeof<T>() >= 8 ? v128.load(rows, 48) : r0;
      const r4 = sizeof<T>() >= 16 ? v128.load(rows, 64) : r0;
      const half = entry << j;
      const end = tables + half;
      for (let t = tables; t < end; t += entry) {
        const sum = t + half;
        v128.store(sum, f64x2.add(v128.load(t), r0));
        if (sizeof<T>() >= 2) v128.store(sum, f64x2.add(v128.load(t, 16), r1), 16);
        if (sizeof<T>() >= 4) v128.store(sum, f64x2.add(v128.load(t, 32), r2), 32);
        if (sizeof<T>() >= 8) v128.store(sum, f64x2.add(v128.load(t, 48), r3), 48);
        if (sizeof<T>() >= 16) v128.store(sum, f64x2.add(v128.load(t, 64), r4), 64);
      }
      rows += rowBytes;
    }
    tables += entry << b;
  }
}

/**
 * to_i = from_i + the entries that the next 8 b bits of row i name. The exit after each step is not for speed of sparse
 * rows: it keeps the steps in separate blocks, so that the compiler does not hoist all loads and spill.
 */
export function addEntries<T, B>(
  bits: usize,
  stride: usize,
  tables: usize,
  from: usize,
  fromBytes: usize,
  to: usize,
  toBytes: usize,
  rows: i32,
): void {
  const entry: usize = 16 * (ctz<usize>(sizeof<T>()) + 1);
  const b = sizeof<B>() == 4 ? 4 : 6;
  const shift: usize = sizeof<B>() == 4 ? 4 : 6;
  const table: usize = entry << shift;
  const mask = (1 << b) - 1;
  for (let i = 0; i < rows; i++) {
    let w = load<u64>(bits);
    let a0 = v128.load(from);
    let a1 = sizeof<T>() >= 2 ? v128.load(from, 16) : a0;
    let a2 = sizeof<T>() >= 4 ? v128.load(from, 32) : a0;
    let a3 = sizeof<T>() >= 8 ? v128.load(from, 48) : a0;
    let a4 = sizeof<T>() >= 16 ? v128.load(from, 64) : a0;
    let t: usize = 0;
    while (true) {
      t = tables + <usize>(<i32>w & mask) * entry;
      a0 = f64x2.add(a0, v128.load(t));
      if (sizeof<T>() >= 2) a1 = f64x2.add(a1, v128.load(t, 16));
      if (sizeof<T>() >= 4) a2 = f64x2.add(a2, v128.load(t, 32));
      if (sizeof<T>() >= 8) a3 = f64x2.add(a3, v128.load(t, 48));
      if (sizeof<T>() >= 16) a4 = f64x2.add(a4, v128.load(t, 64));
      w >>= b;
      if (!w) break;
      t = tables + <usize>(<i32>w & mask) * entry;
      a0 = f64x2.add(a0, v128.load(t, 1 * table));
      if (sizeof<T>() >= 2) a1 = f64x2.add(a1, v128.load(t, 1 * table + 16));
      if (sizeof<T>() >= 4) a2 = f64x2.add(a2, v128.load(t, 1 * table + 32));
      if (sizeof<T>() >= 8) a3 = f64x2.add(a3, v128.load(t, 1 * table + 48));
      if (sizeof<T>() >= 16) a4 = f64x2.add(a4, v128.load(t, 1 * table + 64));
      w >>= b;
      if (!w) break;
      t = tables + <usize>(<i32>w & mask) * entry;
      a0 = f64x2.add(a0, v128.load(t, 2 * table));
      if (sizeof<T>() >= 2) a1 = f64x2.add(a1, v128.load(t, 2 * table + 16));
      if (sizeof<T>() >= 4) a2 = f64x2.add(a2, v128.load(t, 2 * table + 32));
      if (sizeof<T>() >= 8) a3 = f64x2.add(a3, v128.load(t, 2 * table + 48));
      if (sizeof<T>() >= 16) a4 = f64x2.add(a4, v128.load(t, 2 * table + 64));
      w >>= b;
      if (!w) break;
      t = tables + <usize>(<i32>w & mask) * entry;
      a0 = f64x2.add(a0, v128.load(t, 3 * table));
      if (sizeof<T>() >= 2) a1 = f64x2.add(a1, v128.load(t, 3 * table + 16));
      if (sizeof<T>() >= 4) a2 = f64x2.add(a2, v128.load(t, 3 * table + 32));
      if (sizeof<T>() >= 8) a3 = f64x2.add(a3, v128.load(t, 3 * table + 48));
      if (sizeof<T>() >= 16) a4 = f64x2.add(a4, v128.load(t, 3 * table + 64));
      w >>= b;
      if (!w) break;
      t = tables + <usize>(<i32>w & mask) * entry;
      a0 = f64x2.add(a0, v128.load(t, 4 * table));
      if (sizeof<T>() >= 2) a1 = f64x2.add(a1, v128.load(t, 4 * table + 16));
      if (sizeof<T>() >= 4) a2 = f64x2.add(a2, v128.load(t, 4 * table + 32));
      if (sizeof<T>() >= 8) a3 = f64x2.add(a3, v128.load(t, 4 * table + 48));
      if (sizeof<T>() >= 16) a4 = f64x2.add(a4, v128.load(t, 4 * table + 64));
      w >>= b;
      if (!w) break;
      t = tables + <usize>(<i32>w & mask) * entry;
      a0 = f64x2.add(a0, v128.load(t, 5 * table));
      if (sizeof<T>() >= 2) a1 = f64x2.add(a1, v128.load(t, 5 * table + 16));
      if (sizeof<T>() >= 4) a2 = f64x2.add(a2, v128.load(t, 5 * table + 32));
      if (sizeof<T>() >= 8) a3 = f64x2.add(a3, v128.load(t, 5 * table + 48));
      if (sizeof<T>() >= 16) a4 = f64x2.add(a4, v128.load(t, 5 * table + 64));
      w >>= b;
      if (!w) break;
      t = tables + <usize>(<i32>w & mask) * entry;
      a0 = f64x2.add(a0, v128.load(t, 6 * table));
      if (sizeof<T>() >= 2) a1 = f64x2.add(a1, v128.load(t, 6 * table + 16));
      if (sizeof<T>() >= 4) a2 = f64x2.add(a2, v128.load(t, 6 * table + 32));
      if (sizeof<T>() >= 8) a3 = f64x2.add(a3, v128.load(t, 6 * table + 48));
      if (sizeof<T>() >= 16) a4 = f64x2.add(a4, v128.load(t, 6 * table + 64));
      w >>= b;
      if (!w) break;
      t = tables + <usize>(<i32>w & mask) * entry;
      a0 = f64x2.add(a0, v128.load(t, 7 * table));
      if (sizeof<T>() >= 2) a1 = f64x2.add(a1, v128.load(t, 7 * table + 16));
      if (sizeof<T>() >= 4) a2 = f64x2.add(a2, v128.load(t, 7 * table + 32));
      if (sizeof<T>() >= 8) a3 = f64x2.add(a3, v128.load(t, 7 * table + 48));
      if (sizeof<T>() >= 16) a4 = f64x2.add(a4, v128.load(t, 7 * table + 64));
      break;
    }
    v128.store(to, a0);
    if (sizeof<T>() >= 2) v128.store(to, a1, 16);
    if (sizeof<T>() >= 4) v128.store(to, a2, 32);
    if (sizeof<T>() >= 8) v128.store(to, a3, 48);
    if (sizeof<T>() >= 16) v128.store(to, a4, 64);
    bits += stride;
    from += fromBytes;
    to += toBytes;
  }
}

/** Rows of `width` doubles, copied to rows of `entry` bytes and padded with zeros. */
function padRows(source: usize, sourceBytes: usize, width: i32, out: usize, entry: usize, count: i32): void {
  memory.fill(out, 0, entry * count);
  for (let k = 0; k < count; k++) {
    for (let j = 0; j < width; j++) store<f64>(out + ((<usize>j) << 3), load<f64>(source + ((<usize>j) << 3)));
    source += sourceBytes;
    out += entry;
  }
}

/** All columns with tables. Work: tables | zero entry | padded dense rows of the last panel | one panel of the output. */
function multiplyPanels<T, B>(
  bits: usize,
  stride: usize,
  dense: usize,
  out: usize,
  rows: i32,
  inner: i32,
  columns: i32,
  work: usize,
): void {
  const entry: usize = 16 * (ctz<usize>(sizeof<T>()) + 1);
  const b = sizeof<B>() == 4 ? 4 : 6;
  const panel = <i32>(entry >> 3);
  const rowBytes = (<usize>columns) << 3;
  const zeros = work + (entry << (b + 3));
  const padded = zeros + entry;
  const sums = padded + entry * min(inner, 8 * b);
  memory.fill(zeros, 0, entry);
  for (let column = 0; column < columns; column += panel) {
    const left = columns - column;
    const target = out + ((<usize>column) << 3);
    let from = zeros;
    let fromBytes: usize = 0;
    for (let k = 0; k < inner; k += 8 * b) {
      const count = min(8 * b, inner - k);
      let source = dense + <usize>k * rowBytes + ((<usize>column) << 3);
      let sourceBytes = rowBytes;
      if (left < panel) {
        padRows(source, rowBytes, left, padded, entry, count);
        source = padded;
        sourceBytes = entry;
      }
      subsetSums<T, B>(source, sourceBytes, count, work);
      const direct = left >= panel && k + 8 * b >= inner;
      const to = direct ? target : sums;
      addEntries<T, B>(bits + (<usize>k >> 3), stride, work, from, fromBytes, to, direct ? rowBytes : entry, rows);
      from = sums;
      fromBytes = entry;
    }
    if (left < panel) copyRows(sums, entry, target, rowBytes, left, rows);
  }
}

function copyRows(source: usize, sourceBytes: usize, out: usize, outBytes: usize, width: i32, rows: i32): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j++) store<f64>(out + ((<usize>j) << 3), load<f64>(source + ((<usize>j) << 3)));
    source += sourceBytes;
    out += outBytes;
  }
}

/** Without tables, for very few rows: out_i = sum of the dense rows whose bit is set, in their order. */
function addSetRows(bits: usize, stride: usize, dense: usize, out: usize, rows: i32, words: i32, columns: i32): void {
  const rowBytes = (<usize>columns) << 3;
  for (let i = 0; i < rows; i++) {
    let column: usize = 0;
    for (; column + 64 <= rowBytes; column += 64) {
      let a0 = f64x2.splat(0);
      let a1 = a0;
      let a2 = a0;
      let a3 = a0;
      for (let k = 0; k < words; k++) {
        const base = dense + column + ((<usize>k) << 6) * rowBytes;
        for (let w = load<u64>(bits + ((<usize>k) << 3)); w; w &= w - 1) {
          const row = base + <usize>ctz(w) * rowBytes;
          a0 = f64x2.add(a0, v128.load(row));
          a1 = f64x2.add(a1, v128.load(row, 16));
          a2 = f64x2.add(a2, v128.load(row, 32));
          a3 = f64x2.add(a3, v128.load(row, 48));
        }
      }
      v128.store(out + column, a0);
      v128.store(out + column, a1, 16);
      v128.store(out + column, a2, 32);
      v128.store(out + column, a3, 48);
    }
    for (; column < rowBytes; column += 8) {
      let a: f64 = 0;
      for (let k = 0; k < words; k++) {
        const base = dense + column + ((<usize>k) << 6) * rowBytes;
        for (let w = load<u64>(bits + ((<usize>k) << 3)); w; w &= w - 1) a += load<f64>(base + <usize>ctz(w) * rowBytes);
      }
      store<f64>(out + column, a);
    }
    bits += stride;
    out += rowBytes;
  }
}

/** V with the least work for so many columns: a panel costs its vectors and about two vectors of overhead. */
export function panelVectors(columns: i32): i32 {
  if (columns <= 4) return (columns + 1) >> 1;
  let best = 5;
  let bestCost = i32.MAX_VALUE;
  for (let v = 5; v >= 3; v--) {
    const cost = ((columns + 2 * v - 1) / (2 * v)) * (v + 2);
    if (cost < bestCost) {
      bestCost = cost;
      best = v;
    }
  }
  return best;
}

function multiplyByTables<B>(
  bits: usize,
  stride: usize,
  dense: usize,
  out: usize,
  rows: i32,
  inner: i32,
  columns: i32,
  work: usize,
): void {
  const v = panelVectors(columns);
  if (v == 5) multiplyPanels<v128, B>(bits, stride, dense, out, rows, inner, columns, work);
  else if (v == 4) multiplyPanels<i64, B>(bits, stride, dense, out, rows, inner, columns, work);
  else if (v == 3) multiplyPanels<i32, B>(bits, stride, dense, out, rows, inner, columns, work);
  else if (v == 2) multiplyPanels<i16, B>(bits, stride, dense, out, rows, inner, columns, work);
  else multiplyPanels<i8, B>(bits, stride, dense, out, rows, inner, columns, work);
}

/** Bytes of workspace of `binaryMultiply`. */
export function binaryMultiplyWorkspace(rows: i32, inner: i32, columns: i32): f64 {
  return <f64>(16 * panelVectors(columns)) * <f64>((8 << 6) + 1 + min(max(inner, 0), 48) + rows);
}

/**
 * out (rows x columns) = B dense, B the rows x inner 0/1 matrix in `bits`, dense inner x columns; both row-major. Bits
 * from `inner` on must be zero. Building tables costs 2^b / b additions a dense row, using them rows / b: so b = 4 for
 * few rows, and no tables at all for very few.
 */
export function binaryMultiply(
  bits: usize,
  stride: usize,
  dense: usize,
  out: usize,
  rows: i32,
  inner: i32,
  columns: i32,
  work: usize,
): void {
  if (inner <= 0) memory.fill(out, 0, (<usize>rows * <usize>columns) << 3);
  else if (rows < 8) addSetRows(bits, stride, dense, out, rows, (inner + 63) >> 6, columns);
  else if (rows < 120) multiplyByTables<u32>(bits, stride, dense, out, rows, inner, columns, work);
  else multiplyByTables<u64>(bits, stride, dense, out, rows, inner, columns, work);
}

/** out_k = A_k . B_k for the rows of two matrices: lanes sum even and odd columns, then lane 0 + lane 1, then the last odd one. */
export function rowDots(A: usize, B: usize, out: usize, rows: i32, columns: i32): void {
  const pairs = columns >> 1;
  const odd = columns & 1;
  for (let k = 0; k < rows; k++) {
    let sum = f64x2.splat(0);
    for (let j = 0; j < pairs; j++) {
      sum = f64x2.add(sum, f64x2.mul(v128.load(A), v128.load(B)));
      A += 16;
      B += 16;
    }
    let dot = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
    if (odd) {
      dot += load<f64>(A) * load<f64>(B);
      A += 8;
      B += 8;
    }
    store<f64>(out + ((<usize>k) << 3), dot);
  }
}

/** out_k = r_k X_k for the rows of a matrix. */
export function scaleRows(X: usize, r: usize, out: usize, rows: i32, columns: i32): void {
  const pairs = columns >> 1;
  const odd = columns & 1;
  for (let k = 0; k < rows; k++) {
    const scale = load<f64>(r + ((<usize>k) << 3));
    const both = f64x2.splat(scale);
    for (let j = 0; j < pairs; j++) {
      v128.store(out, f64x2.mul(both, v128.load(X)));
      X += 16;
      out += 16;
    }
    if (odd) {
      store<f64>(out, scale * load<f64>(X));
      X += 8;
      out += 8;
    }
  }
}
