/** (x, y) becomes (c x + s y, c y - s x), entry by entry. */
export function rotateRows(x: usize, y: usize, c: f64, s: f64, n: i32): void {
  const cv = f64x2.splat(c);
  const sv = f64x2.splat(s);
  for (; n >= 2; n -= 2) {
    const a = v128.load(x);
    const b = v128.load(y);
    v128.store(x, f64x2.add(f64x2.mul(cv, a), f64x2.mul(sv, b)));
    v128.store(y, f64x2.sub(f64x2.mul(cv, b), f64x2.mul(sv, a)));
    x += 16;
    y += 16;
  }
  if (n > 0) {
    const a = load<f64>(x);
    const b = load<f64>(y);
    store<f64>(x, c * a + s * b);
    store<f64>(y, c * b - s * a);
  }
}

/** Exchange x and y. */
export function swapVectors(x: usize, y: usize, n: i32): void {
  for (; n > 0; n--) {
    const a = load<f64>(x);
    store<f64>(x, load<f64>(y));
    store<f64>(y, a);
    x += 8;
    y += 8;
  }
}
