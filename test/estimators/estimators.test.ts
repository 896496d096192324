import { describe, expect, it } from 'vitest';
import { AbortedError, ArgumentError, ModelFormatError, NotFittedError } from '../../src/errors.js';
import {
  BatchNormClassifier,
  BatchNormRegressor,
  GatedReLUClassifier,
  GatedReLURegressor,
  ReLUClassifier,
  ReLURegressor,
} from '../../src/estimators/named.js';
import { loadNetwork } from '../../src/predict.js';
import { createRandom } from '../../src/random.js';
import type { Label } from '../../src/types.js';

/** Rows of Gaussians, and targets that bend. */
function table(rows: number, columns: number, seed: number) {
  const random = createRandom(seed);
  const X = Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.normal()));
  const y = X.map((row) => Math.abs(row[0]) - 0.5 * Math.max(0, row[columns - 1]) + 0.05 * random.normal());
  return { X, y };
}

const { X, y } = table(60, 3, 1);
const two: Label[] = y.map((value) => (value > 0.5 ? 'high' : 'low'));
const three: Label[] = y.map((value) => (value > 0.9 ? 2 : value > 0.3 ? 1 : 0));
const rescaled = X.map((row) => row.map((value, j) => 1000 * value * (j + 1) + 5 * j));

const quick = { beta: 0.5, patterns: { sample: 30 } } as const;

const kinds = [
  { name: 'ReLURegressor', make: () => new ReLURegressor({ beta: 0.5 }), load: ReLURegressor.fromJSON, targets: y },
  {
    name: 'GatedReLURegressor',
    make: () => new GatedReLURegressor({ beta: 0.5 }),
    load: GatedReLURegressor.fromJSON,
    targets: y,
  },
  { name: 'ReLUClassifier of two', make: () => new ReLUClassifier({ beta: 0.5 }), load: ReLUClassifier.fromJSON, targets: two },
  {
    name: 'ReLUClassifier of three',
    make: () => new ReLUClassifier({ beta: 0.5 }),
    load: ReLUClassifier.fromJSON,
    targets: three,
  },
  {
    name: 'ReLUClassifier by softmax',
    make: () => new ReLUClassifier({ beta: 0.5, loss: 'softmax', patterns: { sample: 20 } }),
    load: ReLUClassifier.fromJSON,
    targets: three,
  },
  {
    name: 'GatedReLUClassifier of three',
    make: () => new GatedReLUClassifier({ beta: 0.5 }),
    load: GatedReLUClassifier.fromJSON,
    targets: three,
  },
  {
    name: 'BatchNormRegressor',
    make: () => new BatchNormRegressor({ beta: 0.5 }),
    load: BatchNormRegressor.fromJSON,
    targets: y,
  },
  {
    name: 'BatchNormClassifier of three',
    make: () => new BatchNormClassifier({ beta: 0.05 }),
    load: BatchNormClassifier.fromJSON,
    targets: three,
  },
];

describe.each(kinds)('$name', ({ make, load, targets }) => {
  const fitted = make().fitSync(X, targets as number[]);

  it('reaches the tolerance and scores well on its own rows', () => {
    expect(fitted.status).toBe('optimal');
    expect(fitted.certificate.patternGap).toBeLessThanOrEqual(1e-6);
    expect(fitted.score(X, targets as number[])).toBeGreaterThan(0.8);
  });

  it('is saved and loaded bit by bit', () => {
    const text = JSON.stringify(fitted);
    const loaded = load(JSON.parse(text));
    expect(JSON.stringify(loaded)).toBe(text);
    expect(loaded.predict(rescaled)).toEqual(fitted.predict(rescaled));
    expect(loaded.decisionFunction(X)).toEqual(fitted.decisionFunction(X));
    expect(loaded.certificate).toEqual(fitted.certificate);
  });

  it('predicts the same through cvxnn/predict', () => {
    const loaded = loadNetwork(JSON.parse(JSON.stringify(fitted)));
    expect(Array.from<unknown>(loaded.predict(X))).toEqual(Array.from<unknown>(fitted.predict(X)));
  });

  it('gives the same bits twice, and asynchronously', async () => {
    const text = JSON.stringify(fitted);
    expect(JSON.stringify(make().fitSync(X, targets as number[]))).toBe(text);
    expect(JSON.stringify(await make().fit(X, targets as number[]))).toBe(text);
  });

  it('does not mind the units of the columns', () => {
    const other = make().fitSync(rescaled, targets as number[]);
    expect(other.certificate.objective / fitted.certificate.objective).toBeCloseTo(1, 3);
    expect(other.score(rescaled, targets as number[])).toBeCloseTo(fitted.score(X, targets as number[]), 1);
  });

  it('refuses another kind, another version and a defect with its place', () => {
    const json = JSON.parse(JSON.stringify(fitted));
    expect(() => load({ ...json, kind: 'tree' })).toThrow(ModelFormatError);
    expect(() => load({ ...json, version: 99 })).toThrow(/versions 1 to 2/);
    expect(() => load({ ...json, beta: null })).toThrow(/beta/);
    expect(() => load({ ...json, certificate: {} })).toThrow(/certificate/);
    expect(() => load({ ...json, network: undefined })).toThrow(/network/);
    expect(() => load(null)).toThrow(ModelFormatError);
  });

  it('explains a row by the linear model in force there', () => {
    const { coefficients, intercept, output } = fitted.explain(X[3]);
    const { outputs } = fitted.network;
    for (let c = 0; c < outputs; c++) {
      const value = X[3].reduce((sum, x, j) => sum + x * coefficients[c * 3 + j], intercept[c]);
      expect(value).toBeCloseTo(output[c], 9);
      expect(value).toBeCloseTo(fitted.decisionFunction([X[3]])[c], 9);
    }
    const { region, models } = fitted.regions(X);
    expect(models.reduce((sum, { samples }) => sum + samples, 0)).toBe(X.length);
    expect(Math.max(...region)).toBe(models.length - 1);
  });
});

