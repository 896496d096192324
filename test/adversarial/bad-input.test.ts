import { describe, expect, it } from 'vitest';
import { gatedRelu } from '../../src/architectures/gated-relu.js';
import { relu } from '../../src/architectures/two-layer.js';
import { betaMax } from '../../src/beta-max.js';
import { ArgumentError, MemoryLimitError } from '../../src/errors.js';
import { dualMaximum, enumeratePatterns } from '../../src/patterns-api.js';
import { train, trainSync } from '../../src/train.js';

const X = [
  [1, 2],
  [3, 4],
  [5, 7],
];
const y = [1, 2, 3];
const labels = [1, -1, 1];
const good = { beta: 0.1 };

/** What is given, and the argument that the error must name. Values are of types that no compiler would let through. */
const table: readonly (readonly [what: string, X: unknown, y: unknown, options: unknown, argument: string])[] = [
  ['no X', undefined, y, good, 'X'],
  ['X null', null, y, good, 'X'],
  ['X a number', 3, y, good, 'X'],
  ['X a string', '1,2', y, good, 'X'],
  ['X empty', [], [], good, 'X'],
  ['X without columns', [[], [], []], y, good, 'X[0]'],
  ['X flat', [1, 2, 3], y, good, 'X[0]'],
  ['ragged rows', [[1, 2], [3], [5, 7]], y, good, 'X[1]'],
  ['a row missing', [[1, 2], undefined, [5, 7]], y, good, 'X[1]'],
  [
    'NaN',
    [
      [1, 2],
      [3, Number.NaN],
      [5, 7],
    ],
    y,
    good,
    'X[1][1]',
  ],
  [
    'infinite',
    [
      [1, 2],
      [3, 4],
      [Number.NEGATIVE_INFINITY, 7],
    ],
    y,
    good,
    'X[2][0]',
  ],
  [
    'above 1e300',
    [
      [1, 2],
      [3, 4],
      [1e301, 7],
    ],
    y,
    good,
    'X[2][0]',
  ],
  [
    'BigInt',
    [
      [1n, 2],
      [3, 4],
      [5, 7],
    ],
    y,
    good,
    'X[0][0]',
  ],
  [
    'strings',
    [
      ['1', 2],
      [3, 4],
      [5, 7],
    ],
    y,
    good,
    'X[0][0]',
  ],
  [
    'null entry',
    [
      [1, null],
      [3, 4],
      [5, 7],
    ],
    y,
    good,
    'X[0][1]',
  ],
  ['shape too large', { data: [1, 2, 3], shape: [2, 2] }, [1, 2], good, 'X.data'],
  ['shape not integers', { data: [1, 2], shape: [0.5, 4] }, [1, 2], good, 'X.shape[0]'],
  ['shape missing', { data: [1, 2] }, [1, 2], good, 'X'],
  ['no y', X, undefined, good, 'y'],
  ['y too short', X, [1, 2], good, 'y'],
  ['y too long', X, [1, 2, 3, 4], good, 'y'],
  ['y empty', X, [], good, 'y'],
  ['y NaN', X, [1, Number.NaN, 3], good, 'y[1]'],
  ['y strings', X, ['a', 'b', 'c'], good, 'y[0]'],
  ['y BigInt', X, [1n, 2n, 3n], good, 'y[0]'],
  [
    'y matrix of other rows',
    X,
    [
      [1, 2],
      [3, 4],
    ],
    good,
    'y',
  ],
  ['y ragged', X, [[1, 2], [3], [4, 5]], good, 'y[1]'],
  ['y too large to square', X, [1e200, 1, 2], good, 'y'],
  ['labels 0 and 1', X, [0, 1, 1], { ...good, loss: 'logistic' }, 'y[0]'],
  ['targets as hinge labels', X, y, { ...good, loss: 'squaredHinge' }, 'y[1]'],
  ['softmax, one output', X, y, { ...good, loss: 'softmax' }, 'options.loss'],
  [
    'softmax, not one-hot',
    X,
    [
      [1, 0],
      [1, 1],
      [0, 1],
    ],
    { ...good, loss: 'softmax' },
    'y[1]',
  ],
  [
    'softmax, probabilities',
    X,
    [
      [0.5, 0.5],
      [1, 0],
      [0, 1],
    ],
    { ...good, loss: 'softmax' },
    'y[0][0]',
  ],
  ['no options', X, y, undefined, 'options'],
  ['options null', X, y, null, 'options'],
  ['options a number', X, y, 0.1, 'options'],
  ['no beta', X, y, {}, 'options.beta'],
  ...[0, -1, Number.NaN, Number.POSITIVE_INFINITY, '0.1', 1n, null].map(
    (beta) => [`beta ${String(beta)}`, X, y, { beta }, 'options.beta'] as const,
  ),
  ['a misspelt option', X, y, { ...good, tolerence: 1e-3 }, 'options.tolerence'],
  ['an unknown loss', X, y, { ...good, loss: 'hinge' }, 'options.loss'],
  ['a loss of every object', X, y, { ...good, loss: 'constructor' }, 'options.loss'],
  ['huberDelta 0', X, y, { ...good, loss: 'huber', huberDelta: 0 }, 'options.huberDelta'],
  ['bias a number', X, y, { ...good, bias: 1 }, 'options.bias'],
  ['seed negative', X, y, { ...good, seed: -1 }, 'options.seed'],
  ['seed a fraction', X, y, { ...good, seed: 0.5 }, 'options.seed'],
  ['tolerance 0', X, y, { ...good, tolerance: 0 }, 'options.tolerance'],
  ['tolerance 1', X, y, { ...good, tolerance: 1 }, 'options.tolerance'],
  ['pricingTolerance NaN', X, y, { ...good, pricingTolerance: Number.NaN }, 'options.pricingTolerance'],
  ['maxIterations 0', X, y, { ...good, maxIterations: 0 }, 'options.maxIterations'],
  ['maxIterations 1.5', X, y, { ...good, maxIterations: 1.5 }, 'options.maxIterations'],
  ['timeLimit -1', X, y, { ...good, timeLimit: -1 }, 'options.timeLimit'],
  ['memoryLimit NaN', X, y, { ...good, memoryLimit: Number.NaN }, 'options.memoryLimit'],
  ['an unknown solver', X, y, { ...good, solver: 'adam' }, 'options.solver'],
  ['weights too few', X, y, { ...good, sampleWeight: [1, 2] }, 'options.sampleWeight'],
  ['weights negative', X, y, { ...good, sampleWeight: [1, -2, 1] }, 'options.sampleWeight[1]'],
  ['weights NaN', X, y, { ...good, sampleWeight: [1, 1, Number.NaN] }, 'options.sampleWeight[2]'],
  ['weights all zero', X, y, { ...good, sampleWeight: [0, 0, 0] }, 'options.sampleWeight'],
  ['patterns a number', X, y, { ...good, patterns: 10 }, 'options.patterns'],
  ['patterns unknown', X, y, { ...good, patterns: 'some' }, 'options.patterns'],
  ['patterns null', X, y, { ...good, patterns: null }, 'options.patterns'],
  ['sample 0', X, y, { ...good, patterns: { sample: 0 } }, 'options.patterns.sample'],
  ['gates of other width', X, y, { ...good, patterns: { gates: new Float64Array(4) } }, 'options.patterns.gates'],
  ['gates empty', X, y, { ...good, patterns: { gates: new Float64Array(0) } }, 'options.patterns.gates'],
  ['gates NaN', X, y, { ...good, patterns: { gates: Float64Array.of(1, Number.NaN, 0) } }, 'options.patterns.gates'],
  [
    'patterns of other samples',
    X,
    y,
    { ...good, patterns: { samples: 4, count: 1, stride: 16, bits: new Uint8Array(16), gates: null } },
    'options.patterns',
  ],
  [
    'patterns of inconsistent size',
    X,
    y,
    { ...good, patterns: { samples: 3, count: 2, stride: 16, bits: new Uint8Array(16), gates: null } },
    'options.patterns',
  ],
  ['warmStart of nothing', X, y, { ...good, warmStart: {} }, 'options.warmStart'],
  ['signal of another kind', X, y, { ...good, signal: 'stop' }, 'options.signal'],
  ['onProgress no function', X, y, { ...good, onProgress: 1 }, 'options.onProgress'],
];

