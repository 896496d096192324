import { getEventListeners } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import {
  AbortedError,
  ArgumentError,
  betaMax,
  crossValidate,
  enumeratePatterns,
  InternalError,
  type Progress,
  ReLUClassifier,
  ReLURegressor,
  regularizationPath,
  relu,
  type TrainResult,
  train,
} from '../../src/index.js';
import { createPool, type StartThread } from '../../src/worker/client.js';
import { serve } from '../../src/worker/host.js';
import type { Reply, Request } from '../../src/worker/wire.js';
import { families } from '../support/every-family.js';
import { numbers } from '../support/kernel-harness.js';

/** A worker's two sides in one thread, messages through a channel that clones them as a real one does. */
function threads() {
  const started: { fail(reason: string): void; answer(reply: Reply): void }[] = [];
  const start: StartThread = (receive, fail) => {
    const { port1, port2 } = new MessageChannel();
    port1.on('message', receive);
    serve({
      post: (reply) => port2.postMessage(reply),
      listen: (listener) => void port2.on('message', (request: Request) => listener(request)),
    });
    started.push({ fail, answer: (reply) => port2.postMessage(reply) });
    return {
      post: (request) => port1.postMessage(request),
      terminate: () => port1.close(),
    };
  };
  return { start, started };
}

const n = 20;
const data = numbers(2 * n, 3, 2);
const X = Array.from({ length: n }, (_, k) => [data[2 * k], data[2 * k + 1]]);
const y = X.map(([a, b]) => Math.abs(a) - b);
const long = { beta: 1e-4, patterns: 'priced', tolerance: 1e-9 } as const;

async function withPool<T>(
  body: (pool: ReturnType<typeof createPool>, made: ReturnType<typeof threads>) => Promise<T>,
  size = 1,
) {
  const made = threads();
  const pool = createPool(made.start, { threads: size });
  try {
    return await body(pool, made);
  } finally {
    pool.close();
  }
}

