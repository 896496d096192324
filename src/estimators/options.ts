import { checkCall } from '../data/call-options.js';
import { describeValue } from '../data/describe.js';
import { checkOptionNames } from '../data/option-names.js';
import { ArgumentError } from '../errors.js';
import { type Progress, requireNumber, type TrainOptions } from '../options.js';
import type { PathOptions } from '../path/path.js';
import type { LossName } from '../program/losses.js';
import type { Label, MatrixLike, VectorLike } from '../types.js';

/** What a listener of `fit` hears: a solver step of the choice of `beta` (`select`) or of the final fit (`train`). */
export interface FitProgress extends Omit<Progress, 'stage'> {
  readonly stage: 'select' | 'train';
  /** What the fit under way is at, as `stage` of {@link Progress}. */
  readonly phase: Progress['stage'];
}

/** Per call of `fit`. */
export interface FitCallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FitProgress) => void;
  /** One weight >= 0 for every row: a row of weight w counts as w rows, one of weight 0 as an absent row. */
  readonly sampleWeight?: VectorLike;
}

/** Per call of `score`. */
export interface ScoreCallOptions {
  /** One weight >= 0 for every row; a row of weight w counts as w rows. */
  readonly sampleWeight?: VectorLike;
}

/** Per call of `path`: where it goes, and what is watched on the way. */
export interface EstimatorPathOptions
  extends Pick<PathOptions, 'values' | 'ratio' | 'betas' | 'scoring' | 'pricingTolerance' | 'signal' | 'onProgress'> {
  /** Rows to score every network on: raw columns and targets, as the table has them. */
  readonly validation?: { readonly X: MatrixLike; readonly y: ArrayLike<unknown> };
  readonly sampleWeight?: VectorLike;
}

/** Options of every estimator; those of {@link TrainOptions} mean the same. */
export interface EstimatorOptions
  extends Pick<
    TrainOptions,
    'bias' | 'huberDelta' | 'patterns' | 'seed' | 'tolerance' | 'maxIterations' | 'timeLimit' | 'memoryLimit' | 'proof'
  > {
  /** Strength of the weight decay on the standardized problem; `'auto'` (default): chosen by cross-validation. */
  readonly beta?: number | 'auto';
  readonly loss?: LossName;
  /** Centre and scale the columns before the fit, and fold both into the network; default true. */
  readonly standardize?: boolean;
  /** Regressors: predictions of rows outside of what training saw are the network's own, without bounds; default false. */
  readonly extrapolate?: boolean;
  /** Folds of the choice of `beta`; default 5, or 3 for more than 400 rows times outputs. */
  readonly folds?: number;
  /** With `beta: 'auto'`: the largest beta within one standard error of the best score; default false. */
  readonly oneStandardError?: boolean;
}

export interface ClassifierOptions extends EstimatorOptions {
  /** `'balanced'`: classes weigh the same in sum; or a weight for every label. Default: rows weigh the same. */
  readonly classWeight?: 'balanced' | ReadonlyMap<Label, number> | Readonly<Record<string, number>>;
}

/** Every option of an estimator; the last one is for classes alone. */
export const estimatorOptionNames: readonly (keyof ClassifierOptions)[] = [
  'beta',
  'loss',
  'huberDelta',
  'bias',
  'standardize',
  'extrapolate',
  'patterns',
  'seed',
  'tolerance',
  'maxIterations',
  'timeLimit',
  'memoryLimit',
  'proof',
  'folds',
  'oneStandardError',
  'classWeight',
];

/** Checks what `train` does not know; the rest is checked by `train` itself, before any work. */
export function checkEstimatorOptions(options: ClassifierOptions, losses: readonly LossName[], classifier: boolean): void {
  checkOptionNames(
    options,
    estimatorOptionNames.filter((name) => classifier || name !== 'classWeight'),
  );
  const { beta = 'auto', loss, standardize, timeLimit, folds, oneStandardError, classWeight, extrapolate } = options;
  if (beta !== 'auto')
    requireNumber(beta, 'options.beta', (x) => x > 0 && x < Number.POSITIVE_INFINITY, "'auto' or a finite number above 0");
  if (loss !== undefined && !losses.includes(loss))
    throw new ArgumentError('options.loss', describeValue(loss), `one of ${losses.join(', ')}`);
  for (const [name, value] of Object.entries({ standardize, oneStandardError, extrapolate })) {
    if (value !== undefined && typeof value !== 'boolean')
      throw new ArgumentError(`options.${name}`, describeValue(value), 'true or false');
  }
  if (timeLimit !== undefined) requireNumber(timeLimit, 'options.timeLimit', (x) => x > 0, 'seconds above 0');
  if (folds !== undefined)
    requireNumber(folds, 'options.folds', (x) => Number.isInteger(x) && x >= 2, 'an integer of at least 2');
  if (classWeight !== undefined && classWeight !== 'balanced' && (typeof classWeight !== 'object' || classWeight === null))
    throw new ArgumentError('options.classWeight', describeValue(classWeight), "'balanced' or a weight for every label");
}

const callNames: readonly string[] = ['signal', 'onProgress', 'sampleWeight'] satisfies (keyof FitCallOptions)[];

/** Names and listener of a call of `fit`: a misspelt weight would be ignored, a listener fail in the middle. */
export function checkCallOptions(call: FitCallOptions): void {
  checkOptionNames(call, callNames);
  checkCall(call);
}

const pathNames: readonly string[] = [
  'values',
  'ratio',
  'betas',
  'scoring',
  'pricingTolerance',
  'signal',
  'onProgress',
  'validation',
  'sampleWeight',
] satisfies (keyof EstimatorPathOptions)[];

/** The options of a call of `path`, after their names; the path itself checks the values. */
export function checkPathOptions(options: EstimatorPathOptions): EstimatorPathOptions {
  checkOptionNames(options, pathNames);
  const { validation } = options;
  if (validation !== undefined && (typeof validation !== 'object' || validation === null))
    throw new ArgumentError('options.validation', describeValue(validation), '{ X, y }');
  return options;
}
