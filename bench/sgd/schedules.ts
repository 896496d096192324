import { decays, descend, type Method, methods } from '../peers/descent.js';
import { randomWeights } from '../peers/objective.js';
import { median } from '../statistics.js';
import { plans, rates } from './objectives.js';
import { problemOf } from './tasks.js';

/** Median over three seeds at the best of five rates, for a way of batches and of letting the rate fall. */
export interface ScheduleTrial {
  readonly name: string;
  readonly method: Method;
  /** Null: all rows. */
  readonly batch: number | null;
  readonly decay: keyof typeof decays;
  readonly objective: number;
}

export const triedOn = ['planted 200', 'wine'];
const passes = 300;

/** Which schedule suits a method: every pair of batches and falls, on two problems. */
export async function trySchedules(name: string): Promise<ScheduleTrial[]> {
  const problem = await problemOf(plans[name].task(1), plans[name].ratio);
  const units = Math.ceil(100 / problem.outputs);
  return methods.flatMap((method) =>
    [32, null].flatMap((batch) =>
      (Object.keys(decays) as (keyof typeof decays)[]).map((decay) => {
        const end = (rate: number, seed: number) => {
          let least = Number.POSITIVE_INFINITY;
          const schedule = { method, rate, steps: passes, seed, decay, ...(batch === null ? {} : { batch }) };
          descend(problem, randomWeights(problem, units, seed), schedule, (_, __, value) => {
            if (value < least) least = value;
          });
          return least;
        };
        const objective = Math.min(...rates[method].map((rate) => median([1, 2, 3].map((seed) => end(rate, seed)))));
        return { name, method, batch, decay, objective };
      }),
    ),
  );
}
