import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatedReLUClassifier, GatedReLURegressor, GatedReLUStream, ReLUClassifier, ReLURegressor } from '../../src/index.js';
import { loadNetwork } from '../../src/predict.js';
import { createRandom } from '../../src/random.js';

const random = createRandom(21);
const X = Array.from({ length: 60 }, () => [10 * random.uniform(), random.normal()]);
const y = X.map(([a, b]) => 3 * Math.max(0, a - 4) - b);
const model = new ReLURegressor({ beta: 0.3 }).fitSync(X, y);
const wild = new ReLURegressor({ beta: 0.3, extrapolate: true }).fitSync(X, y);
const [low, high] = [Math.min(...y), Math.max(...y)];
const [least, most] = [low - 0.25 * (high - low), high + 0.25 * (high - low)];
const ends = [0, 1].map((j) => [Math.min(...X.map((row) => row[j])), Math.max(...X.map((row) => row[j]))]);

const anywhere = fc.array(
  fc.tuple(fc.double({ min: -1e4, max: 1e4, noNaN: true }), fc.double({ min: -50, max: 50, noNaN: true })),
  {
    minLength: 1,
    maxLength: 20,
  },
);

describe('rows outside of what training saw', () => {
  it('are named with their columns and how far they are', () => {
    const [inside, one, both] = model.outside([X[0], [ends[0][1] + 5, X[0][1]], [ends[0][0] - 2, ends[1][1] + 3]]);
    expect(inside).toEqual([]);
    expect(one).toEqual([
      { column: 0, value: ends[0][1] + 5, low: ends[0][0], high: ends[0][1], distance: expect.closeTo(5, 9) },
    ]);
    expect(both.map(({ column }) => column)).toEqual([0, 1]);
    expect(both.map(({ distance }) => distance)).toEqual([expect.closeTo(2, 9), expect.closeTo(3, 9)]);
  });

  it('are none of the training rows', () => {
    expect(model.outside(X).flat()).toEqual([]);
    expect(model.predict(X)).toEqual(model.network.predict(X));
  });

  it('are bounded to the range of the targets, widened by a quarter, and no other row is', () => {
    fc.assert(
      fc.property(anywhere, (rows) => {
        const outside = model.outside(rows).map((columns) => columns.length > 0);
        const raw = model.network.predict(rows);
        expect(model.decisionFunction(rows)).toEqual(raw);
        model.predict(rows).forEach((prediction, k) => {
          expect(prediction).toBe(outside[k] ? Math.min(most, Math.max(least, raw[k])) : raw[k]);
        });
        expect(outside).toEqual(rows.map((row) => row.some((value, j) => value < ends[j][0] || value > ends[j][1])));
      }),
    );
  });

  it('are not bounded where the model extrapolates, which changes nothing else', () => {
    const far = [[1e4, 0]];
    expect(wild.predict(far)).toEqual(wild.network.predict(far));
    expect(wild.predict(far)[0]).toBeGreaterThan(1e3);
    expect(wild.certificate).toEqual(model.certificate);
    expect(wild.outside(far)).toEqual(model.outside(far));
    expect(JSON.stringify(wild.network)).toBe(JSON.stringify(model.network));
  });

  it('are explained by the network, with the bounded prediction beside it', () => {
    const far = [1e4, 0];
    const { output, bounded } = model.explain(far);
    expect(output).toEqual(model.network.predict([far]));
    expect(bounded).toBe(most);
    expect(model.explain(X[0]).bounded).toBeNull();
    expect(wild.explain(far).bounded).toBeNull();
  });

  it('are treated the same after saving, by the class and by cvxnn/predict', () => {
    const rows = [[1e4, 0], X[0], [-1e4, 9]];
    for (const one of [model, wild]) {
      const json = JSON.parse(JSON.stringify(one));
      const again = ReLURegressor.fromJSON(json);
      const loaded = loadNetwork(json);
      for (const other of [again, loaded]) {
        expect(other.predict(rows)).toEqual(one.predict(rows));
        expect(other.outside(rows)).toEqual(one.outside(rows));
      }
      expect(loaded.network.predict(rows)).toEqual(one.network.predict(rows));
    }
  });

  it('are never bounded by a document of version 1, which is written again as version 1', () => {
    const { notes, ranges, bounds, ...first } = model.toJSON();
    const old = { ...first, version: 1 };
    const again = ReLURegressor.fromJSON(old);
    expect(again.predict([[1e4, 0]])).toEqual(model.network.predict([[1e4, 0]]));
    expect(loadNetwork(old).predict([[1e4, 0]])).toEqual(model.network.predict([[1e4, 0]]));
    expect(again.outside([[1e4, 0]])).toEqual([[]]);
    expect(again.toJSON()).toEqual(old);
  });

  it('of classifiers are named, and nothing is bounded', () => {
    const labels = y.map((value) => (value > 5 ? 'high' : 'low'));
    const classifier = new ReLUClassifier({ beta: 0.3 }).fitSync(X, labels);
    expect(classifier.outside([[1e4, 0]])[0]).toHaveLength(1);
    expect(classifier.toJSON().bounds).toBeNull();
    expect(classifier.decisionFunction([[1e4, 0]])).toEqual(classifier.network.predict([[1e4, 0]]));
  });

  it.each([-1, 0, 1])('matrices of %i columns more or fewer are refused', (change) => {
    const row = new Array(2 + change).fill(1);
    if (change === 0) expect(model.outside([row])).toHaveLength(1);
    else expect(() => model.outside([row])).toThrow(/X is of \d columns?; expected 2 columns/);
  });

  it('of a stream are those of all its rows, in any pieces', async () => {
    const stream = new GatedReLUStream({ beta: 0.3, gates: 8 });
    for (let k = 0; k < 60; k += 7) await stream.addRows(X.slice(k, k + 7), y.slice(k, k + 7));
    const fitted = await stream.fit();
    expect(fitted.toJSON()).toMatchObject({ ranges: model.toJSON().ranges, bounds: model.toJSON().bounds });
    expect(fitted.predict([[1e5, 0]])[0]).toBeLessThanOrEqual(most);
    const free = await (await new GatedReLUStream({ beta: 0.3, gates: 8, extrapolate: true }).addRows(X, y)).fit();
    expect(free.predict([[1e5, 0]])).toEqual(free.network.predict([[1e5, 0]]));
  });

  it('a stream of few rows takes the default and says so', async () => {
    const fitted = await (await new GatedReLUStream({ gates: 8 }).addRows(X.slice(0, 7), y.slice(0, 7))).fit();
    expect(fitted.notes.join('\n')).toMatch(/7 rows are too few .* beta is the default/);
    expect(fitted.network.neurons).toBeGreaterThan(0);
  });
});

