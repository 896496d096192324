import { describe, expect, it } from 'vitest';
import {
  BatchNormClassifier,
  BatchNormRegressor,
  GatedReLUClassifier,
  LayerwiseRegressor,
  ReLUClassifier,
  ReLURegressor,
  ThreeLayerRegressor,
} from '../../src/index.js';
import { numbers } from '../support/kernel-harness.js';

const rows = 24;
const noise = numbers(rows * 3, 8, 1);
const X = Array.from({ length: rows }, (_, k) => [noise[3 * k], 2 * noise[3 * k + 1] + 1]);
const y = X.map(([a, b], k) => Math.max(0, a) - Math.abs(b) + 0.2 * noise[3 * k + 2]);
const kinds = X.map(([a, b]) => (a > 0.2 ? 'right' : b > 1 ? 'up' : 'down'));
const two = kinds.map((kind) => kind === 'up');
const fresh = Array.from({ length: 9 }, (_, k) => [k / 4 - 1, k / 3 - 1]);
/** A permutation of the rows without fixed structure. */
const order = Array.from({ length: rows }, (_, k) => (7 * k + 3) % rows);
const permuted = <T>(list: readonly T[]): T[] => order.map((k) => list[k]);

const regressors = { ReLURegressor, BatchNormRegressor, ThreeLayerRegressor, LayerwiseRegressor };
const classifiers = { ReLUClassifier, BatchNormClassifier, GatedReLUClassifier };
/** Tight: fits are compared, and 1/2 |f - f*|^2 is at most the gap. */
const options = { beta: 0.3, tolerance: 1e-9, seed: 2 };

function expectClose(actual: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(wanted.length);
  Array.from(wanted).forEach((value, k) => {
    expect(Math.abs(actual[k] - value)).toBeLessThanOrEqual(tolerance * (1 + Math.abs(value)));
  });
}

describe.each(Object.entries(regressors))('%s', (_name, Model) => {
  const plain = new Model(options).fitSync(X, y);

  it('standardizes: units of columns that are powers of two change no bit', () => {
    const scaled = (table: number[][]) => table.map(([a, b]) => [a * 2 ** 30, b * 2 ** -20]);
    const model = new Model(options).fitSync(scaled(X), y);
    expect(model.certificate).toEqual(plain.certificate);
    expectClose(model.predict(scaled(fresh)), plain.predict(fresh), 1e-12);
  });

  it('standardizes: any unit and offset of columns and of targets gives the same model', () => {
    const moved = (table: number[][]) => table.map(([a, b]) => [3 * a - 5, 0.1 * b + 40]);
    const model = new Model(options).fitSync(
      moved(X),
      y.map((target) => 7 * target + 100),
    );
    expect(Math.abs(model.certificate.objective / plain.certificate.objective - 1)).toBeLessThanOrEqual(1e-6);
    expectClose(
      model.predict(moved(X)),
      plain.predict(X).map((value) => 7 * value + 100),
      1e-3,
    );
    expect(
      model.score(
        moved(X),
        y.map((target) => 7 * target + 100),
      ),
    ).toBeCloseTo(plain.score(X, y), 4);
  });

  it('has the same predictions after it is saved and loaded, and no other class reads it', () => {
    const json = JSON.parse(JSON.stringify(plain));
    const again = (Model as unknown as { fromJSON(json: unknown): typeof plain }).fromJSON(json);
    expect(again.predict(fresh)).toEqual(plain.predict(fresh));
    expect(again.certificate).toEqual(plain.certificate);
    expect(() => ReLUClassifier.fromJSON(json)).toThrow(/^kind is|kind/);
  });

  it('scores 1 - errors / deviations', () => {
    const mean = y.reduce((sum, target) => sum + target, 0) / rows;
    const fitted = plain.predict(X);
    const errors = y.reduce((sum, target, k) => sum + (target - fitted[k]) ** 2, 0);
    const deviations = y.reduce((sum, target) => sum + (target - mean) ** 2, 0);
    expect(plain.score(X, y)).toBeCloseTo(1 - errors / deviations, 12);
  });
});

