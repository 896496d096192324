import { describe, expect, it } from 'vitest';
import { expectWithin, numbers, onBench } from '../support/kernel-harness.js';
import {
  coneKinds,
  dotPlain,
  naiveProjection,
  normPlain,
  optimality,
  type PlainCone,
  project,
  randomCone,
} from '../support/naive-cones.js';

const eps = 2 ** -52;

/** Sizes of the small cones whose faces can all be tried. */
const sizes = [
  [1, 1],
  [3, 1],
  [2, 2],
  [5, 2],
  [4, 3],
  [8, 3],
  [7, 4],
  [9, 4],
] as const;

type Result = ReturnType<typeof project>;

/** `violation`: rows may be closer to the span of the active ones than 1e-9, and then stay violated by as much. */
function expectProjection(cone: PlainCone, z: ArrayLike<number>, result: Result, what: string, violation = 1.1e-14): void {
  const residual = optimality(cone, z, result);
  expect(residual.feasibility, `${what}: in the cone`).toBeLessThanOrEqual(violation);
  expect(residual.stationarity, `${what}: p - z = A^T nu`).toBeLessThanOrEqual(64 * cone.d * eps);
  expect(residual.negative, `${what}: nu >= 0`).toBeLessThanOrEqual(0);
  expect(residual.complementarity, `${what}: p orthogonal to p - z`).toBeLessThanOrEqual(64 * cone.d * eps);
}

describe('projectCone', () => {
  it.each(coneKinds)('is the nearest point among all faces: %s', (kind) => {
    for (const [count, d] of sizes) {
      for (let seed = 1; seed <= 12; seed++) {
        const cone = randomCone(kind, count, d, 100 * count + seed);
        const z = numbers(d, 7 * seed + d);
        onBench((bench) => {
          const result = project(bench, cone, z);
          const expected = naiveProjection(cone, z);
          // Thin cones: an angle of 1e-4 between rows makes faces that differ by 1e-4 |z| look alike to 1e-12.
          expectWithin(result.p, expected, kind === 'thin' ? 1e-7 * normPlain(z) : 1e-11 * normPlain(z));
          expect(Math.abs(result.norm - normPlain(expected))).toBeLessThanOrEqual(
            1e-11 * normPlain(z) + (kind === 'thin' ? 1e-7 : 0),
          );
        });
      }
    }
  });

  it.each(coneKinds)('satisfies the optimality conditions with many rows: %s', (kind) => {
    for (const [count, d] of [
      [63, 2],
      [64, 3],
      [65, 5],
      [200, 10],
      [129, 31],
      [40, 40],
    ]) {
      for (let seed = 1; seed <= 4; seed++) {
        const cone = randomCone(kind, count, d, seed);
        const z = numbers(d, seed + 50);
        onBench((bench) => expectProjection(cone, z, project(bench, cone, z), `${kind} ${count} x ${d} seed ${seed}`));
      }
    }
  });

  it.each([1e-6, 1e-8, 1e-9, 1e-10, 1e-12, 1e-14])('bears rows that are parallel, or opposite, but for %s', (angle) => {
    for (const opposite of [1, -1]) {
      for (const [count, d] of [
        [12, 2],
        [20, 4],
        [60, 8],
      ]) {
        for (let seed = 1; seed <= 8; seed++) {
          const draws = numbers(count * d, seed);
          const noise = numbers(count * d, seed + 99);
          // Two families of nearly equal rows; with opposite = -1 the two families face each other.
          const rows = Array.from({ length: count }, (_, k) =>
            Array.from({ length: d }, (_, j) => {
              const base = k % 4 < 2 ? draws[j] : draws[(k % 4) * d + j];
              return (k % 2 === 0 ? 1 : opposite) * base + angle * noise[k * d + j];
            }),
          );
          const cone: PlainCone = { rows, signs: rows.map(() => 1), d };
          const z = numbers(d, seed + 7);
          onBench((bench) =>
            expectProjection(cone, z, project(bench, cone, z), `angle ${angle} ${count} x ${d} seed ${seed}`, 1e-9),
          );
        }
      }
    }
  });

  it('gives the same point from any rows to start with', () => {
    for (const kind of coneKinds) {
      for (let seed = 1; seed <= 10; seed++) {
        const cone = randomCone(kind, 30, 5, seed);
        const z = numbers(5, seed + 3);
        onBench((bench) => {
          const cold = project(bench, cone, z);
          const count = cone.rows.length;
          const wrong = count === 0 ? [] : Array.from(numbers(5, seed), (x) => Math.floor(((x + 1) / 2) * count));
          const twice = count === 0 ? [] : [0, 0, 0, 0, 0];
          for (const warm of [cold.set, cold.set.slice(1), cold.set.slice().reverse(), wrong, twice]) {
            const result = project(bench, cone, z, 0, warm);
            expectProjection(cone, z, result, `${kind} from ${warm}`);
            expectWithin(result.p, cold.p, kind === 'thin' ? 1e-8 : 1e-11);
          }
        });
      }
    }
  });

  it('splits z into a point of the cone and one of its polar (Moreau)', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const cone = randomCone('generic', 25, 6, seed);
      const z = numbers(6, seed);
      onBench((bench) => {
        const { p } = project(bench, cone, z);
        const rest = z.map((entry, j) => entry - p[j]);
        expect(normPlain(project(bench, cone, rest).p)).toBeLessThanOrEqual(1e-13 * normPlain(z));
        expectWithin(project(bench, cone, p).p, p, 1e-13 * normPlain(z));
        expect(Math.abs(dotPlain(z, z) - dotPlain(p, p) - dotPlain(rest, rest))).toBeLessThanOrEqual(1e-13 * dotPlain(z, z));
      });
    }
  });

  it('does not care for the size of rows and point', () => {
    for (const power of [-330, 330]) {
      const unit = 2 ** power;
      for (let seed = 1; seed <= 5; seed++) {
        const cone = randomCone('generic', 20, 4, seed);
        const large = { ...cone, rows: cone.rows.map((row) => row.map((entry) => entry * unit)) };
        const z = numbers(4, seed);
        onBench((bench) => {
          const plain = project(bench, cone, z);
          expect(project(bench, large, z).p).toEqual(plain.p);
          expect(
            project(
              bench,
              cone,
              z.map((entry) => entry * unit),
            ).p,
          ).toEqual(plain.p.map((entry) => entry * unit));
        });
      }
    }
  });

  it('gives up below the threshold, and only there', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const cone = randomCone(seed % 2 ? 'generic' : 'integers', 12, 3, seed);
      const z = numbers(3, seed);
      onBench((bench) => {
        const { norm, p } = project(bench, cone, z);
        if (norm > 0) {
          expect(project(bench, cone, z, norm * 0.999)).toMatchObject({ norm, p });
          expect(project(bench, cone, z, norm * 1.001).norm).toBe(0);
        }
        expect(project(bench, cone, z, 2 * normPlain(z)).norm).toBe(0);
      });
    }
  });

  it('returns zero for zero, and z itself inside the cone', () => {
    onBench((bench) => {
      const cone = randomCone('generic', 10, 3, 4);
      expect(project(bench, cone, new Float64Array(3)).norm).toBe(0);
      const inside = naiveProjection(cone, numbers(3, 2));
      const free: PlainCone = { rows: [], signs: [], d: 3 };
      expect(project(bench, free, numbers(3, 2))).toMatchObject({ p: numbers(3, 2), set: [] });
      expectWithin(project(bench, cone, inside).p, inside, 1e-14);
    });
  });
});
