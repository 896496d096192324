import { describe, expect, it } from 'vitest';
import { expectWithin, numbers, onBench } from '../support/kernel-harness.js';
import {
  epsilon,
  frobenius,
  identity,
  largest,
  naiveMultiply,
  orthonormalRows,
  sumOuterProducts,
  transpose,
} from '../support/naive-dense.js';

function runSvd(A: Float64Array, rows: number, columns: number) {
  return onBench(({ kernels, input, output, work, read }) => {
    const k = Math.min(rows, columns);
    const [U, S, V] = [output(k * rows), output(k), output(k * columns)];
    expect(kernels.thinSvd(input(A), U, S, V, rows, columns, work(kernels.thinSvdWorkspace(rows, columns)))).toBe(0);
    return { U: read(U, k * rows), S: read(S, k), V: read(V, k * columns) };
  });
}

function expectSvd(A: Float64Array, rows: number, columns: number): Float64Array {
  const k = Math.min(rows, columns);
  const { U, S, V } = runSvd(A, rows, columns);
  const unit = 4 * Math.max(rows, columns, 1) * epsilon;
  expectWithin(naiveMultiply(U, transpose(U, k, rows), k, k, rows), identity(k), unit);
  expectWithin(naiveMultiply(V, transpose(V, k, columns), k, k, columns), identity(k), unit);
  expectWithin(sumOuterProducts(U, S, V, rows, columns), A, unit * frobenius(A));
  for (let i = 0; i < k; i++) expect(S[i] >= (i + 1 < k ? S[i + 1] : 0)).toBe(true);
  return S;
}

const shapes = [
  [0, 0],
  [0, 3],
  [3, 0],
  [1, 1],
  [1, 4],
  [4, 1],
  [2, 2],
  [3, 9],
  [9, 3],
  [10, 31],
  [31, 10],
  [17, 17],
];

describe('thinSvd', () => {
  for (const [rows, columns] of shapes) {
    it(`${rows} x ${columns}: orthonormal factors that rebuild A`, () => {
      for (const scale of [1, 1e150, 1e-150, 1e-300, 0]) expectSvd(numbers(rows * columns, rows + 2, scale), rows, columns);
      expectSvd(new Float64Array(rows * columns).fill(1), rows, columns);
      expectSvd(
        numbers(rows * columns, 9).map((value, at) => value * 10 ** (-20 * (at % 5))),
        rows,
        columns,
      );
    });

    it(`${rows} x ${columns}: recovers given singular values to 1e-14 of the largest`, () => {
      const k = Math.min(rows, columns);
      const P = orthonormalRows(numbers(k * rows, 11), k, rows);
      const Q = orthonormalRows(numbers(k * columns, 12), k, columns);
      for (const value of [
        (i: number) => 10 ** -i,
        (i: number) => (i < k / 2 ? 1 : 0),
        (i: number) => 1 + 1e-9 * (k - i),
        () => 3,
      ]) {
        const given = Float64Array.from({ length: k }, (_, i) => value(i));
        const S = expectSvd(sumOuterProducts(P, given, Q, rows, columns), rows, columns);
        expectWithin(S, given, 1e-14 * (given[0] ?? 0));
      }
    });
  }

  it('ends rows of integer matrices without full rank at rounding, and completes their directions', () => {
    for (const [rows, columns, rank] of [
      [38, 40, 2],
      [20, 17, 11],
      [21, 27, 1],
    ]) {
      const left = numbers(rows * rank, 21, 3).map(Math.round);
      const right = numbers(rank * columns, 22, 3).map(Math.round);
      const S = expectSvd(naiveMultiply(left, right, rows, columns, rank), rows, columns);
      expect(largest(S.subarray(rank))).toBeLessThanOrEqual(1e-14 * S[0]);
    }
  });

  it('reports entries that are not finite', () => {
    onBench(({ kernels, input, output, work }) => {
      const bytes = work(kernels.thinSvdWorkspace(1, 2));
      expect(kernels.thinSvd(input([Number.NaN, 1]), output(1), output(1), output(2), 1, 2, bytes)).toBe(1);
    });
  });
});
