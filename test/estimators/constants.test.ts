import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestConstants } from '../../src/estimators/constants.js';
import { probabilities } from '../../src/network/decision.js';
import type { LossName } from '../../src/program/losses.js';
import { lossNames } from '../support/loss-cases.js';
import { lossOf } from '../train/problems.js';

/** Classes as an estimator encodes them: signs or 0/1, row-major. */
function encoded(classes: readonly number[], outputs: number, loss: LossName): Float64Array {
  if (outputs === 1) return Float64Array.from(classes, (c) => (c === 1 ? 1 : -1));
  const signs = loss === 'logistic' || loss === 'squaredHinge';
  return Float64Array.from(classes.flatMap((own) => Array.from({ length: outputs }, (_, c) => (c === own ? 1 : signs ? -1 : 0))));
}

function meanLoss(
  loss: LossName,
  constants: readonly number[],
  targets: Float64Array,
  weights: Float64Array | null,
  delta: number,
) {
  const outputs = constants.length;
  let sum = 0;
  for (let k = 0; k < targets.length / outputs; k++)
    sum +=
      (weights ? weights[k] : 1) * lossOf(loss, constants, Array.from(targets.subarray(k * outputs, (k + 1) * outputs)), delta);
  return sum;
}

const shares = (classes: readonly number[], outputs: number, weights: Float64Array | null) => {
  const count = Math.max(2, outputs);
  const sums = new Float64Array(count);
  classes.forEach((c, k) => {
    sums[c] += weights ? weights[k] : 1;
  });
  const total = sums.reduce((a, b) => a + b, 0);
  return sums.map((sum) => sum / total);
};

const tables = fc
  .record({
    classes: fc.integer({ min: 2, max: 5 }),
    rows: fc.integer({ min: 5, max: 40 }),
    weighted: fc.boolean(),
    seed: fc.nat(1e6),
  })
  .map(({ classes, rows, weighted, seed }) => {
    const at = (k: number) => (Math.imul(k + 1, 2654435761) ^ Math.imul(seed + 1, 40503)) >>> 0;
    // Every class is there.
    const labels = Array.from({ length: rows }, (_, k) => (k < classes ? k : at(k) % classes));
    const weights = weighted ? Float64Array.from(labels, (_, k) => 0.1 + (at(k + 99) % 1000) / 300) : null;
    return { labels, weights, outputs: classes === 2 ? 1 : classes };
  });

describe.each(lossNames)('the best constant of %s', (name) => {
  it.each([0.3, 1, 3])('has a smaller loss than any other (delta %d)', (delta) => {
    fc.assert(
      fc.property(tables, ({ labels, weights, outputs }) => {
        const loss = outputs === 1 && name === 'softmax' ? 'logistic' : name;
        const targets = encoded(labels, outputs, loss);
        const constants = Array.from(bestConstants({ targets, outputs, weights }, loss, delta));
        const least = meanLoss(loss, constants, targets, weights, delta);
        for (const step of [1e-6, 1e-3, 0.1, 1, -1e-6, -1e-3, -0.1, -1])
          for (let c = 0; c < outputs; c++) {
            const other = constants.map((entry, i) => entry + (i === c ? step : 0));
            expect(meanLoss(loss, other, targets, weights, delta)).toBeGreaterThanOrEqual(least * (1 - 1e-13));
          }
      }),
      { numRuns: 40, seed: 3 },
    );
  });

  if (name !== 'huber')
    it('makes a score whose probabilities are the weighted shares', () => {
      fc.assert(
        fc.property(tables, ({ labels, weights, outputs }) => {
          const loss = outputs === 1 && name === 'softmax' ? 'logistic' : name;
          const constants = bestConstants({ targets: encoded(labels, outputs, loss), outputs, weights }, loss, 1);
          const found = probabilities(constants, outputs, loss).data;
          shares(labels, outputs, weights).forEach((share, c) => {
            expect(Math.abs(found[c] - share)).toBeLessThanOrEqual(4e-15);
          });
        }),
        { numRuns: 60, seed: 4 },
      );
    });

  it('is the same for rows repeated as often as their weights, and for all weights times two', () => {
    const labels = [0, 1, 2, 1, 1, 0, 2, 1];
    const times = [1, 2, 3, 1, 0, 2, 1, 1];
    const again = labels.flatMap((label, k) => new Array<number>(times[k]).fill(label));
    const weights = Float64Array.from(times);
    const once = bestConstants({ targets: encoded(labels, 3, name), outputs: 3, weights }, name, 0.4);
    const doubled = bestConstants(
      { targets: encoded(labels, 3, name), outputs: 3, weights: weights.map((w) => 2 * w) },
      name,
      0.4,
    );
    expect(bestConstants({ targets: encoded(again, 3, name), outputs: 3, weights: null }, name, 0.4)).toEqual(once);
    doubled.forEach((entry, c) => {
      expect(entry).toBeCloseTo(once[c], 14);
    });
  });

  it.each([1, 3, 5])('is finite where a class has no weight (%d outputs)', (outputs) => {
    const loss = outputs === 1 && name === 'softmax' ? 'logistic' : name;
    const absent = outputs === 1 ? 1 : 2;
    const labels = Array.from({ length: 30 }, (_, k) => k % Math.max(2, outputs));
    for (const size of [1, 1e-3, 1e3]) {
      const weights = Float64Array.from(labels, (label) => (label === absent ? 0 : size));
      const constants = bestConstants({ targets: encoded(labels, outputs, loss), outputs, weights }, loss, 1);
      expect(Array.from(constants).every(Number.isFinite)).toBe(true);
      const found = probabilities(constants, outputs, loss).data;
      expect(found[absent]).toBeLessThan(0.12);
      expect(found[absent]).toBeLessThanOrEqual(Math.min(...found.filter((_, c) => c !== absent)));
    }
  });
});

describe('by hand', () => {
  const rows = { targets: encoded([0, 0, 0, 1], 1, 'logistic'), outputs: 1, weights: null };

  it('one row of four is log-odds of -log 3, a mean of -1/2', () => {
    expect(bestConstants(rows, 'logistic', 1)[0]).toBeCloseTo(-Math.log(3), 15);
    expect(bestConstants(rows, 'squaredHinge', 1)[0]).toBe(-0.5);
    expect(bestConstants(rows, 'squared', 1)[0]).toBe(-0.5);
  });

  it('the Huber loss moves less than the mean where it is linear: 1/3 of delta from the heavier label', () => {
    expect(bestConstants(rows, 'huber', 0.6)[0]).toBeCloseTo(-1 + 0.2, 15);
    expect(bestConstants(rows, 'huber', 2)[0]).toBe(-0.5);
  });

  it('equal halves are zero for every loss', () => {
    for (const name of ['logistic', 'squaredHinge', 'squared', 'huber'] as const)
      expect(bestConstants({ targets: Float64Array.of(1, -1), outputs: 1, weights: null }, name, 0.5)[0]).toBe(0);
  });

  it('an absent class counts as half a row: log(0.5/8)', () => {
    const ones = { targets: new Float64Array(8).fill(1), outputs: 1, weights: null };
    expect(bestConstants(ones, 'logistic', 1)[0]).toBeCloseTo(Math.log(16), 14);
  });
});
