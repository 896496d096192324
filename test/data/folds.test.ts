import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignFolds, foldSplit, trainTestSplit } from '../../src/data/folds.js';
import { ArgumentError } from '../../src/errors.js';

const tally = (values: ArrayLike<number>) => {
  const counts = new Map<number, number>();
  for (const value of Array.from(values)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
};
const strataArbitrary = fc
  .array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 60 })
  .map((all) => Int32Array.from(all));

describe('assignFolds', () => {
  it('balances sizes and classes to within one', () => {
    fc.assert(
      fc.property(strataArbitrary, fc.integer({ min: 2, max: 10 }), fc.nat(), (strata, folds, seed) => {
        fc.pre(folds <= strata.length);
        const foldOf = assignFolds(strata.length, folds, { strata, seed });
        const sizes = tally(foldOf);
        expect(sizes.size).toBe(folds);
        expect(Math.max(...sizes.values()) - Math.min(...sizes.values())).toBeLessThanOrEqual(1);
        for (const stratum of new Set(strata)) {
          const perFold = Array.from(
            { length: folds },
            (_, f) => foldOf.filter((fold, k) => fold === f && strata[k] === stratum).length,
          );
          expect(Math.max(...perFold) - Math.min(...perFold)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('repeats under one seed, differs for other seeds and repetitions', () => {
    const draw = (seed: number, repeat: number) => assignFolds(50, 5, { seed, repeat }).join();
    expect(draw(1, 0)).toBe(draw(1, 0));
    expect(new Set([draw(1, 0), draw(2, 0), draw(1, 1), draw(0, 0)]).size).toBe(4);
  });

  it.each([1, 0, 2.5, Number.NaN, 11])('refuses %d folds of 10 rows', (folds) => {
    expect(() => assignFolds(10, folds)).toThrow(ArgumentError);
    expect(() => assignFolds(10, folds)).toThrow(`folds is ${folds}; expected an integer from 2 to the 10 rows of X`);
  });

  it('splits into what is in the fold and what is not', () => {
    const foldOf = Int32Array.of(0, 1, 2, 1, 0);
    expect(foldSplit(foldOf, 1)).toEqual({ train: Int32Array.of(0, 2, 4), test: Int32Array.of(1, 3) });
  });
});

describe('trainTestSplit', () => {
  it('is a partition with the right shares', () => {
    fc.assert(
      fc.property(strataArbitrary, fc.double({ min: 0.05, max: 0.95, noNaN: true }), fc.nat(), (strata, fraction, seed) => {
        const n = strata.length;
        const sizes = tally(strata);
        const wanted = Math.floor(fraction * n + 0.5);
        fc.pre(wanted > 0 && n - sizes.size >= wanted);
        const { train, test } = trainTestSplit(n, fraction, { strata, seed });
        expect(
          Array.from(train)
            .concat(Array.from(test))
            .sort((a, b) => a - b),
        ).toEqual(Array.from(strata, (_, k) => k));
        expect(test.length).toBeLessThanOrEqual(wanted);
        const inTest = tally(test.map((sample) => strata[sample]));
        for (const [stratum, size] of sizes) {
          const share = inTest.get(stratum) ?? 0;
          expect(share).toBeLessThan(size);
          expect(share).toBeLessThan(size * fraction + 1);
        }
      }),
    );
  });

  it('takes exactly round(fraction n) rows without strata, in order', () => {
    const { train, test } = trainTestSplit(10, 0.25, { seed: 3 });
    expect(test.length).toBe(3);
    expect(train.length).toBe(7);
    expect(Array.from(test)).toEqual(Array.from(test).sort((a, b) => a - b));
  });

  it('takes exactly the fraction of each class where that is whole', () => {
    const strata = Int32Array.from({ length: 100 }, (_, k) => (k < 60 ? 0 : k < 90 ? 1 : 2));
    const { test } = trainTestSplit(100, 0.1, { strata });
    expect(tally(test.map((sample) => strata[sample]))).toEqual(
      new Map([
        [0, 6],
        [1, 3],
        [2, 1],
      ]),
    );
  });

  it.each([0, 1, -0.5, Number.NaN])('refuses the fraction %d', (fraction) => {
    expect(() => trainTestSplit(10, fraction)).toThrow(`test is ${fraction}; expected a fraction between 0 and 1`);
  });

  it('refuses an empty part', () => {
    expect(() => trainTestSplit(3, 0.1)).toThrow('test is 0.1; expected a fraction that leaves rows on both sides of 3 rows');
    expect(() => trainTestSplit(1, 0.5)).toThrow(ArgumentError);
  });
});
