import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BatchNormClassifier,
  BatchNormRegressor,
  GatedReLUClassifier,
  GatedReLURegressor,
  LayerwiseRegressor,
  ReLUClassifier,
  ReLURegressor,
  ThreeLayerRegressor,
} from '../../src/index.js';
import { createRandom } from '../../src/random.js';

const random = createRandom(11);
const rows = 30;
const X = Array.from({ length: rows }, () => [4 * random.uniform(), 2 * random.normal() + 7]);
const y = X.map(([a, b]) => Math.max(0, a - 2) - b + 0.1 * random.normal());
const labels = X.map(([a, b]) => (a > b - 5 ? 'p' : 'q'));
const kinds = X.map(([a, b]) => (a > 2.6 ? 'x' : b > 7 ? 'y' : 'z'));
const fresh = [
  [1, 7],
  [3, 6],
  [2, 9],
];

const repeat = <T>(list: readonly T[], weights: readonly number[]): T[] =>
  list.flatMap((entry, k) => Array<T>(weights[k]).fill(entry));
/** Of every row 0, 1, 2 or 3, at least one above 0 in every third row, so that every class keeps rows. */
const someWeights = fc
  .array(fc.integer({ min: 0, max: 3 }), { minLength: rows, maxLength: rows })
  .map((weights) => weights.map((weight, k) => (k % 3 === 0 ? Math.max(1, weight) : weight)));

const models = [
  { name: 'ReLURegressor', make: () => new ReLURegressor({ beta: 0.5 }), targets: y, share: 1e-3 },
  { name: 'ReLURegressor, huber', make: () => new ReLURegressor({ beta: 0.5, loss: 'huber' }), targets: y, share: 1e-3 },
  { name: 'GatedReLURegressor', make: () => new GatedReLURegressor({ beta: 0.5 }), targets: y, share: 2e-6 },
  { name: 'BatchNormRegressor', make: () => new BatchNormRegressor({ beta: 0.1 }), targets: y, share: 1e-3 },
  { name: 'ReLUClassifier', make: () => new ReLUClassifier({ beta: 0.5 }), targets: labels, share: 1e-3 },
  {
    name: 'GatedReLUClassifier, three classes',
    make: () => new GatedReLUClassifier({ beta: 0.5 }),
    targets: kinds,
    share: 2e-6,
  },
  {
    name: 'GatedReLUClassifier, balanced',
    make: () => new GatedReLUClassifier({ beta: 0.5, classWeight: 'balanced' }),
    targets: kinds,
    share: 2e-6,
  },
  {
    name: 'GatedReLUClassifier, softmax',
    make: () => new GatedReLUClassifier({ beta: 0.5, loss: 'softmax', patterns: { sample: 12 } }),
    targets: kinds,
    share: 2e-6,
  },
  { name: 'BatchNormClassifier', make: () => new BatchNormClassifier({ beta: 0.05 }), targets: labels, share: 1e-3 },
  {
    name: 'ThreeLayerRegressor',
    make: () => new ThreeLayerRegressor({ beta: 0.5, patterns: { sample: 20 } }),
    targets: y,
    share: 2e-6,
  },
];

describe.each(models)('weights of $name', ({ make, targets, share }) => {
  const fit = (k: readonly number[][], t: readonly unknown[], sampleWeight?: readonly number[]) =>
    make().fitSync(k, t as number[], sampleWeight ? { sampleWeight } : {});

  it('a row of weight w is w rows: the objective, the scales and the predictions are the same', () => {
    fc.assert(
      fc.property(someWeights, (weights) => {
        const weighted = fit(X, targets, weights);
        const repeated = fit(repeat(X, weights), repeat<unknown>(targets, weights));
        const ratio = weighted.certificate.objective / repeated.certificate.objective;
        expect(Math.abs(ratio - 1)).toBeLessThanOrEqual(share);
        expect(weighted.decisionFunction(fresh).length).toBe(repeated.decisionFunction(fresh).length);
      }),
      { numRuns: 6 },
    );
  });

  it('a row of weight 0 is an absent row, to the last bit, whatever stands in it', () => {
    const weights = X.map((_, k) => (k % 7 === 3 ? 0 : 1 + (k % 2)));
    const junk = X.map((row, k) => (weights[k] === 0 ? [1e6 * (k + 1), -3] : row));
    const odd = (targets as unknown[]).map((target, k) =>
      weights[k] > 0 ? target : typeof target === 'number' ? 1e5 : 'a label of its own',
    );
    const keep = <T>(list: readonly T[]) => list.filter((_, k) => weights[k] > 0);
    const weighted = fit(junk, odd, weights);
    const without = fit(keep(X), keep(targets as unknown[]), keep(weights));
    const { notes, ...model } = weighted.toJSON();
    const { notes: none, ...other } = without.toJSON();
    expect(model).toEqual(other);
    expect(notes).toEqual([`${weights.filter((w) => w === 0).length} of the rows have weight 0 and take no part`]);
    expect(none).toEqual([]);
  });
});

