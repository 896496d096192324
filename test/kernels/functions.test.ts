import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { exponential, logarithm, logarithm1p } from '../../src/network/functions.js';
import { numbers } from '../support/kernel-harness.js';

const names = ['exponential', 'logarithm', 'logarithm1p'] as const;
const twins = { exponential, logarithm, logarithm1p };
const builtIn = { exponential: Math.exp, logarithm: Math.log, logarithm1p: Math.log1p };
const kernels = openKernelsSync();

/** Where the functions change branch, and where they end. */
const special = [
  0,
  -0,
  1,
  -1,
  Math.SQRT2,
  Math.SQRT1_2,
  Math.SQRT2 - 1,
  Math.SQRT1_2 - 1,
  2 ** -53,
  -(2 ** -53),
  2 ** -54,
  2 ** 53,
  2 ** 54,
  2 ** 55,
  -745.1332191019411,
  -745.1332191019412,
  -745.14,
  -744.5,
  -708.3964185322641,
  -709,
  -720,
  709.782712893384,
  709.7827128933841,
  710,
  5e-324,
  2.2250738585072014e-308,
  1e-310,
  -5e-324,
  1.7976931348623157e308,
  -1.7976931348623157e308,
  -1 - 2 ** -52,
  -1 + 2 ** -53,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
];

/** 200 000 arguments: small, moderate, and over all exponents and both signs. */
const spread = numbers(200_000, 1).map((value, i) => {
  if (i % 3 === 0) return value;
  if (i % 3 === 1) return value * 750;
  return value * 2 ** Math.trunc(numbers(1, i)[0] * 1070);
});

/** Distance in units of the last place, counted over the ordered doubles; NaN is at distance 0 of NaN only. */
function ulps(a: number, b: number): number {
  if (Object.is(a, b) || (a === 0 && b === 0)) return 0;
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.POSITIVE_INFINITY;
  const [p, q] = new BigInt64Array(new Float64Array([a, b]).buffer);
  const ordered = (bits: bigint) => (bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits);
  return Math.abs(Number(ordered(p) - ordered(q)));
}

describe.each(names)('%s', (name) => {
  const both = (values: ArrayLike<number>) => Array.from(values, (x) => [x, kernels[name](x), twins[name](x)]);

  it('gives the same bits in WebAssembly and in TypeScript', () => {
    const different = [...both(special), ...both(spread)].filter(([, a, b]) => !Object.is(a, b));
    expect(different).toEqual([]);
  });

  it('is within 2 ulp of the engine', () => {
    const far = [...both(special), ...both(spread)].filter(([x, a]) => !(ulps(a, builtIn[name](x)) <= 2));
    expect(far).toEqual([]);
  });

  it('does not decrease along increasing arguments', () => {
    const increasing = Float64Array.from({ length: 20_000 }, (_, i) =>
      name === 'exponential' ? -700 + i * 0.07 : 0.3 + i * 1e-4,
    );
    const values = increasing.map((x) => twins[name](x));
    expect(values.findIndex((value, i) => i > 0 && value < values[i - 1])).toBe(-1);
  });
});

it('has exact values where mathematics has', () => {
  expect(exponential(0)).toBe(1);
  expect(logarithm(1)).toBe(0);
  expect(Object.is(logarithm1p(-0), -0)).toBe(true);
  expect(logarithm(0)).toBe(Number.NEGATIVE_INFINITY);
  expect(logarithm1p(-1)).toBe(Number.NEGATIVE_INFINITY);
  expect(exponential(Number.NEGATIVE_INFINITY)).toBe(0);
  expect(logarithm(-1)).toBeNaN();
  expect(logarithm1p(-2)).toBeNaN();
});
