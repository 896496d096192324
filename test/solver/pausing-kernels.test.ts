import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { finish } from '../../src/pausing.js';
import { choleskySteps, symmetricProductSteps } from '../../src/solver/pausing-kernels.js';
import { numbers } from '../support/kernel-harness.js';

/** A A^T + shift I, lower triangle, by the kernel in one piece. */
function gramOf(A: Float64Array, rows: number, columns: number, shift: number, scope: Scope) {
  const C = scope.zeros(rows * rows);
  const work = scope.bytes(scope.kernels.symmetricProductWorkspace(rows, rows, columns));
  scope.kernels.symmetricProduct(scope.copyIn(A).address, C.address, rows, columns, work);
  for (let i = 0; i < rows; i++) scope.view(C)[i * (rows + 1)] += shift;
  return C;
}

describe('kernels in parts', () => {
  it.each([
    [3, 2],
    [70, 300],
    [700, 260],
  ])('make the product of %i rows and %i columns to the bits of the whole', (rows, columns) => {
    const scope = new Scope(openKernelsSync());
    const A = numbers(rows * columns, 1);
    const parts = scope.zeros(rows * rows);
    finish(symmetricProductSteps(scope.copyIn(A), parts, rows, columns, scope));
    expect(scope.copyOut(parts)).toEqual(scope.copyOut(gramOf(A, rows, columns, 0, scope)));
  });

  it.each([1, 63, 65, 500])('factor a matrix of size %i to the bits of the whole', (size) => {
    const scope = new Scope(openKernelsSync());
    const whole = gramOf(numbers(size * 5, 2), size, 5, 1, scope);
    const parts = scope.copyIn(scope.copyOut(whole));
    const work = scope.bytes(scope.kernels.choleskyWorkspace(size));
    expect(scope.kernels.cholesky(whole.address, size, work)).toBe(0);
    expect(finish(choleskySteps(parts, size, work, scope))).toBe(0);
    expect(scope.copyOut(parts)).toEqual(scope.copyOut(whole));
  });

  it('name sizes that no 32-bit integer holds in full', () => {
    const kernels = openKernelsSync();
    expect(kernels.projectConeWorkspace(24_000)).toBeGreaterThan(2 * 24_000 * 24_000 * 8);
    expect(() => new Scope(kernels).bytes(kernels.projectConeWorkspace(24_000))).toThrow(/MiB/);
  });
});
