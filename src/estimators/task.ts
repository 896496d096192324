import type { Architecture } from '../architectures/architecture.js';
import { packMatrix, packVector } from '../data/matrix.js';
import {
  fitCommonScale,
  fitStandardization,
  identityStandardization,
  type Standardization,
  standardize,
} from '../data/standardize.js';
import { ArgumentError } from '../errors.js';
import type { Network } from '../network/base.js';
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
}

/** @throws {@link ArgumentError} for anything that `encode` or a matrix refuses. */
export function stateTask<N extends Network>(
  architecture: Architecture<N>,
  X: MatrixLike,
  scaled: boolean,
  sampleWeight: VectorLike | undefined,
  encode: (X: Matrix, sampleWeight: Float64Array | null) => Targets,
): Task<N> {
  const raw = packMatrix(X, 'X');
  const targets = encode(raw, sampleWeight === undefined ? null : packVector(sampleWeight, 'sampleWeight', raw.rows));
  const fitScaling = architecture.sharesScale ? fitCommonScale : fitStandardization;
  const scaling = scaled ? fitScaling(raw) : identityStandardization(raw.columns);
  return { architecture, X: asArgument(standardize(raw, scaling)), y: targets.y, targets, scaling };
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

/** Rows that count: those of positive weight. */
export function weightedRows({ X, targets: { sampleWeight } }: Task<Network>): number {
  return sampleWeight ? sampleWeight.reduce((count, weight) => count + (weight > 0 ? 1 : 0), 0) : X.shape[0];
}

const asArgument = ({ data, rows, columns }: Matrix) => ({ data, shape: [rows, columns] as const });
