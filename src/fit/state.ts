import type { Architecture } from '../architectures/architecture.js';
import type { Scope } from '../core/scope.js';
import { type Problem, prepareData, type TrainingData } from '../program/training-data.js';

/** The part of a problem that concerns some outputs. */
export function restrict(problem: Problem, outputs: readonly number[]): Problem {
  if (outputs.length === problem.outputs) return problem;
  const n = problem.X.rows;
  const own = (all: Float64Array): Float64Array => {
    const some = new Float64Array(outputs.length * n);
    outputs.forEach((c, i) => {
      some.set(all.subarray(c * n, (c + 1) * n), i * n);
    });
    return some;
  };
  const { y, offset } = problem;
  return { ...problem, y: own(y), offset: offset && own(offset), outputs: outputs.length };
}

/** The data that an architecture's program is stated on; its fits are those of networks less `shift`. */
export function stateData(
  architecture: Architecture,
  problem: Problem,
  outputs: readonly number[],
  scope: Scope,
): { data: TrainingData; shift: number } {
  const part = restrict(problem, outputs);
  const stated = architecture.restate?.(part, scope) ?? { problem: part, shift: 0 };
  const makeRows = architecture.patternRows?.bind(architecture);
  const data = prepareData(stated.problem, architecture.degree, scope, makeRows && ((X) => makeRows(X, stated.problem.bias)));
  return { data: { ...data, given: part }, shift: stated.shift };
}
