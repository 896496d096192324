import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  betaMax,
  crossValidate,
  dualMaximum,
  gatedRelu,
  regularizationPath,
  relu,
  type TrainOptions,
  toRelu,
  train,
  trainSync,
} from '../../src/index.js';
import { descend } from '../support/descend.js';
import { numbers } from '../support/kernel-harness.js';
import { lossOf } from './problems.js';

const rows = 14;
const draws = numbers(rows * 2, 3, 2);
const X = Array.from({ length: rows }, (_, k) => [draws[2 * k], draws[2 * k + 1]]);
const labels = X.map(([a, b], k) => (Math.abs(a) - b + 0.4 * Math.sin(9 * k) > 0.4 ? 1 : -1));
const values = X.map(([a, b], k) => Math.abs(a) - 0.5 * b + 0.2 * Math.sin(7 * k));
const offset = Array.from(numbers(rows, 8, 1.5));
const labelled = ['logistic', 'squaredHinge'] as const;

/** Sum of losses at fit + offset plus beta/2 (|w|^2 + a^2) of six units: the problem, written down once more. */
function objective(p: Float64Array, loss: 'logistic' | 'squaredHinge', beta: number): number {
  const units = Array.from({ length: 6 }, (_, j) => p.subarray(4 * j, 4 * j + 4));
  const sum = X.reduce((total, [u, v], k) => {
    const f = units.reduce((fit, [w, z, b, a]) => fit + a * Math.max(0, w * u + z * v + b), 0);
    return total + lossOf(loss, [f + offset[k]], [labels[k]], 1);
  }, 0);
  return sum + (beta / 2) * p.reduce((total, entry) => total + entry * entry, 0);
}

describe.each(labelled)('%s with an offset', (loss) => {
  const options = { loss, beta: 0.3, offset, patterns: 'all' } as const;
  const exact = trainSync(relu(), X, labels, { ...options, tolerance: 1e-8 });

  it('is proven, and not beaten by training from random starts, which comes close', () => {
    expect(exact.certificate.provenGlobal).toBe(true);
    const best = [1, 2, 3, 4, 5, 6].map((seed) => descend((p) => objective(p, loss, 0.3), numbers(24, seed), 500));
    const { lowerBound, objective: value } = exact.certificate;
    expect(Math.min(...best)).toBeGreaterThanOrEqual((lowerBound as number) * (1 - 1e-12));
    expect(Math.min(...best)).toBeLessThan(value * 1.1);
  });

  it('is another problem than without', () => {
    const { certificate } = trainSync(relu(), X, labels, { ...options, offset: undefined });
    expect(Math.abs(certificate.objective - exact.certificate.objective)).toBeGreaterThan(1e-3);
  });

  it.each(['fista', 'admm'] as const)('%s finds the same optimum, up to the gap that it reaches', (solver) => {
    const { certificate } = trainSync(relu(), X, labels, { ...options, solver, maxIterations: 5000 });
    expect(certificate.patternGap).toBeLessThanOrEqual(1e-4);
    expect(Math.abs(certificate.objective / exact.certificate.objective - 1)).toBeLessThanOrEqual(certificate.patternGap + 1e-7);
  });

  it('has the betaMax that the dual constraint at -grad L(o) says', async () => {
    const slopes = labels.map((y, k) =>
      loss === 'logistic' ? y / (1 + Math.exp(y * offset[k])) : y * Math.max(0, 1 - y * offset[k]),
    );
    const { value } = await dualMaximum(X, slopes);
    const found = await betaMax(relu(), X, labels, { loss, offset });
    expect(found.exact).toBe(true);
    expect(Math.abs(found.beta / value - 1)).toBeLessThanOrEqual(1e-9);
  });

  it('is proven by branch and bound as by listing', () => {
    const { certificate } = trainSync(relu(), X, labels, { ...options, patterns: 'certified' });
    expect(certificate.provenGlobal).toBe(true);
    expect(Math.abs(certificate.objective / exact.certificate.objective - 1)).toBeLessThanOrEqual(2e-6);
  });

  it('is a ReLU network from a gated one', async () => {
    const gated = { loss, beta: 0.3, offset, patterns: { sample: 20 } } as const;
    const result = await train(gatedRelu(), X, labels, gated);
    const { decomposed, polished } = await toRelu(result, X, labels, gated);
    expect(decomposed.objective).toBeGreaterThanOrEqual(polished.certificate.objective * (1 - 1e-6));
    expect(polished.certificate.objective).toBeGreaterThanOrEqual(result.certificate.objective * (1 - 1e-6));
    const scores = polished.network.predict(X, { offset });
    const sum = labels.reduce((total, y, k) => total + lossOf(loss, [scores[k]], [y], 1), 0);
    expect(sum + 0.3 * polished.network.weightPenalty()).toBeCloseTo(polished.certificate.objective, 9);
  });
});

