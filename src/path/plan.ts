import type { Architecture } from '../architectures/architecture.js';
import { betaMax, betaMaxSync, estimateBetaMax, estimateBetaMaxSync } from '../beta-max.js';
import { AbortedError } from '../errors.js';
import type { Network } from '../network/base.js';
import type { TrainOptions, TrainResult } from '../options.js';
import { train, trainSync } from '../train.js';
import type { MatrixLike, VectorLike } from '../types.js';

/** A piece of work that a plan hands out. `timeLimit` is what is left, in seconds; undefined means no limit. */
interface Task<T> {
  /** Share of the whole time limit that may have passed when this task ends; 1 is all of it. */
  readonly share: number;
  sync(timeLimit: number | undefined): T;
  async(timeLimit: number | undefined): Promise<T>;
}

/**
 * Work of many fits. The generator decides what to fit next and knows neither clock nor event loop; so one text serves
 * the synchronous and the asynchronous functions, as in the solvers.
 */
export type Plan<R> = Generator<Task<unknown>, R, unknown>;

function* ask<T>(task: Task<T>): Generator<Task<T>, T, unknown> {
  return (yield task) as T;
}

/** One problem of a plan. */
export interface Question<N extends Network = Network> {
  readonly architecture: Architecture<N>;
  readonly X: MatrixLike;
  readonly y: VectorLike | MatrixLike;
}

/** A fit, within what is left of the time. */
export function askFit<N extends Network>(
  { architecture, X, y }: Question<N>,
  options: TrainOptions,
  share = 1,
): Plan<TrainResult<N>> {
  return ask({
    share,
    sync: (timeLimit) => trainSync(architecture, X, y, limited(options, timeLimit)),
    async: (timeLimit) => train(architecture, X, y, limited(options, timeLimit)),
  });
}

export function askBetaMax(
  { architecture, X, y }: Question,
  options: Omit<TrainOptions, 'beta'>,
): Plan<{ beta: number; exact: boolean }> {
  return ask({
    share: 1,
    sync: (timeLimit) => betaMaxSync(architecture, X, y, limited(options, timeLimit)),
    async: (timeLimit) => betaMax(architecture, X, y, limited(options, timeLimit)),
  });
}

/** Where a grid may begin: a lower estimate that costs next to nothing. */
export function askBetaEstimate({ architecture, X, y }: Question, options: Omit<TrainOptions, 'beta'>): Plan<{ beta: number }> {
  return ask({
    share: 1,
    sync: (timeLimit) => estimateBetaMaxSync(architecture, X, y, limited(options, timeLimit)),
    async: (timeLimit) => estimateBetaMax(architecture, X, y, limited(options, timeLimit)),
  });
}

/** The options with what is left of the time. */
function limited<T extends { readonly timeLimit?: number }>(options: T, timeLimit: number | undefined): T {
  return { ...options, timeLimit };
}

/** A task whose own result is no answer to the caller's question: an abort has `answer` in its place. */
export function* withoutResult<T>(plan: Plan<T>, answer: unknown): Plan<T> {
  try {
    return yield* plan;
  } catch (error) {
    throw error instanceof AbortedError ? new AbortedError(error.cause, answer) : error;
  }
}

/** The least time that a fit gets: it takes one step then, so that there is always a result. */
const leastSeconds = 1e-3;

/** Answers "how long may this task take?" from the moment of its creation on. */
function stopwatch(timeLimit: number | undefined): (share: number) => number | undefined {
  if (timeLimit === undefined) return () => undefined;
  const start = performance.now();
  return (share) => Math.max(leastSeconds, share * timeLimit - (performance.now() - start) / 1000);
}

/** Carries a plan out on the calling thread. Errors of tasks are thrown into the plan, which may add what it has. */
export function runPlanSync<R>(plan: Plan<R>, timeLimit: number | undefined): R {
  const left = stopwatch(timeLimit);
  let next = plan.next();
  while (!next.done) {
    const task = next.value;
    let answer: unknown;
    try {
      answer = task.sync(left(task.share));
    } catch (error) {
      next = plan.throw(error);
      continue;
    }
    next = plan.next(answer);
  }
  return next.value;
}

/** {@link runPlanSync} with visits to the event loop: the same fits, the same results. */
export async function runPlan<R>(plan: Plan<R>, timeLimit: number | undefined): Promise<R> {
  const left = stopwatch(timeLimit);
  let next = plan.next();
  while (!next.done) {
    const task = next.value;
    let answer: unknown;
    try {
      answer = await task.async(left(task.share));
    } catch (error) {
      next = plan.throw(error);
      continue;
    }
    next = plan.next(answer);
  }
  return next.value;
}
