import { describe, expect, it } from 'vitest';
import { gatedRelu, trainSync } from '../../src/index.js';
import { numbers } from '../support/kernel-harness.js';

const n = 180;
const X = Array.from({ length: n }, (_, k) => Array.from(numbers(5, k + 1, 2)));
const Y = X.map((row, k) => {
  const scores = [row[0] + Math.abs(row[1]), row[2] - row[1], row[3] * row[0]].map((s, c) => s + numbers(3, k + 900, 0.5)[c]);
  return scores.map((s) => (s === Math.max(...scores) ? 1 : 0));
});
const options = { beta: 1, loss: 'softmax', patterns: { sample: 60 } } as const;

describe('gated networks with shared neurons', () => {
  const shared = trainSync(gatedRelu(), X, Y, options);

  it('close the gap on programs too large for a dense Newton system, by the steps of fista', () => {
    expect(shared.status).toBe('optimal');
    expect(shared.certificate.patternGap).toBeLessThanOrEqual(1e-6);
    const asked = trainSync(gatedRelu(), X, Y, { ...options, solver: 'fista' });
    expect(asked.network.toJSON()).toEqual(shared.network.toJSON());
  });

  it('are cheaper than those that separate outputs, by at most the root of their number in the penalty', () => {
    const separate = trainSync(gatedRelu({ vectorPenalty: 'group' }), X, Y, options);
    expect(separate.network.penalty).toBe('group');
    expect(shared.certificate.patternBound).toBeLessThanOrEqual(separate.certificate.objective);
    // |a|_1 <= sqrt(3) |a|_2: the shared optimum is feasible for the other penalty at sqrt(3) times its cost.
    const penalty = shared.network.weightPenalty();
    const most = shared.certificate.objective + (Math.sqrt(3) - 1) * options.beta * penalty;
    expect(separate.certificate.objective).toBeLessThanOrEqual(most * (1 + 1e-6));
  });

  it('find gates of their own when patterns are priced: local search, near the optimum over all', () => {
    const few = { beta: 2, loss: 'squared', bias: false } as const;
    const rows = X.slice(0, 40).map((row) => row.slice(0, 2));
    const priced = trainSync(gatedRelu(), rows, Y.slice(0, 40), few);
    const all = trainSync(gatedRelu(), rows, Y.slice(0, 40), { ...few, patterns: 'all' });
    expect(priced.certificate).toMatchObject({ patterns: 'priced', lowerBound: null });
    expect(priced.patternCount).toBeLessThan(all.patternCount);
    expect(priced.certificate.objective).toBeLessThanOrEqual(all.certificate.objective * 1.01);
    expect(priced.certificate.objective).toBeGreaterThanOrEqual(all.certificate.lowerBound as number);
  });
});
