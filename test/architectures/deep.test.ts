import { describe, expect, it } from 'vitest';
import { singularTriples } from '../../src/architectures/spectral.js';
import { splitPaths } from '../../src/architectures/split-paths.js';
import {
  ArgumentError,
  type DeepNetwork,
  deepGated,
  gatedRelu,
  gatedThreeLayer,
  relu,
  threeLayer,
  train,
  trainSync,
} from '../../src/index.js';
import { descend } from '../support/descend.js';
import { numbers } from '../support/kernel-harness.js';
import { naivePenalty, naiveScores, rowsOf } from '../support/naive-deep.js';

const X = rowsOf(numbers(12, 21, 2), 2);
const y = Array.from(numbers(6, 22, 2));
const options = { bias: false, tolerance: 1e-7 } as const;

/** Training of three layers with first layers of any size: the penalty that scaling makes of them. */
function trained(width: number, path: boolean, beta: number, start: Float64Array): number {
  const units = start.length / (3 * width + 1);
  const objective = (p: Float64Array) => {
    let penalty = 0;
    const fit = new Float64Array(X.length);
    const stride = 3 * width + 1;
    for (let k = 0; k < units; k++) {
      const own = p.subarray(k * stride, (k + 1) * stride);
      const W = Array.from({ length: width }, (_, j) => [own[2 * j], own[2 * j + 1]]);
      const w2 = Array.from(own.subarray(2 * width, 3 * width));
      const w3 = own[3 * width];
      X.forEach((x, i) => {
        const z = W.reduce((sum, w, j) => sum + w2[j] * Math.max(0, w[0] * x[0] + w[1] * x[1]), 0);
        fit[i] += w3 * Math.max(0, z);
      });
      const squares = W.map((w) => w[0] ** 2 + w[1] ** 2);
      if (path) penalty += Math.abs(w3) * Math.sqrt(squares.reduce((sum, s, j) => sum + s * w2[j] ** 2, 0));
      else penalty += 0.5 * (squares.reduce((a, b) => a + b, 0) * w2.reduce((sum, w) => sum + w * w, 0) + w3 * w3);
    }
    return fit.reduce((sum, f, i) => sum + 0.5 * (f - y[i]) ** 2, 0) + beta * penalty;
  };
  return descend(objective, start, 150);
}

describe.each(['normalized', 'path'] as const)('three-layer ReLU networks, %s', (regularization) => {
  const path = regularization === 'path';
  const beta = 0.1;
  const architecture = threeLayer({ width: 2, regularization });

  it('over all patterns are never beaten by training, which comes close', async () => {
    const { certificate, network } = await train(architecture, X, y, { ...options, beta, patterns: 'all' });
    const { objective, lowerBound, provenGlobal, patterns } = certificate;
    expect(patterns).toBe('all');
    expect(provenGlobal).toBe(true);
    const noise = numbers(7 * network.subnetworks, 5, 0.02);
    const near = Float64Array.from(
      Array.from({ length: network.subnetworks }, (_, k) => [
        ...network.layers.weights[0].subarray(4 * k, 4 * k + 4),
        ...network.layers.weights[1].subarray(2 * k, 2 * k + 2),
        network.output.weights[k],
      ]).flat(),
      (weight, i) => weight + noise[i],
    );
    const runs = [near, numbers(35, 1, 1), numbers(35, 2, 1), numbers(35, 3, 1)].map((start) => trained(2, path, beta, start));
    expect(Math.min(...runs)).toBeGreaterThanOrEqual((lowerBound as number) * (1 - 1e-9));
    expect(runs[0]).toBeLessThanOrEqual(objective * 1.02);
    const fitted = X.map((x) => naiveScores(network, x)[0]);
    const loss = fitted.reduce((sum, f, i) => sum + 0.5 * (f - y[i]) ** 2, 0);
    expect(loss + beta * naivePenalty(network)).toBeCloseTo(objective, 9);
  });

  it('contain the two-layer networks', async () => {
    const three = await train(architecture, X, y, { ...options, beta, patterns: 'all' });
    const two = await train(relu(), X, y, { ...options, beta: path ? beta / Math.sqrt(2) : beta, patterns: 'all' });
    expect(three.certificate.objective).toBeLessThanOrEqual(two.certificate.objective * (1 + 1e-6));
  });

  it('found by local search come close to the optimum over all, and say that nothing is proven', async () => {
    const all = await train(architecture, X, y, { ...options, beta, patterns: 'all' });
    const priced = await train(architecture, X, y, { ...options, beta, patterns: 'priced' });
    const { objective, lowerBound, patterns, provenGlobal } = priced.certificate;
    expect([patterns, lowerBound, provenGlobal]).toEqual(['priced', null, false]);
    expect(objective).toBeGreaterThanOrEqual((all.certificate.lowerBound as number) * (1 - 1e-9));
    expect(objective).toBeLessThanOrEqual(all.certificate.objective * 1.02);
    const sampled = await train(architecture, X, y, { ...options, beta, patterns: { sample: 10 } });
    expect(sampled.certificate.objective).toBeGreaterThanOrEqual((all.certificate.lowerBound as number) * (1 - 1e-9));
    expect(sampled.certificate.lowerBound).toBeNull();
  });

  it('refuse a proof by branch and bound, which does not know them', () => {
    expect(() => trainSync(architecture, X, y, { ...options, beta, patterns: 'certified' })).toThrow(ArgumentError);
  });
});

