import { powerOfTwo } from '../core/power-of-two.js';
import type { Scope, Vector } from '../core/scope.js';
import type { Matrix } from '../types.js';
import { createLoss, type LossName, type LossOptions } from './losses.js';
import type { Loss } from './program.js';

/** What a fit is about, in the caller's units: X already has its bias column, y is outputs x samples. */
export interface Problem {
  readonly X: Matrix;
  /** True when the last column of X is the constant one. */
  readonly bias: boolean;
  readonly y: Float64Array;
  readonly outputs: number;
  readonly loss: LossName;
  readonly lossOptions: LossOptions;
  readonly sampleWeight: Float64Array | null;
  readonly beta: number;
}

/** The problem inside one arena, rescaled by powers of two, so that no size of data or targets overflows. */
export interface TrainingData {
  readonly X: Vector;
  /** 1 / |x_k|, 0 for zero rows. */
  readonly inverseNorms: Vector;
  readonly samples: number;
  readonly columns: number;
  readonly outputs: number;
  readonly bias: boolean;
  readonly loss: Loss;
  readonly beta: number;
  /** Caller's objective / objective here, and caller's blocks v / blocks here: exact powers of two. */
  readonly objectiveScale: number;
  readonly blockScale: number;
  /** Caller's fit / fit here. */
  readonly fitScale: number;
}

const largest = (values: ArrayLike<number>): number => {
  let most = 0;
  for (let k = 0; k < values.length; k++) most = Math.max(most, Math.abs(values[k]));
  return most;
};

/**
 * Copies a problem into the arena. With X = k X', y = e y' and weights w = o w' (k, e, o powers of two; e = 1 for losses
 * of labels), L + beta sum |v| becomes o e^2 (L' + beta/(o e k^degree) sum |v'|), v = v' e/k^degree.
 *
 * @param degree - homogeneity of a unit in X: 1 for ReLU, 2 for quadratic units; 0 leaves X as it is.
 */
export function prepareData(problem: Problem, degree: number, scope: Scope): TrainingData {
  const { X, y, outputs, loss, sampleWeight } = problem;
  const regression = loss === 'squared' || loss === 'huber';
  const inputScale = degree === 0 ? 1 : powerOfTwo(largest(X.data));
  const fitScale = regression ? powerOfTwo(largest(y)) : 1;
  const weightScale = sampleWeight ? powerOfTwo(largest(sampleWeight)) : 1;
  const unitScale = degree === 2 ? inputScale * inputScale : degree === 1 ? inputScale : 1;
  const scaled = degree === 0 ? X.data : X.data.map((entry) => entry / inputScale);
  const inverseNorms = new Float64Array(X.rows);
  for (let k = 0; k < X.rows; k++) {
    let sum = 0;
    for (let j = k * X.columns; j < (k + 1) * X.columns; j++) sum += scaled[j] * scaled[j];
    inverseNorms[k] = sum > 0 ? 1 / Math.sqrt(sum) : 0;
  }
  const targets = y.map((entry) => entry / fitScale);
  const weights = sampleWeight ? sampleWeight.map((entry) => entry / weightScale) : null;
  const { huberDelta = 1 } = problem.lossOptions;
  return {
    X: scope.copyIn(scaled),
    inverseNorms: scope.copyIn(inverseNorms),
    samples: X.rows,
    columns: X.columns,
    outputs,
    bias: problem.bias,
    loss: createLoss(loss, targets, X.rows, outputs, weights, scope, { huberDelta: huberDelta / fitScale }),
    beta: problem.beta / weightScale / fitScale / unitScale,
    objectiveScale: weightScale * fitScale * fitScale,
    blockScale: fitScale / unitScale,
    fitScale,
  };
}
