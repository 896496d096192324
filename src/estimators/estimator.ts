import type { Architecture } from '../architectures/architecture.js';
import type { Certificate } from '../certificate/certificate.js';
import type { CertificateFile } from '../certificate/file.js';
import { packMatrix, packVector } from '../data/matrix.js';
import { fitCommonScale, fitStandardization, type Standardization, standardize } from '../data/standardize.js';
import { AbortedError, ArgumentError, NotFittedError } from '../errors.js';
import type { Network } from '../network/base.js';
import type { Explanation, Regions } from '../network/explain.js';
import type { TrainOptions, TrainResult } from '../options.js';
import { type CrossValidation, type CrossValidationOptions, crossValidation } from '../path/cross-validate.js';
import { askFit, type Plan, runPlan, runPlanSync } from '../path/plan.js';
import type { LossName } from '../program/losses.js';
import type { Label, Matrix, MatrixLike, VectorLike } from '../types.js';
import { type Verification, verifyCertificate } from '../verify/verify.js';
import { matchModel } from './match.js';
import { checkCallOptions, type EstimatorOptions, type FitCallOptions } from './options.js';
import { type FittedState, stateToJSON } from './state.js';

/** Targets as `train` takes them, and how its scores become predictions on the raw scale. */
export interface Targets {
  readonly y: VectorLike | MatrixLike;
  readonly outputs: number;
  readonly sampleWeight: Float64Array | null;
  readonly outputMean: number;
  readonly outputScale: number;
  readonly classes: FittedState['classes'];
}

/** Cross-validation needs the order of scores, not their last digit: loose fits of few steps. */
const loose = { tolerance: 3e-2, pricingTolerance: 2e-2, maxIterations: 40 };
const selection = { ...loose, values: 10, ratio: 2e-3, patience: 2 };
/** Rows x outputs beyond which three folds say as much as five. */
const fewFolds = 400;
/** Rows x outputs that take part in the choice of beta: more cost much time and hardly change it. */
const selectionSize = 5000;
/** Column generation of the final fit ends when nothing found is worth more than this share of the objective. */
const pricingTolerance = 3e-4;
/** Up to so many columns the final fit tries for a proof over all patterns. */
const provableColumns = 5;
/** Share of a time limit that the choice of beta may take. */
const selectionShare = 0.6;

/**
 * What all estimators share: checks, standardization, choice of `beta`, the fit, folding back to raw columns, saving.
 * Subclasses encode targets and decode scores.
 */
export abstract class Estimator<N extends Network = Network> {
  readonly options: EstimatorOptions;
  protected readonly architecture: Architecture<N>;
  protected readonly kind: string;
  private state: FittedState<N> | null = null;

  constructor(kind: string, architecture: Architecture<N>, options: EstimatorOptions) {
    this.kind = kind;
    this.architecture = architecture;
    this.options = options;
  }

  /** Checks and encodes the targets of `fit`. */
  protected abstract encode(X: Matrix, y: unknown, sampleWeight: Float64Array | null): Targets;
  protected abstract lossFor(outputs: number): LossName;

  /**
   * Trains on a table.
   *
   * @param X - n x d, finite.
   * @param y - one target or label for every row.
   * @returns this, fitted.
   * @throws {@link ArgumentError} naming the argument, before any work; {@link AbortedError} whose `result` is this
   * estimator with the best network so far, or null if there was none yet. An abort in the choice of `beta` ends with a
   * loose fit for the best value compared.
   */
  async fit(X: MatrixLike, y: ArrayLike<unknown>, call: FitCallOptions = {}): Promise<this> {
    const { plan, keep } = this.plan(X, y, call);
    try {
      keep(await runPlan(plan, this.options.timeLimit));
    } catch (error) {
      throw this.withResult(error, keep);
    }
    return this;
  }

  /** {@link fit} without visits to the event loop. */
  fitSync(X: MatrixLike, y: ArrayLike<unknown>, call: FitCallOptions = {}): this {
    const { plan, keep } = this.plan(X, y, call);
    try {
      keep(runPlanSync(plan, this.options.timeLimit));
    } catch (error) {
      throw this.withResult(error, keep);
    }
    return this;
  }

  /** The trained network, on raw columns. */
  get network(): N {
    return this.fitted('network').network;
  }

  /** Of the standardized problem, the one that was solved. */
  get certificate(): Certificate {
    return this.fitted('certificate').certificate;
  }

  /** The proof that `proof: true` asked for, as plain JSON; null where nothing is proven, and after `fromJSON`. */
  get proof(): CertificateFile | null {
    return this.fitted('proof').proof;
  }

  /**
   * Checks that a certificate is about this very model and proves what it claims.
   *
   * @param X - the table that the model was trained on; y likewise.
   * @throws {@link CertificateError} with the first reason not to believe it.
   */
  verify(certificate: unknown, X: MatrixLike, y: ArrayLike<Label>): Verification {
    const state = this.fitted('verify');
    const found = verifyCertificate(certificate, X, y);
    matchModel(certificate as CertificateFile, found, state);
    return found;
  }

  /** Of the final fit; `time-limit` also where the choice of `beta` was cut short while scores still rose. */
  get status(): TrainResult['status'] {
    return this.fitted('status').status;
  }

  /** As given, or as chosen by cross-validation. */
  get beta(): number {
    return this.fitted('beta').beta;
  }

  /** Raw scores, row-major samples x outputs. */
  decisionFunction(X: MatrixLike): Float64Array {
    return this.fitted('decisionFunction').network.predict(X);
  }

  /** The linear model in force at one row. */
  explain(x: VectorLike): Explanation {
    return this.fitted('explain').network.explain(x);
  }

