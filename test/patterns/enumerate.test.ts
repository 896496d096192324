import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { countPatterns, enumeratePatterns, patternBound } from '../../src/patterns/enumerate.js';
import type { Patterns } from '../../src/patterns/patterns.js';
import { numbers } from '../support/kernel-harness.js';
import { dotPlain, normPlain } from '../support/naive-cones.js';

type Rows = readonly (readonly number[])[];

function enumerate(rows: Rows): Patterns {
  const scope = new Scope(openKernelsSync());
  const before = scope.used;
  const X = scope.copyIn(rows.flat());
  const patterns = enumeratePatterns(X, rows.length, rows[0].length, scope);
  scope.release(before);
  return patterns;
}

const textOf = ({ bits, stride, samples }: Patterns, i: number): string =>
  Array.from({ length: samples }, (_, k) => (bits[i * stride + (k >> 3)] >> (k & 7)) & 1).join('');

const texts = (patterns: Patterns): string[] => Array.from({ length: patterns.count }, (_, i) => textOf(patterns, i)).sort();

/** Patterns met by many random directions, a third of them pulled close to one plane and a third to two, where thin cells are. */
function bySampling(rows: Rows): string[] {
  const found = new Set<string>();
  const d = rows[0].length;
  const patternOf = (w: readonly number[]): string | null => {
    let text = '';
    for (const row of rows) {
      const size = normPlain(row);
      const score = dotPlain(row, w);
      if (size > 0 && Math.abs(score) <= 1e-13 * size * normPlain(w)) return null;
      text += score >= 0 ? '1' : '0';
    }
    return text;
  };
  const seeds = numbers(40000 * d, 11);
  for (let i = 0; i < 40000; i++) {
    const w = Array.from(seeds.subarray(i * d, (i + 1) * d));
    for (let pull = 0; pull < i % 3; pull++) {
      const row = rows[(i * 7 + pull * 13) % rows.length];
      const square = dotPlain(row, row);
      if (square === 0) continue;
      const along = (dotPlain(row, w) / square) * (1 - 1e-4);
      for (let j = 0; j < d; j++) w[j] -= along * row[j];
    }
    const text = patternOf(w);
    if (text !== null) found.add(text);
  }
  return [...found].sort();
}

const generic = (n: number, d: number, seed: number): number[][] =>
  Array.from({ length: n }, (_, k) => Array.from(numbers(n * d, seed).subarray(k * d, (k + 1) * d)));

const kinds: Readonly<Record<string, (seed: number) => number[][]>> = {
  'generic in the plane': (seed) => generic(9, 2, seed),
  'generic in space': (seed) => generic(7, 3, seed),
  'a bias column': (seed) => generic(7, 3, seed).map(([a, b]) => [a, b, 1]),
  'one column': (seed) => generic(6, 1, seed),
  'one column and bias': (seed) => generic(6, 1, seed).map(([a]) => [a, 1]),
  integers: (seed) => generic(8, 3, seed).map((row) => row.map((x) => Math.round(1.7 * x))),
  'duplicates and opposites': (seed) =>
    generic(4, 3, seed).flatMap((row) => [row, row.map((x) => 2 * x), row.map((x) => -3 * x)]),
  'zero rows': (seed) => generic(6, 2, seed).map((row, k) => (k % 2 ? row : [0, 0])),
  'rank two in four columns': (seed) => generic(7, 2, seed).map(([a, b]) => [a, b, a + b, a - 2 * b]),
  'planes through one line': (seed) => [...generic(5, 2, seed).map(([a, b]) => [a, b, 0]), [0, 0, 1]],
};

describe('enumeratePatterns', () => {
  it.each(Object.keys(kinds))('%s: all cells, once, each with a gate inside', (name) => {
    for (let seed = 1; seed <= 3; seed++) {
      const rows = kinds[name](seed);
      const patterns = enumerate(rows);
      const own = texts(patterns);
      expect(new Set(own).size).toBe(patterns.count);
      // Every gate is checked to be inside its cell, so there are none too many; and none that sampling meets is missing.
      const sampled = bySampling(rows);
      const known = new Set(own);
      expect(sampled.filter((text) => !known.has(text))).toEqual([]);
      expect(sampled.length).toBeGreaterThanOrEqual(0.9 * own.length);
      const d = rows[0].length;
      for (let i = 0; i < patterns.count; i++) {
        const gate = (patterns.gates as Float64Array).subarray(i * d, (i + 1) * d);
        rows.forEach((row, k) => {
          const size = normPlain(row);
          const score = size > 0 ? dotPlain(row, gate) / (size * normPlain(gate)) : 1;
          expect(textOf(patterns, i)[k] === '1' ? score : -score).toBeGreaterThan(1e-12);
        });
      }
    }
  });

  it('has as many cells as the formula says in general position, and never more', () => {
    for (const [n, d] of [
      [1, 1],
      [5, 1],
      [12, 2],
      [10, 3],
      [9, 4],
      [7, 5],
      [4, 6],
    ]) {
      const rows = generic(n, d, n + d);
      expect(enumerate(rows).count).toBe(countPatterns(n, Math.min(n, d)));
      expect(patternBound(Float64Array.from(rows.flat()), n, d)).toBe(countPatterns(n, Math.min(n, d)));
    }
    for (const make of Object.values(kinds)) {
      const rows = make(5);
      const bound = patternBound(Float64Array.from(rows.flat()), rows.length, rows[0].length);
      expect(enumerate(rows).count).toBeLessThanOrEqual(Math.max(1, bound));
    }
  });

  it('counts by the formula of Cover', () => {
    expect(countPatterns(4, 2)).toBe(8);
    expect(countPatterns(10, 3)).toBe(2 * (1 + 9 + 36));
    expect(countPatterns(3, 3)).toBe(8);
    expect(countPatterns(1, 1)).toBe(2);
    expect(countPatterns(10000, 300)).toBe(Number.POSITIVE_INFINITY);
  });

  it('does not depend on the units of columns, to 1e-12 and 1e12', () => {
    const rows = generic(9, 3, 2);
    const plain = texts(enumerate(rows));
    expect(texts(enumerate(rows.map(([a, b, c]) => [1e-12 * a, b, 1e12 * c])))).toEqual(plain);
    expect(texts(enumerate(rows.map((row) => row.map((x) => 1e-140 * x))))).toEqual(plain);
  });

  it('bears planes that are nearly parallel: cells thinner than 1e-9 may be missed, or found where they are empty', () => {
    const base = generic(5, 3, 4);
    const noise = numbers(15, 9);
    const count = (angle: number) => {
      const near = base.map((row, k) => row.map((x, j) => x + angle * noise[3 * k + j]));
      return enumerate([...base, ...near]).count;
    };
    for (const angle of [1e-2, 1e-3, 1e-4]) expect(count(angle)).toBe(countPatterns(10, 3));
    // Around a crossing of two pairs of near planes there are cells of a size near angle^2.
    for (const angle of [1e-6, 1e-7]) expect(Math.abs(count(angle) - countPatterns(10, 3))).toBeLessThanOrEqual(6);
    // Below the tolerance they are the same planes.
    for (const angle of [1e-10, 1e-12, 1e-15]) expect(count(angle)).toBe(countPatterns(5, 3));
  });

  it('has one pattern where every row is zero', () => {
    expect(
      texts(
        enumerate([
          [0, 0],
          [0, 0],
          [0, 0],
        ]),
      ),
    ).toEqual(['111']);
  });
});
