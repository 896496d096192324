import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArgumentError } from '../../src/errors.js';
import { TwoLayerNetwork } from '../../src/network/network.js';
import { bitsOf, EPSILON, magnitude, networksWithRows, piecewiseLinear } from './networks.js';

describe('explain', () => {
  it('is the linear model in force: coefficients^T x + intercept is the score, up to the rounding of both sums', () => {
    fc.assert(
      fc.property(networksWithRows({ kinds: piecewiseLinear }), ({ network, rows }) => {
        const { inputs: d, outputs, neurons } = network;
        for (const x of rows) {
          const { pattern, coefficients, intercept, contributions, output } = network.explain(x);
          expect(bitsOf(output)).toBe(bitsOf(network.predict([x])));
          expect(pattern.length).toBe(neurons);
          for (let c = 0; c < outputs; c++) {
            let sum = intercept[c];
            for (let k = 0; k < d; k++) {
              expect(contributions[c * d + k]).toBe(coefficients[c * d + k] * x[k]);
              sum += contributions[c * d + k];
            }
            const terms = neurons + d + 4;
            expect(Math.abs(sum - output[c])).toBeLessThanOrEqual(2 * terms * EPSILON * magnitude(network, x, c));
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('has the coefficients of finite differences wherever no neuron changes side', () => {
    const step = 2 ** -20;
    let compared = 0;
    fc.assert(
      fc.property(networksWithRows({ kinds: piecewiseLinear }), ({ network, rows }) => {
        const { inputs: d, outputs } = network;
        for (const x of rows) {
          const { pattern, coefficients } = network.explain(x);
          for (let k = 0; k < d; k++) {
            const ahead = x.map((value, index) => (index === k ? value + step : value));
            const behind = x.map((value, index) => (index === k ? value - step : value));
            const sides = [ahead, behind].map((point) => network.explain(point).pattern);
            if (sides.some((side) => side.some((bit, j) => bit !== pattern[j]))) continue;
            compared++;
            const [above, below] = [network.predict([ahead]), network.predict([behind])];
            for (let c = 0; c < outputs; c++) {
              const slope = (above[c] - below[c]) / (ahead[k] - behind[k]);
              // Rounding of two scores, divided by the step.
              const bound =
                (4 * (d + network.neurons + 4) * EPSILON * (1 + magnitude(network, ahead, c) + magnitude(network, behind, c))) /
                step;
              expect(Math.abs(slope - coefficients[c * d + k])).toBeLessThanOrEqual(bound);
            }
          }
        }
      }),
    );
    expect(compared).toBeGreaterThan(100);
  });

  it('counts a sample on the boundary as active, as patterns do', () => {
    const network = new TwoLayerNetwork({
      inputs: 1,
      outputs: 1,
      activation: { kind: 'relu' },
      hidden: { weights: [1], bias: [-2] },
      output: { weights: [3] },
    });
    expect(network.explain([2])).toEqual({
      pattern: Uint8Array.of(1),
      coefficients: Float64Array.of(3),
      intercept: Float64Array.of(-6),
      contributions: Float64Array.of(6),
      output: Float64Array.of(0),
    });
    expect(network.explain([1.5]).coefficients).toEqual(Float64Array.of(0));
  });

  it.each(['quadratic', 'threshold'] as const)('says why a %s network has no such model', (kind) => {
    const network = new TwoLayerNetwork({
      inputs: 1,
      outputs: 1,
      activation: { kind },
      hidden: { weights: [1] },
      output: { weights: [1] },
    });
    expect(() => network.explain([1])).toThrow(ArgumentError);
    expect(() => network.explain([1])).toThrow(new RegExp(`${kind}; expected an activation that is linear`));
    expect(() => network.regions([[1]])).toThrow(ArgumentError);
  });

  it('refuses a row of another length or with a bad entry', () => {
    const network = new TwoLayerNetwork({
      inputs: 2,
      outputs: 1,
      activation: { kind: 'relu' },
      hidden: { weights: [] },
      output: { weights: [] },
    });
    expect(() => network.explain([1])).toThrow(/x is of length 1; expected length 2/);
    expect(() => network.explain([1, Number.NaN])).toThrow(/x\[1\] is NaN/);
  });
});

describe('regions', () => {
  it('gives every sample the model that explain gives it, each model once, most used first', () => {
    fc.assert(
      fc.property(networksWithRows({ kinds: piecewiseLinear }), ({ network, rows }) => {
        const doubled = [...rows, ...rows];
        const { region, models } = network.regions(doubled);
        expect(region.length).toBe(doubled.length);
        doubled.forEach((x, i) => {
          const { pattern, coefficients, intercept } = network.explain(x);
          expect(models[region[i]]).toMatchObject({ pattern, coefficients, intercept });
        });
        expect(new Set(models.map(({ pattern }) => pattern.join())).size).toBe(models.length);
        models.forEach(({ samples }, index) => {
          expect(samples).toBe(region.filter((which) => which === index).length);
          if (index > 0) expect(samples).toBeLessThanOrEqual(models[index - 1].samples);
        });
      }),
    );
  });

  it('numbers equal counts by their first sample', () => {
    const network = new TwoLayerNetwork({
      inputs: 1,
      outputs: 1,
      activation: { kind: 'absolute' },
      hidden: { weights: [1] },
      output: { weights: [1] },
    });
    expect([...network.regions([[-1], [2], [3], [-4]]).region]).toEqual([0, 1, 1, 0]);
    expect([...network.regions([[-1], [2], [3]]).region]).toEqual([1, 0, 0]);
  });
});
