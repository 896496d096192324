import type { Scope, Vector } from '../core/scope.js';
import { AbortedError } from '../errors.js';
import { isPause, type Pause, type Stage } from '../pausing.js';
import type { Iterate, Program, Solver, SolverOptions } from '../program/program.js';
import { relativeGap } from './incumbent.js';

/** Stretches of computation between two visits to the event loop: a frame or two, or so many steps where clocks stand still. */
const stretchMilliseconds = 25;
const stretchSteps = 256;

/** Why a generator ended: by itself, because `report` asked for it, or because time was up. */
export type Ending = 'returned' | 'stopped' | 'time-limit';

/**
 * Seconds, and share of the limit, after the time limit in which a run may still reach its first value, before it ends without
 * one. Together with a conclusion they stay within a tenth of the limit and half a second.
 */
const graceSeconds = 0.2;
const graceShare = 0.05;

/** A result, or the work that leads to it. */
type Conclusion<R> = R | Generator<Pause, R>;

/**
 * Budget and listeners of one run. A generator yields the best it has, and pauses in between; what it yielded last is what an early
 * end gets.
 *
 * @typeParam T - what the generator yields.
 * @typeParam R - what it returns.
 */
export interface Control<T, R> {
  /**
   * The result when the run ends early, from the value yielded last. The generator is still suspended then, so what it
   * has allocated is still there.
   */
  conclude(latest: T): Conclusion<R>;
  /** The result when time is up before any value; default: the run goes on to its first value. */
  concludeEmpty?(): Conclusion<R>;
  /** True once the run is about to return by itself: limits would only make it conclude twice. */
  isEnding?(): boolean;
  /** Hears of stages as they begin. */
  enter?(stage: Stage): void;
  /** Hears of pauses in between. */
  wait?(): void;
  /** Sees every yielded value, with the number of values so far; true ends the run. */
  report?(value: T, count: number): boolean | undefined;
  /** Seconds; default no limit. At least one value is yielded. The only way in which the clock changes a result. */
  readonly timeLimit?: number;
  /** Milliseconds, increasing. Default `performance.now`. */
  readonly clock?: () => number;
  readonly signal?: AbortSignal;
}

export interface Driven<R> {
  readonly result: R;
  readonly ending: Ending;
}

/** One run: knows how to take a step and when to end. Synchronous and asynchronous driving differ in their pauses only. */
class Run<T, R> {
  private readonly generator: Generator<T | Pause, R>;
  private readonly control: Control<T, R>;
  private readonly clock: () => number;
  private readonly deadline: number;
  /** When a run without any value ends. */
  private readonly lastCall: number;
  private latest: { value: T } | null = null;
  private count = 0;
  private conclusion: { readonly steps: Generator<Pause, R>; readonly ending: Ending | 'aborted' } | null = null;

  constructor(generator: Generator<T | Pause, R>, control: Control<T, R>) {
    this.generator = generator;
    this.control = control;
    this.clock = control.clock ?? (() => performance.now());
    const { timeLimit = Number.POSITIVE_INFINITY } = control;
    this.deadline = this.clock() + 1000 * timeLimit;
    this.lastCall = this.deadline + 1000 * (graceSeconds + graceShare * timeLimit);
  }

  /** Takes one step; not null when the run is over. Throws AbortedError when the signal has fired. */
  private step(): Driven<R> | null {
    const { control, latest } = this;
    if (this.conclusion) return this.goOn(this.conclusion);
    if (!control.isEnding?.()) {
      if (control.signal?.aborted) {
        if (!latest) throw new AbortedError(control.signal.reason, null);
        return this.end('aborted', control.conclude(latest.value));
      }
      if (latest && this.clock() >= this.deadline) return this.end('time-limit', control.conclude(latest.value));
      if (!latest && control.concludeEmpty && this.clock() >= this.lastCall)
        return this.end('time-limit', control.concludeEmpty());
    }
    const next = this.generator.next();
    if (next.done) return this.settle('returned', next.value);
    if (isPause(next.value)) {
      if (next.value) control.enter?.(next.value);
      else control.wait?.();
      return null;
    }
    this.latest = { value: next.value };
    this.count++;
    if (control.report?.(next.value, this.count)) return this.end('stopped', control.conclude(next.value));
    return null;
  }

  private end(ending: Ending | 'aborted', conclusion: Conclusion<R>): Driven<R> | null {
    if (!isSteps(conclusion)) return this.settle(ending, conclusion);
    this.conclusion = { steps: conclusion, ending };
    return null;
  }

  private goOn({ steps, ending }: NonNullable<typeof this.conclusion>): Driven<R> | null {
    const next = steps.next();
    return next.done ? this.settle(ending, next.value) : null;
  }

