import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ClassifierOptions } from '../../src/estimators/options.js';
import {
  BatchNormClassifier,
  ConvolutionalClassifier,
  GatedReLUClassifier,
  LayerwiseClassifier,
  type Network,
  type PathStep,
  ReLUClassifier,
  ReLURegressor,
  ThreeLayerClassifier,
} from '../../src/index.js';
import { loadNetwork } from '../../src/predict.js';
import { numbers } from '../support/kernel-harness.js';

const rows = 40;
const draws = numbers(rows * 4, 17, 1);
const X = Array.from({ length: rows }, (_, k) => Array.from(draws.subarray(4 * k, 4 * k + 4)));
/** Class c of `count` has about a share of (c + 1); all are there. */
const labelsOf = (count: number) =>
  X.map((_, k) => {
    const wheel = Array.from({ length: count }, (__, c) => new Array<string>(c + 1).fill(`class ${c}`)).flat();
    return wheel[(7 * k) % wheel.length];
  });

/** What the tests need of every classifier, whatever its network. */
type AnyClassifier = Pick<
  ReLUClassifier,
  'beta' | 'betaMax' | 'classes' | 'decisionFunction' | 'notes' | 'predict' | 'predictProba' | 'score' | 'toJSON'
> & {
  readonly network: Network;
  fit(...call: Parameters<ReLUClassifier['fit']>): Promise<AnyClassifier>;
  fitSync(...call: Parameters<ReLUClassifier['fitSync']>): AnyClassifier;
  path(...call: Parameters<ReLUClassifier['path']>): Promise<PathStep[]>;
};
type Make = (options: ClassifierOptions) => AnyClassifier;
const classifiers: readonly [string, Make, (json: unknown) => AnyClassifier][] = [
  ['ReLUClassifier', (o) => new ReLUClassifier(o), ReLUClassifier.fromJSON],
  ['GatedReLUClassifier', (o) => new GatedReLUClassifier(o), GatedReLUClassifier.fromJSON],
  ['BatchNormClassifier', (o) => new BatchNormClassifier(o), BatchNormClassifier.fromJSON],
  ['ConvolutionalClassifier', (o) => new ConvolutionalClassifier({ image: [2, 2], ...o }), ConvolutionalClassifier.fromJSON],
  ['ThreeLayerClassifier', (o) => new ThreeLayerClassifier(o), ThreeLayerClassifier.fromJSON],
  ['LayerwiseClassifier', (o) => new LayerwiseClassifier(o), LayerwiseClassifier.fromJSON],
];

function sharesOf(y: readonly string[], classes: readonly unknown[], weightOf: (label: string, k: number) => number): number[] {
  const sums = classes.map(() => 0);
  y.forEach((label, k) => {
    sums[classes.indexOf(label)] += weightOf(label, k);
  });
  const total = sums.reduce((a, b) => a + b, 0);
  return sums.map((sum) => sum / total);
}

const losses = ['logistic', 'softmax', 'squaredHinge', 'squared'] as const;
const sampleWeight = X.map((_, k) => (k % 7 === 3 ? 0 : 0.2 + (k % 5)));
const heavy = (label: string) => (label === 'class 0' ? 5 : 0.5);

describe.each(classifiers)('%s without neurons', (_name, make, load) => {
  for (const loss of losses) {
    for (const count of [2, 3, 5]) {
      it(`predicts the weighted shares, says so, and is saved with them: ${loss}, ${count} classes`, () => {
        const y = labelsOf(count);
        const classWeight = Object.fromEntries(Array.from({ length: count }, (_, c) => [`class ${c}`, heavy(`class ${c}`)]));
        const settings: [ClassifierOptions, boolean, (label: string, k: number) => number][] = [
          [{}, false, () => 1],
          [{}, true, (_label, k) => sampleWeight[k]],
          [{ classWeight }, true, (label, k) => heavy(label) * sampleWeight[k]],
        ];
        for (const [options, weighted, weightOf] of settings) {
          const model = make({ beta: 1e4, loss, ...options }).fitSync(X, y, weighted ? { sampleWeight } : {});
          expect(model.network.neurons).toBe(0);
          const { data } = model.predictProba(X);
          const wanted = sharesOf(y, model.classes, weightOf);
          data.forEach((p, at) => {
            expect(Math.abs(p - wanted[at % count])).toBeLessThanOrEqual(4e-15);
          });
          const most = model.classes[wanted.indexOf(Math.max(...wanted))];
          expect(model.predict(X)).toEqual(X.map(() => most));
          expect(model.notes.join()).toMatch(/no neurons.*the shares of the classes/);
          const text = JSON.parse(JSON.stringify(model));
          const [loaded, light] = [load(text), loadNetwork(text)];
          expect(loaded.predictProba(X).data).toEqual(data);
          expect(loaded.notes).toEqual(model.notes);
          expect(light.kind === 'classifier' && light.predictProba(X).data).toEqual(data);
        }
      });
    }
  }

  it('gives each class the same share where classes are balanced', () => {
    const y = labelsOf(3);
    const { data } = make({ beta: 1e4, classWeight: 'balanced' }).fitSync(X, y).predictProba(X);
    data.forEach((p) => {
      expect(p).toBeCloseTo(1 / 3, 14);
    });
  });

  it('has the minimizer of the Huber loss, whose class is the larger one', () => {
    const y = labelsOf(2);
    const model = make({ beta: 1e4, loss: 'huber' }).fitSync(X, y);
    const share = y.filter((label) => label === 'class 1').length / rows;
    expect(model.decisionFunction(X)[0]).toBeCloseTo(1 - (1 - share) / share, 14);
    expect(new Set(model.predict(X))).toEqual(new Set(['class 1']));
  });

  it('begins its path with the shares, and ends at betaMax of the problem with them', async () => {
    const y = labelsOf(2);
    const { beta, exact } = await make({}).betaMax(X, y);
    const path = await make({}).path(X, y, { values: 2, ratio: 0.5, validation: { X, y } });
    const first = path[0].network;
    const share = y.filter((label) => label === 'class 1').length / rows;
    if (exact) {
      expect(Math.abs(path[0].beta / beta - 1)).toBeLessThanOrEqual(1e-9);
      expect(make({ beta: 1.001 * beta }).fitSync(X, y).network.neurons).toBe(0);
    }
    expect(make({ beta: 0.9 * beta }).fitSync(X, y).network.neurons).toBeGreaterThan(0);
    if (first.neurons === 0) {
      expect(first.predict(X)[0]).toBeCloseTo(Math.log(share / (1 - share)), 14);
      expect(path[0].trainScore).toBe(share);
      expect(path[0].validationScore).toBe(share);
    }
    expect(path[1].objective).toBeLessThan(path[0].objective);
  });
});

