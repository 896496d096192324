import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../src/architectures/architecture.js';
import { betaMaxSync } from '../../src/beta-max.js';
import {
  ArgumentError,
  batchNormGated,
  circularGated,
  gatedRelu,
  leakyRelu,
  relu,
  type TrainOptions,
  threshold,
  trainSync,
} from '../../src/index.js';
import { numbers } from '../support/kernel-harness.js';

/*
 * Nothing is ever below a bound that is proven over all patterns: the same problem, solved in every other way.
 */

type Rows = number[][];

const drawn = (n: number, d: number, seed: number): Rows =>
  Array.from({ length: n }, (_, k) => Array.from(numbers(n * d, seed).subarray(k * d, (k + 1) * d)));

const tables: Readonly<Record<string, Rows>> = {
  'proportional columns': [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8].map((v) => [v, 2 * v]),
  'proportional columns of both signs': [0.1, -0.2, 0.3, -0.4, 0.5, 0.7, 0.9, -0.8].map((v) => [v, 3 * v]),
  'rank two in three columns': drawn(8, 2, 3).map(([a, b]) => [a, b, 0.3 * a - 0.7 * b]),
  'rows twice, opposite and zero': [
    ...[
      [0.3, 0.1],
      [0.3, 0.1],
      [-0.6, -0.2],
    ],
    ...[
      [0.2, -0.5],
      [0, 0],
      [0.7, 0.4],
      [-0.1, 0.9],
      [0.5, 0.5],
    ],
  ],
  'a grid of integers': [-1, 0, 1].flatMap((a) => [-1, 0, 1].map((b) => [a, b])).slice(0, 8),
  'one-hot': Array.from({ length: 8 }, (_, k) => [Number(k % 3 === 0), Number(k % 3 === 1), Number(k % 3 === 2)]),
  'an offset of 30': drawn(8, 1, 4).map(([a]) => [30 + a]),
  'an offset of 1e4': drawn(8, 2, 5).map(([a, b]) => [1e4 + a, b]),
  'sizes 1e-150': drawn(8, 2, 6).map(([a, b]) => [1e-150 * a, 1e-150 * b]),
  'sizes 1e150': drawn(8, 2, 7).map(([a, b]) => [1e150 * a, 1e150 * b]),
};

const targets = [1, -1, 1, 1, -1, 1, -1, -1];

const families: Readonly<Record<string, () => Architecture>> = {
  relu,
  'leaky relu': () => leakyRelu(0.3),
  'gated relu': gatedRelu,
  threshold,
  'batch normalization, gated': batchNormGated,
  'circular, gated': circularGated,
};

/** Gates of small integers, of which many are on boundaries, and some that are orthogonal to proportional columns to rounding. */
function givenGates(width: number): Float64Array {
  const rows: number[][] = [];
  for (let seed = 1; seed <= 12; seed++) rows.push(Array.from(numbers(width, seed), (x) => Math.round(2 * x)));
  rows.push(Array.from({ length: width }, (_, j) => [0.6000000000000001, -0.3][j] ?? 0));
  rows.push(Array.from({ length: width }, (_, j) => [2.1, -0.7][j] ?? 0));
  rows.push(Array.from({ length: width }, () => 0));
  return Float64Array.from(rows.flat());
}

/** Objectives of the same problem in other ways; ways that are refused are none. */
function otherWays(family: Architecture, X: Rows, options: TrainOptions): Readonly<Record<string, number>> {
  const width = X[0].length + (options.bias === false || family.biasless ? 0 : 1);
  const ways: Readonly<Record<string, [Rows, number[], Partial<TrainOptions>]>> = {
    auto: [X, targets, { patterns: 'auto' }],
    priced: [X, targets, { patterns: 'priced' }],
    certified: [X, targets, { patterns: 'certified' }],
    sampled: [X, targets, { patterns: { sample: 40 } }],
    'given gates': [X, targets, { patterns: { gates: givenGates(width) } }],
    'columns turned around': [X.map((row) => row.slice().reverse()), targets, { patterns: 'all' }],
    'rows turned around': [X.slice().reverse(), targets.slice().reverse(), { patterns: 'all' }],
  };
  const found: Record<string, number> = {};
  for (const [name, [rows, y, changes]] of Object.entries(ways)) {
    // Neighbours in a circle are others where columns change places.
    if (name === 'columns turned around' && family.name.startsWith('circular')) continue;
    try {
      found[name] = trainSync(family, rows, y, { ...options, ...changes }).certificate.objective;
    } catch (error) {
      if (!(error instanceof ArgumentError)) throw error;
    }
  }
  return found;
}

describe('bounds over all patterns', () => {
  for (const [familyName, make] of Object.entries(families)) {
    for (const [tableName, X] of Object.entries(tables)) {
      it(`${familyName}, ${tableName}: nothing is below`, () => {
        const family = make();
        // Sizes of the table are those of beta: a share of the least beta of a zero network.
        const bias = family.ownsBias ? undefined : false;
        const limits = { bias, maxIterations: 500 };
        const most = betaMaxSync(family, X, targets, { ...limits, patterns: 'all' });
        const options = { ...limits, beta: 0.05 * most.beta };
        if (!(options.beta > 1e-300)) return;
        const { certificate } = trainSync(family, X, targets, { ...options, patterns: 'all' });
        const ways = otherWays(family, X, options);
        expect(Object.keys(ways).length).toBeGreaterThanOrEqual(3);
        if (certificate.lowerBound === null) {
          // Only boundaries of gates can have patterns that are not listed.
          expect(family.patterns).toBe('gates');
          expect(certificate.provenGlobal).toBe(false);
          return;
        }
        for (const objective of Object.values(ways))
          expect(objective).toBeGreaterThanOrEqual(certificate.lowerBound - 1e-9 * Math.abs(certificate.lowerBound));
      });
    }
  }

  it('hold for the table whose gates were rounding, and are attained', () => {
    const X = tables['proportional columns'];
    const options = { beta: 0.05, bias: false };
    const all = trainSync(gatedRelu(), X, targets, { ...options, patterns: 'all' });
    const auto = trainSync(gatedRelu(), X, targets, options);
    expect(all.certificate.provenGlobal).toBe(true);
    expect(auto.certificate.objective).toBeCloseTo(all.certificate.objective, 6);
    // A change of the last digits of X changes no side of a gate.
    const moved = auto.network.predict(X.map((row) => row.map((entry) => entry * (1 + 1e-12))));
    auto.network.predict(X).forEach((score, k) => {
      expect(moved[k]).toBeCloseTo(score, 9);
    });
  });

  it('an estimate of beta max over a list that may lack patterns is not called exact', () => {
    const opposite = [
      [1, 2],
      [-1, -2],
      [0.5, 1],
      [2, -1],
      [1, 1],
      [-1, 1],
      [0.3, 0.2],
      [0.1, -0.7],
    ];
    expect(betaMaxSync(gatedRelu(), opposite, targets, { bias: false, patterns: 'all' }).exact).toBe(false);
    expect(betaMaxSync(gatedRelu(), opposite, targets, { patterns: 'all' }).exact).toBe(true);
    expect(betaMaxSync(relu(), opposite, targets, { bias: false, patterns: 'all' }).exact).toBe(true);
  });
});
