import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { AbortedError } from '../../src/errors.js';
import type { Pause } from '../../src/pausing.js';
import type { Iterate } from '../../src/program/program.js';
import { fista } from '../../src/solver/fista.js';
import { type Control, drive, driveSync, type RunOptions, run, runSync, type Solution } from '../../src/solver/run.js';
import { matrixProgram, randomMatrixProblem } from '../support/matrix-program.js';

/** Yields 1, 2, ... and notes in `closed` that its `finally` ran. */
function* count(to: number, closed: string[] = []): Generator<number, string> {
  try {
    for (let i = 1; i <= to; i++) yield i;
    return 'all';
  } finally {
    closed.push('inner');
  }
}

function* nested(closed: string[]): Generator<number, string> {
  try {
    return `${yield* count(3, closed)} and ${yield* count(4, closed)}`;
  } finally {
    closed.push('outer');
  }
}

const conclude = (latest: number) => `after ${latest}`;

/** Both ways to drive must do the same; every test of this kind runs through here. */
async function both<R>(make: () => Generator<number, R>, control: () => Control<number, R>) {
  const driven = driveSync(make(), control());
  expect(await drive(make(), control())).toEqual(driven);
  return driven;
}

describe('drive', () => {
  it('returns what the generator returns, nested or not', async () => {
    const seen: number[] = [];
    const closed: string[] = [];
    const driven = await both(
      () => nested(closed),
      () => ({ conclude, report: (value) => void seen.push(value) }),
    );
    expect(driven).toEqual({ result: 'all and all', ending: 'returned' });
    expect(seen).toEqual([1, 2, 3, 1, 2, 3, 4, 1, 2, 3, 1, 2, 3, 4]);
    expect(closed).toEqual(['inner', 'inner', 'outer', 'inner', 'inner', 'outer']);
  });

  it('stops where the report says so and closes the whole nest', async () => {
    const closed: string[] = [];
    const driven = await both(
      () => nested(closed),
      () => ({ conclude, report: (_value, sofar) => sofar === 5 }),
    );
    expect(driven).toEqual({ result: 'after 2', ending: 'stopped' });
    expect(closed.slice(0, 3)).toEqual(['inner', 'inner', 'outer']);
  });

  it('ends at the time limit of the given clock, never before the first value', async () => {
    for (const [timeLimit, latest] of [
      [0, 1],
      [0.0045, 4],
    ]) {
      const driven = await both(
        () => count(100),
        () => {
          let now = 1000;
          return {
            conclude,
            timeLimit,
            clock: () => now,
            report: () => {
              now += 1.2;
              return false;
            },
          };
        },
      );
      expect(driven).toEqual({ result: `after ${latest}`, ending: 'time-limit' });
    }
  });

  it('concludes while the generator still holds what it has', () => {
    const closed: string[] = [];
    const control = { conclude: (latest: number) => `${latest} with ${closed.length} closed`, report: () => true };
    expect(driveSync(count(9, closed), control).result).toBe('1 with 0 closed');
    expect(closed).toEqual(['inner']);
  });

  it('hears stages and pauses, which are no values', async () => {
    function* paused(): Generator<number | Pause, string> {
      yield 'patterns';
      yield undefined;
      yield 1;
      yield 'solve';
      yield 2;
      yield undefined;
      return 'all';
    }
    const heard: unknown[] = [];
    const control: Control<number, string> = {
      conclude,
      enter: (stage) => heard.push(stage),
      wait: () => heard.push('pause'),
      report: (value) => void heard.push(value),
    };
    expect(driveSync(paused(), control)).toEqual({ result: 'all', ending: 'returned' });
    expect(heard).toEqual(['patterns', 'pause', 1, 'solve', 2, 'pause']);
    expect(await drive(paused(), { conclude })).toEqual({ result: 'all', ending: 'returned' });
  });

  /** Pauses for ever, so that no value comes. */
  function* barren(): Generator<number | Pause, string> {
    for (;;) yield undefined;
  }

  it('concludes with what there is without any value, a little after the limit, and looks again in between', async () => {
    const control = () => {
      let now = 0;
      return {
        conclude,
        concludeEmpty: () => `nothing after ${now}`,
        timeLimit: 2,
        clock: () => now,
        wait: () => {
          now += 10;
        },
      };
    };
    // The limit of 2 s, a fifth of a second of grace and a twentieth of the limit.
    const expected = { result: 'nothing after 2300', ending: 'time-limit' };
    expect(driveSync(barren(), control())).toEqual(expected);
    const { result, ending } = await drive(barren(), control());
    expect(ending).toBe('time-limit');
    expect(result).toBe(expected.result);
  });

  it('aborts without a result where a signal fires before any value', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort('soon'), 5);
    const error = await drive(barren(), { conclude, signal: controller.signal }).catch((reason) => reason);
    expect(error).toBeInstanceOf(AbortedError);
    expect(error).toMatchObject({ result: null, cause: 'soon' });
  });

  it('concludes in parts, and takes no further step of the run meanwhile', () => {
    let steps = 0;
    function* counting(): Generator<number, string> {
      for (;;) yield ++steps;
    }
    function* slowly(latest: number): Generator<Pause, string> {
      for (let i = 0; i < 5; i++) yield undefined;
      return `after ${latest} of ${steps}`;
    }
    expect(driveSync(counting(), { conclude: slowly, timeLimit: 0 }).result).toBe('after 1 of 1');
  });

  it('lets a run that is about to end by itself end, whatever the limit', () => {
    let ending = false;
    function* run(): Generator<number | Pause, string> {
      yield 1;
      ending = true;
      for (let i = 0; i < 5; i++) yield undefined;
      return 'whole';
    }
    let now = 0;
    const control = {
      conclude,
      isEnding: () => ending,
      timeLimit: 1,
      clock: () => now,
      wait: () => {
        now += 5000;
      },
    };
    expect(driveSync(run(), control)).toEqual({ result: 'whole', ending: 'returned' });
  });

  it('throws before any step when the signal has already fired', async () => {
    const control = { conclude, signal: AbortSignal.abort('no'), report: () => expect.unreachable() };
    expect(() => driveSync(count(3), control)).toThrow(AbortedError);
    const error = await drive(count(3), control).catch((reason) => reason);
    expect(error).toBeInstanceOf(AbortedError);
    expect(error).toMatchObject({ name: 'AbortError', result: null, cause: 'no' });
  });

  it('aborts after any value with the result of that value', async () => {
    for (let at = 1; at <= 7; at++) {
      for (const way of [
        async (...given: Parameters<typeof driveSync<number, string>>) => driveSync(...given),
        drive<number, string>,
      ]) {
        const closed: string[] = [];
        const controller = new AbortController();
        let latest = 0;
        const control: Control<number, string> = {
          conclude,
          signal: controller.signal,
          report(value, sofar) {
            latest = value;
            if (sofar === at) controller.abort();
            return undefined;
          },
        };
        const error = await way(nested(closed), control).catch((reason) => reason);
        expect(error).toBeInstanceOf(AbortedError);
        expect(error.result).toBe(`after ${latest}`);
        expect(closed.at(-1)).toBe('outer');
      }
    }
  });

  it('lets timers run, so that a timer can abort an endless generator', async () => {
    function* endless(): Generator<number, string> {
      for (let i = 1; ; i++) yield i;
    }
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 5);
    const error = await drive(endless(), { conclude, signal: controller.signal }).catch((reason) => reason);
    expect(error).toBeInstanceOf(AbortedError);
    expect(error.result).toMatch(/^after \d+$/);
  });

  it('visits the event loop even where the clock stands still, without MessageChannel or with one that throws', async () => {
    const channel = globalThis.MessageChannel;
    const throwing = function MessageChannel() {
      throw new Error('A Node.js API is used (MessageChannel) which is not supported in the Edge Runtime.');
    };
    for (const replacement of [channel, undefined, throwing]) {
      let turns = 0;
      const timer = setInterval(() => turns++, 0);
      Object.assign(globalThis, { MessageChannel: replacement });
      try {
        const started = performance.now();
        let values = 0;
        function* whileTimerSleeps(): Generator<number, string> {
          while (turns < 2 && performance.now() - started < 5000) yield ++values;
          return 'woken';
        }
        const driven = await drive(whileTimerSleeps(), { conclude, clock: () => 0 });
        expect(driven.result).toBe('woken');
        expect(turns).toBeGreaterThanOrEqual(2);
      } finally {
        clearInterval(timer);
        Object.assign(globalThis, { MessageChannel: channel });
      }
    }
  });

  it('passes errors of generator and report on, and closes the generator', async () => {
    const closed: string[] = [];
    const control = {
      conclude,
      report: () => {
        throw new TypeError('listener');
      },
    };
    expect(() => driveSync(count(3, closed), control)).toThrow('listener');
    await expect(drive(count(3, closed), control)).rejects.toThrow('listener');
    expect(closed).toEqual(['inner', 'inner']);
    // biome-ignore lint/correctness/useYield: a generator that fails at once
    function* broken(): Generator<number, string> {
      throw new RangeError('inside');
    }
    await expect(drive(broken(), { conclude })).rejects.toThrow('inside');
  });
});