describe('the offset of a classifier', () => {
  const y = labelsOf(3);

  it('is the one of the functions: the same network as train with log shares, folded', async () => {
    const two = labelsOf(2);
    const table = X.map((row) => row.slice(0, 2));
    const model = new ReLUClassifier({ beta: 0.5, patterns: 'all', standardize: false }).fitSync(table, two);
    const { relu, trainSync } = await import('../../src/index.js');
    const share = two.filter((label) => label === 'class 1').length / rows;
    const offset = X.map(() => Math.log(share / (1 - share)));
    const signs = two.map((label) => (label === 'class 1' ? 1 : -1));
    const options = { beta: 0.5, loss: 'logistic', offset, patterns: 'all', pricingTolerance: 3e-4 } as const;
    const { network, certificate } = trainSync(relu(), table, signs, options);
    expect(Math.abs(model.certificate.objective / certificate.objective - 1)).toBeLessThanOrEqual(1e-6);
    const scores = model.decisionFunction(table);
    network.predict(table, { offset }).forEach((score, k) => {
      expect(Math.abs(scores[k] - score)).toBeLessThanOrEqual(1e-2);
    });
  });

  it('is part of what explain, regions and exports give', () => {
    const model = new ReLUClassifier({ beta: 1e4 }).fitSync(X, y);
    const { intercept } = model.explain(X[0]);
    expect(Array.from(intercept)).toEqual(Array.from(model.decisionFunction(X.slice(0, 1))));
  });

  it('is finite where a fold has no row of a class', async () => {
    const rare = X.map((_, k) => (k === 3 ? 'once' : k % 2 ? 'odd' : 'even'));
    for (const loss of ['logistic', 'softmax'] as const) {
      const model = await new GatedReLUClassifier({ loss, folds: 4 }).fit(X, rare);
      expect(Array.from(model.predictProba(X).data).every(Number.isFinite)).toBe(true);
      expect(model.beta).toBeGreaterThan(0);
    }
  });

  it('is in the certificate, which verifies and is about this model', () => {
    for (const loss of ['logistic', 'squaredHinge', 'squared', 'softmax'] as const) {
      const few = X.slice(0, 24).map((row) => row.slice(0, 2));
      const own = labelsOf(3).slice(0, 24);
      const model = new ReLUClassifier({ beta: 1, loss, patterns: 'certified', proof: true }).fitSync(few, own);
      const proof = JSON.parse(JSON.stringify(model.proof));
      expect(proof.problem.offset).toHaveLength(3);
      expect(model.verify(proof, few, own).relativeGap).toBeLessThanOrEqual(1e-6);
      const other = new ReLUClassifier({ beta: 1, loss, classWeight: 'balanced' }).fitSync(few, own);
      expect(() => other.verify(proof, few, own)).toThrow('not about this model');
    }
  });
});

describe('no-signal.csv', () => {
  const [, ...lines] = readFileSync(join(import.meta.dirname, 'no-signal.csv'), 'utf8')
    .trim()
    .split('\n');
  const table = lines.map((line) => line.split(','));
  const features = table.map((row) => row.slice(0, -1).map(Number));
  const churn = table.map((row) => row[row.length - 1]);

  it.each(classifiers.filter(([name]) => name !== 'ConvolutionalClassifier'))(
    '%s never does worse than the larger class, and where it has no neurons predicts the shares',
    async (_name, make) => {
      const model = await make({}).fit(features, churn);
      const share = churn.filter((label) => label === 'no').length / churn.length;
      expect(model.score(features, churn)).toBeGreaterThanOrEqual(Math.max(share, 1 - share) - 1e-12);
      if (model.network.neurons > 0) return;
      expect(model.predictProba(features).data[0]).toBeCloseTo(share, 14);
      expect(model.notes).toHaveLength(1);
    },
  );
});

describe('a regressor without neurons', () => {
  it('predicts the weighted mean, and says so', () => {
    const y = X.map((row) => 3 + row[0]);
    const model = new ReLURegressor({ beta: 1e4 }).fitSync(X, y, { sampleWeight });
    const total = sampleWeight.reduce((a, b) => a + b, 0);
    const mean = y.reduce((sum, target, k) => sum + (sampleWeight[k] / total) * target, 0);
    expect(model.predict(X)[0]).toBeCloseTo(mean, 12);
    expect(model.notes.join()).toContain('no neurons');
    expect(new ReLURegressor({ beta: 0.1 }).fitSync(X, y).notes).toEqual([]);
  });
});
