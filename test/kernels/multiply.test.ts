import { describe, expect, it } from 'vitest';
import { expectWithin, numbers, onBench } from '../support/kernel-harness.js';
import { epsilon, naiveMultiply, productBound, transpose } from '../support/naive-dense.js';

// Tiles of 4 x 4, blocks of 256 in k and in n: below, at and above each.
const shapes = [
  [0, 3, 3],
  [3, 0, 3],
  [3, 5, 0],
  [1, 1, 1],
  [1, 2, 3],
  [3, 4, 2],
  [4, 4, 4],
  [5, 5, 5],
  [4, 7, 1],
  [6, 3, 9],
  [17, 30, 13],
  [2, 3, 255],
  [3, 2, 256],
  [5, 6, 257],
  [9, 10, 515],
  [3, 255, 4],
  [4, 256, 3],
  [5, 257, 6],
  [6, 517, 5],
  [70, 66, 65],
];
const scales = [1, 1e150, 1e-150, 0];

describe('dense products', () => {
  for (const [m, n, k] of shapes) {
    it(`${m} x ${k} times ${k} x ${n}`, () => {
      for (const scale of scales) {
        onBench(({ kernels, input, output, work, read }) => {
          const A = numbers(m * k, 1, scale);
          const B = numbers(k * n, 2);
          const expected = naiveMultiply(A, B, m, n, k);
          const bound = productBound(A, B, m, n, k);
          const C = output(m * n);
          kernels.multiply(input(A), input(B), C, m, n, k, work(kernels.multiplyWorkspace(m, n, k)));
          expectWithin(read(C, m * n), expected, bound);
          const D = output(m * n);
          const Bt = input(transpose(B, k, n));
          kernels.multiplyTransposed(input(A), Bt, D, m, n, k, work(kernels.multiplyTransposedWorkspace(m, n, k)));
          expect(read(D, m * n), 'both orientations add in the same order').toEqual(read(C, m * n));
        });
      }
    });
  }
});

describe('symmetric product', () => {
  for (const [m, k] of [
    [0, 3],
    [3, 0],
    [1, 1],
    [3, 2],
    [4, 5],
    [5, 256],
    [7, 257],
    [30, 11],
    [255, 2],
    [256, 3],
    [263, 5],
  ]) {
    it(`m = ${m}, k = ${k}: adds to the lower triangle and leaves the upper one`, () => {
      for (const scale of scales) {
        onBench(({ kernels, input, output, work, read }) => {
          const A = numbers(m * k, 3, scale);
          const before = numbers(m * m, 4, scale * scale || 1);
          const C = output(m * m, before);
          kernels.symmetricProduct(input(A), C, m, k, work(kernels.symmetricProductWorkspace(m, 0, k)));
          const At = transpose(A, m, k);
          const lower = (at: number) => at % m <= Math.floor(at / m);
          const product = naiveMultiply(A, At, m, m, k);
          const bound = productBound(A, At, m, m, k).map((value, at) =>
            lower(at) ? value + epsilon * (k + 2) * Math.abs(before[at]) : 0,
          );
          expectWithin(
            read(C, m * m),
            before.map((value, at) => (lower(at) ? value + product[at] : value)),
            bound,
          );
        });
      }
    });
  }
});
