import { describe, expect, it } from 'vitest';
import { ArgumentError, DeepNetwork, type DeepSpec, ModelFormatError, networkFromJSON } from '../../src/index.js';
import { joinDeep } from '../../src/network/deep-parts.js';
import type { Operation } from '../../src/network/operations.js';
import { numbers } from '../support/kernel-harness.js';
import { naivePenalty, naiveScores, product, rowsOf } from '../support/naive-deep.js';

interface Kind {
  readonly name: string;
  readonly widths: readonly number[];
  readonly gated: boolean;
  readonly penalty: DeepSpec['penalty'];
  readonly outputs: number;
}

const kinds: Kind[] = [
  { name: 'three layers', widths: [3, 1], gated: false, penalty: 'normalized', outputs: 1 },
  { name: 'three layers, path, two outputs', widths: [2, 1], gated: false, penalty: 'path', outputs: 2 },
  { name: 'gated, four layers', widths: [2, 3, 1], gated: true, penalty: 'path', outputs: 1 },
  { name: 'gated, five layers, three outputs', widths: [3, 2, 1, 1], gated: true, penalty: 'path', outputs: 3 },
];
const inputs = 3;
const count = 4;

function make({ widths, gated, penalty, outputs }: Kind, seed = 1): DeepNetwork {
  const layers = (salt: number) => ({
    weights: widths.map((width, l) => numbers(count * width * (l === 0 ? inputs : widths[l - 1]), seed + salt + l, 2)),
    bias: numbers(count * widths[0], seed + salt + 50, 2),
  });
  return new DeepNetwork({
    inputs,
    outputs,
    widths,
    penalty,
    layers: layers(100),
    gates: gated ? layers(200) : null,
    output: { weights: numbers(count * outputs, seed + 300, 2), bias: numbers(outputs, seed + 301, 2) },
  });
}

const X = rowsOf(numbers(40 * inputs, 7, 2), inputs);

/** Runs a list of operations on one row. */
function runOperations(list: readonly Operation[], x: readonly number[]): number[] {
  const values: number[][] = [[...x]];
  for (const operation of list) {
    if (operation.kind === 'multiply') {
      const [a, b] = operation.inputs;
      values.push(values[a].map((entry, i) => entry * values[b][i]));
      continue;
    }
    const from = values[operation.input];
    if (operation.kind === 'linear')
      values.push(Array.from(operation.bias, (bias, i) => product(rowsOf(operation.weights, from.length)[i], from) + bias));
    else if (operation.kind === 'relu') values.push(from.map((entry) => Math.max(0, entry)));
    else if (operation.kind === 'step') values.push(from.map((entry) => (entry >= 0 ? 1 : 0)));
    else throw new Error(operation.kind);
  }
  return values[values.length - 1];
}

describe.each(kinds)('a deep network, $name', (kind) => {
  const network = make(kind);

  it('computes what its definition says', () => {
    const scores = network.predict(X);
    X.forEach((x, i) => {
      naiveScores(network, x).forEach((score, c) => {
        expect(scores[i * kind.outputs + c]).toBeCloseTo(score, 10);
      });
    });
    expect(network.neurons).toBe(count * kind.widths.reduce((a, b) => a + b, 0));
  });

  it('has the penalty of its definition, which scaling inside a sub-network does not change', () => {
    expect(network.weightPenalty()).toBeCloseTo(naivePenalty(network), 10);
    const { layers, output } = network;
    const [first, ...later] = layers.weights;
    const scaled = new DeepNetwork({
      ...network,
      layers: {
        weights: [first.map((w) => 4 * w), ...later.map((rows, l) => (l === 0 ? rows.map((w) => w / 4) : rows))],
        bias: layers.bias.map((b) => 4 * b),
      },
      output,
    });
    expect(scaled.weightPenalty()).toBe(network.weightPenalty());
  });

  it('is linear around a row, as explained', () => {
    for (const x of X.slice(0, 10)) {
      const { coefficients, intercept, output } = network.explain(x);
      const { regions } = { regions: network.regions([x]) };
      expect(regions.models.length).toBe(1);
      const h = 1e-7;
      for (let c = 0; c < kind.outputs; c++) {
        const row = Array.from(coefficients.subarray(c * inputs, (c + 1) * inputs));
        expect(product(row, x) + intercept[c]).toBeCloseTo(output[c], 9);
        row.forEach((slope, i) => {
          const moved = (sign: number) => network.predict([x.map((entry, j) => entry + (i === j ? sign * h : 0))])[c];
          // Gates jump; no row of this table is that close to one.
          expect((moved(1) - moved(-1)) / (2 * h)).toBeCloseTo(slope, 4);
        });
      }
    }
  });

  it('is the same function as its operations, and saved and loaded', () => {
    for (const x of X) {
      const scores = runOperations(network.operations(), x);
      naiveScores(network, x).forEach((score, c) => {
        expect(scores[c]).toBeCloseTo(score, 9);
      });
    }
    const loaded = networkFromJSON(JSON.parse(JSON.stringify(network)));
    expect(loaded).toEqual(network);
    expect(Array.from(loaded.predict(X))).toEqual(Array.from(network.predict(X)));
  });

  it('folds standardization into first layers and gates', () => {
    const input = { centers: numbers(inputs, 20, 1), scales: numbers(inputs, 21, 1).map((entry) => 1.5 + entry) };
    const folded = network.standardized(input, { outputMean: 0.5, outputScale: 2 });
    const raw = X.map((x) => x.map((entry, j) => input.centers[j] + input.scales[j] * entry));
    folded.predict(raw).forEach((score, at) => {
      expect(score).toBeCloseTo(0.5 + 2 * network.predict(X)[at], 9);
    });
    expect(() => network.standardized({ centers: new Float64Array(1), scales: new Float64Array(1) })).toThrow(ArgumentError);
  });
});

