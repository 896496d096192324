import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { basicSolution } from '../../src/network/reduce.js';
import { createRandom } from '../../src/random.js';
import { EPSILON } from './networks.js';

const length = (v: ArrayLike<number>) => Math.hypot(...Array.from(v));

function combination(atoms: readonly Float64Array[], c: ArrayLike<number>): Float64Array {
  const sum = new Float64Array(atoms[0]?.length ?? 0);
  for (const [j, atom] of atoms.entries()) for (const [i, value] of atom.entries()) sum[i] += c[j] * value;
  return sum;
}

/** Rank by Gauss-Jordan elimination with full pivoting on atoms scaled to unit length: another method than the one tested. */
function rank(atoms: readonly Float64Array[]): number {
  const rows = atoms.map((atom) => Array.from(atom, (value) => value / length(atom)));
  const free = new Set(rows.keys());
  let found = 0;
  for (;;) {
    let best: [number, number, number] = [0, 0, 0];
    for (const j of free) {
      for (const [i, value] of rows[j].entries()) if (Math.abs(value) > best[0]) best = [Math.abs(value), j, i];
    }
    const [size, pivot, column] = best;
    if (size <= 1e-13) return found;
    found++;
    free.delete(pivot);
    for (const j of free) {
      const factor = rows[j][column] / rows[pivot][column];
      rows[j] = rows[j].map((value, i) => (i === column ? 0 : value - factor * rows[pivot][i]));
    }
  }
}

function check(atoms: readonly Float64Array[], coefficients: Float64Array): Float64Array {
  const before = Float64Array.from(coefficients);
  const c = basicSolution(atoms, coefficients);
  expect(coefficients).toEqual(before);
  const m = atoms.length;
  const n = atoms[0]?.length ?? 0;
  const total = coefficients.reduce((sum, value) => sum + value, 0);
  // Every one of at most m steps moves coefficients by at most 2 total and atoms by at most the dependence tolerance 1e-12.
  const strength = total * Math.max(0, ...atoms.map(length));
  const change = combination(atoms, c).map((value, i) => value - combination(atoms, coefficients)[i]);
  expect(length(change)).toBeLessThanOrEqual((2e-12 + 16 * n * EPSILON) * (m + 1) * strength);
  expect(c.reduce((sum, value) => sum + value, 0)).toBeLessThanOrEqual(total * (1 + 16 * (m + 1) * EPSILON));
  expect(c.every((value) => value >= 0)).toBe(true);
  const kept = atoms.filter((_, j) => c[j] > 0);
  expect(kept.length).toBeLessThanOrEqual(n);
  expect(rank(kept)).toBe(kept.length);
  return c;
}

