import { describe, expect, it } from 'vitest';
import { type Bench, expectWithin, numbers, onBench } from '../support/kernel-harness.js';
import {
  coneKinds,
  dotPlain,
  naiveProjection,
  normPlain,
  type PlainCone,
  placeCone,
  project,
  randomCone,
} from '../support/naive-cones.js';
import { inputIntegers } from '../support/naive-masked.js';

/** Cones of one length in kernel memory, and what the prox kernels share. */
function placeGroups(bench: Bench, cones: readonly (PlainCone | null)[], d: number) {
  const { kernels, scope } = bench;
  const table = cones.flatMap((cone) => {
    if (cone === null) return [0, 0, 0, 0];
    const { A, inverse, bits, count } = placeCone(bench, cone);
    return [A, inverse, count, bits];
  });
  const sets = bench.work(cones.length * (d + 1) * 4);
  scope.integers(sets, cones.length * (d + 1)).fill(0);
  const work = bench.work(Math.max(kernels.projectConeWorkspace(d), (d + 1) * d * 8));
  return { table: inputIntegers(bench, table), sets, work };
}

function prox(bench: Bench, cones: readonly (PlainCone | null)[], z: Float64Array, step: number, d: number) {
  const groups = placeGroups(bench, cones, d);
  const out = bench.output(z.length);
  const norms = bench.output(cones.length);
  bench.kernels.proxConeGroups(bench.input(z), step, groups.table, groups.sets, out, norms, cones.length, d, groups.work);
  return { ...groups, address: out, out: bench.read(out, z.length), norms: bench.read(norms, cones.length) };
}

/** J of one block from its factor, as a dense matrix, and from its shrinkage form where that exists. */
function derivative(bench: Bench, done: ReturnType<typeof prox>, block: number, step: number, d: number) {
  const { kernels } = bench;
  const v = done.address + block * d * 8;
  const cone = done.table + block * 16;
  const set = done.sets + block * (d + 1) * 4;
  const norm = done.norms[block];
  const room = bench.output(d * d);
  const count = kernels.coneGroupFactor(v, norm, step, cone, set, room, d, done.work);
  const R = bench.read(room, count * d);
  const removed = kernels.coneGroupShrinkage(v, norm, step, cone, set, room, d, done.work);
  const form = bench.read(room, (removed + 1) * d);
  const entry = (i: number, j: number, columns: Float64Array, from: number, to: number) => {
    let sum = 0;
    for (let k = from; k < to; k++) sum += columns[k * d + i] * columns[k * d + j];
    return sum;
  };
  const tabulate = (of: (i: number, j: number) => number) =>
    Float64Array.from({ length: d * d }, (_, at) => of(Math.floor(at / d), at % d));
  return {
    count,
    factored: tabulate((i, j) => entry(i, j, R, 0, count)),
    shrunk: tabulate((i, j) => (i === j ? 1 - step / norm : 0) + entry(i, j, form, 0, 1) - entry(i, j, form, 1, removed + 1)),
  };
}

const mixed = (d: number, seed: number): (PlainCone | null)[] => [
  null,
  ...coneKinds.filter((kind) => kind !== 'no rows').map((kind, i) => randomCone(kind, 7, d, seed + i)),
];

describe('proxConeGroups', () => {
  it.each([1, 2, 3, 4])('projects, then shrinks: length %i', (d) => {
    for (let seed = 1; seed <= 10; seed++) {
      const cones = mixed(d, seed);
      const z = numbers(cones.length * d, seed + 20);
      for (const step of [0, 0.1, 0.5, 3]) {
        onBench((bench) => {
          const { out, norms } = prox(bench, cones, z, step, d);
          cones.forEach((cone, b) => {
            const own = z.subarray(b * d, (b + 1) * d);
            const p = cone ? naiveProjection(cone, own) : own;
            const size = normPlain(p);
            const expected = Array.from(p, (entry) => (size > step ? (1 - step / size) * entry : 0));
            expectWithin(out.subarray(b * d, (b + 1) * d), expected, 1e-7 * normPlain(own));
            expect(norms[b] > step).toBe(size > step && (step > 0 || size > 1e-12));
          });
        });
      }
    }
  });

  it('is firmly non-expansive, blocks at rest and in motion', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const d = 2 + (seed % 5);
      const cones = mixed(d, seed);
      const x = numbers(cones.length * d, seed);
      const y = x.map((entry, k) => entry + numbers(x.length, seed + 500)[k] * (seed % 2 ? 1 : 1e-3));
      onBench((bench) => {
        const [px, py] = [x, y].map((z) => prox(bench, cones, z, 0.3, d).out);
        const moved = px.map((entry, k) => entry - py[k]);
        const apart = x.map((entry, k) => entry - y[k]);
        expect(dotPlain(moved, moved)).toBeLessThanOrEqual(dotPlain(moved, apart) + 1e-14 * dotPlain(x, x));
      });
    }
  });

  it('says what the dual norm is: the largest projection, or the floor', () => {
    for (let seed = 1; seed <= 15; seed++) {
      const cones = mixed(3, seed);
      const g = numbers(cones.length * 3, seed);
      onBench((bench) => {
        const { table, sets, work } = placeGroups(bench, cones, 3);
        const room = bench.output(3);
        const expected = cones.map((cone, b) => {
          const own = g.subarray(3 * b, 3 * b + 3);
          return normPlain(cone ? project(bench, cone, own).p : own);
        });
        const largest = Math.max(...expected);
        const norm = (floor: number) =>
          bench.kernels.coneGroupsDualNorm(bench.input(g), floor, table, sets, room, cones.length, 3, work);
        expect(Math.abs(norm(0) - largest)).toBeLessThanOrEqual(1e-14 * largest);
        expect(Math.abs(norm(0) - largest)).toBeLessThanOrEqual(1e-14 * largest);
        expect(norm(2 * largest)).toBe(2 * largest);
      });
    }
  });
});

