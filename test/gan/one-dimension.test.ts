import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trainGan } from '../../src/index.js';
import { createRandom } from '../../src/random.js';
import { descend } from '../support/descend.js';
import { critic, size } from '../support/gan-games.js';

const game = { discriminator: 'relu', generator: 'monotone' } as const;
const column = (values: readonly number[]) => values.map((entry) => [entry]);

/** Numbers on both sides of zero, on one side, with ties. */
function numbersOf(n: number, seed: number): number[] {
  const random = createRandom(seed, 3);
  const shift = [0, 3, -3, 0.5][seed % 4];
  const values = Array.from({ length: n }, () => Math.round(16 * (shift + random.normal())) / 16);
  if (n > 2 && seed % 5 === 0) values[1] = values[0];
  return values;
}

describe('a ReLU discriminator on numbers', () => {
  it('is held at betaD, with a cost that the dual value proves', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom(0, 0.1, 0.75, 4),
        fc.integer({ min: 0, max: 1e6 }),
        async (n, betaD, seed) => {
          const x = numbersOf(n, seed);
          const result = await trainGan(column(x), { ...game, betaD });
          const w = [...result.outputs.data];
          expect(critic(x, w)).toBeLessThanOrEqual(betaD + 1e-12 * (1 + size(x)));
          expect(result.discriminator.value).toBeCloseTo(critic(x, w), 10);
          const { objective, lowerBound, relativeGap } = result.certificate;
          expect(objective).toBeCloseTo(0.5 * size(w) ** 2, 10);
          expect(lowerBound as number).toBeLessThanOrEqual(objective);
          expect(relativeGap as number).toBeLessThanOrEqual(1e-9);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('names a discriminator that attains the value', async () => {
    for (let seed = 0; seed < 40; seed++) {
      const x = numbersOf(7, seed);
      const { outputs, discriminator } = await trainGan(column(x), { ...game, betaD: 0.6 });
      const { value, direction, sign } = discriminator;
      const D = (t: number) => sign * Math.max(0, direction[0] * t + direction[1]);
      const sum = (values: readonly number[]) => values.reduce((total, t) => total + D(t), 0);
      expect(Math.abs(direction[0])).toBe(1);
      expect(sum(x) - sum([...outputs.data])).toBeCloseTo(value, 10);
    }
  });

  it('costs no more than random outputs with the same distance', async () => {
    const random = createRandom(8);
    for (let trial = 0; trial < 200; trial++) {
      const x = numbersOf(6, trial);
      const spread = trial % 2 === 0 ? 1.5 : 0.1;
      const w = x.map((entry) => entry + spread * random.normal());
      const { certificate } = await trainGan(column(x), { ...game, betaD: critic(x, w) });
      expect(certificate.objective).toBeLessThanOrEqual(0.5 * size(w) ** 2 * (1 + 1e-12));
    }
  });

  it('is what descent on the exact penalty ends near, never below', async () => {
    for (let seed = 0; seed < 8; seed++) {
      const x = numbersOf(4, seed);
      const { certificate, outputs } = await trainGan(column(x), { ...game, betaD: 0.5 });
      // Far beyond the largest multiplier, |w|_1.
      const weight = 4 * (1 + size(x));
      const penalized = (w: Float64Array) => 0.5 * size([...w]) ** 2 + weight * Math.max(0, critic(x, [...w]) - 0.5);
      for (const start of [Float64Array.from(x), outputs.data]) {
        expect(descend(penalized, start, 200)).toBeGreaterThanOrEqual(certificate.objective * (1 - 1e-9));
      }
    }
  });

  it('has a generator that meets every output at its noise and rises in between', async () => {
    const x = numbersOf(20, 4);
    const noise = numbersOf(20, 2).map((entry, k) => [entry + k * 1e-3 + 0.123]);
    const { generator, outputs } = await trainGan(column(x), { ...game, betaD: 0.2, noise });
    expect([...generator.generate(noise).data]).toEqual([...outputs.data]);
    const order = noise.map(([z], k) => ({ z, w: outputs.data[k] })).sort((a, b) => a.z - b.z);
    order.slice(1).forEach(({ z, w }, k) => {
      expect(w).toBeGreaterThanOrEqual(order[k].w);
      const [middle] = generator.generate([[(z + order[k].z) / 2]]).data;
      expect(middle).toBeCloseTo((w + order[k].w) / 2, 10);
    });
    const [low, high] = generator.generate([[-1e6], [1e6]]).data;
    expect([low, high]).toEqual([order[0].w, order[19].w]);
  });

  it('refuses several columns, and noise that repeats or does not fit', async () => {
    await expect(trainGan([[1, 2]], { ...game, betaD: 1 })).rejects.toThrow('X is a matrix with 2 columns');
    const x = column([1, 2, 3]);
    await expect(trainGan(x, { ...game, betaD: 1, noise: [[1], [2], [1]] })).rejects.toThrow('twice 1');
    await expect(trainGan(x, { ...game, betaD: 1, noise: [[1], [2]] })).rejects.toThrow('2 x 1');
    await expect(trainGan(x, { ...game, betaD: 1, noise: 2 })).rejects.toThrow('3 x 2');
  });
});
