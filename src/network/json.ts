import {
  fail,
  type JsonObject,
  join,
  readArray,
  readChoice,
  readInteger,
  readNumber,
  readNumbers,
  readObject,
  readPositive,
  requireVersion,
} from '../data/read-json.js';
import type { Activation } from './activation.js';
import { NETWORK_VERSION, type Network } from './base.js';
import { BatchNormNetwork } from './batch-norm.js';
import { CircularNetwork, circularUnits } from './circular.js';
import { ConvolutionalNetwork } from './convolutional.js';
import { poolings } from './convolutional-spec.js';
import { LayerwiseNetwork } from './layerwise.js';
import { TwoLayerNetwork } from './network.js';
import { patchGrid } from './patches.js';
import { penaltyKinds } from './penalty.js';
import { readDeepNetwork } from './read-deep.js';

/** One line for every family of networks. */
const readers = {
  'batch-norm': readBatchNorm,
  circular: readCircular,
  'two-layer': readTwoLayer,
  convolutional: readConvolutional,
  deep: readDeepNetwork,
  layerwise: readLayerwise,
} satisfies Record<string, (json: JsonObject, path: string) => Network>;

/**
 * Rebuilds a network from what `toJSON` gave: every number has the same bits again.
 *
 * @param value - Parsed JSON.
 * @param path - Where it stands inside a larger document, for messages.
 * @throws {@link ModelFormatError} with the place of the first defect: a missing field, a wrong length, an entry that is no
 * finite number, another version.
 */
export function networkFromJSON(value: unknown, path = ''): Network {
  const json = readObject(value, path);
  requireVersion(json, path, 'cvxnn-network', NETWORK_VERSION);
  const type = readChoice(json.type, join(path, 'type'), Object.keys(readers) as (keyof typeof readers)[]);
  return readers[type](json, path);
}

function readLayer(value: unknown, path: string, weights: number, bias: number) {
  const field = readObject(value, path);
  return {
    weights: readNumbers(field.weights, join(path, 'weights'), weights),
    bias: readNumbers(field.bias, join(path, 'bias'), bias),
  };
}

function readLayerwise(json: JsonObject, path: string): LayerwiseNetwork {
  const at = (field: string) => join(path, field);
  const inputs = readInteger(json.inputs, at('inputs'), 1);
  let width = inputs;
  const layers = readArray(json.layers, at('layers')).map((entry, l) => {
    const place = `${at('layers')}[${l}]`;
    const layer = readObject(entry, place);
    const units = readInteger(layer.units, `${place}.units`, 1);
    const numbers = (name: string, length: number) => readNumbers(layer[name], `${place}.${name}`, length);
    const own = {
      weights: numbers('weights', units * width),
      bias: numbers('bias', units),
      gates: numbers('gates', units * width),
      gateBias: numbers('gateBias', units),
    };
    width = units;
    return own;
  });
  const last = readObject(json.top, at('top'));
  requireVersion(last, at('top'), 'cvxnn-network', NETWORK_VERSION);
  readChoice(last.type, at('top.type'), ['two-layer']);
  const top = readTwoLayer(last, at('top'));
  if (top.inputs !== width) fail(at('top.inputs'), top.inputs, `${width}, the units of the layer below`);
  return new LayerwiseNetwork(inputs, layers, top);
}

function readTwoLayer(json: JsonObject, path: string): TwoLayerNetwork {
  const at = (field: string) => join(path, field);
  const inputs = readInteger(json.inputs, at('inputs'), 1);
  const outputs = readInteger(json.outputs, at('outputs'), 1);
  const neurons = readInteger(json.neurons, at('neurons'), 0);
  const layer = (name: string, weights: number, bias: number) => readLayer(json[name], at(name), weights, bias);
  return new TwoLayerNetwork({
    inputs,
    outputs,
    activation: readActivation(readObject(json.activation, at('activation')), at('activation'), neurons, inputs),
    penalty: readChoice(json.penalty, at('penalty'), penaltyKinds),
    hidden: layer('hidden', neurons * inputs, neurons),
    output: layer('output', neurons * outputs, outputs),
  });
}

function readBatchNorm(json: JsonObject, path: string): BatchNormNetwork {
  const at = (field: string) => join(path, field);
  const inputs = readInteger(json.inputs, at('inputs'), 1);
  const outputs = readInteger(json.outputs, at('outputs'), 1);
  const neurons = readInteger(json.neurons, at('neurons'), 0);
  const list = (field: string, length: number) => readNumbers(json[field], at(field), length);
  const layer = (name: string, weights: number, bias: number) => readLayer(json[name], at(name), weights, bias);
  const norms = list('norms', neurons);
  const bad = norms.findIndex((norm) => !(norm > 0));
  if (bad >= 0) fail(at(`norms[${bad}]`), norms[bad], 'a positive number');
  return new BatchNormNetwork({
    inputs,
    outputs,
    samples: readPositive(json.samples, at('samples')),
    means: list('means', inputs),
    directions: list('directions', neurons * inputs),
    norms,
    gamma: list('gamma', neurons),
    alpha: list('alpha', neurons),
    gates: json.gates === null ? null : layer('gates', neurons * inputs, neurons),
    output: layer('output', neurons * outputs, outputs),
    penalty: readChoice(json.penalty, at('penalty'), ['squared', 'group'] as const),
  });
}