describe('exact estimators do not hear the order', () => {
  it.each([
    ['ReLURegressor', () => new ReLURegressor(options)],
    ['BatchNormRegressor', () => new BatchNormRegressor(options)],
  ])('of rows and of columns: %s', (_name, make) => {
    const plain = make().fitSync(X, y);
    const shuffled = make().fitSync(permuted(X), permuted(y));
    const swapped = make().fitSync(
      X.map(([a, b]) => [b, a]),
      y,
    );
    for (const other of [shuffled, swapped]) {
      expect(other.certificate.provenGlobal).toBe(plain.certificate.provenGlobal);
      expect(Math.abs(other.certificate.objective / plain.certificate.objective - 1)).toBeLessThanOrEqual(1e-6);
    }
    expectClose(shuffled.predict(X), plain.predict(X), 1e-2);
    expectClose(swapped.predict(X.map(([a, b]) => [b, a])), plain.predict(X), 1e-2);
  });

  it('of rows that stand several times: as many weights say the same', () => {
    const weights = X.map((_, k) => k % 3);
    const repeated = <T>(list: readonly T[]): T[] => list.flatMap((entry, k) => Array<T>(weights[k]).fill(entry));
    // Means and spreads are those of the rows, whatever their weights: compared without them.
    const raw = { ...options, standardize: false };
    const weighted = new ReLURegressor(raw).fitSync(X, y, { sampleWeight: weights });
    const twice = new ReLURegressor(raw).fitSync(repeated(X), repeated(y));
    expect(Math.abs(weighted.certificate.objective / twice.certificate.objective - 1)).toBeLessThanOrEqual(1e-6);
    expectClose(weighted.predict(repeated(X)), twice.predict(repeated(X)), 1e-2);
    const labelled = new ReLUClassifier(raw).fitSync(X, two, { sampleWeight: weights });
    const again = new ReLUClassifier(raw).fitSync(repeated(X), repeated(two));
    expect(Math.abs(labelled.certificate.objective / again.certificate.objective - 1)).toBeLessThanOrEqual(1e-6);
    expect(labelled.predict(fresh)).toEqual(again.predict(fresh));
  });
});

describe.each(Object.entries(classifiers))('%s', (_name, Model) => {
  const plain = new Model(options).fitSync(X, kinds);

  it('does not hear names: other labels in the same order give the same bits', () => {
    const names: Readonly<Record<string, number>> = { down: -2, right: 0.5, up: 1e9 };
    const model = new Model(options).fitSync(
      X,
      kinds.map((kind) => names[kind]),
    );
    expect(model.classes).toEqual([-2, 0.5, 1e9]);
    expect(model.decisionFunction(fresh)).toEqual(plain.decisionFunction(fresh));
    expect(Array.from(model.predict(fresh))).toEqual(Array.from(plain.predict(fresh), (kind) => names[String(kind)]));
  });

  it('takes the classes in their own order: labels in another order give the same model with columns moved', () => {
    const names: Readonly<Record<string, string>> = { down: 'z', right: 'b', up: 'a' };
    const model = new Model(options).fitSync(
      X,
      kinds.map((kind) => names[kind]),
    );
    expect(Math.abs(model.certificate.objective / plain.certificate.objective - 1)).toBeLessThanOrEqual(1e-5);
    const [before, after] = [plain.predictProba(X), model.predictProba(X)];
    plain.classes.forEach((kind, c) => {
      const other = model.classes.indexOf(names[String(kind)]);
      for (let k = 0; k < rows; k++) expect(after.data[3 * k + other]).toBeCloseTo(before.data[3 * k + c], 2);
    });
  });

  it('has probabilities that add up to one, are largest for the label predicted, and fall with the score', () => {
    const { data, shape } = plain.predictProba(fresh);
    expect(shape).toEqual([fresh.length, 3]);
    const predicted = plain.predict(fresh);
    fresh.forEach((_, k) => {
      const own = Array.from(data.subarray(3 * k, 3 * k + 3));
      expect(own.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
      expect(Math.min(...own)).toBeGreaterThanOrEqual(0);
      expect(plain.classes[own.indexOf(Math.max(...own))]).toBe(predicted[k]);
    });
    const model = new Model(options).fitSync(X, two);
    const scores = model.decisionFunction(fresh);
    const share = Array.from({ length: fresh.length }, (_, k) => model.predictProba(fresh).data[2 * k + 1]);
    const sorted = [...scores.keys()].sort((a, b) => scores[a] - scores[b]);
    sorted.slice(1).forEach((k, at) => {
      expect(share[k]).toBeGreaterThanOrEqual(share[sorted[at]]);
    });
  });

  it('weighs classes as it says: balanced is the weights by hand, and zero leaves a class out of the loss', () => {
    const counts = plain.classes.map((kind) => kinds.filter((own) => own === kind).length);
    const byHand = new Map(plain.classes.map((kind, c) => [kind, rows / (3 * counts[c])]));
    const balanced = new Model({ ...options, classWeight: 'balanced' }).fitSync(X, kinds);
    const given = new Model({ ...options, classWeight: byHand }).fitSync(X, kinds);
    expect(given.certificate).toEqual(balanced.certificate);
    const weights = kinds.map((kind) => byHand.get(kind) as number);
    const sampled = new Model(options).fitSync(X, kinds, { sampleWeight: weights });
    expect(sampled.certificate.objective).toBeCloseTo(balanced.certificate.objective, 9);
  });
});