/** The argument that an error names, or the error itself where it names none. */
const named = (error: unknown): unknown => (error instanceof ArgumentError ? error.argument : error);

describe('bad input to train', () => {
  it.each(table)('%s', async (_what, badX, badY, options, argument) => {
    let caught: unknown = 'nothing thrown';
    try {
      trainSync(relu(), badX as typeof X, badY as typeof y, options as typeof good);
    } catch (error) {
      caught = error;
    }
    expect(named(caught)).toBe(argument);
    expect((caught as Error).message.startsWith(`${argument} is `)).toBe(true);
    // The asynchronous form rejects with the same words.
    await expect(train(relu(), badX as typeof X, badY as typeof y, options as typeof good)).rejects.toThrow(
      (caught as Error).message,
    );
  });

  it('a model family is needed, not its name or its function', () => {
    for (const family of [undefined, null, 'relu', relu, {}]) {
      expect(() => trainSync(family as never, X, y, good)).toThrow(/^architecture is /);
    }
  });

  it('gated networks want patterns with their gates', () => {
    const patterns = { samples: 3, count: 1, stride: 16, bits: new Uint8Array(16), gates: null };
    expect(() => trainSync(gatedRelu(), X, y, { ...good, patterns })).toThrow(/^options\.patterns is without gates/);
  });

  it('is checked before any work, and leaves no trace', () => {
    let heard = 0;
    const onProgress = () => void heard++;
    expect(() => trainSync(relu(), X, y, { ...good, onProgress, seed: -1 })).toThrow(ArgumentError);
    expect(heard).toBe(0);
    expect(() => trainSync(relu(), X, y, { ...good, memoryLimit: 1 })).toThrow(MemoryLimitError);
  });

  it('an aborted signal ends the fit before its first step', async () => {
    const signal = AbortSignal.abort('no');
    await expect(train(relu(), X, y, { ...good, signal })).rejects.toMatchObject({
      name: 'AbortError',
      cause: 'no',
      result: null,
    });
  });

  it('serves what looks odd and is right', () => {
    expect(trainSync(relu(), [[1]], [2], good).status).toBe('optimal');
    expect(trainSync(relu(), X, [2, 2, 2], good).status).toBe('optimal');
    expect(trainSync(relu(), [X[0], X[0], X[0]], y, good).status).toBe('optimal');
    expect(trainSync(relu(), X, [1, 1, 1], { ...good, loss: 'logistic' }).status).toBe('optimal');
    expect(trainSync(relu(), X, labels, { beta: 1e6, loss: 'logistic' }).network.neurons).toBe(0);
    expect(
      trainSync(
        relu(),
        X.map((row) => Float32Array.from(row)),
        Float32Array.from(y),
        good,
      ).status,
    ).toBe('optimal');
    expect(trainSync(relu(), { data: X.flat(), shape: [3, 2] }, y, { ...good, sampleWeight: Int8Array.of(1, 0, 2) }).status).toBe(
      'optimal',
    );
  });
});

