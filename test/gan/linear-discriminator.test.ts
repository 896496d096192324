import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AbortedError, InfeasibleError, trainGan } from '../../src/index.js';
import { createRandom } from '../../src/random.js';
import { gaussianTable, product, type Rows, rowsOf, size, sumError, sums, withOnes } from '../support/gan-games.js';

const game = { discriminator: 'linear', betaD: 0.5, betaG: 0.3 } as const;
const positive = (rows: Rows): Rows => rows.map((row) => row.map((entry) => Math.max(0, entry)));

/** 1/2 of the squares of all weights, from the saved network. */
function decay(json: ReturnType<Awaited<ReturnType<typeof trainGan>>['generator']['toJSON']>): number {
  const { hidden, output } = (json as unknown as { network: { hidden: Record<string, number[]>; output: { weights: number[] } } })
    .network;
  return 0.5 * [...hidden.weights, ...hidden.bias, ...output.weights].reduce((sum, entry) => sum + entry * entry, 0);
}

describe('a linear discriminator', () => {
  it('holds the sums within betaD at the cost that it reports, whatever the data', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('linear', 'relu', 'gated'),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 2, max: 9 }),
        fc.boolean(),
        fc.integer({ min: 0, max: 1e6 }),
        async (generator, d, k, n, bias, seed) => {
          const X = gaussianTable(n + 1, d, seed, 2);
          const Z = gaussianTable(n, k, seed + 1);
          if (seed % 3 === 0) Z[0] = Z[1].slice();
          const result = await trainGan(X, { ...game, generator, noise: Z, bias });
          const G = rowsOf(result.outputs);
          const scale = Math.max(1, size(sums(X)));
          expect(sumError(X, G)).toBeLessThanOrEqual(game.betaD + 1e-12 * scale);
          expect(result.discriminator.value).toBeCloseTo(sumError(X, G), 10);
          const { objective, lowerBound, provenGlobal, patterns } = result.certificate;
          expect(game.betaG * decay(result.generator.toJSON())).toBeCloseTo(objective, 12);
          expect(lowerBound as number).toBeLessThanOrEqual(objective);
          expect([provenGlobal, patterns, result.status]).toEqual([true, 'all', 'optimal']);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('costs no more than random generators with the same distance', async () => {
    const random = createRandom(5);
    for (let trial = 0; trial < 40; trial++) {
      const [n, d, k, m] = [8, 2, 2, 3];
      const X = gaussianTable(n, d, trial, 2);
      const Z = gaussianTable(n, k, 1000 + trial);
      const W1 = Array.from({ length: k }, () => Array.from({ length: m }, () => random.normal()));
      const W2 = Array.from({ length: m }, () => Array.from({ length: d }, () => random.normal()));
      const G = product(positive(product(Z, W1)), W2);
      const cost = (0.3 / 2) * (size(W1.flat()) ** 2 + size(W2.flat()) ** 2);
      const options = { discriminator: 'linear', betaD: sumError(X, G), betaG: 0.3, noise: Z, bias: false } as const;
      const best = await trainGan(X, { ...options, generator: 'relu' });
      expect(best.certificate.objective).toBeLessThanOrEqual(cost * (1 + 1e-12));
      const free = await trainGan(X, { ...options, generator: 'gated' });
      expect(free.certificate.objective).toBeCloseTo(best.certificate.objective, 10);
    }
  });

  it('finds the direction that a dense search of the circle finds', async () => {
    const Z = gaussianTable(12, 2, 3);
    const X = gaussianTable(12, 3, 4, 2);
    const { certificate } = await trainGan(X, { ...game, generator: 'relu', noise: Z, bias: false });
    let most = 0;
    for (let step = 0; step < 100_000; step++) {
      const angle = (2 * Math.PI * step) / 100_000;
      const w = [[Math.cos(angle)], [Math.sin(angle)]];
      most = Math.max(most, sums(positive(product(Z, w)))[0]);
    }
    const found = (game.betaG * (size(sums(X)) - game.betaD)) / certificate.objective;
    expect(found).toBeGreaterThanOrEqual(most * (1 - 1e-12));
    expect(found).toBeLessThanOrEqual(most * (1 + 1e-8));
  });

  it('proves the cost by branch and bound where patterns are too many to list, and says where it has no proof', async () => {
    const Z = gaussianTable(60, 4, 8);
    const X = gaussianTable(60, 2, 9, 2);
    const options = { ...game, generator: 'relu', noise: Z, bias: false } as const;
    const proven = await trainGan(X, options);
    expect([proven.certificate.patterns, proven.certificate.provenGlobal, proven.status]).toEqual(['certified', true, 'optimal']);
    const open = await trainGan(X, { ...options, maxNodes: 0 });
    expect([open.certificate.patterns, open.certificate.provenGlobal, open.status]).toEqual(['priced', false, 'iteration-limit']);
    expect(open.certificate.lowerBound as number).toBeLessThanOrEqual(proven.certificate.lowerBound as number);
    expect(open.certificate.objective).toBeGreaterThanOrEqual((proven.certificate.lowerBound as number) * (1 - 1e-12));
  });

  it('takes the best of given gates, and claims nothing beyond them', async () => {
    const Z = gaussianTable(10, 2, 3);
    const X = gaussianTable(10, 3, 4, 2);
    const gates = Float64Array.from(gaussianTable(5, 3, 6).flat());
    const result = await trainGan(X, { ...game, generator: 'gated', noise: Z, patterns: { gates } });
    const lengths = rowsOf({ data: gates, shape: [5, 3] }).map((gate) => {
      const seen = withOnes(Z).filter((row) => row.reduce((sum, entry, j) => sum + entry * gate[j], 0) >= 0);
      return seen.length > 0 ? size(sums(seen)) : 0;
    });
    const cost = (game.betaG * (size(sums(X)) - game.betaD)) / Math.max(...lengths);
    expect(result.certificate.objective).toBeCloseTo(cost, 12);
    expect([result.certificate.patterns, result.certificate.lowerBound]).toEqual(['sampled', null]);
    const all = await trainGan(X, { ...game, generator: 'gated', noise: Z });
    expect(all.certificate.objective).toBeLessThanOrEqual(cost);
    const drawn = await trainGan(X, { ...game, generator: 'gated', noise: Z, patterns: { sample: 400 } });
    expect(drawn.certificate.objective).toBeGreaterThanOrEqual(all.certificate.objective * (1 - 1e-12));
  });

  it('is answered by the zero generator where betaD allows it, and by more just below', async () => {
    const X = gaussianTable(6, 2, 1);
    const length = size(sums(X));
    const options = { discriminator: 'linear', generator: 'relu', betaG: 1 } as const;
    const zero = await trainGan(X, { ...options, betaD: length * (1 + 1e-12) });
    expect([zero.certificate.objective, zero.certificate.lowerBound, zero.generator.network.neurons]).toEqual([0, 0, 0]);
    expect((await trainGan(X, { ...options, betaD: length * (1 - 1e-6) })).certificate.objective).toBeGreaterThan(0);
  });

  it('says why no generator is good enough', async () => {
    const X = [[3], [4]];
    const centred = [[1], [-1]];
    const options = { ...game, noise: centred, bias: false } as const;
    const failure = trainGan(X, { ...options, generator: 'linear' });
    await expect(failure).rejects.toThrow(InfeasibleError);
    await expect(failure).rejects.toThrow('sums to zero');
    await expect(trainGan(X, { ...game, generator: 'relu', noise: [[0], [0]], bias: false })).rejects.toThrow('noise is zero');
    const gates = Float64Array.of(1);
    const blind = { ...game, generator: 'gated', noise: [[-1], [-2]], bias: false, patterns: { gates } } as const;
    await expect(trainGan(X, blind)).rejects.toThrow('every gate');
    await expect(trainGan(X, { ...options, generator: 'linear', bias: true })).resolves.toBeDefined();
    await expect(trainGan(X, { ...options, generator: 'linear', betaD: 8 })).resolves.toBeDefined();
  });

  it('ends with the best so far when it is aborted', async () => {
    const controller = new AbortController();
    const options = { ...game, generator: 'relu', noise: gaussianTable(300, 7, 1), bias: false, maxNodes: 1e9 } as const;
    const run = trainGan(gaussianTable(300, 2, 2, 2), { ...options, signal: controller.signal });
    setTimeout(() => controller.abort(), 200);
    const error = await run.then(
      () => null,
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(AbortedError);
    expect(error.result === null || error.result.certificate.objective > 0).toBe(true);
  });
});