describe('gated networks of three and more layers', () => {
  const inputs = rowsOf(numbers(90, 31, 2), 3);
  const targets = inputs.map((x, k) => Math.abs(x[0]) - x[1] * 0.5 + 0.2 * numbers(30, 32, 1)[k]);

  it('with one path are the gated networks of the product of their masks', async () => {
    const beta = 0.3;
    const gates = numbers(5 * 4, 33, 1).map((entry, at) => (at % 4 === 3 && at < 12 ? Math.abs(entry) : entry));
    for (const regularization of ['normalized', 'path'] as const) {
      const deep = await train(gatedThreeLayer({ width: 1, regularization }), inputs, targets, {
        ...options,
        beta,
        patterns: { gates },
      });
      // h = +: the second layer passes always; h < 0: only where the first is silent.
      const plain = Array.from({ length: 5 }, (_, k) => gates.slice(4 * k, 4 * k + 3)).filter((_, k) => gates[4 * k + 3] >= 0);
      const two = await train(gatedRelu(), inputs, targets, {
        ...options,
        beta,
        patterns: { gates: Float64Array.from(plain.flatMap((g) => Array.from(g))) },
      });
      expect(plain.length).toBeGreaterThan(1);
      expect(deep.certificate.objective).toBeCloseTo(two.certificate.objective, 5);
    }
  });

  it('with two units in the second layer attain the exact penalty, above that of free paths', async () => {
    const beta = 0.02;
    const architecture = deepGated({ widths: [2, 2, 1] });
    const { network, certificate, state } = await train(architecture, inputs, targets, {
      ...options,
      beta,
      maxIterations: 20_000,
      patterns: { sample: 20 },
    });
    expect(certificate.patternGap).toBeLessThanOrEqual(1e-7);
    const loss = inputs.reduce((sum, x, k) => sum + 0.5 * (naiveScores(network, x)[0] - targets[k]) ** 2, 0);
    expect(loss + beta * naivePenalty(network)).toBeCloseTo(certificate.objective, 7);
    // Free path vectors: the same masks, each block's l2 norm.
    const { v } = state.parts[0];
    let free = 0;
    for (let at = 0; at < v.length; at += 12) free += Math.hypot(...v.subarray(at, at + 12));
    expect(free).toBeLessThan(network.weightPenalty());
    // Deeper layers of one unit only switch sub-networks off.
    const five = await train(deepGated({ widths: [2, 2, 1, 1] }), inputs, targets, {
      ...options,
      beta,
      maxIterations: 20_000,
      patterns: { sample: 20 },
    });
    expect(five.network.widths).toEqual([2, 2, 1, 1]);
  });

  it('split a block so that penalty and function stay', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const block = numbers(3 * 2 * 4, seed, 1);
      if (seed === 5) block.fill(0, 8, 16);
      const parts = [0, 1, 2].map((j) => singularTriples(block.subarray(8 * j, 8 * j + 8), 2, 4));
      const exact = Math.hypot(...parts.map((triples) => triples.reduce((sum, { value }) => sum + value, 0)));
      const found = splitPaths(block, [3, 2, 1], 4);
      expect(found.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(exact, 10);
      const rebuilt = new Float64Array(24);
      for (const { layers, weight } of found) {
        const [W, into] = layers;
        expect(Math.hypot(...W)).toBeCloseTo(1, 10);
        for (let j = 0; j < 3; j++)
          for (let j2 = 0; j2 < 2; j2++)
            for (let i = 0; i < 4; i++) rebuilt[8 * j + 4 * j2 + i] += weight * into[j2 * 3 + j] * W[4 * j + i];
      }
      rebuilt.forEach((entry, i) => {
        expect(entry).toBeCloseTo(block[i], 10);
      });
    }
  });

  it('give outputs networks of their own, or couple them by softmax', async () => {
    const three = inputs.map((x) => [x[0], Math.abs(x[1]), x[2] - x[0]]);
    const apart = await train(gatedThreeLayer(), inputs, three, { beta: 0.3, patterns: { sample: 10 } });
    let sum = 0;
    for (let c = 0; c < 3; c++) {
      const own = three.map((row) => row[c]);
      sum += (await train(gatedThreeLayer(), inputs, own, { beta: 0.3, patterns: { sample: 10 } })).certificate.objective;
    }
    expect(apart.network.outputs).toBe(3);
    expect(apart.certificate.objective).toBeCloseTo(sum, 8);
    const oneHot = three.map((row) => row.map((entry) => (entry === Math.max(...row) ? 1 : 0)));
    const { certificate } = await train(gatedThreeLayer({ regularization: 'path' }), inputs, oneHot, {
      beta: 0.3,
      loss: 'softmax',
      patterns: { sample: 10 },
    });
    expect(certificate.patternGap).toBeLessThanOrEqual(1e-6);
  });

  it('are improved by a search for gates', async () => {
    const few = await train(gatedThreeLayer(), inputs, targets, { beta: 0.3, patterns: { sample: 20 } });
    const searched = await train(gatedThreeLayer(), inputs, targets, { beta: 0.3, pricingTolerance: 1e-2 });
    expect(searched.certificate.patterns).toBe('priced');
    expect(searched.certificate.objective).toBeLessThan(few.certificate.objective);
  });
});

