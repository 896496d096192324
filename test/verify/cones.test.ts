import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bounded, type Cone, claimOf, faces, halve, isShort, linearBound, usualSlopes } from '../../src/verify/cones.js';
import { expressRows } from '../../src/verify/rows.js';
import { numbers } from '../support/kernel-harness.js';

/** F(z), from its definition. */
function evaluate({ rows, rank, kinks, linear }: Bounded, z: ArrayLike<number>): number {
  const dot = (a: ArrayLike<number>, from: number) =>
    Array.from({ length: rank }, (_, j) => a[from + j] * z[j]).reduce((s, t) => s + t, 0);
  return kinks.reduce((sum, kink, i) => sum + kink * Math.max(0, dot(rows, i * rank)), dot(linear, 0));
}

function claim(n: number, d: number, seed: number, constraint: number): Bounded {
  const rows = expressRows(numbers(n * d, seed), d, null, []);
  if (!rows) throw new Error('rows');
  return claimOf(rows, numbers(n, seed + 1), 1, 0.1, constraint);
}

/** A cone reached by some cuts, and points in it. */
function coneOf(bounded: Bounded, face: number, cuts: readonly [number, boolean][]): Cone {
  let cone = faces(bounded)[face % (2 * bounded.rank)];
  for (const [axis, side] of cuts) cone = halve(bounded, cone, axis % bounded.rank)?.[side ? 1 : 0] ?? cone;
  return cone;
}

const norm = (z: ArrayLike<number>) => Math.sqrt(Array.from(z).reduce((sum, entry) => sum + entry * entry, 0));
const recipe = fc.record({
  d: fc.integer({ min: 1, max: 4 }),
  seed: fc.integer({ min: 1, max: 1e5 }),
  face: fc.nat(7),
  cuts: fc.array(fc.tuple(fc.nat(3), fc.boolean()), { maxLength: 12 }),
  shares: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 12, maxLength: 12 }),
  s: fc.double({ min: 0, max: 3, noNaN: true }),
});

describe('cones', () => {
  it('bound F by a linear function, whatever the slopes, and by |p|, whatever s', () => {
    fc.assert(
      fc.property(recipe, ({ d, seed, face, cuts, shares, s }) => {
        const bounded = claim(8, d, seed, 1);
        const cone = coneOf(bounded, face, cuts);
        const slopes = usualSlopes(bounded, cone).map((slope, q) => (q % 2 ? slope : shares[q]));
        const c = linearBound(bounded, cone, slopes);
        // The smallest limits for which the cone is closed.
        const least = (scalar: number | null) => {
          let [low, high] = [0, 1e3];
          for (let step = 0; step < 60; step++) {
            const middle = (low + high) / 2;
            if (isShort({ ...bounded, limit: middle }, cone, c, scalar)) high = middle;
            else low = middle;
          }
          return high;
        };
        const limits = [least(null), least(s)];
        for (let point = 0; point < 3; point++) {
          const z = cone.lo.map((low, j) => low + shares[4 * point + j] * (cone.hi[j] - low));
          const height = evaluate(bounded, z);
          const linear = z.reduce((sum, entry, j) => sum + entry * c[j], 0);
          expect(height).toBeLessThanOrEqual(linear + 1e-13);
          for (const limit of limits) expect(height).toBeLessThanOrEqual(limit * norm(z) * (1 + 1e-13) + 1e-13);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('cover space: every point is in a face, and in one of the halves of every cone it is in', () => {
    const bounded = claim(6, 3, 4, 1);
    const inside = ({ face, lo, hi }: Cone, z: Float64Array) => {
      const s = lo[face] * z[face];
      return s > 0 && z.every((entry, j) => j === face || (lo[j] * s <= entry && entry <= hi[j] * s));
    };
    for (let trial = 0; trial < 200; trial++) {
      const z = numbers(3, trial + 1);
      let cones = faces(bounded).filter((cone) => inside(cone, z));
      for (let depth = 0; depth < 20; depth++) {
        expect(cones.length).toBeGreaterThan(0);
        cones = cones
          .flatMap((cone) => halve(bounded, cone, (cone.face + 1 + (depth & 1)) % 3) ?? [])
          .filter((c) => inside(c, z));
      }
    }
  });

  it('have rows that are open only where they change sign, and base sums of the others', () => {
    const bounded = claim(20, 3, 7, 1);
    const cone = coneOf(bounded, 1, [
      [1, true],
      [2, false],
      [1, false],
      [2, true],
    ]);
    for (let i = 0; i < 20; i++) {
      const ends = [-1, 1].flatMap((a) =>
        [-1, 1].map((b) => {
          const z = [cone.lo[0], a < 0 ? cone.lo[1] : cone.hi[1], b < 0 ? cone.lo[2] : cone.hi[2]];
          return z.reduce((sum, entry, j) => sum + entry * bounded.rows[3 * i + j], 0);
        }),
      );
      expect(cone.open.includes(i)).toBe(Math.min(...ends) < 0 && Math.max(...ends) > 0);
    }
    expect(cone.open.length).toBeGreaterThan(0);
    expect(cone.open.length).toBeLessThan(20);
  });

  it('cannot be cut along their face, along no coordinate, or for ever', () => {
    const bounded = claim(5, 2, 1, 1);
    let cone: Cone | undefined = faces(bounded)[0];
    for (const axis of [0, 2, -1, Number.NaN]) expect(halve(bounded, cone, axis)).toBeNull();
    let cuts = 0;
    for (; cone; cuts++) cone = halve(bounded, cone, 1)?.[0];
    expect(cuts).toBeGreaterThan(30);
    expect(cuts).toBeLessThan(45);
  });
});

describe('rows', () => {
  const X = numbers(30, 3);

  it('in a basis of their own have residuals that are rounding; in another one, what is missing', () => {
    const flat = X.map((entry, at) => (at % 3 === 2 ? 0 : entry));
    const fine = expressRows(flat, 3, [0.6, 0.8, 0, -0.8, 0.6, 0], []);
    expect(fine?.rank).toBe(2);
    expect(Math.max(...(fine?.residual ?? []))).toBeLessThan(1e-14);
    expect(fine?.stretch).toBeLessThan(1 + 1e-14);
    const poor = expressRows(flat, 3, [1, 0, 0], []);
    for (let k = 0; k < 10; k++) expect(poor?.residual[k]).toBeGreaterThanOrEqual(Math.abs(flat[3 * k + 1]) / (poor?.unit ?? 1));
    expect(expressRows(flat, 3, [3, 0, 0], [])?.stretch).toBeGreaterThanOrEqual(3);
  });

  it('merged have the residual of their difference', () => {
    const merged = X.slice();
    for (let j = 0; j < 3; j++) merged[3 + j] = -2 * merged[j];
    const fine = expressRows(merged, 3, null, [[1, 0, -2]]);
    expect(fine?.residual[1]).toBeLessThan(1e-14);
    expect(expressRows(merged, 3, null, [[1, 0, -1.5]])?.residual[1]).toBeGreaterThan(0.1 * Math.abs(merged[0]));
    for (const bad of [
      [[1, 1.5, 1]],
      [[-1, 0, 1]],
      [[1, -1, 1]],
      [
        [1, 0, 1],
        [1, 2, 1],
      ],
      [
        [1, 0, 1],
        [2, 1, 1],
      ],
    ])
      expect(expressRows(merged, 3, null, bad)).toBeNull();
  });
});