it('networks of one output stand side by side', () => {
  const [one, other] = [make(kinds[0], 1), make(kinds[0], 2)];
  const joined = joinDeep([one, other]);
  const scores = joined.predict(X);
  X.forEach((_, i) => {
    expect(scores[2 * i]).toBeCloseTo(one.predict(X)[i] - one.output.bias[0], 12);
    expect(scores[2 * i + 1]).toBeCloseTo(other.predict(X)[i] - other.output.bias[0], 12);
  });
  expect(joined.weightPenalty()).toBeCloseTo(one.weightPenalty() + other.weightPenalty(), 12);
  const gated = joinDeep([make({ ...kinds[2], outputs: 1 }, 3), make({ ...kinds[2], outputs: 1 }, 4)]);
  expect(gated.gates?.weights[0].length).toBe(2 * count * 2 * inputs);
});

it('a network without sub-networks is zero', () => {
  const empty = { weights: [[], []], bias: [] };
  const network = new DeepNetwork({
    inputs,
    outputs: 2,
    widths: [2, 1],
    penalty: 'path',
    layers: empty,
    output: { weights: [] },
  });
  expect(Array.from(network.predict(X.slice(0, 2)))).toEqual([0, 0, 0, 0]);
  expect(network.weightPenalty()).toBe(0);
  expect(network.patternAt({ data: new Float64Array(inputs), rows: 1, columns: inputs }, 0).length).toBe(0);
  expect(networkFromJSON(JSON.parse(JSON.stringify(network)))).toEqual(network);
});

describe('bad networks', () => {
  const spec: DeepSpec = { ...make(kinds[1]) };
  const wrong: [string, Partial<DeepSpec>][] = [
    ['one layer', { widths: [2] }],
    ['a last layer of two units', { widths: [2, 2] }],
    ['a width of zero', { widths: [0, 1] }],
    ['too few weights', { layers: { weights: [[1], [1]] } }],
    ['a layer too few', { layers: { weights: [spec.layers.weights[0]] } }],
    ['weights that are not finite', { output: { weights: spec.output.weights.length > 0 ? Array(8).fill(Number.NaN) : [] } }],
    ['output weights that do not divide', { output: { weights: [1, 2, 3] } }],
    ['no inputs', { inputs: 0 }],
  ];
  it.each(wrong)('%s: refused', (_, change) => {
    expect(() => new DeepNetwork({ ...spec, ...change })).toThrow(ArgumentError);
  });

  const json = JSON.parse(JSON.stringify(make(kinds[2])));
  const broken: [string, Record<string, unknown>][] = [
    ['widths', { widths: 'two' }],
    ['widths', { widths: [2, 0.5] }],
    ['subnetworks', { subnetworks: -1 }],
    ['penalty', { penalty: 'none' }],
    ['layers.weights', { layers: { ...json.layers, weights: [[1]] } }],
    ['layers.bias', { layers: { ...json.layers, bias: null } }],
    ['gates', { gates: 3 }],
    ['output.weights', { output: { ...json.output, weights: ['a'] } }],
  ];
  it.each(broken)('a file with a wrong %s: refused with its place', (place, change) => {
    expect(() => networkFromJSON({ ...json, ...change })).toThrow(ModelFormatError);
    expect(() => networkFromJSON({ ...json, ...change })).toThrow(new RegExp(place.replace('.', '\\.')));
  });
});
