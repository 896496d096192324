import { count } from '../data/describe.js';
import { groupRows } from '../data/groups.js';
import { AbortedError } from '../errors.js';
import type { Network } from '../network/base.js';
import { decide } from '../network/decision.js';
import type { TrainOptions } from '../options.js';
import { type CrossValidation, crossValidation } from '../path/cross-validate.js';
import { mergeCopies } from '../path/folds.js';
import { askBetaEstimate, askFit, type Plan } from '../path/plan.js';
import { asArguments, forRows, packRows, type Rows, totalWeight } from '../path/rows.js';
import type { Choice } from './choice.js';
import { defaultBeta, fewestRows } from './default-beta.js';
import { clearlyBetter, heldOutLoss } from './held-out-loss.js';
import type { EstimatorOptions } from './options.js';
import type { Task } from './task.js';

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
/** Values beyond the grid, as long as its last one is the best. */
const furtherValues = 10;

/**
 * The choice of `beta: 'auto'`: cross-validation on a warm path, or a default where folds cannot choose.
 *
 * @returns a plan that ends with the choice.
 * @throws {@link AbortedError} from the plan, whose `result` is a loose fit for the best value compared, or null.
 */
export function chooseBeta<N extends Network>(
  task: Task<N>,
  { folds: wanted, patterns: given = 'auto', oneStandardError = false }: EstimatorOptions,
  training: Omit<TrainOptions, 'beta'>,
): Plan<Choice> {
  const { outputs } = task.targets;
  const patterns = given === 'auto' || given === 'certified' ? ('priced' as const) : given;
  const rows = mergeCopies(packRows(task.architecture, task.X, task.y, { ...training, patterns }));
  const question = { architecture: task.architecture, ...asArguments(rows) };
  const own = { ...forRows(training, rows), patterns };
  const folds = wanted ?? (rows.X.rows * outputs > fewFolds ? 3 : 5);
  const options = { ...own, ...selection, folds, rows: Math.ceil(selectionSize / outputs) };
  const betaOf = ({ best }: CrossValidation) => (oneStandardError ? best.betaOneStandardError : best.beta);
  /** The best value compared before the abort gets the loose fit that a fold would have had: a result, without delay. */
  function* salvage(error: unknown): Plan<never> {
    if (!(error instanceof AbortedError) || error.result === null) throw error;
    const beta = betaOf(error.result as CrossValidation);
    const last = { ...training, ...loose, patterns, signal: undefined, onProgress: undefined, beta };
    throw new AbortedError(error.cause, yield* askFit(task, last));
  }
  function* byDefault(reason: string): Plan<Choice> {
    const most = (yield* askBetaEstimate(question, own)).beta;
    return defaultBeta(most, totalWeight(rows), reason);
  }
  function* choose(): Plan<Choice> {
    const reason = whyNoFolds(rows, folds, task);
    if (reason !== null) return yield* byDefault(reason);
    try {
      const plan = {
        timeShare: selectionShare,
        furtherValues,
        scorer: heldOutLoss(rows, training),
        better: clearlyBetter,
        constants: task.targets.constants,
      };
      const compared = yield* crossValidation(question.architecture, question.X, question.y, options, plan);
      const { mean, cutShort } = compared;
      // One value alone, of targets that are all equal, is no comparison either.
      if (!cutShort && mean.every((score) => score === mean[0]))
        return yield* byDefault('every beta predicts held-out rows equally well');
      return { beta: betaOf(compared), cutShort, by: 'folds', notes: [] };
    } catch (error) {
      return yield* salvage(error);
    }
  }
  return choose();
}

/** Why folds cannot choose, or null. Rows of the same features share a fold, so they count once. */
function whyNoFolds(rows: Rows, folds: number, { targets: { classes, outputs } }: Task<Network>): string | null {
  const { of, count: different } = groupRows(rows.X);
  if (different < fewestRows) return `${count(different, 'different row')} are too few to choose beta by cross-validation`;
  if (folds > different) return `${count(different, 'different row')} are fewer than the ${folds} folds`;
  if (classes === null) return null;
  const members = classes.map(() => new Set<number>());
  decide(rows.targets, outputs).forEach((index, k) => {
    members[index].add(of[k]);
  });
  const rare = members.findIndex(({ size }) => size < folds);
  if (rare < 0) return null;
  return `the class ${JSON.stringify(classes[rare])} has ${count(members[rare].size, 'different row')}, fewer than the ${folds} folds`;
}
