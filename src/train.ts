import type { Architecture } from './architectures/architecture.js';
import { lowerTo } from './certificate/certificate.js';
import type { Kernels } from './core/kernels.js';
import { openKernels, openKernelsSync } from './core/load.js';
import { Scope } from './core/scope.js';
import type { PatternChoice } from './fit/choose-patterns.js';
import { type FitState, fit, zeroState } from './fit/fit.js';
import { originOf } from './fit/origin.js';
import type { Network } from './network/base.js';
import { hurriedEffort, usualEffort } from './network/reduce.js';
import type { TrainOptions, TrainResult } from './options.js';
import type { Pause, Pausing, Stage } from './pausing.js';
import { type Problem, prepareData } from './program/training-data.js';
import { admm } from './solver/admm.js';
import { fista } from './solver/fista.js';
import { newton } from './solver/newton.js';
import { drive, driveSync } from './solver/run.js';
import { concludeTraining } from './training/conclude.js';
import { stateProblem } from './training/problem.js';
import { ProgressTeller } from './training/progress.js';
import { prove } from './training/prove.js';
import type { MatrixLike, VectorLike } from './types.js';

const solvers = { newton, fista, admm };
/** The solver aims below the tolerance: rebuilding the network and rounding cost a little. */
const solverShare = 0.7;
const pricingShare = 0.5;

/**
 * Trains a network of the given family to the global optimum of its convex program.
 *
 * Minimizes sum over samples of the loss + beta * penalty, exactly as stated: no scaling of data, no averaging.
 * Flow: data -> patterns -> program -> solver -> certificate -> network.
 *
 * @param architecture - `relu()`, `gatedRelu()`, `leakyRelu(slope)`, ...
 * @param X - n x d, finite.
 * @param y - n targets, or n x C for several outputs; -1/+1 for `logistic` and `squaredHinge`, one-hot for `softmax`.
 * @returns The network, its certificate, and how the run ended; not converging is a status, not an exception.
 * @throws {@link ArgumentError} naming the argument, before any work; {@link AbortedError} with the best result so far
 * when the signal fires; {@link MemoryLimitError}; {@link UnsupportedRuntimeError}.
 * @remarks A Newton step costs n d P plus a linear system in min(n, active weights). Pilanci and Ergen (2020).
 */
export async function train<N extends Network>(
  architecture: Architecture<N>,
  X: MatrixLike,
  y: VectorLike | MatrixLike,
  options: TrainOptions,
): Promise<TrainResult<N>> {
  const training = prepare(architecture, X, y, options);
  const run = training.begin(await openKernels());
  return (await drive(run.steps, run.control)).result;
}

/** {@link train} without visits to the event loop: for workers and scripts. */
export function trainSync<N extends Network>(
  architecture: Architecture<N>,
  X: MatrixLike,
  y: VectorLike | MatrixLike,
  options: TrainOptions,
): TrainResult<N> {
  const training = prepare(architecture, X, y, options);
  const run = training.begin(openKernelsSync());
  return driveSync(run.steps, run.control).result;
}

/** Neurons shared by outputs make large programs, which take many cheap steps instead of few dear ones. */
function defaultIterations(architecture: Architecture, { outputs }: Problem): number {
  return architecture.sharesNeurons && outputs > 1 ? 50_000 : 2000;
}

/** What is left to do once the core is open. */
function prepare<N extends Network>(
  architecture: Architecture<N>,
  X: MatrixLike,
  y: VectorLike | MatrixLike,
  options: TrainOptions,
) {
  const problem = stateProblem(architecture, X, y, options);
  return { begin: (kernels: Kernels) => begin(architecture, problem, options, kernels) };
}

