import type { Scope, Vector } from '../core/scope.js';
import { enumeratePatterns, patternBound } from './enumerate.js';
import type { Patterns } from './patterns.js';
import { patternsOfGates, samplePatterns } from './sample.js';

/** A list of all patterns. */
export interface AllPatterns extends Patterns {
  /** False where some gate may have a pattern that is not listed: then the list proves nothing about all. Default true. */
  readonly complete?: boolean;
}

/** Where the patterns of a family come from. */
export interface PatternSource {
  /** At least as many as there are patterns; infinite where they cannot be listed. */
  bound(): number;
  all(): AllPatterns;
  /** At most `count` distinct ones, of random gates. */
  sample(count: number, seed: number): Patterns;
  /** Of the given gates (rows), duplicates removed, gates kept. */
  ofGates(gates: Float64Array): Patterns;
}

/** The cells of an arrangement of rows: 1[a_r^T g >= 0]. */
export function arrangementSource(
  { rows, count, columns }: { rows: Vector; count: number; columns: number },
  scope: Scope,
): PatternSource {
  return {
    bound: () => patternBound(scope.copyOut(rows), count, columns),
    all: () => enumeratePatterns(rows, count, columns, scope),
    sample: (most, seed) => samplePatterns(rows, count, columns, most, seed, scope),
    ofGates: (gates) => patternsOfGates(rows, count, columns, gates, scope),
  };
}
