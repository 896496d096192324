import { gatedNetwork, gatedNeurons } from '../architectures/gated-relu.js';
import { gapClosed, relativeGap } from '../certificate/certificate.js';
import { openKernels } from '../core/load.js';
import { Scope } from '../core/scope.js';
import { count } from '../data/describe.js';
import { printAsText } from '../data/inspect.js';
import { appendOnes, packMatrix, packOutputs, packVector } from '../data/matrix.js';
import { checkOptionNames } from '../data/option-names.js';
import { fitStandardization, identityStandardization, type Standardization, standardize } from '../data/standardize.js';
import { pickMatrixRows } from '../data/weights.js';
import { ArgumentError, NotFittedError } from '../errors.js';
import type { Choice } from '../estimators/choice.js';
import { defaultBeta, fewestRows } from '../estimators/default-beta.js';
import { emptyNote, whyEmpty } from '../estimators/empty-note.js';
import { GatedReLURegressor } from '../estimators/named.js';
import { checkCallOptions, type FitCallOptions, type FitProgress } from '../estimators/options.js';
import { stateToJSON } from '../estimators/state.js';
import type { PredictOptions } from '../network/base.js';
import { joinRanges, type Ranges, rangesOf, widen } from '../network/ranges.js';
import { gaussianRows } from '../patterns/sample.js';
import type { Pause } from '../pausing.js';
import type { Iterate } from '../program/program.js';
import { drive, type Status } from '../solver/run.js';
import type { Matrix, MatrixLike, VectorLike } from '../types.js';
import { chooseBeta } from './choose-beta.js';
import { certifyGram, gramBetaMax, squaredLoss } from './gram-fit.js';
import { gramSolver } from './gram-solver.js';
import { GramSums } from './gram-sums.js';
import { addGrams, type MaskedGram } from './masked-gram.js';
import { checkStreamOptions, type StreamOptions } from './options.js';
import type { GramPoint } from './reduced-program.js';
import { RowBuffer } from './row-buffer.js';

/** Rows that are taken in at a time; the first so many scale columns and target. */
const chunkRows = 4096;
/** With `beta: 'auto'` one row in so many is kept for the choice of beta. */
const heldOutOf = 5;
/** Share of the whole, in progress, that is done before the model is concluded. */
const solvingShare = 0.95;

/** How rows become those of the problem, learnt from the first chunk or given. */
interface Preparation {
  readonly scaling: Standardization;
  readonly targetMean: number;
  readonly targetScale: number;
}

/**
 * A gated ReLU network, squared loss, on a table that comes in pieces and never is in memory: rows leave nothing behind but
 * sums (X^T D_i D_j X and X^T D_i y for fixed gates), from which the optimum over all rows, its objective and its bound follow.
 *
 * Memory is (gates x columns)^2 / 2 numbers, whatever the number of rows. Columns and target are scaled by the first
 * 4096 rows, or as `scaling` says; the gates are Gaussian. How rows are split into calls changes no bit of the result.
 * Exact ReLU networks have no such form: their cones S_i X v_i >= 0 need every row.
 */
export class GatedReLUStream {
  private readonly options: StreamOptions;
  private readonly buffer = new RowBuffer(chunkRows);
  private preparation: Preparation | null = null;
  /** Of the raw columns and of the target, over all rows so far. */
  private ranges: Ranges | null = null;
  private targets: Ranges | null = null;
  private kept: GramSums | null = null;
  private held: GramSums | null = null;
  private scope: Scope | null = null;
  private last: { readonly loss: number; readonly total: MaskedGram } | null = null;

  /** @throws {@link ArgumentError} for options that do not exist or make no sense. */
  constructor(options: StreamOptions = {}) {
    checkStreamOptions(options);
    this.options = options;
    printAsText(this);
  }

  /** Rows added so far. */
  get rows(): number {
    return this.buffer.length + (this.kept?.rows ?? 0) + (this.held?.rows ?? 0);
  }

  /** One line: class and rows. `console.log` prints it. */
  toString(): string {
    const { columns } = this.buffer;
    return `GatedReLUStream: ${count(this.rows, 'row')}${columns === null ? '' : ` of ${count(columns, 'column')}`}`;
  }