/** A clock that moves on by `milliseconds` whenever it is read. */
function ticking(milliseconds: number): () => number {
  let now = 0;
  return () => {
    now += milliseconds;
    return now;
  };
}

describe('run', () => {
  const options: RunOptions = { tolerance: 1e-6, maxIterations: 1000 };

  function open() {
    const scope = new Scope(openKernelsSync());
    const program = matrixProgram(
      randomMatrixProblem({ loss: 'logistic', samples: 12, outputs: 1, blocks: 8, seed: 4 }, scope),
      scope,
    );
    const finish = (solution: Solution) => ({ ...solution, v: scope.copyOut(solution.v) });
    return {
      sync: (more: Partial<RunOptions> = {}) => finish(runSync(fista, program, null, { ...options, ...more }, scope)),
      async: async (more: Partial<RunOptions> = {}) => finish(await run(fista, program, null, { ...options, ...more }, scope)),
    };
  }

  it('gives the same bits either way, whatever the clock does', async () => {
    const expected = open().sync();
    expect(expected.status).toBe('optimal');
    expect(expected.relativeGap).toBeLessThanOrEqual(1e-6);
    expect(await open().async({ clock: ticking(40) })).toEqual(expected);
    expect(await open().async({ timeLimit: 1000 })).toEqual(expected);
  });

  it('says that the iterations or the time did not suffice', async () => {
    const limited = open().sync({ maxIterations: 3 });
    expect(limited).toMatchObject({ status: 'iteration-limit', iteration: 3 });
    expect(limited.relativeGap).toBeGreaterThan(1e-6);
    const timed = await open().async({ timeLimit: 1, clock: ticking(100) });
    expect(timed.status).toBe('time-limit');
    expect(timed.iteration).toBeGreaterThanOrEqual(1);
    expect(timed.objective).toBeGreaterThanOrEqual(timed.bound);
  });

  it('counts a zero budget of iterations as not converged', () => {
    const none = open().sync({ maxIterations: 0 });
    expect(none).toMatchObject({ status: 'iteration-limit', iteration: 0, bound: Number.NEGATIVE_INFINITY });
  });

  it('reports objectives that never rise and bounds that never fall', () => {
    const seen: Iterate[] = [];
    const solution = open().sync({ onProgress: (iterate) => seen.push({ ...iterate }) });
    expect(seen.map(({ iteration }) => iteration)).toEqual(seen.map((_, i) => i + 1));
    for (let i = 1; i < seen.length; i++) {
      expect(seen[i].objective).toBeLessThanOrEqual(seen[i - 1].objective);
      expect(seen[i].bound).toBeGreaterThanOrEqual(seen[i - 1].bound);
    }
    expect(seen.at(-1)?.objective).toBe(solution.objective);
  });

  it('aborts at every iteration with the best solution and its gap', () => {
    const total = open().sync().iteration;
    for (let at = 1; at <= total; at++) {
      const controller = new AbortController();
      let last: Iterate | null = null;
      const onProgress = (iterate: Iterate) => {
        last = { ...iterate };
        if (iterate.iteration === at) controller.abort();
      };
      let error: unknown;
      try {
        open().sync({ signal: controller.signal, onProgress });
      } catch (caught) {
        error = caught;
      }
      expect(error).toBeInstanceOf(AbortedError);
      const { result } = error as AbortedError<Solution>;
      expect(result).toMatchObject(last as unknown as Iterate);
      expect(result?.relativeGap).toBe(((result?.objective ?? 0) - (result?.bound ?? 0)) / (result?.objective ?? 1));
    }
  });
});
