import { describe, expect, it } from 'vitest';
import type { TrainOptions } from '../../src/options.js';
import { trainSync } from '../../src/train.js';
import { numbers } from '../support/kernel-harness.js';
import { lossNames } from '../support/loss-cases.js';
import { type Case, lossOf, randomCase } from './problems.js';

const solve = ({ architecture, X, y, options }: Case, changes: Partial<TrainOptions> = {}) =>
  trainSync(architecture, X, y, { ...options, ...changes });

/** Plain gradient descent on the non-convex ReLU objective from random weights; the smallest objective met. */
function descend({ X, y, options }: Case, width: number, seed: number): number {
  const { loss = 'squared', beta } = options;
  const d = X[0].length + 1;
  const rows = X.map((row) => [...row, 1]);
  const w = numbers(width * d, seed);
  const a = numbers(width, seed + 77);
  const targets = y as number[];
  let best = Number.POSITIVE_INFINITY;
  let rate = 0.02;
  let last = Number.POSITIVE_INFINITY;
  for (let step = 0; step < 600; step++) {
    const gw = w.map((entry) => beta * entry);
    const ga = a.map((entry) => beta * entry);
    let objective = 0;
    for (const entry of [...w, ...a]) objective += (beta / 2) * entry * entry;
    rows.forEach((row, k) => {
      const z = Array.from({ length: width }, (_, j) => row.reduce((sum, x, i) => sum + x * w[j * d + i], 0));
      const f = z.reduce((sum, value, j) => sum + Math.max(value, 0) * a[j], 0);
      objective += lossOf(loss, [f], [targets[k]], 1);
      const h = 1e-6;
      const slope = (lossOf(loss, [f + h], [targets[k]], 1) - lossOf(loss, [f - h], [targets[k]], 1)) / (2 * h);
      for (let j = 0; j < width; j++) {
        if (z[j] <= 0) continue;
        ga[j] += slope * z[j];
        for (let i = 0; i < d; i++) gw[j * d + i] += slope * a[j] * row[i];
      }
    });
    best = Math.min(best, objective);
    rate *= objective > last ? 0.5 : 1.03;
    last = objective;
    w.forEach((_, i) => {
      w[i] -= rate * gw[i];
    });
    a.forEach((_, j) => {
      a[j] -= rate * ga[j];
    });
  }
  return best;
}

describe('no network is below the bound', () => {
  it.each(['squared', 'logistic', 'squaredHinge', 'huber'] as const)('%s: random ones improved by gradient descent', (loss) => {
    let close = 0;
    for (let seed = 1; seed <= 4; seed++) {
      const problem = randomCase({ loss, rows: 8 + seed, columns: 2, seed, options: { beta: 0.1 } });
      const { lowerBound, objective } = solve(problem).certificate;
      expect(lowerBound).not.toBeNull();
      for (let start = 1; start <= 6; start++) {
        const reached = descend(problem, 12, 10 * seed + start);
        expect(reached).toBeGreaterThanOrEqual((lowerBound as number) * (1 - 1e-12));
        if (reached <= objective * 1.4) close++;
      }
    }
    // The search must be able to come near: else it could not show anything.
    expect(close).toBeGreaterThan(3);
  });
});