function readCircular(json: JsonObject, path: string): CircularNetwork {
  const at = (field: string) => join(path, field);
  const inputs = readInteger(json.inputs, at('inputs'), 1);
  const outputs = readInteger(json.outputs, at('outputs'), 1);
  const neurons = readInteger(json.neurons, at('neurons'), 0);
  const unit = readChoice(json.unit, at('unit'), circularUnits);
  requireGatesOf(unit, json, path);
  const list = (field: string) => readNumbers(json[field], at(field), neurons * inputs);
  const scaling = json.scaling === null ? null : readObject(json.scaling, at('scaling'));
  const perColumn = (field: string) => readNumbers(scaling?.[field], at(`scaling.${field}`), inputs);
  return new CircularNetwork({
    inputs,
    outputs,
    unit,
    filters: list('filters'),
    weights: list('weights'),
    gates: unit === 'gated' ? list('gates') : null,
    output: readLayer(json.output, at('output'), neurons * outputs, outputs),
    scaling: scaling && { centers: perColumn('centers'), scales: perColumn('scales') },
  });
}

/** Gates that no unit would look at are a defect. */
function requireGatesOf(unit: string, { gates }: JsonObject, path: string): void {
  if (unit !== 'gated' && gates !== null) fail(join(path, 'gates'), gates, `null, as ${unit} units have none`);
}

const activationKinds = ['relu', 'leaky', 'absolute', 'gated', 'quadratic', 'polynomial', 'threshold'] as const;

function readActivation(json: JsonObject, path: string, neurons: number, inputs: number): Activation {
  const at = (field: string) => join(path, field);
  const number = (field: string) => readNumber(json[field], at(field));
  const kind = readChoice(json.kind, at('kind'), activationKinds);
  switch (kind) {
    case 'leaky':
      return { kind, slope: number('slope') };
    case 'polynomial':
      return { kind, a: number('a'), b: number('b'), c: number('c') };
    case 'gated':
      return {
        kind,
        gates: readNumbers(json.gates, at('gates'), neurons * inputs),
        gateBias: readNumbers(json.gateBias, at('gateBias'), neurons),
      };
    default:
      return { kind };
  }
}

function readConvolutional(json: JsonObject, path: string): ConvolutionalNetwork {
  const at = (field: string) => join(path, field);
  const patches = readObject(json.patches, at('patches'));
  const pair = (name: string, least: number) => {
    const value = patches[name];
    if (!Array.isArray(value) || value.length !== 2) return fail(at(`patches.${name}`), value, 'two integers');
    return [0, 1].map((k) => readInteger(value[k], at(`patches.${name}[${k}]`), least)) as [number, number];
  };
  const image = readNumbers(patches.image, at('patches.image'), 3);
  const options = {
    image: Array.from(image, (size, k) => readInteger(size, at(`patches.image[${k}]`), 1)),
    filter: pair('filter', 1),
    stride: pair('stride', 1),
    padding: pair('padding', 0),
    regions: pair('regions', 1),
  };
  const { length, regionCount, inputs } = patchGrid(options);
  const outputs = readInteger(json.outputs, at('outputs'), 1);
  const neurons = readInteger(json.neurons, at('neurons'), 0);
  const unit = readChoice(json.unit, at('unit'), ['relu', 'gated', 'linear'] as const);
  requireGatesOf(unit, json, path);
  const layer = (name: string, weights: number, bias: number) => readLayer(json[name], at(name), weights, bias);
  const input = json.input === null ? null : readObject(json.input, at('input'));
  return new ConvolutionalNetwork({
    patches: options,
    pooling: readChoice(json.pooling, at('pooling'), poolings),
    unit,
    outputs,
    filters: layer('filters', neurons * length, neurons),
    ...(unit === 'gated' && { gates: layer('gates', neurons * length, neurons) }),
    output: layer('output', neurons * outputs * regionCount, outputs),
    penalty: readChoice(json.penalty, at('penalty'), ['squared', 'group'] as const),
    ...(input && {
      input: {
        centers: readNumbers(input.centers, at('input.centers'), inputs),
        scales: readNumbers(input.scales, at('input.scales'), inputs),
      },
    }),
  });
}
