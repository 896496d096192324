import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { leakyRelu } from '../../src/architectures/two-layer.js';
import { gatedRelu, relu, type TrainOptions, type TrainResult, train, trainSync } from '../../src/index.js';
import { numbers } from '../support/kernel-harness.js';

const rowsOf = (flat: ArrayLike<number>, d: number) =>
  Array.from({ length: flat.length / d }, (_, k) => Array.from({ length: d }, (__, j) => flat[k * d + j]));

/** Targets of three ReLU units plus noise. */
function problem(n: number, d: number, seed: number) {
  const X = rowsOf(numbers(n * d, seed), d);
  const W = rowsOf(numbers(3 * (d + 1), seed + 1), d + 1);
  const noise = numbers(n, seed + 2, 0.2);
  const y = X.map((row, k) => {
    const units = W.map((w) =>
      Math.max(
        0,
        row.reduce((sum, entry, j) => sum + entry * w[j], w[d]),
      ),
    );
    return units[0] - units[1] + units[2] + noise[k];
  });
  return { X, y };
}

function expectProven({ certificate, status }: TrainResult, tolerance = 1e-6): void {
  expect(status).toBe('optimal');
  expect(certificate.patterns).toBe('certified');
  expect(certificate.provenGlobal).toBe(true);
  expect(certificate.relativeGap).toBeLessThanOrEqual(tolerance);
  expect(certificate.lowerBound).toBeLessThanOrEqual(certificate.objective);
}

describe("patterns: 'certified'", () => {
  it.each(['logistic-n60-d2', 'squared-n100-d2', 'squared-n100-d4', 'squared-n200-d3'])('reaches the reference: %s', (name) => {
    const file = new URL(`../reference/certified-${name}.json`, import.meta.url);
    const { data, beta, loss, params, optimum, lower_bound } = JSON.parse(readFileSync(file, 'utf8'));
    const X = rowsOf(data.X.data, data.X.shape[1]);
    const y = (data.y ?? data.Y).data;
    const result = trainSync(relu(), X, y, { beta, loss, bias: params.bias, patterns: 'certified' });
    expectProven(result);
    const { objective, lowerBound } = result.certificate;
    expect(objective).toBeGreaterThanOrEqual(lower_bound * (1 - 1e-9));
    expect(objective).toBeLessThanOrEqual(optimum * (1 + 1e-6));
    expect(lowerBound).toBeLessThanOrEqual(optimum * (1 + 1e-9));
  });

  const settings: [string, Partial<TrainOptions>][] = [
    ['squared', {}],
    ['logistic', { loss: 'logistic' }],
    ['squared hinge', { loss: 'squaredHinge' }],
    ['Huber', { loss: 'huber', huberDelta: 0.3 }],
    ['no bias', { bias: false }],
    ['weights', { sampleWeight: numbers(16, 3).map((w) => Math.abs(w)) }],
    ['tiny beta', { beta: 1e-3 }],
    ['large beta', { beta: 100 }],
  ];
  it.each(settings)('has the optimum of all patterns, listed: %s', (_name, options) => {
    for (const [seed, architecture] of [relu(), leakyRelu(0.2), leakyRelu(-0.5)].entries()) {
      const { X, y } = problem(16, 2, seed + 1);
      const labels = options.loss === 'logistic' || options.loss === 'squaredHinge' ? y.map((v) => (v > 0 ? 1 : -1)) : y;
      const all = trainSync(architecture, X, labels, { beta: 0.1, ...options, patterns: 'all', tolerance: 1e-8 });
      const certified = trainSync(architecture, X, labels, { beta: 0.1, ...options, patterns: 'certified' });
      expectProven(certified);
      expect(certified.certificate.objective).toBeGreaterThanOrEqual((all.certificate.lowerBound ?? 0) * (1 - 1e-9));
      expect(certified.certificate.lowerBound).toBeLessThanOrEqual(all.certificate.objective * (1 + 1e-9));
    }
  });

  it('is right for degenerate rows at scales from 1e-9 to 1e9', () => {
    const base = problem(18, 3, 9);
    const X = base.X.map((row) => row.slice());
    X[0] = [0, 0, 0];
    X[1] = X[2].slice();
    X[3] = X[4].map((entry) => -2 * entry);
    for (const row of X) row[2] = row[0] - 3 * row[1];
    for (const scale of [1e-9, 1, 1e9]) {
      const scaled = X.map((row) => row.map((entry) => entry * scale));
      const options = { beta: 0.2 * scale, bias: false };
      const all = trainSync(relu(), scaled, base.y, { ...options, patterns: 'all', tolerance: 1e-8 });
      const certified = trainSync(relu(), scaled, base.y, { ...options, patterns: 'certified' });
      expectProven(certified);
      expect(Math.abs(certified.certificate.objective / all.certificate.objective - 1)).toBeLessThan(2e-6);
    }
  });

  it('covers several outputs, separate and coupled by softmax', () => {
    const { X, y } = problem(24, 2, 5);
    const Y = X.map((row, k) => [y[k], row[0] - y[k]]);
    expectProven(trainSync(relu(), X, Y, { beta: 0.3, patterns: 'certified' }));
    const classes = y.map((v) => (v > 0.4 ? [1, 0, 0] : v > 0 ? [0, 1, 0] : [0, 0, 1]));
    expectProven(trainSync(relu(), X, classes, { beta: 0.3, loss: 'softmax', patterns: 'certified' }));
  });

  it('bounds every network that descent from random starts reaches', () => {
    const { X, y } = problem(40, 3, 2);
    const beta = 0.3;
    const { certificate } = trainSync(relu(), X, y, { beta, patterns: 'certified' });
    for (let seed = 0; seed < 6; seed++)
      expect(descend(X, y, beta, 8, seed)).toBeGreaterThanOrEqual(certificate.lowerBound ?? Number.POSITIVE_INFINITY);
  });

  it('ends at its nodes with the best bound there is, and says that nothing is proven', () => {
    const { X, y } = problem(150, 7, 4);
    const bounds = [1, 20_000].map((maxNodes) => {
      const result = trainSync(relu(), X, y, { beta: 0.5, patterns: 'certified', maxNodes });
      expect(result.status).toBe('iteration-limit');
      expect(result.certificate.provenGlobal).toBe(false);
      expect(result.certificate.patterns).toBe('priced');
      expect(result.certificate.patternGap).toBeLessThanOrEqual(1e-6);
      return result.certificate.lowerBound ?? Number.NaN;
    });
    expect(bounds[0]).toBeGreaterThan(0);
    expect(bounds[1]).toBeGreaterThanOrEqual(bounds[0]);
  });

  it('ends at a time limit and by a signal with its best network', async () => {
    const { X, y } = problem(150, 8, 6);
    const timed = trainSync(relu(), X, y, { beta: 0.3, patterns: 'certified', timeLimit: 1 });
    expect(timed.status).toBe('time-limit');
    expect(timed.certificate.lowerBound).toBeGreaterThan(0);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 600);
    const options = { beta: 0.3, patterns: 'certified', signal: controller.signal } as const;
    await expect(train(relu(), X, y, options)).rejects.toMatchObject({ name: 'AbortError', code: 'aborted' });
  });

  it('is refused where there is no proof', () => {
    const { X, y } = problem(10, 2, 1);
    expect(() => trainSync(gatedRelu(), X, y, { beta: 0.1, patterns: 'certified' })).toThrow(/options\.patterns/);
  });

  it('has the same bits again', () => {
    const { X, y } = problem(60, 4, 8);
    const [one, other] = [0, 1].map(() => trainSync(relu(), X, y, { beta: 0.2, patterns: 'certified' }));
    expect(one.certificate).toEqual(other.certificate);
    expect(one.network.hidden.weights).toEqual(other.network.hidden.weights);
  });
});