describe('basicSolution', () => {
  it('keeps the sum, does not raise the cost, leaves independent atoms: small integers, many of them dependent', () => {
    const cases = fc.integer({ min: 1, max: 6 }).chain((n) =>
      fc.array(
        fc.record({
          atom: fc.array(fc.integer({ min: -2, max: 2 }), { minLength: n, maxLength: n }),
          // Small integers make ties: several coefficients that reach zero together, up to rounding.
          c: fc.oneof(
            fc.integer({ min: 1e4, max: 8e7 }).map((k) => k / 1e7),
            fc.integer({ min: 1, max: 3 }),
          ),
        }),
        { maxLength: 16 },
      ),
    );
    fc.assert(
      fc.property(cases, (units) => {
        check(
          units.map(({ atom }) => Float64Array.from(atom)),
          Float64Array.from(units, ({ c }) => c),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('does so for rectified atoms of sizes far apart', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 40 }),
        (seed, n, m) => {
          const random = createRandom(seed);
          const uniform = () => random.uniform();
          const atoms = Array.from({ length: m }, () => {
            const size = [1e-6, 1, 1, 1e3][Math.floor(4 * uniform())];
            return Float64Array.from({ length: n }, () => size * Math.max(0, uniform() - 0.4));
          });
          check(
            atoms,
            Float64Array.from({ length: m }, () => 1e-3 + uniform()),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it('handles nearly parallel atoms', () => {
    for (const nudge of [1e-6, 1e-9, 1e-11, 1e-13, 1e-15, 0]) {
      const atoms = Array.from({ length: 12 }, (_, j) => Float64Array.of(1 + (j % 4) * nudge, 2 - j * nudge, (j % 3) * nudge, 1));
      check(atoms, new Float64Array(12).fill(0.25));
    }
  });

  it('stays orthogonal when the second atom is nearly the first: a third one in the plane depends on them', () => {
    for (const nudge of [1e-3, 1e-6, 1e-9, 1e-11]) {
      for (const [p, q] of [
        [3, 1],
        [0.3, 0.7],
        [5, -11],
      ]) {
        const atoms = [
          [p, q],
          [p - nudge * q, q + nudge * p],
          [0.3, -0.9],
          [0.1, 0.2],
        ].map((atom) => Float64Array.from(atom));
        check(atoms, Float64Array.of(1, 2, 1, 1));
      }
    }
  });

  it('empties all of several coefficients that reach zero together', () => {
    // 0.1 + 0.2 is not 0.3: the three tie only up to rounding.
    const atoms = [
      [0.1, 0, 0],
      [0, 0.1, 0],
      [0, 0, 0.1],
      [-0.3, -0.3, -0.3],
      [0.7, 0.7, 0.7],
    ].map((atom) => Float64Array.from(atom));
    expect([...check(atoms, Float64Array.of(0.3, 0.1 + 0.2, 0.3, 0.1, 0.1))].filter((value) => value > 0).length).toBe(1);
  });

  it('keeps a sum of atoms that are close to dependent as a set, though no two are close', () => {
    for (const n of [6, 8, 10, 12]) {
      const hilbert = Array.from({ length: 2 * n }, (_, j) => Float64Array.from({ length: n }, (_, i) => 1 / (i + j + 1)));
      check(hilbert, new Float64Array(2 * n).fill(1));
    }
  });

  it('works at 1e200 and 1e-200 as at 1', () => {
    const atoms = [
      [1, 2],
      [2, 1],
      [3, 3],
      [1, 1],
      [-1, 4],
    ];
    const at = (scale: number) =>
      basicSolution(
        atoms.map((atom) => Float64Array.from(atom, (value) => value * scale)),
        Float64Array.of(1, 2, 3, 4, 5),
      );
    for (const scale of [2 ** 660, 2 ** -660]) expect(at(scale)).toEqual(at(1));
  });

  it('leaves an independent set exactly as it is', () => {
    const atoms = [Float64Array.of(1, 0, 0), Float64Array.of(1, 1, 0), Float64Array.of(1, 1, 1)];
    const c = Float64Array.of(0.1, 0.2, 0.3);
    expect(basicSolution(atoms, c)).toEqual(c);
  });

  it('prefers the cheaper of two ways to write a fit, and drops atoms that are zero', () => {
    // (1,1) of one unit against one unit each of (1,0) and (0,1).
    const atoms = [Float64Array.of(1, 0), Float64Array.of(0, 1), Float64Array.of(1, 1), Float64Array.of(0, 0)];
    expect([...basicSolution(atoms, Float64Array.of(1, 2, 3, 4))]).toEqual([0, 1, 4, 0]);
  });

  it('cancels atoms of opposite sign', () => {
    expect([...basicSolution([Float64Array.of(2), Float64Array.of(-1)], Float64Array.of(3, 2))]).toEqual([2, 0]);
  });

  it('takes no atoms, and atoms without entries', () => {
    expect(basicSolution([], new Float64Array(0))).toEqual(new Float64Array(0));
    expect([...basicSolution([new Float64Array(0), new Float64Array(0)], Float64Array.of(1, 2))]).toEqual([0, 0]);
  });
});
