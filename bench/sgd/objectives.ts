import type { TrainOptions } from '../../src/index.js';
import { descend, type Method, methods, type Schedule } from '../peers/descent.js';
import { randomWeights, scoresOf, type TrainingProblem } from '../peers/objective.js';
import { median } from '../statistics.js';
import { type ConvexRun, convexRun, testInputs } from './convex.js';
import { short } from './measure.js';
import { digits, made, mnist, problemOf, scoreOf, type Task, table } from './tasks.js';

/** A problem, its beta as a share of the one that makes zero optimal, and what the peers get. */
export interface Plan {
  readonly task: (seed: number) => Task;
  readonly ratio: number;
  readonly passes: number;
  /** Seeds of the best rate; all rates get as many, unless `seedsOfRates` says less. */
  readonly seeds: number;
  readonly seedsOfRates?: number;
  /** Rows of Adam's batches where thousands of steps on all of them would take minutes; default all. */
  readonly adamBatch?: number;
  readonly options?: Omit<TrainOptions, 'beta'>;
}

const seeds = 10;
const tableOf = (name: string) => (seed: number) => table(name, seed);
/** Where a fit to 1e-6 would take minutes. */
const rough = { tolerance: 1e-4, pricingTolerance: 1e-3 };
export const plans: Readonly<Record<string, Plan>> = {
  'planted 20': { task: made['planted 20'], ratio: 0.01, passes: 4000, seeds },
  'planted 200': { task: made['planted 200'], ratio: 0.01, passes: 600, seeds },
  'planted 2000': { task: made['planted 2000'], ratio: 0.03, passes: 150, seeds },
  xor: { task: made.xor, ratio: 0.01, passes: 600, seeds },
  spiral: { task: made.spiral, ratio: 0.001, passes: 600, seeds },
  checkerboard: { task: made.checkerboard, ratio: 0.01, passes: 500, seeds },
  'breast cancer': { task: tableOf('breast cancer'), ratio: 0.03, passes: 200, seeds },
  wine: { task: tableOf('wine'), ratio: 0.03, passes: 500, seeds },
  diabetes: { task: tableOf('diabetes'), ratio: 0.1, passes: 300, seeds },
  california: { task: tableOf('california'), ratio: 0.03, passes: 200, seeds },
  penguins: { task: tableOf('penguins'), ratio: 0.03, passes: 300, seeds },
  digits: { task: digits, ratio: 0.01, passes: 100, seeds, seedsOfRates: 3, adamBatch: 32, options: rough },
  'MNIST 2000': { task: mnist, ratio: 0.1, passes: 50, seeds, seedsOfRates: 2, adamBatch: 32, options: rough },
};

export const rates: Readonly<Record<Method, readonly number[]>> = {
  sgd: [3, 1, 0.3, 0.1, 0.03],
  momentum: [0.3, 0.1, 0.03, 0.01, 0.003],
  adam: [0.3, 0.1, 0.03, 0.01, 0.003],
};
/** The best of those compared in `schedules.ts`. */
export const schedules: Readonly<Record<Method, Pick<Schedule, 'batch' | 'decay'>>> = {
  sgd: { batch: 32, decay: 'cosine' },
  momentum: { batch: 32, decay: 'cosine' },
  adam: { decay: 'cosine' },
};
const scheduleOf = (method: Method, { adamBatch }: Plan) =>
  method === 'adam' && adamBatch ? { ...schedules.adam, batch: adamBatch } : schedules[method];

export interface Run {
  readonly rate: number;
  readonly seed: number;
  /** Smallest seen. */
  readonly objective: number;
  readonly seconds: number;
  readonly test: number;
  /** Seconds until within each of `levels` of the best objective; null: never. */
  readonly reached: readonly (number | null)[];
}

export interface MethodStudy {
  readonly method: Method;
  readonly neurons: number;
  readonly passes: number;
  readonly runs: readonly Run[];
  readonly bestRate: number;
  /** At the best rate, over its seeds: seconds (median), smallest, median and largest objective so far. */
  readonly band: readonly (readonly [number, number, number, number])[];
}

export interface Study {
  readonly name: string;
  readonly n: number;
  /** Columns, the constant one counted. */
  readonly d: number;
  readonly outputs: number;
  readonly classes: number;
  readonly beta: number;
  readonly ratio: number;
  /** Of convex training and all runs. */
  readonly best: number;
  readonly convex: ConvexRun & { readonly reached: readonly (number | null)[] };
  readonly methods: readonly MethodStudy[];
}

