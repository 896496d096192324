import { describe, expect, it } from 'vitest';
import { AbortedError, bestResponse } from '../../src/index.js';
import { createRandom } from '../../src/random.js';
import { gaussianTable, momentError, type Rows, size, sumError, withOnes } from '../support/gan-games.js';

/** sum_r D(x_r) - sum_r D(G_r), D = unit of x^T u. */
function difference(X: Rows, G: Rows, u: ArrayLike<number>, unit: (z: number) => number): number {
  const sum = (rows: Rows) => rows.reduce((total, row) => total + unit(row.reduce((z, entry, j) => z + entry * u[j], 0)), 0);
  return sum(X) - sum(G);
}

const units = {
  linear: (z: number) => z,
  quadratic: (z: number) => z * z,
  relu: (z: number) => Math.max(0, z),
};
const kinds = Object.keys(units) as (keyof typeof units)[];

describe.each(kinds)('the best %s discriminator', (discriminator) => {
  const unit = units[discriminator];

  it('attains its value with a unit vector, and no random direction does better', async () => {
    const random = createRandom(9);
    for (let seed = 0; seed < 12; seed++) {
      const d = 1 + (seed % 3);
      const X = gaussianTable(6, d, seed);
      const G = gaussianTable(5 + (seed % 3), d, 100 + seed);
      const { value, upperBound, direction, sign } = await bestResponse(X, G, { discriminator, bias: false });
      expect(size([...direction])).toBeCloseTo(1, 12);
      expect(sign * difference(X, G, direction, unit)).toBeCloseTo(value, 10);
      expect(upperBound).toBeGreaterThanOrEqual(value);
      expect(upperBound).toBeLessThanOrEqual(value * (1 + 1e-9));
      for (let trial = 0; trial < 2000; trial++) {
        const w = Array.from({ length: d }, () => random.normal());
        const u = w.map((entry) => entry / size(w));
        expect(Math.abs(difference(X, G, u, unit))).toBeLessThanOrEqual(value * (1 + 1e-10));
      }
    }
  });

  it('cannot tell samples from themselves, in any order', async () => {
    const X = gaussianTable(7, 2, 3);
    const { value, upperBound, direction } = await bestResponse(X, X.slice().reverse(), { discriminator });
    expect(value).toBeLessThanOrEqual(1e-13);
    expect(upperBound).toBeLessThanOrEqual(1e-13);
    expect(direction.every((entry) => Number.isFinite(entry))).toBe(true);
  });

  it('refuses bad input', async () => {
    const X = [[1, 2]];
    const bad = (G: unknown, options: object, argument: string) =>
      expect(bestResponse(X, G as number[][], { discriminator, ...options })).rejects.toThrow(argument);
    await expect(bestResponse(X, X, null as never)).rejects.toThrow('options is null');
    await bad([[1]], {}, 'G is a matrix with 1 columns');
    await bad([[1, Number.NaN]], {}, 'G[0][1]');
    await bad([[1, 1e200]], {}, 'G[0][1]');
    await bad(X, { discriminator: 'cubic' }, 'options.discriminator');
    await bad(X, { beta: 1 }, 'options.beta is unknown');
    await bad(X, { seed: -1 }, 'options.seed');
    await bad(X, { maxNodes: 0.5 }, 'options.maxNodes');
    await bad(X, { signal: {} }, 'options.signal');
    await bad(X, { bias: 'yes' }, 'options.bias');
    if (discriminator !== 'relu') await bad(X, { bias: true }, 'options.bias');
  });
});

describe('best responses', () => {
  it('are the distances of moments', async () => {
    const X = gaussianTable(9, 3, 1);
    const G = gaussianTable(9, 3, 2);
    expect((await bestResponse(X, G, { discriminator: 'linear' })).value).toBeCloseTo(sumError(X, G), 12);
    expect((await bestResponse(X, G, { discriminator: 'quadratic' })).value).toBeCloseTo(momentError(X, G), 10);
  });

  it('of ReLU units count the bias as a weight by default', async () => {
    const X = gaussianTable(6, 2, 1);
    const G = gaussianTable(6, 2, 2);
    const own = await bestResponse(X, G, { discriminator: 'relu' });
    const given = await bestResponse(withOnes(X), withOnes(G), { discriminator: 'relu', bias: false });
    expect(own).toEqual(given);
    expect(own.direction.length).toBe(3);
  });

  it('of ReLU units have a proof by branch and bound, or say how much is open', async () => {
    const X = gaussianTable(50, 4, 5);
    const G = gaussianTable(50, 4, 6, 1.2);
    const options = { discriminator: 'relu', bias: false } as const;
    const proven = await bestResponse(X, G, options);
    expect(proven.upperBound).toBeLessThanOrEqual(proven.value * (1 + 1e-6));
    expect(proven.sign * difference(X, G, proven.direction, units.relu)).toBeCloseTo(proven.value, 9);
    const open = await bestResponse(X, G, { ...options, maxNodes: 0 });
    expect(open.upperBound).toBeGreaterThanOrEqual(proven.value);
    expect(open.upperBound).toBeGreaterThan(open.value * 1.01);
    expect(open.value).toBeLessThanOrEqual(proven.upperBound);
  });

  it('end with the best so far when they are aborted', async () => {
    const controller = new AbortController();
    const [X, G] = [gaussianTable(200, 8, 1), gaussianTable(200, 8, 2)];
    const run = bestResponse(X, G, { discriminator: 'relu', maxNodes: 1e9, signal: controller.signal });
    setTimeout(() => controller.abort(), 100);
    const error = await run.then(
      () => null,
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(AbortedError);
    if (error.result) expect(error.result.upperBound).toBeGreaterThanOrEqual(error.result.value);
  });
});
