import { describe, expect, it } from 'vitest';
import { AbortedError, ArgumentError } from '../../src/errors.js';
import {
  BatchNormRegressor,
  ConvolutionalRegressor,
  GatedReLUClassifier,
  GatedReLURegressor,
  LayerwiseRegressor,
  ReLUClassifier,
  ReLURegressor,
  ThreeLayerRegressor,
} from '../../src/index.js';
import { createRandom } from '../../src/random.js';

const random = createRandom(11);
const X = Array.from({ length: 48 }, () => [3 + random.normal(), 100 * random.normal(), random.normal()]);
const y = X.map(([a, b, c]) => 50 + 4 * Math.abs(a - 3) - 0.02 * Math.max(0, b) + 0.1 * c);
const labels = y.map((value) => (value > 52 ? 'high' : value > 50.5 ? 'middle' : 'low'));
const [train, test] = [X.slice(0, 36), X.slice(36)];
const sample = { patterns: { sample: 12 } } as const;

const regressors = [
  { name: 'ReLU', make: (o: object) => new ReLURegressor(o) },
  { name: 'gated ReLU', make: (o: object) => new GatedReLURegressor({ ...sample, ...o }) },
  { name: 'batch norm', make: (o: object) => new BatchNormRegressor({ ...sample, ...o }) },
  { name: 'three-layer', make: (o: object) => new ThreeLayerRegressor({ ...sample, ...o }) },
  { name: 'layerwise', make: (o: object) => new LayerwiseRegressor({ ...sample, ...o }) },
  { name: 'convolutional', make: (o: object) => new ConvolutionalRegressor({ image: [3], ...sample, tolerance: 1e-5, ...o }) },
];

describe.each(regressors)('paths of the $name regressor', ({ make }) => {
  const grid = { values: 3, ratio: 0.05 };
  const validation = { X: test, y: y.slice(36) };

  it('begin at betaMax with the constant network, and their networks are those of fits', async () => {
    const steps = await make({}).path(train, y.slice(0, 36), { ...grid, validation });
    const { beta: most } = await make({}).betaMax(train, y.slice(0, 36));
    expect(steps.map(({ beta }) => beta / most)).toEqual([1, expect.closeTo(Math.sqrt(0.05), 10), expect.closeTo(0.05, 10)]);
    const mean = y.slice(0, 36).reduce((sum, target) => sum + target, 0) / 36;
    for (const score of steps[0].network.predict(test)) expect(score).toBeCloseTo(mean, 8);
    for (const [k, step] of steps.entries()) {
      const fitted = make({ beta: step.beta }).fitSync(train, y.slice(0, 36));
      expect(step.objective / fitted.certificate.objective).toBeCloseTo(1, k === 2 ? 3 : 2);
      // Scores are of the networks on raw columns and targets.
      const residuals = Array.from(step.network.predict(test), (score, row) => score - y[36 + row]);
      const heldOut = y.slice(36);
      const middle = heldOut.reduce((sum, target) => sum + target, 0) / 12;
      const spread = heldOut.reduce((sum, target) => sum + (target - middle) ** 2, 0);
      const determination = 1 - residuals.reduce((sum, error) => sum + error * error, 0) / spread;
      expect(step.validationScore).toBeCloseTo(determination, 8);
    }
    expect(steps[2].trainScore).toBeGreaterThan(steps[0].trainScore);
  });
});

describe('paths of classifiers', () => {
  it('score the labels that they are given, of any kind', async () => {
    for (const estimator of [new ReLUClassifier(), new GatedReLUClassifier(sample)]) {
      const steps = await estimator.path(train, labels.slice(0, 36), {
        values: 3,
        ratio: 0.01,
        validation: { X: test, y: labels.slice(36) },
      });
      const { beta } = steps[2];
      const fitted = new (estimator.constructor as typeof ReLUClassifier)({ ...estimator.options, beta });
      fitted.fitSync(train, labels.slice(0, 36));
      expect(steps[2].validationScore).toBeCloseTo(fitted.score(test, labels.slice(36)), 1);
      expect(steps[2].trainScore).toBeGreaterThan(0.9);
    }
  });

  it('weigh classes and rows as fits do', async () => {
    const sampleWeight = labels.slice(0, 36).map((_, k) => 1 + (k % 3));
    const make = (options: object) => new ReLUClassifier({ classWeight: 'balanced', ...options });
    const [, step] = await make({}).path(train, labels.slice(0, 36), { values: 2, ratio: 0.1, sampleWeight });
    const fitted = make({ beta: step.beta }).fitSync(train, labels.slice(0, 36), { sampleWeight });
    expect(step.objective / fitted.certificate.objective).toBeCloseTo(1, 3);
    const plain = await new ReLUClassifier().betaMax(train, labels.slice(0, 36));
    expect((await make({}).betaMax(train, labels.slice(0, 36), { sampleWeight })).beta).not.toBeCloseTo(plain.beta, 3);
  });

  it('are heard, and aborted with the steps so far', async () => {
    const stop = new AbortController();
    let heard = 0;
    const path = new ReLUClassifier().path(train, labels.slice(0, 36), {
      values: 8,
      signal: stop.signal,
      onProgress: () => {
        heard++;
        if (heard === 25) stop.abort();
      },
    });
    const error = await path.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(AbortedError);
    const steps = (error as AbortedError).result as { network: { inputs: number }; beta: number }[];
    expect(steps.length).toBeGreaterThan(0);
    expect(steps.length).toBeLessThan(8);
    for (const { network } of steps) expect(network.inputs).toBe(3);
  });

  it('end at the time limit of the estimator', async () => {
    const steps = await new ReLUClassifier({ timeLimit: 1e-6 }).path(train, labels.slice(0, 36));
    expect(steps.length).toBeLessThan(20);
    expect(steps[steps.length - 1].status).toBe('time-limit');
  });
});

describe('bad options of paths', () => {
  it.each([
    [null, 'options'],
    [{ valuse: 3 }, 'options.valuse'],
    [{ beta: 3 }, 'options.beta'],
    [{ values: 0 }, 'options.values'],
    [{ ratio: 2 }, 'options.ratio'],
    [{ betas: [1, 2] }, 'options.betas[1]'],
    [{ scoring: 'f1' }, 'options.scoring'],
    [{ sampleWeight: [1] }, 'sampleWeight'],
    [{ validation: 3 }, 'options.validation'],
    [{ validation: { X: [[1, 2]], y: ['low'] } }, 'options.validation.X'],
    [{ validation: { X: test, y: ['low'] } }, 'options.validation.y'],
    [{ validation: { X: test, y: test.map(() => 'unheard') } }, 'options.validation.y[0]'],
  ])('%j is refused, by name', async (options, argument) => {
    const asked = new ReLUClassifier().path(train, labels.slice(0, 36), options as object);
    await expect(asked).rejects.toThrow(ArgumentError);
    await expect(asked).rejects.toMatchObject({ argument });
  });
});
