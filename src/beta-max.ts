import type { Architecture } from './architectures/architecture.js';
import type { Kernels } from './core/kernels.js';
import { openKernels, openKernelsSync } from './core/load.js';
import { Scope, slice, type Vector } from './core/scope.js';
import { checkOptionObject } from './data/option-names.js';
import { pricesExactly } from './fit/certified.js';
import { choosePatterns, patternSource } from './fit/choose-patterns.js';
import { largestValue } from './fit/direction-generation.js';
import { pricer } from './fit/pricing.js';
import { stateData } from './fit/state.js';
import type { TrainOptions } from './options.js';
import { arrangeSteps } from './patterns/arrangement.js';
import type { ConeMaximum } from './patterns/dual-maximum.js';
import { provenMaximum } from './patterns/exact-maximum.js';
import { pausingBound } from './patterns/pattern-source.js';
import { searchDirections, searchDirectionsSteps } from './patterns/price.js';
import { pausingPrice } from './patterns/pricer.js';
import { gaussianRows } from './patterns/sample.js';
import type { Pause } from './pausing.js';
import { pausingDualNorm } from './program/program.js';
import { liftDual, type Problem, type TrainingData } from './program/training-data.js';
import { type Control, drive, driveSync } from './solver/run.js';
import { stateProblem } from './training/problem.js';
import type { MatrixLike, VectorLike } from './types.js';

/** Random starts of the local search where patterns are too many to list, and of an estimate. */
const starts = 1000;
const fewStarts = 50;
const batch = 50;
/** Exact up to so many patterns: one product and few projections for each. */
const exactLimit = 20_000;

/**
 * Smallest `beta` for which the zero network is optimal: the value of the dual constraint at lambda_0 = -grad L(0),
 * for ReLU networks M(lambda_0) (math.md 10).
 *
 * @param architecture - `relu()`, `gatedRelu()`, ...
 * @param X - n x d, finite.
 * @param y - targets as in {@link train}.
 * @param options - as in {@link train}, without `beta`; `patterns` restricts the maximum to those given.
 * @returns `beta`, and whether it is exact for the patterns chosen. `auto` lists all patterns when there are at most 20 000;
 * beyond, it takes the best of 1000 local searches, which for networks of cells branch and bound then proves to a billionth
 * (always up to 4 or 5 columns, to 6 mostly). `exact: false` is a lower estimate.
 * @throws {@link ArgumentError} naming the argument, before any work; {@link MemoryLimitError}.
 */
export async function betaMax(
  architecture: Architecture,
  X: MatrixLike,
  y: VectorLike | MatrixLike,
  options: Omit<TrainOptions, 'beta'> = {},
): Promise<{ beta: number; exact: boolean }> {
  const problem = stateFor(architecture, X, y, options);
  return (await drive(findBetaMax(architecture, problem, options, await openKernels()), controlOf(options))).result;
}

/** {@link betaMax} without a visit to the event loop. */
export function betaMaxSync(
  architecture: Architecture,
  X: MatrixLike,
  y: VectorLike | MatrixLike,
  options: Omit<TrainOptions, 'beta'> = {},
): { beta: number; exact: boolean } {
  const problem = stateFor(architecture, X, y, options);
  return driveSync(findBetaMax(architecture, problem, options, openKernelsSync()), controlOf(options)).result;
}

/** A lower estimate from few local searches, where a grid of values has to begin somewhere. */
export async function estimateBetaMax(
  ...[architecture, X, y, options = {}]: Parameters<typeof betaMax>
): Promise<{ beta: number }> {
  const problem = stateFor(architecture, X, y, options);
  return (await drive(findBetaMax(architecture, problem, options, await openKernels(), fewStarts), controlOf(options))).result;
}

export function estimateBetaMaxSync(...[architecture, X, y, options = {}]: Parameters<typeof betaMaxSync>): { beta: number } {
  const problem = stateFor(architecture, X, y, options);
  return driveSync(findBetaMax(architecture, problem, options, openKernelsSync(), fewStarts), controlOf(options)).result;
}

/** What is known at a pause: the best so far, a lower estimate. */
interface Found {
  readonly beta: number;
  readonly exact: boolean;
}

/** The search of one output. */
interface OutputSearch {
  readonly multipliers: Float64Array;
  climb(from: Float64Array): ConeMaximum | null;
  readonly found: ConeMaximum | null;
}

/** The best so far is the answer when time is up. */
function controlOf({ timeLimit, signal }: Omit<TrainOptions, 'beta'>): Control<Found, Found> {
  return { conclude: (latest) => latest, concludeEmpty: () => ({ beta: 0, exact: false }), timeLimit, signal };
}

