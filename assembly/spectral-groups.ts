/**
 * The norm R(v) = |F v|_1 / sqrt d in Fourier coordinates (fourier.ts): a weighted sum over groups of two coordinates, weight
 * sqrt(2/d), and of one, weight 1/sqrt d, for frequency 0 and, d even, d/2.
 */

/** |v| over the group that starts at coordinate i. */
export function groupNorm(v: usize, i: i32, pair: bool): f64 {
  const re = load<f64>(v + ((<usize>i) << 3));
  if (!pair) return abs(re);
  const im = load<f64>(v + ((<usize>i) << 3), 8);
  return Math.sqrt(re * re + im * im);
}

export function isPair(i: i32, d: i32): bool {
  return i > 0 && i + 1 < d;
}

/** R(v) */
export function spectralNorm(v: usize, d: i32): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < d; i++) {
    const pair = isPair(i, d);
    sum += groupNorm(v, i, pair) * Math.sqrt(pair ? 2 : 1);
    if (pair) i++;
  }
  return sum / Math.sqrt(<f64>d);
}

/** R*(g) = max over groups of |g| / weight */
export function spectralDual(g: usize, d: i32): f64 {
  let most: f64 = 0;
  for (let i = 0; i < d; i++) {
    const pair = isPair(i, d);
    most = max(most, groupNorm(g, i, pair) * Math.sqrt(pair ? 0.5 : 1));
    if (pair) i++;
  }
  return most * Math.sqrt(<f64>d);
}

/** out = prox of step * R at z. */
export function shrinkSpectrum(z: usize, step: f64, out: usize, d: i32): void {
  for (let i = 0; i < d; i++) {
    const pair = isPair(i, d);
    const at = (<usize>i) << 3;
    const size = groupNorm(z, i, pair);
    const threshold = step * Math.sqrt((pair ? 2 : 1) / <f64>d);
    const keep = size > threshold ? 1 - threshold / size : 0;
    store<f64>(out + at, keep * load<f64>(z + at));
    if (!pair) continue;
    store<f64>(out + at, keep * load<f64>(z + at, 8), 8);
    i++;
  }
}