describe('the choice of beta with far rows', () => {
  /** A bent line in three columns; a few rows have a column 60 deviations out, and targets like all others. */
  function table(rows: number, far: number, seed: number) {
    const numbers = createRandom(seed);
    const plain = Array.from({ length: rows }, () => [numbers.normal(), numbers.normal(), numbers.normal()]);
    const targets = plain.map(([a, b]) => Math.abs(a) + 0.5 * b + 0.2 * numbers.normal());
    return { X: plain.map((row, k) => (k < far ? [row[0], row[1], 60 + 10 * k] : row)), y: targets };
  }

  it.each([1, 2, 3])('a few rows do not decide it: the rest is predicted well (seed %i)', (seed) => {
    const train = table(300, 4, seed);
    const test = table(300, 0, 50 + seed);
    const fitted = new GatedReLURegressor({ patterns: { sample: 40 } }).fitSync(train.X, train.y);
    const clean = table(300, 0, seed);
    const best = new GatedReLURegressor({ patterns: { sample: 40 } }).fitSync(clean.X, clean.y);
    expect(fitted.score(test.X, test.y)).toBeGreaterThan(best.score(test.X, test.y) - 0.1);
  });

  it('goes on while the last value of the grid is the best', () => {
    // Nearly without noise: the smaller beta, the better.
    const numbers = createRandom(9);
    const exact = Array.from({ length: 200 }, () => [numbers.normal(), numbers.normal()]);
    const targets = exact.map(([a, b]) => Math.max(0, a) - Math.max(0, b));
    const fitted = new GatedReLUClassifier({ patterns: { sample: 30 } }).fitSync(
      exact,
      targets.map((target) => (target > 0 ? 'up' : 'down')),
    );
    expect(
      fitted.score(
        exact,
        targets.map((target) => (target > 0 ? 'up' : 'down')),
      ),
    ).toBeGreaterThan(0.97);
  });
});
