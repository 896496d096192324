import { type Method, methods } from '../peers/descent.js';
import { median } from '../statistics.js';
import type { MethodStudy, Run, Study } from './objectives.js';
import { type RandomTask, triedRates } from './reliability.js';

export const within = [1e-2, 1e-3, 1e-4];

export const runsAtBest = ({ runs, bestRate }: MethodStudy): Run[] => runs.filter(({ rate }) => rate === bestRate);

/** How many of some objectives are within each share of the best. */
export const counts = (objectives: readonly number[], best: number): number[] =>
  within.map((share) => objectives.filter((objective) => objective <= (1 + share) * best).length);

export const objectivesAtBest = (study: MethodStudy): number[] => runsAtBest(study).map(({ objective }) => objective);

/** Median of the runs at the best rate that got there, if half of them did; `level` is an index into `levels`. */
export function secondsTo(study: MethodStudy, level: number): number | null {
  const reached = runsAtBest(study).map((run) => run.reached[level] ?? Number.POSITIVE_INFINITY);
  const middle = median(reached);
  return Number.isFinite(middle) ? middle : null;
}

export const totalSeconds = ({ runs }: MethodStudy): number => runs.reduce((sum, { seconds }) => sum + seconds, 0);

/** The smallest objective of a study's runs, relative to that of convex training: negative if convex training was beaten. */
export function bestPeer({ convex, methods: peers }: Study): number {
  const least = Math.min(...peers.flatMap(({ runs }) => runs.map(({ objective }) => objective)));
  return least / convex.objective - 1;
}

/** One run a task at one rate. */
export const excessOf = (tasks: readonly RandomTask[], method: Method, rate: number): number[] =>
  tasks.map(({ peers }) => peers[method][triedRates[method].indexOf(rate)]);

/** The best of all rates on every task. */
export const bestExcess = (tasks: readonly RandomTask[], method: Method): number[] =>
  tasks.map(({ peers }) => Math.min(...peers[method].map((excess) => (Number.isFinite(excess) ? excess : Infinity))));

export const shareWithin = (excesses: readonly number[], level: number): number =>
  excesses.filter((excess) => excess <= level).length / excesses.length;

/** For every method the rate with the most tasks within 1 %. */
export function bestRates(tasks: readonly RandomTask[]): Record<Method, number> {
  const rateOf = (method: Method) => {
    const share = (rate: number) => shareWithin(excessOf(tasks, method, rate), 1e-2);
    return triedRates[method].reduce((one, other) => (share(other) > share(one) ? other : one));
  };
  return Object.fromEntries(methods.map((method) => [method, rateOf(method)])) as Record<Method, number>;
}
