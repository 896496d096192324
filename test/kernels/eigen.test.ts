import { describe, expect, it } from 'vitest';
import { expectWithin, numbers, onBench } from '../support/kernel-harness.js';
import { epsilon, frobenius, identity, naiveEigenvalues, naiveMultiply, orthonormalRows, transpose } from '../support/naive-dense.js';

type Matrix = (n: number) => Float64Array;
const symmetric: Matrix = (n) => {
  const R = numbers(n * n, n + 3);
  return R.map((value, at) => value + R[(at % n) * n + Math.floor(at / n)]);
};
const fromValues = (values: Float64Array): Float64Array => {
  const n = values.length;
  const Q = orthonormalRows(numbers(n * n, 77), n, n);
  const product = naiveMultiply(transpose(Q.map((value, at) => value * values[Math.floor(at / n)]), n, n), Q, n, n, n);
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
  'second differences': (n) => identity(n).map((value, at) => (value ? 2 : Math.abs((at % n) - Math.floor(at / n)) === 1 ? -1 : 0)),
};

describe('symmetricEigen', () => {
  for (const [name, matrix] of Object.entries(matrices)) {
    it(`${name}: orthonormal rows, A = Q^T diag Q, ascending, the values of Jacobi's method`, () => {
      for (const n of [0, 1, 2, 3, 4, 5, 9, 20, 33]) {
        onBench(({ kernels, input, output, work, read }) => {
          const A = matrix(n);
          const [values, vectors] = [output(n), output(n * n)];
          expect(kernels.symmetricEigen(input(A), values, vectors, n, work(kernels.symmetricEigenWorkspace(n)))).toBe(0);
          const d = read(values, n);
          const Q = read(vectors, n * n);
          // n reflectors and about 2 n sweeps of rotations, each entry moved by u or so per step: 4 n eps is the first order.
          const unit = 4 * Math.max(n, 1) * epsilon;
          expectWithin(naiveMultiply(Q, transpose(Q, n, n), n, n, n), identity(n), unit);
          const rebuilt = naiveMultiply(transpose(Q.map((value, at) => value * d[Math.floor(at / n)]), n, n), Q, n, n, n);
          expectWithin(rebuilt, A, unit * frobenius(A));
          expect(Array.from(d)).toEqual(Array.from(d).sort((a, b) => a - b));
          const scale = frobenius(A) || 1;
          const oracle = naiveEigenvalues(
            A.map((value) => value / scale),
            n,
          );
          expectWithin(
            d.map((value) => value / scale),
            oracle,
            unit,
          );
        });
      }
    });
  }

  it('has the eigenvalues 2 - 2 cos(pi k / (n + 1)) of second differences', () => {
    onBench(({ kernels, input, output, work, read }) => {
      const n = 60;
      const values = output(n);
      kernels.symmetricEigen(input(matrices['second differences'](n)), values, output(n * n), n, work(kernels.symmetricEigenWorkspace(n)));
      const expected = Float64Array.from({ length: n }, (_, k) => 2 - 2 * Math.cos((Math.PI * (k + 1)) / (n + 1)));
      expectWithin(read(values, n), expected, 4 * n * epsilon * 4);
    });
  });

  it('reports entries that are not finite', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      onBench(({ kernels, input, output, work }) => {
        const run = kernels.symmetricEigen(input([1, value, value, 1]), output(2), output(4), 2, work(kernels.symmetricEigenWorkspace(2)));
        expect(run).toBe(1);
      });
    }
  });
});

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
  const left = transpose(
    U.map((value, at) => value * S[Math.floor(at / rows)]),
    k,
    rows,
  );
  expectWithin(naiveMultiply(left, V, rows, columns, k), A, unit * frobenius(A));
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
      for (const value of [(i: number) => 10 ** -i, (i: number) => (i < k / 2 ? 1 : 0), (i: number) => 1 + 1e-9 * (k - i), () => 3]) {
        const given = Float64Array.from({ length: k }, (_, i) => value(i));
        const left = transpose(
          P.map((entry, at) => entry * given[Math.floor(at / rows)]),
          k,
          rows,
        );
        const S = expectSvd(naiveMultiply(left, Q, rows, columns, k), rows, columns);
        expectWithin(S, given, 1e-14 * (given[0] ?? 0));
      }
    });
  }

  it('reports entries that are not finite', () => {
    onBench(({ kernels, input, output, work }) => {
      const bytes = work(kernels.thinSvdWorkspace(1, 2));
      expect(kernels.thinSvd(input([Number.NaN, 1]), output(1), output(1), output(2), 1, 2, bytes)).toBe(1);
    });
  });
});
