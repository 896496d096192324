import {
  fail,
  type JsonObject,
  join,
  readChoice,
  readInteger,
  readNumbers,
  readObject,
  requireVersion,
} from '../data/read-json.js';
import { networkFromJSON } from '../network/json.js';
import { TwoLayerNetwork } from '../network/network.js';
import { AffineGenerator, GENERATOR_VERSION, type Generator, MonotoneGenerator, NetworkGenerator } from './generator.js';

const readers = {
  affine: readAffine,
  network: readNetwork,
  monotone: readMonotone,
} satisfies Record<string, (json: JsonObject, path: string) => Generator>;

/**
 * Rebuilds a generator from what `toJSON` gave: every number has the same bits again.
 *
 * @param value - Parsed JSON.
 * @param path - Where it stands inside a larger document, for messages.
 * @throws {@link ModelFormatError} with the place of the first defect.
 */
export function generatorFromJSON(value: unknown, path = ''): Generator {
  const json = readObject(value, path);
  requireVersion(json, path, 'cvxnn-generator', GENERATOR_VERSION);
  const type = readChoice(json.type, join(path, 'type'), Object.keys(readers) as (keyof typeof readers)[]);
  return readers[type](json, path);
}

/** An array that is not empty, of any length. */
function readArray(value: unknown, path: string): readonly unknown[] {
  return Array.isArray(value) && value.length > 0 ? value : fail(path, value, 'an array that is not empty');
}

function readAffine(json: JsonObject, path: string): AffineGenerator {
  const inputs = readInteger(json.inputs, join(path, 'inputs'), 1);
  let columns = inputs;
  const stages = readArray(json.stages, join(path, 'stages')).map((value, i) => {
    const place = `${join(path, 'stages')}[${i}]`;
    const stage = readObject(value, place);
    const outputs = readInteger(stage.outputs, join(place, 'outputs'), 1);
    const weights = readNumbers(stage.weights, join(place, 'weights'), columns * outputs);
    columns = outputs;
    return { weights, bias: readNumbers(stage.bias, join(place, 'bias'), outputs) };
  });
  return new AffineGenerator(inputs, stages);
}

function readNetwork(json: JsonObject, path: string): NetworkGenerator {
  const place = join(path, 'network');
  const network = networkFromJSON(json.network, place);
  return network instanceof TwoLayerNetwork
    ? new NetworkGenerator(network)
    : fail(join(place, 'type'), network.type, '"two-layer"');
}

function readMonotone(json: JsonObject, path: string): MonotoneGenerator {
  const place = join(path, 'knots');
  const knots = readNumbers(json.knots, place, readArray(json.knots, place).length);
  const values = readNumbers(json.values, join(path, 'values'), knots.length);
  for (let k = 1; k < knots.length; k++)
    if (!(knots[k] > knots[k - 1])) fail(`${place}[${k}]`, knots[k], 'a number above the one before');
  return new MonotoneGenerator(knots, values);
}
