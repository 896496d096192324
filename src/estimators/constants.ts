import { logarithm } from '../network/functions.js';
import type { LossName } from '../program/losses.js';

/** Encoded classes (signs or 0/1), row-major samples x outputs, and one weight for every row. */
export interface WeightedTargets {
  readonly targets: Float64Array;
  readonly outputs: number;
  readonly weights: Float64Array | null;
}

/**
 * The constant of every output with the smallest weighted loss: log-odds for `logistic`, log shares for `softmax`, the mean
 * for `squared` and `squaredHinge`, the minimizer for `huber`. A network without neurons then predicts the shares of the classes.
 *
 * A class without weight would make logarithms infinite: it counts as half a row of weight 1, or of the lightest row if that is less.
 */
export function bestConstants(rows: WeightedTargets, loss: LossName, huberDelta: number): Float64Array {
  const { targets, outputs, weights } = rows;
  const low = targets.some((target) => target < 0) ? -1 : 0;
  const above = new Float64Array(outputs);
  const below = new Float64Array(outputs);
  targets.forEach((target, at) => {
    const c = at % outputs;
    const weight = weights ? weights[(at - c) / outputs] : 1;
    if (target > low) above[c] += weight;
    else below[c] += weight;
  });
  if (loss === 'squared' || loss === 'squaredHinge')
    return above.map((high, c) => (high + below[c] > 0 ? (high + low * below[c]) / (high + below[c]) : 0));
  if (loss === 'huber') return above.map((high, c) => huberMinimizer(below[c], high, low, huberDelta));
  const lightest = weights ? weights.reduce((least, weight) => (weight > 0 && weight < least ? weight : least), 1) : 1;
  const least = 0.5 * lightest;
  const log = (weight: number): number => logarithm(weight > 0 ? weight : least);
  if (loss === 'logistic') return above.map((high, c) => log(high) - log(below[c]));
  const total = above.reduce((sum, high) => sum + (high > 0 ? high : least), 0);
  return above.map((high) => log(high) - logarithm(total));
}

/**
 * Where the Huber losses of two targets, `low` and 1, balance: at the mean while both residuals are quadratic, else so near
 * the heavier target that its slope is that of the other, delta.
 */
function huberMinimizer(below: number, above: number, low: number, delta: number): number {
  if (!(below + above > 0)) return 0;
  const mean = (above + low * below) / (above + below);
  if (above === below || Math.max(1 - mean, mean - low) <= delta) return mean;
  const near = delta * (Math.min(above, below) / Math.max(above, below));
  return above > below ? 1 - near : low + near;
}
