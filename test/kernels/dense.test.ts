import { describe, expect, it } from 'vitest';
import { expectWithin, numbers, onBench } from '../support/kernel-harness.js';
import { epsilon, naiveMultiply, productBound, transpose } from '../support/naive-dense.js';

// Lanes 2, steps of 8: below, at and above both.
const sizes = [0, 1, 2, 3, 7, 8, 9, 15, 17, 100, 1001];
const scales = [1, 1e150, 1e-150, 0];

describe('vectors', () => {
  for (const n of sizes) {
    it(`n = ${n}: dot and norm`, () => {
      for (const scale of scales) {
        onBench(({ kernels, input }) => {
          const x = numbers(n, 1, scale);
          const y = numbers(n, 2);
          expectWithin([kernels.dot(input(x), input(y), n)], naiveMultiply(x, y, 1, 1, n), productBound(x, y, 1, 1, n));
          const squares = naiveMultiply(x, x, 1, 1, n)[0];
          expectWithin([kernels.norm(input(x), n)], [Math.sqrt(squares)], (n + 3) * epsilon * Math.sqrt(squares));
        });
      }
    });

    it(`n = ${n}: addScaled, scaleVector, fill, copyVector, bit by bit`, () => {
      for (const scale of scales) {
        onBench(({ kernels, input, output, read }) => {
          const x = numbers(n, 3, scale);
          const y = numbers(n, 4);
          const sum = output(n, y);
          kernels.addScaled(-1.7, input(x), sum, n);
          expect(read(sum, n)).toEqual(y.map((value, i) => value + -1.7 * x[i]));
          const scaled = output(n, x);
          kernels.scaleVector(0.3, scaled, n);
          expect(read(scaled, n)).toEqual(x.map((value) => 0.3 * value));
          const filled = output(n);
          kernels.fill(filled, scale, n);
          expect(read(filled, n)).toEqual(new Float64Array(n).fill(scale));
          const copy = output(n);
          kernels.copyVector(input(x), copy, n);
          expect(read(copy, n)).toEqual(x);
        });
      }
    });
  }

  it('copies between overlapping ranges', () => {
    onBench(({ kernels, output, read }) => {
      const x = output(5, [1, 2, 3, 4, 5]);
      kernels.copyVector(x, x + 8, 4);
      expect([...read(x, 5)]).toEqual([1, 1, 2, 3, 4]);
    });
  });

  it('takes addresses that are not multiples of 16', () => {
    onBench(({ kernels, input, output, read }) => {
      const x = numbers(18, 5);
      const at = input(x) + 8;
      expectWithin([kernels.dot(at, at, 17)], naiveMultiply(x.subarray(1), x.subarray(1), 1, 1, 17), 18 * epsilon * 17);
      const y = output(18, new Float64Array(18));
      kernels.addScaled(2, at, y + 8, 17);
      expect(read(y, 18)).toEqual(x.map((value, i) => (i === 0 ? 0 : 2 * value)));
    });
  });
});

describe('matrix times vector', () => {
  for (const rows of [0, 1, 3, 4, 5, 9]) {
    for (const columns of [0, 1, 2, 3, 8, 31]) {
      it(`${rows} x ${columns}`, () => {
        for (const scale of scales) {
          onBench(({ kernels, input, output, read }) => {
            const A = numbers(rows * columns, 6, scale);
            const x = numbers(columns, 7);
            const out = output(rows);
            kernels.multiplyVector(input(A), input(x), out, rows, columns);
            expectWithin(read(out, rows), naiveMultiply(A, x, rows, 1, columns), productBound(A, x, rows, 1, columns));
            const y = numbers(rows, 8);
            const transposed = output(columns);
            kernels.multiplyTransposedVector(input(A), input(y), transposed, rows, columns);
            const At = transpose(A, rows, columns);
            expectWithin(
              read(transposed, columns),
              naiveMultiply(At, y, columns, 1, rows),
              productBound(At, y, columns, 1, rows),
            );
          });
        }
      });
    }
  }
});
