/** The power of two at or below |x|; 1 for 0. Scaling by it changes no bits, short of under- and overflow. */
export function powerOfTwo(x: number): number {
  const size = Math.abs(x);
  if (!(size > 0)) return 1;
  let power = 1;
  while (power > size) power /= 2;
  while (power * 2 <= size) power *= 2;
  return power;
}

/** Likewise of the largest magnitude. */
export function powerOfTwoOfLargest(values: Float64Array): number {
  return powerOfTwo(values.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0));
}
