import { relu, type TrainOptions, trainSync } from '../../src/index.js';
import type { TrainingProblem } from '../peers/objective.js';
import { withConstant } from '../peers/problems.js';
import { seconds, short } from './measure.js';
import { scoreOf, type Task } from './tasks.js';

/** What convex training reached on a problem. Seconds are user CPU. */
export interface ConvexRun {
  readonly objective: number;
  /** Of every network of any width; null where nothing is proven. */
  readonly lowerBound: number | null;
  readonly provenGlobal: boolean;
  readonly patterns: string;
  readonly status: string;
  readonly neurons: number;
  readonly seconds: number;
  readonly test: number;
  /** Seconds and best objective so far, where it fell. */
  readonly trace: readonly (readonly [number, number])[];
}

export const inputsOf = ({ X, n, d }: TrainingProblem) => ({ data: X, shape: [n, d] as const });
export const targetsOf = ({ y, n, outputs }: TrainingProblem) => (outputs === 1 ? y : { data: y, shape: [n, outputs] as const });

/** Test rows with the column of ones. */
export function testInputs({ test: { X } }: Task) {
  return { data: withConstant(X.data, X.rows, X.columns), shape: [X.rows, X.columns + 1] as const };
}

/** `train(relu())`, the constant being a column of the problem. */
export function convexRun(task: Task, problem: TrainingProblem, options: Omit<TrainOptions, 'beta'> = {}): ConvexRun {
  const { beta, loss } = problem;
  const trace: [number, number][] = [];
  const began = process.cpuUsage().user;
  const onProgress = ({ objective }: { readonly objective: number }) => {
    if (objective < (trace.at(-1)?.[1] ?? Number.POSITIVE_INFINITY))
      trace.push([(process.cpuUsage().user - began) / 1e6, objective]);
  };
  const [result, time] = seconds(() =>
    trainSync(relu(), inputsOf(problem), targetsOf(problem), { beta, loss, bias: false, onProgress, ...options }),
  );
  const { objective, lowerBound, provenGlobal, patterns } = result.certificate;
  return {
    objective,
    lowerBound,
    provenGlobal,
    patterns,
    status: result.status,
    neurons: result.network.neurons,
    seconds: time,
    test: scoreOf(task.classes, task.test, result.network.predict(testInputs(task))),
    trace: [...thinned(trace), [time, objective] as const].map(([s, value]) => [short(s), value] as const),
  };
}

/** At most about 40 points, the first and the last among them, evenly many for every factor in time. */
function thinned(trace: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const kept: (readonly [number, number])[] = [];
  const ratio = ((trace.at(-1)?.[0] ?? 1) / (trace[0]?.[0] ?? 1)) ** (1 / 40);
  for (const point of trace) if (kept.length === 0 || point[0] >= ratio * (kept.at(-1)?.[0] ?? 0)) kept.push(point);
  return kept;
}