describe('derivative of the prox', () => {
  it.each([1, 2, 3, 5, 8])('is what differences show, in both forms: length %i', (d) => {
    const step = 0.2;
    let checked = 0;
    for (let seed = 1; seed <= 12; seed++) {
      const cones = mixed(d, seed).filter((_, b) => b !== 6);
      const z = numbers(cones.length * d, seed + 3);
      onBench((bench) => {
        const done = prox(bench, cones, z, step, d);
        cones.forEach((cone, b) => {
          if (!(done.norms[b] > step)) return;
          const { factored, shrunk, count } = derivative(bench, done, b, step, d);
          expect(count).toBeLessThanOrEqual(d);
          expectWithin(shrunk, factored, 64 * d * 2 ** -52);
          const h = 1e-6;
          const own = (sign: number, j: number) => {
            const moved = z.slice(b * d, (b + 1) * d);
            moved[j] += sign * h;
            return prox(bench, [cone], moved, step, d);
          };
          const activeOf = (result: ReturnType<typeof prox>) => {
            const size = bench.scope.integers(result.sets, 1)[0];
            return Array.from(bench.scope.integers(result.sets + 4, size))
              .sort()
              .join();
          };
          const here = activeOf(prox(bench, [cone], z.slice(b * d, (b + 1) * d), step, d));
          for (let j = 0; j < d; j++) {
            const [up, down] = [own(1, j), own(-1, j)];
            // A prox is piecewise smooth: differences across a kink say nothing.
            if ([up, down].some((result) => activeOf(result) !== here)) continue;
            checked++;
            const column = Float64Array.from({ length: d }, (_, i) => (up.out[i] - down.out[i]) / (2 * h));
            const expected = Float64Array.from({ length: d }, (_, i) => factored[i * d + j]);
            // Rounding eps |z| / h, and h^2 times the third derivative, at most a few over step^2.
            expectWithin(column, expected, 4e-9);
          }
        });
      });
    }
    expect(checked).toBeGreaterThan(10 * d);
  });

  it('keeps its two forms equal with rows that are parallel to rounding, and with all but one direction fixed', () => {
    for (const angle of [0, 1e-14, 1e-10, 1e-8]) {
      for (let seed = 1; seed <= 10; seed++) {
        const d = 4;
        const draws = numbers(6 * d, seed);
        const noise = numbers(6 * d, seed + 9);
        const rows = Array.from({ length: 6 }, (_, k) =>
          Array.from({ length: d }, (_, j) => draws[(k % 3) * d + j] + angle * noise[k * d + j]),
        );
        const cone: PlainCone = { rows, signs: rows.map(() => 1), d };
        const z = numbers(d, seed + 40, 3);
        onBench((bench) => {
          const done = prox(bench, [cone], z, 0.01, d);
          if (!(done.norms[0] > 0.01)) return;
          const { factored, shrunk } = derivative(bench, done, 0, 0.01, d);
          expectWithin(shrunk, factored, 1e-13);
          // J v = v: moving z along its prox moves the prox along itself.
          const { out } = done;
          const along = Float64Array.from({ length: d }, (_, i) => dotPlain(factored.subarray(i * d, (i + 1) * d), out));
          expectWithin(along, out, 1e-9 * normPlain(out));
        });
      }
    }
  });
});
