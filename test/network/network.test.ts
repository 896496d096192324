import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArgumentError } from '../../src/errors.js';
import { TwoLayerNetwork } from '../../src/network/network.js';
import type { TwoLayerSpec } from '../../src/network/spec.js';
import { bitsOf, EPSILON, naiveScore, networks, networksWithRows } from './networks.js';

const spec: TwoLayerSpec = {
  inputs: 2,
  outputs: 1,
  activation: { kind: 'relu' },
  hidden: { weights: [1, -2, 3, 4], bias: [0.5, -1] },
  output: { weights: [2, -3], bias: [10] },
};

describe('forward', () => {
  it('gives the bits of the plain loops, for every activation', () => {
    fc.assert(
      fc.property(networksWithRows(), ({ network, rows }) => {
        const expected = rows.flatMap((x) => Array.from({ length: network.outputs }, (_, c) => naiveScore(network, x, c)));
        expect(bitsOf(network.predict(rows))).toBe(bitsOf(expected));
      }),
      { numRuns: 300 },
    );
  });

  it('computes a small example', () => {
    // z = (1 - 2 + 0.5, 3 + 4 - 1) = (-0.5, 6) and (3.5, 8)
    expect(
      new TwoLayerNetwork(spec).predict([
        [1, 1],
        [3, 0],
      ]),
    ).toEqual(Float64Array.of(10 - 18, 10 + 7 - 24));
  });

  it('has the bits of a bias given as the weight of a last feature that is 1', () => {
    fc.assert(
      fc.property(networksWithRows({ kinds: ['relu', 'leaky', 'quadratic'], outputs: 2 }), ({ network, rows }) => {
        const { inputs, neurons, activation, hidden, output } = network;
        const weights = Array.from({ length: neurons }, (_, j) => [
          ...hidden.weights.subarray(j * inputs, (j + 1) * inputs),
          hidden.bias[j],
        ]);
        const augmented = new TwoLayerNetwork({
          inputs: inputs + 1,
          outputs: 2,
          activation,
          hidden: { weights: weights.flat() },
          output,
        });
        expect(bitsOf(augmented.predict(rows.map((x) => [...x, 1])))).toBe(bitsOf(network.predict(rows)));
      }),
    );
  });

  it('is constant without neurons', () => {
    const network = new TwoLayerNetwork({
      inputs: 3,
      outputs: 2,
      activation: { kind: 'relu' },
      hidden: { weights: [] },
      output: { weights: [], bias: [4, -5] },
    });
    expect(network.neurons).toBe(0);
    expect(
      network.predict([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ).toEqual(Float64Array.of(4, -5, 4, -5));
    expect(network.weightPenalty()).toBe(0);
  });

  it.each(['relu', 'gated', 'threshold'] as const)('refuses a row whose sums overflow instead of answering (%s)', (kind) => {
    const activation =
      kind === 'gated' ? { kind, gates: Float64Array.of(1e300, -1e300), gateBias: Float64Array.of(0) } : ({ kind } as const);
    const network = new TwoLayerNetwork({
      inputs: 2,
      outputs: 1,
      activation,
      hidden: { weights: [1e300, -1e300] },
      output: { weights: [1] },
    });
    expect(() =>
      network.predict([
        [0, 0],
        [1e300, 1e300],
      ]),
    ).toThrow(/X\[1\] is so large that the score overflows/);
  });

  it('refuses another number of columns', () => {
    expect(() => new TwoLayerNetwork(spec).predict([[1, 2, 3]])).toThrow(/X is a matrix with 3 columns; expected 2 columns/);
    expect(() => new TwoLayerNetwork(spec).forward({ data: Float64Array.of(1), rows: 1, columns: 1 })).toThrow(ArgumentError);
  });
});

describe('weightPenalty', () => {
  const weights = { hidden: { weights: [1, -2, 3, 4], bias: [0.5, -1] }, output: { weights: [2, -3, 0, 5], bias: [7, 8] } };
  const penalty = (kind: TwoLayerSpec['penalty']) =>
    new TwoLayerNetwork({ inputs: 2, outputs: 2, activation: { kind: 'relu' }, ...weights, penalty: kind }).weightPenalty();

  it('is what each problem states', () => {
    expect(penalty('squared')).toBe(0.5 * (1 + 4 + 0.25 + 9 + 16 + 1 + 4 + 9 + 25));
    expect(penalty(undefined)).toBe(penalty('squared'));
    expect(penalty('squared-free-bias')).toBe(0.5 * (1 + 4 + 9 + 16 + 4 + 9 + 25));
    expect(penalty('group')).toBe(0.5 * (5.25 + 25 + 26 + 25));
    expect(penalty('quadratic')).toBe(5 * 5.25 + 5 * 26);
    expect(penalty('output')).toBe(10);
  });

  it('adds over neurons and never counts the output bias', () => {
    fc.assert(
      fc.property(networks(), (network) => {
        const { inputs: d, outputs: C, neurons, hidden, output, penalty: kind } = network;
        let sum = 0;
        for (let j = 0; j < neurons; j++) {
          sum += new TwoLayerNetwork({
            inputs: d,
            outputs: C,
            penalty: kind,
            activation: { kind: 'relu' },
            hidden: { weights: hidden.weights.slice(j * d, (j + 1) * d), bias: hidden.bias.slice(j, j + 1) },
            output: { weights: output.weights.slice(j * C, (j + 1) * C) },
          }).weightPenalty();
        }
        expect(Math.abs(network.weightPenalty() - sum)).toBeLessThanOrEqual(neurons * EPSILON * sum);
      }),
    );
  });
});

describe('construction', () => {
  it('copies, so that later changes of the arrays do not show', () => {
    const bias = Float64Array.of(0.5, -1);
    const gates = Float64Array.of(1, 2, 3, 4);
    const network = new TwoLayerNetwork({
      ...spec,
      hidden: { ...spec.hidden, bias },
      activation: { kind: 'gated', gates, gateBias: bias },
    });
    const before = JSON.stringify(network);
    bias.fill(9);
    gates.fill(9);
    expect(JSON.stringify(network)).toBe(before);
  });

  const cases: [string, Partial<Record<keyof TwoLayerSpec, unknown>>, RegExp][] = [
    ['inputs zero', { inputs: 0 }, /inputs is 0; expected a positive integer/],
    ['outputs fractional', { outputs: 1.5 }, /outputs is 1.5/],
    ['hidden weights short', { hidden: { weights: [1, 2, 3] } }, /hidden.weights is an array of length 3; expected 4 numbers/],
    ['hidden weights absent', { hidden: {} }, /hidden.weights is undefined/],
    [
      'hidden bias long',
      { hidden: { weights: [1, 2, 3, 4], bias: [1, 2, 3] } },
      /hidden.bias is an array of length 3; expected 2 numbers/,
    ],
    [
      'output weights not a multiple',
      { outputs: 2, output: { weights: [1, 2, 3] } },
      /output.weights is of length 3; expected a multiple of 2/,
    ],
    ['output bias short', { output: { weights: [1, 2], bias: [] } }, /output.bias is an array of length 0; expected 1 number/],
    ['NaN weight', { hidden: { weights: [1, 2, Number.NaN, 4] } }, /hidden.weights\[2\] is NaN; expected a finite number/],
    ['string weight', { output: { weights: [1, '2'] } }, /output.weights\[1\] is the string "2"/],
    ['infinite slope', { activation: { kind: 'leaky', slope: Number.POSITIVE_INFINITY } }, /activation.slope is Infinity/],
    ['polynomial without c', { activation: { kind: 'polynomial', a: 1, b: 1 } }, /activation.c is undefined/],
    ['gates short', { activation: { kind: 'gated', gates: [1], gateBias: [0, 0] } }, /activation.gates is an array of length 1/],
    ['unknown activation', { activation: { kind: 'tanh' } }, /activation.kind is the string "tanh"/],
    ['unknown penalty', { penalty: 'cubic' }, /penalty is the string "cubic"; expected one of squared/],
  ];
  it.each(cases)('refuses %s', (_name, change, message) => {
    const build = () => new TwoLayerNetwork({ ...spec, ...change } as TwoLayerSpec);
    expect(build).toThrow(ArgumentError);
    expect(build).toThrow(message);
  });
});
