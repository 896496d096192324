import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { powerOfTwo } from '../../src/core/power-of-two.js';
import { Scope } from '../../src/core/scope.js';
import { type Problem, prepareData } from '../../src/program/training-data.js';
import { numbers } from '../support/kernel-harness.js';

describe('powerOfTwo', () => {
  it('is the power at or below a magnitude, from the smallest to the largest number', () => {
    for (const x of [1, 1.5, 2, 3.99, 4, 0.3, 1e-300, 5e-324, 1.7e308, 2 ** 1023, 2 ** -1074, 2 ** -1022]) {
      const power = powerOfTwo(x);
      expect(power).toBeLessThanOrEqual(x);
      expect(x / power).toBeLessThan(2);
      expect(powerOfTwo(-x)).toBe(power);
      expect(Number.isInteger(Math.log2(power))).toBe(true);
    }
    expect(powerOfTwo(0)).toBe(1);
  });
});

const problem = (changes: Partial<Problem> = {}): Problem => ({
  X: { data: numbers(12, 1), rows: 4, columns: 3 },
  bias: false,
  y: numbers(4, 2),
  outputs: 1,
  loss: 'squared',
  lossOptions: {},
  offset: null,
  sampleWeight: null,
  beta: 0.1,
  ...changes,
});

describe('prepareData', () => {
  const objective = (given: Problem, degree: number, v: Float64Array) => {
    const scope = new Scope(openKernelsSync());
    const data = prepareData(given, degree, scope);
    // Any block: fit = X v in either units.
    const scaled = v.map((entry) => entry / data.blockScale);
    const X = scope.copyOut(data.X);
    const fit = Float64Array.from({ length: 4 }, (_, k) => {
      const z = scaled.reduce((sum, entry, j) => sum + entry * X[3 * k + j], 0);
      return degree === 2 ? z * z : z;
    });
    const norm = Math.sqrt(scaled.reduce((sum, entry) => sum + entry * entry, 0));
    return { data, value: (data.loss.value(scope.copyIn(fit)) + data.beta * norm) * data.objectiveScale };
  };

  it('states the same objective in other units, for every size of data, targets and weights', () => {
    for (const loss of ['squared', 'huber'] as const) {
      for (const [size, target, weight] of [
        [1, 1, 1],
        [1e-9, 1e6, 3],
        [1e150, 1e-100, 1e-5],
        [1e-300, 1, 1e9],
        [1, 1e100, 1],
      ]) {
        const X = { data: numbers(12, 1, size), rows: 4, columns: 3 };
        const y = numbers(4, 2, target);
        const sampleWeight = numbers(4, 3).map((entry) => weight * (entry + 1.5));
        const beta = 0.1 * weight * size * target;
        const given = problem({ X, y, loss, sampleWeight, beta, lossOptions: { huberDelta: 0.3 * target } });
        const v = numbers(3, 4, target / size);
        const { value, data } = objective(given, 1, v);
        let expected = 0;
        for (let k = 0; k < 4; k++) {
          // In units of the targets, so that nothing overflows here either.
          const f = v.reduce((sum, entry, j) => sum + (entry / (target / size)) * (X.data[3 * k + j] / size), 0);
          const r = Math.abs(y[k] / target - f);
          const own = loss === 'squared' || r <= 0.3 ? 0.5 * r * r : 0.3 * (r - 0.15);
          expected += (sampleWeight[k] / weight) * own;
        }
        expected += 0.1 * Math.sqrt(v.reduce((sum, entry) => sum + (entry / (target / size)) ** 2, 0));
        expect(Math.abs(value / target / target / weight / expected - 1)).toBeLessThanOrEqual(1e-13);
        expect(data.fitScale).toBe(powerOfTwo(Math.max(...y.map(Math.abs))));
      }
    }
  });

  it('keeps labels, and leaves X as it is where units may not be rescaled', () => {
    const given = problem({
      loss: 'logistic',
      y: Float64Array.of(1, -1, -1, 1),
      X: { data: numbers(12, 1, 1e5), rows: 4, columns: 3 },
    });
    const scope = new Scope(openKernelsSync());
    const data = prepareData(given, 0, scope);
    expect(scope.copyOut(data.X)).toEqual(given.X.data);
    expect([data.fitScale, data.objectiveScale, data.blockScale, data.beta]).toEqual([1, 1, 1, 0.1]);
    expect(prepareData(given, 1, scope).fitScale).toBe(1);
  });

  it('knows the length of every row, zero for zero rows', () => {
    const X = { data: Float64Array.of(3, 4, 0, 0, 0, 0, 1e-200, 0, 0, 1, 1, 1), rows: 4, columns: 3 };
    const scope = new Scope(openKernelsSync());
    const data = prepareData(problem({ X }), 1, scope);
    const inverse = scope.copyOut(data.inverseNorms);
    // Rows are those of X over 4; a row whose square underflows constrains nothing.
    expect(inverse[0]).toBe(1 / 1.25);
    expect([inverse[1], inverse[2]]).toEqual([0, 0]);
    expect(inverse[3]).toBeCloseTo(4 / Math.sqrt(3), 14);
  });
});
