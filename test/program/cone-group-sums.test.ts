import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { inverseRowNorms } from '../../src/patterns/row-norms.js';
import { ConeGroupSums } from '../../src/program/cone-group-sums.js';
import { numbers } from '../support/kernel-harness.js';
import { packBits } from '../support/naive-masked.js';

/** A cone of a three-layer sub-network: rows of the first layer, part by part, then of the second; its own weights are inside. */
interface Cone {
  readonly rows: number[][];
  readonly inside: Float64Array;
  readonly m: number;
  readonly d: number;
}

function coneOf(m: number, d: number, n: number, seed: number): Cone {
  const X = numbers(n * d, seed, 2);
  const W = numbers(m * d, seed + 1000, 2);
  const signs = Array.from({ length: m }, (_, j) => (j === 1 ? -1 : 1));
  const rows: number[][] = [];
  const second = Array.from({ length: n }, () => Array<number>(m * d).fill(0));
  for (let j = 0; j < m; j++) {
    for (let k = 0; k < n; k++) {
      const x = Array.from(X.subarray(k * d, (k + 1) * d));
      const score = x.reduce((sum, entry, i) => sum + entry * W[j * d + i], 0);
      const row = Array<number>(m * d).fill(0);
      x.forEach((entry, i) => {
        row[j * d + i] = score >= 0 ? entry : -entry;
        if (score >= 0) second[k][j * d + i] = signs[j] * entry;
      });
      rows.push(row);
    }
  }
  for (const row of second) {
    const score = row.reduce((sum, entry, i) => sum + entry * W[i], 0);
    rows.push(row.map((entry) => (score >= 0 ? entry : -entry)));
  }
  return { rows, inside: W, m, d };
}

const dot = (x: ArrayLike<number>, y: ArrayLike<number>) => Array.from(x).reduce((sum, entry, i) => sum + entry * y[i], 0);
const partNorms = (v: ArrayLike<number>, { m, d }: Cone) =>
  Array.from({ length: m }, (_, j) => Math.hypot(...Array.from(v).slice(j * d, (j + 1) * d)));
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function open(cone: Cone) {
  const { rows, m, d } = cone;
  const scope = new Scope(openKernelsSync());
  const flat = Float64Array.from(rows.flat());
  const placed = {
    rows: scope.copyIn(flat),
    inverseNorms: scope.copyIn(inverseRowNorms(flat, rows.length, m * d)),
    count: rows.length,
    bits: scope.copyInBytes(packBits(1, rows.length, () => true).bytes),
  };
  const regularizer = new ConeGroupSums(1, m, d, () => placed, scope);
  const prox = (z: Float64Array, step: number) => {
    const out = scope.vector(m * d);
    regularizer.prox(scope.copyIn(z), step, out);
    return scope.copyOut(out);
  };
  return { scope, regularizer, prox, dualNorm: (g: Float64Array) => regularizer.dualNorm(scope.copyIn(g)) };
}

const shapes = [
  { m: 1, d: 3, n: 6 },
  { m: 2, d: 2, n: 6 },
  { m: 3, d: 3, n: 14 },
  { m: 2, d: 5, n: 20 },
];
const cases = shapes.flatMap((shape) => Array.from({ length: 8 }, (_, i) => ({ ...shape, seed: 10 * i + shape.m })));