describe("patterns: 'auto'", () => {
  it('proves what is cheap to prove, and has some bound where it is not', () => {
    const cheap = problem(120, 3, 3);
    expectProven(trainSync(relu(), cheap.X, cheap.y, { beta: 0.3 }));
    const wide = problem(60, 14, 3);
    const { certificate, status } = trainSync(relu(), wide.X, wide.y, { beta: 0.3 });
    expect(status).toBe('optimal');
    expect(certificate.patterns).toBe('priced');
    expect(certificate.provenGlobal).toBe(false);
    expect(certificate.lowerBound).toBeGreaterThan(0);
    expect(certificate.lowerBound).toBeLessThan(certificate.objective);
  });
});

/** Gradient descent with momentum on the non-convex objective; returns the smallest value seen. */
function descend(X: number[][], y: number[], beta: number, units: number, seed: number): number {
  const d = X[0].length + 1;
  const rows = X.map((row) => [...row, 1]);
  const theta = numbers(units * (d + 1), 77 + seed);
  const velocity = new Float64Array(theta.length);
  let best = Number.POSITIVE_INFINITY;
  for (let step = 0; step < 1500; step++) {
    const gradient = theta.map((entry) => beta * entry);
    let value = 0.5 * beta * theta.reduce((sum, entry) => sum + entry * entry, 0);
    rows.forEach((row, k) => {
      const scores = Array.from({ length: units }, (_, i) => row.reduce((sum, x, j) => sum + x * theta[i * (d + 1) + j], 0));
      const residual = scores.reduce((sum, z, i) => sum + Math.max(0, z) * theta[i * (d + 1) + d], 0) - y[k];
      value += 0.5 * residual * residual;
      scores.forEach((z, i) => {
        if (z <= 0) return;
        const a = theta[i * (d + 1) + d];
        gradient[i * (d + 1) + d] += residual * z;
        row.forEach((x, j) => {
          gradient[i * (d + 1) + j] += residual * a * x;
        });
      });
    });
    best = Math.min(best, value);
    for (let i = 0; i < theta.length; i++) {
      velocity[i] = 0.9 * velocity[i] - 0.003 * gradient[i];
      theta[i] += velocity[i];
    }
  }
  return best;
}
