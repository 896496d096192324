import type { Network } from '../network/base.js';
import { boundScores, farness, rangesOf, widen } from '../network/ranges.js';
import type { TrainOptions } from '../options.js';
import type { Fold } from '../path/folds.js';
import { type Rows, scoresOf } from '../path/rows.js';
import { rowLosses } from '../path/score.js';

/** A held-out row counts at most as much as so many rows that are predicted by nothing. */
const mostOfOne = 25;
/** Rows so far outside of the range of a fold's training rows, in widths of that range, say nothing about it. */
const farthest = 0.25;

/**
 * Minus the mean loss on the held-out rows of a fold, which no single row can decide: rows far outside of the range of the
 * training rows are left out, predictions of rows outside of it are bounded as those of the estimator will be, and the loss of
 * every row is capped at 25 times that of a network without neurons.
 */
export function heldOutLoss(all: Rows, { loss = 'squared', huberDelta = 1 }: Omit<TrainOptions, 'beta'>) {
  const numbers = loss === 'squared' || loss === 'huber';
  const nothing = rowLosses({ ...all, scores: all.offset ?? new Float64Array(all.targets.length) }, loss, huberDelta);
  const cap = mostOfOne * weightedMean(nothing, all.weights);
  return ({ train, test }: Fold): ((network: Network) => number) => {
    const ranges = rangesOf(train.X);
    const far = farness(test.X, ranges);
    // Where all rows are far there is nothing better.
    const counted = far.some((distance) => distance <= farthest) ? far.map((distance) => (distance <= farthest ? 1 : 0)) : null;
    const weights = counted === null ? test.weights : counted.map((one, k) => one * (test.weights ? test.weights[k] : 1));
    const bounds =
      numbers && train.outputs === 1 ? widen(rangesOf({ data: train.targets, rows: train.X.rows, columns: 1 })) : null;
    return (network) => {
      const raw = scoresOf(network, test);
      const scores = bounds ? boundScores(raw, far, bounds) : raw;
      const losses = rowLosses({ ...test, scores }, loss, huberDelta);
      return -weightedMean(
        losses.map((own) => (own < cap ? own : cap)),
        weights,
      );
    };
  };
}

/** Less of the loss than this is no gain. */
const leastGain = 0.02;

/**
 * Whether the gain over other scores of the same folds is more than chance: more than the standard error of its mean over the
 * folds, and than 2 % of the loss. Where classes alternate, networks of few neurons gain a thousandth on some draws of the rows.
 */
export function clearlyBetter(scores: Float64Array, others: Float64Array): boolean {
  const gains = scores.map((score, fold) => score - others[fold]);
  const gain = weightedMean(gains, null);
  const squares = gains.reduce((sum, own) => sum + (own - gain) * (own - gain), 0);
  const error = Math.sqrt(squares / Math.max(1, gains.length - 1) / gains.length);
  return gain > error && gain > -leastGain * weightedMean(others, null);
}

function weightedMean(values: Float64Array, weights: Float64Array | null): number {
  let sum = 0;
  let total = 0;
  values.forEach((value, k) => {
    const weight = weights ? weights[k] : 1;
    sum += weight * value;
    total += weight;
  });
  return sum / total;
}
