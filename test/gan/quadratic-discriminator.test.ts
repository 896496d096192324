import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InfeasibleError, trainGan } from '../../src/index.js';
import { createRandom } from '../../src/random.js';
import { gaussianTable, momentError, product, type Rows, rowsOf, size, squares, withOnes } from '../support/gan-games.js';

const game = { discriminator: 'quadratic', generator: 'linear' } as const;

describe('a quadratic discriminator against linear generators', () => {
  it('holds the second moments within betaD, at the cost that it reports and proves', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('output', 'weights'),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 2 }),
        fc.integer({ min: 6, max: 12 }),
        fc.constantFrom(0, 0.5, 3),
        fc.integer({ min: 0, max: 1e6 }),
        async (regularizer, d, more, n, betaD, seed) => {
          const X = gaussianTable(n + 2, d, seed, 2);
          if (seed % 3 === 0) for (const row of X) row[d - 1] = row[0];
          const Z = gaussianTable(n, d + more, seed + 1);
          if (seed % 4 === 0 && more > 0) for (const row of Z) row[0] = row[1];
          const result = await trainGan(X, { ...game, betaD, regularizer, noise: Z, bias: false });
          const [{ weights }] = result.generator.stages;
          const G = product(Z, rowsOf({ data: weights, shape: [d + more, d] }));
          const scale = Math.max(1, squares(X));
          expect(momentError(X, G)).toBeLessThanOrEqual(betaD + 1e-9 * scale);
          const cost = regularizer === 'output' ? squares(G) : size([...weights]) ** 2;
          const { objective, lowerBound, provenGlobal } = result.certificate;
          expect(Math.abs(objective - cost)).toBeLessThanOrEqual(1e-9 * Math.max(1, cost));
          expect(lowerBound as number).toBeLessThanOrEqual(objective);
          expect([provenGlobal, result.status]).toEqual([true, 'optimal']);
          expect(Math.abs(result.moments.error - momentError(X, G))).toBeLessThanOrEqual(1e-9 * scale);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('costs no more than random generators with the same distance', async () => {
    const random = createRandom(6);
    for (let trial = 0; trial < 60; trial++) {
      const [n, d, k] = [9, 3, 3];
      const X = gaussianTable(n, d, trial, 1.5);
      const Z = gaussianTable(n, k, 500 + trial);
      const near = await trainGan(X, { ...game, betaD: 1, noise: Z, bias: false });
      const spread = trial % 2 === 0 ? 1 : 0.02;
      // Far from the optimum, and near to it.
      const W: Rows = rowsOf({ data: near.generator.stages[0].weights, shape: [k, d] }).map((row) =>
        row.map((entry) => (spread === 1 ? 0 : entry) + spread * random.normal()),
      );
      const G = product(Z, W);
      const options = { ...game, betaD: momentError(X, G), noise: Z, bias: false } as const;
      const output = await trainGan(X, { ...options, regularizer: 'output' });
      expect(output.certificate.objective).toBeLessThanOrEqual(squares(G) * (1 + 1e-10));
      const weights = await trainGan(X, { ...options, regularizer: 'weights' });
      expect(weights.certificate.objective).toBeLessThanOrEqual(squares(W) * (1 + 1e-10));
    }
  });

  it('counts a column of ones as noise, and keeps its weights as bias', async () => {
    const X = gaussianTable(10, 3, 1, 2);
    const Z = gaussianTable(10, 2, 2);
    const own = await trainGan(X, { ...game, betaD: 0.5, noise: Z });
    const given = await trainGan(X, { ...game, betaD: 0.5, noise: withOnes(Z), bias: false });
    expect(own.certificate.objective).toBeCloseTo(given.certificate.objective, 10);
    expect(own.generator.inputs).toBe(2);
    expect(rowsOf(own.outputs).flat()).toEqual(rowsOf(given.outputs).flat());
  });

  it('keeps its promise on badly conditioned noise', async () => {
    const Z = gaussianTable(12, 3, 3).map(([a, b, c]) => [a, a + 1e-5 * b, a + 1e-3 * c]);
    const X = gaussianTable(12, 3, 4, 2);
    for (const regularizer of ['output', 'weights'] as const) {
      const { certificate } = await trainGan(X, { ...game, betaD: 1, regularizer, noise: Z, bias: false });
      expect(certificate.violation).toBeLessThanOrEqual(1e-8);
      expect(certificate.relativeGap as number).toBeLessThanOrEqual(1e-6);
    }
  });

  it('scales with the data', async () => {
    const X = gaussianTable(8, 2, 1, 2);
    const Z = gaussianTable(8, 2, 2);
    const { certificate } = await trainGan(X, { ...game, betaD: 1, noise: Z, bias: false });
    for (const scale of [2 ** -60, 2 ** 60]) {
      const scaled = X.map((row) => row.map((entry) => entry * scale));
      const other = await trainGan(scaled, { ...game, betaD: scale ** 2, noise: Z, bias: false });
      expect(other.certificate.objective).toBe(certificate.objective * scale ** 2);
    }
  });

  it('is answered by zero from the largest squared singular value on', async () => {
    const X = [[3], [4]];
    const zero = await trainGan(X, { ...game, betaD: 25 });
    expect([zero.certificate.objective, ...zero.outputs.data]).toEqual([0, 0, 0]);
    expect((await trainGan(X, { ...game, betaD: 24.99 })).certificate.objective).toBeCloseTo(0.01, 10);
  });

  it('says when the noise has too small a rank', async () => {
    const X = gaussianTable(8, 3, 1, 2);
    const failure = trainGan(X, { ...game, betaD: 0.1, noise: 1 });
    await expect(failure).rejects.toThrow(InfeasibleError);
    await expect(failure).rejects.toThrow('3 singular values above sqrt(betaD)');
    await expect(failure).rejects.toThrow('noise of rank 2');
    await expect(trainGan(X, { ...game, betaD: 0.1, noise: [[0], [0]], bias: false })).rejects.toThrow('rank 0');
  });
});