describe('any offset', () => {
  const size = fc.constantFrom(1e-300, 1e-6, 1, 30, 1e4);
  const losses = fc.constantFrom('squared', 'huber', 'logistic', 'squaredHinge', 'softmax') as fc.Arbitrary<
    NonNullable<TrainOptions['loss']>
  >;

  it('leaves the certificate true: bound <= objective, both of the problem with it', () => {
    fc.assert(
      fc.property(
        losses,
        size,
        fc.nat(1000),
        fc.boolean(),
        fc.double({ min: 0.02, max: 1.5, noNaN: true }),
        (loss, far, seed, weighted, beta) => {
          const outputs = loss === 'softmax' ? 3 : 1;
          const flat = numbers(rows * outputs, seed, far);
          const own = X.map((_, k) => Array.from(flat.subarray(k * outputs, (k + 1) * outputs)));
          const y =
            loss === 'softmax'
              ? X.map((_, k) => [0, 1, 2].map((c) => (c === (k * k + seed) % 3 ? 1 : 0)))
              : loss === 'squared' || loss === 'huber'
                ? values
                : labels;
          const sampleWeight = weighted
            ? Array.from(numbers(rows, seed + 1), (w, k) => (k % 5 === 0 ? 0 : Math.abs(w)))
            : undefined;
          const { network, certificate } = trainSync(relu(), X, y, { loss, beta, offset: own, sampleWeight });
          const scores = network.predict(X, { offset: own });
          const sum = X.reduce((total, _, k) => {
            const target = y[k];
            const f = Array.from(scores.subarray(k * outputs, (k + 1) * outputs));
            return (
              total + (sampleWeight ? sampleWeight[k] : 1) * lossOf(loss, f, typeof target === 'number' ? [target] : target, 1)
            );
          }, 0);
          const wanted = sum + beta * network.weightPenalty();
          expect(Math.abs(certificate.objective - wanted)).toBeLessThanOrEqual(1e-9 * (wanted + far * 1e-6));
          expect(certificate.lowerBound ?? certificate.patternBound).toBeLessThanOrEqual(certificate.objective);
        },
      ),
      { numRuns: 60, seed: 5 },
    );
  });

  it('is refused where the objective would overflow', () => {
    const far = X.map(() => 1e200);
    expect(() => trainSync(relu(), X, labels, { loss: 'logistic', beta: 1, offset: far })).toThrow('options.offset');
  });
});

describe('predict', () => {
  const { network } = trainSync(relu(), X, labels, { loss: 'logistic', beta: 0.2, offset });

  it('gives f, or f + o with the offsets of the rows', () => {
    const f = network.predict(X);
    expect(Array.from(network.predict(X, { offset }))).toEqual(Array.from(f, (score, k) => score + offset[k]));
    expect(network.predict(X.slice(0, 2), { offset: [[1], [2]] })).toEqual(Float64Array.of(f[0] + 1, f[1] + 2));
  });

  it('refuses other offsets and options', () => {
    expect(() => network.predict(X, { offset: [1] })).toThrow('options.offset');
    expect(() => network.predict(X, { offset: X })).toThrow('options.offset');
    expect(() => network.predict(X, { offsets: offset } as object)).toThrow('options.offsets');
  });
});

describe('paths and folds', () => {
  it('score with the offsets of their rows', async () => {
    const options = { loss: 'logistic', offset, betas: [0.5, 0.1], scoring: 'loss' } as const;
    const path = await regularizationPath(relu(), X, labels, { ...options, validation: { X, y: labels, offset } });
    for (const { network, trainScore, validationScore } of path) {
      const scores = network.predict(X, { offset });
      const mean = labels.reduce((sum, y, k) => sum + lossOf('logistic', [scores[k]], [y], 1), 0) / rows;
      expect(trainScore).toBeCloseTo(-mean, 12);
      expect(validationScore).toBe(trainScore);
    }
  });

  it('ask for the offsets of validation rows', async () => {
    const call = regularizationPath(relu(), X, labels, { loss: 'logistic', offset, validation: { X, y: labels } });
    await expect(call).rejects.toThrow('options.validation.offset');
  });

  it('folds see the rows that they hold: squared loss, offset o is targets y - o', async () => {
    const options = { betas: [0.3, 0.05], scoring: 'loss', folds: 4 } as const;
    const moved = await crossValidate(relu(), X, values, { ...options, offset });
    const other = await crossValidate(
      relu(),
      X,
      values.map((y, k) => y - offset[k]),
      options,
    );
    moved.scores.forEach((row, i) => {
      row.forEach((score, fold) => {
        expect(Math.abs(score - other.scores[i][fold])).toBeLessThanOrEqual(1e-12 * Math.abs(score));
      });
    });
    const plain = await crossValidate(relu(), X, values, options);
    expect(plain.scores[0][0]).not.toBeCloseTo(moved.scores[0][0], 3);
  });
});
