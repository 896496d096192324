import type { Architecture } from './architectures/architecture.js';
import { type Certificate, certify, type PatternCoverage } from './certificate/certificate.js';
import { dualBound } from './certificate/dual-bound.js';
import type { Kernels } from './core/kernels.js';
import { openKernels, openKernelsSync } from './core/load.js';
import { Scope } from './core/scope.js';
import { packMatrix, packVector } from './data/matrix.js';
import { ArgumentError } from './errors.js';
import { type FitState, fit, restrict } from './fit/fit.js';
import { isHomogeneous } from './network/activation.js';
import { TwoLayerNetwork } from './network/network.js';
import { balance } from './network/neurons.js';
import { simplify } from './network/simplify.js';
import { checkOptions, checkPatternShape, type Progress, type TrainOptions, type TrainResult } from './options.js';
import { type Problem, prepareData } from './program/training-data.js';
import { admm } from './solver/admm.js';
import { fista } from './solver/fista.js';
import { newton } from './solver/newton.js';
import { drive, driveSync } from './solver/run.js';
import type { Matrix, MatrixLike, VectorLike } from './types.js';

const solvers = { newton, fista, admm };
/** The solver aims below the tolerance: rebuilding the network and rounding cost a little. */
const solverShare = 0.7;

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
export async function train(
  architecture: Architecture,
  X: MatrixLike,
  y: VectorLike | MatrixLike,
  options: TrainOptions,
): Promise<TrainResult> {
  const training = prepare(architecture, X, y, options);
  const run = training.begin(await openKernels());
  return (await drive(run.steps, run.control)).result;
}

/** {@link train} without visits to the event loop: for workers and scripts. */
export function trainSync(
  architecture: Architecture,
  X: MatrixLike,
  y: VectorLike | MatrixLike,
  options: TrainOptions,
): TrainResult {
  const training = prepare(architecture, X, y, options);
  const run = training.begin(openKernelsSync());
  return driveSync(run.steps, run.control).result;
}

/** Checks everything that can be checked without work, and states the problem. */
export function stateProblem(
  architecture: Architecture,
  X: MatrixLike,
  y: VectorLike | MatrixLike,
  options: TrainOptions,
): Problem {
  checkOptions(options, architecture);
  const { loss = 'squared', bias = true, huberDelta = 1 } = options;
  const features = packMatrix(X, 'X');
  const targets = packTargets(y, features.rows);
  checkTargets(targets.data, targets.outputs, features.rows, loss);
  const withBias = bias ? appendOnes(features) : features;
  const refusal = architecture.accepts(loss, targets.outputs, features.columns);
  if (refusal) throw new ArgumentError('options.loss', `'${loss}' with ${targets.outputs} outputs`, refusal);
  const sampleWeight = options.sampleWeight ? packVector(options.sampleWeight, 'options.sampleWeight', features.rows) : null;
  if (sampleWeight) {
    const bad = sampleWeight.findIndex((weight) => weight < 0);
    if (bad >= 0) throw new ArgumentError(`options.sampleWeight[${bad}]`, String(sampleWeight[bad]), 'a number >= 0');
    if (sampleWeight.every((weight) => weight === 0))
      throw new ArgumentError('options.sampleWeight', 'all zero', 'at least one weight above 0');
  }
  checkPatternShape(options.patterns ?? 'auto', features.rows, withBias.columns, architecture.patterns === 'gates');
  return {
    X: withBias,
    bias,
    y: targets.data,
    outputs: targets.outputs,
    loss,
    lossOptions: { huberDelta },
    sampleWeight,
    beta: options.beta,
  };
}

function appendOnes({ data, rows, columns }: Matrix): Matrix {
  const extended = new Float64Array(rows * (columns + 1)).fill(1);
  for (let k = 0; k < rows; k++) extended.set(data.subarray(k * columns, (k + 1) * columns), k * (columns + 1));
  return { data: extended, rows, columns: columns + 1 };
}