function begin<N extends Network>(architecture: Architecture<N>, problem: Problem, options: TrainOptions, kernels: Kernels) {
  const {
    tolerance = 1e-6,
    maxIterations = defaultIterations(architecture, problem),
    maxNodes = 100_000_000,
    seed = 0,
  } = options;
  const { patterns = 'auto', solver = 'newton' } = options;
  const scope = new Scope(kernels, options.memoryLimit);
  const fitOptions = {
    tolerance: solverShare * tolerance,
    pricingTolerance: options.pricingTolerance ?? pricingShare * tolerance,
    maxIterations,
    maxNodes,
    seed,
    solver: solvers[solver],
  };
  // Blocks of other rows are no start: their patterns are not those of these rows.
  const { state: earlier } = options.warmStart ?? {};
  const warm = earlier?.origin?.rows === originOf(architecture, problem).rows ? earlier.parts : null;
  /** Of the stages so far, for families that have several; warm starts are about the first. */
  let stage = architecture;
  let best: TrainResult<N> | null = null;
  const teller = new ProgressTeller(
    options.onProgress,
    { tolerance, maxIterations, held: architecture.searchDirections !== undefined },
    () => zeroObjective(problem, architecture, scope),
  );
  let ending = false;
  function* conclude(state: FitState, limit: 'time-limit' | null): Pausing<TrainResult<N>> {
    const effort = limit === 'time-limit' ? hurriedEffort : usualEffort;
    const result = yield* concludeTraining(stage, problem, state, tolerance, effort, scope);
    const { patternGap, provenGlobal, objective } = result.certificate;
    const done = patterns === 'certified' ? provenGlobal : patternGap <= tolerance;
    const status = done ? 'optimal' : (limit ?? limitOf(state, maxIterations));
    const own: TrainResult<N> = { ...result, status };
    if (!best) return own;
    if (!(objective < best.certificate.objective)) return { ...best, status: done ? best.status : status };
    // A bound over all gates of one stage is none over networks of several.
    const certificate = { ...own.certificate, lowerBound: null, gap: null, relativeGap: null, provenGlobal: false };
    return { ...own, certificate, state: best.state, iterations: best.iterations + own.iterations };
  }
  /** Of a fit that ended by itself: limits are not looked at any more, the end is near. */
  function* concludeWhole(state: FitState): Pausing<TrainResult<N>> {
    ending = true;
    const result = yield* conclude(state, null);
    ending = false;
    return result;
  }
  function* concludeEarly(state: FitState): Pausing<TrainResult<N>> {
    const result = yield* conclude(state, 'time-limit');
    teller.finish(state);
    return result;
  }
  function* steps(): Generator<FitState | Pause, TrainResult<N>> {
    const state = yield* fit(architecture, problem, patterns, warm, fitOptions, scope);
    let result = yield* concludeWhole(state);
    for (let next = stage.next?.(result.network, problem); next; next = stage.next?.(result.network, problem)) {
      best = result;
      stage = next;
      result = yield* concludeWhole(
        yield* fit(stage, problem, laterPatterns(patterns, problem.X.columns), null, fitOptions, scope),
      );
      if (result.network === best.network) break;
    }
    if (options.proof && result.certificate.provenGlobal) result = yield* withProof(result, state);
    teller.finish(state);
    return result;
  }
  function* withProof(result: TrainResult<N>, state: FitState): Generator<FitState | Pause, TrainResult<N>> {
    yield 'prove';
    const proving = prove(architecture, problem, state, result.network, tolerance, scope);
    let next = proving.next();
    for (; !next.done; next = proving.next()) yield;
    const proof = next.value;
    if (!proof) return result;
    // The model says what the proof proves, to the last digit.
    return { ...result, proof, certificate: lowerTo(result.certificate, proof.claim.lowerBound, tolerance) };
  }
  const control = {
    conclude: concludeEarly,
    concludeEmpty: () => concludeEarly(zeroState(architecture, problem, seed, scope)),
    isEnding: () => ending,
    enter: (entered: Stage) => teller.enter(entered),
    wait: () => teller.wait(),
    report(state: FitState): undefined {
      teller.report(state);
    },
    timeLimit: options.timeLimit,
    signal: options.signal,
  };
  return { steps: steps(), control };
}

/** What ended a fit that took all the time it wanted. */
function limitOf({ parts }: FitState, maxIterations: number): 'iteration-limit' | 'stalled' {
  return parts.some(({ iterations, exhausted }) => exhausted || iterations >= maxIterations) ? 'iteration-limit' : 'stalled';
}

/** Later stages have other columns: given gates say how many to sample. */
function laterPatterns(patterns: PatternChoice, columns: number): PatternChoice {
  if (typeof patterns !== 'object' || 'sample' in patterns) return patterns;
  return { sample: 'bits' in patterns ? patterns.count : Math.max(1, Math.floor(patterns.gates.length / columns)) };
}

function zeroObjective(problem: Problem, { degree }: Architecture, scope: Scope): number {
  return scope.child(() => {
    const { loss, samples, outputs, objectiveScale } = prepareData(problem, degree, scope);
    return loss.value(scope.zeros(samples * outputs)) * objectiveScale;
  });
}
