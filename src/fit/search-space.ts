import type { Scope } from '../core/scope.js';
import { type RowSpace, rowSpaceSteps } from '../patterns/row-space.js';
import { finish, type Pausing } from '../pausing.js';
import type { PatternRows, TrainingData } from '../program/training-data.js';

/** Ratio of sizes, of offset to spread, or of pivots, from which on searches draw and step in coordinates of the row space. */
const searchLimit = 10;

const known = new WeakMap<PatternRows, RowSpace | null>();

/** Coordinates in which directions are searched; null where those of the columns serve. */
export function searchSpace(...question: Parameters<typeof searchSpaceSteps>): RowSpace | null {
  return finish(searchSpaceSteps(...question));
}

/** {@link searchSpace} with pauses. Once it has run, both answer at once. */
export function* searchSpaceSteps({ patternRows }: Pick<TrainingData, 'patternRows'>, scope: Scope): Pausing<RowSpace | null> {
  const before = known.get(patternRows);
  if (before !== undefined) return before;
  const { rows, count, columns } = patternRows;
  const made = yield* rowSpaceSteps(scope.copyOut(rows), count, columns, searchLimit);
  known.set(patternRows, made);
  return made;
}
