import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { LossName, TrainOptions } from '../../src/index.js';
import { gatedRelu, relu, toRelu, train, trainSync } from '../../src/index.js';
import { numbers } from '../support/kernel-harness.js';

const cases = ['gated-squared-n9-d2', 'gated-logistic-bias-n8-d2', 'gated-squared-hinge-n8-d3', 'gated-huber-rank-deficient'];

describe('toRelu', () => {
  it.each(cases)('%s: gated <= ReLU optimum <= polished <= decomposed', async (name) => {
    const item = JSON.parse(readFileSync(new URL(`../reference/${name}.json`, import.meta.url), 'utf8'));
    const { data, params, beta, loss, expected, tolerance } = item;
    const options: TrainOptions = {
      beta,
      loss: loss === 'squared_hinge' ? 'squaredHinge' : (loss as LossName),
      bias: params.bias,
      patterns: 'all',
    };
    const gated = await train(gatedRelu(), data.X, data.y.data, options);
    const { decomposed, polished } = await toRelu(gated, data.X, data.y.data, options);
    expect(gated.certificate.objective).toBeLessThanOrEqual(expected.relu_optimum + tolerance);
    expect(expected.relu_optimum).toBeLessThanOrEqual(polished.certificate.objective + tolerance);
    expect(polished.certificate.objective).toBeLessThanOrEqual(decomposed.objective * (1 + 1e-9));
    expect(polished.certificate.patternGap).toBeLessThanOrEqual(1e-6);
    expect(polished.network.activation.kind).toBe('relu');
    // The decomposition keeps the scores of the training rows; solutions differ, its cost is near that of the reference's.
    const scores = gated.network.predict(data.X);
    decomposed.network.predict(data.X).forEach((score, k) => {
      expect(Math.abs(score - scores[k])).toBeLessThan(1e-7 * (1 + Math.abs(scores[k])));
    });
    expect(decomposed.objective).toBeLessThan(1.5 * expected.decomposed_relu_objective);
  });

  const X = Array.from({ length: 16 }, (_, k) => Array.from(numbers(2, k + 1, 2)));
  const Y = Array.from({ length: 16 }, (_, k) => Array.from(numbers(2, k + 40, 2)));

  it.each(['nuclear', 'group'] as const)('serves several outputs (%s)', async (vectorPenalty) => {
    const options = { beta: 0.3, patterns: 'all' } as const;
    const gated = trainSync(gatedRelu({ vectorPenalty }), X, Y, options);
    const { decomposed, polished } = await toRelu(gated, X, Y, options);
    const optimum = trainSync(relu(), X, Y, options).certificate.objective;
    expect(gated.certificate.objective).toBeLessThanOrEqual(optimum);
    expect(optimum).toBeLessThanOrEqual(polished.certificate.objective * (1 + 1e-6));
    expect(polished.certificate.objective).toBeLessThanOrEqual(decomposed.objective);
    const scores = gated.network.predict(X);
    decomposed.network.predict(X).forEach((score, k) => {
      expect(Math.abs(score - scores[k])).toBeLessThan(1e-7 * (1 + Math.abs(scores[k])));
    });
  });

  it('costs nothing where every block lies in its cone or in the opposite one', async () => {
    // One column and a positive input: each gate is on or off everywhere.
    const x = [[1], [2], [3]];
    const options = { beta: 0.1, bias: false, patterns: 'all' } as const;
    const gated = trainSync(gatedRelu(), x, [1, 2, 2], options);
    const { decomposed } = await toRelu(gated, x, [1, 2, 2], options);
    expect(decomposed.objective).toBeCloseTo(gated.certificate.objective, 9);
  });

  it('keeps the zero network, and refuses what is not gated', async () => {
    const options = { beta: 1e6 };
    const zero = trainSync(gatedRelu(), X, Y, options);
    const { decomposed } = await toRelu(zero, X, Y, options);
    expect(decomposed.network.neurons).toBe(0);
    await expect(toRelu(trainSync(relu(), X, Y, options), X, Y, options)).rejects.toThrow('a gated network');
  });
});
