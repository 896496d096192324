import type { Architecture } from '../architectures/architecture.js';
import type { Scope, Vector } from '../core/scope.js';
import { basicSolutionSteps, isReducible } from '../network/reduce.js';
import { Pace, type Pausing } from '../pausing.js';
import type { Problem } from '../program/training-data.js';
import type { FitPart } from './fit.js';
import { stateData } from './state.js';

/**
 * Blocks of a basic solution: the same fit at no higher penalty, from blocks whose fits are linearly independent, so at most
 * samples times outputs of them (math-architectures.md, the common form). One product with T for every active block; not where it would take long.
 */
export function* basicBlocks(
  architecture: Architecture,
  problem: Problem,
  part: FitPart,
  effort: number,
  scope: Scope,
): Pausing<Float64Array> {
  const mark = scope.mark();
  try {
    const { data } = stateData(architecture, problem, part.outputs, scope);
    const { features, regularizer } = architecture.program(data, part.patterns, scope);
    const { offsets } = features;
    const active = Array.from(offsets.keys())
      .slice(0, -1)
      .filter((b) => part.v.subarray(offsets[b], offsets[b + 1]).some((entry) => entry !== 0));
    if (!isReducible(active.length, features.samples * features.outputs, effort)) return part.v;
    const alone = scope.zeros(part.v.length);
    const fit = scope.vector(features.samples * features.outputs);
    const costs: number[] = [];
    const pace = new Pace();
    const atoms: Float64Array[] = [];
    for (const b of active) {
      if (pace.due(features.samples * part.v.length)) yield;
      const cost = withBlock(alone, part.v, offsets[b], offsets[b + 1], scope, () => {
        features.apply(alone, fit);
        return regularizer.value(alone);
      });
      costs.push(cost);
      atoms.push(scope.copyOut(fit).map((entry) => entry / cost));
    }
    const basic = yield* basicSolutionSteps(atoms, Float64Array.from(costs));
    const v = part.v.slice();
    active.forEach((b, i) => {
      for (let at = offsets[b]; at < offsets[b + 1]; at++) v[at] *= basic[i] / costs[i];
    });
    return v;
  } finally {
    scope.release(mark);
  }
}

/** Runs `body` while `alone` holds one block of v and zeros elsewhere. */
function withBlock<T>(alone: Vector, v: Float64Array, from: number, to: number, scope: Scope, body: () => T): T {
  scope.view(alone).set(v.subarray(from, to), from);
  const result = body();
  scope.view(alone).fill(0, from, to);
  return result;
}
