import { ArgumentError } from '../errors.js';
import type { Matrix } from '../types.js';
import { slopes, type TwoLayerParameters } from './activation.js';
import { affine, forward, requireColumns } from './forward.js';

/** A linear model: output_c = coefficients_c^T x + intercept_c on every x that shares the pattern. */
export interface LocalModel {
  /** One entry for every neuron: 1 where z (gated: the gate) is >= 0. */
  readonly pattern: Uint8Array;
  /** outputs x inputs, row-major: change of each output per unit of each feature. */
  readonly coefficients: Float64Array;
  /** One for every output. */
  readonly intercept: Float64Array;
}

/** The model in force at one sample, and what each feature adds there. */
export interface Explanation extends LocalModel {
  /** outputs x inputs, row-major: coefficient times feature; they and the intercept add up to `output`. */
  readonly contributions: Float64Array;
  /** The network's own scores, bit for bit as `forward` gives them. */
  readonly output: Float64Array;
}

/** The linear models that a network uses on a table: together a mixture of linear models with hard regions. */
export interface Regions {
  /** For every sample the index of its model. */
  readonly region: Int32Array;
  /** Most used first; equal counts in the order of their first sample. `samples` counts the rows in the region. */
  readonly models: readonly (LocalModel & { readonly samples: number })[];
}

/** @param x - One row, already checked. */
export function explain(network: TwoLayerParameters, x: Float64Array): Explanation {
  const X = { data: x, rows: 1, columns: x.length };
  requireColumns(X, network.inputs);
  const model = localModel(network, patternAt(network, X, 0));
  const contributions = model.coefficients.map((coefficient, k) => coefficient * x[k % network.inputs]);
  return { ...model, contributions, output: forward(network, X) };
}

export function regions(network: TwoLayerParameters, X: Matrix): Regions {
  requireColumns(X, network.inputs);
  const seen = new Map<string, { pattern: Uint8Array; members: number[] }>();
  for (let i = 0; i < X.rows; i++) {
    const pattern = patternAt(network, X, i);
    const key = pattern.join('');
    const group = seen.get(key);
    if (group) group.members.push(i);
    else seen.set(key, { pattern, members: [i] });
  }
  // The sort is stable and a Map keeps the order of insertion: the numbering depends on the data alone.
  const groups = [...seen.values()].sort((one, other) => other.members.length - one.members.length);
  const region = new Int32Array(X.rows);
  const models = groups.map(({ pattern, members }, index) => {
    for (const i of members) region[i] = index;
    return { ...localModel(network, pattern), samples: members.length };
  });
  return { region, models };
}

function patternAt({ inputs, neurons, activation, hidden }: TwoLayerParameters, X: Matrix, row: number): Uint8Array {
  const pattern = new Uint8Array(neurons);
  const [weights, bias] = activation.kind === 'gated' ? [activation.gates, activation.gateBias] : [hidden.weights, hidden.bias];
  for (let j = 0; j < neurons; j++) pattern[j] = affine(weights, j * inputs, X.data, row * inputs, inputs, bias[j]) >= 0 ? 1 : 0;
  return pattern;
}

/** sum_j slope_j a_j w_j^T and sum_j slope_j a_j b_j + output bias, from neuron 0 upwards. */
function localModel(network: TwoLayerParameters, pattern: Uint8Array): LocalModel {
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