describe('sizes and penalties that no family has', () => {
  it.each<[string, () => unknown]>([
    ['no units', () => threeLayer({ width: 0 })],
    ['half a unit', () => gatedThreeLayer({ width: 1.5 })],
    ['an unknown penalty', () => threeLayer({ regularization: 'l2' as 'path' })],
    ['three wide layers', () => deepGated({ widths: [2, 2, 2, 1] })],
    ['a wide last layer', () => deepGated({ widths: [2, 2] })],
    ['one layer', () => deepGated({ widths: [1] })],
    ['no list', () => deepGated({ widths: 3 as unknown as number[] })],
  ])('%s: refused', (_, make) => {
    expect(make).toThrow(ArgumentError);
  });

  it('gates of another length, and patterns without gates, are refused before any work', async () => {
    const call = (patterns: unknown, architecture = gatedThreeLayer()) =>
      train<DeepNetwork>(architecture, X, y, { ...options, beta: 1, patterns: patterns as 'all' });
    await expect(call({ gates: new Float64Array(7) })).rejects.toThrow(/rows of 6 numbers/);
    const sampled = await train(threeLayer(), X, y, { ...options, beta: 1, patterns: { sample: 4 } });
    await expect(call({ ...sampled.state.parts[0].patterns, gates: null })).rejects.toBeInstanceOf(ArgumentError);
  });
});
