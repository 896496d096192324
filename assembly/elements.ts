/** Elementwise steps on vectors and on symmetric matrices of the Newton system. */

/** out_k = x_k y_k */
export function multiplyElements(x: usize, y: usize, out: usize, n: i32): void {
  for (let k: usize = 0; k < (<usize>n) << 3; k += 8) store<f64>(out + k, load<f64>(x + k) * load<f64>(y + k));
}

/** out_k = sqrt(x_k) */
export function squareRoots(x: usize, out: usize, n: i32): void {
  for (let k: usize = 0; k < (<usize>n) << 3; k += 8) store<f64>(out + k, Math.sqrt(load<f64>(x + k)));
}

/** Row i of out = row i of A times s entry by entry: A diag(s), rows x columns. */
export function scaleColumns(A: usize, s: usize, out: usize, rows: i32, columns: i32): void {
  const bytes = (<usize>columns) << 3;
  for (let i = 0; i < rows; i++) multiplyElements(A + <usize>i * bytes, s, out + <usize>i * bytes, columns);
}

/** Lower triangle of out = I + scale * diag(s) A diag(s), A symmetric n x n by its lower triangle; s = 0: identity. */
export function shiftScaled(A: usize, s: usize, scale: f64, out: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const row = (<usize>(i * n)) << 3;
    const factor = scale * (s ? load<f64>(s + ((<usize>i) << 3)) : 1.0);
    for (let j = 0; j <= i; j++) {
      const at = row + ((<usize>j) << 3);
      store<f64>(out + at, factor * (s ? load<f64>(s + ((<usize>j) << 3)) : 1.0) * load<f64>(A + at));
    }
    const diagonal = out + row + ((<usize>i) << 3);
    store<f64>(diagonal, 1 + load<f64>(diagonal));
  }
}

/** out = A x, A symmetric n x n by its lower triangle. */
export function multiplySymmetricVector(A: usize, x: usize, out: usize, n: i32): void {
  memory.fill(out, 0, (<usize>n) << 3);
  for (let i = 0; i < n; i++) {
    const row = A + ((<usize>(i * n)) << 3);
    const xi = load<f64>(x + ((<usize>i) << 3));
    let sum: f64 = 0;
    for (let j = 0; j < i; j++) {
      const at = (<usize>j) << 3;
      const entry = load<f64>(row + at);
      sum += entry * load<f64>(x + at);
      store<f64>(out + at, load<f64>(out + at) + entry * xi);
    }
    const own = out + ((<usize>i) << 3);
    store<f64>(own, load<f64>(own) + sum + xi * load<f64>(row + ((<usize>i) << 3)));
  }
}

/** out (columns x rows) = A^T, A rows x columns. */
export function transposeMatrix(A: usize, out: usize, rows: i32, columns: i32): void {
  // Tiles of 8 x 8 keep both sides in cache.
  for (let i0 = 0; i0 < rows; i0 += 8) {
    const i1 = min(i0 + 8, rows);
    for (let j0 = 0; j0 < columns; j0 += 8) {
      const j1 = min(j0 + 8, columns);
      for (let i = i0; i < i1; i++) {
        for (let j = j0; j < j1; j++) {
          store<f64>(out + ((<usize>(j * rows + i)) << 3), load<f64>(A + ((<usize>(i * columns + j)) << 3)));
        }
      }
    }
  }
}

/** sum += x with what rounding loses added to error (Knuth's two-sum), entry by entry. */
export function addCompensated(x: usize, sum: usize, error: usize, n: i32): void {
  let k: usize = 0;
  const pairs = (<usize>(n & ~1)) << 3;
  for (; k < pairs; k += 16) {
    const a = v128.load(sum + k);
    const b = v128.load(x + k);
    const total = f64x2.add(a, b);
    const rest = f64x2.sub(total, a);
    const lost = f64x2.add(f64x2.sub(a, f64x2.sub(total, rest)), f64x2.sub(b, rest));
    v128.store(sum + k, total);
    v128.store(error + k, f64x2.add(v128.load(error + k), lost));
  }
  if ((n & 1) == 0) return;
  const a = load<f64>(sum + k);
  const b = load<f64>(x + k);
  const total = a + b;
  const rest = total - a;
  store<f64>(sum + k, total);
  store<f64>(error + k, load<f64>(error + k) + (a - (total - rest) + (b - rest)));
}
