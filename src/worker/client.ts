import * as library from '../index.js';
import { decode, encode, type Method, methods, type Reply, type Request } from './wire.js';

/** A worker as the pool sees it, whichever platform made it. */
export interface Thread {
  post(request: Request): void;
  terminate(): void;
}

/** Starts a worker; `fail` is called when it dies, with the reason. */
export type StartThread = (receive: (reply: Reply) => void, fail: (reason: string) => void) => Thread;

export interface SpawnOptions {
  /** Calls that run at the same time; others wait their turn. Default 1. */
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
}

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

export function createPool(start: StartThread, { threads = 1 }: SpawnOptions = {}): WorkerPool {
  if (!Number.isInteger(threads) || threads < 1)
    throw new library.ArgumentError('options.threads', String(threads), 'a positive integer');
  const slots: Slot[] = Array.from({ length: threads }, () => ({ thread: null, task: null }));
  const waiting: Task[] = [];
  let closed = false;
  let nextId = 0;

  const finish = (slot: Slot, settle: (task: Task) => void): void => {
    const { task } = slot;
    slot.task = null;
    if (task) settle(task);
    next();
  };
  const receive = (slot: Slot, reply: Reply): void => {
    // Answers to calls that are over (their worker was given up) are dropped.
    if (reply.id !== slot.task?.id) return;
    if ('progress' in reply) slot.task.onProgress?.(decode(reply.progress) as never);
    else if ('value' in reply) finish(slot, (task) => task.resolve(decode(reply.value)));
    else finish(slot, (task) => task.reject(decode(reply.error)));
  };
  const next = (): void => {
    const slot = slots.find(({ task }) => task === null);
    const task = slot && waiting.shift();
    if (!slot || !task) return;
    slot.task = task;
    slot.thread ??= startIn(slot);
    const { id, method, values, signal, onProgress } = task;
    slot.thread.post({ id, method, values, listens: onProgress !== undefined });
    if (signal?.aborted) abort(task);
  };
  const startIn = (slot: Slot): Thread => {
    const thread = start(
      (reply) => receive(slot, reply),
      (reason) => {
        // A worker that died is told of more than once; the next one has taken its place by then.
        if (slot.thread !== thread) return;
        slot.thread = null;
        finish(slot, ({ reject }) => reject(new library.InternalError(`the worker ended: ${reason}`)));
      },
    );
    return thread;
  };
  /** A running call ends with its best result; one that waits ends at once. */
  const abort = (task: Task): void => {
    const slot = slots.find((place) => place.task === task);
    if (slot) slot.thread?.post({ id: task.id, abort: task.signal?.reason });
    const place = waiting.indexOf(task);
    if (place < 0) return;
    waiting.splice(place, 1);
    task.reject(new library.AbortedError(task.signal?.reason, null));
  };
  const call = (method: Method, parameters: readonly unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (closed) throw new library.AbortedError('the workers were closed', null);
      const place = methods[method];
      const { signal, onProgress, ...rest } = (parameters[place] ?? {}) as { signal?: AbortSignal; onProgress?: () => void };
      const values = encode([...parameters.slice(0, place), rest]);
      const task = { id: nextId++, method, values, signal, onProgress, resolve, reject };
      signal?.addEventListener('abort', () => abort(task), { once: true });
      waiting.push(task);
      next();
    });

  const remote = Object.fromEntries(
    (Object.keys(methods) as Method[]).map((method) => [method, (...parameters: unknown[]) => call(method, parameters)]),
  ) as unknown as Remote;
  return {
    ...remote,
    async fit(estimator, X, y, options = {}) {
      const Class = estimator.constructor as unknown as { fromJSON(json: unknown): typeof estimator };
      const name = Object.entries(library).find(([, value]) => (value as unknown) === Class)?.[0];
      if (name === undefined) throw new library.ArgumentError('estimator', 'of another library', 'an estimator of cvxnn');
      try {
        return Class.fromJSON(await call('fit', [name, estimator.options, X, y, options]));
      } catch (error) {
        if (!(error instanceof library.AbortedError) || error.result === null) throw error;
        throw new library.AbortedError(error.cause, Class.fromJSON(error.result));
      }
    },
    close() {
      closed = true;
      for (const slot of slots) {
        slot.thread?.terminate();
        slot.thread = null;
      }
      const open = [...slots.flatMap(({ task }) => (task ? [task] : [])), ...waiting.splice(0)];
      for (const slot of slots) slot.task = null;
      for (const { reject } of open) reject(new library.AbortedError('the workers were closed', null));
    },
  };
}
