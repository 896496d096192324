import { expect } from 'vitest';
import type { Kernels } from '../../src/core/kernels.js';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';

/** Written around every output; a NaN payload no kernel produces, compared as bits. */
const canary = 0x7ff8dead;
const guardBytes = 32;

/** Addresses of one kernel call. `input` copies in; `output` and `work` are guarded, and every guard is checked at the end. */
export interface Bench {
  readonly kernels: Kernels;
  readonly scope: Scope;
  /** Address of a copy; the harness checks that the kernel left it as it was. */
  input(values: ArrayLike<number>): number;
  /** Address of `length` doubles that start as `initial` (default NaN, so that an entry not written shows). */
  output(length: number, initial?: ArrayLike<number>): number;
  /** Address of `bytes` guarded bytes of workspace, filled with NaN. */
  work(bytes: number): number;
  /** A copy of the doubles at an address. */
  read(address: number, length: number): Float64Array;
}

/** A bench on given kernels (the debug build, say): guards and inputs are checked when `body` returns. */
export function withBench<T>(kernels: Kernels, body: (bench: Bench) => T): T {
  const scope = new Scope(kernels);
  const guards: number[] = [];
  const inputs: { address: number; values: Float64Array }[] = [];
  const words = (address: number, bytes: number) => scope.integers(address, bytes >> 2);
  const guarded = (bytes: number): number => {
    const start = scope.bytes(bytes + 2 * guardBytes + 8);
    // The end guard starts at the very next byte that is a multiple of 4: a tail that writes one lane too many is seen.
    const end = start + guardBytes + ((bytes + 3) & ~3);
    for (const guard of [start, end]) {
      words(guard, guardBytes).fill(canary);
      guards.push(guard);
    }
    return start + guardBytes;
  };
  const read = (address: number, length: number) => scope.view({ address, length }).slice();
  const result = body({
    kernels,
    scope,
    read,
    input(values) {
      const address = guarded(values.length * 8);
      scope.view({ address, length: values.length }).set(values);
      inputs.push({ address, values: Float64Array.from(values) });
      return address;
    },
    output(length, initial) {
      const address = guarded(length * 8);
      if (initial) scope.view({ address, length }).set(initial);
      else scope.view({ address, length }).fill(Number.NaN);
      return address;
    },
    work(bytes) {
      const address = guarded(bytes);
      scope.raw(address, bytes).fill(0xff);
      return address;
    },
  });
  for (const guard of guards) expect(Array.from(words(guard, guardBytes)), 'canary').toEqual(Array(guardBytes / 4).fill(canary));
  for (const { address, values } of inputs) expect(read(address, values.length), 'input unchanged').toEqual(values);
  return result;
}

/** Run `body` on a fresh instance of the built core; its memory is dropped afterwards. */
export function onBench<T>(body: (bench: Bench) => T): T {
  return withBench(openKernelsSync(), body);
}

/** Reproducible numbers in (-1, 1): a 32-bit mixing generator, good enough to have no structure that a test could meet. */
export function numbers(length: number, seed = 1, scale = 1): Float64Array {
  let state = Math.imul(seed, 0x9e3779b9) >>> 0;
  return Float64Array.from({ length }, () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1) * scale;
  });
}

/** Every |actual_i - expected_i| <= bound_i (a number, or one an entry); NaN never passes. */
export function expectWithin(actual: ArrayLike<number>, expected: ArrayLike<number>, bound: number | ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const allowed = typeof bound === 'number' ? bound : bound[i];
    const difference = Math.abs(actual[i] - expected[i]);
    if (!(difference <= allowed))
      expect.fail(`entry ${i}: ${actual[i]} instead of ${expected[i]}, off by ${difference}, allowed ${allowed}`);
  }
}
