import type { Architecture } from '../architectures/architecture.js';
import { pickMatrixRows, sumOfWeights } from '../data/weights.js';
import type { TrainOptions } from '../options.js';
import type { LossName } from '../program/losses.js';
import { stateProblem } from '../training/problem.js';
import type { Matrix, MatrixLike, VectorLike } from '../types.js';
import { type Scored, type Scoring, scoreOf } from './score.js';

/** Rows of a table with targets and offsets (row-major samples x outputs) and weights. */
export interface Rows {
  readonly X: Matrix;
  readonly targets: Float64Array;
  readonly outputs: number;
  readonly weights: Float64Array | null;
  readonly offset: Float64Array | null;
}

/** A network, as far as scores need one. */
interface Predicts {
  forward(X: Matrix): Float64Array;
}

/** Checks data and options as `train` does, before any work, and packs the rows that have weight. `beta` is not looked at. */
export function packRows(
  architecture: Architecture,
  X: MatrixLike,
  y: VectorLike | MatrixLike,
  options: Omit<TrainOptions, 'beta'>,
): Rows {
  const problem = stateProblem(architecture, X, y, { ...options, beta: 1 });
  const { X: features, bias, outputs, sampleWeight } = problem;
  const { rows } = features;
  const byRow = (all: Float64Array): Float64Array => all.map((_, at) => all[(at % outputs) * rows + Math.floor(at / outputs)]);
  const columns = bias ? features.columns - 1 : features.columns;
  const data = new Float64Array(rows * columns);
  for (let k = 0; k < rows; k++)
    data.set(features.data.subarray(k * features.columns, k * features.columns + columns), k * columns);
  const offset = problem.offset && byRow(problem.offset);
  return { X: { data, rows, columns }, targets: byRow(problem.y), outputs, weights: sampleWeight, offset };
}

export function pickRows({ X, targets, outputs, weights, offset }: Rows, members: Int32Array): Rows {
  const pick = (data: Float64Array, columns: number): Float64Array =>
    pickMatrixRows({ data, rows: X.rows, columns }, members).data;
  return {
    X: pickMatrixRows(X, members),
    targets: pick(targets, outputs),
    outputs,
    weights: weights && pick(weights, 1),
    offset: offset && pick(offset, outputs),
  };
}

/** The same constant for every row, one for every output, in place of the offsets. */
export function withConstant(rows: Rows, constant: Float64Array): Rows {
  return { ...rows, offset: rows.targets.map((_, at) => constant[at % rows.outputs]) };
}

/** The rows as `train` takes them. */
export function asArguments({ X, targets, outputs }: Rows): { X: MatrixLike; y: VectorLike | MatrixLike } {
  return {
    X: { data: X.data, shape: [X.rows, X.columns] },
    y: outputs === 1 ? targets : { data: targets, shape: [X.rows, outputs] },
  };
}

/** Options of a fit of some rows: their weights and offsets in place of those of all. */
export function forRows<T extends Pick<TrainOptions, 'sampleWeight' | 'offset'>>(
  options: T,
  { weights, offset, outputs, X }: Rows,
): T {
  return {
    ...options,
    sampleWeight: weights ?? undefined,
    offset: offset ? { data: offset, shape: [X.rows, outputs] } : undefined,
  };
}

/** Scores of a network, offsets added, row-major samples x outputs. */
export function scoresOf(network: Predicts, { X, offset }: Rows): Float64Array {
  const fit = network.forward(X);
  return offset ? fit.map((score, at) => score + offset[at]) : fit;
}

/** Score of a network, offsets added, on some rows. */
export function scoreRows(network: Predicts, rows: Rows, scoring: Scoring, loss: LossName, huberDelta: number): number {
  const scored: Scored = { ...rows, scores: scoresOf(network, rows) };
  return scoreOf(scored, scoring, loss, huberDelta);
}

/** Of all rows. */
export function totalWeight({ X, weights }: Rows): number {
  return sumOfWeights(weights, X.rows);
}
