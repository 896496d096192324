import type { Architecture } from '../architectures/architecture.js';
import type { Certificate } from '../certificate/certificate.js';
import { describeValue } from '../data/describe.js';
import { packMatrix } from '../data/matrix.js';
import { AbortedError, ArgumentError } from '../errors.js';
import type { Network } from '../network/base.js';
import type { TrainOptions, TrainResult } from '../options.js';
import type { MatrixLike, VectorLike } from '../types.js';
import { checkGrid, type GridOptions, geometricGrid, timeLimitOf } from './grid.js';
import { askBetaMax, askFit, type Plan, type Question, runPlan, runPlanSync, withoutResult } from './plan.js';
import { PlanProgress } from './progress.js';
import { asArguments, forRows, packRows, type Rows, scoreRows } from './rows.js';
import { checkScoring, type Scoring, usualScoring } from './score.js';

export interface PathOptions extends Omit<TrainOptions, 'beta' | 'warmStart'>, GridOptions {
  /**
   * As in {@link TrainOptions}, but default at least 1e-3: every step goes on from the patterns of the one before, and a
   * search to the last digit at each would cost several times as much. The gap over the patterns held stays `tolerance`.
   */
  readonly pricingTolerance?: number;
  /** Rows to score every network on: features as X has them, targets as y, and offsets where the training rows have them. */
  readonly validation?: ValidationRows;
  /** What the scores measure; default accuracy for losses of labels, R^2 for the others. */
  readonly scoring?: Scoring;
}

export interface ValidationRows {
  readonly X: MatrixLike;
  readonly y: VectorLike | MatrixLike;
  readonly offset?: VectorLike | MatrixLike;
}

/** One value of beta. */
export interface PathStep<N extends Network = Network> {
  readonly beta: number;
  readonly network: N;
  readonly certificate: Certificate;
  readonly status: TrainResult['status'];
  /** `certificate.objective`. */
  readonly objective: number;
  readonly neurons: number;
  readonly trainScore: number;
  /** Null without `validation`. */
  readonly validationScore: number | null;
}

const defaults = { values: 20, ratio: 1e-3, pricingTolerance: 1e-3 };

/**
 * Networks along a geometric grid of `beta`, from betaMax (the zero network) down to `ratio` times it. Every fit starts
 * from the blocks and the patterns of the one before, and from the cells that its dual variable says will be needed. The
 * optimum is concave and non-decreasing in beta (math.md 10).
 *
 * @param architecture - `relu()`, `gatedRelu()`, ...
 * @param X - n x d, finite.
 * @param y - targets as in {@link train}.
 * @param options - as in {@link train} without `beta`, and the grid.
 * @returns One step for every value, largest beta first. With `timeLimit` those that were finished, and the one it cut.
 * @throws {@link ArgumentError} naming the argument, before any work; {@link AbortedError}, `result` the steps so far.
 */
export function regularizationPath<N extends Network>(
  architecture: Architecture<N>,
  X: MatrixLike,
  y: VectorLike | MatrixLike,
  options: PathOptions = {},
): Promise<PathStep<N>[]> {
  return runPlan(pathPlan(architecture, X, y, options), timeLimitOf(options));
}

/** {@link regularizationPath} without visits to the event loop. */
export function regularizationPathSync<N extends Network>(
  architecture: Architecture<N>,
  X: MatrixLike,
  y: VectorLike | MatrixLike,
  options: PathOptions = {},
): PathStep<N>[] {
  return runPlanSync(pathPlan(architecture, X, y, options), timeLimitOf(options));
}

/** The fits of {@link regularizationPath}. */
export function* pathPlan<N extends Network>(
  architecture: Architecture<N>,
  X: MatrixLike,
  y: VectorLike | MatrixLike,
  options: PathOptions,
): Plan<PathStep<N>[]> {
  const { values = defaults.values, ratio = defaults.ratio, betas, validation, scoring: wanted, ...rest } = options;
  // A tolerance that is no number is refused with the other options.
  const reached = typeof rest.tolerance === 'number' ? rest.tolerance : 1e-6;
  const { pricingTolerance = Math.max(defaults.pricingTolerance, reached / 2) } = rest;
  const { loss = 'squared', huberDelta = 1 } = rest;
  checkGrid(options);
  checkScoring(wanted);
  const scoring = wanted ?? usualScoring(loss);
  const rows = packRows(architecture, X, y, rest);
  const training = forRows({ ...rest, pricingTolerance }, rows);
  if (validation !== undefined && (typeof validation !== 'object' || validation === null))
    throw new ArgumentError('options.validation', describeValue(validation), '{ X, y }');
  const held = validation ? validationRows(architecture, validation, rows, training) : null;
  const question: Question<N> = { architecture, ...asArguments(rows) };
  const most = betas ? 0 : (yield* withoutResult(askBetaMax(question, training), [] as PathStep<N>[])).beta;
  const steps: PathStep<N>[] = [];
  let last: TrainResult<N> | undefined;
  const stepOf = (result: TrainResult<N>): PathStep<N> => {
    const { beta, network, certificate, status } = result;
    const score = (of: Rows) => scoreRows(network, of, scoring, loss, huberDelta);
    return {
      beta,
      network,
      certificate,
      status,
      objective: certificate.objective,
      neurons: network.neurons,
      trainScore: score(rows),
      validationScore: held && score(held),
    };
  };
  const grid = betas ?? (most > 0 ? geometricGrid(most, values, ratio) : [1]);
  const progress = new PlanProgress(training.onProgress);
  for (const [k, beta] of grid.entries()) {
    const heard = progress.part(k / grid.length, (k + 1) / grid.length, { beta });
    try {
      last = yield* askFit(question, { ...training, ...heard, beta, warmStart: last });
    } catch (error) {
      if (!(error instanceof AbortedError)) throw error;
      const partial = error.result as TrainResult<N> | null;
      throw new AbortedError(error.cause, partial ? [...steps, stepOf(partial)] : steps);
    }
    steps.push(stepOf(last));
    if (last.status === 'time-limit') break;
  }
  progress.finish();
  return steps;
}

/** The validation rows, checked as the training rows are. */
function validationRows(
  architecture: Architecture,
  validation: ValidationRows,
  like: Rows,
  training: Omit<TrainOptions, 'beta'>,
): Rows {
  const X = packMatrix(validation.X, 'options.validation.X');
  if (X.columns !== like.X.columns)
    throw new ArgumentError('options.validation.X', `of ${X.columns} columns`, `${like.X.columns} columns, as X has`);
  const { offset } = validation;
  if (training.offset !== undefined && offset === undefined)
    throw new ArgumentError('options.validation.offset', 'absent', 'offsets of the validation rows, as those of X are given');
  const others = { ...training, sampleWeight: undefined, offset, patterns: 'auto' } as const;
  const rows = packRows(architecture, validation.X, validation.y, others);
  if (rows.outputs !== like.outputs)
    throw new ArgumentError('options.validation.y', `of ${rows.outputs} outputs`, `${like.outputs} outputs, as y has`);
  return rows;
}
