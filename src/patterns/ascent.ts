/** Steps of the ascent, and how its step length, as a share of the point's size, begins and changes. */
const steps = 30;
const growth = 1.4;
const shrinkage = 0.4;

/** How long the first step of a point is, as a share of its size. */
export const firstStep = 0.5;

/** A point of a local search. */
export interface Climber {
  readonly value: number;
  readonly step: number;
}

/**
 * Every point on its own moves to what is proposed for it while that is better: then the step grows, else it is shortened.
 *
 * @param propose - points one step further, evaluated.
 */
export function ascend<P extends Climber>(start: readonly P[], propose: (from: readonly P[]) => P[], rounds = steps): P[] {
  let best = start.slice();
  for (let round = 0; round < rounds; round++) {
    const trials = propose(best);
    best = best.map((old, i) =>
      trials[i].value > old.value ? { ...trials[i], step: old.step * growth } : { ...old, step: old.step * shrinkage },
    );
  }
  return best;
}
