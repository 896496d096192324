import { powerOfTwoOfLargest } from '../core/power-of-two.js';
import { describeValue } from '../data/describe.js';
import { ArgumentError } from '../errors.js';
import { decide } from '../network/decision.js';
import { exponential, logarithm, logarithm1p } from '../network/functions.js';
import type { LossName } from '../program/losses.js';

/** What is measured on held-out rows; larger is better. `loss`: minus the mean loss. */
const scorings = ['r2', 'accuracy', 'loss'] as const;
export type Scoring = (typeof scorings)[number];

/** @throws {@link ArgumentError} for another name. */
export function checkScoring(scoring: unknown): void {
  if (scoring !== undefined && !(scorings as readonly unknown[]).includes(scoring))
    throw new ArgumentError('options.scoring', describeValue(scoring), `one of ${scorings.join(', ')}`);
}

/** Accuracy for losses of labels, R^2 for the others. */
export function usualScoring(loss: LossName): Scoring {
  return loss === 'squared' || loss === 'huber' ? 'r2' : 'accuracy';
}

/** Scores and targets of the same rows, both row-major samples x outputs, and one weight for every row. */
export interface Scored {
  readonly scores: Float64Array;
  readonly targets: Float64Array;
  readonly outputs: number;
  readonly weights: Float64Array | null;
}

export function scoreOf(scored: Scored, scoring: Scoring, loss: LossName, huberDelta: number): number {
  if (scoring === 'accuracy') return accuracy(scored);
  return scoring === 'r2' ? determination(scored) : -meanLoss(scored, loss, huberDelta);
}

/** Share of the rows, by weight, whose decision is the class that the targets name. */
function accuracy({ scores, targets, outputs, weights }: Scored): number {
  const decided = decide(scores, outputs);
  const wanted = decide(targets, outputs);
  let right = 0;
  let all = 0;
  for (let k = 0; k < decided.length; k++) {
    const weight = weights ? weights[k] : 1;
    all += weight;
    if (decided[k] === wanted[k]) right += weight;
  }
  return all > 0 ? right / all : 0;
}

/**
 * R^2 = 1 - sum of squared errors / sum of squared deviations from the mean of each output. Targets that are all equal
 * have no deviations: 1 for exact predictions, else 0. Squares are those of targets rescaled by a power of two: 1e-300 and
 * 1e300 neither underflow nor overflow.
 */
export function determination(scored: Scored): number {
  const { outputs, weights } = scored;
  const unit = powerOfTwoOfLargest(scored.targets);
  const targets = scored.targets.map((target) => target / unit);
  const scores = scored.scores.map((score) => score / unit);
  const rows = targets.length / outputs;
  const weightOf = (k: number) => (weights ? weights[k] : 1);
  let total = 0;
  for (let k = 0; k < rows; k++) total += weightOf(k);
  let errors = 0;
  let deviations = 0;
  for (let c = 0; c < outputs; c++) {
    let mean = 0;
    for (let k = 0; k < rows; k++) mean += (weightOf(k) / total) * targets[k * outputs + c];
    for (let k = 0; k < rows; k++) {
      const target = targets[k * outputs + c];
      const error = target - scores[k * outputs + c];
      errors += weightOf(k) * error * error;
      deviations += weightOf(k) * (target - mean) * (target - mean);
    }
  }
  if (deviations > 0) return 1 - errors / deviations;
  return errors === 0 ? 1 : 0;
}

/** The mean loss of a row, by weight. */
function meanLoss(scored: Scored, loss: LossName, huberDelta: number): number {
  const { weights } = scored;
  let sum = 0;
  let all = 0;
  rowLosses(scored, loss, huberDelta).forEach((own, k) => {
    const weight = weights ? weights[k] : 1;
    all += weight;
    sum += weight * own;
  });
  return all > 0 ? sum / all : 0;
}

/** The loss of the table in math.md for every row, without its weight. */
export function rowLosses({ scores, targets, outputs }: Scored, loss: LossName, huberDelta: number): Float64Array {
  return Float64Array.from({ length: targets.length / outputs }, (_, k) => {
    const from = k * outputs;
    if (loss === 'softmax') return crossEntropy(scores.subarray(from, from + outputs), targets.subarray(from, from + outputs));
    let sum = 0;
    for (let c = from; c < from + outputs; c++) sum += separableLoss(scores[c], targets[c], loss, huberDelta);
    return sum;
  });
}

function crossEntropy(scores: Float64Array, targets: Float64Array): number {
  const top = scores.reduce((one, other) => Math.max(one, other));
  let sum = 0;
  let own = 0;
  for (let c = 0; c < scores.length; c++) {
    sum += exponential(scores[c] - top);
    own += targets[c] * (scores[c] - top);
  }
  return logarithm(sum) - own;
}

function separableLoss(score: number, target: number, loss: LossName, delta: number): number {
  const error = target - score;
  switch (loss) {
    case 'logistic': {
      const margin = target * score;
      return logarithm1p(exponential(-Math.abs(margin))) + Math.max(0, -margin);
    }
    case 'squaredHinge': {
      const slack = Math.max(0, 1 - target * score);
      return 0.5 * slack * slack;
    }
    case 'huber':
      return Math.abs(error) <= delta ? 0.5 * error * error : delta * (Math.abs(error) - 0.5 * delta);
    case 'squared':
      return 0.5 * error * error;
    case 'softmax':
      throw new ArgumentError('loss', 'softmax', 'a loss of single outputs');
  }
}
