import { describe, expect, it } from 'vitest';
import { type BatchNormNetwork, batchNormGated, batchNormRelu, betaMax, trainSync } from '../../src/index.js';
import { descend } from '../support/descend.js';
import { numbers } from '../support/kernel-harness.js';

type Rows = number[][];

function problem(n: number, d: number, seed: number): { X: Rows; y: number[] } {
  const data = numbers(n * d, seed, 2);
  const X = Array.from({ length: n }, (_, k) => Array.from(data.subarray(k * d, (k + 1) * d)));
  return { X, y: Array.from(numbers(n, seed + 50, 2)) };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const length = (values: readonly number[]) => Math.sqrt(sum(values.map((value) => value * value)));

/** The normalized column gamma z/|z| + alpha/sqrt n of a direction, from the definition. */
function normalized(X: Rows, w: readonly number[], gamma: number, alpha: number): number[] {
  const z = X.map((row) => sum(row.map((x, j) => x * w[j])));
  const mean = sum(z) / z.length;
  const centered = z.map((value) => value - mean);
  const size = length(centered);
  return centered.map((value) => (size > 0 ? (gamma * value) / size : 0) + alpha / Math.sqrt(z.length));
}

/** The non-convex objective with squared loss of any network of the family, written down once more. */
function objectiveOf({ X, y }: { X: Rows; y: readonly number[] }, network: BatchNormNetwork, beta: number): number {
  const { inputs: d, neurons, gamma, alpha, output, gates, directions } = network;
  const fit = X.map(() => 0);
  for (let j = 0; j < neurons; j++) {
    const h = normalized(X, Array.from(directions.subarray(j * d, (j + 1) * d)), gamma[j], alpha[j]);
    X.forEach((row, k) => {
      const gate = gates ? sum(row.map((x, i) => x * gates.weights[j * d + i])) + gates.bias[j] : h[k];
      if (gate >= 0) fit[k] += h[k] * output.weights[j];
    });
  }
  const decay = 0.5 * sum([...gamma, ...alpha, ...output.weights].map((value) => value * value));
  return sum(fit.map((f, k) => 0.5 * (f - y[k]) ** 2)) + beta * decay;
}

describe('batch normalization, exact over all patterns', () => {
  it.each([1, 2, 3])('attains its objective by the definition, and training never falls below (seed %d)', (seed) => {
    const { X, y } = problem(9, 2, seed);
    const beta = 0.3;
    const { network, certificate } = trainSync(batchNormRelu(), X, y, { beta, patterns: 'all', tolerance: 1e-8 });
    expect(certificate.provenGlobal).toBe(true);
    expect(Math.abs(objectiveOf({ X, y }, network, beta) - certificate.objective)).toBeLessThan(1e-12 * certificate.objective);
    const size = 5; // w1, w2, gamma, alpha, a of five units
    const value = (p: Float64Array) => {
      const fit = y.map(() => 0);
      let decay = 0;
      for (let at = 0; at < p.length; at += size) {
        const [w1, w2, gamma, alpha, a] = p.subarray(at, at + size);
        normalized(X, [w1, w2], gamma, alpha).forEach((h, k) => {
          fit[k] += Math.max(0, h) * a;
        });
        decay += 0.5 * (gamma * gamma + alpha * alpha + a * a);
      }
      return sum(fit.map((f, k) => 0.5 * (f - y[k]) ** 2)) + beta * decay;
    };
    const best = Math.min(...[5, 6, 7, 8].map((start) => descend(value, numbers(5 * size, 100 * seed + start), 1500)));
    expect(best).toBeGreaterThanOrEqual((certificate.lowerBound as number) * (1 - 1e-12));
    expect(best).toBeLessThan(certificate.objective * 1.05);
  });

  it('agrees with the closed form where Q is square: two neurons shrink the positive and the negative targets', () => {
    for (const [n, d, seed] of [
      [5, 6, 1],
      [6, 5, 2],
      [8, 20, 3],
    ]) {
      const { X, y } = problem(n, d, seed);
      const [plus, minus] = [y.map((value) => Math.max(0, value)), y.map((value) => Math.max(0, -value))];
      for (const beta of [0.05, 0.5, 1.5]) {
        const shrunk = (part: number[]) => part.map((value) => Math.max(0, 1 - beta / length(part)) * value);
        const [f, g] = [shrunk(plus), shrunk(minus)];
        const loss = sum(y.map((value, k) => 0.5 * (f[k] - g[k] - value) ** 2));
        const exact = loss + beta * (length(f) + length(g));
        const { network, certificate } = trainSync(batchNormRelu(), X, y, { beta, patterns: 'all', tolerance: 1e-8 });
        expect(Math.abs(certificate.objective - exact)).toBeLessThan(2e-8 * exact);
        expect(certificate.lowerBound).toBeLessThanOrEqual(exact * (1 + 1e-12));
        expect(network.predict(X).every((score, k) => Math.abs(score - f[k] + g[k]) < 1e-3)).toBe(true);
      }
    }
  });

  it('does not see how columns are scaled, shifted or mixed', () => {
    const { X, y } = problem(10, 3, 4);
    const mixed = X.map(([a, b, c]) => [1e4 * (a + b) + 7, 1e-3 * b - 2, c + 0.3 * a]);
    const value = (rows: Rows) => trainSync(batchNormRelu(), rows, y, { beta: 0.2, patterns: 'all' }).certificate.objective;
    expect(Math.abs(value(mixed) - value(X))).toBeLessThan(2e-6 * value(X));
  });

  it('ignores dependent and constant columns; with nothing else left it is a constant', () => {
    const { X, y } = problem(10, 2, 5);
    const more = X.map(([a, b]) => [a, b, 2 * a - b + 0.1, 0.1]);
    const value = (rows: Rows) => trainSync(batchNormRelu(), rows, y, { beta: 0.2, patterns: 'all', tolerance: 1e-8 });
    expect(Math.abs(value(more).certificate.objective - value(X).certificate.objective)).toBeLessThan(1e-6);
    const flat = value(X.map(() => [0.1, 0.7]));
    const { network, certificate } = flat;
    expect(network.neurons).toBe(1);
    expect(Array.from(network.gamma)).toEqual([0]);
    // min 1/2 |t/sqrt n - y|^2 + beta |t| over t.
    const n = y.length;
    const t = Math.max(0, Math.abs(sum(y)) / Math.sqrt(n) - 0.2);
    const exact =
      0.5 * (sum(y.map((value) => value * value)) - (sum(y) * sum(y)) / n) + closed(Math.abs(sum(y)) / Math.sqrt(n), t, 0.2);
    expect(Math.abs(certificate.objective - exact)).toBeLessThan(1e-7);
  });
});

const closed = (target: number, t: number, beta: number) => 0.5 * (target - t) ** 2 + beta * t;

describe('batch normalization with other choices of patterns', () => {
  const { X, y } = problem(40, 2, 6);
  const options = { beta: 0.1, tolerance: 1e-7 };
  const exact = trainSync(batchNormRelu(), X, y, { ...options, patterns: 'all' }).certificate;

  it('finds the optimum by local search, and proves it by branch and bound', () => {
    const priced = trainSync(batchNormRelu(), X, y, { ...options, patterns: 'priced' }).certificate;
    expect(priced.objective).toBeLessThanOrEqual(exact.objective * (1 + 1e-5));
    expect(priced.lowerBound).toBeNull();
    const certified = trainSync(batchNormRelu(), X, y, { ...options, tolerance: 1e-5, patterns: 'certified' });
    expect(certified.status).toBe('optimal');
    expect(certified.certificate.patterns).toBe('certified');
    expect(Math.abs(certified.certificate.objective - exact.objective)).toBeLessThan(1e-5 * exact.objective);
  });

  it('has sampled patterns above the optimum over all', () => {
    const { certificate } = trainSync(batchNormRelu(), X, y, { ...options, patterns: { sample: 30 }, seed: 2 });
    expect(certificate.objective).toBeGreaterThanOrEqual((exact.lowerBound as number) * (1 - 1e-12));
    expect(certificate.lowerBound).toBeNull();
  });

  it('is zero from betaMax on', async () => {
    const { beta, exact: known } = await betaMax(batchNormRelu(), X, y);
    expect(known).toBe(true);
    expect(trainSync(batchNormRelu(), X, y, { beta: beta * 1.0001 }).network.neurons).toBe(0);
    expect(trainSync(batchNormRelu(), X, y, { beta: beta * 0.99 }).network.neurons).toBeGreaterThan(0);
  });

  it('finds gates by search: the network has them on its inputs', () => {
    const { network, certificate } = trainSync(batchNormGated(), X, y, { ...options, patterns: 'priced' });
    expect(certificate.patternGap).toBeLessThanOrEqual(1e-7);
    expect(Math.abs(objectiveOf({ X, y }, network, 0.1) - certificate.objective)).toBeLessThan(1e-10);
    const all = trainSync(batchNormGated(), X, y, { ...options, patterns: 'all' }).certificate;
    expect(certificate.objective).toBeLessThanOrEqual(all.objective * 1.01);
    expect(certificate.objective).toBeGreaterThanOrEqual((all.lowerBound as number) * (1 - 1e-9));
  });

  it('keeps given gates to the last bit, also where they are zero at samples', () => {
    const ties = X.map(([a, b], k) => (k % 4 === 0 ? [0, b] : [a, b]));
    const gates = Float64Array.from([1, 0, 0, -1, 0, 0, 0, 1, 0.25]);
    const { network, certificate } = trainSync(batchNormGated(), ties, y, { ...options, patterns: { gates } });
    expect(certificate.patternGap).toBeLessThanOrEqual(1e-7);
    expect(Math.abs(objectiveOf({ X: ties, y }, network, 0.1) - certificate.objective)).toBeLessThan(1e-10);
    for (let j = 0; j < network.neurons; j++) {
      const own = [...(network.gates?.weights.subarray(2 * j, 2 * j + 2) ?? []), network.gates?.bias[j]].join();
      expect(['1,0,0', '-1,0,0', '0,1,0.25']).toContain(own);
    }
    expect(() => trainSync(batchNormGated(), ties, y, { ...options, patterns: { gates: gates.subarray(1) } })).toThrow(
      'rows of 3',
    );
  });

  it('refuses an option for a bias, which it has', () => {
    expect(() => trainSync(batchNormRelu(), X, y, { beta: 1, bias: false })).toThrow('options.bias');
  });
});

describe('batch normalization with several outputs', () => {
  const { X, y } = problem(12, 2, 7);
  const Y = y.map((value, k) => [value, Math.abs(X[k][0]), X[k][1]]);
  const options = { beta: 0.2, tolerance: 1e-8 };

  it('separates ReLU outputs: the sum of single problems', () => {
    const { network, certificate } = trainSync(batchNormRelu(), X, Y, { ...options, patterns: 'all' });
    const single = [0, 1, 2].map((c) =>
      trainSync(
        batchNormRelu(),
        X,
        Y.map((row) => row[c]),
        { ...options, patterns: 'all' },
      ),
    );
    const total = sum(single.map((result) => result.certificate.objective));
    expect(Math.abs(certificate.objective - total)).toBeLessThan(1e-7 * total);
    expect(network.outputs).toBe(3);
    const scores = network.predict(X);
    single.forEach((result, c) => {
      result.network.predict(X).forEach((score, k) => {
        expect(scores[3 * k + c]).toBe(score);
      });
    });
  });

  it('shares gated neurons under the nuclear norm, between the group penalty and its root', () => {
    const value = (vectorPenalty: 'nuclear' | 'group', beta: number) =>
      trainSync(batchNormGated({ vectorPenalty }), X, Y, { ...options, beta, patterns: { sample: 8 } }).certificate.objective;
    const shared = value('nuclear', 0.2);
    expect(shared).toBeLessThanOrEqual(value('group', 0.2) * (1 + 1e-9));
    expect(shared).toBeGreaterThanOrEqual(value('group', 0.2 / Math.sqrt(3)) * (1 - 1e-7));
  });

  it('joins gated outputs of which the first needs no neuron', () => {
    const separate = batchNormGated({ vectorPenalty: 'group' });
    const first = Y.map(([, second, third]) => [0, second, third]);
    const { network, certificate } = trainSync(separate, X, first, { ...options, patterns: { sample: 8 } });
    expect(network.gates?.bias.length).toBe(network.neurons);
    expect(network.neurons).toBeGreaterThan(0);
    expect(certificate.patternGap).toBeLessThanOrEqual(1e-8);
    const none = trainSync(
      separate,
      X,
      Y.map(() => [0, 0]),
      { ...options, patterns: { sample: 8 } },
    ).network;
    expect([none.neurons, none.predict(X).every((score) => score === 0)]).toEqual([0, true]);
  });

  it('normalizes one row, and columns of extreme size', () => {
    const one = trainSync(batchNormRelu(), [[3, -1]], [2], options);
    expect(one.certificate.provenGlobal).toBe(true);
    expect(one.certificate.objective).toBeCloseTo(0.5 * 0.2 ** 2 + 0.2 * 1.8, 8);
    const value = (scale: number) =>
      trainSync(
        batchNormRelu(),
        X.map((row) => row.map((x) => scale * x)),
        y,
        { ...options, patterns: 'all' },
      ).certificate.objective;
    for (const scale of [1e-150, 1e150]) expect(Math.abs(value(scale) - value(1))).toBeLessThan(1e-7 * value(1));
  });

  it('serves softmax', () => {
    const labels = Y.map((row) => row.map((value) => (value === Math.max(...row) ? 1 : 0)));
    for (const architecture of [batchNormRelu(), batchNormGated({ vectorPenalty: 'group' })]) {
      const patterns = architecture.patterns === 'cells' ? 'all' : { sample: 10 };
      const { certificate, status } = trainSync(architecture, X, labels, { beta: 0.1, loss: 'softmax', patterns });
      expect(status).toBe('optimal');
      expect(certificate.objective).toBeLessThan(12 * Math.log(3));
    }
  });
});
