import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowSpace } from '../../src/patterns/row-space.js';
import { numbers } from '../support/kernel-harness.js';
import { dotPlain } from '../support/naive-cones.js';

const table = (n: number, make: (draw: Float64Array, k: number) => number[], seed = 1): number[][] => {
  const draws = numbers(n * 4, seed);
  return Array.from({ length: n }, (_, k) => make(draws.subarray(4 * k, 4 * k + 4), k));
};

const spaceOf = (rows: readonly (readonly number[])[]) => rowSpace(Float64Array.from(rows.flat()), rows.length, rows[0].length);

/** Tables that need coordinates, with the rank that they have. */
const hard: Readonly<Record<string, readonly [rows: number[][], rank: number]>> = {
  'an offset of 300': [table(12, ([a]) => [300 + a, 1]), 2],
  'an offset of 1e8': [table(12, ([a, b]) => [1e8 + a, 1e8 + b, 1]), 3],
  'sizes from 1e-6 to 1e6': [table(12, ([a, b, c]) => [1e-6 * a, b, 1e6 * c]), 3],
  'sizes from 1e-150 to 1e150': [table(12, ([a, b]) => [1e-150 * a, 1e150 * b, 1]), 3],
  'columns that nearly agree': [table(12, ([a, b, c]) => [a, a + 1e-4 * c, b]), 3],
  'a column twice, offset': [table(12, ([a, b]) => [500 + a, 500 + a, b, 1]), 3],
  'a zero column, offset': [table(12, ([a]) => [500 + a, 0, 1]), 2],
  'a constant column, offset': [table(12, ([a]) => [500 + a, 7, 1]), 2],
  'one-hot columns, offset': [
    table(12, ([a], k) => [1000 + a, Number(k % 3 === 0), Number(k % 3 === 1), Number(k % 3 === 2), 1]),
    4,
  ],
  'fewer rows than columns': [table(2, ([a, b, c]) => [1e5 * a, b, c, 1]), 2],
};

describe('coordinates of the row space', () => {
  it('are not needed for columns of like size without offsets', () => {
    expect(spaceOf(table(12, ([a, b, c]) => [a, b, c, 1]))).toBeNull();
    expect(spaceOf(table(12, ([a, b]) => [a, 2 * a, b]))).toBeNull();
    expect(spaceOf([[0, 0]])).toBeNull();
  });

  for (const [name, [rows, rank]] of Object.entries(hard)) {
    it(`${name}: orthogonal columns of size sqrt n, as many as the rank`, () => {
      const space = spaceOf(rows);
      expect(space?.rank).toBe(rank);
      if (!space) return;
      for (let i = 0; i < rank; i++) {
        for (let j = 0; j <= i; j++) {
          let product = 0;
          for (let k = 0; k < rows.length; k++) product += space.rows[k * rank + i] * space.rows[k * rank + j];
          // A mean is as exact as the size of its entries allows.
          const exact = name.includes('1e8') ? 1e-7 : 1e-12;
          expect(Math.abs(product / rows.length - Number(i === j))).toBeLessThan(exact);
        }
      }
    });

    it(`${name}: directions have the same scores in either coordinates`, () => {
      const space = spaceOf(rows);
      expect(space).not.toBeNull();
      if (!space) return;
      fc.assert(
        fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: rank, maxLength: rank }), (z) => {
          const w = space.toColumns(Float64Array.from(z));
          const back = space.toCoordinates(w);
          rows.forEach((row, k) => {
            const score = dotPlain(space.rows.subarray(k * rank, (k + 1) * rank), z);
            // What prediction adds up is as exact as its terms are small.
            const size = row.reduce((sum, entry, j) => sum + Math.abs(entry * w[j]), 0);
            expect(Math.abs(dotPlain(row, w) - score)).toBeLessThanOrEqual(1e-14 * size + 1e-11);
            expect(Math.abs(dotPlain(space.rows.subarray(k * rank, (k + 1) * rank), back) - score)).toBeLessThanOrEqual(
              1e-13 * size + 1e-11,
            );
          });
        }),
        { numRuns: 20 },
      );
    });
  }

  it('asks for coordinates from the limit on that it is given', () => {
    const rows = Float64Array.from(table(12, ([a]) => [20 + a, 1]).flat());
    expect(rowSpace(rows, 12, 2)).toBeNull();
    expect(rowSpace(rows, 12, 2, 10)?.rank).toBe(2);
  });
});
