import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultShare } from '../../src/estimators/default-beta.js';
import { GatedReLUClassifier, GatedReLURegressor, ReLUClassifier, ReLURegressor } from '../../src/index.js';
import { createRandom } from '../../src/random.js';
import type { Label } from '../../src/types.js';

const corners = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const exclusive = [0, 1, 1, 0];

describe('exclusive or, with nothing chosen', () => {
  it.each<[string, Label[]]>([
    ['0 and 1', [0, 1, 1, 0]],
    ['-1 and 1', [-1, 1, 1, -1]],
    ['booleans', [false, true, true, false]],
    ['texts', ['no', 'yes', 'yes', 'no']],
    ['three classes', ['a', 'b', 'c', 'a']],
  ])('is learned for labels that are %s', (_, labels) => {
    const model = new ReLUClassifier().fitSync(corners, labels);
    expect(model.score(corners, labels)).toBe(1);
    expect(model.predict(corners)).toEqual(labels);
    expect(model.notes.join('\n')).toMatch(/4 different rows are too few .* beta is the default/);
  });

  it('is learned by regression', () => {
    const model = new ReLURegressor().fitSync(corners, exclusive);
    expect(model.score(corners, exclusive)).toBeGreaterThan(0.9);
    expect(model.predict(corners).map((value) => Math.round(value))).toEqual(Float64Array.from(exclusive));
    expect(model.notes).toHaveLength(1);
  });

  it.each([2, 10, 50])('is learned from %i copies of its rows', (copies) => {
    const repeated = <T>(list: readonly T[]) => Array.from({ length: copies }, () => list).flat();
    const model = new ReLUClassifier().fitSync(repeated(corners), repeated(exclusive));
    expect(model.score(corners, exclusive)).toBe(1);
    expect(model.notes.join('\n')).toMatch(/4 different rows are too few/);
    const weighted = new ReLUClassifier().fitSync(corners, exclusive, { sampleWeight: exclusive.map(() => copies) });
    expect(weighted.beta / model.beta).toBeCloseTo(1, 9);
  });

  it('is learned whatever the units and offsets of the columns', () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.double({ min: -3, max: 3 }), fc.double({ min: -1000, max: 1000 }), fc.double({ min: -1000, max: 1000 })),
        ([exponent, left, right]) => {
          const size = 10 ** exponent;
          const X = corners.map(([a, b]) => [size * a + left, b / size + right]);
          expect(new ReLUClassifier().fitSync(X, exclusive).score(X, exclusive)).toBe(1);
        },
      ),
      { numRuns: 12 },
    );
  });
});

describe('where folds cannot choose beta', () => {
  const random = createRandom(3);
  const X = Array.from({ length: 60 }, () => [random.normal(), random.normal()]);

  it('a class with fewer rows than folds takes the default and says which class', () => {
    const labels = X.map(([a], k) => (k < 3 ? 'rare' : a > 0 ? 'up' : 'down'));
    const model = new ReLUClassifier({ patterns: { sample: 20 } }).fitSync(X, labels);
    expect(model.notes.join('\n')).toMatch(/the class "rare" has 3 different rows, fewer than the 5 folds: beta is the default/);
    expect(model.network.neurons).toBeGreaterThan(0);
    const most = labels.filter((label) => label !== 'rare').length;
    const rest = new ReLUClassifier({ patterns: { sample: 20 } }).fitSync(X.slice(3), labels.slice(3));
    expect(most).toBe(57);
    expect(rest.notes.join('\n')).not.toMatch(/default/);
  });

  it.each([1, 2, 3, 6, 12, 19])('%i rows are fitted, and the note says how many they are', (rows) => {
    const some = X.slice(0, rows);
    const y = some.map(([a, b]) => Math.abs(a) + b);
    const model = new GatedReLURegressor().fitSync(some, y);
    expect(model.status).toBe('optimal');
    const wanted = rows === 1 ? /every target is the same/ : new RegExp(`^${rows} different rows? are too few`);
    expect(model.notes.join('\n')).toMatch(wanted);
  });

  it('a row of every class is enough to fit', () => {
    const model = new GatedReLUClassifier().fitSync(X.slice(0, 4), ['a', 'b', 'c', 'd']);
    expect(model.predict(X.slice(0, 4))).toEqual(['a', 'b', 'c', 'd']);
    expect(model.notes.join('\n')).toMatch(/4 different rows/);
  });

  it('twenty different rows are compared by folds', () => {
    const some = X.slice(0, 20);
    const model = new ReLURegressor({ patterns: { sample: 20 } }).fitSync(
      some,
      some.map(([a, b]) => Math.abs(a) + b),
    );
    expect(model.notes.join('\n')).not.toMatch(/default/);
  });

  it('the default is a share of betaMax that falls with the square root of the rows, down to 0.002', () => {
    expect(defaultShare(1)).toBe(0.2);
    expect(defaultShare(4)).toBe(0.1);
    expect(defaultShare(100)).toBeCloseTo(0.02, 12);
    expect(defaultShare(1e9)).toBe(0.002);
    expect(defaultShare(0.01)).toBe(0.2);
  });
});

describe('a network without neurons is never returned without a note', () => {
  const random = createRandom(5);
  const X = Array.from({ length: 40 }, () => [random.normal(), random.normal()]);
  const y = X.map(() => random.normal());

  it('where beta is too large', () => {
    const model = new ReLURegressor({ beta: 1e9 }).fitSync(X, y);
    expect(model.network.neurons).toBe(0);
    expect(model.notes).toEqual([expect.stringMatching(/no neurons .* beta 1000000000 is too large for neurons/)]);
  });

  it('where every target is the same', () => {
    const model = new ReLURegressor().fitSync(X, new Array(40).fill(3));
    expect(model.predict([[9, 9]])).toEqual(Float64Array.of(3));
    expect(model.notes.join('\n')).toMatch(/every target is the same/);
  });

  it.each([1, 2, 3, 4, 5, 6])('where the columns tell nothing (seed %i)', (seed) => {
    const noise = createRandom(100 + seed);
    const labels = X.map(() => (noise.uniform() < 0.3 ? 'a' : 'b'));
    const model = new GatedReLUClassifier({ patterns: { sample: 15 } }).fitSync(X, labels);
    expect(model.network.neurons === 0).toBe(/no neurons/.test(model.notes.join('\n')));
  });

  it('and the note is saved with the model', () => {
    const model = new ReLURegressor({ beta: 1e9 }).fitSync(X, y);
    const again = ReLURegressor.fromJSON(JSON.parse(JSON.stringify(model)));
    expect(again.notes).toEqual(model.notes);
  });
});