  /**
   * Adds rows of a table; any number at a time, as often as wanted, also after a fit.
   *
   * @param X - n x d, finite; d is that of the first call.
   * @param y - n numbers.
   * @param options - `offset`: fixed numbers, one for every row; the squared loss of f + offset is that of targets y - offset,
   * which are what the fit, its mean and its R^2 are about.
   * @throws {@link ArgumentError} naming the entry; nothing is added then.
   */
  async addRows(X: MatrixLike, y: VectorLike, options: PredictOptions = {}): Promise<this> {
    checkOptionNames(options, ['offset']);
    const rows = packMatrix(X, 'X');
    const given = packVector(y, 'y', rows.rows);
    const offset = options.offset === undefined ? null : packOutputs(options.offset, 'options.offset', rows.rows, 1);
    const targets = offset ? given.map((target, k) => target - offset[k]) : given;
    const { columns } = this.buffer;
    if (columns !== null && rows.columns !== columns)
      throw new ArgumentError('X', `of ${rows.columns} columns`, `${columns} columns, as in the first call`);
    const wanted = this.options.scaling?.centers.length ?? rows.columns;
    if (wanted !== rows.columns) throw new ArgumentError('X', `of ${rows.columns} columns`, `${wanted}, as options.scaling has`);
    this.scope ??= new Scope(await openKernels());
    this.buffer.push(rows, targets, (chunk, chunkTargets) => this.accumulate(chunk, chunkTargets));
    return this;
  }

  /**
   * The optimum over all rows added so far. Cost: one factorization of gates x columns unknowns, and the solver's steps on as
   * many rows; with `beta: 'auto'` once more on four fifths of the rows for every beta tried, scored on the last fifth; fewer than 20 rows
   * take the default of docs/defaults.md.
   *
   * @returns A fitted {@link GatedReLURegressor}, on raw columns; its certificate is about the standardized problem over all rows.
   * @throws {@link NotFittedError} before any row, {@link AbortedError} with the best model so far.
   */
  async fit(call: Omit<FitCallOptions, 'sampleWeight'> = {}): Promise<GatedReLURegressor> {
    checkOptionNames(call, ['signal', 'onProgress']);
    checkCallOptions(call);
    if (this.rows === 0) throw new NotFittedError('fit before addRows');
    const { beta = 'auto', tolerance = 1e-6, maxIterations = 200 } = this.options;
    this.buffer.flush((chunk, targets) => this.accumulate(chunk, targets));
    const kept = (this.kept as GramSums).total();
    const held = this.held ? this.held.total() : null;
    const scope = this.scope as Scope;
    const mark = scope.mark();
    const total = held ? addGrams(kept, held) : kept;
    let stage: 'select' | 'train' = beta === 'auto' ? 'select' : 'train';
    let choice: Choice = { beta: beta === 'auto' ? 0 : beta, cutShort: false, by: 'options', notes: [] };
    let pointOf: ((iterate: Iterate) => GramPoint) | null = null;
    const conclude = (point: GramPoint, limit: Limit) => this.conclude(total, point, choice, limit);
    function* steps(): Generator<Iterate | Pause, GramPoint> {
      if (held && beta === 'auto') {
        choice =
          total.rows < fewestRows
            ? defaultBeta(
                gramBetaMax(total),
                total.rows,
                `${count(total.rows, 'row')} are too few to hold some out and choose beta`,
              )
            : yield* chooseBeta(kept, held, scope);
        scope.release(mark);
      }
      stage = 'train';
      const solver = gramSolver(total, scope);
      pointOf = solver.pointOf;
      return yield* solver.solve(choice.beta, tolerance / 2, maxIterations);
    }
    let taken = 0;
    let fraction = 0;
    let last: FitProgress | null = null;
    const report = (iterate: Iterate, iteration: number): undefined => {
      taken = iterate.iteration;
      const { objective, bound: patternBound } = iterate;
      const patternGap = relativeGap(objective - patternBound, objective);
      fraction = Math.max(fraction, stage === 'select' ? 0 : solvingShare * gapClosed(patternGap, tolerance));
      last = {
        stage,
        phase: 'solve',
        fraction,
        iteration,
        objective,
        patternBound,
        patternGap,
        lowerBound: null,
        relativeGap: null,
        patterns: total.count,
        round: 0,
      };
      call.onProgress?.(last);
    };
    const ended = (point: GramPoint) => conclude(point, taken >= maxIterations ? 'iteration-limit' : 'stalled');
    try {
      const { result } = await drive(withModel(steps(), ended), {
        conclude: (iterate) => (pointOf === null ? null : conclude(pointOf(iterate), 'time-limit')),
        report,
        signal: call.signal,
      });
      if (last !== null) call.onProgress?.({ ...(last as FitProgress), phase: 'conclude', fraction: 1 });
      return result as GatedReLURegressor;
    } finally {
      scope.release(mark);
    }
  }

