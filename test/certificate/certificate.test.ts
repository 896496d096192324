import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { certify, type PatternCoverage } from '../../src/certificate/certificate.js';
import { InternalError } from '../../src/errors.js';

const coverages: readonly PatternCoverage[] = ['all', 'certified', 'priced', 'sampled'];

describe('certify', () => {
  it('is proven only by a bound over all patterns that is within the tolerance', () => {
    expect(certify(2, 2 - 1e-7, 'all', 1e-6)).toMatchObject({ lowerBound: 2 - 1e-7, provenGlobal: true });
    expect(certify(2, 2 - 1e-5, 'all', 1e-6).provenGlobal).toBe(false);
    for (const coverage of ['certified', 'priced', 'sampled'] as const) {
      // The bound over the patterns used proves nothing of the others.
      expect(certify(2, 2, coverage, 1e-6)).toMatchObject({
        lowerBound: null,
        relativeGap: null,
        gap: null,
        provenGlobal: false,
      });
      expect(certify(2, 2, coverage, 1e-6, 1).provenGlobal).toBe(false);
      expect(certify(2, 2, coverage, 1e-6, 2 - 1e-7).provenGlobal).toBe(true);
    }
  });

  it('refuses a bound above the objective instead of reporting it', () => {
    for (const coverage of coverages) {
      expect(() => certify(1, 1 + 1e-8, coverage, 1e-6)).toThrow(InternalError);
      expect(() => certify(1, 0.5, coverage, 1e-6, 1 + 1e-8)).toThrow(InternalError);
      expect(() => certify(1e-300, 2e-300, coverage, 1e-6)).toThrow(InternalError);
      // Nothing is proven by what is no number.
      expect(() => certify(1, Number.NaN, coverage, 1e-6)).toThrow(InternalError);
      expect(() => certify(1, 0.5, coverage, 1e-6, Number.NaN)).toThrow(InternalError);
      expect(() => certify(Number.NaN, 0.5, coverage, 1e-6)).toThrow(InternalError);
    }
  });

  it('lowers bounds that rounding put above the objective, and raises none', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        fc.double({ min: -1, max: 1e-10, noNaN: true }),
        fc.double({ min: -1, max: 1e-10, noNaN: true }),
        fc.constantFrom(...coverages),
        (objective, above, aboveAll, coverage) => {
          const bound = objective * (1 + above);
          const overAll = coverage === 'sampled' ? null : objective * (1 + aboveAll);
          const { lowerBound, patternBound, patternGap, relativeGap, gap } = certify(objective, bound, coverage, 1e-6, overAll);
          expect(patternBound).toBe(Math.min(bound, objective));
          expect(patternGap).toBeGreaterThanOrEqual(0);
          if (lowerBound === null) {
            expect([gap, relativeGap]).toEqual([null, null]);
            return;
          }
          expect(lowerBound).toBeLessThanOrEqual(objective);
          expect(lowerBound).toBeLessThanOrEqual(coverage === 'all' ? bound : (overAll as number));
          expect(gap).toBe(objective - lowerBound);
          expect(relativeGap).toBeCloseTo((objective - lowerBound) / objective, 12);
        },
      ),
    );
  });

  it('measures gaps by the objective, whatever its size', () => {
    for (const unit of [1e-200, 1e-6, 1, 1e9, 1e200]) {
      const { relativeGap, provenGlobal } = certify(unit, unit * (1 - 5e-7), 'all', 1e-6);
      expect(relativeGap).toBeCloseTo(5e-7, 12);
      expect(provenGlobal).toBe(true);
      expect(certify(unit, unit * (1 - 2e-6), 'all', 1e-6).provenGlobal).toBe(false);
    }
    expect(certify(0, 0, 'all', 1e-6)).toMatchObject({ gap: 0, relativeGap: 0, provenGlobal: true });
  });
});
