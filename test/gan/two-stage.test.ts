import { describe, expect, it } from 'vitest';
import { AbortedError, MemoryLimitError, trainGan } from '../../src/index.js';
import { createRandom } from '../../src/random.js';
import { descend } from '../support/descend.js';
import { gaussianTable, momentError, type Rows, rowsOf, size, withOnes } from '../support/gan-games.js';

const game = { discriminator: 'quadratic', generator: 'gated' } as const;

/** 1/2 |G - target|^2 + betaG/2 (|W|^2 + |A|^2) of weights packed as neurons of [w, a], one a gate and copy. */
function stageTwo(Z: Rows, target: Rows, gates: Rows, betaG: number, copies: number) {
  const [k, d] = [Z[0].length, target[0].length];
  const open = gates.map((gate) => Z.map((row) => row.reduce((sum, entry, j) => sum + entry * gate[j], 0) >= 0));
  return (p: Float64Array): number => {
    let value = 0.5 * betaG * size([...p]) ** 2;
    for (let r = 0; r < Z.length; r++) {
      const output = target[r].map((entry) => -entry);
      for (let m = 0; m < gates.length * copies; m++) {
        if (!open[m % gates.length][r]) continue;
        const at = m * (k + d);
        let z = 0;
        for (let j = 0; j < k; j++) z += Z[r][j] * p[at + j];
        for (let j = 0; j < d; j++) output[j] += z * p[at + k + j];
      }
      value += 0.5 * size(output) ** 2;
    }
    return value;
  };
}

describe('a gated generator in two stages', () => {
  const X = gaussianTable(10, 2, 1, 2);
  const Z = gaussianTable(10, 2, 2);
  const gates = gaussianTable(3, 2, 3);
  const patterns = { gates: Float64Array.from(gates.flat()) };
  const options = { ...game, betaD: 1, noise: Z, bias: false, patterns } as const;

  it('reports the objective of its second stage, and descent from random starts ends no lower', async () => {
    for (const betaG of [0.05, 0.5]) {
      const result = await trainGan(X, { ...options, betaG });
      const target = await trainGan(X, { discriminator: 'quadratic', generator: 'linear', betaD: 1, noise: Z, bias: false });
      const { objective, patternBound, patternGap, violation } = result.certificate;
      const { network } = result.generator;
      const decay = [...network.hidden.weights, ...network.output.weights].reduce((sum, entry) => sum + entry * entry, 0);
      const distance = result.outputs.data.map((entry, at) => entry - target.outputs.data[at]);
      expect(objective).toBeCloseTo(0.5 * size([...distance]) ** 2 + 0.5 * betaG * decay, 9);
      expect([result.status, patternGap <= 1e-6]).toEqual(['optimal', true]);
      expect(violation).toBeCloseTo(Math.max(0, momentError(X, rowsOf(result.outputs)) - 1), 9);
      const value = stageTwo(Z, rowsOf(target.outputs), gates, betaG, 2);
      const random = createRandom(4);
      const ends = Array.from({ length: 6 }, () =>
        descend(
          value,
          Float64Array.from({ length: 24 }, () => random.normal()),
          400,
        ),
      );
      for (const end of ends) expect(end).toBeGreaterThanOrEqual(patternBound * (1 - 1e-12));
      expect(Math.min(...ends)).toBeLessThanOrEqual(objective * 1.001);
    }
  });

  it('comes within betaD as the penalty goes to zero, for gates that can fit the target', async () => {
    const violations: number[] = [];
    for (const betaG of [1, 0.1, 0.01]) {
      const { certificate } = await trainGan(X, { ...game, betaD: 1, betaG, noise: Z, patterns: 'all' });
      violations.push(certificate.violation);
    }
    expect(violations[0]).toBeGreaterThan(violations[1]);
    expect(violations[1]).toBeGreaterThan(violations[2]);
    expect(violations[2]).toBeLessThan(0.1);
  });

  it('counts a column of ones like one that is given', async () => {
    const own = await trainGan(X, { ...game, betaD: 1, betaG: 0.2, noise: Z, patterns: 'all' });
    const given = await trainGan(X, { ...game, betaD: 1, betaG: 0.2, noise: withOnes(Z), bias: false, patterns: 'all' });
    expect(own.certificate.objective).toBeCloseTo(given.certificate.objective, 5);
    expect(own.generator.inputs).toBe(2);
  });

  it('passes on what a second stage needs, and its end', async () => {
    const short = await trainGan(X, { ...options, betaG: 0.01, maxIterations: 1, tolerance: 1e-9 });
    expect(short.status).toBe('iteration-limit');
    await expect(trainGan(X, { ...options, betaG: 0.1, patterns: { gates: new Float64Array(3) } })).rejects.toThrow(
      'options.patterns.gates',
    );
    const bad = { ...options, betaG: 0.1, tolerance: 2 };
    await expect(trainGan(X, bad)).rejects.toThrow('options.tolerance');
  });

  it('ends with the error of the second stage where memory runs out', async () => {
    const many = { ...game, betaD: 1, betaG: 0.1, patterns: { sample: 400 }, memoryLimit: 600_000 };
    await expect(trainGan(gaussianTable(200, 6, 1, 2), many)).rejects.toThrow(MemoryLimitError);
  });

  it('ends with the best so far when it is aborted', async () => {
    const controller = new AbortController();
    const large = {
      ...game,
      betaD: 1,
      betaG: 1e-3,
      patterns: { sample: 30 },
      tolerance: 1e-15,
      maxIterations: 1e6,
      signal: controller.signal,
    };
    const run = trainGan(gaussianTable(200, 6, 5, 2), large);
    // The first visit to the event loop finds the signal fired, long before such a tolerance is reached.
    setTimeout(() => controller.abort('enough'), 1);
    const error = await run.then(
      () => null,
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(AbortedError);
    expect(error.cause).toBe('enough');
    if (error.result) expect(error.result.generator.sample(2).shape).toEqual([2, 6]);
  });
});
