import { finish, Pace, type Pausing } from '../pausing.js';
import type { Matrix } from '../types.js';
import { isHomogeneous, unitFunction } from './activation.js';
import { affine } from './forward.js';
import { TwoLayerNetwork } from './network.js';
import { balance } from './neurons.js';
import { basicSolutionSteps, isReducible, usualEffort } from './reduce.js';

/** Passes over the rows that the fit of a neuron costs. */
const passesOfFit = 16;

/** {@link simplify}, then balanced; networks of units that are not positively homogeneous stay as they are. */
export function* basicNetwork(network: TwoLayerNetwork, X: Matrix, effort = usualEffort): Pausing<TwoLayerNetwork> {
  return isHomogeneous(network.activation) ? balance(yield* simplifySteps(network, X, effort)) : network;
}

/**
 * The same function on the rows of X with a basic solution (math.md 1): neurons whose fits are linearly independent, so
 * at most as many as X has rows for every output; the sum of |w||a| does not rise. Networks of positively homogeneous
 * units; `X` has `network.inputs` columns. Cost O(n m^2) for every output; where that would take more than seconds (fits that
 * ended early, with thousands of neurons) the neurons stay.
 */
export function simplify(network: TwoLayerNetwork, X: Matrix): TwoLayerNetwork {
  return finish(simplifySteps(network, X, usualEffort));
}

/** {@link simplify} with pauses. */
function* simplifySteps(network: TwoLayerNetwork, X: Matrix, effort: number): Pausing<TwoLayerNetwork> {
  const { neurons, inputs, outputs, hidden, output, activation } = network;
  const unit = unitFunction(activation);
  const gated = activation.kind === 'gated' ? activation : null;
  const pace = new Pace();
  const fits: Float64Array[] = [];
  for (let j = 0; j < neurons; j++) {
    if (pace.due(passesOfFit * X.rows * inputs)) yield;
    const fit = new Float64Array(X.rows);
    for (let k = 0; k < X.rows; k++) {
      const z = affine(hidden.weights, j * inputs, X.data, k * inputs, inputs, hidden.bias[j]);
      fit[k] = unit(z, gated ? affine(gated.gates, j * inputs, X.data, k * inputs, inputs, gated.gateBias[j]) : 0);
    }
    fits.push(fit);
  }
  // Neurons that feed one output only are independent of the other outputs' neurons.
  const byOutput = new Map<number, number[]>();
  for (let j = 0; j < neurons; j++) {
    const fed = Array.from({ length: outputs }, (_, c) => c).filter((c) => output.weights[j * outputs + c] !== 0);
    const key = fed.length === 1 ? fed[0] : -1;
    byOutput.set(key, [...(byOutput.get(key) ?? []), j]);
  }
  const factor = new Float64Array(neurons).fill(1);
  for (const [key, members] of byOutput) {
    if (!isReducible(members.length, key >= 0 ? X.rows : X.rows * outputs, effort)) continue;
    const atoms = members.map((j) => {
      if (key >= 0) return fits[j].map((value) => value * output.weights[j * outputs + key]);
      const atom = new Float64Array(X.rows * outputs);
      for (let c = 0; c < outputs; c++)
        for (let k = 0; k < X.rows; k++) atom[c * X.rows + k] = fits[j][k] * output.weights[j * outputs + c];
      return atom;
    });
    // Atoms per unit of cost |w||a|, so that the coefficients are the costs.
    const costs = Float64Array.from(members, (j) => neuronCost(network, j));
    atoms.forEach((atom, i) => {
      for (let k = 0; k < atom.length; k++) atom[k] /= costs[i];
    });
    (yield* basicSolutionSteps(atoms, costs)).forEach((cost, i) => {
      factor[members[i]] = cost / costs[i];
    });
  }
  const kept = Array.from({ length: neurons }, (_, j) => j).filter((j) => factor[j] > 0);
  const scaled = (values: Float64Array, width: number) =>
    Float64Array.from(
      kept.flatMap((j) => Array.from(values.subarray(j * width, (j + 1) * width), (value) => value * Math.sqrt(factor[j]))),
    );
  const rows = (values: Float64Array, width: number) =>
    Float64Array.from(kept.flatMap((j) => Array.from(values.subarray(j * width, (j + 1) * width))));
  return new TwoLayerNetwork({
    inputs,
    outputs,
    activation: gated ? { kind: 'gated', gates: rows(gated.gates, inputs), gateBias: rows(gated.gateBias, 1) } : activation,
    hidden: { weights: scaled(hidden.weights, inputs), bias: scaled(hidden.bias, 1) },
    output: { weights: scaled(output.weights, outputs), bias: output.bias },
    penalty: network.penalty,
  });
}

/** |w_j||a_j|: the cost of a neuron once it is balanced; |a_j|_1 under the group penalty. */
function neuronCost({ inputs, outputs, hidden, output, penalty }: TwoLayerNetwork, j: number): number {
  let square = hidden.bias[j] * hidden.bias[j];
  for (let k = j * inputs; k < (j + 1) * inputs; k++) square += hidden.weights[k] * hidden.weights[k];
  let size = 0;
  for (let c = j * outputs; c < (j + 1) * outputs; c++) {
    size += penalty === 'group' ? Math.abs(output.weights[c]) : output.weights[c] * output.weights[c];
  }
  return Math.sqrt(square) * (penalty === 'group' ? size : Math.sqrt(size));
}
