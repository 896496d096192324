import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope, slice } from '../../src/core/scope.js';
import { InternalError, MemoryLimitError } from '../../src/errors.js';

const open = (limit?: number) => new Scope(openKernelsSync(), limit);

describe('the arena', () => {
  it('gives aligned addresses that do not overlap, with room to read a lane too far', () => {
    const scope = open();
    let end = scope.used;
    for (const bytes of [0, 1, 7, 8, 15, 16, 17, 1000, 65536]) {
      const address = scope.bytes(bytes);
      expect(address % 16).toBe(0);
      expect(address).toBeGreaterThanOrEqual(end);
      end = address + bytes + 16;
      expect(scope.used).toBeGreaterThanOrEqual(end);
    }
  });

  it('copies in and out, and clears what it says is zero', () => {
    const scope = open();
    const values = [1, -2, Number.MAX_VALUE, 5e-324];
    const vector = scope.copyIn(values);
    expect(Array.from(scope.copyOut(vector))).toEqual(values);
    expect(Array.from(scope.view(slice(vector, 1, 2)))).toEqual([-2, Number.MAX_VALUE]);
    expect(Array.from(scope.integers(scope.copyInIntegers([7, -8]), 2))).toEqual([7, -8]);
    expect(Array.from(scope.raw(scope.copyInBytes(Uint8Array.of(3, 255)), 2))).toEqual([3, 255]);
    const copy = scope.copyOut(vector);
    copy[0] = 9;
    expect(scope.view(vector)[0]).toBe(1);
    // Over memory that was written before.
    const mark = scope.mark();
    scope.view(scope.vector(50)).fill(Number.NaN);
    scope.release(mark);
    expect(Array.from(scope.copyOut(scope.zeros(50)))).toEqual(Array(50).fill(0));
  });

  it('releases what a child allocated, also when it throws', () => {
    const scope = open();
    const before = scope.used;
    const inside = scope.child((child) => {
      child.vector(1000);
      child.child((deeper) => deeper.bytes(12345));
      return child.used;
    });
    expect(inside).toBeGreaterThan(before);
    expect(scope.used).toBe(before);
    const fail = () =>
      scope.child((child) => {
        child.vector(1000);
        throw new Error('on purpose');
      });
    expect(fail).toThrow('on purpose');
    expect(scope.used).toBe(before);
  });

  it('keeps contents when memory grows', () => {
    const scope = open();
    const vector = scope.copyIn([1, 2, 3]);
    const size = scope.kernels.memory.buffer.byteLength;
    scope.bytes(size + 1_000_000);
    expect(scope.kernels.memory.buffer.byteLength).toBeGreaterThan(size + 1_000_000);
    expect(Array.from(scope.copyOut(vector))).toEqual([1, 2, 3]);
  });

  it('names the limit that an allocation passes, and stays usable', () => {
    const limit = 4 * 1024 * 1024;
    const scope = open(limit);
    const used = scope.used;
    for (const bytes of [limit, 2 ** 31, 2 ** 40]) {
      let error: unknown;
      try {
        scope.bytes(bytes);
      } catch (caught) {
        error = caught;
      }
      expect(error).toBeInstanceOf(MemoryLimitError);
      expect(scope.used).toBe(used);
    }
    expect(Array.from(scope.copyOut(scope.copyIn([4])))).toEqual([4]);
  });

  it('refuses sizes that are no sizes', () => {
    const scope = open();
    for (const bytes of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) expect(() => scope.bytes(bytes)).toThrow(InternalError);
  });
});