describe('the choice of beta', () => {
  const quick = { patterns: { sample: 15 } } as const;

  it.each([
    ['regression', () => new GatedReLURegressor(quick), y as readonly unknown[]],
    ['two classes', () => new GatedReLUClassifier(quick), labels],
  ])('gives weights and repeated rows the same folds, so the same beta: %s', (_, make, targets) => {
    fc.assert(
      fc.property(someWeights, (weights) => {
        const weighted = make().fitSync(X, targets as number[], { sampleWeight: weights });
        const repeated = make().fitSync(repeat(X, weights), repeat(targets, weights) as number[]);
        expect(Math.abs(weighted.beta / repeated.beta - 1)).toBeLessThan(1e-9);
      }),
      { numRuns: 4 },
    );
  });

  it('does not hear rows of weight 0', () => {
    const weights = X.map((_, k) => (k === 7 ? 0 : 1));
    const junk = X.map((row, k) => (k === 7 ? [999999, row[1]] : row));
    const keep = <T>(list: readonly T[]) => list.filter((_, k) => k !== 7);
    const weighted = new GatedReLURegressor(quick).fitSync(junk, y, { sampleWeight: weights });
    const without = new GatedReLURegressor(quick).fitSync(keep(X), keep(y), { sampleWeight: keep(weights) });
    expect(weighted.beta).toBe(without.beta);
    expect(weighted.predict(fresh)).toEqual(without.predict(fresh));
    // Weights that are all one say the same as none.
    const plain = new GatedReLURegressor(quick).fitSync(keep(X), keep(y));
    expect(weighted.beta / plain.beta).toBeCloseTo(1, 9);
  });
});

describe('classes', () => {
  it('of weight 0 are absent: they are not among the classes', () => {
    const model = new GatedReLUClassifier({ beta: 0.5, classWeight: { x: 0, y: 1, z: 2 } }).fitSync(X, kinds);
    expect(model.classes).toEqual(['y', 'z']);
    const kept = kinds.map((kind) => ({ x: 0, y: 1, z: 2 })[kind] as number);
    const sampled = new GatedReLUClassifier({ beta: 0.5 }).fitSync(X, kinds, { sampleWeight: kept });
    expect(sampled.decisionFunction(fresh)).toEqual(model.decisionFunction(fresh));
  });

  it('of which one alone has weight are refused', () => {
    expect(() => new ReLUClassifier({ beta: 1, classWeight: { p: 1, q: 0 } }).fitSync(X, labels)).toThrow(/single class/);
  });
});

describe('scores', () => {
  const model = new GatedReLURegressor({ beta: 3 }).fitSync(X, y);
  const classifier = new GatedReLUClassifier({ beta: 3 }).fitSync(X, kinds);
  const weights = X.map((_, k) => k % 4);

  it('count a row of weight w as w rows', () => {
    expect(model.score(X, y, { sampleWeight: weights })).toBeCloseTo(model.score(repeat(X, weights), repeat(y, weights)), 12);
    expect(classifier.score(X, kinds, { sampleWeight: weights })).toBeCloseTo(
      classifier.score(repeat(X, weights), repeat(kinds, weights)),
      12,
    );
  });

  it('of one row, or of equal targets, are refused: R^2 is not defined there', () => {
    expect(() => model.score([X[0]], [y[0]])).toThrow(/y is of one row; expected targets that differ: R\^2/);
    expect(() => model.score(X.slice(0, 3), [2, 2, 2])).toThrow(/y is of 3 equal targets/);
    expect(() => model.score(X.slice(0, 2), [1, 2], { sampleWeight: [1, 0] })).toThrow(/y is of one row/);
    expect(classifier.score([X[0]], [classifier.predict([X[0]])[0]])).toBe(1);
  });

  it('and weights that are none are refused', () => {
    for (const sampleWeight of [0, '', false, null, [1], X.map(() => -1), X.map(() => 0), X.map(() => Number.NaN)])
      expect(() => model.score(X, y, { sampleWeight: sampleWeight as never })).toThrow(/sampleWeight/);
  });
});

it('a proof knows the rows that have no weight, and verifies with the whole table', () => {
  const weights = X.map((_, k) => (k % 5 === 2 ? 0 : k % 3 === 0 ? 2 : 1));
  const odd = labels.map((label, k) => (weights[k] > 0 ? label : 'a label of its own'));
  const model = new ReLUClassifier({ beta: 2, proof: true }).fitSync(X, odd, { sampleWeight: weights });
  const { proof } = model;
  expect(proof?.data).toMatchObject({ samples: weights.filter((w) => w > 0).length, absent: [2, 7, 12, 17, 22, 27] });
  expect(model.verify(JSON.parse(JSON.stringify(proof)), X, odd).lowerBound).toBeGreaterThan(0);
  expect(() => model.verify(proof, X.slice(0, 10), odd.slice(0, 10))).toThrow(/X is of 10 rows/);
});

it('layers of a layerwise network count a row of weight w as w rows', () => {
  const weights = X.map((_, k) => k % 3);
  const options = { beta: 1, patterns: { sample: 10 } } as const;
  const weighted = new LayerwiseRegressor(options).fitSync(X, y, { sampleWeight: weights });
  const repeated = new LayerwiseRegressor(options).fitSync(repeat(X, weights), repeat(y, weights));
  expect(Math.abs(weighted.certificate.objective / repeated.certificate.objective - 1)).toBeLessThan(1e-2);
});