describe('a pool of workers', () => {
  it.each(families)('trains as the function does, bit by bit: $name', async ({ architecture, inputs, outputs = 1, options }) => {
    const rows = 9;
    const own = numbers(rows * inputs, 5, 1);
    const inputsX = Array.from({ length: rows }, (_, k) => Array.from(own.subarray(k * inputs, (k + 1) * inputs)));
    const classes = (k: number) => Array.from({ length: outputs }, (_, c) => (k % outputs === c ? 1 : 0));
    const value = (k: number) => (options?.loss === 'logistic' ? (k % 3 === 0 ? 1 : -1) : Math.abs(own[k % own.length]) - 0.2);
    const targets = inputsX.map((_, k) => {
      if (options?.loss === 'softmax') return classes(k);
      return outputs === 1 ? value(k) : Array.from({ length: outputs }, (_, c) => value(k + c));
    });
    const question = [architecture(), inputsX, targets as number[], { ...options, beta: 0.1 }] as const;
    const here = await train(...question);
    await withPool(async (pool) => {
      const there = await pool.train(...question);
      expect(there).toEqual(here);
      expect(Object.getPrototypeOf(there.network)).toBe(Object.getPrototypeOf(here.network));
      // A result crosses back, too.
      const warm = await pool.train(architecture(), inputsX, targets as number[], { ...options, beta: 0.05, warmStart: there });
      expect(warm).toEqual(
        await train(architecture(), inputsX, targets as number[], { ...options, beta: 0.05, warmStart: here }),
      );
    });
  });

  it('has paths, cross-validation, betaMax and patterns', async () => {
    await withPool(async (pool) => {
      const options = { values: 3, ratio: 0.1 };
      expect(await pool.regularizationPath(relu(), X, y, options)).toEqual(await regularizationPath(relu(), X, y, options));
      expect(await pool.crossValidate(relu(), X, y, options)).toEqual(await crossValidate(relu(), X, y, options));
      expect(await pool.betaMax(relu(), X, y)).toEqual(await betaMax(relu(), X, y));
      expect(await pool.enumeratePatterns(X)).toEqual(await enumeratePatterns(X));
    });
  });

  it('has offsets: of fits, paths, folds and predictions', async () => {
    await withPool(async (pool) => {
      const labels = y.map((value) => (value > 0 ? 1 : -1));
      const offset = Float64Array.from(y, (value) => 0.3 * value);
      const options = { loss: 'logistic', offset, patterns: { sample: 10 } } as const;
      const there = await pool.train(relu(), X, labels, { ...options, beta: 0.1 });
      const here = await train(relu(), X, labels, { ...options, beta: 0.1 });
      expect(there).toEqual(here);
      expect(here.certificate.objective).not.toBe(
        (await train(relu(), X, labels, { ...options, offset: undefined, beta: 0.1 })).certificate.objective,
      );
      expect(there.network.predict(X, { offset })).toEqual(here.network.predict(X, { offset }));
      expect(await pool.betaMax(relu(), X, labels, options)).toEqual(await betaMax(relu(), X, labels, options));
      const few = { ...options, values: 2, ratio: 0.1 };
      expect(await pool.crossValidate(relu(), X, labels, few)).toEqual(await crossValidate(relu(), X, labels, few));
    });
  });

  it('fits estimators: a fitted one of the same class comes back', async () => {
    await withPool(async (pool) => {
      const labels = y.map((value) => (value > 0 ? 'up' : 'down'));
      const classWeight = new Map([
        ['up', 1],
        ['down', 2],
      ]);
      const there = await pool.fit(new ReLUClassifier({ beta: 0.1, classWeight }), X, labels);
      expect(there).toBeInstanceOf(ReLUClassifier);
      const here = await new ReLUClassifier({ beta: 0.1, classWeight }).fit(X, labels);
      expect(there.toJSON()).toEqual(here.toJSON());
      expect(there.predict(X)).toEqual(here.predict(X));
    });
  });

  it('reports progress and hears a signal: the best result so far comes with the error', async () => {
    await withPool(async (pool) => {
      const stop = new AbortController();
      const heard: Progress[] = [];
      const onProgress = (progress: Progress) => {
        heard.push(progress);
        stop.abort('enough');
      };
      const error = await pool.train(relu(), X, y, { ...long, signal: stop.signal, onProgress }).catch((caught) => caught);
      expect(error).toBeInstanceOf(AbortedError);
      expect(error.name).toBe('AbortError');
      expect(error.cause).toBe('enough');
      const { network, certificate } = error.result as TrainResult;
      expect(network.predict(X).length).toBe(n);
      expect(certificate.patternBound).toBeLessThanOrEqual(certificate.objective);
      expect(heard[0].objective).toBeGreaterThan(0);
    });
  });

  it('gives the best estimator so far when a fit is aborted', async () => {
    await withPool(async (pool) => {
      const stop = new AbortController();
      const estimator = new ReLURegressor({ beta: 1e-4, tolerance: 1e-9 });
      const call = pool.fit(estimator, X, y, { signal: stop.signal, onProgress: () => stop.abort() });
      const error = await call.catch((caught) => caught);
      expect(error).toBeInstanceOf(AbortedError);
      expect(error.result).toBeInstanceOf(ReLURegressor);
    });
  });

  it('ends a call that waits at once when its signal fires', async () => {
    await withPool(async (pool) => {
      const first = pool.train(relu(), X, y, { beta: 0.1 });
      const stop = new AbortController();
      const second = pool.train(relu(), X, y, { beta: 0.1, signal: stop.signal });
      stop.abort('never mind');
      await expect(second).rejects.toMatchObject({ name: 'AbortError', result: null, cause: 'never mind' });
      expect((await first).status).toBe('optimal');
    });
  });

  it('throws the errors of the library, with their fields', async () => {
    await withPool(async (pool) => {
      const error = await pool.train(relu(), X, y, { beta: -1 }).catch((caught) => caught);
      expect(error).toBeInstanceOf(ArgumentError);
      expect(error).toMatchObject({ argument: 'options.beta', received: '-1', code: 'argument', name: 'ArgumentError' });
      expect(error.message).toBe(new ArgumentError(error.argument, error.received, error.expected).message);
    });
  });

  it('refuses families that it cannot make again, and messages that name no family', async () => {
    await withPool(async (pool) => {
      const { recipe: _, ...foreign } = relu();
      await expect(pool.train(foreign, X, y, { beta: 1 })).rejects.toBeInstanceOf(ArgumentError);
      for (const factory of ['train', 'ReLURegressor', 'constructor', 'nothing']) {
        const forged = { ...relu(), recipe: [factory] as const };
        await expect(pool.train(forged, X, y, { beta: 1 })).rejects.toBeInstanceOf(ArgumentError);
      }
    });
  });

  it('starts a new worker after one died, drops its late answers, and goes on', async () => {
    await withPool(async (pool, { started }) => {
      const lost = pool.train(relu(), X, y, long);
      started[0].fail('out of memory');
      await expect(lost).rejects.toBeInstanceOf(InternalError);
      const next = pool.train(relu(), X, y, { beta: 0.1 });
      started[0].answer({ id: 0, value: 'stale' });
      started[0].fail('told twice');
      expect((await next).status).toBe('optimal');
      expect(started.length).toBe(2);
    });
  });

  it('runs as many calls at a time as it has threads, in the order of the calls', async () => {
    await withPool(async (pool, { started }) => {
      const calls = [0.5, 0.4, 0.3].map((beta) => pool.train(relu(), X, y, { beta }));
      expect(started.length).toBe(2);
      expect((await Promise.all(calls)).map(({ beta }) => beta)).toEqual([0.5, 0.4, 0.3]);
      expect(started.length).toBe(2);
    }, 2);
    for (const bad of [0, 1.5, Number.NaN]) expect(() => createPool(threads().start, { threads: bad })).toThrow(ArgumentError);
  });

  it('rejects what is open when it is closed, and what comes later', async () => {
    const pool = createPool(threads().start);
    const calls = [pool.train(relu(), X, y, long), pool.train(relu(), X, y, long)];
    pool.close();
    for (const call of calls) await expect(call).rejects.toBeInstanceOf(AbortedError);
    await expect(pool.train(relu(), X, y, long)).rejects.toBeInstanceOf(AbortedError);
  });

  it('stays whole after calls that cannot be sent, and names what cannot', async () => {
    await withPool(async (pool, { started }) => {
      const weakMap = new WeakMap();
      const calls: [string, () => Promise<unknown>][] = [
        ['architecture', () => pool.train(relu as never, X, y, { beta: 1 })],
        ['X[1]', () => pool.train(relu(), [[1], weakMap] as never, y, { beta: 1 })],
        ['y', () => pool.betaMax(relu(), X, Promise.resolve(y) as never)],
        ['options.patterns', () => pool.train(relu(), X, y, { beta: 1, patterns: (() => 1) as never })],
        ['options.seed', () => pool.crossValidate(relu(), X, y, { seed: Symbol('seed') as never })],
        ['X', () => pool.enumeratePatterns((() => X) as never)],
        ['lambda', () => pool.dualMaximum(X, Symbol('lambda') as never)],
        ['options.sampleWeight', () => pool.fit(new ReLURegressor(), X, y, { sampleWeight: weakMap as never })],
      ];
      for (const [argument, call] of calls) {
        const error = await call().catch((caught: unknown) => caught);
        expect(error, argument).toBeInstanceOf(ArgumentError);
        expect((error as ArgumentError).argument).toBe(argument);
      }
      expect((await pool.train(relu(), X, y, { beta: 0.1 })).status).toBe('optimal');
      expect(started.length).toBe(1);
    });
  });

  it('refuses malformed options of every call as the functions do, and goes on', async () => {
    await withPool(async (pool) => {
      const bad = [null, [], 'x', 5, { signal: 5 }, { signal: {} }, { onProgress: 1 }, { nonsense: 1 }] as never[];
      for (const options of bad) {
        for (const ask of [
          () => pool.train(relu(), X, y, options),
          () => pool.betaMax(relu(), X, y, options),
          () => pool.regularizationPath(relu(), X, y, options),
          () => pool.crossValidate(relu(), X, y, options),
          () => pool.enumeratePatterns(X, options),
          () => pool.dualMaximum(X, y, options),
          () => pool.fit(new ReLURegressor({ beta: 1 }), X, y, options),
        ])
          await expect(ask(), JSON.stringify(options)).rejects.toBeInstanceOf(ArgumentError);
      }
      for (const estimator of [null, undefined, {}, relu(), 'ReLURegressor'])
        await expect(pool.fit(estimator as never, X, y)).rejects.toBeInstanceOf(ArgumentError);
      expect((await pool.train(relu(), X, y, { beta: 0.1 })).status).toBe('optimal');
    });
  });

  it('rejects with what a listener throws, and serves the next call in the same worker', async () => {
    await withPool(async (pool, { started }) => {
      for (const thrown of [new Error('mine'), 'a text', undefined]) {
        const onProgress = () => {
          throw thrown;
        };
        for (const call of [
          pool.train(relu(), X, y, { ...long, onProgress }),
          pool.fit(new ReLURegressor({ beta: 1e-3 }), X, y, { onProgress }),
          pool.regularizationPath(relu(), X, y, { values: 3, onProgress }),
        ])
          expect(await call.then(() => 'fulfilled').catch((error: unknown) => error)).toBe(thrown);
      }
      expect((await pool.train(relu(), X, y, { beta: 0.1 })).status).toBe('optimal');
      expect(started.length).toBe(1);
    });
  });

  it('may be closed by a listener', async () => {
    const pool = createPool(threads().start);
    const call = pool.train(relu(), X, y, { ...long, onProgress: () => pool.close() });
    await expect(call).rejects.toBeInstanceOf(AbortedError);
  });

  it('leaves no listener on a signal, however a call ends', async () => {
    const { signal } = new AbortController();
    const listeners = () => getEventListeners(signal, 'abort').length;
    const pool = createPool(threads().start, { threads: 2 });
    for (let i = 0; i < 12; i++) await pool.train(relu(), X, y, { beta: 1, signal });
    expect(listeners()).toBe(0);
    await pool.train(relu(), X, y, { beta: -1, signal }).catch(() => null);
    await pool.train(relu as never, X, y, { beta: 1, signal }).catch(() => null);
    const throws = () => {
      throw new Error('mine');
    };
    await pool.train(relu(), X, y, { ...long, signal, onProgress: throws }).catch(() => null);
    expect(listeners()).toBe(0);
    const open = [1, 2, 3].map(() => pool.train(relu(), X, y, { ...long, signal }).catch(() => null));
    pool.close();
    await Promise.all(open);
    expect(listeners()).toBe(0);
  });

  it('takes no signal that has fired: nothing is started', async () => {
    await withPool(async (pool, { started }) => {
      const signal = AbortSignal.abort('before');
      for (const call of [
        pool.train(relu(), X, y, { beta: 1, signal }),
        pool.crossValidate(relu(), X, y, { signal }),
        pool.fit(new ReLURegressor(), X, y, { signal }),
      ])
        await expect(call).rejects.toMatchObject({ name: 'AbortError', cause: 'before', result: null });
      expect(started.length).toBe(0);
    });
  });

  it('carries reasons of aborts that no message could', async () => {
    await withPool(async (pool) => {
      const stop = new AbortController();
      const reason = { explain: () => 'enough' };
      const call = pool.train(relu(), X, y, { ...long, signal: stop.signal, onProgress: () => stop.abort(reason) });
      const error = await call.catch((caught) => caught);
      expect(error).toBeInstanceOf(AbortedError);
      expect(error.cause).toBe(reason);
    });
  });

  it('says so where a worker cannot start, and tries again at the next call', async () => {
    const made = threads();
    let refusals = 2;
    const pool = createPool((...given) => {
      if (refusals-- > 0) throw new Error('forbidden by the page');
      return made.start(...given);
    });
    for (let i = 0; i < 2; i++)
      await expect(pool.train(relu(), X, y, { beta: 1 })).rejects.toMatchObject({
        name: 'UnsupportedRuntimeError',
        message: 'a worker cannot be started here: forbidden by the page',
      });
    expect((await pool.train(relu(), X, y, { beta: 1 })).status).toBe('optimal');
    pool.close();
  });

  it('rejects a call whose answer cannot be read', async () => {
    await withPool(async (pool, { started }) => {
      const call = pool.train(relu(), X, y, long);
      started[0].answer({ id: 0, value: { $cvxnn: 'network', json: { format: 'of another library' } } });
      await expect(call).rejects.toMatchObject({ name: 'ModelFormatError' });
    });
  });

  it('holds 40 calls of two threads at once, each with its own end', async () => {
    await withPool(async (pool) => {
      const calls = Array.from({ length: 40 }, (_, i) => {
        if (i % 4 === 1) return pool.train(relu as never, X, y, { beta: 1 });
        if (i % 4 === 2) return pool.train(relu(), X, y, { beta: 1, signal: AbortSignal.abort() });
        if (i % 4 === 3) return pool.train(relu(), X, y, { beta: -i });
        return pool.train(relu(), X, y, { beta: i + 1 });
      });
      const ends = (await Promise.allSettled(calls)).map((end) =>
        end.status === 'fulfilled' ? end.value.beta : (end.reason as Error).name,
      );
      expect(ends).toEqual(Array.from({ length: 40 }, (_, i) => [i + 1, 'ArgumentError', 'AbortError', 'ArgumentError'][i % 4]));
    }, 2);
  });

  it('refuses numbers of threads that no machine has, and options that are none', () => {
    const { start, started } = threads();
    for (const threads of [1e9, 1025, 0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '2', null, [], {}, true])
      expect(() => createPool(start, { threads } as never), String(threads)).toThrow(ArgumentError);
    for (const options of [null, [], 'x', 5, { thread: 2 }, () => 1])
      expect(() => createPool(start, options as never)).toThrow(ArgumentError);
    expect(started.length).toBe(0);
  });
});
