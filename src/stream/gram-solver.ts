import type { Scope } from '../core/scope.js';
import type { Pause } from '../pausing.js';
import type { Iterate } from '../program/program.js';
import { newton } from '../solver/newton.js';
import type { MaskedGram } from './masked-gram.js';
import { type GramPoint, reduceProgram } from './reduced-program.js';

/** The best point over all rows of the sums, in their units; yields after every step of the solver. */
export type GramSolver = (beta: number, tolerance: number, maxIterations: number) => Generator<Iterate | Pause, GramPoint>;

/** One factorization, then a fit for every beta, each from the one before. */
export function gramSolver(gram: MaskedGram, scope: Scope): { solve: GramSolver; pointOf(iterate: Iterate): GramPoint } {
  const { at, pointOf } = reduceProgram(gram, scope);
  let last: Float64Array | null = null;
  function* solve(beta: number, tolerance: number, maxIterations: number): Generator<Iterate | Pause, GramPoint> {
    const mark = scope.mark();
    try {
      const program = at(beta);
      const start = last && scope.copyIn(last);
      const found = yield* newton.solve(program, start, { tolerance, maxIterations }, scope);
      last = scope.copyOut(found.v);
      return pointOf(found);
    } finally {
      scope.release(mark);
    }
  }
  return { solve, pointOf };
}