  /** Which rows share a linear model, and these models. */
  regions(X: MatrixLike): Regions {
    return this.fitted('regions').network.regions(X);
  }

  /** Everything that prediction and `fromJSON` need, as plain JSON. */
  toJSON(): Record<string, unknown> {
    return stateToJSON(this.kind, this.fitted('toJSON'));
  }

  protected fitted(method: string): FittedState<N> {
    if (this.state === null) throw new NotFittedError(method);
    return this.state;
  }

  protected restore(state: FittedState<N>): this {
    this.state = state;
    return this;
  }

  private withResult(error: unknown, keep: (result: TrainResult<N>) => void): unknown {
    if (!(error instanceof AbortedError)) return error;
    const result = error.result as TrainResult<N> | null;
    if (result) keep(result);
    return new AbortedError(error.cause, result ? this : null);
  }

  /** The fits to do, and what to make of the last one. */
  private plan(X: MatrixLike, y: ArrayLike<unknown>, call: FitCallOptions) {
    checkCallOptions(call);
    const raw = packMatrix(X, 'X');
    const weights = call.sampleWeight === undefined ? null : packVector(call.sampleWeight, 'sampleWeight', raw.rows);
    const targets = this.encode(raw, y, weights);
    const { standardize: scaled = true, beta = 'auto' } = this.options;
    const fitScaling = this.architecture.sharesScale ? fitCommonScale : fitStandardization;
    const scaling = scaled ? fitScaling(raw) : identity(raw.columns);
    const features = scaled ? standardize(raw, scaling) : raw;
    const loss = this.lossFor(targets.outputs);
    const question = {
      architecture: this.architecture,
      X: { data: features.data, shape: [features.rows, features.columns] as const },
      y: targets.y,
    };
    const training = { ...this.trainingOptions(loss, targets.sampleWeight), signal: call.signal };
    const hear = (stage: 'select' | 'train') =>
      call.onProgress
        ? { onProgress: (p: Parameters<NonNullable<TrainOptions['onProgress']>>[0]) => call.onProgress?.({ ...p, stage }) }
        : {};
    const weighted = targets.sampleWeight?.reduce((count, weight) => count + (weight > 0 ? 1 : 0), 0) ?? raw.rows;
    if (beta === 'auto' && weighted < 2)
      throw new ArgumentError('options.beta', "'auto'", `a number: cross-validation needs two rows, ${weighted} has weight`);
    const choose = {
      ...this.choice(raw.rows * targets.outputs > fewFolds ? 3 : 5, weighted),
      rows: Math.ceil(selectionSize / targets.outputs),
    };
    const { oneStandardError = false, proof = false, patterns = 'auto' } = this.options;
    const hopeless = patterns === 'auto' && raw.columns > provableColumns;
    const final = { pricingTolerance, proof, ...(hopeless ? { patterns: choose.patterns } : {}) };
    const betaOf = ({ best }: CrossValidation) => (oneStandardError ? best.betaOneStandardError : best.beta);
    /** The best value compared before the abort gets the loose fit that a fold would have had: a result, without delay. */
    function* salvage(error: unknown): Plan<never> {
      if (!(error instanceof AbortedError) || error.result === null) throw error;
      const chosen = betaOf(error.result as CrossValidation);
      const options = { ...training, ...loose, patterns: choose.patterns, signal: undefined, beta: chosen };
      throw new AbortedError(error.cause, yield* askFit(question, options));
    }
    function* select(): Plan<CrossValidation> {
      const options = { ...training, ...choose, ...hear('select') };
      try {
        return yield* crossValidation(question.architecture, question.X, question.y, options, selectionShare);
      } catch (error) {
        return yield* salvage(error);
      }
    }
    function* plan(): Plan<TrainResult<N>> {
      const choice = beta === 'auto' ? yield* select() : null;
      const chosen = choice ? betaOf(choice) : (beta as number);
      const result = yield* askFit(question, { ...training, ...final, ...hear('train'), beta: chosen });
      return choice?.cutShort && result.status === 'optimal' ? { ...result, status: 'time-limit' } : result;
    }
    const keep = (result: TrainResult<N>) => {
      const { outputMean, outputScale, classes } = targets;
      const preparation = {
        centers: Array.from(scaling.centers),
        scales: Array.from(scaling.scales),
        targetMean: outputMean,
        targetScale: outputScale,
        classes,
      };
      this.state = {
        // The same class: `standardized` keeps it.
        network: result.network.standardized(scaling, { outputMean, outputScale }) as N,
        certificate: result.certificate,
        status: result.status,
        beta: result.beta,
        loss,
        classes,
        proof: result.proof && { ...result.proof, preparation },
      };
    };
    return { plan: plan(), keep };
  }

  /** Options of every fit; `patterns` of the final one only decide when given. */
  private trainingOptions(loss: LossName, sampleWeight: Float64Array | null): Omit<TrainOptions, 'beta'> {
    const { huberDelta, bias, patterns, seed, tolerance, maxIterations, memoryLimit } = this.options;
    return defined({
      loss,
      huberDelta,
      bias,
      patterns,
      seed,
      tolerance,
      maxIterations,
      memoryLimit,
      sampleWeight: sampleWeight ?? undefined,
    });
  }

  private choice(usual: number, rows: number): Partial<CrossValidationOptions> {
    const { folds = usual, patterns = 'auto' } = this.options;
    return {
      ...selection,
      folds: Math.min(folds, rows),
      patterns: patterns === 'auto' || patterns === 'certified' ? 'priced' : patterns,
    };
  }
}

const identity = (columns: number): Standardization => ({
  centers: new Float64Array(columns),
  scales: new Float64Array(columns).fill(1),
});

/** Without the fields that are undefined. */
function defined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
