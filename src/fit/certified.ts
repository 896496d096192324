import type { Architecture } from '../architectures/architecture.js';
import { type Scope, slice } from '../core/scope.js';
import { type Arrangement, arrangeSteps } from '../patterns/arrangement.js';
import type { Violation } from '../patterns/branch-and-bound.js';
import { boundDualConstraint, closedFormBound } from '../patterns/dual-upper-bound.js';
import { PatternSet } from '../patterns/pattern-set.js';
import { pausingPrice } from '../patterns/pricer.js';
import { gaussianRows, patternsOfGates } from '../patterns/sample.js';
import { isPause, type Pause, type Pausing } from '../pausing.js';
import { liftDual, type TrainingData } from '../program/training-data.js';
import type { PatternChoice } from './choose-patterns.js';
import { type FitOptions, type FitStep, fitPatterns, moveBlocks, type WarmStart } from './column-generation.js';
import { generatePatterns } from './generate.js';
import { affordableExcess, penaltyAlong } from './penalty-along.js';
import { pricer } from './pricing.js';

/** A step of a fit with what is known of its dual variable over ALL patterns. */
export interface CertifiedStep extends FitStep {
  /** Upper bound of |lambda^T phi(Xw)| over all |w| <= 1 and all outputs, proven; infinite where nothing is. */
  readonly constraint: number;
  /** The constraint is close enough to beta for the tolerance. */
  readonly certified: boolean;
  /** Nodes or rounds were used up. */
  readonly exhausted?: boolean;
}

/** Shares of the tolerance: the master problem, what local search may leave, and all of it with the proof's threshold. */
const masterShare = 0.6;
const pricingShare = 0.3;
const totalShare = 1.3;
const maximumRounds = 200;
/** From so many columns on, a proof costs more than a search from so many starts a further column before it. */
const searchedColumns = 6;
const startsPerColumn = 500;
/** A loose proof of a good optimum is cheaper than many of poor ones. */
const loosest = 1e-4;
/** Starts of the local search around a violation, and how far apart. */
const nearbyStarts = 12;
const nearby = 0.05;

/** `auto` tries a proof up to so many columns, with so many products of nodes, samples and columns: at most about the time of a fit. */
const automaticColumns = 10;
const automaticWork = 3e8;
const automaticNodes = 400_000;
/** Fits looser than this are steps of a search for beta, of which nobody wants a proof. */
const automaticTolerance = 1e-4;

/** Branch and bound knows the dual constraint of networks of cells. */
export function pricesExactly(architecture: Architecture): boolean {
  return architecture.patterns === 'cells' && !architecture.unpriced && !architecture.pricer;
}

/** Nodes that a proof may take, or null for none. */
export function proofNodes(
  architecture: Architecture,
  { patternRows: { count: samples, columns } }: TrainingData,
  choice: PatternChoice,
  { tolerance, maxNodes }: FitOptions,
): number | null {
  if (!pricesExactly(architecture)) return null;
  if (choice === 'certified') return maxNodes;
  if (choice !== 'auto' || tolerance > automaticTolerance) return null;
  return columns > automaticColumns ? 0 : Math.min(maxNodes, automaticNodes, Math.floor(automaticWork / (samples * columns)));
}

/**
 * Column generation to the global optimum (math.md 4.5): when local search finds no more violated cells, branch and bound
 * either finds one, or proves that there is none.
 *
 * @param budget - nodes of branch and bound, for every output and round; 0 for closed forms only, at the end.
 */
export function* generateCertified(
  architecture: Architecture,
  data: TrainingData,
  warm: WarmStart | null,
  options: FitOptions,
  budget: number,
  scope: Scope,
): Generator<CertifiedStep | Pause, CertifiedStep> {
  const tight = {
    ...options,
    tolerance: Math.min(masterShare * options.tolerance, loosest),
    pricingTolerance: Math.min(pricingShare * options.tolerance, loosest),
  };
  const inner = budget > 0 ? tight : options;
  const mark = scope.mark();
  try {
    const { rows, count: rowCount, columns } = data.patternRows;
    const arrangement = yield* arrangeSteps(rows, rowCount, columns, scope);
    const closed = (latest: FitStep) => closedForms(architecture, data, arrangement, latest, scope);
    const meanwhile = budget > 0 ? closed : () => Number.POSITIVE_INFINITY;
    let step = yield* withBounds(generatePatterns(architecture, data, warm, inner, scope), meanwhile);
    let expected = 0;
    if (budget === 0) return { ...step, constraint: closed(step), certified: false };
    let searched = columns < searchedColumns;
    for (let round = 0; ; round++) {
      if (step.iteration >= options.maxIterations || round >= maximumRounds)
        return { ...step, constraint: closed(step), certified: false, exhausted: true };
      const set = PatternSet.from(step.patterns);
      const before = set.count;
      const goal = goalOf(architecture, data, step, options.tolerance, scope);
      if (!searched) {
        const starts = gaussianRows(startsPerColumn * (columns - searchedColumns + 1), columns, options.seed, 3000 + round);
        yield* addCells(set, architecture, data, step, starts, goal, scope);
      }
      searched ||= set.count === before;
      if (searched) {
        const proof = yield* prove(architecture, data, arrangement, step, goal, budget, expected, scope);
        const { constraint, certified, violation } = proof;
        if (!violation) return { ...step, constraint, certified, exhausted: !certified };
        expected = proof.nodes;
        yield* addViolation(set, architecture, data, step, violation, options.seed + round, scope);
        // Every cell was there: its constraint holds up to the master's rounding, and so does this violation.
        if (set.count === before) return { ...step, constraint, certified: false };
      }
      const kept = Array.from({ length: before }, (_, i) => i);
      const start = moveBlocks(step.v, before, kept, set.count, columns);
      const rest = { ...inner, maxIterations: options.maxIterations - step.iteration };
      const state = { iterations: step.iteration, round: step.round + 1 };
      step = yield* withBounds(fitPatterns(architecture, data, set.toPatterns(), start, rest, scope, state), meanwhile);
    }
  } finally {
    scope.release(mark);
  }
}