  /** R^2 of the last fit on all rows it is about, from the sums. @throws {@link NotFittedError} before a fit. */
  get score(): number {
    if (!this.last) throw new NotFittedError('score');
    const { loss, total } = this.last;
    const spread = total.square - (total.sum * total.sum) / total.rows;
    return spread > 0 ? 1 - (2 * loss) / spread : loss === 0 ? 1 : 0;
  }

  private accumulate(raw: Matrix, rawTargets: Float64Array): void {
    const scope = this.scope as Scope;
    const { bias = true, beta = 'auto', gates = 32, seed = 0 } = this.options;
    this.ranges = joinRanges(this.ranges, rangesOf(raw));
    this.targets = joinRanges(this.targets, rangesOf({ data: rawTargets, rows: rawTargets.length, columns: 1 }));
    this.preparation ??= prepare(raw, rawTargets, this.options);
    const { scaling, targetMean, targetScale } = this.preparation;
    const scaled = standardize(raw, scaling);
    const rows = bias ? appendOnes(scaled) : scaled;
    const y = rawTargets.map((target) => (target - targetMean) / targetScale);
    if (!this.kept) {
      const directions = gaussianRows(gates, rows.columns, seed, 0);
      this.kept = new GramSums(directions, rows.columns, scope);
      this.held = beta === 'auto' ? new GramSums(directions, rows.columns, scope) : null;
    }
    if (!this.held) {
      this.kept.add(rows, y);
      return;
    }
    const before = this.kept.rows + this.held.rows;
    const isHeld = (k: number) => (before + k) % heldOutOf === heldOutOf - 1;
    for (const [gram, wanted] of [
      [this.kept, false],
      [this.held, true],
    ] as const) {
      const members = Int32Array.from(y.keys()).filter((k) => isHeld(k) === wanted);
      if (members.length > 0)
        gram.add(
          pickMatrixRows(rows, members),
          Float64Array.from(members, (k) => y[k]),
        );
    }
  }

  private conclude(total: MaskedGram, point: GramPoint, { beta, by, notes }: Choice, limit: Limit): GatedReLURegressor {
    const { bias = true, tolerance = 1e-6, extrapolate = false } = this.options;
    const { scaling, targetMean, targetScale } = this.preparation as Preparation;
    const { gates, columns } = total;
    const neurons = gatedNeurons(point.v, total, columns, 1, false);
    const network = gatedNetwork(neurons, gates, { columns, outputs: 1, bias }, 'squared');
    const certificate = certifyGram(total, point, beta, tolerance);
    this.last = { loss: squaredLoss(total, point.v), total };
    const { low, high } = this.targets as Ranges;
    const constant = low[0] === high[0];
    const state = {
      network: network.standardized(scaling, { outputMean: targetMean, outputScale: targetScale }),
      certificate,
      status: certificate.patternGap <= tolerance ? ('optimal' as const) : limit,
      beta,
      loss: 'squared' as const,
      classes: null,
      notes: [...notes, ...(network.neurons > 0 ? [] : [emptyNote(null, whyEmpty(constant, by, beta))])],
      ranges: this.ranges,
      bounds: extrapolate ? null : widen(this.targets as Ranges),
      proof: null,
    };
    return GatedReLURegressor.fromJSON(stateToJSON('gated-relu-regressor', state));
  }
}

/** How a fit ends that has not reached its tolerance. */
type Limit = Exclude<Status, 'optimal'>;

/** The steps of `solve`, then the model. */
function* withModel<T>(
  steps: Generator<Iterate | Pause, GramPoint>,
  conclude: (point: GramPoint) => T,
): Generator<Iterate | Pause, T> {
  return conclude(yield* steps);
}

function prepare(raw: Matrix, targets: Float64Array, { standardize: scaled = true, scaling }: StreamOptions): Preparation {
  if (scaling) {
    const { centers, scales, targetMean, targetScale } = scaling;
    return { scaling: { centers: Float64Array.from(centers), scales: Float64Array.from(scales) }, targetMean, targetScale };
  }
  if (!scaled) return { scaling: identityStandardization(raw.columns), targetMean: 0, targetScale: 1 };
  const target = fitStandardization({ data: targets, rows: targets.length, columns: 1 });
  return { scaling: fitStandardization(raw), targetMean: target.centers[0], targetScale: target.scales[0] };
}
