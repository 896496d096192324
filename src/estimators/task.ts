import type { Architecture } from '../architectures/architecture.js';
import { packMatrix } from '../data/matrix.js';
import {
  fitCommonScale,
  fitStandardization,
  identityStandardization,
  type Standardization,
  standardize,
} from '../data/standardize.js';
import { divideByWeight, packWeights, pickMatrixRows } from '../data/weights.js';
import { ArgumentError } from '../errors.js';
import type { Network } from '../network/base.js';
import { type Bounds, type Ranges, rangesOf, widen } from '../network/ranges.js';
import type { TrainOptions } from '../options.js';
import type { CrossValidationTerms } from '../path/cross-validate.js';
import type { ValidationRows } from '../path/path.js';
import type { Question } from '../path/plan.js';
import type { Matrix, MatrixLike, VectorLike } from '../types.js';
import type { FittedState } from './state.js';

/** Targets as `train` takes them, and how its scores become predictions on the raw scale. */
export interface Targets {
  readonly y: VectorLike | MatrixLike;
  readonly outputs: number;
  readonly sampleWeight: Float64Array | null;
  /** Predictions are outputMean + outputScale * score; one mean for every output. */
  readonly outputMean: Float64Array;
  readonly outputScale: number;
  /** The best constant of every output for these targets and weights: of classes the offset of the fit, folded back as `outputMean`. */
  readonly constants?: NonNullable<CrossValidationTerms['constants']>;
  readonly classes: FittedState['classes'];
  /** Targets of other rows, encoded in the same way. */
  again(y: unknown, name: string, rows: number): VectorLike | MatrixLike;
}

/** The problem that an estimator solves: columns standardized, targets encoded. */
export interface Task<N extends Network> extends Omit<Question<N>, 'X'> {
  readonly X: { readonly data: Float64Array; readonly shape: readonly [number, number] };
  readonly targets: Targets;
  readonly scaling: Standardization;
  /** Of the raw columns that training saw. */
  readonly ranges: Ranges;
  /** Of the predictions of numbers for rows outside of the ranges; null for classes. */
  readonly bounds: Bounds | null;
  /** Rows of the table that have no weight and take no part; null where all have. */
  readonly absent: Int32Array | null;
}

/** What an estimator makes of the targets of `fit`, in this order. */
export interface Reading<T> {
  /** The entries as they are, after refusing anything that cannot be one. */
  check(y: unknown, name: string, rows: number): ArrayLike<T>;
  /** The weight of every row, that of its class included; null where all count once. */
  weigh(entries: ArrayLike<T>, sampleWeight: Float64Array | null): Float64Array | null;
  /** Targets of the rows that have weight. */
  encode(entries: ArrayLike<T>, sampleWeight: Float64Array | null): Targets;
}

/**
 * A row of weight 0 is an absent row: scales, classes and all that follows never see it.
 *
 * @throws {@link ArgumentError} for anything that the reading, the weights or a matrix refuse.
 */
export function stateTask<N extends Network, T>(
  architecture: Architecture<N>,
  X: MatrixLike,
  scaled: boolean,
  sampleWeight: VectorLike | undefined,
  y: unknown,
  { check, weigh, encode }: Reading<T>,
): Task<N> {
  const given = packMatrix(X, 'X');
  const entries = check(y, 'y', given.rows);
  const weights = weigh(entries, packWeights(sampleWeight, 'sampleWeight', given.rows));
  const parts = divideByWeight(weights);
  const raw = parts ? pickMatrixRows(given, parts.kept) : given;
  const kept = parts ? Array.from(parts.kept, (k) => entries[k]) : entries;
  const targets = encode(kept, weights && parts ? Float64Array.from(parts.kept, (k) => weights[k]) : weights);
  const fitScaling = architecture.sharesScale ? fitCommonScale : fitStandardization;
  const scaling = scaled ? fitScaling(raw, targets.sampleWeight) : identityStandardization(raw.columns);
  const absent = parts?.absent ?? null;
  return {
    architecture,
    X: asArgument(standardize(raw, scaling)),
    y: targets.y,
    targets,
    scaling,
    ranges: rangesOf(raw, architecture.sharesScale),
    bounds: targets.classes
      ? null
      : widen(rangesOf({ data: Float64Array.from(kept as ArrayLike<number>), rows: raw.rows, columns: 1 })),
    absent,
  };
}

/** Held-out rows, prepared as the rows of the task were. */
export function heldOut<N extends Network>(
  { scaling, targets }: Task<N>,
  { X, y }: { readonly X: MatrixLike; readonly y: unknown },
): ValidationRows {
  const name = 'options.validation';
  const raw = packMatrix(X, `${name}.X`);
  if (raw.columns !== scaling.scales.length)
    throw new ArgumentError(`${name}.X`, `of ${raw.columns} columns`, `${scaling.scales.length} columns, as X has`);
  return {
    X: asArgument(standardize(raw, scaling)),
    y: targets.again(y, `${name}.y`, raw.rows),
    offset: offsetOf(targets, raw.rows),
  };
}

/** The constants of a task of classes as the offsets of so many rows; undefined where targets were centred instead. */
export function offsetOf({ constants, outputMean }: Targets, rows: number): TrainOptions['offset'] {
  if (!constants) return undefined;
  const outputs = outputMean.length;
  return { data: Float64Array.from({ length: rows * outputs }, (_, at) => outputMean[at % outputs]), shape: [rows, outputs] };
}

const asArgument = ({ data, rows, columns }: Matrix) => ({ data, shape: [rows, columns] as const });