/** Steps with what is known of them over all patterns. */
function* withBounds(
  steps: Generator<FitStep | Pause, FitStep>,
  constraintOf: (step: FitStep) => number,
): Generator<CertifiedStep | Pause, FitStep> {
  for (let next = steps.next(); ; next = steps.next()) {
    if (next.done) return next.value;
    yield isPause(next.value) ? next.value : { ...next.value, constraint: constraintOf(next.value), certified: false };
  }
}

/**
 * What M has to be proven below: scaling lambda by beta/M costs (M/beta - 1) lambda^T f (math.md 11.6), which may use up
 * what the master left of the tolerance. The square of M/beta - 1 is the cost of second order, all there is when f = 0.
 */
function goalOf(architecture: Architecture, data: TrainingData, step: FitStep, tolerance: number, scope: Scope): number {
  const along = penaltyAlong(architecture, data, step, scope);
  const spare = totalShare * tolerance * Math.abs(step.objective) - (step.objective - step.bound);
  return data.beta * (1 + Math.max(pricingShare * tolerance, affordableExcess(spare, along, tolerance)));
}

interface Proof {
  readonly constraint: number;
  readonly certified: boolean;
  readonly violation: Violation | null;
  readonly nodes: number;
}

/** Branch and bound for every output; ends at the first violation. */
function* prove(
  architecture: Architecture,
  { samples, outputs, patternRows }: TrainingData,
  arrangement: Arrangement,
  step: FitStep,
  goal: number,
  budget: number,
  expected: number,
  scope: Scope,
): Generator<CertifiedStep | Pause, Proof> {
  yield 'prove';
  const bounds = Array.from({ length: outputs }, () => Number.POSITIVE_INFINITY);
  let certified = true;
  let nodes = 0;
  for (let c = 0; c < outputs; c++) {
    const own = liftDual(patternRows, step.lambda.slice(c * samples, (c + 1) * samples));
    const steps = boundDualConstraint(arrangement, architecture.slope, own, goal, budget, expected, scope);
    for (let next = steps.next(); ; next = steps.next()) {
      const { value, violation, reached, nodes: spent } = next.value;
      bounds[c] = value;
      const constraint = Math.max(...bounds);
      nodes = Math.max(nodes, spent);
      if (next.done) {
        if (violation) return { constraint, certified: false, violation, nodes };
        certified &&= reached;
        break;
      }
      yield { ...step, constraint, certified: false };
    }
  }
  return { constraint: Math.max(...bounds), certified, violation: null, nodes };
}

function closedForms(
  architecture: Architecture,
  data: TrainingData,
  arrangement: Arrangement,
  step: FitStep,
  scope: Scope,
): number {
  const { samples, outputs, patternRows } = data;
  let most = 0;
  for (let c = 0; c < outputs; c++) {
    const own = liftDual(patternRows, step.lambda.slice(c * samples, (c + 1) * samples));
    for (const sign of [1, -1] as const)
      most = Math.max(most, closedFormBound(arrangement, architecture.slope, own, sign, scope));
  }
  return most;
}

/** Adds the cell of a violation, and those that local search reaches from around it. */
function* addViolation(
  set: PatternSet,
  architecture: Architecture,
  data: TrainingData,
  step: FitStep,
  { direction, value }: Violation,
  seed: number,
  scope: Scope,
): Pausing<void> {
  const { beta } = data;
  const { rows, count, columns } = data.patternRows;
  const starts = gaussianRows(nearbyStarts, columns, seed, 2000);
  for (let at = 0; at < starts.length; at++) starts[at] = direction[at % columns] + (at < columns ? 0 : nearby) * starts[at];
  set.add(patternsOfGates(rows, count, columns, direction, scope).bits);
  yield* addCells(set, architecture, data, step, starts, beta + 0.5 * (value - beta), scope);
}

/** Adds the cells above `cutoff` that local search reaches from the given directions. */
function* addCells(
  set: PatternSet,
  architecture: Architecture,
  data: TrainingData,
  step: FitStep,
  starts: Float64Array,
  cutoff: number,
  scope: Scope,
): Pausing<void> {
  yield 'price';
  const searcher = pricer(architecture, data, scope);
  const mark = scope.mark();
  const lambda = scope.copyIn(step.lambda);
  for (let c = 0; c < data.outputs; c++) {
    const found = yield* pausingPrice(searcher, slice(lambda, c * data.samples, data.samples), starts, cutoff, scope);
    for (const { bits } of found) set.add(bits);
  }
  scope.release(mark);
}
