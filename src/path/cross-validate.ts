import type { Architecture } from '../architectures/architecture.js';
import { describeValue } from '../data/describe.js';
import { assignFolds, foldSplit, trainTestSplit } from '../data/folds.js';
import { AbortedError, ArgumentError } from '../errors.js';
import { decide } from '../network/decision.js';
import { requireNumber, type TrainOptions, type TrainResult } from '../options.js';
import type { MatrixLike, VectorLike } from '../types.js';
import { checkGrid, type GridOptions, geometricGrid, timeLimitOf } from './grid.js';
import { askBetaEstimate, askFit, type Plan, runPlan, runPlanSync } from './plan.js';
import { asArguments, forRows, packRows, pickRows, type Rows, scoreRows, totalWeight, withConstant } from './rows.js';
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
 * loss and penalty is that of all rows.
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

/** One division into training and validation rows, and how far its path has come. */
interface Fold {
  readonly train: Rows;
  readonly test: Rows;
  readonly share: number;
  last: TrainResult | undefined;
}

/** What estimators ask of the plan. */
export interface CrossValidationTerms {
  /** Share of the plan's time limit by which the last fit must have ended; default 1. */
  readonly timeShare?: number;
  /** One offset for every output, from the training rows of a fold; its validation rows have the same. */
  readonly constants?: (rows: Rows) => Float64Array;
}

export function* crossValidation(
  architecture: Architecture,
  X: MatrixLike,
  y: VectorLike | MatrixLike,
  options: CrossValidationOptions,
  { timeShare = 1, constants }: CrossValidationTerms = {},
): Plan<CrossValidation> {
  const { rows: most, folds, repeats, values, ratio, betas: given, stratify, scoring: wanted, patience, ...rest } = options;
  const training = { ...rest, tolerance: rest.tolerance ?? defaults.tolerance };
  const { loss = 'squared', huberDelta = 1 } = training;
  checkCrossValidation(options);
  const scoring = wanted ?? usualScoring(loss);
  const whole = withWeight(packRows(architecture, X, y, training));
  const byClass = stratify ?? usualScoring(loss) === 'accuracy';
  const drawn = draw(whole, most, options, byClass);
  const all = constants ? withConstant(drawn, constants(drawn)) : drawn;
  const parts = divide(all, options, byClass, totalWeight(whole), constants);
  const question = { architecture, ...asArguments(all) };
  const betaMax = given
    ? 0
    : (yield* askBetaEstimate(question, forRows(training, all))).beta / (totalWeight(all) / totalWeight(whole));
  const grid = given ?? (betaMax > 0 ? geometricGrid(betaMax, values ?? defaults.values, ratio ?? defaults.ratio) : [1]);
  const scores: Float64Array[] = [];
  let best = Number.NEGATIVE_INFINITY;
  let idle = 0;
  let first: number | undefined;
  let late = false;
  const summary = () => summarize(Float64Array.from(grid.slice(0, scores.length)), scores, late);
  for (const beta of grid) {
    const row = new Float64Array(parts.length);
    for (const [k, part] of parts.entries()) {
      const question = { architecture, ...asArguments(part.train) };
      const own = { ...forRows(training, part.train), beta: beta * part.share, warmStart: part.last };
      const result = yield* withResult(askFit(question, own, timeShare), () => (scores.length > 0 ? summary() : null));
      part.last = result;
      row[k] = scoreRows(result.network, part.test, scoring, loss, huberDelta);
      late = result.status === 'time-limit';
      if (late) break;
    }
    // A value that not all folds have seen cannot be compared; the first one is better than none.
    if (late && scores.length > 0) break;
    scores.push(row);
    const mean = meanOf(row);
    // Where classes alternate, the first networks with neurons are no better than none: the path goes on until one is.
    idle = mean > best || best === first ? 0 : idle + 1;
    first ??= mean;
    best = Math.max(best, mean);
    if (late || idle >= (patience ?? Number.POSITIVE_INFINITY)) break;
  }
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
  if (repeats !== undefined) requireNumber(repeats, 'options.repeats', integer(1), 'a positive integer');
  if (patience !== undefined) requireNumber(patience, 'options.patience', integer(1), 'a positive integer');
  checkScoring(scoring);
  if (stratify !== undefined && typeof stratify !== 'boolean')
    throw new ArgumentError('options.stratify', describeValue(stratify), 'true or false');
}

/** Rows without weight say nothing, and a fold of nothing else could not be fitted. */
function withWeight(rows: Rows): Rows {
  const { weights } = rows;
  if (!weights) return rows;
  return pickRows(
    rows,
    Int32Array.from(weights.keys()).filter((row) => weights[row] > 0),
  );
}

/** Some of the rows, where they are more than asked for. */
function draw(whole: Rows, most: number | undefined, { seed = defaults.seed }: CrossValidationOptions, stratify: boolean): Rows {
  if (most === undefined || most >= whole.X.rows) return whole;
  const strata = stratify ? decide(whole.targets, whole.outputs) : null;
  return pickRows(whole, trainTestSplit(whole.X.rows, most / whole.X.rows, { strata, seed }).test);
}

/** @param weight - of all rows, also those that take no part: beta is about them. */
function divide(
  all: Rows,
  options: CrossValidationOptions,
  stratify: boolean,
  weight: number,
  constants: CrossValidationTerms['constants'],
): Fold[] {
  const { folds = defaults.folds, repeats = defaults.repeats, seed = defaults.seed } = options;
  if (folds > all.X.rows)
    throw new ArgumentError('options.folds', describeValue(folds), `at most the ${all.X.rows} rows with weight`);
  const strata = stratify ? decide(all.targets, all.outputs) : null;
  return Array.from({ length: repeats }, (_, repeat) => {
    const foldOf = assignFolds(all.X.rows, folds, { strata, seed, repeat });
    return Array.from({ length: folds }, (_, fold): Fold => {
      const { train, test } = foldSplit(foldOf, fold);
      const rows = pickRows(all, train);
      const constant = constants?.(rows);
      const moved = (some: Rows): Rows => (constant ? withConstant(some, constant) : some);
      return {
        train: moved(rows),
        test: moved(pickRows(all, test)),
        share: totalWeight(rows) / weight,
        last: undefined,
      };
    });
  }).flat();
}

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
