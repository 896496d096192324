import {
  type Architecture,
  gatedRelu,
  gatedThreeLayer,
  type Network,
  type PatternChoice,
  relu,
  type TrainOptions,
  trainSync,
} from '../../src/index.js';
import type { TrainingProblem } from '../peers/objective.js';
import { mean } from '../statistics.js';
import { inputsOf, targetsOf, testInputs } from './convex.js';
import { seconds } from './measure.js';
import { plans } from './objectives.js';
import { problemOf, scoreOf, type Task } from './tasks.js';

/** A convex program on a problem: means over the seeds of its patterns. */
export interface ProgramRun {
  readonly program: 'gated' | 'ReLU' | 'gated, three layers';
  /** Sampled patterns; null: searched. */
  readonly sampled: number | null;
  readonly objective: number;
  readonly test: number;
  readonly seconds: number;
  /** Held at the end, for all outputs. */
  readonly patterns: number;
}

export const comparedOn = ['planted 200', 'spiral', 'checkerboard', 'breast cancer', 'diabetes', 'penguins'];
export const counts = [10, 30, 100, 300];
const seeds = [1, 2, 3];

function runProgram<N extends Network>(
  task: Task,
  problem: TrainingProblem,
  program: ProgramRun['program'],
  architecture: Architecture<N>,
  sampled: number | null,
): ProgramRun {
  const { beta, loss } = problem;
  const patterns: PatternChoice = sampled === null ? 'auto' : { sample: sampled };
  const runs = (sampled === null ? [1] : seeds).map((seed) => {
    const options: TrainOptions = { beta, loss, bias: false, patterns, seed, tolerance: 1e-4, pricingTolerance: 1e-4 };
    const [result, time] = seconds(() => trainSync(architecture, inputsOf(problem), targetsOf(problem), options));
    const test = scoreOf(task.classes, task.test, result.network.predict(testInputs(task)));
    return { objective: result.certificate.objective, test, seconds: time, patterns: result.patternCount };
  });
  const average = (key: keyof (typeof runs)[number]) => mean(runs.map((run) => run[key]));
  return {
    program,
    sampled,
    objective: average('objective'),
    test: average('test'),
    seconds: average('seconds'),
    patterns: average('patterns'),
  };
}

/** Gated and exact programs on more and more sampled patterns, searched patterns, and three layers, all at one beta. */
export async function comparePrograms(name: string): Promise<ProgramRun[]> {
  const task = plans[name].task(1);
  const problem = await problemOf(task, plans[name].ratio);
  return [
    ...counts.map((count) => runProgram(task, problem, 'gated', gatedRelu(), count)),
    ...counts.map((count) => runProgram(task, problem, 'ReLU', relu(), count)),
    runProgram(task, problem, 'ReLU', relu(), null),
    ...counts.map((count) =>
      runProgram(task, problem, 'gated, three layers', gatedThreeLayer({ width: 3, regularization: 'path' }), count),
    ),
  ];
}