describe('scaling laws', () => {
  const recipes = lossNames.filter((loss) => loss !== 'softmax').map((loss) => ({ loss }));

  it.each(recipes)('$loss: features and beta times a power of two give the same bits', ({ loss }) => {
    const problem = randomCase({ loss, rows: 12, columns: 2, seed: 4, options: { bias: false } });
    const plain = solve(problem);
    for (const unit of [2 ** -40, 2 ** 40]) {
      const X = problem.X.map((row) => row.map((entry) => entry * unit));
      const scaled = solve({ ...problem, X }, { beta: problem.options.beta * unit });
      expect(scaled.certificate).toEqual(plain.certificate);
      expect(scaled.network.predict(X)).toEqual(plain.network.predict(problem.X));
    }
  });

  it('squared: targets and beta times a power of two give the same bits', () => {
    const problem = randomCase({ rows: 12, columns: 2, seed: 4 });
    const plain = solve(problem);
    for (const unit of [2 ** -60, 2 ** 60]) {
      const y = (problem.y as number[]).map((entry) => entry * unit);
      const scaled = solve({ ...problem, y }, { beta: problem.options.beta * unit });
      expect(scaled.certificate.objective).toBe(plain.certificate.objective * unit * unit);
      expect(scaled.network.predict(problem.X)).toEqual(plain.network.predict(problem.X).map((entry) => entry * unit));
    }
  });

  it('the objective scales with any other unit, 1e-9 to 1e9', () => {
    const problem = randomCase({ rows: 14, columns: 2, seed: 2 });
    const plain = solve({ ...problem, options: { ...problem.options, bias: false } }).certificate.objective;
    for (const unit of [1e-9, 1e-3, 7, 1e9]) {
      const X = problem.X.map((row) => row.map((entry) => entry * unit));
      const y = (problem.y as number[]).map((entry) => entry * unit);
      const options = { ...problem.options, bias: false };
      const features = solve({ ...problem, X, options }, { beta: options.beta * unit });
      expect(Math.abs(features.certificate.objective / plain - 1)).toBeLessThanOrEqual(1e-6);
      const targets = solve({ ...problem, y, options }, { beta: options.beta * unit });
      expect(Math.abs(targets.certificate.objective / (unit * unit) / plain - 1)).toBeLessThanOrEqual(1e-6);
    }
  });
});

describe('the same data in another form', () => {
  const agree = (a: Case, b: Case) => {
    const [first, second] = [solve(a).certificate, solve(b).certificate];
    expect(Math.abs(first.objective / second.objective - 1)).toBeLessThanOrEqual(2e-6);
    expect(first.lowerBound as number).toBeLessThanOrEqual(second.objective);
    expect(second.lowerBound as number).toBeLessThanOrEqual(first.objective);
  };

  it.each(lossNames)('%s: rows in another order, rows twice, a column of zeros', (loss) => {
    for (let seed = 1; seed <= 5; seed++) {
      const problem = randomCase({ loss, outputs: loss === 'softmax' ? 3 : 1, rows: 11, columns: 2, seed });
      const { X, y, options } = problem;
      agree(problem, { ...problem, X: X.slice().reverse(), y: y.slice().reverse() as typeof y });
      const twice = { ...problem, X: [...X, ...X], y: [...y, ...y] as typeof y };
      agree({ ...problem, options: { ...options, sampleWeight: X.map(() => 2) } }, twice);
      agree(problem, { ...problem, X: X.map((row) => [row[0], 0, row[1]]) });
      // Weight zero: as if the row were not there.
      const without = { ...problem, X: X.slice(1), y: y.slice(1) as typeof y };
      agree({ ...problem, options: { ...options, sampleWeight: X.map((_, k) => (k === 0 ? 0 : 1)) } }, without);
    }
  });

  it('a rotation of the features changes nothing', () => {
    const problem = randomCase({ rows: 13, columns: 2, seed: 6 });
    agree(problem, { ...problem, X: problem.X.map(([a, b]) => [0.6 * a - 0.8 * b, 0.8 * a + 0.6 * b]) });
  });

  it('a smaller beta never costs more, and the optimum is concave in beta', () => {
    const problem = randomCase({ rows: 12, columns: 2, seed: 7 });
    const values = [0.05, 0.1, 0.15, 0.2].map((beta) => solve(problem, { beta }).certificate.objective);
    for (let i = 1; i < values.length; i++) expect(values[i]).toBeGreaterThanOrEqual(values[i - 1]);
    for (let i = 1; i + 1 < values.length; i++) {
      expect(values[i]).toBeGreaterThanOrEqual(((values[i - 1] + values[i + 1]) / 2) * (1 - 2e-6));
    }
  });
});
