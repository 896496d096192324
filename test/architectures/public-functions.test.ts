import { describe, expect, it } from 'vitest';
import {
  ArgumentError,
  betaMax,
  dualMaximum,
  enumeratePatterns,
  gatedRelu,
  MemoryLimitError,
  oneInputRelu,
  polynomial,
  quadratic,
  relu,
  threshold,
  trainSync,
} from '../../src/index.js';
import { numbers } from '../support/kernel-harness.js';

const matrix = (n: number, d: number, seed: number) => Array.from({ length: n }, (_, k) => Array.from(numbers(d, seed + k, 2)));

describe('betaMax', () => {
  const X = matrix(9, 1, 3);
  const y = numbers(9, 30, 2);
  it.each([relu(), gatedRelu(), quadratic(), polynomial({ a: 0.1, b: 0.5, c: 0.4 }), threshold(), oneInputRelu()])(
    '$name: zero from there on, not below',
    async (architecture) => {
      const { beta, exact } = await betaMax(architecture, X, y);
      expect(exact).toBe(true);
      const neurons = (scale: number) => trainSync(architecture, X, y, { beta: scale * beta, patterns: 'all' }).network.neurons;
      expect(neurons(1.0001)).toBe(0);
      expect(neurons(0.99)).toBeGreaterThan(0);
    },
  );

  it('shares neurons in gated networks: at least the beta of every output alone, at most root C times the largest', async () => {
    const Y = matrix(9, 3, 50);
    const all = (await betaMax(gatedRelu(), X, Y)).beta;
    const single = await Promise.all(
      [0, 1, 2].map(
        async (c) =>
          (
            await betaMax(
              gatedRelu(),
              X,
              Y.map((row) => row[c]),
            )
          ).beta,
      ),
    );
    expect(all).toBeGreaterThanOrEqual(Math.max(...single) * (1 - 1e-12));
    expect(all).toBeLessThanOrEqual(Math.sqrt(3) * Math.max(...single));
    expect((await betaMax(gatedRelu({ vectorPenalty: 'group' }), X, Y)).beta).toBeCloseTo(Math.max(...single), 10);
  });

  it('proves what it finds where patterns are too many to list, but for gates: never below sampled patterns', async () => {
    const many = matrix(60, 6, 7);
    const targets = numbers(60, 8);
    const found = await betaMax(relu(), many, targets);
    expect(found.exact).toBe(true);
    expect(found.beta).toBeGreaterThan((await betaMax(relu(), many, targets, { patterns: { sample: 500 } })).beta * (1 - 1e-12));
    const columns = await betaMax(gatedRelu(), many, matrix(60, 3, 300), { loss: 'squared' });
    expect(columns.exact).toBe(false);
  });
});

describe('enumeratePatterns and dualMaximum', () => {
  it('count cells with and without a bias column, at any scale', async () => {
    const X = matrix(7, 2, 5);
    for (const scale of [1, 1e-200, 1e200]) {
      const scaled = X.map((row) => row.map((entry) => entry * scale));
      expect((await enumeratePatterns(scaled, { bias: false })).count).toBe(14);
    }
    expect((await enumeratePatterns(X)).count).toBe(2 * (1 + 6 + 15));
  });

  it('refuse lists beyond the memory limit before any work', async () => {
    await expect(enumeratePatterns(matrix(400, 8, 1))).rejects.toThrow(MemoryLimitError);
    await expect(enumeratePatterns([[Number.NaN]])).rejects.toThrow(ArgumentError);
    await expect(enumeratePatterns([[1]], { bias: 1 as unknown as boolean })).rejects.toThrow('options.bias');
    await expect(dualMaximum([[1]], [1, 2])).rejects.toThrow('lambda');
  });

  it('attain the maximum that they report; a search is below the exact value', async () => {
    const X = matrix(8, 3, 9);
    const lambda = numbers(8, 4);
    const { value, direction, sign, exact } = await dualMaximum(X, lambda, { bias: false });
    expect(exact).toBe(true);
    const at = X.reduce(
      (sum, row, k) =>
        sum +
        lambda[k] *
          Math.max(
            0,
            row.reduce((z, x, j) => z + x * direction[j], 0),
          ),
      0,
    );
    expect(sign * at).toBeCloseTo(value, 12);
    const wide = matrix(60, 7, 20);
    const weights = numbers(60, 6);
    const searched = await dualMaximum(wide, weights, { bias: false, seed: 1 });
    expect(searched.exact).toBe(true);
    expect(searched.value).toBeLessThanOrEqual(
      weights.reduce((sum, w, k) => sum + Math.max(0, w) * Math.sqrt(wide[k].reduce((s, x) => s + x * x, 0)), 0),
    );
    expect((await dualMaximum(X, new Float64Array(8), { bias: false })).value).toBe(0);
    expect((await dualMaximum(wide, new Float64Array(60))).value).toBe(0);
  });
});
