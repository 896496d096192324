import { describe, expect, it } from 'vitest';
import { type GanOptions, generatorFromJSON, trainGan } from '../../src/index.js';
import { gaussianTable } from '../support/gan-games.js';

const X = gaussianTable(8, 2, 3, 2);
const column = X.map(([x]) => [x]);
const games: { name: string; data: number[][]; options: GanOptions }[] = [
  { name: 'linear, ReLU generator', data: X, options: { discriminator: 'linear', generator: 'relu', betaD: 1, betaG: 1 } },
  {
    name: 'linear, gated generator',
    data: X,
    options: { discriminator: 'linear', generator: 'gated', betaD: 1, betaG: 1, patterns: { sample: 5 } },
  },
  { name: 'linear, linear generator', data: X, options: { discriminator: 'linear', generator: 'linear', betaD: 1, betaG: 1 } },
  { name: 'quadratic, linear generator', data: X, options: { discriminator: 'quadratic', generator: 'linear', betaD: 1 } },
  {
    name: 'quadratic, gated generator',
    data: X,
    options: { discriminator: 'quadratic', generator: 'gated', betaD: 1, betaG: 0.1, patterns: { sample: 5 } },
  },
  {
    name: 'quadratic, progressive',
    data: X,
    options: { discriminator: 'quadratic', generator: 'progressive', betaD: 1, coarse: [X] },
  },
  { name: 'ReLU on numbers', data: column, options: { discriminator: 'relu', generator: 'monotone', betaD: 1 } },
];

describe.each(games)('the game $name', ({ data, options }) => {
  it('has a generator that JSON keeps bit by bit, made from its arguments alone', async () => {
    const { generator } = await trainGan(data, options);
    const text = JSON.stringify(generator);
    expect(JSON.stringify((await trainGan(data, options)).generator)).toBe(text);
    const loaded = generatorFromJSON(JSON.parse(text));
    expect(JSON.stringify(loaded)).toBe(text);
    expect(loaded.sample(20, 3)).toEqual(generator.sample(20, 3));
    expect([loaded.inputs, loaded.outputs]).toEqual([generator.inputs, data[0].length]);
  });

  it('has outputs for every row, which the generator makes of its noise, and a bound below its objective', async () => {
    const { outputs, certificate } = await trainGan(data, options);
    expect(outputs.shape).toEqual([data.length, data[0].length]);
    expect(Array.from(outputs.data).every(Number.isFinite)).toBe(true);
    expect(certificate.patternBound).toBeLessThanOrEqual(certificate.objective);
    expect(certificate.lowerBound ?? 0).toBeLessThanOrEqual(certificate.objective);
  });
});
