import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, lossNames, probabilities, targetEncoding } from '../../src/network/decision.js';
import { EPSILON, vector } from './networks.js';

const scores = fc.oneof(
  fc.integer({ min: -3e7, max: 3e7 }).map((k) => k / 1e7),
  fc.integer({ min: -50, max: 50 }),
);
const rows = (outputs: number) => fc.integer({ min: 1, max: 5 }).chain((n) => vector(n * outputs, scores));

describe('decide', () => {
  it('splits one score at zero, zero included in class 1', () => {
    expect([...decide(Float64Array.of(-1, -Number.MIN_VALUE, 0, 3), 1)]).toEqual([0, 0, 1, 1]);
  });

  it('takes the largest of several, the first of equals', () => {
    expect([...decide(Float64Array.of(1, 2, 3, 5, 5, 4, -1, -3, -1), 3)]).toEqual([2, 0, 0]);
  });
});

describe('probabilities', () => {
  it.each(lossNames.flatMap((loss) => [2, 3, 5].map((outputs) => [loss, outputs] as const)))(
    'are a distribution in every row, and the decision has the largest (%s, %i outputs)',
    (loss, outputs) => {
      fc.assert(
        fc.property(rows(outputs), (values) => {
          const table = probabilities(values, outputs, loss);
          expect(table.shape).toEqual([values.length / outputs, outputs]);
          const decisions = decide(values, outputs);
          table.toArray().forEach((row, i) => {
            expect(row.every((p) => p >= 0 && p <= 1)).toBe(true);
            expect(Math.abs(row.reduce((sum, p) => sum + p, 0) - 1)).toBeLessThanOrEqual(outputs * EPSILON);
            expect(row[decisions[i]]).toBe(Math.max(...row));
          });
        }),
      );
    },
  );

  it.each(['squared', 'logistic', 'squaredHinge', 'huber'] as const)('of two classes agree with the decision (%s)', (loss) => {
    fc.assert(
      fc.property(rows(1), (values) => {
        const decisions = decide(values, 1);
        probabilities(values, 1, loss)
          .toArray()
          .forEach(([p0, p1], i) => {
            expect(Math.abs(p0 + p1 - 1)).toBeLessThanOrEqual(EPSILON);
            expect(decisions[i] === 1 ? p1 >= p0 : p0 >= p1).toBe(true);
          });
      }),
    );
  });

  it('follow the logistic function, small tails included', () => {
    const values = [-700, -40, -1, 0, 0.3, 2, 40, 700];
    probabilities(Float64Array.from(values), 1, 'logistic')
      .toArray()
      .forEach(([p0, p1], i) => {
        const expected = [1 / (1 + Math.exp(values[i])), 1 / (1 + Math.exp(-values[i]))];
        expect(Math.abs(p0 - expected[0])).toBeLessThanOrEqual(8 * EPSILON * expected[0]);
        expect(Math.abs(p1 - expected[1])).toBeLessThanOrEqual(8 * EPSILON * expected[1]);
      });
  });

  it('follow softmax, whatever is added to a row', () => {
    const row = [1, 2, 0.5];
    const weights = row.map(Math.exp);
    const total = weights[0] + weights[1] + weights[2];
    for (const shift of [0, 1024, -1024]) {
      const [actual] = probabilities(
        Float64Array.from(row, (value) => value + shift),
        3,
        'softmax',
      ).toArray();
      for (const [c, p] of actual.entries()) expect(Math.abs(p - weights[c] / total)).toBeLessThanOrEqual(16 * EPSILON);
    }
  });

  it('are the clipped mean of the targets for losses without a model of the noise', () => {
    for (const loss of ['squared', 'squaredHinge', 'huber'] as const) {
      expect(probabilities(Float64Array.of(-3, -0.5, 0, 0.5, 3), 1, loss).toArray()).toEqual([
        [1, 0],
        [0.75, 0.25],
        [0.5, 0.5],
        [0.25, 0.75],
        [0, 1],
      ]);
    }
    expect(probabilities(Float64Array.of(0.25, 0.5, 0.25, 3, -1, 0), 3, 'squared').toArray()).toEqual([
      [0.25, 0.5, 0.25],
      [1, 0, 0],
    ]);
    expect(probabilities(Float64Array.of(0, 0, -1), 3, 'squaredHinge').toArray()).toEqual([[0.5, 0.5, 0]]);
  });

  it('are uniform where every class is excluded', () => {
    expect(probabilities(Float64Array.of(-5, -6), 2, 'squared').toArray()).toEqual([[0.5, 0.5]]);
    expect(probabilities(Float64Array.of(-800, -800), 2, 'logistic').toArray()).toEqual([[0.5, 0.5]]);
  });
});

describe('targetEncoding', () => {
  it('is -1/+1 for one output and for margins, else 0/1', () => {
    expect(lossNames.map((loss) => targetEncoding(loss, 1))).toEqual(['signs', 'signs', 'signs', 'signs', 'signs']);
    expect(lossNames.map((loss) => targetEncoding(loss, 3))).toEqual(['one-hot', 'signs', 'signs', 'one-hot', 'one-hot']);
  });
});
