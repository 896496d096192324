import type { Scope, Vector } from '../core/scope.js';
import { InternalError } from '../errors.js';
import type { Pausing } from '../pausing.js';
import { choleskySteps } from './pausing-kernels.js';

/** Rounding or overflow has left no factor of a Newton matrix: a step that Newton cannot take. */
export class NoFactor extends InternalError {}

/**
 * Cholesky factor of a Newton matrix, in place. A large sigma can lift rounding of B above the identity: then a ridge of that size,
 * raised until the factorization succeeds, gives a direction that is a little shorter; the line search does the rest.
 *
 * @throws {@link NoFactor} where no ridge helps; the solver catches it.
 */
export function* factorize(matrix: Vector, size: number, scope: Scope): Pausing<void> {
  const { kernels } = scope;
  const mark = scope.mark();
  const work = scope.bytes(kernels.choleskyWorkspace(size));
  const copy = scope.vector(size * size);
  kernels.copyVector(matrix.address, copy.address, size * size);
  let largest = 0;
  for (let i = 0; i < size; i++) largest = Math.max(largest, scope.view(copy)[i * (size + 1)]);
  for (let ridge = 1e-14 * largest; (yield* choleskySteps(matrix, size, work, scope)) !== 0; ridge *= 100) {
    if (!(ridge < largest)) throw new NoFactor(`the Newton matrix of size ${size} cannot be factored`);
    kernels.copyVector(copy.address, matrix.address, size * size);
    const entries = scope.view(matrix);
    for (let i = 0; i < size; i++) entries[i * (size + 1)] += ridge;
  }
  scope.release(mark);
}
