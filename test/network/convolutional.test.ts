import { describe, expect, it } from 'vitest';
import { ArgumentError, ModelFormatError } from '../../src/errors.js';
import { ConvolutionalNetwork } from '../../src/network/convolutional.js';
import { joinConvolutional } from '../../src/network/join-convolutional.js';
import { networkFromJSON } from '../../src/network/json.js';
import { numbers } from '../support/kernel-harness.js';
import { naivePenalty, naiveScores } from '../support/naive-convolutional.js';
import { images, kinds, networkOf, regions } from './convolutional-networks.js';

describe.each(kinds)('$unit units, $pooling pooling, $patches, $outputs outputs', (kind) => {
  const network = networkOf(kind);
  const X = images(network);
  const row = (k: number) => X.data.subarray(k * X.columns, (k + 1) * X.columns);
  const scores = network.forward(X);

  it('score as plain loops do', () => {
    for (let k = 0; k < X.rows; k++) {
      naiveScores(network, row(k)).forEach((score, c) => {
        expect(Math.abs(scores[k * network.outputs + c] - score)).toBeLessThanOrEqual(1e-12 * (1 + Math.abs(score)));
      });
    }
    expect(Math.abs(network.weightPenalty() - naivePenalty(network))).toBeLessThan(1e-12 * naivePenalty(network));
  });

  it('take images by their shape', () => {
    const shaped = { data: X.data, shape: [X.rows, ...network.grid.image] as const };
    expect(network.predict(shaped)).toEqual(scores);
  });

  it('are linear around an image: the saliency map adds up to the score and is its derivative', () => {
    for (let k = 0; k < 3; k++) {
      const x = row(k);
      const { coefficients, intercept, contributions, output, pattern } = network.explain(x);
      expect(pattern.length).toBe(network.neurons * network.grid.count);
      for (let c = 0; c < network.outputs; c++) {
        const own = contributions.subarray(c * X.columns, (c + 1) * X.columns);
        const sum = own.reduce((total, entry) => total + entry, intercept[c]);
        expect(Math.abs(sum - output[c])).toBeLessThan(1e-11 * (1 + Math.abs(output[c])));
        const step = 1e-7;
        for (let pixel = 0; pixel < X.columns; pixel += 3) {
          const moved = x.slice();
          moved[pixel] += step;
          const slope = (network.forward({ data: moved, rows: 1, columns: X.columns })[c] - output[c]) / step;
          expect(Math.abs(slope - coefficients[c * X.columns + pixel])).toBeLessThan(1e-5);
        }
      }
    }
  });

  it('fold one standardization after another', () => {
    const first = { centers: numbers(X.columns, 40), scales: numbers(X.columns, 41).map((entry) => 1.5 + entry) };
    const second = { centers: numbers(X.columns, 42), scales: numbers(X.columns, 43).map((entry) => 1.5 + entry) };
    const outer = { outputMean: 2, outputScale: -3 };
    const folded = network.standardized(first, outer).standardized(second);
    const raw = X.data.map((entry, at) => {
      const j = at % X.columns;
      return second.centers[j] + second.scales[j] * (first.centers[j] + first.scales[j] * entry);
    });
    folded.forward({ ...X, data: raw }).forEach((score, at) => {
      expect(Math.abs(score - (2 - 3 * scores[at]))).toBeLessThan(1e-10 * (1 + Math.abs(score)));
    });
  });

  it('are saved and loaded bit by bit', () => {
    const text = JSON.stringify(network);
    const loaded = networkFromJSON(JSON.parse(text));
    expect(loaded).toBeInstanceOf(ConvolutionalNetwork);
    expect(JSON.stringify(loaded)).toBe(text);
    expect(loaded.forward(X)).toEqual(scores);
  });
});

describe('networks side by side', () => {
  it.each(kinds.filter(({ unit }) => unit !== 'linear'))('$unit, $pooling, $patches give the outputs of each', (kind) => {
    const parts = [1, 2, 3].map((seed) => networkOf({ ...kind, outputs: 1, scaled: false }, seed, seed));
    const unbiased = parts.map((part) => new ConvolutionalNetwork({ ...part.spec(), output: { weights: part.output.weights } }));
    const joined = joinConvolutional(unbiased);
    const X = images(joined);
    const scores = joined.forward(X);
    unbiased.forEach((part, c) => {
      part.forward(X).forEach((score, k) => {
        expect(scores[3 * k + c]).toBe(score);
      });
    });
    const sum = unbiased.reduce((total, part) => total + part.weightPenalty(), 0);
    expect(Math.abs(joined.weightPenalty() - sum)).toBeLessThan(1e-12 * sum);
  });
});

describe('broken networks', () => {
  const network = networkOf({ unit: 'gated', pooling: 'max', patches: regions, outputs: 3, scaled: true });
  const defects: [string, (json: Record<string, never>) => void, string][] = [
    ['another unit', (json) => Object.assign(json, { unit: 'tanh' }), 'unit'],
    ['another pooling', (json) => Object.assign(json, { pooling: 'median' }), 'pooling'],
    ['no image', (json) => Object.assign(json.patches, { image: [5, 4] }), 'patches.image'],
    ['a stride of zero', (json) => Object.assign(json.patches, { stride: [0, 1] }), 'patches.stride[0]'],
    ['a filter of one number', (json) => Object.assign(json.patches, { filter: 3 }), 'patches.filter'],
    ['short filters', (json) => Object.assign(json.filters, { weights: [1] }), 'filters.weights'],
    ['no gates', (json) => Object.assign(json, { gates: null }), 'gates'],
    ['a weight that is null', (json) => Object.assign(json.output, { bias: [null, 1, 1] }), 'output.bias[0]'],
    ['another penalty', (json) => Object.assign(json, { penalty: 'none' }), 'penalty'],
    ['short scales', (json) => Object.assign(json.input, { scales: [1] }), 'input.scales'],
  ];
  it.each(defects)('%s: the place is named', (_, damage, place) => {
    const json = JSON.parse(JSON.stringify(network));
    damage(json);
    expect(() => networkFromJSON(json)).toThrow(ModelFormatError);
    expect(() => networkFromJSON(json, 'model')).toThrow(`model.${place}`);
  });

  it('are refused by the constructor, and so is a table of other images', () => {
    const spec = network.spec();
    const output = { weights: network.output.weights.subarray(1) };
    expect(() => new ConvolutionalNetwork({ ...spec, output })).toThrow(ArgumentError);
    expect(() => new ConvolutionalNetwork({ ...spec, filters: { weights: [Number.NaN] } })).toThrow(ArgumentError);
    expect(() => new ConvolutionalNetwork({ ...spec, gates: undefined })).toThrow('gates.weights');
    const scales = new Float64Array(network.inputs);
    expect(() => network.standardized({ centers: scales, scales })).toThrow('scales[0]');
    expect(() => network.predict([[1, 2, 3]])).toThrow('40 columns');
  });
});
