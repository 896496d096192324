import { count, describeValue } from '../data/describe.js';
import { printAsText } from '../data/inspect.js';
import * as library from '../index.js';
import { requireObject, splitOptions } from './split-options.js';
import { nameUncloneable } from './uncloneable.js';
import { decode, encode, type Method, methods, type Reply, type Request } from './wire.js';

/** A worker as the pool sees it, whichever platform made it. */
export interface Thread {
  post(request: Request): void;
  terminate(): void;
}

/** Starts a worker; `fail` is called when it dies, with the reason. */
export type StartThread = (receive: (reply: Reply) => void, fail: (reason: string) => void) => Thread;

export interface SpawnOptions {
  /** Calls that run at the same time, 1 to 1024; others wait their turn. Default 1. */
  readonly threads?: number;
}

type Remote = Pick<
  typeof library,
  'train' | 'betaMax' | 'regularizationPath' | 'crossValidate' | 'toRelu' | 'dualMaximum' | 'enumeratePatterns'
>;

/** What an estimator of this library can do that a worker needs. */
interface Estimates {
  readonly options: object;
  fit(X: library.MatrixLike, y: ArrayLike<unknown>, call?: library.FitCallOptions): Promise<unknown>;
}

/**
 * The API in workers. Every function takes the same arguments and gives the same results, to the last bit, as the function
 * of the same name in `cvxnn`; progress and abort work as there.
 */
export interface WorkerPool extends Remote {
  /** A fitted estimator of the same class and options. */
  fit<E extends Estimates>(estimator: E, X: library.MatrixLike, y: ArrayLike<unknown>, call?: library.FitCallOptions): Promise<E>;
  /** Ends the workers. Calls that are still open are rejected with an AbortedError. */
  close(): void;
  /** One line: threads, calls that run and that wait. `console.log` prints it. */
  toString(): string;
}

/** A call from its beginning until it is answered. Its promise settles once; its worker may be busy with it for longer. */
interface Task {
  readonly id: number;
  readonly method: Method;
  readonly values: unknown;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: never) => void) | undefined;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** A place for one worker, which is started when first needed and again after it died. */
interface Slot {
  thread: Thread | null;
  task: Task | null;
}

/** Workers are threads of the system with a library each: more would exhaust the machine before they did any work. */
const mostThreads = 1024;

/** The calls of one pool: who waits, who runs where, and how each of them ends. */
class Pool {
  private readonly slots: Slot[];
  private readonly waiting: Task[] = [];
  private closed = false;
  private nextId = 0;

  constructor(
    private readonly start: StartThread,
    threads: number,
  ) {
    this.slots = Array.from({ length: threads }, () => ({ thread: null, task: null }));
  }

