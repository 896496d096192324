import type { Scope, Vector } from '../core/scope.js';
import type { Pausing } from '../pausing.js';
import { enumeratePatterns, enumerateSteps, patternBound, patternBoundSteps } from './enumerate.js';
import type { Patterns } from './patterns.js';
import { patternsOfGates, samplePatterns, sampleSteps } from './sample.js';

/** A list of all patterns. */
export interface AllPatterns extends Patterns {
  /** False where some gate may have a pattern that is not listed: then the list proves nothing about all. Default true. */
  readonly complete?: boolean;
}

/** Where the patterns of a family come from. */
export interface PatternSource {
  /**
   * At least as many as there are patterns; infinite where they cannot be listed.
   *
   * @param limit - any number above it will do where there are more.
   */
  bound(limit?: number): number;
  all(): AllPatterns;
  /** At most `count` distinct ones, of random gates. */
  sample(count: number, seed: number): Patterns;
  /** Of the given gates (rows), duplicates removed, gates kept. */
  ofGates(gates: Float64Array): Patterns;
  /** {@link bound}, {@link all} and {@link sample} with pauses, to the same bits; present where they can take long. */
  boundSteps?(limit?: number): Pausing<number>;
  allSteps?(): Pausing<AllPatterns>;
  sampleSteps?(count: number, seed: number): Pausing<Patterns>;
}

export function* pausingBound(source: PatternSource, limit: number): Pausing<number> {
  return source.boundSteps ? yield* source.boundSteps(limit) : source.bound(limit);
}

export function* pausingAll(source: PatternSource): Pausing<AllPatterns> {
  return source.allSteps ? yield* source.allSteps() : source.all();
}

export function* pausingSample(source: PatternSource, count: number, seed: number): Pausing<Patterns> {
  return source.sampleSteps ? yield* source.sampleSteps(count, seed) : source.sample(count, seed);
}

/** The cells of an arrangement of rows: 1[a_r^T g >= 0]. */
export function arrangementSource(
  { rows, count, columns }: { rows: Vector; count: number; columns: number },
  scope: Scope,
): PatternSource {
  return {
    bound: (limit) => patternBound(scope.copyOut(rows), count, columns, limit),
    boundSteps: (limit) => patternBoundSteps(scope.copyOut(rows), count, columns, limit),
    all: () => enumeratePatterns(rows, count, columns, scope),
    sample: (most, seed) => samplePatterns(rows, count, columns, most, seed, scope),
    allSteps: () => enumerateSteps(rows, count, columns, null, scope),
    sampleSteps: (most, seed) => sampleSteps(rows, count, columns, most, seed, scope),
    ofGates: (gates) => patternsOfGates(rows, count, columns, gates, scope),
  };
}
