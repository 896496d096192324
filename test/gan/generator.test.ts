import { describe, expect, it } from 'vitest';
import {
  AffineGenerator,
  type Generator,
  generatorFromJSON,
  ModelFormatError,
  MonotoneGenerator,
  trainGan,
} from '../../src/index.js';
import { gaussianTable, rowsOf } from '../support/gan-games.js';

const X = gaussianTable(12, 3, 1, 2);
const one = X.map(([entry]) => [entry]);
const two = X.map(([a, b, c]) => [a + b, c]);

/** One of every kind. */
const made: Record<string, () => Promise<Generator>> = {
  linear: async () => (await trainGan(X, { discriminator: 'linear', generator: 'linear', betaD: 1, betaG: 1 })).generator,
  relu: async () => (await trainGan(X, { discriminator: 'linear', generator: 'relu', betaD: 1, betaG: 1 })).generator,
  gated: async () => (await trainGan(X, { discriminator: 'linear', generator: 'gated', betaD: 1, betaG: 1 })).generator,
  quadratic: async () => (await trainGan(X, { discriminator: 'quadratic', generator: 'linear', betaD: 1 })).generator,
  progressive: async () =>
    (await trainGan(X, { discriminator: 'quadratic', generator: 'progressive', coarse: [two], betaD: [1, 40] })).generator,
  'two stages': async () =>
    (await trainGan(X, { discriminator: 'quadratic', generator: 'gated', betaD: 1, betaG: 0.5, patterns: { sample: 6 } }))
      .generator,
  monotone: async () => (await trainGan(one, { discriminator: 'relu', generator: 'monotone', betaD: 1 })).generator,
};

describe.each(Object.entries(made))('a generator of the kind %s', (_, make) => {
  it('makes the same samples again from its JSON, bit by bit', async () => {
    const generator = await make();
    const again = generatorFromJSON(JSON.parse(JSON.stringify(generator)));
    expect(again.sample(20, 3)).toEqual(generator.sample(20, 3));
    expect(JSON.stringify(again)).toBe(JSON.stringify(generator));
    expect([again.inputs, again.outputs]).toEqual([generator.inputs, generator.outputs]);
  });

  it('draws from the seed alone, and other samples from another seed', async () => {
    const generator = await make();
    const { data, shape } = generator.sample(5, 1);
    expect(shape).toEqual([5, generator.outputs]);
    expect(data.length).toBe(5 * generator.outputs);
    expect(generator.sample(5, 1).data).toEqual(data);
    expect(generator.sample(3, 1).data).toEqual(data.slice(0, 3 * generator.outputs));
    expect(generator.sample(5, 2).data).not.toEqual(data);
    expect(generator.sample(5).data).toEqual(generator.sample(5, 0).data);
  });

  it('refuses bad input', async () => {
    const generator = await make();
    for (const n of [0, -1, 1.5, Number.NaN]) expect(() => generator.sample(n)).toThrow('n is');
    for (const seed of [-1, 0.5, 2 ** 53]) expect(() => generator.sample(1, seed)).toThrow('seed is');
    expect(() => generator.generate([Array(generator.inputs + 1).fill(0)])).toThrow('columns of noise');
    expect(() => generator.generate([Array(generator.inputs).fill(Number.NaN)])).toThrow('Z[0][0]');
  });

  it('names the defect of damaged JSON', async () => {
    const json = JSON.parse(JSON.stringify(await make()));
    const damaged = (change: (copy: typeof json) => void) => {
      const copy = structuredClone(json);
      change(copy);
      return () => generatorFromJSON(copy);
    };
    expect(damaged((copy) => delete copy.format)).toThrow(ModelFormatError);
    expect(damaged((copy) => (copy.version = 2))).toThrow('version');
    expect(damaged((copy) => (copy.type = 'oracle'))).toThrow('type');
    for (const field of Object.keys(json).filter((name) => name !== 'type'))
      expect(damaged((copy) => delete copy[field])).toThrow(field);
  });
});

describe('generators', () => {
  it('of affine stages apply one after another', () => {
    const generator = new AffineGenerator(2, [
      { weights: Float64Array.of(1, 2, 3, 4, 5, 6), bias: Float64Array.of(1, 0, -1) },
      { weights: Float64Array.of(1, -1, 2), bias: Float64Array.of(0.5) },
    ]);
    // [1, 2] -> [1 + 8 + 1, 2 + 10, 3 + 12 - 1] = [10, 12, 14] -> 10 - 12 + 28 + 0.5
    expect(rowsOf(generator.generate([[1, 2]]))).toEqual([[26.5]]);
  });

  it('of one number are linear between knots and constant beyond', () => {
    const generator = new MonotoneGenerator(Float64Array.of(-1, 0, 2), Float64Array.of(5, 6, 10));
    expect([...generator.generate([[-9], [-1], [-0.5], [0], [1], [2], [9]]).data]).toEqual([5, 5, 5.5, 6, 8, 10, 10]);
  });

  it('are not read where parts do not fit together', () => {
    const affine = { format: 'cvxnn-generator', version: 1, type: 'affine', inputs: 2 };
    expect(() => generatorFromJSON({ ...affine, stages: [] })).toThrow('stages');
    expect(() => generatorFromJSON({ ...affine, stages: [{ outputs: 1, weights: [1], bias: [0] }] })).toThrow(
      'stages[0].weights',
    );
    const second = { outputs: 1, weights: [1], bias: [0, 0] };
    const first = { outputs: 1, weights: [1, 2], bias: [0] };
    expect(() => generatorFromJSON({ ...affine, stages: [first, second] })).toThrow('stages[1].bias');
    const monotone = { format: 'cvxnn-generator', version: 1, type: 'monotone' };
    expect(() => generatorFromJSON({ ...monotone, knots: [0, 0], values: [1, 2] })).toThrow('knots[1]');
    expect(() => generatorFromJSON({ ...monotone, knots: [0, 1], values: [1] })).toThrow('values');
    const network = { format: 'cvxnn-generator', version: 1, type: 'network', network: { format: 'other' } };
    expect(() => generatorFromJSON(network)).toThrow('network.format');
    expect(() => generatorFromJSON('text')).toThrow(ModelFormatError);
  });
});
