import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ModelFormatError } from '../../src/errors.js';
import { networkFromJSON } from '../../src/network/json.js';
import { TwoLayerNetwork } from '../../src/network/network.js';
import { anyDouble, bitsOf, networks } from './networks.js';

const network = new TwoLayerNetwork({
  inputs: 2,
  outputs: 1,
  activation: { kind: 'gated', gates: Float64Array.of(1, 2, 3, 4), gateBias: Float64Array.of(5, 6) },
  hidden: { weights: [1, -2, 3, 4], bias: [0.5, -1] },
  output: { weights: [2, -3], bias: [10] },
});

/** Bits of every number in a network, in the order of its JSON. */
function bits(of: unknown): string {
  const numbers: number[] = [];
  JSON.stringify(of, (_key, value) => {
    if (typeof value === 'number') numbers.push(value);
    return value;
  });
  return bitsOf(numbers);
}

/** A saved network with one place changed. */
function altered(path: readonly (string | number)[], value: unknown): unknown {
  const json = JSON.parse(JSON.stringify(network));
  const last = path[path.length - 1];
  const parent = path.slice(0, -1).reduce((node, key) => node[key], json);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return json;
}

function defect(action: () => unknown): ModelFormatError {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(ModelFormatError);
    return error as ModelFormatError;
  }
  return expect.fail('nothing was thrown');
}

describe('JSON', () => {
  it('brings back every bit of every finite double, through text', () => {
    fc.assert(
      fc.property(networks({ values: anyDouble }), (saved) => {
        const loaded = networkFromJSON(JSON.parse(JSON.stringify(saved))) as TwoLayerNetwork;
        expect(loaded).toBeInstanceOf(TwoLayerNetwork);
        expect(loaded).toEqual(saved);
        expect(bits(loaded)).toBe(bits(saved));
        expect(bitsOf([...loaded.hidden.weights, ...loaded.output.weights])).toBe(
          bitsOf([...saved.hidden.weights, ...saved.output.weights]),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('has no minus zero, which JSON text would turn into zero', () => {
    const minus = new TwoLayerNetwork({
      inputs: 1,
      outputs: 1,
      activation: { kind: 'leaky', slope: -0 },
      hidden: { weights: [-0], bias: [-0] },
      output: { weights: [-0], bias: [-0] },
    });
    const { hidden, output, activation } = minus;
    const numbers = [
      ...hidden.weights,
      ...hidden.bias,
      ...output.weights,
      ...output.bias,
      activation.kind === 'leaky' ? activation.slope : Number.NaN,
    ];
    expect(numbers.every((value) => Object.is(value, 0))).toBe(true);
  });

  it('holds plain arrays, so that it survives structured clones and other languages', () => {
    const json = network.toJSON();
    expect(json).toEqual(JSON.parse(JSON.stringify(json)));
    expect(json).toMatchObject({ format: 'cvxnn-network', version: 1, type: 'two-layer', neurons: 2, penalty: 'squared' });
    expect(networkFromJSON(json)).toEqual(network);
  });

  const defects: [(string | number)[], unknown, string][] = [
    [['format'], 'onnx', 'format is the string "onnx"; expected "cvxnn-network"'],
    [['format'], undefined, 'format is missing; expected "cvxnn-network"'],
    [['version'], 2, 'version is 2; this release of cvxnn reads version 1'],
    [['version'], '1', 'version is the string "1"; this release of cvxnn reads version 1'],
    [['type'], 'constructor', 'type is the string "constructor"; expected one of'],
    [['inputs'], 0, 'inputs is 0; expected an integer of at least 1'],
    [['inputs'], 3, 'activation.gates is an array of length 4; expected an array of 6 numbers'],
    [['outputs'], null, 'outputs is null; expected an integer of at least 1'],
    [['neurons'], -1, 'neurons is -1; expected an integer of at least 0'],
    [['neurons'], 1e15, 'activation.gates is an array of length 4; expected an array of 2000000000000000 numbers'],
    [['activation'], undefined, 'activation is missing; expected an object'],
    [['activation'], [], 'activation is an array of length 0; expected an object'],
    [['activation', 'kind'], 'tanh', 'activation.kind is the string "tanh"; expected one of relu, leaky'],
    [['activation'], { kind: 'leaky' }, 'activation.slope is missing; expected a finite number'],
    [['activation'], { kind: 'polynomial', a: 1, b: null, c: 1 }, 'activation.b is null; expected a finite number'],
    [['activation', 'gateBias', 1], null, 'activation.gateBias[1] is null; expected a finite number'],
    [['penalty'], 'other', 'penalty is the string "other"; expected one of squared'],
    [['hidden'], 3, 'hidden is 3; expected an object'],
    [['hidden', 'weights', 3], null, 'hidden.weights[3] is null; expected a finite number'],
    [['hidden', 'weights', 3], '4', 'hidden.weights[3] is the string "4"; expected a finite number'],
    [['hidden', 'weights', 0], Number.NaN, 'hidden.weights[0] is NaN; expected a finite number'],
    [['hidden', 'bias'], [1], 'hidden.bias is an array of length 1; expected an array of 2 numbers'],
    [['output', 'weights'], { length: 2 }, 'output.weights is an array of length 2; expected an array of 2 numbers'],
    [['output', 'bias'], undefined, 'output.bias is missing; expected an array of 1 number'],
  ];
  it.each(defects)('names the place of a defect: %j = %j', (path, value, message) => {
    const error = defect(() => networkFromJSON(altered(path, value)));
    expect(error.message).toContain(message);
    expect(message.startsWith(error.path)).toBe(true);
  });

  it('tells both versions, and the place inside a larger document', () => {
    const error = defect(() => networkFromJSON(altered(['version'], 7), 'network'));
    expect(error).toMatchObject({ path: 'network.version', version: 7, expectedVersion: 1, code: 'model-format' });
  });

  it.each([null, undefined, 3, [], 'text'])('refuses %j', (value) => {
    defect(() => networkFromJSON(value));
  });

  it('explains that text has to be parsed', () => {
    expect(defect(() => networkFromJSON(JSON.stringify(network))).message).toMatch(
      /^model is the string .* pass the parsed JSON/,
    );
  });
});
