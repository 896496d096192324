import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { InternalError } from '../../src/errors.js';
import { finish } from '../../src/pausing.js';
import { factorize } from '../../src/solver/factorize.js';
import { numbers } from '../support/kernel-harness.js';

/** Largest error of L L^T against the lower triangle of A, over the largest entry of A. */
function errorOf(A: Float64Array, size: number): number {
  const scope = new Scope(openKernelsSync());
  const matrix = scope.copyIn(A);
  const used = scope.used;
  finish(factorize(matrix, size, scope));
  expect(scope.used).toBe(used);
  const L = scope.copyOut(matrix);
  let error = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k <= j; k++) sum += L[i * size + k] * L[j * size + k];
      error = Math.max(error, Math.abs(sum - A[i * size + j]));
    }
  }
  return error / Math.max(...A.map(Math.abs));
}

/** U U^T + shift I, U of the given rank. */
function product(size: number, rank: number, shift: number): Float64Array {
  const U = numbers(size * rank, size);
  const A = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      for (let k = 0; k < rank; k++) A[i * size + j] += U[i * rank + k] * U[j * rank + k];
      if (i === j) A[i * size + j] += shift;
    }
  }
  return A;
}

describe('the factor of a Newton matrix', () => {
  it.each([1, 4, 17, 60])('is exact where it exists: size %d', (size) => {
    expect(errorOf(product(size, size, 1), size)).toBeLessThan(1e-13);
  });

  it.each([6, 40])('of a singular matrix is that of one with a ridge of the size of rounding: size %d', (size) => {
    const A = product(size, 2, 0);
    // Rounding below zero on the diagonal, as a large sigma gives it.
    A[(size - 1) * (size + 1)] -= 1e-13;
    const scope = new Scope(openKernelsSync());
    const work = scope.bytes(scope.kernels.choleskyWorkspace(size));
    expect(scope.kernels.cholesky(scope.copyIn(A).address, size, work)).not.toBe(0);
    expect(errorOf(A, size)).toBeLessThan(1e-10);
  });

  it('does not exist for a matrix that is negative', () => {
    const scope = new Scope(openKernelsSync());
    expect(() => finish(factorize(scope.copyIn([-1, 0, 0, -2]), 2, scope))).toThrow(InternalError);
  });
});
