import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { PatternSet } from '../../src/patterns/pattern-set.js';
import { patternStride } from '../../src/patterns/patterns.js';
import { gaussianRows, patternsOfGates, samplePatterns } from '../../src/patterns/sample.js';
import { numbers } from '../support/kernel-harness.js';
import { naiveSigns } from '../support/naive-masked.js';

const row = (samples: number, ...bytes: number[]): Uint8Array => {
  const bits = new Uint8Array(patternStride(samples));
  bits.set(bytes);
  return bits;
};

describe('PatternSet', () => {
  it('keeps distinct patterns in their order, with their gates', () => {
    const set = new PatternSet(10);
    expect(set.add(row(10, 1, 2), Float64Array.of(1, 2))).toBe(true);
    expect(set.add(row(10, 3), Float64Array.of(3, 4))).toBe(true);
    expect(set.add(row(10, 1, 2), Float64Array.of(9, 9))).toBe(false);
    expect([set.count, set.has(row(10, 3)), set.has(row(10, 4)), set.indexOf(row(10, 3)), set.indexOf(row(10))]).toEqual([
      2,
      true,
      false,
      1,
      -1,
    ]);
    const patterns = set.toPatterns();
    expect(patterns).toMatchObject({ samples: 10, count: 2, stride: 16, gates: Float64Array.of(1, 2, 3, 4) });
    expect(PatternSet.from(patterns).toPatterns()).toEqual(patterns);
    expect(set.filter((i) => i === 1).toPatterns().gates).toEqual(Float64Array.of(3, 4));
  });

  it('copies what it is given, and has gates only if all of them are known', () => {
    const set = new PatternSet(3);
    const bits = row(3, 5);
    set.add(bits, Float64Array.of(1));
    bits[0] = 7;
    expect(set.has(row(3, 5))).toBe(true);
    set.add(bits);
    expect(set.toPatterns().gates).toBeNull();
    expect(new PatternSet(3).toPatterns()).toMatchObject({ count: 0, gates: null });
  });

  it('tells patterns of thousands of samples apart', () => {
    const set = new PatternSet(100_000);
    const far = row(100_000);
    far[12_000] = 1;
    expect([set.add(row(100_000)), set.add(far), set.add(far)]).toEqual([true, true, false]);
  });
});

describe('sampling', () => {
  const open = (n: number, d: number, seed: number) => {
    const scope = new Scope(openKernelsSync());
    const X = numbers(n * d, seed);
    return { scope, plain: X, X: scope.copyIn(X) };
  };

  it('gives the patterns of the given gates, without copies', () => {
    for (const [n, d] of [
      [1, 1],
      [7, 2],
      [64, 3],
      [65, 5],
    ]) {
      const { scope, plain, X } = open(n, d, n);
      const gates = gaussianRows(12, d, 3, 0);
      const doubled = Float64Array.from([...gates, ...gates]);
      const patterns = patternsOfGates(X, n, d, doubled, scope);
      const naive = naiveSigns(plain, gates, n, 12, d);
      const set = new PatternSet(n);
      for (let i = 0; i < 12; i++)
        set.add(naive.bytes.subarray(i * naive.stride, (i + 1) * naive.stride), gates.subarray(i * d, (i + 1) * d));
      expect(patterns).toEqual(set.toPatterns());
    }
  });

  it('finds as many as asked, or all that there are, the same for the same seed', () => {
    const { scope, X } = open(30, 4, 1);
    const used = scope.used;
    const first = samplePatterns(X, 30, 4, 50, 7, scope);
    expect(first.count).toBe(50);
    expect(samplePatterns(X, 30, 4, 50, 7, scope)).toEqual(first);
    expect(samplePatterns(X, 30, 4, 50, 8, scope)).not.toEqual(first);
    const line = open(5, 1, 2);
    expect(samplePatterns(line.X, 5, 1, 50, 7, line.scope).count).toBe(2);
    expect(scope.used).toBe(used);
  });
});
