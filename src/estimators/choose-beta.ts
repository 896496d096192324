import { AbortedError, ArgumentError } from '../errors.js';
import type { Network } from '../network/base.js';
import type { TrainOptions } from '../options.js';
import { type CrossValidation, crossValidation } from '../path/cross-validate.js';
import { askFit, type Plan } from '../path/plan.js';
import type { EstimatorOptions } from './options.js';
import { type Task, weightedRows } from './task.js';

/** Cross-validation needs the order of scores, not their last digit: loose fits of few steps. */
const loose = { tolerance: 3e-2, pricingTolerance: 2e-2, maxIterations: 40 };
/** The held-out loss, also for labels: on a few hundred rows accuracy is too coarse to order values, or to end the path. */
const selection = { ...loose, values: 10, ratio: 2e-3, patience: 2, scoring: 'loss' } as const;
/** Rows x outputs beyond which three folds say as much as five. */
const fewFolds = 400;
/** Rows x outputs that take part: more cost much time and hardly change the choice. */
const selectionSize = 3000;
/** Share of a time limit that the choice may take. */
const selectionShare = 0.6;

/**
 * The choice of `beta: 'auto'`: cross-validation on a warm path.
 *
 * @returns a plan that ends with the value, and whether the time limit cut the path short.
 * @throws {@link ArgumentError} at once where there are too few rows; {@link AbortedError} from the plan, whose `result` is
 * a loose fit for the best value compared, or null.
 */
export function chooseBeta<N extends Network>(
  task: Task<N>,
  { folds: wanted, patterns: given = 'auto', oneStandardError = false }: EstimatorOptions,
  training: Omit<TrainOptions, 'beta'>,
): Plan<{ readonly beta: number; readonly cutShort: boolean }> {
  const rows = weightedRows(task);
  if (rows < 2)
    throw new ArgumentError('options.beta', "'auto'", `a number: cross-validation needs two rows, ${rows} has weight`);
  const { outputs } = task.targets;
  const patterns = given === 'auto' || given === 'certified' ? 'priced' : given;
  const folds = Math.min(wanted ?? (task.X.shape[0] * outputs > fewFolds ? 3 : 5), rows);
  const options = { ...training, ...selection, folds, patterns, rows: Math.ceil(selectionSize / outputs) };
  const betaOf = ({ best }: CrossValidation) => (oneStandardError ? best.betaOneStandardError : best.beta);
  /** The best value compared before the abort gets the loose fit that a fold would have had: a result, without delay. */
  function* salvage(error: unknown): Plan<never> {
    if (!(error instanceof AbortedError) || error.result === null) throw error;
    const beta = betaOf(error.result as CrossValidation);
    const last = { ...training, ...loose, patterns, signal: undefined, onProgress: undefined, beta };
    throw new AbortedError(error.cause, yield* askFit(task, last));
  }
  function* choose() {
    try {
      const compared = yield* crossValidation(task.architecture, task.X, task.y, options, {
        timeShare: selectionShare,
        constants: task.targets.constants,
      });
      return { beta: betaOf(compared), cutShort: compared.cutShort };
    } catch (error) {
      return yield* salvage(error);
    }
  }
  return choose();
}