describe.each(cases)('sums of norms in a cone, m = $m, d = $d, n = $n, seed $seed', ({ m, d, n, seed }) => {
  const cone = coneOf(m, d, n, seed);
  const z = numbers(m * d, seed + 500, 3).map((entry, i) => entry + 3 * cone.inside[i]);
  const { regularizer, scope, prox, dualNorm } = open(cone);
  const most = dualNorm(z);

  it('has a prox in the cone that nothing in the cone improves', () => {
    for (const share of [0.2, 0.7, 0.99, 0.9999]) {
      const step = share * most;
      const v = prox(z, step);
      const size = Math.hypot(...v);
      expect(size).toBeGreaterThan(0);
      for (const row of cone.rows) expect(dot(row, v)).toBeGreaterThanOrEqual(-1e-9 * size * Math.hypot(...row));
      const value = (x: ArrayLike<number>) => 0.5 * dot(x, x) - dot(z, x) + step * sum(partNorms(x, cone));
      // Along its own ray, and towards points of the cone: the derivative is never negative.
      expect(dot(z, v) - step * sum(partNorms(v, cone))).toBeCloseTo(dot(v, v), 9);
      const random = numbers(40 * m * d, seed + 7, 1);
      for (let trial = 0; trial < 40; trial++) {
        const towards = Float64Array.from(cone.inside, (w, i) => w + 0.5 * random[trial * m * d + i]);
        if (cone.rows.some((row) => dot(row, towards) < 0)) continue;
        for (const t of [1e-1, 1e-3, 1e-5]) {
          const moved = v.map((entry, i) => (1 - t) * entry + t * size * towards[i]);
          expect(value(moved)).toBeGreaterThanOrEqual(value(v) - 1e-12 * step * size);
        }
      }
    }
  });

  it('has a dual norm at which the prox vanishes, and not before', () => {
    expect(prox(z, most * (1 + 1e-9)).every((entry) => entry === 0)).toBe(true);
    const v = prox(z, most * (1 - 1e-7));
    expect(v.some((entry) => entry !== 0)).toBe(true);
    // Attained from below: so the bound is tight.
    expect(dot(z, v) / sum(partNorms(v, cone))).toBeGreaterThanOrEqual(most * (1 - 1e-6));
    expect(dualNorm(z.map((entry) => 3 * entry))).toBeCloseTo(3 * most, 6);
  });

  it('has the derivative of its prox', () => {
    const step = 0.5 * most;
    const v = prox(z, step);
    const room = scope.vector(m * d * m * d);
    expect(Array.from(regularizer.active())).toEqual([0]);
    const k = regularizer.factor(0, room);
    expect(k).toBe(regularizer.rank(0));
    const R = scope.copyOut(room);
    const size = Math.hypot(...v);
    const h = 1e-6 * size;
    const direction = numbers(m * d, seed + 900, 1);
    const column = (c: number) => R.subarray(c * m * d, (c + 1) * m * d);
    const image = new Float64Array(m * d);
    for (let c = 0; c < k; c++)
      column(c).forEach((entry, i) => {
        image[i] += dot(column(c), direction) * entry;
      });
    const ahead = prox(
      z.map((entry, i) => entry + h * direction[i]),
      step,
    );
    const behind = prox(
      z.map((entry, i) => entry - h * direction[i]),
      step,
    );
    const errors = image.map((entry, i) => Math.abs((ahead[i] - behind[i]) / (2 * h) - entry));
    // At a kink of the prox the two sides differ; a step of a millionth meets few.
    expect(Math.max(...errors)).toBeLessThanOrEqual(1e-3);
  });

  it('is above the value of every point of the cone', () => {
    const random = numbers(200 * m * d, seed + 8, 1);
    for (let trial = 0; trial < 200; trial++) {
      const point = Float64Array.from(cone.inside, (w, i) => w + 0.7 * random[trial * m * d + i]);
      if (cone.rows.some((row) => dot(row, point) < 0)) continue;
      expect(dot(z, point) / sum(partNorms(point, cone))).toBeLessThanOrEqual(most * (1 + 1e-12));
    }
    const u = scope.copyIn(cone.inside);
    expect(regularizer.value(u)).toBeCloseTo(sum(partNorms(cone.inside, cone)), 12);
  });
});

it('vanishes where the cone is on the other side', () => {
  const cone = coneOf(2, 2, 12, 5);
  const { prox, dualNorm } = open(cone);
  const away = cone.rows.reduce((total, row) => total.map((entry, i) => entry - row[i]), new Float64Array(4));
  expect(dualNorm(away)).toBeLessThanOrEqual(1e-12 * Math.hypot(...away));
  expect(prox(away, 1e-3).every((entry) => entry === 0)).toBe(true);
});
