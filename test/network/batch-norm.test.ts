import { describe, expect, it } from 'vitest';
import { ArgumentError, BatchNormNetwork, type BatchNormSpec, ModelFormatError, networkFromJSON } from '../../src/index.js';
import { numbers } from '../support/kernel-harness.js';

const spec: BatchNormSpec = {
  inputs: 3,
  outputs: 2,
  samples: 16,
  means: [1, -2, 0.5],
  directions: numbers(12, 1, 2),
  norms: [1, 2, 0.5, 3],
  gamma: [1, 0, -2, 0.5],
  alpha: [0.3, -1, 2, 0],
  gates: null,
  output: { weights: numbers(8, 2, 2), bias: [0.25, -1] },
  penalty: 'squared',
};
const gates = { weights: numbers(12, 3, 2), bias: [0.1, -0.2, 0.3, 0] };
const networks = [new BatchNormNetwork(spec), new BatchNormNetwork({ ...spec, gates })];
const rows = Array.from({ length: 20 }, (_, k) => Array.from(numbers(3, 10 + k, 4)));

/** Scores from the definition. */
function scores(row: readonly number[], gated: boolean): number[] {
  const out = [0.25, -1];
  for (let j = 0; j < 4; j++) {
    const dot = (w: ArrayLike<number>, shift: ArrayLike<number>) =>
      row.reduce((sum, x, k) => sum + w[3 * j + k] * (x - shift[k]), 0);
    const z = dot(spec.directions, spec.means);
    const h = (spec.gamma[j] * z) / spec.norms[j] + spec.alpha[j] / 4;
    const on = gated ? dot(gates.weights, [0, 0, 0]) + gates.bias[j] >= 0 : h >= 0;
    for (let c = 0; on && c < 2; c++) out[c] += h * spec.output.weights[2 * j + c];
  }
  return out;
}

describe.each([0, 1])('a network with batch normalization (gated: %d)', (gated) => {
  const network = networks[gated];

  it('scores as the definition says, with the statistics of the training rows', () => {
    const got = network.predict(rows);
    rows.forEach((row, k) => {
      scores(row, gated === 1).forEach((score, c) => {
        expect(got[2 * k + c]).toBeCloseTo(score, 12);
      });
    });
    // One row alone scores the same: nothing depends on the batch.
    expect(Array.from(network.predict([rows[3]]))).toEqual(Array.from(got.subarray(6, 8)));
  });

  it('is a plain network once folded, and in exported source', () => {
    const plain = network.toPlain();
    expect(plain.type).toBe('two-layer');
    const [mine, folded] = [network.predict(rows), plain.predict(rows)];
    mine.forEach((score, k) => {
      expect(folded[k]).toBeCloseTo(score, 12);
    });
    expect(network.toSource()).toBe(plain.toSource());
  });

  it('explains every score by the model in force', () => {
    for (const row of rows) {
      const { coefficients, intercept, output } = network.explain(row);
      output.forEach((score, c) => {
        expect(row.reduce((sum, x, k) => sum + coefficients[3 * c + k] * x, intercept[c])).toBeCloseTo(score, 12);
      });
    }
    const { models, region } = network.regions(rows);
    expect(models.reduce((total, { samples }) => total + samples, 0)).toBe(rows.length);
    expect(region).toHaveLength(rows.length);
  });

  it('has the penalty of gamma, alpha and the output weights', () => {
    const squares = [...(spec.gamma as number[]), ...(spec.alpha as number[]), ...Array.from(spec.output.weights)];
    expect(network.weightPenalty()).toBeCloseTo(0.5 * squares.reduce((sum, x) => sum + x * x, 0), 12);
    const group = new BatchNormNetwork({ ...spec, penalty: 'group' });
    const sums = [0, 1, 2, 3].map((j) => Math.abs(spec.output.weights[2 * j]) + Math.abs(spec.output.weights[2 * j + 1]));
    const wanted = [...(spec.gamma as number[]), ...(spec.alpha as number[]), ...sums];
    expect(group.weightPenalty()).toBeCloseTo(0.5 * wanted.reduce((sum, x) => sum + x * x, 0), 12);
  });

  it('is saved and loaded bit by bit, and refuses defects by their place', () => {
    const json = JSON.parse(JSON.stringify(network));
    const loaded = networkFromJSON(json);
    expect(loaded).toBeInstanceOf(BatchNormNetwork);
    expect(JSON.stringify(loaded)).toBe(JSON.stringify(network));
    expect(Array.from(loaded.predict(rows))).toEqual(Array.from(network.predict(rows)));
    const defects: [object, string][] = [
      [{ norms: [1, 0, 1, 1] }, 'norms[1]'],
      [{ means: [1, 2] }, 'means'],
      [{ gamma: [1, 2, null, 4] }, 'gamma[2]'],
      [{ penalty: 'output' }, 'penalty'],
      [{ samples: 0 }, 'samples'],
      [{ gates: { weights: [] } }, 'gates.weights'],
    ];
    for (const [change, place] of defects) {
      expect(() => networkFromJSON({ ...json, ...change })).toThrow(ModelFormatError);
      expect(() => networkFromJSON({ ...json, ...change })).toThrow(place);
    }
  });
});

it('refuses sizes and numbers that do not fit', () => {
  for (const change of [
    { means: [1] },
    { norms: [1, 1, 1, 0] },
    { alpha: [1] },
    { gamma: [1, 2, 3, Number.NaN] },
    { samples: -1.5 },
  ]) {
    expect(() => new BatchNormNetwork({ ...spec, ...change })).toThrow(ArgumentError);
  }
});
