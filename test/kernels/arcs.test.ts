import { describe, expect, it } from 'vitest';
import { numbers, onBench } from '../support/kernel-harness.js';

interface Shape {
  readonly n: number;
  readonly d: number;
  readonly count: number;
  readonly slope: number;
}

function climb(X: Float64Array, lambda: Float64Array, starts: Float64Array, steps: number, { n, d, count, slope }: Shape) {
  return onBench((bench) => {
    const { kernels } = bench;
    const rows = bench.work(kernels.packedRowsBytes(n, d));
    kernels.packRowPanels(bench.input(X), rows, n, d);
    const directions = bench.output(count * d, starts);
    const values = bench.output(count);
    const work = bench.work(kernels.climbArcsWorkspace(n, d));
    kernels.climbArcs(rows, bench.input(lambda), slope, directions, values, count, steps, n, d, work);
    return { directions: bench.read(directions, count * d), values: bench.read(values, count) };
  });
}

/** lambda^T phi(X w) in double precision. */
function dualValue(X: Float64Array, lambda: Float64Array, w: Float64Array, slope: number): number {
  const d = w.length;
  return lambda.reduce((sum, own, k) => {
    let z = 0;
    for (let j = 0; j < d; j++) z += X[k * d + j] * w[j];
    return sum + own * Math.max(z, slope * z);
  }, 0);
}

const length = (w: Float64Array) => Math.sqrt(w.reduce((sum, entry) => sum + entry * entry, 0));
const sizes = [
  [1, 1, 1],
  [7, 2, 3],
  [8, 3, 4],
  [9, 4, 9],
  [100, 5, 13],
  [300, 3, 5],
] as const;

describe.each(sizes)('arcs on %i rows of %i columns from %i starts', (n, d, count) => {
  describe.each([0, 0.2, -1])('with slope %d', (slope) => {
    const shape = { n, d, count, slope };
    const [X, lambda, starts] = [numbers(n * d, 1), numbers(n, 2), numbers(count * d, 3)];
    const rowOf = (all: Float64Array, i: number) => all.subarray(i * d, (i + 1) * d);

    it('end at unit directions with the value that they report', () => {
      const { directions, values } = climb(X, lambda, starts, 40, shape);
      for (let i = 0; i < count; i++) {
        const w = rowOf(directions, i);
        expect(Math.abs(length(w) - 1)).toBeLessThanOrEqual(1e-6);
        expect(Math.abs(dualValue(X, lambda, w, slope) - values[i])).toBeLessThanOrEqual(1e-6 * n);
      }
    });

    it('never end below their start, and keep its sign', () => {
      const { values } = climb(X, lambda, starts, 40, shape);
      for (let i = 0; i < count; i++) {
        const start = rowOf(starts, i);
        const before = dualValue(X, lambda, start, slope) / length(start);
        expect(Math.abs(values[i])).toBeGreaterThanOrEqual(Math.abs(before) - 1e-6 * n);
        if (Math.abs(before) > 1e-5 * n) expect(Math.sign(values[i])).toBe(Math.sign(before));
      }
    });

    it('do not depend on which starts run beside them', () => {
      const together = climb(X, lambda, starts, 40, shape);
      for (let i = 0; i < count; i++) {
        const alone = climb(X, lambda, rowOf(starts, i).slice(), 40, { ...shape, count: 1 });
        expect(alone.values[0]).toBe(together.values[i]);
        expect(alone.directions).toEqual(rowOf(together.directions, i).slice());
      }
    });
  });
});

describe('arcs', () => {
  it('reach the maximum of a linear function', () => {
    // All rows are positive on the cone of positive directions, where F is lambda^T X w.
    const X = Float64Array.from([1, 0.5, 0.5, 1, 1, 1]);
    const { directions, values } = climb(X, Float64Array.of(1, 1, 1), Float64Array.of(1, 0), 40, {
      n: 3,
      d: 2,
      count: 1,
      slope: 0,
    });
    const best = Math.sqrt(2.5 * 2.5 + 2.5 * 2.5);
    expect(Math.abs(values[0] - best)).toBeLessThanOrEqual(1e-3 * best);
    expect(Math.abs(directions[0] - directions[1])).toBeLessThanOrEqual(0.05);
  });

  it('give up a start of zeros, and go on with the next', () => {
    const { directions, values } = climb(numbers(12, 4), numbers(6, 5), Float64Array.of(0, 0, 1, 0), 40, {
      n: 6,
      d: 2,
      count: 2,
      slope: 0,
    });
    expect(values[0]).toBe(0);
    expect(values[1]).not.toBe(0);
    expect(Array.from(directions.subarray(0, 2))).toEqual([0, 0]);
  });

  it('take no more steps than they may', () => {
    const [X, lambda] = [numbers(200, 6), numbers(50, 7)];
    const start = numbers(4, 8);
    const { directions } = climb(X, lambda, start, 0, { n: 50, d: 4, count: 1, slope: 0 });
    directions.forEach((entry, j) => {
      expect(Math.abs(entry - start[j] / length(start))).toBeLessThanOrEqual(1e-15);
    });
  });
});
