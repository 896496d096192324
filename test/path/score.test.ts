import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { determination, type Scored, scoreOf, usualScoring } from '../../src/path/score.js';
import type { LossName } from '../../src/program/losses.js';
import { numbers } from '../support/kernel-harness.js';
import { lossOf } from '../train/problems.js';

const losses: readonly LossName[] = ['squared', 'logistic', 'squaredHinge', 'huber', 'softmax'];

/** Rows with targets that suit the loss, and weights, one of them zero. */
function rows(loss: LossName, outputs: number, seed: number, weighted: boolean): Scored {
  const count = 9;
  const scores = numbers(count * outputs, seed, 4);
  const draws = numbers(count * outputs, seed + 1, 3);
  const labels = loss === 'logistic' || loss === 'squaredHinge';
  const targets = draws.map((entry) => (labels ? (entry < 0 ? -1 : 1) : entry));
  if (loss === 'softmax') {
    targets.fill(0);
    for (let k = 0; k < count; k++) targets[k * outputs + (k % outputs)] = 1;
  }
  const weights = weighted ? numbers(count, seed + 2).map((entry, k) => (k === 2 ? 0 : 1.5 + entry)) : null;
  return { scores, targets, outputs, weights };
}

const rowOf = (values: Float64Array, outputs: number, k: number) => Array.from(values.subarray(k * outputs, (k + 1) * outputs));

describe('scores of held-out rows', () => {
  it.each(losses)('minus the mean loss is that of the definition: %s', (loss) => {
    for (const [outputs, weighted, seed] of [
      [1, false, 1],
      [2, true, 2],
      [3, false, 3],
    ] as const) {
      if (loss === 'softmax' && outputs === 1) continue;
      const scored = rows(loss, outputs, seed, weighted);
      let sum = 0;
      let all = 0;
      for (let k = 0; k < 9; k++) {
        const weight = scored.weights ? scored.weights[k] : 1;
        sum += weight * lossOf(loss, rowOf(scored.scores, outputs, k), rowOf(scored.targets, outputs, k), 0.7);
        all += weight;
      }
      expect(scoreOf(scored, 'loss', loss, 0.7)).toBeCloseTo(-sum / all, 12);
    }
  });

  it('accuracy counts the rows, by weight, whose largest score is at the class', () => {
    const scores = Float64Array.from([2, 1, 0, /**/ 0, 3, 1, /**/ 1, 0, 2, /**/ 5, 1, 1]);
    const targets = Float64Array.from([1, 0, 0, /**/ 1, 0, 0, /**/ 0, 0, 1, /**/ 0, 1, 0]);
    const scored = { scores, targets, outputs: 3, weights: null };
    expect(scoreOf(scored, 'accuracy', 'softmax', 1)).toBe(0.5);
    expect(scoreOf({ ...scored, weights: Float64Array.from([3, 1, 0, 0]) }, 'accuracy', 'softmax', 1)).toBe(0.75);
    expect(scoreOf({ ...scored, weights: new Float64Array(4) }, 'accuracy', 'softmax', 1)).toBe(0);
    const signs = { scores: Float64Array.from([0.2, -3, 4]), targets: Float64Array.from([1, -1, -1]), outputs: 1, weights: null };
    expect(scoreOf(signs, 'accuracy', 'logistic', 1)).toBeCloseTo(2 / 3, 15);
  });

  it('R^2 is one for the targets, zero for their mean, and does not change with scale and shift', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 3 }), fc.boolean(), (seed, outputs, weighted) => {
        const scored = rows('squared', outputs, seed, weighted);
        const { scores, targets, weights } = scored;
        expect(determination({ ...scored, scores: targets })).toBe(1);
        const means = Array.from({ length: outputs }, (_, c) => {
          const own = targets.filter((_, at) => at % outputs === c);
          const total = own.reduce((sum, _, k) => sum + (weights ? weights[k] : 1), 0);
          return own.reduce((sum, target, k) => sum + (weights ? weights[k] : 1) * target, 0) / total;
        });
        expect(determination({ ...scored, scores: targets.map((_, at) => means[at % outputs]) })).toBeCloseTo(0, 9);
        const moved = (values: Float64Array) => values.map((entry) => 3 * entry - 2);
        const value = determination(scored);
        expect(determination({ ...scored, scores: moved(scores), targets: moved(targets) })).toBeCloseTo(value, 7);
      }),
    );
  });

  it('targets that are all equal: one for exact predictions, else zero', () => {
    const constant = { targets: Float64Array.from([2, 2]), outputs: 1, weights: null };
    expect(determination({ ...constant, scores: Float64Array.from([2, 2]) })).toBe(1);
    expect(determination({ ...constant, scores: Float64Array.from([2, 3]) })).toBe(0);
  });

  it('labels are judged by accuracy, numbers by R^2; softmax needs its classes together', () => {
    expect(losses.map(usualScoring)).toEqual(['r2', 'accuracy', 'accuracy', 'r2', 'accuracy']);
    expect(scoreOf(rows('squared', 1, 4, false), 'loss', 'squared', 1)).toBeLessThan(0);
  });
});
