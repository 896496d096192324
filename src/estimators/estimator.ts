import type { Architecture } from '../architectures/architecture.js';
import type { Certificate } from '../certificate/certificate.js';
import type { CertificateFile } from '../certificate/file.js';
import { count } from '../data/describe.js';
import { classNameOf, printAsText, short } from '../data/inspect.js';
import { checkOptionNames } from '../data/option-names.js';
import { AbortedError, NotFittedError } from '../errors.js';
import type { Network } from '../network/base.js';
import type { Explanation, Regions } from '../network/explain.js';
import { outsideOf } from '../network/ranges.js';
import type { TrainOptions, TrainResult } from '../options.js';
import { type PathStep, pathPlan } from '../path/path.js';
import { askBetaMax, askFit, type Plan, runPlan, runPlanSync } from '../path/plan.js';
import { PlanProgress } from '../path/progress.js';
import type { LossName } from '../program/losses.js';
import type { Label, MatrixLike, OutsideColumn, VectorLike } from '../types.js';
import { type Verification, verifyCertificate } from '../verify/verify.js';
import type { Choice } from './choice.js';
import { chooseBeta } from './choose-beta.js';
import { matchModel } from './match.js';
import { notesOf } from './notes.js';
import {
  checkCallOptions,
  checkPathOptions,
  type EstimatorOptions,
  type EstimatorPathOptions,
  type FitCallOptions,
} from './options.js';
import { type FittedState, stateToJSON } from './state.js';
import { heldOut, offsetOf, type Reading, stateTask, type Task } from './task.js';

