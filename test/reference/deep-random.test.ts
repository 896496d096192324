import { describe, expect, it } from 'vitest';
import { lossOf } from '../../scripts/reference/case.mjs';
import { type DeepNetwork, gatedThreeLayer, type LossName, type TrainResult, threeLayer, trainSync } from '../../src/index.js';
import { numbers } from '../support/kernel-harness.js';
import { naivePenalty, naiveScores } from '../support/naive-deep.js';

/** Problems of the kinds in the reference with other seeds, sizes and losses; entries are multiples of 1/64. */
interface Problem {
  readonly loss: LossName;
  readonly beta: number;
  readonly shape: 'general' | 'duplicates' | 'zero-row' | 'rank-deficient' | 'bias';
  readonly seed: number;
}

const losses: LossName[] = ['squared', 'logistic', 'squaredHinge', 'huber'];
const shapes: Problem['shape'][] = ['general', 'duplicates', 'zero-row', 'rank-deficient', 'bias'];
const fileNames: Partial<Record<LossName, string>> = { squaredHinge: 'squared_hinge' };

function rowsOf(n: number, d: number, { seed, shape }: Problem): number[][] {
  const X = Array.from({ length: n }, (_, k) => Array.from(numbers(d, 53 * seed + k, 128), (x) => Math.round(x) / 64));
  if (shape === 'duplicates') {
    X[1] = X[0].slice();
    X[3] = X[2].map((entry) => -2 * entry);
  }
  if (shape === 'zero-row') X[0].fill(0);
  if (shape === 'rank-deficient') for (const row of X) row[d - 1] = row[0];
  if (shape === 'bias') for (const row of X) row[d - 1] = 1;
  return X;
}

function targetsOf(n: number, { seed, loss }: Problem): number[] {
  const raw = Array.from(numbers(n, 71 * seed + 3, 3));
  return loss === 'logistic' || loss === 'squaredHinge' ? raw.map((entry) => (entry > 0 ? 1 : -1)) : raw;
}

const problems = losses.flatMap((loss, i) =>
  shapes.map((shape, j) => ({ loss, shape, seed: 7 * i + j + 1, beta: [0.05, 0.2][(i + j) % 2] })),
);

/** The certificate closes, and the network attains the objective by a forward pass that shares nothing with the library. */
function check(result: TrainResult<DeepNetwork>, X: number[][], y: number[], problem: Problem): void {
  const { network, certificate, status } = result;
  expect(status).toBe('optimal');
  const item = { loss: fileNames[problem.loss] ?? problem.loss, data: { y: { data: y } } };
  const scores = X.map((x) => naiveScores(network, x)[0]);
  const own = lossOf(item, scores) + problem.beta * naivePenalty(network);
  expect(Math.abs(own - certificate.objective)).toBeLessThanOrEqual(1e-9 * certificate.objective);
  expect(certificate.patternGap).toBeLessThanOrEqual(1e-6);
}

describe.each(problems)('three layers on $loss, $shape, seed $seed', (problem) => {
  const { loss, beta } = problem;
  const options = { beta, loss, bias: false } as const;

  it.each(['normalized', 'path'] as const)('ReLU, %s, over all patterns', (regularization) => {
    const X = rowsOf(5, 2, problem);
    const y = targetsOf(5, problem);
    const result = trainSync(threeLayer({ regularization }), X, y, { ...options, patterns: 'all' });
    check(result, X, y, problem);
    expect(result.certificate.provenGlobal).toBe(true);
  });

  it.each(['normalized', 'path'] as const)('ReLU of three units, %s, over sampled blocks', (regularization) => {
    const X = rowsOf(12, 3, problem);
    const y = targetsOf(12, problem);
    const result = trainSync(threeLayer({ width: 3, regularization }), X, y, { ...options, patterns: { sample: 15 } });
    check(result, X, y, problem);
    expect(result.certificate.lowerBound).toBeNull();
  });

  it.each(['normalized', 'path'] as const)('gated, %s', (regularization) => {
    const X = rowsOf(20, 3, problem);
    const y = targetsOf(20, problem);
    check(trainSync(gatedThreeLayer({ regularization }), X, y, { ...options, patterns: { sample: 15 } }), X, y, problem);
  });
});
