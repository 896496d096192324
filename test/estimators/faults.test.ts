import { describe, expect, it } from 'vitest';
import { AbortedError, ArgumentError, ModelFormatError } from '../../src/errors.js';
import { ReLUClassifier, ReLURegressor } from '../../src/estimators/named.js';
import type { FitCallOptions } from '../../src/estimators/options.js';
import { createRandom } from '../../src/random.js';

const random = createRandom(5);
const X = Array.from({ length: 40 }, () => [random.normal(), random.normal()]);
const y = X.map(([a, b]) => Math.max(0, a) - 0.5 * b + 0.1 * random.normal());
const labels = X.map(([a, b]) => (a * b > 0 ? 'same' : 'other'));

function caught(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return 'nothing thrown';
}

describe('calls of fit', () => {
  const calls: [string, unknown, string][] = [
    ['null', null, 'options'],
    ['a misspelt weight', { sampelWeight: y }, 'options.sampelWeight'],
    ['a listener that is none', { onProgress: 3 }, 'options.onProgress'],
    ['a signal that is none', { signal: 3 }, 'options.signal'],
  ];
  it.each(calls)('refuse %s before any work', async (_what, call, argument) => {
    for (const beta of [0.1, 'auto'] as const) {
      const error = caught(() => new ReLURegressor({ beta }).fitSync(X, y, call as FitCallOptions));
      expect(error).toBeInstanceOf(ArgumentError);
      expect((error as ArgumentError).argument).toBe(argument);
      await expect(new ReLURegressor({ beta }).fit(X, y, call as FitCallOptions)).rejects.toThrow(ArgumentError);
    }
  });

  it.each([-1, 0, null, [], 1n, Number.NaN])('refuse the time limit %s', (timeLimit) => {
    const error = caught(() => new ReLURegressor({ timeLimit: timeLimit as number }));
    expect((error as ArgumentError).argument).toBe('options.timeLimit');
  });

  it('count rows with weight as folds do', () => {
    const first = (count: number) => X.map((_, k) => (k < count ? 1 : 0));
    const three = new ReLURegressor().fitSync(X, y, { sampleWeight: first(3) });
    expect(three.status).toBe('optimal');
    expect(three.notes.join('\n')).toMatch(/^3 different rows are too few .* beta is the default/);
    const one = new ReLURegressor().fitSync(X, y, { sampleWeight: first(1) });
    expect(one.predict(X)).toEqual(new Float64Array(X.length).fill(y[0]));
    expect(one.notes.join('\n')).toMatch(/no neurons .* every target is the same/);
    expect(new ReLURegressor().fitSync([[1, 2]], [1]).predict([[5, 5]])).toEqual(Float64Array.of(1));
    expect(new ReLURegressor({ beta: 1 }).fitSync([[1, 2]], [1]).predict([[5, 5]])).toEqual(Float64Array.of(1));
  });
});

describe('scores', () => {
  it.each([-997, -500, 0, 500, 990])('R^2 is the same for targets times 2^%i', (exponent) => {
    const scale = 2 ** exponent;
    const scaled = y.map((target) => target * scale);
    const usual = new ReLURegressor({ beta: 0.5 }).fitSync(X, y);
    const model = new ReLURegressor({ beta: 0.5 }).fitSync(X, scaled);
    expect(model.score(X, scaled)).toBeCloseTo(usual.score(X, y), 9);
    expect(usual.score(X, y)).toBeLessThan(1);
  });
});

describe('an interrupted choice of beta', () => {
  it('still leaves a model once a value was compared', async () => {
    const stop = new AbortController();
    const model = new ReLURegressor();
    // The first value is betaMax; progress below it comes from a later one.
    let best = Number.POSITIVE_INFINITY;
    const fits = new Set<string>();
    const onProgress: FitCallOptions['onProgress'] = ({ beta, fold, objective }) => {
      fits.add(`${beta} ${fold}`);
      best = Math.min(best, objective);
      if (fits.size > 12) stop.abort('enough');
    };
    const error = (await model.fit(X, y, { signal: stop.signal, onProgress }).catch((reason: unknown) => reason)) as AbortedError;
    expect(error).toBeInstanceOf(AbortedError);
    expect(error.cause).toBe('enough');
    expect(error.result).toBe(model);
    expect(model.predict(X)).toHaveLength(40);
    expect(model.certificate.patternBound).toBeLessThanOrEqual(model.certificate.objective);
    expect(model.certificate.patternGap).toBeLessThanOrEqual(3e-2);
  });

  it('says time-limit where scores still rose, and leaves a model', () => {
    const model = new ReLURegressor({ timeLimit: 1e-9 }).fitSync(X, y);
    expect(model.status).toBe('time-limit');
    expect(model.predict(X)).toHaveLength(40);
    expect(ReLURegressor.fromJSON(JSON.parse(JSON.stringify(model))).status).toBe('time-limit');
  });
});

describe('edited documents', () => {
  const kinds = [
    { model: new ReLURegressor({ beta: 0.3 }).fitSync(X, y), load: ReLURegressor.fromJSON },
    { model: new ReLUClassifier({ beta: 0.3 }).fitSync(X, labels), load: ReLUClassifier.fromJSON },
  ];
  const values: unknown[] = [undefined, null, -1, 'x', '', [], {}, true, Number.NaN, Number.POSITIVE_INFINITY, 1e308, [1, 2, 3]];

  /** Places of every field outside the lists of weights. */
  function places(value: unknown, path: string[] = []): string[][] {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
    const inner = Object.entries(value).flatMap(([key, entry]) => places(entry, [...path, key]));
    return path.length === 0 ? inner : [path, ...inner];
  }

  it.each(kinds)('are refused, whatever the field and the value (%#)', ({ model, load }) => {
    const text = JSON.stringify(model);
    for (const path of places(JSON.parse(text))) {
      for (const value of values) {
        const document = JSON.parse(text) as Record<string, unknown>;
        const last = path[path.length - 1];
        const parent = path
          .slice(0, -1)
          .reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, document);
        if (JSON.stringify(parent[last]) === JSON.stringify(value)) continue;
        parent[last] = value;
        // Another number above 0 is another beta, a smaller claim is a claim, and whether it reached a tolerance is not in the document.
        const legal = ['beta', 'certificate.provenGlobal'].includes(path.join('.')) && (value === 1e308 || value === true);
        // Other bounds are bounds, and without them the model extrapolates.
        const bound =
          path[0] === 'bounds' && (value === null || typeof value === 'number') && path.length === (value === null ? 1 : 2);
        if (legal || bound) continue;
        expect(() => load(document), `${path.join('.')} = ${String(value)}`).toThrow(ModelFormatError);
      }
    }
  });

  it('with a bound above the objective, or a gap that does not follow, are refused', () => {
    const { model, load } = kinds[0];
    const { objective, lowerBound } = model.certificate;
    const edit = (change: object) => {
      const document = model.toJSON();
      return { ...document, certificate: { ...(document.certificate as object), ...change } };
    };
    expect(() => load(edit({ patternBound: objective * 2 }))).toThrow(/patternBound is .* at most the objective/);
    expect(() => load(edit({ lowerBound: objective * 2 }))).toThrow(/lowerBound is .* at most the objective/);
    expect(() => load(edit({ patternGap: 0.5 }))).toThrow(/patternGap is 0\.5/);
    expect(() => load(edit({ lowerBound: (lowerBound as number) / 2 }))).toThrow(/gap is/);
    expect(() => load(edit({ lowerBound: null, gap: null, relativeGap: null, provenGlobal: true }))).toThrow(/provenGlobal/);
  });
});
