import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TwoLayerNetwork } from '../../src/network/network.js';
import { balance, mergeNeurons } from '../../src/network/neurons.js';
import { EPSILON, magnitude, networksWithRows, piecewiseLinear } from './networks.js';

const size = (v: ArrayLike<number>) => Math.hypot(...Array.from(v));

function expectSameFunction(one: TwoLayerNetwork, other: TwoLayerNetwork, rows: readonly Float64Array[], units: number): void {
  const [before, after] = [one.predict(rows), other.predict(rows)];
  before.forEach((score, i) => {
    const bound = units * EPSILON * magnitude(one, rows[Math.floor(i / one.outputs)], i % one.outputs);
    expect(Math.abs(score - after[i])).toBeLessThanOrEqual(bound);
  });
}

/** Every neuron of a network once more, scaled, with another share of its output. */
function withParallelNeurons(network: TwoLayerNetwork): TwoLayerNetwork {
  const { activation, hidden, output } = network;
  const twice = (values: Float64Array, factor: number) => Float64Array.of(...values, ...values.map((value) => value * factor));
  return new TwoLayerNetwork({
    ...network,
    activation:
      activation.kind === 'gated'
        ? { kind: 'gated', gates: twice(activation.gates, 1), gateBias: twice(activation.gateBias, 1) }
        : activation,
    hidden: { weights: twice(hidden.weights, 3), bias: twice(hidden.bias, 3) },
    output: { weights: twice(output.weights, 0.25), bias: output.bias },
  });
}

describe('balance', () => {
  it('keeps the function, evens out the layers and does not raise weight decay', () => {
    fc.assert(
      fc.property(networksWithRows({ kinds: piecewiseLinear }), ({ network, rows }) => {
        const even = balance(network);
        const { inputs: d, outputs: C, penalty } = even;
        expectSameFunction(network, even, rows, 8 * (d + network.neurons + 2));
        for (let j = 0; j < even.neurons; j++) {
          const w = [
            ...even.hidden.weights.subarray(j * d, (j + 1) * d),
            ...(penalty === 'squared-free-bias' ? [] : [even.hidden.bias[j]]),
          ];
          const a = even.output.weights.subarray(j * C, (j + 1) * C);
          const outputSize = penalty === 'group' ? a.reduce((sum, value) => sum + Math.abs(value), 0) : size(a);
          if (size(w) > 0) expect(Math.abs(size(w) / outputSize - 1)).toBeLessThanOrEqual(8 * (d + C + 4) * EPSILON);
        }
        if (penalty === 'squared' || penalty === 'group' || penalty === 'squared-free-bias') {
          expect(even.weightPenalty()).toBeLessThanOrEqual(network.weightPenalty() * (1 + 32 * EPSILON));
        }
      }),
    );
  });

  it('drops neurons that are zero in one layer, and leaves a lone unpenalized bias as it is', () => {
    const network = new TwoLayerNetwork({
      inputs: 1,
      outputs: 1,
      penalty: 'squared-free-bias',
      activation: { kind: 'relu' },
      hidden: { weights: [0, 5, 0], bias: [0, 1, 3] },
      output: { weights: [2, 0, 7], bias: [1] },
    });
    expect(balance(network).toJSON()).toMatchObject({
      neurons: 1,
      hidden: { weights: [0], bias: [3] },
      output: { weights: [7], bias: [1] },
    });
  });

  it('neither overflows nor underflows', () => {
    const network = new TwoLayerNetwork({
      inputs: 1,
      outputs: 1,
      activation: { kind: 'relu' },
      hidden: { weights: [2 ** -1000] },
      output: { weights: [2 ** 1000] },
    });
    const { hidden, output } = balance(network);
    expect([hidden.weights[0], output.weights[0]]).toEqual([1, 1]);
  });
});

describe('mergeNeurons', () => {
  it('undoes a doubling of neurons and keeps the function, at no higher penalty once balanced', () => {
    fc.assert(
      fc.property(networksWithRows({ kinds: piecewiseLinear }), ({ network, rows }) => {
        const doubled = withParallelNeurons(network);
        const merged = mergeNeurons(doubled);
        expect(merged.neurons).toBeLessThanOrEqual(network.neurons);
        expectSameFunction(doubled, merged, rows, 64 * (network.inputs + network.neurons + 2) + 1e-9 / EPSILON);
        if (network.penalty === 'squared' || network.penalty === 'group') {
          expect(balance(merged).weightPenalty()).toBeLessThanOrEqual(balance(doubled).weightPenalty() * (1 + 1e-13));
        }
      }),
    );
  });

  const units = (weights: number[], output: number[], gates?: number[]) =>
    new TwoLayerNetwork({
      inputs: 1,
      outputs: 1,
      activation: gates
        ? { kind: 'gated', gates: Float64Array.from(gates), gateBias: new Float64Array(gates.length) }
        : { kind: 'relu' },
      hidden: { weights },
      output: { weights: output },
    });

  it('adds strengths: 1 * 4 and 3 * 4 make 16, balanced', () => {
    expect(mergeNeurons(units([1, 3], [4, 4])).toJSON()).toMatchObject({ hidden: { weights: [4] }, output: { weights: [4] } });
  });

  it('keeps opposite directions, opposite signs and other gates apart', () => {
    expect(mergeNeurons(units([1, -1], [1, 1])).neurons).toBe(2);
    expect(mergeNeurons(units([1, 1], [1, -1])).neurons).toBe(2);
    expect(mergeNeurons(units([1, 1], [1, 1], [1, 2])).neurons).toBe(2);
    expect(mergeNeurons(units([1, 1], [1, 1], [2, 2])).neurons).toBe(1);
  });

  it('drops what cannot be seen in a score, and everything where nothing is left', () => {
    expect([...mergeNeurons(units([1, -1e-9, 0], [1, 1e-9, 5])).hidden.weights]).toEqual([1]);
    expect([...mergeNeurons(units([1, -1e-6, 0], [1, 1e-6, 5])).hidden.weights]).toEqual([1, -1e-6]);
    expect(mergeNeurons(units([0, 1], [1, 0])).neurons).toBe(0);
    expect(mergeNeurons(units([1e200, -1e200], [1e200, 1e200])).neurons).toBe(2);
  });

  it('takes the tolerance of the caller', () => {
    const network = new TwoLayerNetwork({
      inputs: 2,
      outputs: 1,
      activation: { kind: 'relu' },
      hidden: { weights: [1, 0, 1, 1e-3] },
      output: { weights: [1, 1] },
    });
    expect(mergeNeurons(network).neurons).toBe(2);
    expect(mergeNeurons(network, 1e-2).neurons).toBe(1);
  });

  it('refuses activations that cannot be rescaled', () => {
    const network = new TwoLayerNetwork({
      inputs: 1,
      outputs: 1,
      activation: { kind: 'quadratic' },
      hidden: { weights: [1] },
      output: { weights: [1] },
    });
    for (const change of [balance, mergeNeurons]) {
      expect(() => change(network)).toThrow(/network.activation is quadratic; expected a positively homogeneous activation/);
    }
  });
});