/** Column generation of the final fit ends when nothing found is worth more than this share of the objective. */
const pricingTolerance = 3e-4;
/** Share of the whole that the choice of `beta` counts for in progress. */
const selectionShare = 0.6;
/** Up to so many columns the final fit tries for a proof over all patterns. */
const provableColumns = 5;

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
    printAsText(this);
    this.kind = kind;
    this.architecture = architecture;
    this.options = options;
  }

  /** Checks and encodes the targets of `fit`. */
  protected abstract reading(): Reading<Label>;
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

  /**
   * Networks of this kind along a grid of `beta`, as {@link regularizationPath} finds them for the columns and targets that
   * {@link fit} would make of the same rows: a value found here means the same there. Nothing is fitted or kept.
   *
   * @param X - n x d, finite; y and `sampleWeight` as in {@link fit}.
   * @returns One step for every value, its network on raw columns; scores are accuracy, or R^2.
   * @throws {@link ArgumentError} naming the argument, before any work; {@link AbortedError}, `result` the steps so far.
   */
  async path(X: MatrixLike, y: ArrayLike<unknown>, options: EstimatorPathOptions = {}): Promise<PathStep<N>[]> {
    const { plan, raw } = this.pathPlan(X, y, options);
    try {
      return (await runPlan(plan, this.options.timeLimit)).map(raw);
    } catch (error) {
      if (!(error instanceof AbortedError)) throw error;
      throw new AbortedError(error.cause, (error.result as PathStep<N>[] | null)?.map(raw) ?? null);
    }
  }

  /**
   * {@link betaMax} for the columns and targets that {@link fit} would make of the same rows.
   *
   * @returns the smallest `beta` with a zero network, and whether it is exact or a lower estimate.
   * @throws {@link ArgumentError} naming the argument, before any work.
   */
  async betaMax(
    X: MatrixLike,
    y: ArrayLike<unknown>,
    call: Pick<FitCallOptions, 'sampleWeight'> = {},
  ): Promise<{ beta: number; exact: boolean }> {
    checkOptionNames(call, ['sampleWeight']);
    const { sampleWeight } = call;
    const task = this.task(X, y, sampleWeight);
    return runPlan(askBetaMax(task, this.trainingOptions(task)), undefined);
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

  /** Decisions of the fit that a person might not expect: one sentence each. */
  get notes(): readonly string[] {
    return this.fitted('notes').notes;
  }

  /** As given, or as chosen by cross-validation, or the default where folds cannot choose (`notes` says so). */
  get beta(): number {
    return this.fitted('beta').beta;
  }

  /**
   * Where rows lie outside of what training saw: predictions there are not backed by any training row.
   *
   * @returns For every row the columns in which it lies outside, and how far; empty for rows inside. All are empty for models that
   * were saved by a version that kept no ranges.
   */
  outside(X: MatrixLike): OutsideColumn[][] {
    const state = this.fitted('outside');
    return outsideOf(X, state.network.inputs, state);
  }

  /** Raw scores of the network, row-major samples x outputs; never bounded. */
  decisionFunction(X: MatrixLike): Float64Array {
    return this.scoresFor('decisionFunction', X);
  }

  /** Raw scores for a method, which an error names. */
  protected scoresFor(method: string, X: MatrixLike): Float64Array {
    return this.fitted(method).network.predict(X);
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

  /** One line: class, sizes, and how good the network is. `console.log` prints it. */
  toString(): string {
    const name = classNameOf(this.kind);
    if (this.state === null) return `${name}: not fitted`;
    const { network, certificate, classes, beta, status } = this.state;
    const sizes = [
      count(network.inputs, 'column'),
      ...(classes ? [`${classes.length} classes`] : []),
      count(network.neurons, 'neuron'),
    ];
    const { provenGlobal, relativeGap, patternGap } = certificate;
    const gap = provenGlobal
      ? `proven optimum, gap ${short(relativeGap ?? 0)}`
      : `gap over the patterns held ${short(patternGap)}`;
    return `${name}: ${sizes.join(', ')}, beta ${short(beta)}, ${status}, ${gap}`;
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
    const task = this.task(X, y, call.sampleWeight);
    const { beta = 'auto', proof = false, patterns = 'auto' } = this.options;
    const training = { ...this.trainingOptions(task), signal: call.signal };
    const selection = beta === 'auto' ? selectionShare : 0;
    const hear = (stage: 'select' | 'train', from: number, to: number) =>
      call.onProgress
        ? new PlanProgress(({ stage: phase, ...rest }) => call.onProgress?.({ ...rest, stage, phase })).part(from, to)
        : {};
    const select = beta === 'auto' ? chooseBeta(task, this.options, { ...training, ...hear('select', 0, selection) }) : null;
    const hopeless = patterns === 'auto' && task.X.shape[1] > provableColumns;
    const final = { pricingTolerance, proof, ...(hopeless ? { patterns: 'priced' as const } : {}) };
    let choice: Choice = { beta: beta as number, cutShort: false, by: 'options', notes: [] };
    function* plan(): Plan<TrainResult<N>> {
      if (select) choice = yield* select;
      const result = yield* askFit(task, { ...training, ...final, ...hear('train', selection, 1), beta: choice.beta });
      return choice.cutShort && result.status === 'optimal' ? { ...result, status: 'time-limit' } : result;
    }
    return { plan: plan(), keep: (result: TrainResult<N>) => this.keep(result, task, notesOf(task, choice, result)) };
  }

  private pathPlan(X: MatrixLike, y: ArrayLike<unknown>, options: EstimatorPathOptions) {
    const { sampleWeight, validation, ...rest } = checkPathOptions(options);
    const task = this.task(X, y, sampleWeight);
    const { outputMean, outputScale } = task.targets;
    const plan = pathPlan<N>(task.architecture, task.X, task.y, {
      ...this.trainingOptions(task),
      ...rest,
      ...(validation && { validation: heldOut(task, validation) }),
    });
    const raw = (step: PathStep<N>): PathStep<N> => ({
      ...step,
      network: step.network.standardized(task.scaling, { outputMean, outputScale }) as N,
    });
    return { plan, raw };
  }

  private task(X: MatrixLike, y: ArrayLike<unknown>, sampleWeight: VectorLike | undefined): Task<N> {
    const { standardize = true } = this.options;
    return stateTask(this.architecture, X, standardize, sampleWeight, y, this.reading());
  }

  private keep(result: TrainResult<N>, { targets, scaling, absent, ranges, bounds }: Task<N>, notes: readonly string[]): void {
    const { outputMean, outputScale, outputs, classes } = targets;
    const preparation = {
      centers: Array.from(scaling.centers),
      scales: Array.from(scaling.scales),
      // Classes have their constants in the offset of the problem.
      targetMean: classes ? 0 : outputMean[0],
      targetScale: outputScale,
      classes,
    };
    this.state = {
      // The same class: `standardized` keeps it.
      network: result.network.standardized(scaling, { outputMean, outputScale }) as N,
      certificate: result.certificate,
      status: result.status,
      beta: result.beta,
      loss: this.lossFor(outputs),
      classes,
      notes,
      ranges,
      bounds: this.options.extrapolate ? null : bounds,
      proof: result.proof && {
        ...result.proof,
        preparation,
        data: { ...result.proof.data, ...(absent && { absent: [...absent] }) },
      },
    };
  }

  /** Options of every fit; `patterns` of the final one only decide when given. */
  private trainingOptions({ targets, X }: Task<N>): Omit<TrainOptions, 'beta'> {
    const { huberDelta, bias, patterns, seed, tolerance, maxIterations, memoryLimit } = this.options;
    return defined({
      loss: this.lossFor(targets.outputs),
      huberDelta,
      bias,
      patterns,
      seed,
      tolerance,
      maxIterations,
      memoryLimit,
      sampleWeight: targets.sampleWeight ?? undefined,
      offset: offsetOf(targets, X.shape[0]),
    });
  }
}

/** Without the fields that are undefined. */
function defined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
