import { describe, expect, it } from 'vitest';
import { fitStandardization, standardize } from '../../src/data/standardize.js';
import { ArgumentError } from '../../src/errors.js';
import * as library from '../../src/index.js';
import { numbers } from '../support/kernel-harness.js';

const { ReLUClassifier, ReLURegressor, trainSync, relu, betaMax } = library;
const noise = numbers(10, 3);
const usual = Array.from({ length: 10 }, (_, k) => noise[k]);
const y = usual.map((x, k) => Math.abs(x) + 0.05 * k);
/** Sizes whose reciprocal overflows, down to the least positive double. */
const sizes = [1e-305, 1e-308, 1e-310, 5e-324];
const models = Object.entries(library).filter(([name]) => /^(?!Convolutional).*Regressor$/.test(name)) as unknown as [
  string,
  typeof ReLURegressor,
][];

describe.each(sizes)('a column of numbers about %d', (size) => {
  const beside = usual.map((x, k) => [k * size, x]);
  const alone = usual.map((_, k) => [k * size]);

  it('counts as constant, and is only centred', () => {
    const data = Float64Array.from(beside.flat());
    const scaling = fitStandardization({ data, rows: 10, columns: 2 });
    expect(scaling.scales[0]).toBe(1);
    expect(scaling.scales[1]).toBeGreaterThan(0.1);
    standardize({ data, rows: 10, columns: 2 }, scaling).data.forEach((entry, at) => {
      if (at % 2 === 0) expect(Math.abs(entry)).toBeLessThanOrEqual(10 * size);
    });
  });

  it.each(models)('leaves %s what the other columns tell', (_name, Model) => {
    const options = { beta: 0.05, seed: 1 };
    const model = new Model(options).fitSync(beside, y);
    const without = new Model(options).fitSync(
      usual.map((x) => [0, x]),
      y,
    );
    expect(model.status).toBe('optimal');
    const change = model.certificate.objective / without.certificate.objective - 1;
    expect(Math.abs(change)).toBeLessThanOrEqual(2e-6);
    expect(model.predict(beside).every(Number.isFinite)).toBe(true);
    expect(JSON.stringify(model)).not.toContain('null,null');
  });

  it('alone tells nothing: the mean, or the class there is more of', () => {
    const model = new ReLURegressor({ beta: 1e-3 }).fitSync(alone, y);
    const mean = y.reduce((sum, target) => sum + target, 0) / y.length;
    for (const value of model.predict(alone)) expect(value).toBeCloseTo(mean, 1);
    const labels = usual.map((_, k) => (k < 7 ? 'many' : 'few'));
    expect(new Set(new ReLUClassifier({ beta: 1e-2 }).fitSync(alone, labels).predict(alone))).toEqual(new Set(['many']));
  });

  it('without a bias is refused before any work, by the name of the matrix', async () => {
    const argumentOf = (action: () => unknown) => {
      try {
        action();
      } catch (error) {
        return error instanceof ArgumentError ? [error.argument, error.expected] : error;
      }
      return 'nothing thrown';
    };
    const refusal = ['X', 'an entry of at least 1e-302, or zeros only (rescale the data)'];
    expect(argumentOf(() => trainSync(relu(), alone, y, { beta: 5e-324, bias: false }))).toEqual(refusal);
    expect(argumentOf(() => new ReLURegressor({ beta: 1, bias: false }).fitSync(alone, y))).toEqual(refusal);
    await expect(betaMax(relu(), alone, y, { bias: false })).rejects.toThrow(/^X is at most .* in magnitude/);
    // Zeros are no numbers too small: nothing can be learned, and that is the answer.
    const zeros = trainSync(
      relu(),
      alone.map(() => [0]),
      y,
      { beta: 1, bias: false },
    );
    expect(zeros.certificate.objective).toBeCloseTo(y.reduce((sum, target) => sum + target * target, 0) / 2, 12);
  });
});

it('1e-300 is still a size like any other', () => {
  const spread = (unit: number) =>
    new ReLURegressor({ beta: 0.05 }).fitSync(
      usual.map((x) => [x * unit]),
      y,
    );
  const [tiny, plain] = [spread(1e-299), spread(1)];
  expect(Math.abs(tiny.certificate.objective / plain.certificate.objective - 1)).toBeLessThanOrEqual(2e-6);
});
