import { powerOfTwo } from '../core/power-of-two.js';
import type { Scope, Vector } from '../core/scope.js';
import { inverseRowNorms } from '../patterns/row-norms.js';
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
  /** All above 0. */
  readonly sampleWeight: Float64Array | null;
  /** Fixed numbers that the loss adds to the fit, outputs x samples as y; null where all are zero. */
  readonly offset: Float64Array | null;
  readonly beta: number;
  /** Rows of the caller's table that have no weight: they are not in X. Null where there are none. */
  readonly absent?: Int32Array | null;
}

/** Losses of y - f - o: an offset is the same as other targets. */
const isRegression = (loss: LossName): boolean => loss === 'squared' || loss === 'huber';

/** Targets and offset as the loss takes them: for losses of numbers, other targets y - o and no offset. */
export function fitTargets({ y, outputs, loss, offset }: Problem): Pick<Problem, 'y' | 'offset'> {
  if (!offset) return { y, offset };
  if (isRegression(loss)) return { y: y.map((target, k) => target - offset[k]), offset: null };
  return { y, offset: loss === 'softmax' ? lessLargest(offset, outputs) : offset };
}

/** Softmax looks at differences of a row's scores only: without what they share, nothing large cancels. */
function lessLargest(offset: Float64Array, outputs: number): Float64Array {
  const samples = offset.length / outputs;
  return offset.map((_, at) => {
    let most = Number.NEGATIVE_INFINITY;
    for (let other = at % samples; other < offset.length; other += samples) most = Math.max(most, offset[other]);
    return offset[at] - most;
  });
}

/**
 * The rows a_r whose signs are the activation patterns: a unit's fit at sample k is scale times the sum of phi(a_r^T w) over
 * the rows with owner k. Two-layer networks: the rows of X; pooled convolutions: all patches.
 */
export interface PatternRows {
  /** count x columns, in the arena. */
  readonly rows: Vector;
  /** 1 / |a_r|, 0 for zero rows. */
  readonly inverseNorms: Vector;
  readonly count: number;
  readonly columns: number;
  /** Sample of every row; null where row r is sample r. */
  readonly owner: Int32Array | null;
  readonly scale: number;
}

/** The problem inside one arena, rescaled by powers of two, so that no size of data or targets overflows. */
export interface TrainingData {
  readonly X: Vector;
  /** 1 / |x_k|, 0 for zero rows. */
  readonly inverseNorms: Vector;
  readonly samples: number;
  readonly columns: number;
  readonly patternRows: PatternRows;
  readonly outputs: number;
  readonly bias: boolean;
  readonly loss: Loss;
  readonly beta: number;
  /** Caller's objective / objective here, and caller's blocks v / blocks here: exact powers of two. */
  readonly objectiveScale: number;
  readonly blockScale: number;
  /** Caller's fit / fit here. */
  readonly fitScale: number;
  /** The problem before it was restated and rescaled, of the outputs at hand. */
  readonly given: Problem;
}

const largest = (values: ArrayLike<number>): number => {
  let most = 0;
  for (let k = 0; k < values.length; k++) most = Math.max(most, Math.abs(values[k]));
  return most;
};

/** Rows of patterns other than those of X: made from X as it is in the arena. */
export type MakePatternRows = (X: Matrix) => { rows: Matrix; owner: Int32Array; scale: number };

/**
 * Copies a problem into the arena. With X = k X', y = e y' and weights w = o w' (k, e, o powers of two; e = 1 for losses
 * of labels), L + beta sum |v| becomes o e^2 (L' + beta/(o e k^degree) sum |v'|), v = v' e/k^degree.
 *
 * @param degree - homogeneity of a unit in X: 1 for ReLU, 2 for quadratic units; 0 leaves X as it is.
 */
export function prepareData(problem: Problem, degree: number, scope: Scope, makeRows?: MakePatternRows): TrainingData {
  const { X, outputs, loss, sampleWeight } = problem;
  const { y, offset } = fitTargets(problem);
  const inputScale = degree === 0 ? 1 : powerOfTwo(largest(X.data));
  const fitScale = isRegression(loss) ? powerOfTwo(largest(y)) : 1;
  const weightScale = sampleWeight ? powerOfTwo(largest(sampleWeight)) : 1;
  const unitScale = degree === 2 ? inputScale * inputScale : degree === 1 ? inputScale : 1;
  const scaled = degree === 0 ? X.data : X.data.map((entry) => entry / inputScale);
  const targets = y.map((entry) => entry / fitScale);
  const weights = sampleWeight ? sampleWeight.map((entry) => entry / weightScale) : null;
  const { huberDelta = 1 } = problem.lossOptions;
  const rows = scope.copyIn(scaled);
  const inverseNorms = scope.copyIn(inverseRowNorms(scaled, X.rows, X.columns));
  const made = makeRows?.({ data: scaled, rows: X.rows, columns: X.columns });
  return {
    X: rows,
    inverseNorms,
    samples: X.rows,
    columns: X.columns,
    patternRows: made
      ? copyPatternRows(made, scope)
      : { rows, inverseNorms, count: X.rows, columns: X.columns, owner: null, scale: 1 },
    outputs,
    bias: problem.bias,
    loss: createLoss(loss, targets, X.rows, outputs, weights, scope, { huberDelta: huberDelta / fitScale, offset }),
    beta: problem.beta / weightScale / fitScale / unitScale,
    objectiveScale: weightScale * fitScale * fitScale,
    blockScale: fitScale / unitScale,
    fitScale,
    given: problem,
  };
}

function copyPatternRows({ rows, owner, scale }: ReturnType<MakePatternRows>, scope: Scope): PatternRows {
  const { data, rows: count, columns } = rows;
  const inverseNorms = scope.copyIn(inverseRowNorms(data, count, columns));
  return { rows: scope.copyIn(data), inverseNorms, count, columns, owner, scale };
}

/**
 * The multiplier of every pattern row, so that lambda^T fit = sum_r lifted_r phi(a_r^T w): with them every question about the
 * dual constraint is one about the pattern rows alone.
 *
 * @param lambda - of one output.
 */
export function liftDual({ owner, scale }: PatternRows, lambda: Float64Array): Float64Array {
  return owner ? Float64Array.from(owner, (sample) => scale * lambda[sample]) : lambda;
}
