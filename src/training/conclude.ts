import type { Architecture } from '../architectures/architecture.js';
import { type Certificate, certify, type PatternCoverage } from '../certificate/certificate.js';
import { dualBound, dualBoundSteps } from '../certificate/dual-bound.js';
import type { Scope, Vector } from '../core/scope.js';
import { InternalError } from '../errors.js';
import { basicBlocks } from '../fit/basic-blocks.js';
import { largestValue } from '../fit/direction-generation.js';
import type { FitPart, FitState } from '../fit/fit.js';
import { originOf } from '../fit/origin.js';
import { restrict, stateData } from '../fit/state.js';
import type { Network } from '../network/base.js';
import type { TrainResult } from '../options.js';
import type { Pausing } from '../pausing.js';
import { type Problem, prepareData } from '../program/training-data.js';
import type { Matrix } from '../types.js';

/**
 * From the blocks of a fit to the network, reduced to a basic solution, and its certificate.
 *
 * @param effort - multiplications that a reduction may take; where it needs more, neurons stay.
 */
export function* concludeTraining<N extends Network>(
  architecture: Architecture<N>,
  problem: Problem,
  state: FitState,
  tolerance: number,
  effort: number,
  scope: Scope,
): Pausing<Omit<TrainResult<N>, 'status'>> {
  yield 'conclude';
  const networks: N[] = [];
  for (const part of state.parts) {
    const v = architecture.simplify ? part.v : yield* basicBlocks(architecture, problem, part, effort, scope);
    const shape = {
      columns: problem.X.columns,
      outputs: part.outputs.length,
      bias: problem.bias,
      problem: restrict(problem, part.outputs),
    };
    networks.push(architecture.network(v, part.patterns, shape, scope));
    yield;
  }
  const full = networks.length === 1 ? networks[0] : join(architecture, networks);
  const data = prepareData(problem, architecture.degree, scope);
  const objectiveOf = (network: N) => trainingObjective(network, problem, data, scope);
  let network = full;
  yield;
  let objective = objectiveOf(full);
  if (architecture.simplify) {
    const basic = yield* architecture.simplify(full, inputsOf(problem), effort);
    yield;
    const basicObjective = objectiveOf(basic);
    // A basic solution is the same function; rounding may cost it a last digit, never more.
    if (basicObjective <= objective * (1 + 1e-9)) {
      network = basic;
      objective = basicObjective;
    }
  }
  yield;
  const certificate = yield* certifyNetwork(architecture, problem, state, network, objective, tolerance, scope);
  return {
    network,
    certificate,
    proof: null,
    beta: problem.beta,
    iterations: state.parts.reduce((sum, part) => sum + part.iterations, 0),
    patternCount: state.parts.reduce((sum, part) => sum + part.patterns.count, 0),
    state: { ...state, origin: originOf(architecture, problem) },
  };
}

/** X without its bias column. */
export function inputsOf({ X, bias }: Problem): Matrix {
  if (!bias) return X;
  const columns = X.columns - 1;
  const data = new Float64Array(X.rows * columns);
  for (let k = 0; k < X.rows; k++) data.set(X.data.subarray(k * X.columns, k * X.columns + columns), k * columns);
  return { data, rows: X.rows, columns };
}

/** The non-convex objective of a network, from its own forward pass. */
export function trainingObjective(
  network: Network,
  problem: Problem,
  data: ReturnType<typeof prepareData>,
  scope: Scope,
): number {
  const fitted = fitOf(network, problem, data.fitScale);
  return scope.child(() => data.loss.value(scope.copyIn(fitted)) * data.objectiveScale) + problem.beta * network.weightPenalty();
}

/** Scores on the training rows, outputs x samples, in the units of the arena. */
function fitOf(network: Network, problem: Problem, fitScale: number): Float64Array {
  const scores = network.forward(inputsOf(problem));
  const { outputs } = network;
  const rows = problem.X.rows;
  const fitted = new Float64Array(scores.length);
  for (let k = 0; k < rows; k++) for (let c = 0; c < outputs; c++) fitted[c * rows + k] = scores[k * outputs + c] / fitScale;
  return fitted;
}

/** One bound for every part, from the better of the network's own residual and the solver's dual point; then their sum. */
function* certifyNetwork(
  architecture: Architecture,
  problem: Problem,
  state: FitState,
  network: Network,
  objective: number,
  tolerance: number,
  scope: Scope,
): Pausing<Certificate> {
  let bound = 0;
  let boundOverAll: number | null = 0;
  const scores = fitOf(network, problem, 1);
  yield;
  for (const part of state.parts) {
    const mark = scope.mark();
    const { held, proven } = yield* boundPart(architecture, problem, part, scores, scope);
    scope.release(mark);
    bound += held;
    boundOverAll = boundOverAll === null || proven === null ? null : boundOverAll + proven;
  }
  const coverages: PatternCoverage[] = ['sampled', 'priced', 'certified', 'all'];
  const weakest = Math.min(...state.parts.map((part) => coverages.indexOf(part.coverage)));
  return certify(objective, bound, coverages[weakest], tolerance, boundOverAll);
}

/** Bounds of one part in the caller's units: over the patterns held, and over all of them where that is known. */
function* boundPart(
  architecture: Architecture,
  problem: Problem,
  part: FitPart,
  scores: Float64Array,
  scope: Scope,
): Pausing<{ held: number; proven: number | null }> {
  const rows = problem.X.rows;
  const { data, shift } = stateData(architecture, problem, part.outputs, scope);
  const program = architecture.program(data, part.patterns, scope);
  const own = new Float64Array(part.outputs.length * rows);
  part.outputs.forEach((c, i) => {
    own.set(
      scores.subarray(c * rows, (c + 1) * rows).map((score) => score / data.fitScale - shift / data.fitScale),
      i * rows,
    );
  });
  const search = architecture.searchDirections?.(data, scope);
  const dualNorm = search && ((lambda: Vector) => largestValue(search, lambda));
  const residual = scope.vector(own.length);
  data.loss.negativeGradient(scope.copyIn(own), residual);
  const norms = program.features.rowNorms ?? scope.copyOut(data.inverseNorms).map((inverse) => (inverse > 0 ? 1 / inverse : 0));
  const candidates: number[] = [];
  for (const lambda of [residual, scope.copyIn(part.lambda)])
    candidates.push(yield* dualBoundSteps(program, lambda, norms, scope, dualNorm));
  const held = Math.max(...candidates.filter((value) => !Number.isNaN(value))) * data.objectiveScale;
  if (part.constraint === Number.POSITIVE_INFINITY) return { held, proven: null };
  const proven = dualBound(program, scope.copyIn(part.lambda), norms, scope, () => part.constraint);
  // Where nothing is known of lambda, 0 is a bound of every loss.
  return { held, proven: proven > 0 ? proven * data.objectiveScale : 0 };
}

function join<N extends Network>(architecture: Architecture<N>, networks: readonly N[]): N {
  if (!architecture.join) throw new InternalError(`${architecture.name} has one network for every output and cannot join them`);
  return architecture.join(networks);
}
