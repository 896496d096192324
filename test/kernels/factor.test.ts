import { describe, expect, it } from 'vitest';
import { expectWithin, numbers, onBench } from '../support/kernel-harness.js';
import { absolute, epsilon, identity, naiveCholesky, naiveMultiply, transpose } from '../support/naive-dense.js';

// Tiles of 4, blocks of 64.
const sizes = [0, 1, 2, 3, 4, 5, 8, 9, 63, 64, 65, 67, 130];
const isLower = (at: number, n: number) => at % n <= Math.floor(at / n);

/** G G^T with G random lower triangular and a diagonal away from 0; `above` fills the part that must not be read. */
function positiveMatrix(n: number, scale: number, above: number): Float64Array {
  const G = numbers(n * n, n + 1).map((value, at) => (isLower(at, n) ? value + (Math.floor(at / n) === at % n ? 2 : 0) : 0));
  return naiveMultiply(G, transpose(G, n, n), n, n, n).map((value, at) => (isLower(at, n) ? scale * value : above));
}

describe('cholesky', () => {
  for (const n of sizes) {
    it(`n = ${n}: L L^T = A and L L^T x = b, backward stable; the upper triangle is not touched`, () => {
      for (const scale of [1, 1e150, 1e-150]) {
        onBench(({ kernels, input, output, work, read }) => {
          const A = positiveMatrix(n, scale, Number.NEGATIVE_INFINITY);
          const factor = output(n * n, A);
          expect(kernels.cholesky(factor, n, work(kernels.choleskyWorkspace(n)))).toBe(0);
          const L = read(factor, n * n).map((value, at) => {
            if (isLower(at, n)) return value;
            expect(value).toBe(Number.NEGATIVE_INFINITY);
            return 0;
          });
          // Higham, Theorem 10.3: |A - L L^T| <= (n + 1) u |L| |L|^T; 2 u for the reciprocal of the pivot, as much for the check.
          const product = naiveMultiply(L, transpose(L, n, n), n, n, n);
          const size = naiveMultiply(absolute(L), transpose(absolute(L), n, n), n, n, n);
          const clear = (values: Float64Array) => values.map((value, at) => (isLower(at, n) ? value : 0));
          expectWithin(
            clear(product),
            clear(A),
            size.map((value) => (n + 4) * epsilon * value),
          );

          // Theorem 10.4: |b - A x| <= (3 n + 1) u |L| |L|^T |x|; the second half of eps covers the residual computed here.
          const b = numbers(n, 5);
          const x = output(n, b);
          kernels.choleskySolve(input(read(factor, n * n)), x, n);
          const full = A.map((value, at) => (isLower(at, n) ? value : A[(at % n) * n + Math.floor(at / n)]));
          const solution = read(x, n);
          const allowed = naiveMultiply(size, absolute(solution), n, 1, n).map((value) => (3 * n + 6) * epsilon * value);
          expectWithin(naiveMultiply(full, solution, n, 1, n), b, allowed);
        });
      }
    });
  }

  it('agrees with the plain factorization of a well conditioned matrix', () => {
    onBench(({ kernels, output, work, read }) => {
      const n = 70;
      const A = identity(n).map((value, at) => value + 0.01 * numbers(1, (at % n) ^ Math.floor(at / n))[0]);
      const factor = output(n * n, A);
      expect(kernels.cholesky(factor, n, work(kernels.choleskyWorkspace(n)))).toBe(0);
      const expected = naiveCholesky(A, n) ?? new Float64Array(0);
      const L = read(factor, n * n).map((value, at) => (isLower(at, n) ? value : 0));
      // Condition number below 10 (Gershgorin: row sums of the perturbation below 0.7): forward error below 10 n^1.5 eps.
      expectWithin(L, expected, 10 * n ** 1.5 * epsilon);
    });
  });

  for (const value of [-1, 0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    it(`names the pivot that is ${Object.is(value, -0) ? '-0' : value}`, () => {
      for (const [n, k] of [
        [1, 1],
        [5, 5],
        [6, 3],
        [66, 64],
        [66, 65],
        [131, 131],
      ]) {
        onBench(({ kernels, output, work }) => {
          const A = identity(n);
          A[(k - 1) * (n + 1)] = value;
          expect(kernels.cholesky(output(n * n, A), n, work(kernels.choleskyWorkspace(n)))).toBe(k);
        });
      }
    });
  }

  it('refuses a singular matrix whose second row repeats the first', () => {
    onBench(({ kernels, output, work }) => {
      expect(kernels.cholesky(output(4, [4, 4, 4, 4]), 2, work(kernels.choleskyWorkspace(2)))).toBe(2);
    });
  });
});