describe('before fit', () => {
  it.each(['network', 'certificate', 'status', 'beta'] as const)('%s is refused', (name) => {
    expect(() => new ReLURegressor()[name]).toThrow(NotFittedError);
  });

  it('predict, score and toJSON are refused', () => {
    expect(() => new ReLUClassifier().predict(X)).toThrow(NotFittedError);
    expect(() => new ReLUClassifier().predictProba(X)).toThrow(NotFittedError);
    expect(() => new ReLURegressor().score(X, y)).toThrow(NotFittedError);
    expect(() => new ReLURegressor().toJSON()).toThrow(NotFittedError);
    expect(() => new ReLURegressor().explain(X[0])).toThrow(NotFittedError);
  });
});

describe('labels', () => {
  it.each([
    ['texts', ['no', 'yes']],
    ['numbers', [-3, 7.5]],
    ['booleans', [false, true]],
  ] as const)('may be %s', (_, labels) => {
    const own = two.map((label) => labels[label === 'high' ? 1 : 0]);
    const model = new ReLUClassifier(quick).fitSync(X, own);
    expect(model.classes).toEqual(labels);
    expect(new Set<Label>(model.predict(X))).toEqual(new Set<Label>(labels));
    const { data, shape } = model.predictProba(X);
    expect(shape).toEqual([60, 2]);
    for (let k = 0; k < 60; k++) {
      expect(data[2 * k] + data[2 * k + 1]).toBeCloseTo(1, 12);
      expect(model.predict(X)[k]).toBe(labels[data[2 * k + 1] >= 0.5 ? 1 : 0]);
    }
  });
});

describe('weights', () => {
  const doubled = two.flatMap((label, k) => (label === 'high' ? [k, k] : [k]));
  const raw = { ...quick, standardize: false, patterns: 'priced' } as const;
  const twice = new ReLUClassifier(raw).fitSync(
    doubled.map((k) => X[k]),
    doubled.map((k) => two[k]),
  );

  it('of samples count as copies of rows', () => {
    const weighted = new ReLUClassifier(raw).fitSync(X, two, { sampleWeight: two.map((label) => (label === 'high' ? 2 : 1)) });
    expect(weighted.certificate.objective / twice.certificate.objective).toBeCloseTo(1, 5);
  });

  it('of classes count as copies of rows', () => {
    const record = new ReLUClassifier({ ...raw, classWeight: { high: 2, low: 1 } }).fitSync(X, two);
    expect(record.certificate.objective / twice.certificate.objective).toBeCloseTo(1, 5);
    const weights = new Map<Label, number>([
      ['high', 2],
      ['low', 1],
    ]);
    const map = new ReLUClassifier({ ...raw, classWeight: weights }).fitSync(X, two);
    expect(JSON.stringify(map)).toBe(JSON.stringify(record));
  });

  it('balance the classes', () => {
    const counts = { high: two.filter((label) => label === 'high').length, low: two.filter((label) => label === 'low').length };
    const balanced = new ReLUClassifier({ ...raw, classWeight: 'balanced' }).fitSync(X, two);
    const byHand = new ReLUClassifier({
      ...raw,
      classWeight: { high: 60 / (2 * counts.high), low: 60 / (2 * counts.low) },
    }).fitSync(X, two);
    expect(JSON.stringify(balanced)).toBe(JSON.stringify(byHand));
  });
});

