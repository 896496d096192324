import { ConvolutionalClassifier, ConvolutionalRegressor } from '../estimators/convolutional.js';
import { LayerwiseClassifier, LayerwiseRegressor, ThreeLayerClassifier, ThreeLayerRegressor } from '../estimators/deep.js';
import {
  BatchNormClassifier,
  BatchNormRegressor,
  GatedReLUClassifier,
  GatedReLURegressor,
  ReLUClassifier,
  ReLURegressor,
} from '../estimators/named.js';
import type { ModelName } from '../table/model-document.js';
import type { Task } from '../table/target-spec.js';
import type { Label, OutsideColumn } from '../types.js';

/** What the library reports while it works. */
export interface ProgressEvent {
  readonly stage: string;
  readonly iteration: number;
  readonly objective: number;
  readonly patternBound?: number | null;
  readonly patternGap?: number | null;
  readonly lowerBound?: number | null;
  readonly relativeGap?: number | null;
  /** Share of the whole that is done. */
  readonly fraction?: number;
  readonly beta?: number;
  readonly fold?: number;
  readonly folds?: number;
}

/** Down and across, or one number for both. */
export type Size = number | readonly [number, number];

export interface EstimatorOptions {
  readonly beta?: number | 'auto';
  readonly loss?: string;
  readonly huberDelta?: number;
  readonly bias?: boolean;
  readonly standardize?: boolean;
  readonly patterns?: 'auto' | 'all' | 'priced' | 'certified' | { readonly sample: number };
  readonly seed?: number;
  readonly extrapolate?: boolean;
  readonly tolerance?: number;
  readonly maxIterations?: number;
  readonly timeLimit?: number;
  readonly proof?: boolean;
  /** Of images, for `cnn`. */
  readonly image?: readonly number[];
  readonly filter?: Size;
  readonly stride?: Size;
  readonly padding?: Size;
  readonly regions?: Size;
  readonly pooling?: string;
}

export type EstimatorJson = Readonly<Record<string, unknown>>;

/** A table as the library takes it. */
export interface Rows {
  readonly data: Float64Array;
  readonly shape: readonly [number, number];
}

/** What a command needs of a network. */
export interface TrainedNetwork {
  readonly inputs: number;
  readonly outputs: number;
  readonly neurons: number;
  regions(X: Rows): {
    readonly models: readonly {
      readonly samples: number;
      readonly coefficients: Float64Array;
      readonly intercept: Float64Array;
    }[];
  };
  toJSON(): unknown;
  /** Absent where a network has no form as plain source. */
  toSource?(): string;
}

/** What a command needs of a trained estimator. */
export interface FittedEstimator {
  readonly network: TrainedNetwork;
  readonly certificate: {
    readonly objective: number;
    readonly lowerBound: number | null;
    readonly relativeGap: number | null;
    readonly provenGlobal: boolean;
    readonly patterns: string;
    readonly patternGap: number;
  };
  readonly status: string;
  /** One sentence each. */
  readonly notes: readonly string[];
  readonly beta: number;
  readonly classes?: readonly Label[];
  predict(X: Rows): ArrayLike<Label>;
  decisionFunction(X: Rows): Float64Array;
  outside(X: Rows): OutsideColumn[][];
  predictProba?(X: Rows): { readonly data: Float64Array; readonly shape: readonly number[] };
  score(X: Rows, y: readonly Label[]): number;
  toJSON(): EstimatorJson;
  /** Plain JSON, or null. */
  readonly proof: object | null;
  verify(certificate: unknown, X: Rows, y: readonly Label[]): Proven;
}

/** What a certificate was found to prove. */
export interface Proven {
  readonly objective: number;
  readonly lowerBound: number;
  readonly gap: number;
  readonly relativeGap: number;
  readonly cones: number;
}

/** One network of a path. */
export interface PathStep extends Pick<FittedEstimator, 'certificate' | 'status' | 'beta'> {
  readonly objective: number;
  readonly neurons: number;
  readonly trainScore: number;
  readonly validationScore: number | null;
}

export interface PathOptions {
  readonly values: number;
  readonly ratio: number;
  readonly validation?: { readonly X: Rows; readonly y: readonly Label[] };
  readonly signal: AbortSignal;
  readonly onProgress: (event: Omit<ProgressEvent, 'stage'>) => void;
}

/** What is given to one fit. */
export interface FitCall {
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: ProgressEvent) => void;
  readonly sampleWeight?: Float64Array;
}

export interface Estimator {
  betaMax(X: Rows, y: readonly Label[]): Promise<{ readonly beta: number; readonly exact: boolean }>;
  path(X: Rows, y: readonly Label[], options: PathOptions): Promise<PathStep[]>;
  fit(X: Rows, y: readonly Label[], options: FitCall): Promise<FittedEstimator>;
}

interface EstimatorClass {
  new (options: EstimatorOptions): Estimator;
  fromJSON(json: unknown): FittedEstimator;
}

/** The public classes, by what they have in common: of classes, and of numbers. */
const classes = {
  relu: [ReLUClassifier, ReLURegressor],
  gated: [GatedReLUClassifier, GatedReLURegressor],
  'batch-norm': [BatchNormClassifier, BatchNormRegressor],
  cnn: [ConvolutionalClassifier, ConvolutionalRegressor],
  'three-layer': [ThreeLayerClassifier, ThreeLayerRegressor],
  layerwise: [LayerwiseClassifier, LayerwiseRegressor],
} satisfies Record<ModelName, readonly [unknown, unknown]>;

function estimatorClass(model: ModelName, task: Task): EstimatorClass {
  return classes[model][task === 'classification' ? 0 : 1] as unknown as EstimatorClass;
}

export function createEstimator(model: ModelName, task: Task, options: EstimatorOptions): Estimator {
  // Gates are searched for where nobody names a number of random ones.
  const chosen = model === 'gated' ? { patterns: 'auto' as const, ...options } : options;
  return new (estimatorClass(model, task))(chosen);
}

/** @throws ModelFormatError for anything that `toJSON` did not write. */
export function loadEstimator(model: ModelName, task: Task, json: unknown): FittedEstimator {
  return estimatorClass(model, task).fromJSON(json);
}
