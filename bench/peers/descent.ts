import { createRandom } from '../../src/random.js';
import { Gradient } from './gradient.js';
import type { TrainingProblem, Weights } from './objective.js';
import { Adam, Momentum, type Optimizer } from './optimizers.js';

export const methods = ['sgd', 'momentum', 'adam'] as const;
export type Method = (typeof methods)[number];

/** Share of the rate in force when this share of the run is over. */
export const decays = {
  cosine: (done: number) => 0.5 * (1 + Math.cos(Math.PI * done)),
  constant: () => 1,
  steps: (done: number) => (done < 0.5 ? 1 : done < 0.75 ? 0.1 : 0.01),
} as const;

export interface Schedule {
  readonly rate: number;
  /** Passes over the data. */
  readonly steps: number;
  /** Default `adam`. `sgd` and `momentum` (0.9) move along the gradient of the mean over the samples. */
  readonly method?: Method;
  /** Rows of a batch, drawn without replacement in every pass; default all. */
  readonly batch?: number;
  /** How the rate falls; default `cosine`, to zero. */
  readonly decay?: keyof typeof decays;
  /** Of the order of the batches; default 0. */
  readonly seed?: number;
}

/** Where a run stands: passes done, seconds of user CPU without those of looking, the objective. */
export type Listener = (steps: number, seconds: number, objective: number) => void;

/** Batches hide the objective, which is looked at so many times. */
const looks = 40;

/**
 * SGD, momentum or Adam in float64 on the non-convex objective.
 *
 * @returns the weights with the smallest objective of all looked at: every step of whole batches, else the ends of `looks`
 * passes. Cost 4 n d m operations a pass.
 */
export function descend(problem: TrainingProblem, start: Weights, schedule: Schedule, listen?: Listener): Weights {
  const { rate, steps, method = 'adam', batch = problem.n, decay = 'cosine', seed = 0 } = schedule;
  const { n } = problem;
  const whole = batch >= n;
  const state = new Gradient(problem, start, Math.min(batch, n));
  const optimizer = (length: number): Optimizer =>
    method === 'adam' ? new Adam(length) : new Momentum(length, method === 'momentum' ? 0.9 : 0);
  const [ofW, ofA] = [optimizer(start.W.length), optimizer(start.a.length)];
  const scaled = method === 'adam' ? rate : rate / n;
  const order = Int32Array.from({ length: n }, (_, k) => k);
  const random = createRandom(seed, 78);
  const every = whole ? 1 : Math.ceil(steps / looks);
  let best = start;
  let least = Number.POSITIVE_INFINITY;
  let began = process.cpuUsage().user;
  for (let step = 0; step <= steps; step++) {
    if (step % every === 0 || step === steps) {
      const before = process.cpuUsage().user;
      const value = state.value();
      listen?.(step, (before - began) / 1e6, value);
      if (value < least) {
        least = value;
        best = { W: state.W.slice(), a: state.a.slice() };
      }
      if (!whole) began += process.cpuUsage().user - before;
    }
    if (step === steps) break;
    if (whole) {
      state.differentiate();
      const now = scaled * decays[decay](step / steps);
      ofW.move(state.W, state.ofW, now);
      ofA.move(state.a, state.ofA, now);
      continue;
    }
    random.shuffle(order);
    for (let from = 0; from < n; from += batch) {
      state.differentiateOn(order.subarray(from, Math.min(n, from + batch)));
      const now = scaled * decays[decay]((step + from / n) / steps);
      ofW.move(state.W, state.ofW, now);
      ofA.move(state.a, state.ofA, now);
    }
  }
  return best;
}
