import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope, type Vector } from '../../src/core/scope.js';
import { finish } from '../../src/pausing.js';
import { conjugateGradients } from '../../src/solver/conjugate-gradients.js';
import { numbers } from '../support/kernel-harness.js';

/** A = B^T B + I of order n, and a vector that A sends to the right side. */
function system(n: number) {
  const B = numbers(n * n, 5);
  const A = Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = i === j ? 1 : 0;
    for (let k = 0; k < n; k++) sum += B[k * n + i] * B[k * n + j];
    return sum;
  });
  const wanted = numbers(n, 6);
  const times = (x: Float64Array) => Float64Array.from({ length: n }, (_, i) => x.reduce((s, e, j) => s + A[i * n + j] * e, 0));
  return { A, wanted, times };
}

describe.each([1, 2, 7, 30])('conjugate gradients of order %i', (n) => {
  const { A, wanted, times } = system(n);

  it.each(['none', 'diagonal'])('find the solution, preconditioner: %s', (kind) => {
    const scope = new Scope(openKernelsSync());
    const multiply = (from: Vector, to: Vector) => scope.view(to).set(times(scope.copyOut(from)));
    const precondition = (from: Vector, to: Vector) => {
      const scaled = scope.copyOut(from).map((entry, i) => (kind === 'none' ? entry : entry / A[i * n + i]));
      scope.view(to).set(scaled);
    };
    const x = scope.zeros(n);
    finish(conjugateGradients(multiply, precondition, scope.copyIn(times(wanted)), x, 1e-26, 10 * n, n * n, scope));
    scope.copyOut(x).forEach((entry, i) => {
      expect(Math.abs(entry - wanted[i])).toBeLessThan(1e-9);
    });
  });

  it('end at the limit of steps with what they have, and at once with a right side of zero', () => {
    const scope = new Scope(openKernelsSync());
    let products = 0;
    const multiply = (from: Vector, to: Vector) => {
      products++;
      scope.view(to).set(times(scope.copyOut(from)));
    };
    const copy = (from: Vector, to: Vector) => scope.view(to).set(scope.copyOut(from));
    const x = scope.zeros(n);
    finish(conjugateGradients(multiply, copy, scope.zeros(n), x, 1e-10, 5, n * n, scope));
    expect({ products, x: scope.copyOut(x) }).toEqual({ products: 0, x: new Float64Array(n) });
    finish(conjugateGradients(multiply, copy, scope.copyIn(times(wanted)), x, 0, 1, n * n, scope));
    expect(products).toBe(1);
  });
});
