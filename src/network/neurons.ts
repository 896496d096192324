import { safeNorm } from '../data/vector.js';
import { ArgumentError } from '../errors.js';
import { isHomogeneous } from './activation.js';
import { TwoLayerNetwork } from './network.js';
import { type PenaltyKind, penalizesBias } from './penalty.js';

/** One neuron of a network: hidden weights with the bias as last entry, output weights, gate likewise (empty if none). */
interface Neuron {
  readonly hidden: Float64Array;
  readonly output: Float64Array;
  readonly gate: Float64Array;
}

/**
 * Merges neurons whose hidden weights point the same way, up to `tolerance` in the angle, and drops neurons that add
 * nothing: phi(t z) = t phi(z), so w |a| + w' |a'| with the sum of the outputs is the same function, and by the triangle
 * inequality the balanced sum is not dearer than its parts. Only output weights of one sign (every output) are merged, and only
 * neurons with the same gate; kept neurons stay in order, a merged one takes the place of its first.
 *
 * @param tolerance - Largest distance of two unit vectors (w, b)/|(w, b)| that count as one; default 1e-10.
 * @throws {@link ArgumentError} for activations that are not positively homogeneous.
 */
export function mergeNeurons(network: TwoLayerNetwork, tolerance = 1e-10): TwoLayerNetwork {
  requireHomogeneous(network);
  const groups: Neuron[][] = [];
  for (const neuron of dropNegligible(neuronsOf(network))) {
    const group = groups.find(([first]) => mergeable(first, neuron, tolerance));
    if (group) group.push(neuron);
    else groups.push([neuron]);
  }
  return rebuild(
    network,
    groups.map((group) => (group.length === 1 ? group[0] : balanced(merged(group), network.penalty))),
  );
}

/**
 * Rescales every neuron, w -> s w and a -> a / s, so that both layers weigh the same: with weight decay the cheapest way
 * to write the same function (math.md 1). The output layer is measured by |a|, under the `group` penalty by |a|_1; the
 * hidden layer with its bias where that is penalized. Neurons that are zero in one layer are dropped.
 *
 * @throws {@link ArgumentError} for activations that are not positively homogeneous.
 */
export function balance(network: TwoLayerNetwork): TwoLayerNetwork {
  requireHomogeneous(network);
  const live = neuronsOf(network).filter(({ hidden, output }) => safeNorm(hidden) > 0 && safeNorm(output) > 0);
  return rebuild(
    network,
    live.map((neuron) => balanced(neuron, network.penalty)),
  );
}

function balanced({ hidden, output, gate }: Neuron, penalty: PenaltyKind): Neuron {
  const hiddenSize = safeNorm(penalizesBias(penalty) ? hidden : hidden.subarray(0, hidden.length - 1));
  const outputSize = penalty === 'group' ? sumOfSizes(output) : safeNorm(output);
  // A unit that is nothing but an unpenalized bias has no cheapest form.
  const scale = hiddenSize === 0 ? 1 : Math.sqrt(outputSize) / Math.sqrt(hiddenSize);
  return { hidden: hidden.map((entry) => entry * scale), output: output.map((entry) => entry / scale), gate };
}

function requireHomogeneous({ activation }: TwoLayerNetwork): void {
  if (!isHomogeneous(activation)) {
    throw new ArgumentError(
      'network.activation',
      activation.kind,
      'a positively homogeneous activation: relu, leaky, absolute or gated',
    );
  }
}

/** A neuron whose |w||a| is below the rounding of the largest one's cannot be seen in a score. Roots, so that no product overflows. */
function dropNegligible(neurons: readonly Neuron[]): Neuron[] {
  const roots = neurons.map(({ hidden, output }) => Math.sqrt(safeNorm(hidden)) * Math.sqrt(safeNorm(output)));
  const least = 1.4901161193847656e-8 * roots.reduce((largest, root) => Math.max(largest, root), 0);
  return neurons.filter((_, j) => roots[j] > least);
}

function mergeable(one: Neuron, other: Neuron, tolerance: number): boolean {
  if (one.gate.some((entry, k) => entry !== other.gate[k])) return false;
  if (one.output.some((entry, c) => entry * other.output[c] < 0)) return false;
  const oneSize = safeNorm(one.hidden);
  const otherSize = safeNorm(other.hidden);
  return safeNorm(one.hidden.map((entry, k) => entry / oneSize - other.hidden[k] / otherSize)) <= tolerance;
}

/** Hidden: sum |a_j| w_j, which is exact where the neurons share a cone. Output: sum |w_j| a_j over the new |w|. */
function merged(group: readonly Neuron[]): Neuron {
  const [{ hidden: first, output: firstOutput, gate }] = group;
  const hidden = new Float64Array(first.length);
  const output = new Float64Array(firstOutput.length);
  for (const neuron of group) {
    const hiddenSize = safeNorm(neuron.hidden);
    const outputSize = safeNorm(neuron.output);
    for (let k = 0; k < hidden.length; k++) hidden[k] += outputSize * neuron.hidden[k];
    for (let c = 0; c < output.length; c++) output[c] += hiddenSize * neuron.output[c];
  }
  const size = safeNorm(hidden);
  return { hidden, output: output.map((entry) => entry / size), gate };
}

function neuronsOf({ inputs, outputs, neurons, activation, hidden, output }: TwoLayerNetwork): Neuron[] {
  const withBias = (weights: Float64Array, bias: Float64Array, j: number) =>
    Float64Array.of(...weights.subarray(j * inputs, (j + 1) * inputs), bias[j]);
  return Array.from({ length: neurons }, (_, j) => ({
    hidden: withBias(hidden.weights, hidden.bias, j),
    output: output.weights.slice(j * outputs, (j + 1) * outputs),
    gate: activation.kind === 'gated' ? withBias(activation.gates, activation.gateBias, j) : new Float64Array(0),
  }));
}

function rebuild({ inputs, outputs, activation, output, penalty }: TwoLayerNetwork, neurons: readonly Neuron[]): TwoLayerNetwork {
  const rows = (name: 'hidden' | 'gate') => Float64Array.from(neurons.flatMap((neuron) => [...neuron[name].subarray(0, inputs)]));
  const bias = (name: 'hidden' | 'gate') => Float64Array.from(neurons, (neuron) => neuron[name][inputs]);
  return new TwoLayerNetwork({
    inputs,
    outputs,
    penalty,
    activation: activation.kind === 'gated' ? { kind: 'gated', gates: rows('gate'), gateBias: bias('gate') } : activation,
    hidden: { weights: rows('hidden'), bias: bias('hidden') },
    output: { weights: Float64Array.from(neurons.flatMap((neuron) => [...neuron.output])), bias: output.bias },
  });
}

function sumOfSizes(vector: Float64Array): number {
  let sum = 0;
  for (const entry of vector) sum += Math.abs(entry);
  return sum;
}
