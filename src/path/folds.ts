import { describeValue } from '../data/describe.js';
import { assignFolds, foldSplit, trainTestSplit } from '../data/folds.js';
import { type Groups, groupRows } from '../data/groups.js';
import { ArgumentError } from '../errors.js';
import { decide } from '../network/decision.js';
import type { TrainResult } from '../options.js';
import { pickRows, type Rows, totalWeight, withConstant } from './rows.js';

/** One division into training and validation rows, and how far its path has come. */
export interface Fold {
  readonly train: Rows;
  readonly test: Rows;
  /** Weight of the training rows over that of all rows: losses are sums, so beta grows with it. */
  readonly share: number;
  last: TrainResult | undefined;
}

export interface FoldOptions {
  readonly folds: number;
  readonly repeats: number;
  readonly seed: number;
  readonly stratify: boolean;
}

/** Rows whose features, targets and offsets are the same become one row with the sum of their weights. */
export function mergeCopies(rows: Rows): Rows {
  const { X, targets, outputs, weights, offset } = rows;
  const width = X.columns + outputs + (offset ? outputs : 0);
  const all = new Float64Array(X.rows * width);
  for (let k = 0; k < X.rows; k++) {
    all.set(X.data.subarray(k * X.columns, (k + 1) * X.columns), k * width);
    all.set(targets.subarray(k * outputs, (k + 1) * outputs), k * width + X.columns);
    if (offset) all.set(offset.subarray(k * outputs, (k + 1) * outputs), k * width + X.columns + outputs);
  }
  const { of, count } = groupRows({ data: all, rows: X.rows, columns: width });
  if (count === X.rows) return rows;
  const firsts = new Int32Array(count).fill(-1);
  const sums = new Float64Array(count);
  of.forEach((group, k) => {
    if (firsts[group] < 0) firsts[group] = k;
    sums[group] += weights ? weights[k] : 1;
  });
  return { ...pickRows(rows, firsts), weights: sums };
}

/**
 * Some of the rows, where they are more than asked for. Rows of the same features stay together.
 *
 * @param most - undefined: all.
 */
export function draw(whole: Rows, most: number | undefined, { seed, stratify }: FoldOptions): Rows {
  if (most === undefined || most >= whole.X.rows) return whole;
  const groups = groupRows(whole.X);
  const strata = stratify ? strataOf(whole, groups) : null;
  const drawn = trainTestSplit(groups.count, most / whole.X.rows, { strata, seed }).test;
  if (groups.count === whole.X.rows) return pickRows(whole, drawn);
  const chosen = new Set(drawn);
  return pickRows(
    whole,
    Int32Array.from(groups.of.keys()).filter((k) => chosen.has(groups.of[k])),
  );
}

/**
 * Folds in which rows of the same features stay together: a row and its copies are no evidence about each other.
 *
 * @param weight - of all rows, also those that take no part: beta is about them.
 * @param constants - one offset for every output, from the training rows of a fold; its validation rows have the same.
 * @throws {@link ArgumentError} for more folds than different rows.
 */
export function divide(
  all: Rows,
  { folds, repeats, seed, stratify }: FoldOptions,
  weight: number,
  constants?: (rows: Rows) => Float64Array,
): Fold[] {
  const groups = groupRows(all.X);
  if (folds > groups.count)
    throw new ArgumentError('options.folds', describeValue(folds), `at most the ${groups.count} different rows with weight`);
  const strata = stratify ? strataOf(all, groups) : null;
  return Array.from({ length: repeats }, (_, repeat) => {
    const foldOfGroup = assignFolds(groups.count, folds, { strata, seed, repeat });
    const foldOf = groups.of.map((group) => foldOfGroup[group]);
    return Array.from({ length: folds }, (_, fold): Fold => {
      const { train, test } = foldSplit(foldOf, fold);
      const rows = pickRows(all, train);
      const constant = constants?.(rows);
      const moved = (some: Rows): Rows => (constant ? withConstant(some, constant) : some);
      return { train: moved(rows), test: moved(pickRows(all, test)), share: totalWeight(rows) / weight, last: undefined };
    });
  }).flat();
}

/** The class of every group: that of the most weight in it. */
function strataOf({ targets, outputs, weights }: Rows, { of, count }: Groups): Int32Array {
  const classes = decide(targets, outputs);
  const many = classes.reduce((most, index) => Math.max(most, index), 0) + 1;
  const sums = new Float64Array(count * many);
  of.forEach((group, k) => {
    sums[group * many + classes[k]] += weights ? weights[k] : 1;
  });
  return new Int32Array(count).map((_, group) => {
    const own = sums.subarray(group * many, (group + 1) * many);
    return own.indexOf(own.reduce((most, sum) => Math.max(most, sum), 0));
  });
}
