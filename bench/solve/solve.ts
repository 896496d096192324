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

/**
 * Solves one instance over its own patterns once, in a fresh core; `seconds` is the solver alone. Several outputs are as many
 * problems, as in `train`: a gap is reached when each of them has reached it, after the sum of their seconds. The time limit
 * is one for all, shared out evenly of what is left.
 */
export function solveInstance(
  instance: Instance,
  program: 'gated' | 'relu',
  beta: number,
  tolerance: number,
  solver: SolverName,
  settings: SolveSettings = {},
): SolveLine {
  const { outputs, samples } = instance;
  const start = performance.now();
  const lines: SolveLine[] = [];
  for (let c = 0; c < outputs; c++) {
    const { timeLimit } = settings;
    const left = timeLimit && Math.max(1e-3, (timeLimit - (performance.now() - start) / 1000) / (outputs - c));
    const y = instance.y.subarray(c * samples, (c + 1) * samples);
    lines.push(solveOutput({ ...instance, outputs: 1, y }, program, beta, tolerance, solver, { ...settings, timeLimit: left }));
  }
  const sum = (value: (line: SolveLine) => number) => lines.reduce((total, line) => total + value(line), 0);
  const reached = milestones.map((gap) => [
    gap,
    lines.some((line) => line.reached[gap] === null) ? null : sum((line) => line.reached[gap] ?? 0),
  ]);
  const [objective, lowerBound] = [sum((line) => line.objective), sum((line) => line.lowerBound)];
  return {
    objective,
    lowerBound,
    relativeGap: relativeGap(objective, lowerBound),
    seconds: sum((line) => line.seconds),
    reached: Object.fromEntries(reached),
    iterations: sum((line) => line.iterations),
    activeBlocks: sum((line) => line.activeBlocks),
    weights: joined(lines, program === 'relu' ? 2 : 1),
  };
}

/** V of all outputs, then U. */
function joined(lines: readonly SolveLine[], signs: number): Float64Array {
  const length = lines[0].weights.length / signs;
  const all = new Float64Array(length * signs * lines.length);
  for (let sign = 0; sign < signs; sign++)
    lines.forEach(({ weights }, c) => {
      all.set(weights.subarray(sign * length, (sign + 1) * length), (sign * lines.length + c) * length);
    });
  return all;
}

function solveOutput(
  instance: Instance,
  program: 'gated' | 'relu',
  beta: number,
  tolerance: number,
  solver: SolverName,
  { timeLimit, profile }: SolveSettings,
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
    offset: null,
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
