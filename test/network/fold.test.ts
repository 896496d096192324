import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitStandardization, standardize } from '../../src/data/standardize.js';
import { TwoLayerNetwork } from '../../src/network/network.js';
import { magnitude, networks, vector } from './networks.js';

const kinds = ['relu', 'leaky', 'absolute', 'gated'] as const;
const positive = fc.integer({ min: 1e6, max: 8e7 }).map((k) => k / 1e7);

describe('standardized', () => {
  it('gives the standardized network on raw columns, to 1e-12 of the terms that are added', () => {
    const cases = networks({ kinds }).chain((network) =>
      fc.record({
        network: fc.constant(network),
        rows: fc.array(vector(network.inputs), { minLength: 2, maxLength: 5 }),
        outputMean: vector(network.outputs),
        outputScale: vector(network.outputs, positive),
      }),
    );
    fc.assert(
      fc.property(cases, ({ network, rows, outputMean, outputScale }) => {
        const { inputs, outputs, activation } = network;
        const X = { data: Float64Array.from(rows.flatMap((row) => [...row])), rows: rows.length, columns: inputs };
        const standardization = fitStandardization(X);
        // Columns that are nearly constant make weights of any size; constant ones have scale 1 and stay in.
        fc.pre(standardization.scales.every((scale) => scale > 1e-3));
        const folded = network.standardized(standardization, { outputMean, outputScale });
        const Z = standardize(X, standardization);
        const expected = network.forward(Z);
        const actual = folded.forward(X);
        for (let i = 0; i < rows.length; i++) {
          // A gate that is zero up to rounding may fall on either side.
          if (activation.kind === 'gated' && nearGate(folded, rows[i])) continue;
          for (let c = 0; c < outputs; c++) {
            const target = outputMean[c] + outputScale[c] * expected[i * outputs + c];
            const z = Z.data.subarray(i * inputs, (i + 1) * inputs);
            const scale =
              magnitude(folded, rows[i], c) +
              Math.abs(outputMean[c]) +
              outputScale[c] * magnitude(network, z, c) +
              shifts(folded, rows, c);
            expect(Math.abs(actual[i * outputs + c] - target)).toBeLessThanOrEqual(1e-12 * scale);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  /** The bias b - sum w mean is rounded at the size of its terms, which may cancel: they are no larger than the weights times the columns. */
  function shifts(network: TwoLayerNetwork, rows: Float64Array[], c: number): number {
    return rows.reduce((sum, row) => sum + magnitude(network, row, c), 0);
  }

  function nearGate({ activation, inputs, neurons }: TwoLayerNetwork, x: Float64Array): boolean {
    if (activation.kind !== 'gated') return false;
    for (let j = 0; j < neurons; j++) {
      let gate = activation.gateBias[j];
      let size = Math.abs(gate);
      for (let k = 0; k < inputs; k++) {
        gate += activation.gates[j * inputs + k] * x[k];
        size += Math.abs(activation.gates[j * inputs + k] * x[k]);
      }
      if (Math.abs(gate) <= 1e-12 * size) return true;
    }
    return false;
  }

  it('computes a small example exactly', () => {
    const network = new TwoLayerNetwork({
      inputs: 2,
      outputs: 1,
      penalty: 'group',
      activation: { kind: 'gated', gates: Float64Array.of(2, 4), gateBias: Float64Array.of(1) },
      hidden: { weights: [6, 8], bias: [3] },
      output: { weights: [5], bias: [7] },
    });
    const folded = network.standardized(
      { centers: Float64Array.of(10, 20), scales: Float64Array.of(2, 4) },
      { outputMean: 100, outputScale: 3 },
    );
    expect(folded.hidden).toEqual({ weights: Float64Array.of(3, 2), bias: Float64Array.of(3 - 30 - 40) });
    expect(folded.activation).toEqual({ kind: 'gated', gates: Float64Array.of(1, 1), gateBias: Float64Array.of(1 - 10 - 20) });
    expect(folded.output).toEqual({ weights: Float64Array.of(15), bias: Float64Array.of(121) });
    expect(folded.penalty).toBe('group');
  });

  it('leaves outputs alone when only columns were standardized', () => {
    const network = new TwoLayerNetwork({
      inputs: 1,
      outputs: 2,
      activation: { kind: 'relu' },
      hidden: { weights: [1] },
      output: { weights: [2, 3], bias: [4, 5] },
    });
    expect(network.standardized({ centers: Float64Array.of(0), scales: Float64Array.of(1) }).toJSON()).toEqual(network.toJSON());
  });

  it('refuses wrong lengths and a scale of zero', () => {
    const network = new TwoLayerNetwork({
      inputs: 1,
      outputs: 1,
      activation: { kind: 'relu' },
      hidden: { weights: [1] },
      output: { weights: [2] },
    });
    const one = Float64Array.of(1);
    expect(() => network.standardized({ centers: Float64Array.of(1, 2), scales: one })).toThrow(
      /of lengths 2 and 1; expected length 1/,
    );
    expect(() => network.standardized({ centers: one, scales: one }, { outputMean: [1, 2], outputScale: 1 })).toThrow(
      /outputMean is of length 2/,
    );
    expect(() => network.standardized({ centers: one, scales: Float64Array.of(0) })).toThrow(/hidden.weights\[0\] is Infinity/);
  });
});
