import { describe, expect, it } from 'vitest';
import { ArgumentError, CircularNetwork, type CircularSpec, ModelFormatError, networkFromJSON } from '../../src/index.js';
import { numbers } from '../support/kernel-harness.js';

const d = 4;
const base: CircularSpec = {
  inputs: d,
  outputs: 2,
  unit: 'relu',
  filters: numbers(12, 1, 2),
  weights: numbers(12, 2, 2),
  gates: null,
  output: { weights: [1, 0, -2, 0.5, 0, 3], bias: [0.5, -1] },
  scaling: null,
};
const specs: CircularSpec[] = [
  base,
  { ...base, unit: 'gated', gates: numbers(12, 3, 2) },
  { ...base, unit: 'linear', scaling: { centers: [1, 2, -1, 0], scales: [2, 0.5, 1, 4] } },
];
const rows = Array.from({ length: 15 }, (_, k) => Array.from(numbers(d, 20 + k, 3)));

function scores(spec: CircularSpec, raw: readonly number[]): number[] {
  const { scaling } = spec;
  const x = raw.map((value, k) => (scaling ? (value - scaling.centers[k]) / scaling.scales[k] : value));
  const out = [0.5, -1];
  for (let j = 0; j < 3; j++) {
    let z = 0;
    for (let i = 0; i < d; i++) {
      for (let k = 0; k < d; k++) z += x[i] * spec.filters[d * j + ((i - k + d) % d)] * spec.weights[d * j + k];
    }
    const gate = spec.gates ? x.reduce((sum, value, k) => sum + value * (spec.gates as ArrayLike<number>)[d * j + k], 0) : z;
    for (let c = 0; c < 2; c++) if (spec.unit === 'linear' || gate >= 0) out[c] += z * spec.output.weights[2 * j + c];
  }
  return out;
}

describe.each(specs)('a circular network of $unit units', (spec) => {
  const network = new CircularNetwork(spec);

  it('scores as the definition says, plain and in exported source too', () => {
    const got = network.predict(rows);
    const plain = network.toPlain().predict(rows);
    rows.forEach((row, k) => {
      scores(spec, row).forEach((score, c) => {
        expect(got[2 * k + c]).toBeCloseTo(score, 11);
        expect(plain[2 * k + c]).toBe(got[2 * k + c]);
      });
    });
    expect(network.toSource()).toBe(network.toPlain().toSource());
    expect(network.operations().length).toBeGreaterThan(1);
  });

  it('takes a second scaling of its columns', () => {
    const input = { centers: Float64Array.of(1, -1, 2, 0), scales: Float64Array.of(2, 3, 0.5, 1) };
    const folded = network.standardized(input, { outputMean: 2, outputScale: 3 });
    const raw = rows.map((row) => row.map((value, k) => input.centers[k] + input.scales[k] * value));
    const [before, after] = [network.predict(rows), folded.predict(raw)];
    before.forEach((score, k) => {
      expect(after[k]).toBeCloseTo(2 + 3 * score, 10);
    });
    expect(Array.from(folded.filters)).toEqual(Array.from(network.filters));
    expect(() => network.standardized({ centers: new Float64Array(3), scales: new Float64Array(3) })).toThrow(ArgumentError);
  });

  it('explains its scores', () => {
    for (const row of rows) {
      const { coefficients, intercept, output } = network.explain(row);
      output.forEach((score, c) => {
        expect(row.reduce((sum, x, k) => sum + coefficients[d * c + k] * x, intercept[c])).toBeCloseTo(score, 10);
      });
    }
  });

  it('has the penalty of its kind', () => {
    const squares = (values: ArrayLike<number>, j: number) =>
      [0, 1, 2, 3].reduce((sum, k) => sum + values[d * j + k] * values[d * j + k], 0);
    const a = [1, 2.5, 3];
    const wanted = [0, 1, 2].reduce((sum, j) => {
      const [u, w] = [squares(spec.filters, j), squares(spec.weights, j)];
      return sum + 0.5 * (spec.unit === 'linear' ? u + w : u * w + a[j] * a[j]);
    }, 0);
    expect(network.weightPenalty()).toBeCloseTo(wanted, 11);
  });

  it('is saved and loaded bit by bit, and refuses defects by their place', () => {
    const json = JSON.parse(JSON.stringify(network));
    const loaded = networkFromJSON(json);
    expect(loaded).toBeInstanceOf(CircularNetwork);
    expect(JSON.stringify(loaded)).toBe(JSON.stringify(network));
    expect(Array.from(loaded.predict(rows))).toEqual(Array.from(network.predict(rows)));
    const defects: [object, string][] = [
      [{ filters: [1] }, 'filters'],
      [{ unit: 'cubic' }, 'unit'],
      [{ unit: 'gated', gates: null }, 'gates'],
      [{ scaling: { centers: [1, 2, 3, 4], scales: [1, 1, null, 1] } }, 'scaling.scales[2]'],
      [{ output: { weights: [1], bias: [0, 0] } }, 'output.weights'],
    ];
    for (const [change, place] of defects) {
      expect(() => networkFromJSON({ ...json, ...change })).toThrow(ModelFormatError);
      expect(() => networkFromJSON({ ...json, ...change })).toThrow(place);
    }
  });
});

it('refuses sizes and numbers that do not fit', () => {
  for (const change of [
    { filters: [1] },
    { weights: numbers(11, 1, 1) },
    { output: { weights: [1, Number.NaN, 0, 0, 0, 0] } },
    { inputs: 0 },
  ]) {
    expect(() => new CircularNetwork({ ...base, ...change })).toThrow(ArgumentError);
  }
});
