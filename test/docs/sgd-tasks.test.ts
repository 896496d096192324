import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reachedBy } from '../../bench/sgd/objectives.js';
import { checkerboard, planted, spiral, xor } from '../../bench/sgd/points.js';
import { randomProblem } from '../../bench/sgd/reliability.js';
import { counts, shareWithin } from '../../bench/sgd/summaries.js';
import { accuracy, made, problemOf, rSquared, scoreOf, table, targetsOf } from '../../bench/sgd/tasks.js';
import { median, spread } from '../../bench/statistics.js';
import { relu, trainSync } from '../../src/index.js';

describe('made data', () => {
  it('xor and checkerboard have the labels of their squares, spirals two arms of radii that grow with the angle', () => {
    const { X, values } = checkerboard(200, 1, 0);
    X.forEach(([s, t], k) => {
      expect(values[k]).toBe((Math.floor(s) + Math.floor(t)) % 2);
    });
    const flipped = checkerboard(2000, 1, 0.2);
    const wrong = flipped.X.filter(([s, t], k) => flipped.values[k] !== (Math.floor(s) + Math.floor(t)) % 2);
    expect(wrong.length / 2000).toBeCloseTo(0.2, 1);
    const bumps = xor(500, 2);
    expect(
      accuracy(
        bumps.values,
        bumps.X.map(([s, t]) => (s * t > 0 ? 1 : 0)),
      ),
    ).toBeGreaterThan(0.9);
    const arms = spiral(100, 3);
    for (const [s, t] of arms.X) expect(Math.hypot(s, t)).toBeLessThan(1.6);
    expect(arms.values.filter((arm) => arm === 0).length).toBe(50);
  });

  it('planted rows are fresh for another stream, under the same teacher', () => {
    const [one, two] = [planted(30, 3, 4, 5, 0), planted(30, 3, 4, 5, 1)];
    expect(one.X).not.toEqual(two.X);
    expect(planted(30, 3, 4, 5, 0)).toEqual(one);
    // The teacher is a network of 4 neurons: one that is fitted to many rows of one stream predicts the other.
    const [train, test, other] = [planted(300, 2, 2, 6, 0), planted(300, 2, 2, 6, 1), planted(300, 2, 2, 7, 1)];
    const { network } = trainSync(relu(), train.X, [...train.values], { beta: 0.1, tolerance: 1e-3 });
    const score = ({ X, values }: typeof test) => rSquared(values, Array.from(network.predict(X)));
    expect(score(test)).toBeGreaterThan(0.8);
    expect(score(other)).toBeLessThan(0.3);
  });

  it('every task is standardized by its training rows', () => {
    for (const make of Object.values(made)) {
      const { train, test, classes } = make(1);
      const { data, rows, columns } = train.X;
      expect(test.X.columns).toBe(columns);
      for (let i = 0; i < columns; i++) {
        const column = Array.from({ length: rows }, (_, k) => data[k * columns + i]);
        expect(spread(column)).toBeCloseTo(1, 10);
      }
      if (classes === 0) expect(spread(train.values)).toBeCloseTo(1, 10);
    }
  });

  it('tables keep a quarter of the rows for the test, other ones for another seed', () => {
    const [one, two] = [table('penguins', 1), table('penguins', 2)];
    expect([one.train.X.rows, one.test.X.rows, one.classes]).toEqual([258, 86, 3]);
    expect(one.test.values).not.toEqual(two.test.values);
  });
});

describe('problems', () => {
  it('state the targets of labels and numbers, and beta as a share of the largest', async () => {
    const task = table('penguins', 1);
    const { data, outputs } = targetsOf(task);
    expect(outputs).toBe(3);
    task.train.values.forEach((value, k) => {
      expect(Array.from(data.subarray(3 * k, 3 * k + 3))).toEqual([0, 1, 2].map((c) => (c === value ? 1 : -1)));
    });
    const { X, y, n, d, beta, loss } = await problemOf(made.xor(1), 1.01);
    expect(loss).toBe('logistic');
    const { network } = trainSync(relu(), { data: X, shape: [n, d] }, y, { beta, loss, bias: false });
    expect(network.neurons).toBe(0);
  });

  it('random ones are small, with targets for their loss', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { X, y, n, d, loss, beta } = await randomProblem(seed);
      expect(X.length).toBe(n * d);
      expect(n).toBeGreaterThanOrEqual(10);
      expect(n).toBeLessThanOrEqual(40);
      if (loss === 'logistic') for (const label of y) expect(Math.abs(label)).toBe(1);
      expect(beta).toBeGreaterThan(0);
    }
  });
});

describe('scores', () => {
  it('are R^2, or the share of rows whose largest score is that of their class', () => {
    const part = { X: { data: new Float64Array(3), rows: 3, columns: 1 }, values: [0, 1, 2] };
    expect(scoreOf(3, part, [5, 1, 1, 1, 2, 3, -1, -2, 0])).toBeCloseTo(2 / 3, 12);
    expect(scoreOf(2, { ...part, values: [0, 1, 1] }, [-1, 2, -3])).toBeCloseTo(2 / 3, 12);
    expect(scoreOf(0, part, [0, 1, 2])).toBe(1);
    expect(scoreOf(0, part, [1, 1, 1])).toBe(0);
  });

  it('shares and counts are those of a plain loop', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1, max: 1.02, noNaN: true }), { minLength: 1, maxLength: 20 }), (values) => {
        const least = Math.min(...values);
        const plain = [1e-2, 1e-3, 1e-4].map((share) => {
          let count = 0;
          for (const value of values) if (value <= least * (1 + share)) count++;
          return count;
        });
        expect(counts(values, least)).toEqual(plain);
        expect(
          shareWithin(
            values.map((value) => value - 1),
            0.01,
          ) * values.length,
        ).toBeCloseTo(values.filter((value) => value - 1 <= 0.01).length, 9);
        const middle = median(values);
        expect(values.filter((value) => value <= middle).length).toBeGreaterThanOrEqual(values.length / 2);
        expect(values.filter((value) => value >= middle).length).toBeGreaterThanOrEqual(values.length / 2);
      }),
    );
  });

  it('a level is reached at its first point, or never', () => {
    const trace = [
      [0.1, 2],
      [0.2, 1.005],
      [0.3, 1.0005],
    ] as const;
    expect(reachedBy(trace, 1)).toEqual([0.2, 0.3]);
    expect(reachedBy(trace.slice(0, 1), 1)).toEqual([null, null]);
  });
});
