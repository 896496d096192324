import type { Architecture } from '../architectures/architecture.js';
import { type Scope, slice, type Vector } from '../core/scope.js';
import { ArgumentError } from '../errors.js';
import { PatternSet } from '../patterns/pattern-set.js';
import { arrangementSource, pausingAll, pausingSample } from '../patterns/pattern-source.js';
import type { Patterns } from '../patterns/patterns.js';
import { type Column, pausingPrice } from '../patterns/pricer.js';
import { directions } from '../patterns/sample.js';
import { isPause, type Pause, type Pausing } from '../pausing.js';
import type { Iterate, Solver } from '../program/program.js';
import type { TrainingData } from '../program/training-data.js';
import { patternSource } from './choose-patterns.js';
import { blocksAreNeurons, firstNetwork } from './first-network.js';
import { affordableExcess, penaltyAlong } from './penalty-along.js';
import { pricer } from './pricing.js';
import { searchSpace, searchSpaceSteps } from './search-space.js';
import { suitableSolver } from './suitable-solver.js';

/** State of a fit after any solver step: feasible blocks over the patterns held, in the units of the arena. */
export interface FitStep {
  readonly patterns: Patterns;
  readonly v: Float64Array;
  /** Dual variable, feasible for the patterns held: outputs x samples. */
  readonly lambda: Float64Array;
  readonly objective: number;
  /** Of the program over the patterns held. */
  readonly bound: number;
  readonly iteration: number;
  readonly round: number;
}

export interface FitOptions {
  /** Relative duality gap over the patterns held. */
  readonly tolerance: number;
  /** Column generation ends when no violation that is found is worth more than this share of the objective. */
  readonly pricingTolerance: number;
  readonly maxIterations: number;
  /** Nodes of branch and bound in one proof. */
  readonly maxNodes: number;
  readonly seed: number;
  readonly solver: Solver;
  /** The problem is one of several outputs that are solved apart. */
  readonly several?: boolean;
}

/** Blocks and patterns to continue from, and the dual variable found with them, in the units of the arena. */
export interface WarmStart {
  readonly patterns: Patterns;
  readonly v: Float64Array;
  readonly lambda: Float64Array;
}

/** Random starts of the local search in a round, in one of a search for beta, and in the last, thorough one. */
const usualStarts = 100;
const looseStarts = 24;
const thoroughStarts = 200;
/** Of both searches of a warm start that is priced loosely: along a path the searches of all steps add up. */
const warmStarts = 96;
/** From here on pricing is loose enough for that. */
const warmPricing = 1e-4;
/** Fits to be priced more loosely than this are steps of a search for beta: for them the usual search is thorough. */
const loosePricing = 1e-2;
/** Maxima kept as starts of the next search: at least this share of beta, at most so many. */
const poolShare = 0.8;
const poolSize = 60;
/** Most columns added in a round, for every output. */
const columnsPerRound = 60;
/** Cosine above which two new columns count as one. */
const sameDirection = 0.95;
/** A column is dropped after so many rounds without weight. */
const idleRounds = 4;
const maximumRounds = 200;
/** Column generation also ends when so many rounds together gain less than the pricing tolerance. */
const slowRounds = 4;
/** Gates of so few patterns, of so few rows, are all looked at in the last search. */
const fewPatterns = 2000;
const fewRows = 500;
/** Share of the solver steps after which no more columns are added. */
const pricingBudget = 0.6;

/** Solves the program of fixed patterns; `dual` belongs to the start. */
export function* fitPatterns(
  architecture: Architecture,
  data: TrainingData,
  patterns: Patterns,
  start: Float64Array | null,
  options: FitOptions,
  scope: Scope,
  before: { iterations: number; round: number } = { iterations: 0, round: 0 },
  dual: Float64Array | null = null,
): Generator<FitStep | Pause, FitStep> {
  const mark = scope.mark();
  try {
    yield 'solve';
    const program = architecture.program(data, patterns, scope);
    const length = program.features.offsets[program.features.offsets.length - 1];
    if (start && start.length !== length)
      throw new ArgumentError('options.warmStart', `of ${start.length} weights`, `a result of this family: ${length} weights`);
    const first = start ? scope.copyIn(start) : null;
    const solverOptions = dual ? { ...options, dual: scope.copyIn(dual) } : options;
    const steps = suitableSolver(options.solver, program).solve(program, first, solverOptions, scope);
    const stepOf = ({ v, lambda, objective, bound, iteration }: Iterate): FitStep => ({
      patterns,
      v: scope.copyOut(v),
      lambda: scope.copyOut(lambda),
      objective,
      bound,
      iteration: before.iterations + iteration,
      round: before.round,
    });
    for (let next = steps.next(); ; next = steps.next()) {
      if (next.done) return stepOf(next.value);
      yield isPause(next.value) ? next.value : stepOf(next.value);
    }
  } finally {
    scope.release(mark);
  }
}

