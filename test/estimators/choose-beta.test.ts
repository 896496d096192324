import { describe, expect, it } from 'vitest';
import { crossValidateSync, GatedReLUClassifier, ReLUClassifier, ReLURegressor, relu } from '../../src/index.js';
import { createRandom } from '../../src/random.js';

/** Points of the plane whose classes alternate like the fields of a board with 4 x 4 fields. */
function board(rows: number, seed: number) {
  const random = createRandom(seed);
  const X = Array.from({ length: rows }, () => [4 * random.uniform(), 4 * random.uniform()]);
  const y = X.map(([a, b]) => ((Math.floor(a) + Math.floor(b)) % 2 === 0 ? 'light' : 'dark'));
  return { X, y };
}

/** Columns that say nothing about the targets. */
function noise(rows: number, columns: number, seed: number) {
  const random = createRandom(seed);
  const X = Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.normal()));
  return { X, y: X.map(() => random.normal()) };
}

describe('the choice of beta', () => {
  it('does not end where the first networks are no better than none: a checkerboard', () => {
    const train = board(300, 1);
    const test = board(600, 2);
    const model = new ReLUClassifier().fitSync(train.X, train.y);
    expect(model.network.neurons).toBeGreaterThan(10);
    expect(model.score(test.X, test.y)).toBeGreaterThan(0.75);
  });

  it('counts values without a better score only after one was better than the first', () => {
    const places = [3, 4, 5].map((seed) => {
      const { X, y } = board(120, seed);
      const centred = X.map(([a, b]) => [a - 2, b - 2]);
      const signs = y.map((label) => (label === 'light' ? 1 : -1));
      const options = { loss: 'logistic', scoring: 'loss', patience: 1, values: 12, ratio: 1e-4, folds: 3 } as const;
      const { mean, best, betas } = crossValidateSync(relu(), centred, signs, options);
      expect(mean[0]).toBeCloseTo(-Math.log(2), 1);
      const better = mean.findIndex((score) => score > mean[0]);
      // From there on the first value that is not better is the last one.
      const after = Array.from(mean.slice(better));
      const worse = after.findIndex((score, k) => k > 0 && score <= Math.max(...after.slice(0, k)));
      expect(worse === -1 ? betas.length === 12 : worse === after.length - 1).toBe(true);
      expect(best.score).toBe(Math.max(...mean));
      return better;
    });
    expect(Math.max(...places)).toBeGreaterThan(2);
  });

  it.each([
    [60, 4],
    [120, 20],
  ])('predicts next to the mean where %i x %i columns of noise say nothing', (rows, columns) => {
    const { X, y } = noise(rows, columns, 5);
    const model = new ReLURegressor({ patterns: { sample: 40 } }).fitSync(X, y);
    const held = noise(400, columns, 6);
    expect(model.score(held.X, held.y)).toBeGreaterThan(-0.25);
    expect(model.score(X, y)).toBeLessThan(0.6);
  });

  it('is the same for labels of any kind and order, and of any names', () => {
    const { X, y } = board(120, 7);
    const made = (label: (name: string) => string | number | boolean) =>
      new GatedReLUClassifier({ patterns: { sample: 30 } }).fitSync(X, y.map(label)).beta;
    const beta = made((name) => name);
    expect(made((name) => (name === 'light' ? 1 : 0))).toBe(beta);
    expect(made((name) => name === 'light')).toBe(beta);
    expect(made((name) => (name === 'light' ? 'z' : 'a'))).toBe(beta);
  });

  it('takes the largest beta within one standard error where that is asked for', () => {
    const { X, y } = board(200, 9);
    const options = { patterns: { sample: 40 } } as const;
    const best = new ReLUClassifier(options).fitSync(X, y);
    const simple = new ReLUClassifier({ ...options, oneStandardError: true }).fitSync(X, y);
    expect(simple.beta).toBeGreaterThanOrEqual(best.beta);
    expect(simple.network.weightPenalty()).toBeLessThanOrEqual(best.network.weightPenalty() * (1 + 1e-9));
  });
});
