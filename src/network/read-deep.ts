import { type JsonObject, join, readArray, readChoice, readInteger, readNumbers, readObject } from '../data/read-json.js';
import { DeepNetwork } from './deep.js';
import type { DeepLayers } from './deep-operations.js';
import { deepPenalties } from './deep-penalty.js';

/** Reader for `networkFromJSON`. */
export function readDeepNetwork(json: JsonObject, path: string): DeepNetwork {
  const at = (field: string) => join(path, field);
  const inputs = readInteger(json.inputs, at('inputs'), 1);
  const outputs = readInteger(json.outputs, at('outputs'), 1);
  const count = readInteger(json.subnetworks, at('subnetworks'), 0);
  const widths = readArray(json.widths, at('widths')).map((width, l) => readInteger(width, `${at('widths')}[${l}]`, 1));
  const layers = (name: string): DeepLayers => {
    const field = readObject(json[name], at(name));
    const rows = readArray(field.weights, at(`${name}.weights`), widths.length);
    return {
      weights: widths.map((width, l) =>
        readNumbers(rows[l], `${at(`${name}.weights`)}[${l}]`, count * width * (l === 0 ? inputs : widths[l - 1])),
      ),
      bias: readNumbers(field.bias, at(`${name}.bias`), count * (widths[0] ?? 0)),
    };
  };
  const output = readObject(json.output, at('output'));
  return new DeepNetwork({
    inputs,
    outputs,
    widths,
    penalty: readChoice(json.penalty, at('penalty'), deepPenalties),
    layers: layers('layers'),
    gates: json.gates === null ? null : layers('gates'),
    output: {
      weights: readNumbers(output.weights, at('output.weights'), count * outputs),
      bias: readNumbers(output.bias, at('output.bias'), outputs),
    },
  });
}