/** n targets or n x C, as outputs x samples. */
function packTargets(y: unknown, rows: number): { data: Float64Array; outputs: number } {
  const matrix =
    typeof y === 'object' && y !== null && ('shape' in y || (Array.isArray(y) && typeof y[0] === 'object' && y[0] !== null));
  if (!matrix) return { data: packVector(y, 'y', rows), outputs: 1 };
  const packed = packMatrix(y, 'y');
  if (packed.rows !== rows) throw new ArgumentError('y', `of ${packed.rows} rows`, `${rows} rows, one for every row of X`);
  const data = new Float64Array(packed.data.length);
  for (let k = 0; k < rows; k++)
    for (let c = 0; c < packed.columns; c++) data[c * rows + k] = packed.data[k * packed.columns + c];
  return { data, outputs: packed.columns };
}

function checkTargets(y: Float64Array, outputs: number, rows: number, loss: string): void {
  if (loss === 'logistic' || loss === 'squaredHinge') {
    const bad = y.findIndex((label) => label !== 1 && label !== -1);
    if (bad >= 0) throw new ArgumentError(`y[${bad % rows}]`, String(y[bad]), `-1 or +1 for the loss '${loss}'`);
  }
  if (loss !== 'softmax' || outputs < 2) return;
  for (let k = 0; k < rows; k++) {
    let sum = 0;
    for (let c = 0; c < outputs; c++) {
      const entry = y[c * rows + k];
      if (entry !== 0 && entry !== 1) throw new ArgumentError(`y[${k}][${c}]`, String(entry), "0 or 1 for the loss 'softmax'");
      sum += entry;
    }
    if (sum !== 1) throw new ArgumentError(`y[${k}]`, `a row with sum ${sum}`, 'one-hot, a single 1');
  }
}

/** What is left to do once the core is open. */
function prepare(architecture: Architecture, X: MatrixLike, y: VectorLike | MatrixLike, options: TrainOptions) {
  const problem = stateProblem(architecture, X, y, options);
  return { begin: (kernels: Kernels) => begin(architecture, problem, options, kernels) };
}

function begin(architecture: Architecture, problem: Problem, options: TrainOptions, kernels: Kernels) {
  const { tolerance = 1e-6, maxIterations = 2000, seed = 0, patterns = 'auto', solver = 'newton' } = options;
  const scope = new Scope(kernels, options.memoryLimit);
  const fitOptions = { tolerance: solverShare * tolerance, maxIterations, seed, solver: solvers[solver] };
  const warm = options.warmStart ? options.warmStart.state.parts : null;
  const conclude = (state: FitState, limit: 'iteration-limit' | 'time-limit'): TrainResult => {
    const result = concludeTraining(architecture, problem, state, tolerance, scope);
    return { ...result, status: result.certificate.patternGap <= tolerance ? 'optimal' : limit };
  };
  function* steps(): Generator<FitState, TrainResult> {
    return conclude(yield* fit(architecture, problem, patterns, warm, fitOptions, scope), 'iteration-limit');
  }
  const control = {
    conclude: (latest: FitState) => conclude(latest, 'time-limit'),
    report(state: FitState): undefined {
      options.onProgress?.(progressOf(state));
    },
    timeLimit: options.timeLimit,
    signal: options.signal,
  };
  return { steps: steps(), control };
}

/** Sums over the parts. */
function progressOf({ parts }: FitState): Progress {
  const sum = (of: (part: FitState['parts'][number]) => number) => parts.reduce((total, part) => total + of(part), 0);
  const objective = sum((part) => part.objective);
  const lowerBound = sum((part) => part.bound);
  return {
    iteration: sum((part) => part.iterations),
    objective,
    lowerBound,
    relativeGap: (objective - lowerBound) / Math.max(Number.MIN_VALUE, Math.abs(objective)),
    patterns: sum((part) => part.patterns.count),
    round: sum((part) => part.rounds),
  };
}

function concludeTraining(
  architecture: Architecture,
  problem: Problem,
  state: FitState,
  tolerance: number,
  scope: Scope,
): Omit<TrainResult, 'status'> {
  const networks = state.parts.map((part) =>
    architecture.network(part.v, part.patterns, { columns: problem.X.columns, outputs: part.outputs.length, bias: problem.bias }),
  );
  const full = networks.length === 1 ? networks[0] : joinOutputs(networks, problem.outputs);
  const data = prepareData(problem, architecture.degree, scope);
  const objectiveOf = (network: TwoLayerNetwork) => trainingObjective(network, problem, data, scope);
  let network = full;
  let objective = objectiveOf(full);
  if (isHomogeneous(full.activation)) {
    const basic = balance(simplify(full, inputsOf(problem)));
    const basicObjective = objectiveOf(basic);
    // A basic solution is the same function; rounding may cost it a last digit, never more.
    if (basicObjective <= objective * (1 + 1e-9)) {
      network = basic;
      objective = basicObjective;
    }
  }
  const certificate = certifyNetwork(architecture, problem, state, network, objective, tolerance, scope);
  return {
    network,
    certificate,
    beta: problem.beta,
    iterations: state.parts.reduce((sum, part) => sum + part.iterations, 0),
    patternCount: state.parts.reduce((sum, part) => sum + part.patterns.count, 0),
    state,
  };
}

