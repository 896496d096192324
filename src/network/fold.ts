import { packVector } from '../data/matrix.js';
import { foldStandardization as foldLayer, type OutputStandardization, type Standardization } from '../data/standardize.js';
import { ArgumentError } from '../errors.js';
import type { VectorLike } from '../types.js';
import type { TwoLayerParameters } from './activation.js';
import type { PenaltyKind } from './penalty.js';
import type { TwoLayerSpec } from './spec.js';

/**
 * The same function on raw columns and in raw units: weights (gates too) w_k / scale_k, biases b - sum_k w_k center_k / scale_k,
 * outputs mean + scale * score. Its `weightPenalty` is therefore not the one of the standardized problem.
 *
 * @param input - Columns were trained as (x - center) / scale.
 * @param output - Absent: the targets were not standardized.
 * @throws {@link ArgumentError} if lengths differ, or if the result is not finite (a scale of zero).
 */
export function foldStandardization(
  network: TwoLayerParameters & { readonly penalty: PenaltyKind },
  input: Standardization,
  output?: OutputStandardization,
): TwoLayerSpec {
  const { inputs, outputs, activation, penalty } = network;
  requireInputs(input, inputs);
  const outputMean = perOutput(output?.outputMean ?? 0, 'outputMean', outputs);
  const outputScale = perOutput(output?.outputScale ?? 1, 'outputScale', outputs);
  const gates = activation.kind === 'gated' ? foldLayer(activation.gates, activation.gateBias, input) : null;
  return {
    inputs,
    outputs,
    penalty,
    activation: gates ? { kind: 'gated', gates: gates.weights, gateBias: gates.bias } : activation,
    hidden: foldLayer(network.hidden.weights, network.hidden.bias, input),
    output: {
      weights: network.output.weights.map((weight, k) => weight * outputScale[k % outputs]),
      bias: network.output.bias.map((bias, c) => outputMean[c] + outputScale[c] * bias),
    },
  };
}

/** One centre and one scale for every column. */
export function requireInputs({ centers, scales }: Standardization, inputs: number): void {
  if (centers.length === inputs && scales.length === inputs) return;
  const lengths = `of lengths ${centers.length} and ${scales.length}`;
  throw new ArgumentError('centers and scales', lengths, `length ${inputs}, one for every column of X`);
}

/** One number for every output, from one for all or a list. */
export function perOutput(value: number | VectorLike, name: string, outputs: number): Float64Array {
  return packVector(
    typeof value === 'number' ? new Array<number>(outputs).fill(value) : value,
    name,
    outputs,
    'one for every output',
  );
}