/**
 * Column generation (math.md 4.5): solve over the patterns held, search for directions that violate the dual constraint,
 * add their cells, drop idle ones, until a thorough search finds none. The tolerance of each solve follows the largest
 * violation: early optima need not be exact.
 */
export function* generateColumns(
  architecture: Architecture,
  data: TrainingData,
  warm: WarmStart | null,
  options: FitOptions,
  scope: Scope,
): Generator<FitStep | Pause, FitStep> {
  const { samples, outputs, beta } = data;
  yield 'price';
  if (!architecture.pricer) yield* searchSpaceSteps(data, scope);
  const searcher = pricer(architecture, data, scope);
  const { startsOf, jointly, directionLength: columns } = searcher;
  const space = columns === data.patternRows.columns ? searchSpace(data, scope) : null;
  const drawn = (count: number, stream: number) => directions(space, count, columns, options.seed, stream);
  /** Numbers a block has: a pattern's weights for one output, or for all of them. */
  const width = architecture.blockLength?.(data) ?? columns * jointly;
  const searchesFirst = !warm && blocksAreNeurons(architecture, data);
  const first = searchesFirst ? yield* firstNetwork(architecture, data, options.seed, scope) : null;
  let set = PatternSet.from(
    (warm ?? first)?.patterns ??
      (yield* pausingSample(patternSource(architecture, data, scope), Math.min(20, 2 * samples), options.seed)),
  );
  let start = first?.v ?? null;
  /** Cells worth at least `wanted` that are not held, for every output, and what the search of `starts` has seen. */
  function* search(lambda: Vector, c: number, starts: Float64Array, cutoff: number, wanted: number) {
    const seen = yield* pausingPrice(searcher, slice(lambda, c * samples, jointly * samples), starts, cutoff, scope);
    const fresh = seen.filter(({ value, bits }) => value >= wanted && !set.has(bits));
    return { seen, found: diverse(fresh, columns).slice(0, columnsPerRound) };
  }
  if (warm) {
    const before = set.count;
    // At the lambda of a larger beta, whatever is above the new one is likely to enter: the strong rule of Lasso paths.
    if (warm.lambda.length === samples * outputs) {
      const mark = scope.mark();
      const lambda = scope.copyIn(warm.lambda);
      const starts = concatenate([startsOf(warm.v, warm.patterns), drawn(warmStarts, 999)]);
      for (let c = 0; c < outputs; c += jointly) {
        const { found } = yield* search(lambda, c, starts, beta, beta);
        for (const { bits, gate } of found) set.add(bits, gate);
      }
      scope.release(mark);
    }
    start = moveBlocks(
      warm.v,
      before,
      Int32Array.from({ length: before }, (_, i) => i),
      set.count,
      width,
    );
  }
  let idle = new Int32Array(set.count);
  let iterations = 0;
  /** Solving more accurately than the search decides is left to the end. */
  const loosest = Math.max(options.tolerance, options.pricingTolerance / 3);
  let tolerance = Math.max(loosest, 1e-2);
  const loose = options.pricingTolerance >= loosePricing;
  let thorough = loose;
  const pricingIterations = Math.ceil(pricingBudget * options.maxIterations);
  const objectives: number[] = [];
  let closing = false;
  const pools = new Map<number, Float64Array>();
  let listed: Float64Array | null | undefined;
  for (let round = 0; ; round++) {
    const patterns = set.toPatterns();
    const last = closing ? options.maxIterations : pricingIterations;
    const roundOptions = { ...options, tolerance, maxIterations: last - iterations };
    const step: FitStep = yield* fitPatterns(architecture, data, patterns, start, roundOptions, scope, { iterations, round });
    iterations = step.iteration;
    if (closing) return step;
    objectives.push(step.objective);
    const before = objectives[objectives.length - 1 - slowRounds];
    const slow = before !== undefined && before - step.objective < options.pricingTolerance * step.objective;
    if (slow || iterations >= pricingIterations || round >= maximumRounds) {
      // What is left of the budget closes the gap over the patterns held.
      closing = true;
      tolerance = options.tolerance;
      start = step.v;
      continue;
    }

    // Scaled to be feasible, so that only true violations show; lambda^T f is what a violation is worth (math.md 11.6).
    const along = penaltyAlong(architecture, data, step, scope);
    const wanted = beta * (1 + affordableExcess(options.pricingTolerance * step.objective, along, options.pricingTolerance));
    const most = warm && options.pricingTolerance >= warmPricing ? warmStarts : thoroughStarts;
    const count = loose ? looseStarts : thorough ? most : usualStarts;
    yield 'price';
    if (thorough && !loose && listed === undefined) listed = yield* fewGates(architecture, data, scope);
    const random = (thorough && listed) || drawn(count, 1000 + round);
    const found: Column[] = [];
    const mark = scope.mark();
    const lambda = scope.copyIn(step.lambda);
    for (let c = 0; c < outputs; c += jointly) {
      const starts = concatenate([startsOf(step.v, patterns), pools.get(c) ?? new Float64Array(0), random]);
      const { seen, found: own } = yield* search(lambda, c, starts, poolShare * beta, wanted);
      found.push(...own);
      pools.set(c, concatenate(seen.slice(0, poolSize).map(({ direction }) => direction)));
    }
    scope.release(mark);
    const worst = found.reduce((most, { value }) => Math.max(most, value / beta - 1), 0);
    const worth = (worst * along) / step.objective;
    if (found.length === 0) {
      if (thorough && tolerance <= options.tolerance) return step;
      closing = thorough;
      tolerance = thorough ? options.tolerance : Math.min(tolerance, loosest);
      thorough = true;
    } else {
      thorough = loose;
      tolerance = Math.max(loosest, Math.min(tolerance, worth / 3));
    }
    const weights = patternWeights(step.v, patterns.count, width);
    const age = idle.map((rounds, i) => (weights[i] > 0 ? 0 : rounds + 1));
    const next = set.filter((i) => age[i] < idleRounds);
    const kept = Int32Array.from(Array.from({ length: set.count }, (_, i) => i).filter((i) => age[i] < idleRounds));
    for (const { bits, gate } of found) next.add(bits, gate);
    start = moveBlocks(step.v, patterns.count, kept, next.count, width);
    const ages = new Int32Array(next.count);
    kept.forEach((from, to) => {
      ages[to] = age[from];
    });
    idle = ages;
    set = next;
  }
}

