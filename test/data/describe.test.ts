import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeValue } from '../../src/data/describe.js';
import {
  ArgumentError,
  bestResponse,
  crossValidate,
  deepGated,
  enumeratePatterns,
  GatedReLUStream,
  layerwise,
  ReLUClassifier,
  ReLURegressor,
  regularizationPath,
  relu,
  trainGan,
  trainSync,
} from '../../src/index.js';
import { spawn } from '../../src/worker/node.js';

/** A value that is no option's, and how every message of the library calls it. */
const values: [unknown, string][] = [
  ['poisson', 'the string "poisson"'],
  ['', 'the string ""'],
  ['x'.repeat(100), `the string "${'x'.repeat(40)}…"`],
  [5n, 'the BigInt 5n'],
  [10n ** 80n, `the BigInt 1${'0'.repeat(39)}…n`],
  [Number.NaN, 'NaN'],
  [Number.NEGATIVE_INFINITY, '-Infinity'],
  [-0, '-0'],
  [null, 'null'],
  [() => 1, 'a function'],
  [class Own {}, 'a function'],
  [Symbol('s'), 'a symbol'],
  [[1, 2], 'an array of length 2'],
  [new Float64Array(3), 'a Float64Array of length 3'],
  [new Uint8Array(0), 'a Uint8Array of length 0'],
  [{ a: 1 }, 'an object'],
  [Object.create(null), 'an object'],
  [new Map(), 'a Map'],
  [new Date(0), 'a Date'],
  [/x/, 'a RegExp'],
  [new Error('x'), 'an Error'],
  [Promise.resolve(1), 'a Promise (await it)'],
  [new ArrayBuffer(8), 'an ArrayBuffer'],
  [{ length: 4 }, 'an array of length 4'],
];

describe('the describer of values', () => {
  it.each(values)('%# says in a few words what came', (value, text) => {
    expect(describeValue(value)).toBe(text);
  });

  it('is short and throws nothing, whatever comes', () => {
    const hostile = [
      new Proxy({}, { get: () => expect.fail('read') as never, getOwnPropertyDescriptor: () => undefined }),
      Proxy.revocable([], {}).proxy,
      {
        get length(): number {
          throw new Error('no length');
        },
      },
      {
        get [Symbol.toStringTag](): string {
          throw new Error('no tag');
        },
      },
      { [Symbol.toStringTag]: 'x'.repeat(1000) },
      { toString: () => expect.fail('called') },
    ];
    for (const value of hostile) expect(describeValue(value).length).toBeLessThan(80);
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    expect(describeValue(revoked.proxy)).toBe('an object');
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withTypedArray: true, withMap: true, withNullPrototype: true }),
        (value) => {
          const text = describeValue(value);
          return text.length > 0 && text.length < 80 && !text.includes('\n');
        },
      ),
    );
  });
});

const X = [
  [1, 2],
  [3, 4],
  [5, 7],
  [0, 1],
];
const y = [1, 0, 2, 1];
type Use = (value: never) => unknown;

/** Every entry point that takes options, by the name that its message gives to the argument. */
const entries: [string, Use][] = [
  ['options.beta', (value) => trainSync(relu(), X, y, { beta: value })],
  ['options.loss', (value) => trainSync(relu(), X, y, { beta: 1, loss: value })],
  ['options.bias', (value) => trainSync(relu(), X, y, { beta: 1, bias: value })],
  ['options.seed', (value) => trainSync(relu(), X, y, { beta: 1, seed: value })],
  ['options.beta', (value) => new ReLURegressor({ beta: value })],
  ['options.loss', (value) => new ReLUClassifier({ loss: value })],
  ['options.standardize', (value) => new ReLURegressor({ standardize: value })],
  ['options.gates', (value) => new GatedReLUStream({ gates: value })],
  ['options.bias', (value) => new GatedReLUStream({ bias: value })],
  ['options.betaD', (value) => trainGan(X, { discriminator: 'linear', generator: 'relu', betaD: value, betaG: 1 })],
  ['options.betaG', (value) => trainGan(X, { discriminator: 'linear', generator: 'relu', betaD: 1, betaG: value })],
  ['options.bias', (value) => trainGan(X, { discriminator: 'linear', generator: 'relu', betaD: 1, betaG: 1, bias: value })],
  ['options.discriminator', (value) => bestResponse(X, X, { discriminator: value })],
  ['options.folds', (value) => crossValidate(relu(), X, y, { folds: value })],
  ['options.stratify', (value) => crossValidate(relu(), X, y, { folds: 2, stratify: value })],
  ['options.values', (value) => regularizationPath(relu(), X, y, { values: value })],
  ['options.bias', (value) => enumeratePatterns(X, { bias: value })],
  ['options.threads', (value) => spawn({ threads: value })],
  ['stages', (value) => layerwise({ stages: value })],
  ['widths', (value) => deepGated({ widths: value })],
];

/** What the message of a refused value is, whether it is thrown or rejected. */
async function refusal(use: Use, value: unknown): Promise<ArgumentError> {
  try {
    await use(value as never);
  } catch (error) {
    expect(error).toBeInstanceOf(ArgumentError);
    return error as ArgumentError;
  }
  return expect.fail('nothing was refused');
}

describe('every entry point', () => {
  const wrong = values.filter(([value]) => !Array.isArray(value) && !ArrayBuffer.isView(value) && value !== 5n);
  it.each(entries)('%# describes a wrong %s in the same words', async (argument, use) => {
    for (const [value, text] of wrong) {
      // Where 0 is one of the values, -0 is it.
      if (Object.is(value, -0) && ['options.seed', 'options.betaD'].includes(argument)) continue;
      // Iterables of values are what `values` takes.
      if (argument === 'options.values' && (value as { length?: number } | null)?.length !== undefined) continue;
      const error = await refusal(use, value);
      expect([error.argument, error.received]).toEqual([argument, text]);
      expect(error.message.startsWith(`${argument} is ${text}; expected `)).toBe(true);
    }
  });

  it('names the method that was called before fit', () => {
    const model = new ReLUClassifier();
    const calls: [string, () => unknown][] = [
      ['predict', () => model.predict(X)],
      ['predictProba', () => model.predictProba(X)],
      ['decisionFunction', () => model.decisionFunction(X)],
      ['score', () => model.score(X, y)],
      ['explain', () => model.explain([1, 2])],
      ['regions', () => model.regions(X)],
      ['toJSON', () => model.toJSON()],
      ['network', () => model.network],
      ['beta', () => model.beta],
      ['classes', () => model.classes],
    ];
    for (const [method, call] of calls) expect(call).toThrow(`${method} needs a fitted model`);
    expect(() => new ReLURegressor().predict(X)).toThrow('predict needs a fitted model');
    expect(() => new ReLURegressor().score(X, y)).toThrow('score needs a fitted model');
  });
});
