/** Exact arithmetic on doubles: numerator / 2^1074. */
const bits = new DataView(new ArrayBuffer(8));

export function exactly(x: number): bigint {
  bits.setFloat64(0, x);
  const word = bits.getBigUint64(0);
  const exponent = Number((word >> 52n) & 0x7ffn);
  const fraction = word & 0xfffffffffffffn;
  const size = exponent === 0 ? fraction : (fraction | 0x10000000000000n) << BigInt(exponent - 1);
  return x < 0 ? -size : size;
}

/** Of the product of two exact numbers. */
export const productScale = 1n << 1074n;

/** e^x and log(1 + x) as numerators over 2^200, by series, off by far less than 2^-150. */
export const one = 1n << 200n;

export const fixed = (x: number): bigint => exactly(x) >> 874n;

/** (e^(z / 2^20))^(2^20). */
export function expFixed(z: bigint): bigint {
  let term = one;
  let sum = one;
  const step = z / (1n << 20n);
  for (let k = 1n; k < 40n; k++) {
    term = (term * step) / one / k;
    sum += term;
  }
  for (let k = 0; k < 20; k++) sum = (sum * sum) / one;
  return sum;
}

/** By Newton's method on e^z = value; `near` is a good start. */
export function logFixed(value: bigint, near: number): bigint {
  let z = fixed(near);
  for (let step = 0; step < 3; step++) z += (2n * one * (value - expFixed(z))) / (value + expFixed(z));
  return z;
}
