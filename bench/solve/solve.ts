import { gatedRelu } from '../../src/architectures/gated-relu.js';
import { relu } from '../../src/architectures/two-layer.js';
import type { Kernels } from '../../src/core/kernels.js';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import type { Iterate } from '../../src/program/program.js';
import { prepareData } from '../../src/program/training-data.js';
import { admm } from '../../src/solver/admm.js';
import { fista } from '../../src/solver/fista.js';
import { relativeGap } from '../../src/solver/incumbent.js';
import { newton } from '../../src/solver/newton.js';
import { runSync } from '../../src/solver/run.js';
import type { Instance } from './instance.js';

export const solvers = { newton, fista, admm };
export type SolverName = keyof typeof solvers;

export const milestones = ['1e-3', '1e-4', '1e-6'];

export interface SolveSettings {
  /** Seconds of wall time after which the best so far counts. */
  readonly timeLimit?: number;
  /** Wraps the kernels to see what a solve spends on each. */
  readonly profile?: (kernels: Kernels) => Kernels;
}

export interface SolveLine {
  readonly objective: number;
  readonly lowerBound: number;
  readonly relativeGap: number;
  /** User CPU seconds of the solver: neighbours on the machine do not count. */
  readonly seconds: number;
  /** Seconds until the proven relative gap was first at most 1e-3, 1e-4, 1e-6; null where it never was. */
  readonly reached: Readonly<Record<string, number | null>>;
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
  { timeLimit, profile }: SolveSettings = {},
): SolveLine {
  const { X, samples, columns, y, outputs, loss, patterns } = instance;
  const kernels = openKernelsSync();
  const scope = new Scope(profile ? profile(kernels) : kernels);
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
  const start = process.cpuUsage();
  const elapsed = () => process.cpuUsage(start).user / 1e6;
  const reached: Record<string, number | null> = Object.fromEntries(milestones.map((gap) => [gap, null]));
  const stated = architecture.program(data, patterns, scope);
  const options = {
    tolerance,
    maxIterations: 1_000_000,
    timeLimit,
    onProgress({ objective, bound }: Iterate) {
      const gap = relativeGap(objective, bound);
      for (const milestone of milestones) if (gap <= Number(milestone)) reached[milestone] ??= elapsed();
    },
  };
  const solution = runSync(solvers[solver], stated, null, options, scope);
  const seconds = elapsed();
  const weights = scope.copyOut(solution.v).map((entry) => entry * data.blockScale);
  let activeBlocks = 0;
  for (let at = 0; at < weights.length; at += columns)
    if (weights.subarray(at, at + columns).some((entry) => entry !== 0)) activeBlocks++;
  return {
    objective: solution.objective * data.objectiveScale,
    lowerBound: solution.bound * data.objectiveScale,
    relativeGap: solution.relativeGap,
    seconds,
    reached,
    iterations: solution.iteration,
    activeBlocks,
    weights,
  };
}