  /** Nothing is left behind by a call that cannot be sent: no task, no listener. */
  call(method: Method, parameters: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.closed) throw closedError();
      const place = methods[method];
      const { signal, onProgress, options } = splitOptions(parameters[place]);
      const values = encode([...parameters.slice(0, place), options]);
      if (signal?.aborted) throw new library.AbortedError(signal.reason, null);
      const abort = () => this.abort(task);
      const settled = () => signal?.removeEventListener('abort', abort);
      const task: Task = {
        id: this.nextId++,
        method,
        values,
        signal,
        onProgress,
        resolve: (value) => {
          settled();
          resolve(value);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.waiting.push(task);
      this.next();
    });
  }

  /** One line: what it does now. */
  toString(): string {
    if (this.closed) return 'WorkerPool: closed';
    const running = this.slots.filter(({ task }) => task !== null).length;
    return `WorkerPool: ${count(this.slots.length, 'thread')}, ${count(running, 'call')} running, ${this.waiting.length} waiting`;
  }

  close(): void {
    this.closed = true;
    const open = [...this.slots.flatMap(({ task }) => (task ? [task] : [])), ...this.waiting.splice(0)];
    for (const slot of this.slots) {
      slot.thread?.terminate();
      slot.thread = null;
      slot.task = null;
    }
    for (const { reject } of open) reject(closedError());
  }

  /** Gives the calls that wait to the places that are free. */
  private next(): void {
    for (;;) {
      const slot = this.slots.find(({ task }) => task === null);
      const task = slot && this.waiting.shift();
      if (!slot || !task) return;
      slot.task = task;
      try {
        const { id, method, values, onProgress } = task;
        slot.thread ??= this.startIn(slot);
        slot.thread.post({ id, method, values, listens: onProgress !== undefined });
      } catch (error) {
        slot.task = null;
        task.reject(unsent(task, error));
      }
    }
  }

  private startIn(slot: Slot): Thread {
    let thread: Thread | null = null;
    const fail = (reason: string): void => {
      // A worker that died is told of more than once; the next one has taken its place by then.
      if (slot.thread !== thread) return;
      slot.thread = null;
      this.finish(slot, ({ reject }) => reject(new library.InternalError(`the worker ended: ${reason}`)));
    };
    try {
      thread = this.start((reply) => this.receive(slot, reply), fail);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new library.UnsupportedRuntimeError(`a worker cannot be started here: ${reason}`, { cause });
    }
    return thread;
  }

  private receive(slot: Slot, reply: Reply): void {
    const { task } = slot;
    // Answers to calls that are over (their worker was given up) are dropped.
    if (!task || reply.id !== task.id) return;
    if ('progress' in reply) this.tell(slot, task, reply.progress);
    else if ('value' in reply) this.finish(slot, () => task.resolve(decode(reply.value)));
    else this.finish(slot, () => task.reject(answered(task, decode(reply.error))));
  }

  /** A listener that throws ends its call with what it threw, as in the functions themselves. Its worker is free once it has stopped. */
  private tell(slot: Slot, task: Task, progress: unknown): void {
    try {
      task.onProgress?.(decode(progress) as never);
    } catch (error) {
      task.reject(error);
      // The listener may have closed the pool.
      if (slot.task === task) {
        slot.task = { ...task, onProgress: undefined, resolve() {}, reject() {} };
        slot.thread?.post({ id: task.id, abort: true });
      }
    }
  }

  private finish(slot: Slot, settle: (task: Task) => void): void {
    const { task } = slot;
    slot.task = null;
    if (task) {
      try {
        settle(task);
      } catch (error) {
        task.reject(error);
      }
    }
    this.next();
  }

  /** A running call ends with its best result; one that waits ends at once. */
  private abort(task: Task): void {
    const slot = this.slots.find((place) => place.task === task);
    if (slot) slot.thread?.post({ id: task.id, abort: true });
    const place = this.waiting.indexOf(task);
    if (place < 0) return;
    this.waiting.splice(place, 1);
    task.reject(new library.AbortedError(task.signal?.reason, null));
  }
}

function closedError(): library.AbortedError {
  return new library.AbortedError('the workers were closed', null);
}

/** Why a call could not be sent: the argument that cannot be cloned, where that is it. */
function unsent({ method, values }: Task, error: unknown): unknown {
  return error instanceof library.CvxnnError ? error : (nameUncloneable(method, values as unknown[]) ?? error);
}

/** Reasons of aborts stay on this side, because any value may be one. */
function answered({ signal }: Task, error: unknown): unknown {
  return error instanceof library.AbortedError && signal?.aborted ? new library.AbortedError(signal.reason, error.result) : error;
}

export function createPool(start: StartThread, options: SpawnOptions = {}): WorkerPool {
  const { threads = 1, ...others } = requireObject(options);
  for (const name of Object.keys(others)) throw new library.ArgumentError(`options.${name}`, 'unknown', 'only threads');
  if (!Number.isInteger(threads) || threads < 1 || threads > mostThreads)
    throw new library.ArgumentError('options.threads', describeValue(threads), `an integer from 1 to ${mostThreads}`);
  const pool = new Pool(start, threads);
  const remote = Object.fromEntries(
    (Object.keys(methods) as Method[]).map((method) => [method, (...given: unknown[]) => pool.call(method, given)]),
  ) as unknown as Remote;
  const shown: WorkerPool = {
    ...remote,
    async fit(estimator, X, y, call = {}) {
      const Class = estimator?.constructor as unknown as { fromJSON(json: unknown): typeof estimator };
      const name = Object.entries(library).find(([, value]) => (value as unknown) === Class)?.[0];
      if (name === undefined || typeof Class.fromJSON !== 'function')
        throw new library.ArgumentError('estimator', describeValue(estimator), 'an estimator of cvxnn');
      try {
        return Class.fromJSON(await pool.call('fit', [name, estimator.options, X, y, call]));
      } catch (error) {
        if (!(error instanceof library.AbortedError) || error.result === null) throw error;
        throw new library.AbortedError(error.cause, Class.fromJSON(error.result));
      }
    },
    close: () => pool.close(),
    toString: () => pool.toString(),
  };
  printAsText(shown);
  return shown;
}