  /** A signal that fires while a run ends by itself is heard, too. */
  private settle(ending: Ending | 'aborted', result: R): Driven<R> {
    const { signal } = this.control;
    if (ending === 'aborted' || (signal?.aborted && ending === 'returned')) throw new AbortedError(signal?.reason, result);
    return { result, ending: ending as Ending };
  }

  /** Steps until the run is over. */
  finish(): Driven<R> {
    let driven: Driven<R> | null = null;
    while (!driven) driven = this.step();
    return driven;
  }

  /** Steps until the run is over, or null when the stretch is. */
  stretch(): Driven<R> | null {
    const end = this.clock() + stretchMilliseconds;
    for (let steps = 0; steps < stretchSteps; steps++) {
      const driven = this.step();
      if (driven) return driven;
      if (this.clock() >= end) break;
    }
    return null;
  }

  /** Ends the generator, also after errors of listeners: its `finally` blocks release what it holds. */
  close(): void {
    this.generator.return(undefined as never);
  }
}

function isSteps<R>(conclusion: Conclusion<R>): conclusion is Generator<Pause, R> {
  return Object.prototype.toString.call(conclusion) === '[object Generator]';
}

/** Null where there is none; the edge runtime of Next has one that throws when it is made. */
function openChannel(): MessageChannel | null {
  try {
    return new MessageChannel();
  } catch {
    return null;
  }
}

/** One turn of the event loop. Timers are clamped to milliseconds in browsers; messages are not, and workers have both. */
function pause(): Promise<void> {
  return new Promise((resolve) => {
    const channel = openChannel();
    if (!channel) {
      setTimeout(resolve, 0);
      return;
    }
    const { port1, port2 } = channel;
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/**
 * Drives a generator to its end, or to an earlier one, on the calling thread. Generators may delegate to others.
 *
 * @throws {@link AbortedError} when the signal fires; `result` is concluded from the latest value, null if there is none.
 */
export function driveSync<T, R>(generator: Generator<T | Pause, R>, control: Control<T, R>): Driven<R> {
  const run = new Run(generator, control);
  try {
    return run.finish();
  } finally {
    run.close();
  }
}

/** {@link driveSync} with a visit to the event loop about every 25 ms. Steps, and so results, are the same. */
export async function drive<T, R>(generator: Generator<T | Pause, R>, control: Control<T, R>): Promise<Driven<R>> {
  const run = new Run(generator, control);
  try {
    for (;;) {
      const driven = run.stretch();
      if (driven) return driven;
      await pause();
    }
  } finally {
    run.close();
  }
}

/** How a run ended: at its goal, at which limit, or where neither could be reached in double precision. */
export type Status = 'optimal' | 'iteration-limit' | 'time-limit' | 'stalled';

/** The best iterate of one solve, and whether it reached the tolerance. `v` lives in the scope of the solve. */
export interface Solution extends Iterate {
  readonly relativeGap: number;
  readonly status: Status;
}

export interface RunOptions extends SolverOptions {
  readonly timeLimit?: number;
  readonly clock?: () => number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (iterate: Iterate) => void;
}

/** One solve, ready to be driven: as a generator of iterates that returns a solution, and its control. */
function prepare(solver: Solver, program: Program, start: Vector | null, options: RunOptions, scope: Scope) {
  const conclude = (iterate: Iterate, limit: Exclude<Status, 'optimal'>): Solution => {
    const gap = relativeGap(iterate.objective, iterate.bound);
    return { ...iterate, relativeGap: gap, status: gap <= options.tolerance ? 'optimal' : limit };
  };
  function* solve(): Generator<Iterate | Pause, Solution> {
    const last = yield* solver.solve(program, start, options, scope);
    return conclude(last, last.iteration >= options.maxIterations ? 'iteration-limit' : 'stalled');
  }
  const control: Control<Iterate, Solution> = {
    conclude: (latest) => conclude(latest, 'time-limit'),
    report(iterate) {
      options.onProgress?.(iterate);
      return undefined;
    },
    timeLimit: options.timeLimit,
    clock: options.clock,
    signal: options.signal,
  };
  return { generator: solve(), control };
}

/**
 * Solves one program within its budget. Not converging is a status.
 *
 * @throws {@link AbortedError} with the best {@link Solution} so far.
 */
export async function run(
  solver: Solver,
  program: Program,
  start: Vector | null,
  options: RunOptions,
  scope: Scope,
): Promise<Solution> {
  const { generator, control } = prepare(solver, program, start, options, scope);
  return (await drive(generator, control)).result;
}

/** {@link run} without visits to the event loop. */
export function runSync(solver: Solver, program: Program, start: Vector | null, options: RunOptions, scope: Scope): Solution {
  const { generator, control } = prepare(solver, program, start, options, scope);
  return driveSync(generator, control).result;
}
