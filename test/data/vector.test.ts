import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { norm, safeNorm } from '../../src/data/vector.js';

const moderate = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 12 }).map((v) => Float64Array.from(v));

describe('the two lengths of a vector', () => {
  it('are those of a right triangle', () => {
    expect(norm(Float64Array.of(3, 4))).toBe(5);
    expect(safeNorm(Float64Array.of(3, -4))).toBe(5);
    expect(norm(new Float64Array(0))).toBe(0);
    expect(safeNorm(new Float64Array(3))).toBe(0);
  });

  it('agree where squares neither overflow nor vanish', () => {
    fc.assert(
      fc.property(moderate, (vector) => {
        const large = vector.map((entry) => (Math.abs(entry) < 1e-100 ? 0 : entry));
        expect(Math.abs(norm(large) - safeNorm(large))).toBeLessThanOrEqual(1e-14 * norm(large));
      }),
    );
  });

  it.each([1e-300, 1e-170, 1e170, 1e300])('differ at %d, where only the safe one is right', (size) => {
    const vector = Float64Array.of(3 * size, 4 * size);
    expect(Math.abs(safeNorm(vector) / size - 5)).toBeLessThanOrEqual(1e-14);
    expect([0, Number.POSITIVE_INFINITY]).toContain(norm(vector));
  });
});
