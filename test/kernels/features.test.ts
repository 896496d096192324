import { describe, expect, it } from 'vitest';
import { expectWithin, numbers, onBench } from '../support/kernel-harness.js';
import { getBit, inputBits, randomBits } from '../support/naive-masked.js';

const shapes = [
  [0, 3],
  [1, 1],
  [3, 2],
  [8, 5],
  [17, 4],
  [65, 3],
] as const;

describe.each(shapes)('small steps of feature maps, %i x %i', (rows, columns) => {
  const A = numbers(rows * columns, 1);

  it('stridedRowDots multiplies rows that are apart', () => {
    for (const stride of [columns, columns + 3]) {
      const B = numbers(rows * stride, 2);
      const out = onBench((bench) => {
        const at = bench.output(rows);
        bench.kernels.stridedRowDots(bench.input(A), bench.input(B), at, rows, columns, stride);
        return bench.read(at, rows);
      });
      const terms = (k: number) => Array.from({ length: columns }, (_, j) => A[k * columns + j] * B[k * stride + j]);
      expectWithin(
        out,
        Float64Array.from({ length: rows }, (_, k) => terms(k).reduce((sum, term) => sum + term, 0)),
        Float64Array.from({ length: rows }, (_, k) => (columns + 1) * 2 ** -52 * terms(k).reduce((s, t) => s + Math.abs(t), 0)),
      );
    }
  });

  it('stridedScaleRows leaves what is between its rows', () => {
    for (const stride of [columns, columns + 2]) {
      const r = numbers(rows, 3, 1e150);
      const before = numbers(rows * stride, 4);
      const out = onBench((bench) => {
        const at = bench.output(rows * stride, before);
        bench.kernels.stridedScaleRows(bench.input(A), bench.input(r), at, rows, columns, stride);
        return bench.read(at, rows * stride);
      });
      const expected = before.map((entry, at) => {
        const [k, j] = [Math.floor(at / stride), at % stride];
        return j < columns ? r[k] * A[k * columns + j] : entry;
      });
      expect(out).toEqual(expected);
    }
  });

  it('sumRows and addToRows', () => {
    const sum = onBench((bench) => {
      const at = bench.output(columns);
      bench.kernels.sumRows(bench.input(A), at, rows, columns);
      return bench.read(at, columns);
    });
    const column = (j: number) => Array.from({ length: rows }, (_, k) => A[k * columns + j]);
    expectWithin(
      sum,
      Float64Array.from({ length: columns }, (_, j) => column(j).reduce((total, entry) => total + entry, 0)),
      (rows + 1) ** 2 * 2 ** -52,
    );
    const x = numbers(columns, 5);
    const added = onBench((bench) => {
      const at = bench.output(rows * columns, A);
      bench.kernels.addToRows(-0.3, bench.input(x), at, rows, columns);
      return bench.read(at, rows * columns);
    });
    expectWithin(
      added,
      A.map((entry, at) => entry - 0.3 * x[at % columns]),
      2 ** -51,
    );
  });

  it.each([0, 0.2, -1])('maskRows multiplies unset columns by %d', (slope) => {
    const bits = randomBits(1, columns, 6);
    const poisoned = slope === 0 && A.length > 0 ? A.map((entry, at) => (getBit(bits, 0, at % columns) ? entry : 1 / 0)) : A;
    const out = onBench((bench) => {
      const at = bench.output(rows * columns, poisoned);
      bench.kernels.maskRows(at, inputBits(bench, bits), slope, rows, columns);
      return bench.read(at, rows * columns);
    });
    // With slope 0 an entry becomes 0 whatever it was.
    const expected = A.map((entry, at) => (getBit(bits, 0, at % columns) ? entry : slope === 0 ? 0 : slope * entry));
    expect(out).toEqual(expected);
  });
});
