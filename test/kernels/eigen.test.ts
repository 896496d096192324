import { describe, expect, it } from 'vitest';
import { expectWithin, numbers, onBench } from '../support/kernel-harness.js';
import {
  epsilon,
  frobenius,
  identity,
  naiveEigenvalues,
  naiveMultiply,
  orthonormalRows,
  sumOuterProducts,
  transpose,
} from '../support/naive-dense.js';

type Matrix = (n: number) => Float64Array;
const symmetric: Matrix = (n) => {
  const R = numbers(n * n, n + 3);
  return R.map((value, at) => value + R[(at % n) * n + Math.floor(at / n)]);
};
const fromValues = (values: Float64Array): Float64Array => {
  const n = values.length;
  const Q = orthonormalRows(numbers(n * n, 77), n, n);
  const product = sumOuterProducts(Q, values, Q, n, n);
  return product.map((value, at) => (value + product[(at % n) * n + Math.floor(at / n)]) / 2);
};
const matrices: Record<string, Matrix> = {
  'random entries': symmetric,
  'entries of 1e150': (n) => symmetric(n).map((value) => value * 1e150),
  'entries of 1e-300': (n) => symmetric(n).map((value) => value * 1e-300),
  zero: (n) => new Float64Array(n * n),
  identity,
  ones: (n) => new Float64Array(n * n).fill(1),
  'one -1e9 and the rest 1e-9': (n) => fromValues(new Float64Array(n).fill(1e-9).fill(-1e9, 0, 1)),
  'powers of 1/10': (n) => fromValues(Float64Array.from({ length: n }, (_, i) => 10 ** -i)),
  'graded diagonal': (n) => identity(n).map((value, at) => value * 10 ** (-5 * (at % n))),
  'second differences': (n) =>
    identity(n).map((value, at) => (value ? 2 : Math.abs((at % n) - Math.floor(at / n)) === 1 ? -1 : 0)),
};

/** Orthonormal rows, A = Q^T diag Q, ascending, and the values of Jacobi's method. */
function expectEigen(A: Float64Array, n: number): void {
  onBench(({ kernels, input, output, work, read }) => {
    const [values, vectors] = [output(n), output(n * n)];
    expect(kernels.symmetricEigen(input(A), values, vectors, n, work(kernels.symmetricEigenWorkspace(n)))).toBe(0);
    const d = read(values, n);
    const Q = read(vectors, n * n);
    // n reflectors and about 2 n sweeps of rotations, each entry moved by u or so per step: 4 n eps is the first order.
    const unit = 4 * Math.max(n, 1) * epsilon;
    expectWithin(naiveMultiply(Q, transpose(Q, n, n), n, n, n), identity(n), unit);
    expectWithin(sumOuterProducts(Q, d, Q, n, n), A, unit * frobenius(A));
    expect(Array.from(d)).toEqual(Array.from(d).sort((a, b) => a - b));
    const scale = frobenius(A) || 1;
    const divided = (entries: Float64Array) => entries.map((value) => value / scale);
    expectWithin(divided(d), naiveEigenvalues(divided(A), n), unit);
  });
}

describe('symmetricEigen', () => {
  for (const [name, matrix] of Object.entries(matrices)) {
    it(`${name}: rebuilds A and agrees with Jacobi`, () => {
      for (const n of [0, 1, 2, 3, 4, 5, 9, 20, 33]) expectEigen(matrix(n), n);
    });
  }

  it('ends where a matrix of small rank leaves only rounding (reflectors underflowed, QL crawled)', () => {
    const product = (factor: Float64Array, n: number, rank: number) =>
      naiveMultiply(factor, transpose(factor, n, rank), n, n, rank);
    expectEigen(product(numbers(30, 2, 3).map(Math.round), 30, 1), 30);
    expectEigen(product(numbers(30, 6, 3).map(Math.round), 30, 1), 30);
    expectEigen(product(numbers(120, 1, 3), 60, 2), 60);
  });

  it('has the eigenvalues 2 - 2 cos(pi k / (n + 1)) of second differences', () => {
    onBench(({ kernels, input, output, work, read }) => {
      const n = 60;
      const values = output(n);
      kernels.symmetricEigen(
        input(matrices['second differences'](n)),
        values,
        output(n * n),
        n,
        work(kernels.symmetricEigenWorkspace(n)),
      );
      const expected = Float64Array.from({ length: n }, (_, k) => 2 - 2 * Math.cos((Math.PI * (k + 1)) / (n + 1)));
      expectWithin(read(values, n), expected, 4 * n * epsilon * 4);
    });
  });

  it('reports entries that are not finite', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      onBench(({ kernels, input, output, work }) => {
        const run = kernels.symmetricEigen(
          input([1, value, value, 1]),
          output(2),
          output(4),
          2,
          work(kernels.symmetricEigenWorkspace(2)),
        );
        expect(run).toBe(1);
      });
    }
  });
});
