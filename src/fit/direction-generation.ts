import type { Architecture, DirectionSearch } from '../architectures/architecture.js';
import type { Scope, Vector } from '../core/scope.js';
import { type Patterns, patternStride } from '../patterns/patterns.js';
import type { Pause } from '../pausing.js';
import type { TrainingData } from '../program/training-data.js';
import { type FitOptions, type FitStep, fitPatterns, type WarmStart } from './column-generation.js';
import { penaltyAlong } from './penalty-along.js';

/** Directions nearer than this count as one. */
const sameDirection = 1e-9;
/** A direction is dropped after so many rounds without weight. */
const idleRounds = 3;
const maximumRounds = 200;
/** New directions of one round are at least so far apart: the best of every hump of the dual constraint, not its slopes. */
const apart = 0.1;

/**
 * Column generation over directions w of units, with an exact search (vector-relu): solve for the output weights of the
 * directions held, add the maximizer of every cell that violates the dual constraint, until none does.
 *
 * @returns Blocks, one for every direction; the directions are the gates of `patterns`.
 */
export function* generateDirections(
  architecture: Architecture,
  search: DirectionSearch,
  data: TrainingData,
  warm: WarmStart | null,
  options: FitOptions,
  scope: Scope,
): Generator<FitStep | Pause, FitStep> {
  const { columns, outputs, beta } = data;
  // The gap has two halves: what the solve leaves, and what the violations left are worth.
  const target = options.tolerance / 2;
  let held = warm ? rowsOf(warm.patterns.gates, columns) : firstDirections(search, data, scope);
  let start = warm ? warm.v : null;
  let idle: number[] = held.map(() => 0);
  let tolerance = Math.max(target, 1e-2);
  let iterations = 0;
  for (let round = 0; ; round++) {
    const patterns = patternsOfDirections(held, data, scope);
    const roundOptions = { ...options, tolerance, maxIterations: options.maxIterations - iterations };
    const step: FitStep = yield* fitPatterns(architecture, data, patterns, start, roundOptions, scope, { iterations, round });
    iterations = step.iteration;
    if (iterations >= options.maxIterations || round >= maximumRounds) return step;

    const along = penaltyAlong(architecture, data, step, scope);
    const share = along > 0 ? (target * step.objective) / (2 * along) : target;
    yield 'price';
    const maxima = scope.child(() => search.maximize(scope.copyIn(step.lambda)));
    const known = held;
    const found = maxima.filter(({ value }) => value > beta * (1 + share)).sort((one, other) => other.value - one.value);
    const added: Float64Array[] = [];
    for (const { direction } of found) {
      if (!isAmong(direction, known, sameDirection) && !isAmong(direction, added, apart)) added.push(direction);
    }
    if (added.length === 0) {
      if (tolerance <= target) return step;
      tolerance = target;
    } else {
      const worth = ((found[0].value / beta - 1) * along) / step.objective;
      tolerance = Math.max(target, Math.min(tolerance, worth / 3));
    }
    const weighs = (i: number) => step.v.subarray(i * outputs, (i + 1) * outputs).some((entry) => entry !== 0);
    const ages = idle.map((rounds, i) => (weighs(i) ? 0 : rounds + 1));
    const kept = ages.flatMap((age, i) => (age < idleRounds ? [i] : []));
    held = [...kept.map((i) => known[i]), ...added];
    idle = [...kept.map((i) => ages[i]), ...added.map(() => 0)];
    start = new Float64Array(held.length * outputs);
    for (const [to, from] of kept.entries()) start.set(step.v.subarray(from * outputs, (from + 1) * outputs), to * outputs);
  }
}

/** M(lambda) over all directions. */
export function largestValue(search: DirectionSearch, lambda: Vector): number {
  return search.maximize(lambda).reduce((most, { value }) => Math.max(most, value), 0);
}

function isAmong(direction: Float64Array, others: readonly Float64Array[], distance: number): boolean {
  return others.some((other) => other.every((entry, j) => Math.abs(entry - direction[j]) <= distance));
}

/** Maximizers at the dual point of the zero network. */
function firstDirections(search: DirectionSearch, { loss, samples, outputs }: TrainingData, scope: Scope): Float64Array[] {
  return scope.child(() => {
    const zero = scope.zeros(samples * outputs);
    const lambda = scope.vector(zero.length);
    loss.negativeGradient(zero, lambda);
    const first: Float64Array[] = [];
    for (const { direction } of search.maximize(lambda).sort((one, other) => other.value - one.value)) {
      if (!isAmong(direction, first, apart)) first.push(direction);
    }
    return first;
  });
}

function rowsOf(gates: Float64Array | null, columns: number): Float64Array[] {
  return gates ? Array.from({ length: gates.length / columns }, (_, i) => gates.slice(i * columns, (i + 1) * columns)) : [];
}

function patternsOfDirections(held: readonly Float64Array[], { X, samples, columns }: TrainingData, scope: Scope): Patterns {
  const stride = patternStride(samples);
  const count = held.length;
  const gates = Float64Array.from(held.flatMap((direction) => Array.from(direction)));
  const bits = scope.child(() => {
    const address = scope.bytes(count * stride);
    scope.raw(address, count * stride).fill(0);
    const rows = scope.copyIn(gates);
    const work = scope.bytes(scope.kernels.signPatternsWorkspace(samples, columns));
    scope.kernels.signPatterns(X.address, rows.address, address, stride, samples, count, columns, work);
    return scope.raw(address, count * stride).slice();
  });
  return { samples, count, stride, bits, gates };
}