describe('the choice of beta', () => {
  it('takes a value from the path and predicts better than the mean', async () => {
    const stages = new Set<string>();
    const model = await new ReLURegressor({ folds: 3 }).fit(X, y, { onProgress: ({ stage }) => stages.add(stage) });
    expect(stages).toEqual(new Set(['select', 'train']));
    expect(model.beta).toBeGreaterThan(0);
    const held = table(200, 3, 2);
    expect(model.score(held.X, held.y)).toBeGreaterThan(0.7);
  });

  it('may prefer the simpler model within one standard error', () => {
    const usual = new ReLURegressor({ folds: 3 }).fitSync(X, y);
    const simpler = new ReLURegressor({ folds: 3, oneStandardError: true }).fitSync(X, y);
    expect(simpler.beta).toBeGreaterThanOrEqual(usual.beta);
  });
});

describe('stopping', () => {
  it('in the choice of beta leaves nothing', async () => {
    const stop = new AbortController();
    const fit = new ReLURegressor({ folds: 2 }).fit(X, y, { signal: stop.signal, onProgress: () => stop.abort('enough') });
    const error = await fit.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AbortedError);
    expect((error as AbortedError).result).toBeNull();
    expect((error as AbortedError).cause).toBe('enough');
  });

  it('in the fit leaves the best model so far', async () => {
    const stop = new AbortController();
    const model = new ReLURegressor({ beta: 0.01 });
    const fit = model.fit(X, y, { signal: stop.signal, onProgress: ({ iteration }) => iteration >= 5 && stop.abort() });
    const error = (await fit.catch((reason: unknown) => reason)) as AbortedError;
    expect(error).toBeInstanceOf(AbortedError);
    expect(error.result).toBe(model);
    expect(model.certificate.patternBound).toBeLessThanOrEqual(model.certificate.objective);
    expect(model.predict(X)).toHaveLength(60);
  });
});

describe('bad input is refused before any work', () => {
  const refused: [string, () => unknown, RegExp][] = [
    ['an unknown option', () => new ReLURegressor({ alpha: 1 } as object), /options\.alpha is unknown/],
    ['a class weight for regression', () => new ReLURegressor({ classWeight: 'balanced' } as object), /options\.classWeight/],
    ['beta 0', () => new ReLURegressor({ beta: 0 }), /options\.beta/],
    ['beta NaN', () => new ReLURegressor({ beta: Number.NaN }), /options\.beta/],
    ['beta as text', () => new ReLURegressor({ beta: '1' as never }), /options\.beta/],
    ['a loss of labels for regression', () => new ReLURegressor({ loss: 'logistic' }), /options\.loss/],
    ['one fold', () => new ReLUClassifier({ folds: 1 }), /options\.folds/],
    ['standardize as text', () => new ReLUClassifier({ standardize: 'yes' as never }), /options\.standardize/],
    ['class weights as number', () => new ReLUClassifier({ classWeight: 3 as never }), /options\.classWeight/],
    ['a missing class weight', () => new ReLUClassifier({ classWeight: { high: 1 } }).fitSync(X, two), /options\.classWeight/],
    [
      'one class',
      () =>
        new ReLUClassifier().fitSync(
          X,
          two.map(() => 'a'),
        ),
      /single class/,
    ],
    ['NaN', () => new ReLURegressor().fitSync([[1], [Number.NaN]], [1, 2]), /X\[1\]\[0\]/],
    ['ragged rows', () => new ReLURegressor().fitSync([[1, 2], [3]], [1, 2]), /X\[1\]/],
    ['BigInt', () => new ReLURegressor().fitSync([[1n as never], [2]], [1, 2]), /X\[0\]\[0\]/],
    ['too few targets', () => new ReLURegressor().fitSync(X, [1, 2]), /y is of length 2/],
    ['an infinite target', () => new ReLURegressor().fitSync([[1], [2]], [1, Number.POSITIVE_INFINITY]), /y\[1\]/],
    ['a negative weight', () => new ReLURegressor(quick).fitSync([[1], [2]], [1, 2], { sampleWeight: [1, -1] }), /sampleWeight/],
    ['nothing', () => new ReLURegressor().fitSync([], []), /X is empty/],
  ];
  it.each(refused)('%s', (_, call, message) => {
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(message);
  });

  it('constant columns and constant targets are fitted', () => {
    const model = new ReLURegressor({ beta: 0.1 }).fitSync(
      [
        [1, 5],
        [2, 5],
        [3, 5],
      ],
      [4, 4, 4],
    );
    expect(Array.from(model.predict([[9, 5]]))).toEqual([4]);
    expect(() => model.score([[1, 5]], [4])).toThrow(/y is of one row/);
  });
});
