import { describe, expect, it } from 'vitest';
import { expectWithin, numbers, onBench } from '../support/kernel-harness.js';
import { epsilon, frobenius, naiveMultiply, orthonormalRows, transpose } from '../support/naive-dense.js';

const shapes = [
  [1, 1],
  [1, 5],
  [2, 2],
  [2, 3],
  [3, 2],
  [3, 7],
  [7, 3],
  [5, 5],
  [10, 33],
];
const steps = [0, 0.3, 0.8, 1e9];

/** out and the factor R of every block, for blocks given one after another. */
function shrink(z: Float64Array, step: number, blocks: number, rows: number, columns: number) {
  return onBench(({ kernels, input, output, work, read }) => {
    const k = Math.min(rows, columns);
    const length = rows * columns;
    const stride = k * (rows + columns + 1);
    const [out, factors, R] = [output(z.length), output(blocks * stride), output(length * length)];
    const scratch = work(kernels.nuclearWorkspace(rows, columns));
    kernels.shrinkSingularValues(input(z), step, out, factors, blocks, rows, columns, scratch);
    const results = Array.from({ length: blocks }, (_, b) => {
      const count = kernels.nuclearFactor(factors + 8 * b * stride, step, R, rows, columns, scratch);
      return { R: read(R, count * length), count };
    });
    return { out: read(out, z.length), results };
  });
}

const spectral = (g: Float64Array, blocks: number, rows: number, columns: number, floor = 0) =>
  onBench(({ kernels, input, work }) =>
    kernels.maximizeSpectralNorm(input(g), floor, blocks, rows, columns, work(kernels.nuclearWorkspace(rows, columns))),
  );
const nuclear = (v: Float64Array, blocks: number, rows: number, columns: number) =>
  onBench(({ kernels, input, work }) =>
    kernels.sumSingularValues(input(v), blocks, rows, columns, work(kernels.nuclearWorkspace(rows, columns))),
  );

/** Z = U diag(values) V^T with known factors: the oracle needs no decomposition. */
function known(rows: number, columns: number, values: readonly number[], seed: number) {
  const k = Math.min(rows, columns);
  const U = orthonormalRows(numbers(k * rows, seed), k, rows);
  const V = orthonormalRows(numbers(k * columns, seed + 1), k, columns);
  const build = (f: (value: number) => number) => {
    const scaled = V.map((entry, at) => entry * f(values[Math.floor(at / columns)] ?? 0));
    return naiveMultiply(transpose(U, k, rows), scaled, rows, columns, k);
  };
  return { build };
}

describe('shrinkSingularValues', () => {
  it.each(shapes)('%i x %i: shrinks the values of a matrix with known factors', (rows, columns) => {
    const k = Math.min(rows, columns);
    const values = Array.from({ length: k }, (_, i) => 1.7 - (1.5 * i) / k);
    for (const scale of [1, 1e100, 1e-100]) {
      const { build } = known(rows, columns, values, rows + columns);
      const z = build((value) => value * scale);
      for (const step of steps) {
        const { out } = shrink(z, step * scale, 1, rows, columns);
        const expected = build((value) => Math.max(0, value - step) * scale);
        expectWithin(out, expected, 60 * epsilon * frobenius(z) * Math.sqrt(k));
      }
    }
  });

  it('treats blocks alone, and leaves zero what is zero', () => {
    const z = Float64Array.from([...numbers(6, 3), ...new Float64Array(6), ...numbers(6, 4)]);
    const all = shrink(z, 0.2, 3, 2, 3).out;
    for (let b = 0; b < 3; b++) expect(all.slice(6 * b, 6 * b + 6)).toEqual(shrink(z.slice(6 * b, 6 * b + 6), 0.2, 1, 2, 3).out);
    expect(all.slice(6, 12)).toEqual(new Float64Array(6));
    expect(shrink(new Float64Array(0), 1, 0, 2, 3).out).toEqual(new Float64Array(0));
  });

  it.each(shapes)(
    '%i x %i: z - prox has spectral norm at most step and pairs with prox to step times its nuclear norm',
    (rows, columns) => {
      const z = numbers(rows * columns, 8);
      const step = 0.4 * spectral(z, 1, rows, columns);
      const { out } = shrink(z, step, 1, rows, columns);
      const rest = z.map((entry, i) => entry - out[i]);
      expect(spectral(rest, 1, rows, columns)).toBeLessThanOrEqual(step * (1 + 1e-13));
      const pairing = rest.reduce((sum, entry, i) => sum + entry * out[i], 0);
      const norm = nuclear(out, 1, rows, columns);
      expect(norm).toBeGreaterThan(0);
      expect(Math.abs(pairing - step * norm)).toBeLessThanOrEqual(1e-12 * step * norm);
    },
  );
});

describe('nuclearFactor', () => {
  it.each(shapes)('%i x %i: R R^T is the derivative, by central differences', (rows, columns) => {
    const length = rows * columns;
    const z = numbers(length, 21);
    const top = spectral(z, 1, rows, columns);
    for (const share of [0.3, 0.7, 0.95]) {
      const { results } = shrink(z, share * top, 1, rows, columns);
      const [{ R, count }] = results;
      const J = naiveMultiply(transpose(R, count, length), R, length, length, count);
      const direction = numbers(length, 5);
      const h = 1e-6;
      const moved = (sign: number) =>
        shrink(
          z.map((entry, i) => entry + sign * h * direction[i]),
          share * top,
          1,
          rows,
          columns,
        ).out;
      const [ahead, behind] = [moved(1), moved(-1)];
      const expected = ahead.map((entry, i) => (entry - behind[i]) / (2 * h));
      expectWithin(naiveMultiply(J, direction, length, 1, length), expected, 1e-7 * frobenius(direction));
    }
  });

  it('has no columns where the result is zero, and an orthonormal basis where nothing shrinks', () => {
    expect(shrink(numbers(6, 2), 10, 1, 2, 3).results[0].count).toBe(0);
    const { R, count } = shrink(numbers(6, 2), 0, 1, 2, 3).results[0];
    expect(count).toBe(6);
    const square = naiveMultiply(R, transpose(R, 6, 6), 6, 6, 6);
    expectWithin(
      square,
      square.map((_, at) => (at % 7 === 0 ? 1 : 0)),
      40 * epsilon,
    );
  });
});

describe('maximizeSpectralNorm and sumSingularValues', () => {
  it.each(shapes)('%i x %i: largest and sum of known values, over blocks', (rows, columns) => {
    const k = Math.min(rows, columns);
    const values = Array.from({ length: k }, (_, i) => 2 - (1.9 * i) / k);
    const total = values.reduce((sum, value) => sum + value, 0);
    for (const scale of [1, 1e150, 1e-150]) {
      const one = known(rows, columns, values, 31).build((value) => value * scale);
      const other = known(rows, columns, values, 47).build((value) => 0.5 * value * scale);
      const both = Float64Array.from([...other, ...one]);
      const bound = 60 * epsilon * scale * k;
      expect(Math.abs(spectral(both, 2, rows, columns) - 2 * scale)).toBeLessThanOrEqual(bound);
      expect(Math.abs(nuclear(both, 2, rows, columns) - 1.5 * total * scale)).toBeLessThanOrEqual(2 * bound * k);
      expect(spectral(both, 2, rows, columns, 5 * scale)).toBe(5 * scale);
    }
  });
});
