import { exponential, logarithm, logarithm1p } from '../network/functions.js';

/**
 * Enclosures of real numbers: lo <= x <= hi. Doubles follow the standard model (IEEE 754, rounding to nearest; Higham 2002,
 * 2.2): the result of one operation is a neighbour of the exact one at most, so moving it outwards by one unit in the last
 * place, and by the smallest double for underflow, encloses it. Overflow makes NaN or Infinity, which fail every comparison.
 */
export interface Interval {
  readonly lo: number;
  readonly hi: number;
}

/** Twice the unit roundoff. */
export const epsilon = 2.220446049250313e-16;
/** exp, log and log1p of network/functions.ts are within 2 units in the last place; this is 8, and room for underflow. */
const functionError = 8 * epsilon;
const functionUnderflow = 8.095e-320; // 2^-1060

export const up = (x: number): number => x + (Math.abs(x) * epsilon + Number.MIN_VALUE);
export const down = (x: number): number => x - (Math.abs(x) * epsilon + Number.MIN_VALUE);

export const exact = (x: number): Interval => ({ lo: x, hi: x });
export const add = (a: Interval, b: Interval): Interval => ({ lo: down(a.lo + b.lo), hi: up(a.hi + b.hi) });
export const scale = (a: Interval, factor: number): Interval =>
  factor < 0 ? { lo: down(a.hi * factor), hi: up(a.lo * factor) } : { lo: down(a.lo * factor), hi: up(a.hi * factor) };
/** a / b for b > 0. */
export const divide = (a: Interval, b: number): Interval => ({ lo: down(a.lo / b), hi: up(a.hi / b) });
export const largest = (a: Interval): number => Math.max(Math.abs(a.lo), Math.abs(a.hi));

/** start + sum_i a_i b_i for exact numbers. */
export function product(a: ArrayLike<number>, b: ArrayLike<number>, length: number, start: number): Interval {
  let sum = exact(start);
  for (let i = 0; i < length; i++) sum = add(sum, scale(exact(a[i]), b[i]));
  return sum;
}

/** At least e^x, log x, log(1 + x). */
export const expUp = (x: number): number => above(exponential(x));
export const logUp = (x: number): number => above(logarithm(x));
export const log1pUp = (x: number): number => above(logarithm1p(x));

const above = (x: number): number => up(x + (Math.abs(x) * functionError + functionUnderflow));

/** A power of two near |x|; 1 for 0. Scaling by it is exact, short of under- and overflow. */
export function powerOfTwo(x: number): number {
  const size = Math.abs(x);
  if (!(size > 0 && size < Number.POSITIVE_INFINITY)) return 1;
  let power = 1;
  while (power > size) power /= 2;
  while (power <= size / 2) power *= 2;
  return power;
}
