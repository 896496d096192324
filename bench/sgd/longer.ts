import { descend } from '../peers/descent.js';
import { randomWeights } from '../peers/objective.js';
import { seconds } from './measure.js';
import { plans, type Study, schedules } from './objectives.js';
import { problemOf } from './tasks.js';

/** Adam at its best rate for ten times as many passes. */
export interface LongerRun {
  readonly objectives: readonly number[];
  /** Of one run, on average. */
  readonly seconds: number;
}

const factor = 10;
const seeds = [1, 2, 3];

export const triedLonger = Object.keys(plans).filter((name) => plans[name].passes >= 200);

export async function runLonger(name: string, { methods, outputs }: Study): Promise<LongerRun> {
  const { task, ratio, passes } = plans[name];
  const problem = await problemOf(task(1), ratio);
  const adam = methods.find(({ method }) => method === 'adam');
  if (!adam) throw new Error(`no runs of Adam on ${name}`);
  const [objectives, time] = seconds(() =>
    seeds.map((seed) => {
      let least = Number.POSITIVE_INFINITY;
      const schedule = { ...schedules.adam, rate: adam.bestRate, steps: factor * passes, seed };
      descend(problem, randomWeights(problem, adam.neurons / outputs, seed), schedule, (_, __, value) => {
        if (value < least) least = value;
      });
      return least;
    }),
  );
  return { objectives, seconds: time / seeds.length };
}