describe('bad input to the other functions', () => {
  const rejections: readonly (readonly [what: string, call: () => Promise<unknown>, argument: string])[] = [
    ['betaMax of NaN', () => betaMax(relu(), [[Number.NaN]], [1]), 'X[0][0]'],
    ['betaMax of other lengths', () => betaMax(relu(), X, [1]), 'y'],
    ['betaMax with an unknown option', () => betaMax(relu(), X, y, { what: 1 } as object), 'options.what'],
    ['dualMaximum of other lengths', () => dualMaximum(X, [1, 2]), 'lambda'],
    ['dualMaximum of NaN', () => dualMaximum(X, [1, 2, Number.NaN]), 'lambda[2]'],
    ['enumeratePatterns of ragged rows', () => enumeratePatterns([[1, 2], [3]]), 'X[1]'],
    ['enumeratePatterns with bias 1', () => enumeratePatterns(X, { bias: 1 as unknown as boolean }), 'options.bias'],
  ];
  it.each(rejections)('%s', async (_what, call, argument) => {
    const error = await call().then(
      () => 'nothing thrown',
      (reason: unknown) => reason,
    );
    expect(named(error)).toBe(argument);
  });

  it('more patterns than memory holds are refused before any work', async () => {
    const large = Array.from({ length: 60 }, (_, k) => Array.from({ length: 8 }, (_, j) => Math.sqrt(2 + k * 8 + j) % 1));
    await expect(enumeratePatterns(large)).rejects.toThrow(MemoryLimitError);
  });
});