/** With any `beta`: the question is which. */
function stateFor(...[architecture, X, y, options]: Required<Parameters<typeof betaMax>>): Problem {
  checkOptionObject(options);
  return stateProblem(architecture, X, y, { ...options, beta: 1 });
}

/** @param count - random starts; fewer than all of them ask for an estimate, without a proof. */
function* findBetaMax(
  architecture: Architecture,
  problem: Problem,
  options: Omit<TrainOptions, 'beta'>,
  kernels: Kernels,
  count = starts,
): Generator<Found | Pause, Found> {
  yield 'patterns';
  const { patterns = 'auto', seed = 0 } = options;
  const scope = new Scope(kernels, options.memoryLimit);
  const { data } = stateData(
    architecture,
    problem,
    Array.from({ length: problem.outputs }, (_, c) => c),
    scope,
  );
  const zero = scope.zeros(data.samples * data.outputs);
  const lambda = scope.vector(zero.length);
  data.loss.negativeGradient(zero, lambda);
  const search = architecture.searchDirections?.(data, scope);
  if (search) return { beta: largestValue(search, lambda) / data.beta, exact: true };
  const few =
    architecture.patterns !== 'none' && (yield* pausingBound(patternSource(architecture, data, scope), exactLimit)) <= exactLimit;
  const chosen = yield* choosePatterns(architecture, data, patterns === 'auto' && few ? 'all' : patterns, seed, scope);
  if (!chosen) {
    const found = yield* searchLargest(architecture, data, lambda, count, seed, scope);
    return { beta: found.beta / data.beta, exact: found.exact };
  }
  const { features, regularizer } = architecture.program(data, chosen.patterns, scope);
  const g = scope.vector(features.offsets[features.offsets.length - 1]);
  features.applyTranspose(lambda, g);
  // A list of all patterns that may lack some gives a lower estimate.
  const exact = chosen.coverage === 'all' || (patterns !== 'all' && patterns !== 'auto');
  return { beta: (yield* pausingDualNorm(regularizer, g)) / data.beta, exact };
}

function* searchLargest(
  architecture: Architecture,
  data: TrainingData,
  lambda: Vector,
  count: number,
  seed: number,
  scope: Scope,
): Generator<Found | Pause, Found> {
  const { samples, outputs } = data;
  if (pricesExactly(architecture) && count === starts) return yield* searchCells(architecture, data, lambda, seed, scope);
  yield 'price';
  const searcher = pricer(architecture, data, scope);
  const { jointly, directionLength } = searcher;
  const directions = gaussianRows(count, directionLength, seed, 0);
  let most = 0;
  // In batches, because starts that end far below the best so far are given up early.
  for (let from = 0; from < directions.length; from += batch * directionLength) {
    const some = directions.subarray(from, from + batch * directionLength);
    for (let c = 0; c < outputs; c += jointly) {
      const [best] = yield* pausingPrice(searcher, slice(lambda, c * samples, jointly * samples), some, most, scope);
      most = Math.max(most, best?.value ?? 0);
    }
    yield { beta: most / data.beta, exact: false };
  }
  return { beta: most, exact: false };
}

/** The largest of all outputs: local search in each, then branch and bound for what may be above. */
function* searchCells(
  { slope }: Architecture,
  { samples, outputs, patternRows, beta }: TrainingData,
  lambda: Vector,
  seed: number,
  scope: Scope,
): Generator<Found | Pause, Found> {
  yield 'price';
  const { rows, inverseNorms, count, columns } = patternRows;
  const pricing = { X: rows, inverseNorms, samples: count, columns, slope };
  const directions = gaussianRows(starts, columns, seed, 0);
  const parts: OutputSearch[] = [];
  for (let c = 0; c < outputs; c++) {
    const multipliers = liftDual(patternRows, scope.copyOut(slice(lambda, c * samples, samples)));
    const signed = scope.copyIn(multipliers);
    const climb = (from: Float64Array) => searchDirections(pricing, signed, from, 0, scope)[0] ?? null;
    const found = (yield* searchDirectionsSteps(pricing, signed, directions, 0, scope))[0] ?? null;
    parts.push({ multipliers, climb, found });
  }
  const arrangement = yield* arrangeSteps(rows, count, columns, scope);
  let best: ConeMaximum = { value: 0, sign: 1, direction: new Float64Array(columns) };
  for (const { found } of parts) if (found && found.value > best.value) best = found;
  let exact = true;
  yield { beta: best.value / beta, exact: false };
  yield 'prove';
  for (const { multipliers, climb } of parts) {
    const proven = yield* provenMaximum(arrangement, slope, multipliers, best, climb, scope);
    best = proven;
    exact &&= proven.exact;
  }
  return { beta: best.value, exact };
}
