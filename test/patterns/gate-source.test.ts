import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { ArgumentError } from '../../src/errors.js';
import { GateSigns } from '../../src/patterns/gate-signs.js';
import { gateSource } from '../../src/patterns/gate-source.js';
import type { AllPatterns } from '../../src/patterns/pattern-source.js';
import type { Patterns } from '../../src/patterns/patterns.js';
import { numbers } from '../support/kernel-harness.js';

type Rows = readonly (readonly number[])[];

const sourceOf = (rows: Rows) => {
  const scope = new Scope(openKernelsSync());
  return gateSource({ rows: scope.copyIn(rows.flat()), count: rows.length, columns: rows[0].length }, scope);
};

const textOf = ({ bits, stride, samples }: Patterns, i: number): string =>
  Array.from({ length: samples }, (_, k) => (bits[i * stride + (k >> 3)] >> (k & 7)) & 1).join('');

const texts = (patterns: Patterns): string[] => Array.from({ length: patterns.count }, (_, i) => textOf(patterns, i)).sort();

/** As prediction computes it. */
const predicted = (rows: Rows, gate: ArrayLike<number>): string =>
  rows
    .map((row) => {
      let sum = 0;
      for (let j = 0; j < row.length; j++) sum += gate[j] * row[j];
      return sum >= 0 ? '1' : '0';
    })
    .join('');

const drawn = (n: number, d: number, seed: number): number[][] =>
  Array.from({ length: n }, (_, k) => Array.from(numbers(n * d, seed).subarray(k * d, (k + 1) * d)));

const tables: Readonly<Record<string, Rows>> = {
  generic: drawn(7, 3, 1),
  'with a bias': drawn(8, 2, 2).map((row) => [...row, 1]),
  'proportional columns': [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8].map((v) => [v, 2 * v]),
  'proportional columns of both signs': [0.1, -0.2, 0.3, -0.4, 0.5, 0.7].map((v) => [v, 3 * v]),
  'rank two in four columns': drawn(7, 2, 3).map(([a, b]) => [a, b, 0.3 * a - 0.7 * b, 1.1 * a + 0.1 * b]),
  'a grid of integers': [-1, 0, 1].flatMap((a) => [-1, 0, 1].map((b) => [a, b])),
  'a grid with a bias': [-1, 0, 1].flatMap((a) => [-1, 0, 1].map((b) => [a, b, 1])),
  'rows twice and opposite': [
    [0.3, 0.1],
    [0.3, 0.1],
    [-0.6, -0.2],
    [0.2, -0.5],
    [0, 0],
  ],
  'one-hot': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
    [1, 0, 0],
  ],
  'an offset of 1e4': drawn(8, 1, 4).map(([a]) => [1e4 + a, 1]),
  'sizes 1e-150 and 1e150': drawn(6, 2, 5).map(([a, b]) => [1e-150 * a, 1e150 * b, 1]),
  'zero rows only': [
    [0, 0],
    [0, 0],
  ],
};

describe('patterns of gates', () => {
  for (const [name, rows] of Object.entries(tables)) {
    const width = rows[0].length;
    const check = (patterns: Patterns) => {
      for (let i = 0; i < patterns.count; i++)
        expect(textOf(patterns, i)).toBe(predicted(rows, patterns.gates?.subarray(i * width, (i + 1) * width) ?? []));
    };

    it(`${name}: bits are the signs of the gate as prediction computes them, listed, sampled and given`, () => {
      const source = sourceOf(rows);
      const all = source.all();
      check(all);
      expect(new Set(texts(all)).size).toBe(all.count);
      check(source.sample(30, 1));
      check(source.ofGates(numbers(20 * width, 3)));
      expect(all.count).toBeLessThanOrEqual(source.bound());
    });

    it(`${name}: a list that claims to be complete holds every gate of small integers, on boundaries or not`, () => {
      const all: AllPatterns = sourceOf(rows).all();
      const listed = new Set(texts(all));
      if (all.complete === false) {
        // Opposite rows and rows that depend on fewer others than the rank: boundaries have patterns of their own.
        expect(['a grid of integers', 'rows twice and opposite', 'proportional columns of both signs']).toContain(name);
        return;
      }
      const values = [-2, -1, 0, 1, 2];
      let gates: number[][] = [[]];
      for (let j = 0; j < width; j++) gates = gates.flatMap((gate) => values.map((value) => [...gate, value]));
      const signs = signsOf(rows);
      for (const gate of gates)
        if (signs.decided(Float64Array.from(gate)) || gate.every((entry) => entry === 0))
          expect(listed).toContain(predicted(rows, gate));
    });
  }

  it('lists the gate 0 where no direction opens all rows', () => {
    const all = sourceOf(tables.generic).all();
    expect(texts(all).filter((text) => text === '1111111')).toHaveLength(1);
    expect(all.complete).not.toBe(false);
    // 2 (1 + 6 + 15) cells of seven planes through 0, and the gate 0.
    expect(all.count).toBe(2 * (1 + 6 + 15) + 1);
  });
});

const signsOf = (rows: Rows) => {
  const scope = new Scope(openKernelsSync());
  return new GateSigns(scope.copyIn(rows.flat()), rows.length, rows[0].length, scope);
};

describe('signs of gates', () => {
  const rows = tables['proportional columns'];

  it('are not decided where all of a score is rounding', () => {
    expect(signsOf(rows).decided(Float64Array.of(2, 1))).toBe(true);
    expect(signsOf(rows).decided(Float64Array.of(2, -1 - 1e-16))).toBe(false);
    expect(signsOf(rows).decided(Float64Array.of(0.6000000000000001, -0.3))).toBe(false);
    expect(signsOf(rows).decided(Float64Array.of(0, 0))).toBe(true);
  });

  it('of a gate that is 0 on all rows to rounding are those of the gate 0', () => {
    expect(
      Array.from(
        signsOf([
          [0.1, 0.3],
          [0.2, 0.6],
          [-0.7, -2.1],
        ]).settle(Float64Array.of(3, -1), 0),
      ),
    ).toEqual([0, 0]);
  });

  it('are kept where ties are exact', () => {
    const gate = Float64Array.of(1, -1);
    expect(
      signsOf([
        [1, 1],
        [2, 1],
        [-3, -3],
      ]).settle(gate, 0),
    ).toBe(gate);
  });

  it('are refused where they are lost to rounding at some rows and not at others', () => {
    const rows = [
      [0.1, 0.3, 0],
      [0.2, 0.6, 1],
    ];
    expect(() => signsOf(rows).settle(Float64Array.of(3, -1, 1), 2)).toThrow(ArgumentError);
    expect(() => signsOf(rows).settle(Float64Array.of(3, -1, 1), 2)).toThrow('gate 2, whose sign at row 0 is lost');
    expect(() => signsOf(rows).settle(Float64Array.of(3, -2, 1), 2)).not.toThrow();
  });
});