describe('progressive training', () => {
  // Coarse data of two columns give outputs of rank 3 at most: the fourth direction must be within betaD.
  const X = gaussianTable(16, 4, 11, 2).map(([a, b, c, d]) => [a, b, c, a - b + c + 0.05 * d]);
  const coarse = X.map(([a, b, c, d]) => [(a + b) / 2, (c + d) / 2]);
  const options = { discriminator: 'quadratic', generator: 'progressive', coarse: [coarse], betaD: [1, 3], noise: 3 } as const;

  it('meets every stage, each with the outputs of the one before as its noise', async () => {
    const noise = gaussianTable(16, 3, 5);
    const result = await trainGan(X, { ...options, noise });
    let H: Rows = noise;
    result.generator.stages.forEach(({ weights, bias }, i) => {
      const W = rowsOf({ data: weights, shape: [H[0].length, bias.length] });
      H = product(withOnes(H), [...W, [...bias]]);
      expect(momentError(i === 0 ? coarse : X, H)).toBeLessThanOrEqual(options.betaD[i] + 1e-9);
      expect(squares(H)).toBeCloseTo(result.stages?.[i].objective as number, 8);
    });
    expect(
      rowsOf(result.outputs)
        .flat()
        .map((entry, at) => Math.abs(entry - H.flat()[at]))
        .every((error) => error < 1e-12),
    ).toBe(true);
    expect(result.certificate.provenGlobal).toBe(true);
  });

  it('has the stage values of games of their own', async () => {
    const { stages } = await trainGan(X, { ...options, betaD: 2 });
    const own = [coarse, X].map((data) => trainGan(data, { ...game, betaD: 2, noise: 4 }));
    const expected = (await Promise.all(own)).map(({ certificate }) => certificate.objective);
    expect(stages?.map(({ objective }) => objective / 1)).toEqual(expected.map((entry) => expect.closeTo(entry, 8)));
  });

  it('names the stage that is out of reach', async () => {
    const flat = X.map(([a]) => [a]);
    await expect(trainGan(X, { ...options, coarse: [flat], betaD: 0.1 })).rejects.toThrow(
      /stage 2.*3 singular.*rank 2.*finer stage/,
    );
  });
});