/** X without its bias column. */
function inputsOf({ X, bias }: Problem): Matrix {
  if (!bias) return X;
  const columns = X.columns - 1;
  const data = new Float64Array(X.rows * columns);
  for (let k = 0; k < X.rows; k++) data.set(X.data.subarray(k * X.columns, k * X.columns + columns), k * columns);
  return { data, rows: X.rows, columns };
}

/** The non-convex objective of a network, from its own forward pass. */
function trainingObjective(
  network: TwoLayerNetwork,
  problem: Problem,
  data: ReturnType<typeof prepareData>,
  scope: Scope,
): number {
  const fitted = fitOf(network, problem, data.fitScale);
  return scope.child(() => data.loss.value(scope.copyIn(fitted)) * data.objectiveScale) + problem.beta * network.weightPenalty();
}

/** Scores on the training rows, outputs x samples, in the units of the arena. */
function fitOf(network: TwoLayerNetwork, problem: Problem, fitScale: number): Float64Array {
  const scores = network.forward(inputsOf(problem));
  const { outputs } = network;
  const rows = problem.X.rows;
  const fitted = new Float64Array(scores.length);
  for (let k = 0; k < rows; k++) for (let c = 0; c < outputs; c++) fitted[c * rows + k] = scores[k * outputs + c] / fitScale;
  return fitted;
}

/** One bound for every part, from the better of the network's own residual and the solver's dual point; then their sum. */
function certifyNetwork(
  architecture: Architecture,
  problem: Problem,
  state: FitState,
  network: TwoLayerNetwork,
  objective: number,
  tolerance: number,
  scope: Scope,
): Certificate {
  let bound = 0;
  const rows = problem.X.rows;
  for (const part of state.parts) {
    scope.child(() => {
      const data = prepareData(restrict(problem, part.outputs), architecture.degree, scope);
      const program = architecture.program(data, part.patterns, scope);
      const fitted = fitOf(network, problem, data.fitScale);
      const own = new Float64Array(part.outputs.length * rows);
      part.outputs.forEach((c, i) => {
        own.set(fitted.subarray(c * rows, (c + 1) * rows), i * rows);
      });
      const residual = scope.vector(own.length);
      data.loss.negativeGradient(scope.copyIn(own), residual);
      const norms = scope.copyOut(data.inverseNorms).map((inverse) => (inverse > 0 ? 1 / inverse : 0));
      const candidates = [residual, scope.copyIn(part.lambda)].map((lambda) => dualBound(program, lambda, norms, scope));
      bound += Math.max(...candidates.filter((value) => !Number.isNaN(value))) * data.objectiveScale;
    });
  }
  const coverages: PatternCoverage[] = ['sampled', 'priced', 'certified', 'all'];
  const weakest = Math.min(...state.parts.map((part) => coverages.indexOf(part.coverage)));
  return certify(objective, bound, coverages[weakest], tolerance);
}

/** Networks of single outputs side by side. */
function joinOutputs(networks: readonly TwoLayerNetwork[], outputs: number): TwoLayerNetwork {
  const [first] = networks;
  const weights = networks.flatMap((network) => Array.from(network.hidden.weights));
  const bias = networks.flatMap((network) => Array.from(network.hidden.bias));
  const outputWeights = networks.flatMap((network, c) =>
    Array.from(network.output.weights).flatMap((weight) => Array.from({ length: outputs }, (_, k) => (k === c ? weight : 0))),
  );
  return new TwoLayerNetwork({
    inputs: first.inputs,
    outputs,
    activation: first.activation,
    hidden: { weights, bias },
    output: { weights: outputWeights },
    penalty: 'group',
  });
}
