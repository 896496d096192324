import type { Architecture } from '../architectures/architecture.js';
import type { Scope } from '../core/scope.js';
import { PatternSet } from '../patterns/pattern-set.js';
import type { Patterns } from '../patterns/patterns.js';
import type { PricedDirection } from '../patterns/price.js';
import { isPause, type Pause, type Pausing } from '../pausing.js';
import type { TrainingData } from '../program/training-data.js';
import { patternSource } from './choose-patterns.js';
import { type FitOptions, type FitStep, fitPatterns, moveBlocks, type WarmStart } from './column-generation.js';
import { type Blocks, descendNetwork } from './descend.js';
import { affordableExcess, penaltyAlong } from './penalty-along.js';
import { distinctDirections, type Effort, type Neurons, ViolationSearch } from './search-violations.js';

/** Most columns added in a round, for every output, and the cosine above which two of them count as one. */
const columnsPerRound = 60;
const sameColumn = 0.99;
const firstPatterns = 20;
const maximumRounds = 200;
/** Share of the solver steps after which no more columns are added. */
const pricingBudget = 0.6;
/** The first solve need not be more accurate than this: cleaner duals find the same violations. */
const firstTolerance = 1e-3;
/** A solve is to be as accurate as this share of what the worst violation is worth. */
const worthShare = 0.1;
/** Rounds in a row that gain less than the pricing tolerance, at a solve at least so accurate, after which a fit ends. */
const slowRounds = 4;
const accurateSolve = 1e-4;
/** Fits to be priced more loosely than this are steps of a search for beta. */
const loosePricing = 1e-2;

/**
 * Descend, solve, search, repeat (docs/algorithm.md): a network descends on its own objective; the convex program over the patterns
 * of its neurons gives the optimum there with its dual variable; a search for patterns that violate the dual constraint says what is
 * missing. Only the patterns with weight and the new ones go on, and every solve starts from v and lambda of the one before.
 */
export function* generateFromNetwork(
  architecture: Architecture,
  data: TrainingData,
  warm: WarmStart | null,
  options: FitOptions,
  scope: Scope,
): Generator<FitStep | Pause, FitStep> {
  const { samples, outputs, beta } = data;
  yield 'price';
  const mark = scope.mark();
  try {
    const first = warm ?? (yield* descended(architecture, data, options, scope)) ?? sampled(architecture, data, options, scope);
    const pool = new Pool(first, data);
    const search = new ViolationSearch(data, architecture.slope, options.seed, scope);
    const schedule = new Schedule(options);
    if (warm && warm.lambda.length === samples * outputs) {
      // At the lambda of a larger beta, whatever is above the new one is likely to enter: the strong rule of Lasso paths.
      pool.add(yield* violations(search, pool, warm.lambda, beta, maximumRounds, schedule.effort, data));
    }
    for (let round = 0; ; round++) {
      const { patterns, start, lambda } = pool;
      const limits = { ...options, tolerance: schedule.tolerance, maxIterations: schedule.limit - schedule.iterations };
      const before = { iterations: schedule.iterations, round };
      const step: FitStep = yield* fitPatterns(architecture, data, patterns, start, limits, scope, before, lambda);
      if (lambda && schedule.stalls(step)) {
        // Once more without the dual variable, which has led nowhere.
        pool.take({ ...step, lambda: null });
        continue;
      }
      if (schedule.closesAfter(step)) return step;
      // Scaled to be feasible, so that only true violations show; lambda^T f is what a violation is worth (math.md 11.6).
      const along = penaltyAlong(architecture, data, step, scope);
      const share = affordableExcess(options.pricingTolerance * step.objective, along, options.pricingTolerance);
      pool.take(step);
      const searches = !schedule.closing && round < maximumRounds;
      yield 'price';
      const found = searches
        ? yield* violations(search, pool, step.lambda, beta * (1 + share), round, schedule.effort, data)
        : [];
      const worst = found.reduce((most, { value }) => Math.max(most, value / beta - 1), 0);
      if (schedule.endsAt(found.length, (worst * along) / step.objective, round)) return step;
      pool.add(found);
    }
  } finally {
    scope.release(mark);
  }
}

/** The blocks where the descent ends; those of every width are steps of the fit. */
function* descended(
  architecture: Architecture,
  data: TrainingData,
  options: FitOptions,
  scope: Scope,
): Generator<FitStep | Pause, Blocks | null> {
  const { samples, outputs } = data;
  const descent = descendNetwork(data, architecture.slope, options.several ?? false, options.seed, scope);
  for (let next = descent.next(); ; next = descent.next()) {
    if (next.done) return next.value;
    if (isPause(next.value)) {
      yield next.value;
      continue;
    }
    const { patterns, v } = next.value;
    const objective = scope.child(() => {
      const { features, loss, regularizer, beta } = architecture.program(data, patterns, scope);
      const fit = scope.vector(samples * outputs);
      const blocks = scope.copyIn(v);
      features.apply(blocks, fit);
      return loss.value(fit) + beta * regularizer.value(blocks);
    });
    yield { patterns, v, lambda: new Float64Array(samples * outputs), objective, bound: 0, iteration: 0, round: 0 };
  }
}

/** Where a descent finds nothing but zero: some patterns without weight. */
function sampled(architecture: Architecture, data: TrainingData, { seed }: FitOptions, scope: Scope): Blocks {
  const patterns = patternSource(architecture, data, scope).sample(Math.min(firstPatterns, 2 * data.samples), seed);
  return { patterns, v: new Float64Array(2 * data.outputs * patterns.count * data.columns) };
}

