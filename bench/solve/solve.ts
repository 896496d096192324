import { gatedRelu } from '../../src/architectures/gated-relu.js';
import { relu } from '../../src/architectures/two-layer.js';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { prepareData } from '../../src/program/training-data.js';
import { admm } from '../../src/solver/admm.js';
import { fista } from '../../src/solver/fista.js';
import { newton } from '../../src/solver/newton.js';
import { runSync } from '../../src/solver/run.js';
import type { Instance } from './instance.js';

export const solvers = { newton, fista, admm };
export type SolverName = keyof typeof solvers;

export interface SolveLine {
  readonly objective: number;
  readonly lowerBound: number;
  readonly relativeGap: number;
  readonly seconds: number;
  readonly iterations: number;
  readonly activeBlocks: number;
  /** Blocks V, then U for ReLU, each (outputs, patterns, columns). */
  readonly weights: Float64Array;
}

/** Solves one instance over its own patterns once, in a fresh core; `seconds` is the solver alone. */
export function solveInstance(
  instance: Instance,
  program: 'gated' | 'relu',
  beta: number,
  tolerance: number,
  solver: SolverName,
): SolveLine {
  const { X, samples, columns, y, outputs, loss, patterns } = instance;
  const scope = new Scope(openKernelsSync());
  const problem = {
    X: { data: X, rows: samples, columns },
    bias: true,
    y,
    outputs,
    loss,
    lossOptions: {},
    sampleWeight: null,
    beta,
  };
  const data = prepareData(problem, 1, scope);
  const architecture = program === 'gated' ? gatedRelu() : relu();
  const start = performance.now();
  const stated = architecture.program(data, patterns, scope);
  const solution = runSync(solvers[solver], stated, null, { tolerance, maxIterations: 1_000_000 }, scope);
  const seconds = (performance.now() - start) / 1000;
  const weights = scope.copyOut(solution.v).map((entry) => entry * data.blockScale);
  let activeBlocks = 0;
  for (let at = 0; at < weights.length; at += columns)
    if (weights.subarray(at, at + columns).some((entry) => entry !== 0)) activeBlocks++;
  return {
    objective: solution.objective * data.objectiveScale,
    lowerBound: solution.bound * data.objectiveScale,
    relativeGap: solution.relativeGap,
    seconds,
    iterations: solution.iteration,
    activeBlocks,
    weights,
  };
}
