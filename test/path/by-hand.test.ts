import { describe, expect, it } from 'vitest';
import { assignFolds, foldSplit } from '../../src/data/folds.js';
import { crossValidateSync, regularizationPathSync, relu, trainSync } from '../../src/index.js';
import { geometricGrid } from '../../src/path/grid.js';
import { numbers } from '../support/kernel-harness.js';
import { lossOf } from '../train/problems.js';

const rows = 18;
const noise = numbers(3 * rows, 12, 1);
const X = Array.from({ length: rows }, (_, k) => [noise[3 * k], noise[3 * k + 1]]);
const y = X.map(([a, b], k) => Math.abs(a) - b + 0.3 * noise[3 * k + 2]);
const labels = y.map((value) => (value > 0.3 ? 1 : -1));
const betas = [1, 0.2, 0.05];

describe('cross-validation by hand', () => {
  const exact = { tolerance: 1e-9, patterns: 'all' as const };

  it.each(['squared', 'huber', 'logistic'] as const)('%s: the mean loss on the rows that a fold leaves out', (loss) => {
    const targets = loss === 'logistic' ? labels : y;
    const found = crossValidateSync(relu(), X, targets, {
      betas,
      folds: 3,
      seed: 4,
      scoring: 'loss',
      stratify: false,
      loss,
      ...exact,
    });
    const foldOf = assignFolds(rows, 3, { seed: 4 });
    betas.forEach((beta, at) => {
      for (let fold = 0; fold < 3; fold++) {
        const { train, test } = foldSplit(foldOf, fold);
        const pick = <T>(list: readonly T[], members: Int32Array) => Array.from(members, (k) => list[k]);
        // Losses are sums: with fewer rows the same balance is a smaller beta.
        const own = { ...exact, loss, beta: (beta * train.length) / rows };
        const { network } = trainSync(relu(), pick(X, train), pick(targets, train), own);
        const scores = network.predict(pick(X, test));
        const mean = Array.from(test, (k, i) => lossOf(loss, [scores[i]], [targets[k]], 1)).reduce((a, b) => a + b) / test.length;
        expect(Math.abs(found.scores[at][fold] + mean)).toBeLessThanOrEqual(1e-2 * (0.1 + mean));
      }
      const [row, mean] = [found.scores[at], found.mean[at]];
      expect(mean).toBeCloseTo((row[0] + row[1] + row[2]) / 3, 12);
      const variance = row.reduce((sum, score) => sum + (score - mean) ** 2, 0) / 2;
      expect(found.standardError[at]).toBeCloseTo(Math.sqrt(variance / 3), 12);
    });
    const best = found.mean.indexOf(Math.max(...found.mean));
    expect(found.best).toMatchObject({ beta: betas[best], score: found.mean[best], standardError: found.standardError[best] });
    const within = betas.filter((_, k) => found.mean[k] >= found.mean[best] - found.standardError[best]);
    expect(found.best.betaOneStandardError).toBe(Math.max(...within));
  });

  it('rows of weight zero are in no fold, and weight two is half the share of the rest', () => {
    const sampleWeight = X.map((_, k) => (k < 4 ? 0 : 2));
    const options = { betas: [0.4], folds: 2, seed: 1, scoring: 'loss' as const, stratify: false, ...exact };
    const weighted = crossValidateSync(relu(), X, y, { ...options, sampleWeight });
    const dropped = crossValidateSync(relu(), X.slice(4), y.slice(4), { ...options, betas: [0.2] });
    weighted.scores[0].forEach((score, fold) => {
      expect(Math.abs(score / dropped.scores[0][fold] - 1)).toBeLessThanOrEqual(1e-2);
    });
  });
});

describe('grids', () => {
  it('are geometric, with both ends exact', () => {
    for (const [most, values, ratio] of [
      [3, 7, 1e-3],
      [1e-200, 4, 0.5],
      [1e200, 30, 1e-6],
      [2, 2, 0.1],
    ] as const) {
      const grid = geometricGrid(most, values, ratio);
      expect([grid.length, grid[0], grid[values - 1]]).toEqual([values, most, most * ratio]);
      for (let k = 1; k < values; k++) expect(grid[k] / grid[k - 1]).toBeCloseTo(ratio ** (1 / (values - 1)), 12);
    }
    expect(geometricGrid(5, 1, 0.1)).toEqual([5]);
  });

  it('score the rows of training as R^2, and a network predicts what its step says', () => {
    const mean = y.reduce((sum, target) => sum + target, 0) / rows;
    const deviations = y.reduce((sum, target) => sum + (target - mean) ** 2, 0);
    for (const { network, trainScore, neurons, objective, beta } of regularizationPathSync(relu(), X, y, { betas })) {
      const errors = network.predict(X).reduce((sum, score, k) => sum + (score - y[k]) ** 2, 0);
      expect(trainScore).toBeCloseTo(1 - errors / deviations, 10);
      expect(objective).toBeCloseTo(errors / 2 + beta * network.weightPenalty(), 9);
      expect(neurons).toBe(network.neurons);
    }
  });
});
