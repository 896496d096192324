import { packVector } from '../data/matrix.js';
import { ArgumentError } from '../errors.js';
import type { VectorLike } from '../types.js';
import { TwoLayerNetwork } from './network.js';

/** Columns were trained as (x - means) / scales; a constant column has scale 1. */
export interface InputStandardization {
  readonly means: VectorLike;
  readonly scales: VectorLike;
}

/** Targets were trained as (y - outputMean) / outputScale. A number stands for all outputs. */
export interface OutputStandardization {
  readonly outputMean: number | VectorLike;
  readonly outputScale: number | VectorLike;
}

/**
 * The same function on raw columns and in raw units: weights (gates too) w_k / scale_k, biases b - sum_k w_k mean_k / scale_k,
 * outputs mean + scale * score. Its `weightPenalty` is therefore not the one of the standardized problem.
 *
 * @param output - Absent: the targets were not standardized.
 * @throws {@link ArgumentError} if lengths differ, or a scale is not positive.
 */
export function foldStandardization(network: TwoLayerNetwork, input: InputStandardization, output?: OutputStandardization): TwoLayerNetwork {
  const { inputs, outputs, neurons, activation, penalty } = network;
  const means = packVector(input.means, 'means', inputs, 'one for every column of X');
  const scales = positive(packVector(input.scales, 'scales', inputs, 'one for every column of X'), 'scales');
  const outputMean = perOutput(output?.outputMean ?? 0, 'outputMean', outputs);
  const outputScale = positive(perOutput(output?.outputScale ?? 1, 'outputScale', outputs), 'outputScale');

  const foldLayer = (weights: Float64Array, bias: Float64Array) => {
    const folded = { weights: new Float64Array(weights.length), bias: bias.slice() };
    for (let j = 0; j < neurons; j++) {
      for (let k = 0; k < inputs; k++) {
        const weight = weights[j * inputs + k] / scales[k];
        folded.weights[j * inputs + k] = weight;
        folded.bias[j] -= weight * means[k];
      }
    }
    return folded;
  };
  const gates = activation.kind === 'gated' ? foldLayer(activation.gates, activation.gateBias) : null;
  return new TwoLayerNetwork({
    inputs,
    outputs,
    penalty,
    activation: gates ? { kind: 'gated', gates: gates.weights, gateBias: gates.bias } : activation,
    hidden: foldLayer(network.hidden.weights, network.hidden.bias),
    output: {
      weights: network.output.weights.map((weight, k) => weight * outputScale[k % outputs]),
      bias: network.output.bias.map((bias, c) => outputMean[c] + outputScale[c] * bias),
    },
  });
}

function perOutput(value: number | VectorLike, name: string, outputs: number): Float64Array {
  return packVector(typeof value === 'number' ? new Array<number>(outputs).fill(value) : value, name, outputs, 'one for every output');
}

function positive(values: Float64Array, name: string): Float64Array {
  const bad = values.findIndex((value) => !(value > 0));
  if (bad >= 0) throw new ArgumentError(`${name}[${bad}]`, String(values[bad]), 'a positive number');
  return values;
}
