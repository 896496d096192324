import type { Matrix } from '../types.js';
import { requireColumns } from './forward.js';

/** A linear model: output_c = coefficients_c^T x + intercept_c on every x that shares the pattern. */
export interface LocalModel {
  /** Two-layer networks: one entry for every neuron, 1 where z (gated: the gate) is >= 0. Equal patterns, equal models. */
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

/** A function that is linear around almost every sample. */
interface PiecewiseLinear {
  readonly inputs: number;
  forward(X: Matrix): Float64Array;
  patternAt(X: Matrix, row: number): Uint8Array;
  localModel(pattern: Uint8Array): LocalModel;
}

/** @param x - One row, already checked. */
export function explain(network: PiecewiseLinear, x: Float64Array): Explanation {
  const X = { data: x, rows: 1, columns: x.length };
  requireColumns(X, network.inputs);
  const model = network.localModel(network.patternAt(X, 0));
  const contributions = model.coefficients.map((coefficient, k) => coefficient * x[k % network.inputs]);
  return { ...model, contributions, output: network.forward(X) };
}

export function regions(network: PiecewiseLinear, X: Matrix): Regions {
  requireColumns(X, network.inputs);
  const seen = new Map<string, { pattern: Uint8Array; members: number[] }>();
  for (let i = 0; i < X.rows; i++) {
    const pattern = network.patternAt(X, i);
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
    return { ...network.localModel(pattern), samples: members.length };
  });
  return { region, models };
}
