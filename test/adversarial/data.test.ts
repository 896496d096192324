import { describe, expect, it } from 'vitest';
import { CvxnnError } from '../../src/errors.js';
import { trainSync } from '../../src/train.js';
import { architectures, type Case, objectiveOf, randomCase } from '../train/problems.js';

/** A result whose figures are true, whatever the status. */
function expectHonest(problem: Case) {
  const result = trainSync(problem.architecture, problem.X, problem.y, problem.options);
  const { objective, patternBound, patternGap } = result.certificate;
  expect(Math.abs(objectiveOf(result.network, problem) - objective)).toBeLessThanOrEqual(1e-10 * objective);
  expect(patternBound).toBeLessThanOrEqual(objective);
  expect(result.status === 'optimal').toBe(patternGap <= 1e-6);
  return result;
}

const change = (problem: Case, X: (row: number[], k: number) => number[]): Case => ({ ...problem, X: problem.X.map(X) });

describe('data that are hard on arithmetic', () => {
  const changes: Readonly<Record<string, (problem: Case) => Case>> = {
    'rows that differ by 1e-9': (problem) => ({
      ...problem,
      X: [...problem.X, ...problem.X.map((row) => row.map((x) => x * (1 + 1e-9)))],
      y: [...(problem.y as number[]), ...(problem.y as number[])],
    }),
    'rows along a line but for 1e-7': (problem) => change(problem, (row, k) => row.map((x) => problem.X[0][0] * k + 1e-7 * x)),
    'dependent and constant columns': (problem) => change(problem, (row) => [...row, row[0] + row[1], 0, 1]),
    'many zero rows': (problem) => change(problem, (row, k) => (k % 3 === 0 ? row : row.map(() => 0))),
    'a large mean': (problem) => change(problem, (row) => row.map((x) => 100 + x)),
    'rows of sizes 1e-9 to 1e9': (problem) => change(problem, (row, k) => row.map((x) => x * 10 ** ((k % 19) - 9))),
  };

  it.each(Object.keys(changes))('%s: the optimum at a usual beta', (name) => {
    for (let seed = 1; seed <= 4; seed++) {
      for (const patterns of ['auto', 'priced'] as const) {
        const problem = changes[name](randomCase({ rows: 10, columns: 2, seed, options: { beta: 0.5, patterns } }));
        expect(expectHonest(problem).status, `${name} ${patterns} seed ${seed}`).toBe('optimal');
      }
    }
  });

  it('columns of sizes 1e-9 to 1e9: all patterns are found, and beta in their units gives the optimum', () => {
    const problem = change(randomCase({ rows: 12, columns: 3, seed: 2 }), (row) => row.map((x, j) => x * [1e-9, 1, 1e9][j]));
    const { patternCount, status } = expectHonest({ ...problem, options: { beta: 1e8, patterns: 'all' } });
    // 12 planes in general position in four dimensions.
    expect(patternCount).toBe(2 * (1 + 11 + 55 + 165));
    expect(status).toBe('optimal');
  });

  // Each of these once ended with an InternalError: sigma grew until the Newton matrix overflowed.
  const tiny: Readonly<Record<string, () => Case>> = {
    'three rows, integers': () => randomCase({ rows: 3, columns: 2, seed: 10, weighted: true, options: { beta: 1e-8 } }),
    'a mean of 1000': () =>
      change(randomCase({ rows: 12, columns: 1, seed: 6, weighted: true, options: { beta: 1e-5 } }), (row) => [1000 + row[0]]),
    'rows of all sizes': () =>
      change(randomCase({ rows: 8, columns: 3, seed: 8, weighted: true, options: { beta: 1e-8 } }), (row, k) =>
        row.map((x) => x * 10 ** ((k % 19) - 9)),
      ),
    'columns of all sizes, priced': () =>
      change(randomCase({ rows: 40, columns: 3, seed: 2, weighted: true, options: { beta: 1e-5, patterns: 'priced' } }), (row) =>
        row.map((x, j) => x * [1e-9, 1, 1e9][j]),
      ),
    'logistic, one column': () =>
      randomCase({
        loss: 'logistic',
        rows: 40,
        columns: 1,
        seed: 9,
        options: { beta: 1e-4, patterns: 'priced', maxIterations: 300 },
      }),
  };
  it.each(Object.keys(tiny))('a beta below 1e-7 of the largest ends with a status, never an exception: %s', (name) => {
    expectHonest(tiny[name]());
  });

  it('sizes 1e-300 to 1e300 give a right answer or a typed error', () => {
    const plain = randomCase({ rows: 8, columns: 2, seed: 3, options: { bias: false } });
    const base = trainSync(plain.architecture, plain.X, plain.y, plain.options);
    const expected = base.certificate.objective;
    const fitted = base.network.predict(plain.X);
    for (const exponent of [-300, -160, -100, -20, 20, 100, 140, 160, 300]) {
      const unit = 10 ** exponent;
      const X = plain.X.map((row) => row.map((entry) => entry * unit));
      const features = trainSync(plain.architecture, X, plain.y, { ...plain.options, beta: 0.1 * unit });
      expect(Math.abs(features.certificate.objective / expected - 1), `X ${exponent}`).toBeLessThanOrEqual(1e-6);
      const y = (plain.y as number[]).map((entry) => entry * unit);
      const train = () => trainSync(plain.architecture, plain.X, y, { ...plain.options, beta: 0.1 * unit });
      if (exponent > 150) {
        // The objective itself is beyond the largest number.
        expect(train).toThrow(/^y is so large/);
        expect(train).toThrow(CvxnnError);
        continue;
      }
      const targets = train();
      expect(targets.status, `y ${exponent}`).toBe('optimal');
      // Predictions, because the objective, unit^2 times as large, may be below the smallest number.
      const fit = targets.network.predict(plain.X).map((entry) => entry / unit);
      fit.forEach((entry, k) => {
        // 1/2 |f - f*|^2 <= gap: the loss is 1-strongly convex in the fit.
        expect(Math.abs(entry - fitted[k]), `y ${exponent}`).toBeLessThanOrEqual(2 * Math.sqrt(2e-6 * expected));
      });
    }
  });

  it('the smallest of everything', () => {
    for (const [name, make] of Object.entries(architectures)) {
      for (const bias of [true, false]) {
        const result = trainSync(make(), [[1]], [1], { beta: 0.1, bias });
        expect(result.status, name).toBe('optimal');
        expect(trainSync(make(), [[0]], [1], { beta: 0.1, bias }).status, name).toBe('optimal');
      }
    }
  });
});
