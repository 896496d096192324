/** Neurons on their own scores: phi(z) = z where z >= 0, else slope z. */

/** f_k += sign * phi(z_k). */
export function addUnit(z: usize, sign: f64, slope: f64, f: usize, n: i32): void {
  const zero = f64x2.splat(0);
  const rising = f64x2.splat(sign);
  const falling = f64x2.splat(sign * slope);
  for (; n >= 2; n -= 2) {
    const score = v128.load(z);
    const factor = v128.bitselect(rising, falling, f64x2.ge(score, zero));
    v128.store(f, f64x2.add(v128.load(f), f64x2.mul(factor, score)));
    z += 16;
    f += 16;
  }
  if (n > 0) store<f64>(f, load<f64>(f) + (load<f64>(z) >= 0 ? sign : sign * slope) * load<f64>(z));
}

/** z_k <- sign * lambda_k * phi'(z_k), with phi'(0) = 1. */
export function unitGradient(z: usize, sign: f64, slope: f64, lambda: usize, n: i32): void {
  const zero = f64x2.splat(0);
  const rising = f64x2.splat(sign);
  const falling = f64x2.splat(sign * slope);
  for (; n >= 2; n -= 2) {
    const factor = v128.bitselect(rising, falling, f64x2.ge(v128.load(z), zero));
    v128.store(z, f64x2.mul(factor, v128.load(lambda)));
    z += 16;
    lambda += 16;
  }
  if (n > 0) store<f64>(z, (load<f64>(z) >= 0 ? sign : sign * slope) * load<f64>(lambda));
}
