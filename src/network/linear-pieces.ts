import { ArgumentError } from '../errors.js';
import type { Matrix } from '../types.js';
import { slopes, type TwoLayerParameters } from './activation.js';
import type { LocalModel } from './explain.js';
import { affine } from './forward.js';

/** One bit for every neuron: 1 where z, or the gate, is >= 0. */
export function patternAt({ inputs, neurons, activation, hidden }: TwoLayerParameters, X: Matrix, row: number): Uint8Array {
  const pattern = new Uint8Array(neurons);
  const [weights, bias] = activation.kind === 'gated' ? [activation.gates, activation.gateBias] : [hidden.weights, hidden.bias];
  for (let j = 0; j < neurons; j++) pattern[j] = affine(weights, j * inputs, X.data, row * inputs, inputs, bias[j]) >= 0 ? 1 : 0;
  return pattern;
}

/** sum_j slope_j a_j w_j^T and sum_j slope_j a_j b_j + output bias, from neuron 0 upwards. */
export function localModel(network: TwoLayerParameters, pattern: Uint8Array): LocalModel {
  const { inputs, outputs, neurons, activation, hidden, output } = network;
  const sides = slopes(activation);
  if (!sides) {
    throw new ArgumentError(
      'network.activation',
      activation.kind,
      'an activation that is linear on each side of zero: relu, leaky, absolute or gated',
    );
  }
  const coefficients = new Float64Array(outputs * inputs);
  const intercept = new Float64Array(outputs);
  for (let j = 0; j < neurons; j++) {
    for (let c = 0; c < outputs; c++) {
      const scale = sides[pattern[j]] * output.weights[j * outputs + c];
      for (let k = 0; k < inputs; k++) coefficients[c * inputs + k] += scale * hidden.weights[j * inputs + k];
      intercept[c] += scale * hidden.bias[j];
    }
  }
  for (let c = 0; c < outputs; c++) intercept[c] += output.bias[c];
  return { pattern, coefficients, intercept };
}
