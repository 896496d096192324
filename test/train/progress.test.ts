import { describe, expect, it } from 'vitest';
import { crossValidate, type Progress, ReLUClassifier, ReLURegressor, regularizationPath, relu, train } from '../../src/index.js';
import { families } from '../support/every-family.js';
import { taskOf } from '../support/family-task.js';
import { numbers } from '../support/kernel-harness.js';

/** What holds of every run of events: shares only grow, the last one is 1, and bounds are below objectives. */
function expectGrowing(heard: readonly { readonly fraction: number }[]): void {
  expect(heard.length).toBeGreaterThan(0);
  let before = 0;
  for (const { fraction } of heard) {
    expect(fraction).toBeGreaterThanOrEqual(before);
    expect(fraction).toBeLessThanOrEqual(1);
    before = fraction;
  }
  expect(before).toBe(1);
}

const columns = 2;
const data = numbers(40 * columns, 5, 2);
const X = Array.from({ length: 40 }, (_, k) => Array.from(data.subarray(k * columns, (k + 1) * columns)));
const y = X.map(([a, b]) => Math.abs(a) - b / 2);

describe('the share done', () => {
  it.each(families)('only grows, and ends with 1: $name', async (family) => {
    const { X, y, options } = taskOf(family);
    const heard: Progress[] = [];
    const onProgress = (progress: Progress) => void heard.push(progress);
    const result = await train(family.architecture(), X, y, { ...options, beta: 0.1, onProgress });
    expectGrowing(heard);
    const last = heard[heard.length - 1];
    expect(last.stage).toBe('conclude');
    for (const { objective, patternBound, patternGap, lowerBound } of heard) {
      expect(patternBound).toBeLessThanOrEqual(objective * (1 + 1e-12));
      expect(patternGap).toBeGreaterThanOrEqual(-1e-12);
      if (lowerBound !== null) expect(lowerBound).toBeLessThanOrEqual(result.certificate.objective * (1 + 1e-9));
    }
  });

  it('ends with 1 at a limit, too', async () => {
    const heard: Progress[] = [];
    const result = await train(relu(), X, y, { beta: 0.1, timeLimit: 1e-9, onProgress: (progress) => heard.push(progress) });
    expect(result.status).toBe('time-limit');
    expectGrowing(heard);
  });

  it('only grows over the values of a path, each of which is named', async () => {
    const heard: Progress[] = [];
    const points = await regularizationPath(relu(), X, y, { values: 4, onProgress: (progress) => void heard.push(progress) });
    expectGrowing(heard);
    const named = new Set(heard.map(({ beta }) => beta));
    for (const { beta } of points) expect(named.has(beta)).toBe(true);
  });

  it('only grows over the folds of a cross-validation, which are counted from 1 on', async () => {
    const heard: Progress[] = [];
    await crossValidate(relu(), X, y, { values: 3, folds: 3, onProgress: (progress) => void heard.push(progress) });
    expectGrowing(heard);
    const folds = heard.flatMap(({ fold }) => (fold === undefined ? [] : [fold]));
    expect(new Set(folds)).toEqual(new Set([1, 2, 3]));
    expect(new Set(heard.flatMap(({ folds }) => (folds === undefined ? [] : [folds])))).toEqual(new Set([3]));
  });

  it.each([undefined, 0.1])('only grows over the fit of estimators, beta %s', async (beta) => {
    for (const fitting of [
      (onProgress: (progress: { fraction: number }) => void) => new ReLURegressor({ beta }).fit(X, y, { onProgress }),
      (onProgress: (progress: { fraction: number }) => void) =>
        new ReLUClassifier({ beta }).fit(
          X,
          y.map((value) => (value > 0.5 ? 'high' : 'low')),
          { onProgress },
        ),
    ]) {
      const heard: { fraction: number }[] = [];
      await fitting((progress) => void heard.push(progress));
      expectGrowing(heard);
    }
  });
});
