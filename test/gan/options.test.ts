import { describe, expect, it } from 'vitest';
import { AbortedError, ArgumentError, type GanOptions, trainGan } from '../../src/index.js';
import { gaussianTable } from '../support/gan-games.js';

const X = gaussianTable(6, 2, 1, 2);
const linear = { discriminator: 'linear', generator: 'relu', betaD: 1, betaG: 1 };
const quadratic = { discriminator: 'quadratic', generator: 'linear', betaD: 1 };
const progressive = { discriminator: 'quadratic', generator: 'progressive', betaD: 1, coarse: [X] };

/** What is given, and the argument that the error must name. */
const table: readonly (readonly [what: string, X: unknown, options: unknown, argument: string])[] = [
  ['no options', X, undefined, 'options'],
  ['no game', X, {}, 'options.generator'],
  ['a game that is not convex', X, { ...linear, discriminator: 'relu' }, 'options.generator'],
  ['an unknown option', X, { ...linear, betaq: 1 }, 'options.betaq'],
  ['an option of another game', X, { ...quadratic, betaG: 1 }, 'options.betaG'],
  ['no betaD', X, { ...linear, betaD: undefined }, 'options.betaD'],
  ['betaD below 0', X, { ...quadratic, betaD: -1 }, 'options.betaD'],
  ['betaD a list in a game of one stage', X, { ...quadratic, betaD: [1] }, 'options.betaD'],
  ['betaD of another length', X, { ...progressive, betaD: [1, 2, 3] }, 'options.betaD'],
  ['betaD with NaN', X, { ...progressive, betaD: [1, Number.NaN] }, 'options.betaD[1]'],
  ['no coarse data', X, { ...progressive, coarse: undefined }, 'options.coarse'],
  ['coarse data with NaN', X, { ...progressive, coarse: [[[Number.NaN]]] }, 'options.coarse[0][0][0]'],
  ['coarse data too large', X, { ...progressive, coarse: [[[1e200]]] }, 'options.coarse[0][0][0]'],
  ['betaG 0', X, { ...linear, betaG: 0 }, 'options.betaG'],
  ['betaG infinite', X, { ...linear, betaG: Number.POSITIVE_INFINITY }, 'options.betaG'],
  ['another regularizer', X, { ...quadratic, regularizer: 'l1' }, 'options.regularizer'],
  ['noise without columns', X, { ...linear, noise: 0 }, 'options.noise'],
  ['noise with NaN', X, { ...linear, noise: [[Number.NaN]] }, 'options.noise[0][0]'],
  ['noise too large', X, { ...linear, noise: [[1e200]] }, 'options.noise[0][0]'],
  ['bias of another kind', X, { ...linear, bias: 1 }, 'options.bias'],
  ['seed below 0', X, { ...linear, seed: -1 }, 'options.seed'],
  ['nodes below 0', X, { ...linear, maxNodes: -1 }, 'options.maxNodes'],
  ['no memory', X, { ...linear, memoryLimit: 0 }, 'options.memoryLimit'],
  ['a signal of another kind', X, { ...linear, signal: 1 }, 'options.signal'],
  ['X empty', [], linear, 'X'],
  ['X with a hole', [[1], [Number.NaN]], linear, 'X[1][0]'],
  ['X too large', [[1, 1e141]], linear, 'X[0][1]'],
  [
    'gates of another length',
    X,
    { ...linear, generator: 'gated', patterns: { gates: new Float64Array(4) } },
    'options.patterns.gates',
  ],
  ['patterns unheard of', X, { ...linear, generator: 'gated', patterns: 'some' }, 'options.patterns'],
];

describe('trainGan', () => {
  it.each(table)('refuses %s, and names it', async (_, data, options, argument) => {
    const error = await trainGan(data as number[][], options as GanOptions).then(
      () => null,
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(ArgumentError);
    expect(error.argument).toBe(argument);
  });

  it('draws as many columns of noise as X has, the same for the same seed', async () => {
    const options = { discriminator: 'quadratic', generator: 'linear', betaD: 1 } as const;
    const first = await trainGan(X, options);
    expect(first.generator.inputs).toBe(2);
    expect(await trainGan(X, { ...options, seed: 0 })).toEqual(first);
    expect((await trainGan(X, { ...options, seed: 1 })).outputs).not.toEqual(first.outputs);
    expect((await trainGan(X, { ...options, noise: 5 })).generator.inputs).toBe(5);
    // The noise of training is not what `sample` draws.
    expect(first.generator.sample(6, 0).data).not.toEqual(first.outputs.data);
  });

  it.each([linear, quadratic, progressive, { ...linear, discriminator: 'quadratic', generator: 'gated' }])(
    'does no work for a signal that has fired',
    async (options) => {
      const signal = AbortSignal.abort('late');
      await expect(trainGan(X, { ...options, signal } as GanOptions)).rejects.toThrow(AbortedError);
    },
  );
});