/** A gate of every pattern where they are few, else null: the narrow cells are those that random gates miss. */
function* fewGates(architecture: Architecture, data: TrainingData, scope: Scope): Pausing<Float64Array | null> {
  if (architecture.patterns !== 'gates' || data.patternRows.count > fewRows) return null;
  // Directions are those of the rows that the program is stated on.
  const source = architecture.restate ? arrangementSource(data.patternRows, scope) : patternSource(architecture, data, scope);
  return source.bound(fewPatterns) <= fewPatterns ? (yield* pausingAll(source)).gates : null;
}

/**
 * The best column of every bundle of nearly parallel directions: neighbouring cells serve the same neuron, and many of
 * them would only make the program larger.
 */
function diverse(found: readonly Column[], columns: number): Column[] {
  const chosen: Column[] = [];
  for (const column of found) {
    const parallel = chosen.some(({ direction }) => {
      let cosine = 0;
      for (let j = 0; j < columns; j++) cosine += direction[j] * column.direction[j];
      return cosine > sameDirection;
    });
    if (!parallel) chosen.push(column);
  }
  return chosen;
}

function concatenate(parts: readonly Float64Array[]): Float64Array {
  const joined = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Sum of |entries| over all blocks of a pattern; blocks are groups of `count` patterns. */
function patternWeights(v: Float64Array, count: number, columns: number): Float64Array {
  const weights = new Float64Array(count);
  for (let k = 0; k < v.length; k++) weights[Math.floor(k / columns) % count] += Math.abs(v[k]);
  return weights;
}

/** Blocks of the patterns `kept`, in a layout of `count` patterns; the others are zero. */
export function moveBlocks(
  v: Float64Array,
  before: number,
  kept: ArrayLike<number>,
  count: number,
  columns: number,
): Float64Array {
  const groups = v.length / (before * columns);
  const moved = new Float64Array(groups * count * columns);
  for (let group = 0; group < groups; group++) {
    for (let to = 0; to < kept.length; to++) {
      const from = (group * before + kept[to]) * columns;
      moved.set(v.subarray(from, from + columns), (group * count + to) * columns);
    }
  }
  return moved;
}
