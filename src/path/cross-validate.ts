import type { Architecture } from '../architectures/architecture.js';
import { describeValue } from '../data/describe.js';
import { AbortedError, ArgumentError } from '../errors.js';
import type { Network } from '../network/base.js';
import { requireNumber, type TrainOptions } from '../options.js';
import type { MatrixLike, VectorLike } from '../types.js';
import { divide, draw, type Fold, mergeCopies } from './folds.js';
import { checkGrid, type GridOptions, geometricGrid, timeLimitOf } from './grid.js';
import { askBetaEstimate, askFit, type Plan, runPlan, runPlanSync, withoutResult } from './plan.js';
import { PlanProgress } from './progress.js';
import { asArguments, forRows, packRows, type Rows, scoreRows, totalWeight, withConstant } from './rows.js';
import { checkScoring, type Scoring, usualScoring } from './score.js';

export interface CrossValidationOptions extends Omit<TrainOptions, 'beta' | 'warmStart'>, GridOptions {
  /** At most so many rows take part, drawn by the seed (with the classes in proportion where folds are stratified); default all. */
  readonly rows?: number;
  /** Parts that take turns as validation rows; default 5. */
  readonly folds?: number;
  /** Draws of the folds; default 1. */
  readonly repeats?: number;
  /** Folds with the classes in the proportions of the whole; default: for losses of labels. */
  readonly stratify?: boolean;
  /** `accuracy` (default for losses of labels), `r2` (default for the others), or `loss`: minus the mean loss. */
  readonly scoring?: Scoring;
  /** Ends the path after so many values in a row without a better mean score, once one was better than the first; default: never. */
  readonly patience?: number;
  /** Relative duality gap of the fits; default 1e-2, which decides between values of beta as well as 1e-6. */
  readonly tolerance?: number;
}

export interface CrossValidation {
  readonly best: {
    /** Of the value with the largest mean score; of equals the largest beta. */
    readonly beta: number;
    readonly score: number;
    readonly standardError: number;
    /** Largest beta whose mean score is within one standard error of the best. */
    readonly betaOneStandardError: number;
  };
  /** Largest first; as many as were tried. */
  readonly betas: Float64Array;
  /** For every beta, its score on every fold (all folds of the first repeat first). */
  readonly scores: readonly Float64Array[];
  readonly mean: Float64Array;
  readonly standardError: Float64Array;
  /** The time limit ended the path at its best value: smaller ones might score better. */
  readonly cutShort: boolean;
}

const defaults = { folds: 5, repeats: 1, values: 20, ratio: 1e-3, tolerance: 1e-2, seed: 0 };

/**
 * Scores a path of `beta` on held-out rows: K folds, repeated if asked, every fold warm-started from its last value, with its
 * patterns. A fold is fitted with beta times its share of the rows (by weight): losses are sums, so the balance between
 * loss and penalty is that of all rows. A row of weight w counts as w rows; rows of the same features share a fold.
 *
 * @param architecture - `relu()`, `gatedRelu()`, ...
 * @param X - n x d, finite.
 * @param y - targets as in {@link train}.
 * @returns Scores of every value and fold, and the best value.
 * @throws {@link ArgumentError} naming the argument, before any work; {@link AbortedError}, whose `result` has the values
 * compared so far, or is null before all folds have seen one.
 * @remarks Cost: folds x repeats paths at a loose tolerance. With `timeLimit` the path ends early, at least one value is scored.
 */
export function crossValidate(
  architecture: Architecture,
  X: MatrixLike,
  y: VectorLike | MatrixLike,
  options: CrossValidationOptions = {},
): Promise<CrossValidation> {
  return runPlan(crossValidation(architecture, X, y, options), timeLimitOf(options));
}

/** {@link crossValidate} without visits to the event loop. */
export function crossValidateSync(
  architecture: Architecture,
  X: MatrixLike,
  y: VectorLike | MatrixLike,
  options: CrossValidationOptions = {},
): CrossValidation {
  return runPlanSync(crossValidation(architecture, X, y, options), timeLimitOf(options));
}

/** What estimators ask of the plan. */
export interface CrossValidationTerms {
  /** Share of the plan's time limit by which the last fit must have ended; default 1. */
  readonly timeShare?: number;
  /** One offset for every output, from the training rows of a fold; its validation rows have the same. */
  readonly constants?: ((rows: Rows) => Float64Array) | undefined;
  /** Values beyond the grid, at its pace, as long as the last one is the best; default 0. */
  readonly furtherValues?: number;
  /** The score of a network on the held-out rows of a fold, in place of `scoring`. */
  readonly scorer?: (fold: Fold) => (network: Network) => number;
  /** Whether the scores of the best value are better than those of the first, so that patience begins; default: in the mean. */
  readonly better?: (scores: Float64Array, first: Float64Array) => boolean;
}