/** Shares above the best objective of all that count as reached. */
export const levels = [1e-2, 1e-3];

type Trace = readonly (readonly [number, number])[];

/** Seconds of the first point of a trace within each level. */
export function reachedBy(trace: Trace, objective: number): (number | null)[] {
  return levels.map((level) => trace.find(([, value]) => value <= (1 + level) * objective)?.[0] ?? null);
}

/** Units an output: twice as many as the convex network has, which they could so represent; 100 to 300 in all. */
const unitsFor = ({ outputs }: TrainingProblem, neurons: number): number =>
  Math.ceil(Math.min(300, Math.max(100, 2 * neurons)) / outputs);

function runOnce(task: Task, problem: TrainingProblem, schedule: Schedule, units: number) {
  const trace: [number, number][] = [];
  const weights = descend(problem, randomWeights(problem, units, schedule.seed ?? 0), schedule, (_, s, value) => {
    trace.push([s, Math.min(Number.isNaN(value) ? Infinity : value, trace.at(-1)?.[1] ?? Infinity)]);
  });
  const { data, shape } = testInputs(task);
  const [seconds, objective] = trace[trace.length - 1];
  const test = scoreOf(task.classes, task.test, scoresOf(weights, data, ...shape, problem.outputs));
  const { rate, seed = 0 } = schedule;
  return { rate, seed, objective, seconds: short(seconds), test, trace };
}

/** About `count` places of 0 .. last, dense at the beginning. */
function places(last: number, count: number): number[] {
  const all = Array.from({ length: count + 1 }, (_, i) => Math.round((last + 1) ** (i / count)) - 1);
  return [...new Set(all)];
}

type Traced = ReturnType<typeof runOnce>;

/** All rates, then the remaining seeds at the best of them. */
function runsOf(task: Task, problem: TrainingProblem, plan: Plan, method: Method, units: number) {
  const { passes, seeds: most, seedsOfRates = most } = plan;
  const attempt = (rate: number, seed: number) =>
    runOnce(task, problem, { method, rate, steps: passes, seed, ...scheduleOf(method, plan) }, units);
  const runs = rates[method].flatMap((rate) => Array.from({ length: seedsOfRates }, (_, k) => attempt(rate, k + 1)));
  const endOf = (rate: number) => median(runs.filter((run) => run.rate === rate).map(({ objective }) => objective));
  const bestRate = rates[method].reduce((one, other) => (endOf(other) < endOf(one) ? other : one));
  for (let seed = seedsOfRates + 1; seed <= most; seed++) runs.push(attempt(bestRate, seed));
  return { method, runs, bestRate };
}

/** Over the runs at one rate: seconds (median), smallest, median and largest objective so far. */
function bandOf(traces: readonly Trace[]) {
  return places(traces[0].length - 1, 25).map((at) => {
    const values = traces.map((trace) => trace[at][1]);
    const time = median(traces.map((trace) => trace[at][0]));
    return [time, Math.min(...values), median(values), Math.max(...values)].map(short) as [number, number, number, number];
  });
}

export async function study(name: string): Promise<Study> {
  const plan = plans[name];
  const task = plan.task(1);
  const problem = await problemOf(task, plan.ratio);
  const run = convexRun(task, problem, plan.options);
  const units = unitsFor(problem, run.neurons);
  const results = methods.map((method) => runsOf(task, problem, plan, method, units));
  const best = Math.min(run.objective, ...results.flatMap(({ runs }) => runs.map(({ objective }) => objective)));
  const finished = ({ trace, ...rest }: Traced): Run => ({ ...rest, reached: reachedBy(trace, best) });
  const { n, d, outputs, beta } = problem;
  return {
    ...{ name, n, d, outputs, classes: task.classes, beta, ratio: plan.ratio, best },
    convex: { ...run, reached: reachedBy(run.trace, best) },
    methods: results.map(({ method, runs, bestRate }) => ({
      ...{ method, neurons: units * outputs, passes: plan.passes, bestRate },
      runs: runs.map(finished),
      band: bandOf(runs.filter(({ rate }) => rate === bestRate).map(({ trace }) => trace)),
    })),
  };
}
