import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256, sha256OfNumbers } from '../../src/data/sha256.js';
import { exponential, logarithm, logarithm1p } from '../../src/network/functions.js';
import { add, divide, down, expUp, log1pUp, logUp, powerOfTwo, product, scale, up } from '../../src/verify/interval.js';
import { exactly, expFixed, fixed, logFixed, one, productScale } from './exact.js';

/** Of every size, underflowing ones too. */
const double = fc.oneof(
  fc.double({ noNaN: true, min: -1e100, max: 1e100 }),
  fc.double({ noNaN: true, min: -2, max: 2 }),
  fc.constantFrom(0, -0, Number.MIN_VALUE, -Number.MIN_VALUE, 1e-308, 1e-200, 1, 0.1, 1e100),
);
const interval = fc.tuple(double, double).map(([a, b]) => ({ lo: Math.min(a, b), hi: Math.max(a, b) }));

describe('intervals contain the exact result', () => {
  it('up and down go beyond the neighbours', () => {
    fc.assert(
      fc.property(double, (x) => {
        expect(up(x)).toBeGreaterThan(x);
        expect(down(x) === -up(-x)).toBe(true);
        // A neighbour is within half a unit in the last place, relative 2^-53 of |x|, or the smallest double.
        const unit = exactly(x) < 0n ? -exactly(x) : exactly(x);
        expect(exactly(up(x)) - exactly(x) >= unit >> 53n).toBe(true);
      }),
    );
  });

  it('sums, multiples and quotients of ends', () => {
    fc.assert(
      fc.property(interval, interval, double, (a, b, factor) => {
        const sum = add(a, b);
        expect(exactly(sum.lo) <= exactly(a.lo) + exactly(b.lo)).toBe(true);
        expect(exactly(sum.hi) >= exactly(a.hi) + exactly(b.hi)).toBe(true);
        const multiple = scale(a, factor);
        for (const end of [a.lo, a.hi]) {
          const wanted = exactly(end) * exactly(factor);
          expect(exactly(multiple.lo) * productScale <= wanted && wanted <= exactly(multiple.hi) * productScale).toBe(true);
        }
        const by = Math.abs(factor) + 1e-50;
        const quotient = divide(a, by);
        if (!Number.isFinite(quotient.lo) || !Number.isFinite(quotient.hi)) return;
        expect(exactly(quotient.lo) * exactly(by) <= exactly(a.lo) * productScale).toBe(true);
        expect(exactly(quotient.hi) * exactly(by) >= exactly(a.hi) * productScale).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('products of vectors', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(double, double), { maxLength: 12 }), double, (pairs, start) => {
        const [a, b] = [0, 1].map((side) => pairs.map((pair) => pair[side]));
        const { lo, hi } = product(a, b, pairs.length, start);
        const wanted = pairs.reduce((sum, [x, z]) => sum + exactly(x) * exactly(z), exactly(start) * productScale);
        expect(exactly(lo) * productScale <= wanted && wanted <= exactly(hi) * productScale).toBe(true);
        expect(hi - lo).toBeLessThanOrEqual(
          1e-14 * pairs.reduce((sum, [x, z]) => sum + Math.abs(x * z), Math.abs(start)) + 1e-300,
        );
      }),
    );
  });

  it('overflow passes no comparison', () => {
    expect(product([1e200], [1e200], 1, 0).hi <= Number.MAX_VALUE).toBe(false);
    expect(up(Number.POSITIVE_INFINITY) <= Number.MAX_VALUE).toBe(false);
  });
});

describe('exp and log', () => {
  const argument = fc.oneof(fc.double({ noNaN: true, min: -30, max: 30 }), fc.double({ noNaN: true, min: -1, max: 1 }));

  it('are within 2 units in the last place, and their upper ends above', () => {
    fc.assert(
      fc.property(argument, (x) => {
        const wanted = expFixed(fixed(x));
        const error = fixed(exponential(x)) - wanted;
        expect((error < 0n ? -error : error) <= (2n * wanted) / (1n << 52n)).toBe(true);
        expect(fixed(expUp(x)) >= wanted).toBe(true);
        expect(expUp(x)).toBeLessThanOrEqual(exponential(x) * (1 + 1e-14));
      }),
      { numRuns: 150 },
    );
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: 1e-25, max: 50 }), fc.boolean(), (x, near) => {
        const value = near ? one + fixed(x) : fixed(x);
        const found = near ? logarithm1p(x) : logarithm(x);
        const wanted = logFixed(value, found);
        const error = fixed(found) - wanted;
        const size = wanted < 0n ? -wanted : wanted;
        // The series itself is good to 2^-150.
        expect((error < 0n ? -error : error) <= (2n * size) / (1n << 52n) + (1n << 50n)).toBe(true);
        expect(fixed(near ? log1pUp(x) : logUp(x)) + (1n << 50n) >= wanted).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('never claim less than zero for e^x, nor less than the tiniest', () => {
    for (const x of [-700, -745, -746, -1e6]) expect(expUp(x)).toBeGreaterThan(0);
    expect(expUp(1000)).toBe(Number.POSITIVE_INFINITY);
  });
});

it('powers of two stay within a factor of two', () => {
  for (const x of [1, 3, 1e-300, 1e300, 0.1, -7, Number.MIN_VALUE]) {
    expect(Math.abs(x) / powerOfTwo(x)).toBeLessThanOrEqual(2);
    expect(Math.abs(x) / powerOfTwo(x)).toBeGreaterThanOrEqual(1);
  }
  expect(powerOfTwo(0)).toBe(1);
});

describe('SHA-256', () => {
  it('agrees with node:crypto at every length around the block size', () => {
    for (let length = 0; length < 140; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (37 * i + length) & 255);
      expect(sha256(bytes)).toBe(createHash('sha256').update(bytes).digest('hex'));
    }
  });

  it('of numbers is that of their bytes, and tells -0 from 0', () => {
    const values = [1.5, -2, 1e-300];
    const buffer = Buffer.alloc(24);
    values.forEach((value, i) => void buffer.writeDoubleLE(value, 8 * i));
    expect(sha256OfNumbers([1.5], [-2, 1e-300])).toBe(createHash('sha256').update(buffer).digest('hex'));
    expect(sha256OfNumbers([0])).not.toBe(sha256OfNumbers([-0]));
  });
});