export function* crossValidation(
  architecture: Architecture,
  X: MatrixLike,
  y: VectorLike | MatrixLike,
  options: CrossValidationOptions,
  { timeShare = 1, constants, furtherValues = 0, scorer, better = isBetter }: CrossValidationTerms = {},
): Plan<CrossValidation> {
  const { rows: mostRows, folds, repeats, values, ratio, betas: given, stratify, scoring: wanted, patience, ...rest } = options;
  const { seed = defaults.seed } = rest;
  const training = { ...rest, tolerance: rest.tolerance ?? defaults.tolerance };
  const { loss = 'squared', huberDelta = 1 } = training;
  checkCrossValidation(options);
  const scoring = wanted ?? usualScoring(loss);
  const whole = mergeCopies(packRows(architecture, X, y, training));
  const division = {
    folds: folds ?? defaults.folds,
    repeats: repeats ?? defaults.repeats,
    seed,
    stratify: stratify ?? usualScoring(loss) === 'accuracy',
  };
  const drawn = draw(whole, mostRows, division);
  const all = constants ? withConstant(drawn, constants(drawn)) : drawn;
  const parts = divide(all, division, totalWeight(whole), constants);
  const question = { architecture, ...asArguments(all) };
  const betaMax = given
    ? 0
    : (yield* withoutResult(askBetaEstimate(question, forRows(training, all)), null)).beta /
      (totalWeight(all) / totalWeight(whole));
  const grid = Array.from(
    given ?? (betaMax > 0 ? geometricGrid(betaMax, values ?? defaults.values, ratio ?? defaults.ratio) : [1]),
  );
  const scores: Float64Array[] = [];
  let best = Number.NEGATIVE_INFINITY;
  let idle = 0;
  let begun = false;
  let late = false;
  /** The last value is the best so far: a smaller one may be better. */
  let endWins = false;
  const summary = () => summarize(Float64Array.from(grid.slice(0, scores.length)), scores, late);
  const scoreOf =
    scorer ??
    (({ test }: Fold) =>
      (network: Network) =>
        scoreRows(network, test, scoring, loss, huberDelta));
  const scoreOfFold = parts.map(scoreOf);
  const most = grid.length + (grid.length > 1 ? furtherValues : 0);
  const progress = new PlanProgress(training.onProgress);
  const fits = most * parts.length;
  for (let at = 0; at < most; at++) {
    if (at === grid.length) {
      if (!endWins) break;
      grid.push((grid[at - 1] * grid[at - 1]) / grid[at - 2]);
    }
    const beta = grid[at];
    const row = new Float64Array(parts.length);
    for (const [k, part] of parts.entries()) {
      const question = { architecture, ...asArguments(part.train) };
      const fit = at * parts.length + k;
      const heard = progress.part(fit / fits, (fit + 1) / fits, { beta, fold: k + 1, folds: parts.length });
      const own = { ...forRows(training, part.train), ...heard, beta: beta * part.share, warmStart: part.last };
      const result = yield* withResult(askFit(question, own, timeShare), () => (scores.length > 0 ? summary() : null));
      part.last = result;
      row[k] = scoreOfFold[k](result.network);
      late = result.status === 'time-limit';
      if (late) break;
    }
    // A value that not all folds have seen cannot be compared; the first one is better than none.
    if (late && scores.length > 0) break;
    scores.push(row);
    const mean = meanOf(row);
    // Where classes alternate, the first networks with neurons are no better than none: the path goes on until one is.
    idle = mean > best || !begun ? 0 : idle + 1;
    begun ||= mean > best && better(row, scores[0]);
    endWins = mean > best && mean > meanOf(scores[0]);
    best = Math.max(best, mean);
    if (late || idle >= (patience ?? Number.POSITIVE_INFINITY)) break;
  }
  progress.finish();
  return summary();
}

/** The network of a fold is no answer to the caller's question. */
function* withResult<T>(plan: Plan<T>, answer: () => CrossValidation | null): Plan<T> {
  try {
    return yield* plan;
  } catch (error) {
    throw error instanceof AbortedError ? new AbortedError(error.cause, answer()) : error;
  }
}

function checkCrossValidation(options: CrossValidationOptions): void {
  const { rows, folds, repeats, scoring, patience, stratify } = options;
  checkGrid(options);
  const integer = (least: number) => (x: number) => Number.isInteger(x) && x >= least;
  if (rows !== undefined) requireNumber(rows, 'options.rows', integer(2), 'an integer of at least 2');
  if (folds !== undefined) requireNumber(folds, 'options.folds', integer(2), 'an integer of at least 2');
  if (repeats !== undefined)
    requireNumber(repeats, 'options.repeats', (x) => integer(1)(x) && x <= 1000, 'an integer from 1 to 1000');
  if (patience !== undefined) requireNumber(patience, 'options.patience', integer(1), 'a positive integer');
  checkScoring(scoring);
  if (stratify !== undefined && typeof stratify !== 'boolean')
    throw new ArgumentError('options.stratify', describeValue(stratify), 'true or false');
}

const isBetter = (scores: Float64Array, first: Float64Array): boolean => meanOf(scores) > meanOf(first);

const meanOf = (row: Float64Array): number => row.reduce((sum, score) => sum + score, 0) / row.length;

function summarize(betas: Float64Array, scores: readonly Float64Array[], late: boolean): CrossValidation {
  const mean = Float64Array.from(scores, meanOf);
  const standardError = Float64Array.from(scores, (row, k) => {
    const squares = row.reduce((sum, score) => sum + (score - mean[k]) * (score - mean[k]), 0);
    return Math.sqrt(squares / Math.max(1, row.length - 1) / row.length);
  });
  let chosen = 0;
  mean.forEach((score, k) => {
    if (score > mean[chosen]) chosen = k;
  });
  const within = mean.findIndex((score) => score >= mean[chosen] - standardError[chosen]);
  return {
    best: {
      beta: betas[chosen],
      score: mean[chosen],
      standardError: standardError[chosen],
      betaOneStandardError: betas[within],
    },
    betas,
    scores,
    mean,
    standardError,
    cutShort: late && chosen === betas.length - 1,
  };
}
