import type { Architecture } from '../architectures/architecture.js';
import type { TrainOptions } from '../options.js';
import type { LossName } from '../program/losses.js';
import { stateProblem } from '../training/problem.js';
import type { Matrix, MatrixLike, VectorLike } from '../types.js';
import { type Scored, type Scoring, scoreOf } from './score.js';

/** Rows of a table with targets (row-major samples x outputs) and weights. */
export interface Rows {
  readonly X: Matrix;
  readonly targets: Float64Array;
  readonly outputs: number;
  readonly weights: Float64Array | null;
}

/** A network, as far as scores need one. */
interface Predicts {
  forward(X: Matrix): Float64Array;
}

/** Checks data and options as `train` does, before any work, and packs the rows. `beta` is not looked at. */
export function packRows(
  architecture: Architecture,
  X: MatrixLike,
  y: VectorLike | MatrixLike,
  options: Omit<TrainOptions, 'beta'>,
): Rows {
  const problem = stateProblem(architecture, X, y, { ...options, beta: 1 });
  const { X: features, bias, outputs, sampleWeight } = problem;
  const { rows } = features;
  const columns = bias ? features.columns - 1 : features.columns;
  const data = new Float64Array(rows * columns);
  const targets = new Float64Array(rows * outputs);
  for (let k = 0; k < rows; k++) {
    data.set(features.data.subarray(k * features.columns, k * features.columns + columns), k * columns);
    for (let c = 0; c < outputs; c++) targets[k * outputs + c] = problem.y[c * rows + k];
  }
  return { X: { data, rows, columns }, targets, outputs, weights: sampleWeight };
}

export function pickRows({ X, targets, outputs, weights }: Rows, members: Int32Array): Rows {
  const data = new Float64Array(members.length * X.columns);
  const picked = new Float64Array(members.length * outputs);
  members.forEach((row, k) => {
    data.set(X.data.subarray(row * X.columns, (row + 1) * X.columns), k * X.columns);
    picked.set(targets.subarray(row * outputs, (row + 1) * outputs), k * outputs);
  });
  return {
    X: { data, rows: members.length, columns: X.columns },
    targets: picked,
    outputs,
    weights: weights && Float64Array.from(members, (row) => weights[row]),
  };
}

/** The rows as `train` takes them. */
export function asArguments({ X, targets, outputs }: Rows): { X: MatrixLike; y: VectorLike | MatrixLike } {
  return {
    X: { data: X.data, shape: [X.rows, X.columns] },
    y: outputs === 1 ? targets : { data: targets, shape: [X.rows, outputs] },
  };
}

/** Score of a network on some rows. */
export function scoreRows(network: Predicts, rows: Rows, scoring: Scoring, loss: LossName, huberDelta: number): number {
  const scored: Scored = { ...rows, scores: network.forward(rows.X) };
  return scoreOf(scored, scoring, loss, huberDelta);
}

/** Sum of the weights. */
export function totalWeight({ X, weights }: Rows): number {
  return weights ? weights.reduce((sum, weight) => sum + weight, 0) : X.rows;
}