/** New patterns worth at least `wanted`, for every output. */
function* violations(
  search: ViolationSearch,
  pool: Pool,
  lambda: Float64Array,
  wanted: number,
  round: number,
  effort: Effort,
  { samples, outputs }: TrainingData,
): Pausing<PricedDirection[]> {
  const all: PricedDirection[] = [];
  for (let c = 0; c < outputs; c++) {
    const own = lambda.slice(c * samples, (c + 1) * samples);
    const seen = yield* search.find(own, pool.neuronsOf(c), wanted, round * outputs + c, effort);
    const fresh = seen.filter(({ bits }) => !pool.has(bits));
    for (const one of distinctDirections(fresh, columnsPerRound, sameColumn)) all.push(one);
  }
  return all;
}

/** The patterns held with their blocks: those with weight, and the new ones. */
class Pool {
  private set: PatternSet;
  private v: Float64Array;
  private dual: Float64Array | null = null;

  constructor(
    { patterns, v }: Blocks,
    private readonly data: TrainingData,
  ) {
    this.set = PatternSet.from(patterns);
    this.v = v;
  }

  get patterns(): Patterns {
    return this.set.toPatterns();
  }

  get start(): Float64Array | null {
    return this.v;
  }

  /** Belongs to the start. */
  get lambda(): Float64Array | null {
    return this.dual;
  }

  has(bits: Uint8Array): boolean {
    return this.set.has(bits);
  }

  /** Goes on from a step over the patterns held, without those that have no weight; at the zero network with all of them. */
  take({ v, lambda }: { v: Float64Array; lambda: Float64Array | null }): void {
    this.dual = lambda;
    this.v = v;
    if (v.every((entry) => entry === 0)) return;
    const { columns } = this.data;
    const before = this.set.count;
    const weighs = new Uint8Array(before);
    for (let at = 0; at < v.length; at++) if (v[at] !== 0) weighs[Math.floor(at / columns) % before] = 1;
    const kept = Array.from(weighs.keys()).filter((i) => weighs[i] === 1);
    this.set = this.set.filter((i) => weighs[i] === 1);
    this.v = moveBlocks(v, before, kept, kept.length, columns);
  }

  add(found: readonly PricedDirection[]): void {
    const before = this.set.count;
    const all = Array.from({ length: before }, (_, i) => i);
    for (const { bits } of found) this.set.add(bits);
    const { columns } = this.data;
    this.v = moveBlocks(this.v, before, all, this.set.count, columns);
  }

  /** The blocks of one output that are not zero. */
  neuronsOf(output: number): Neurons {
    const { columns, outputs } = this.data;
    const { count } = this.set;
    const rows: number[] = [];
    const signs: (1 | -1)[] = [];
    for (let block = 0; block < 2 * outputs * count; block++) {
      if (Math.floor(block / count) % outputs !== output) continue;
      const own = this.v.subarray(block * columns, (block + 1) * columns);
      if (own.every((entry) => entry === 0)) continue;
      for (const entry of own) rows.push(entry);
      signs.push(block < outputs * count ? 1 : -1);
    }
    return { rows: Float64Array.from(rows), signs };
  }
}

/** How accurate the next solve is, how hard the next search looks, and when a fit ends. */
class Schedule {
  tolerance: number;
  iterations = 0;
  /** The next solve is the last one. */
  closing = false;
  effort: Effort;
  private readonly loosest: number;
  private readonly pricingIterations: number;
  private objective = Number.POSITIVE_INFINITY;
  private gain = 0;
  private slow = 0;

  constructor(private readonly options: FitOptions) {
    /** Solving more accurately than the search decides is left to the end. */
    this.loosest = Math.max(options.tolerance, options.pricingTolerance / 3);
    this.tolerance = Math.max(this.loosest, firstTolerance);
    this.effort = options.pricingTolerance >= loosePricing ? 'loose' : 'usual';
    this.pricingIterations = Math.ceil(pricingBudget * options.maxIterations);
  }

  /** Solver steps that all solves so far and the next one may take. */
  get limit(): number {
    return this.closing ? this.options.maxIterations : this.pricingIterations;
  }

  /** Whether a solve ended before its tolerance and its limit. */
  stalls({ objective, bound, iteration }: FitStep): boolean {
    const stalled = objective - bound > this.tolerance * Math.abs(objective) && iteration < this.limit;
    if (stalled) this.iterations = iteration;
    return stalled;
  }

  /** Takes note of a solve; true if it was the last one. */
  closesAfter({ objective, iteration }: FitStep): boolean {
    this.iterations = iteration;
    this.gain = (this.objective - objective) / objective;
    this.objective = objective;
    const counts = this.tolerance <= Math.max(this.loosest, accurateSolve);
    this.slow = counts && this.gain < this.options.pricingTolerance ? this.slow + 1 : 0;
    const last = this.closing;
    if (this.slow >= slowRounds || iteration >= this.pricingIterations) this.closing = true;
    return last;
  }

  /** Sets up the next round from what the search found, and what it is worth; true if there is none. */
  endsAt(found: number, worth: number, round: number): boolean {
    const { options, effort } = this;
    if (this.closing || round >= maximumRounds) {
      // What is left of the budget closes the gap over the patterns held.
      this.closing = true;
      this.tolerance = options.tolerance;
      return false;
    }
    if (found > 0) {
      if (effort === 'thorough') this.effort = 'usual';
      const next = this.gain < this.tolerance / 10 ? this.tolerance / 3 : this.tolerance;
      this.tolerance = Math.max(this.loosest, Math.min(next, worthShare * worth));
      return false;
    }
    const over = effort !== 'usual';
    if (over && this.tolerance <= options.tolerance) return true;
    this.closing = over;
    this.tolerance = over ? options.tolerance : Math.min(this.tolerance, this.loosest);
    if (!over) this.effort = 'thorough';
    return false;
  }
}
