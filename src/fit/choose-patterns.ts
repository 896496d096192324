import type { Architecture } from '../architectures/architecture.js';
import type { PatternCoverage } from '../certificate/certificate.js';
import type { Scope } from '../core/scope.js';
import { enumeratePatterns, patternBound } from '../patterns/enumerate.js';
import type { Patterns } from '../patterns/patterns.js';
import { patternsOfGates, samplePatterns } from '../patterns/sample.js';
import type { TrainingData } from '../program/training-data.js';

/** Which patterns a fit uses: see `TrainOptions.patterns`. */
export type PatternChoice =
  | 'auto'
  | 'all'
  | 'certified'
  | 'priced'
  | { readonly sample: number }
  | { readonly gates: Float64Array }
  | Patterns;

/** Patterns sampled where they are too many to list and cannot be searched. */
const sampleSize = 2000;
/** `auto` enumerates when there are at most so many patterns; beyond, column generation is cheaper. */
const enumerationLimit = 2000;

/** The patterns to solve over, or null for column generation. */
export function choosePatterns(
  architecture: Architecture,
  data: TrainingData,
  choice: PatternChoice,
  seed: number,
  scope: Scope,
): { patterns: Patterns; coverage: PatternCoverage } | null {
  const { X, samples, columns } = data;
  if (architecture.patterns === 'none') return { patterns: noPatterns(samples), coverage: 'all' };
  if (choice === 'priced' || choice === 'certified') return null;
  if (choice === 'auto' && architecture.patterns === 'gates' && !architecture.unpriced) return null;
  if (choice === 'auto' || choice === 'all') {
    if (choice === 'auto' && patternBound(scope.copyOut(X), samples, columns) > enumerationLimit) {
      if (!architecture.unpriced) return null;
      return { patterns: samplePatterns(X, samples, columns, sampleSize, seed, scope), coverage: 'sampled' };
    }
    return { patterns: enumeratePatterns(X, samples, columns, scope), coverage: 'all' };
  }
  if ('sample' in choice)
    return { patterns: samplePatterns(X, samples, columns, choice.sample, seed, scope), coverage: 'sampled' };
  if ('bits' in choice) return { patterns: choice, coverage: 'sampled' };
  return { patterns: patternsOfGates(X, samples, columns, choice.gates, scope), coverage: 'sampled' };
}

function noPatterns(samples: number): Patterns {
  return { samples, count: 0, stride: 0, bits: new Uint8Array(0), gates: null };
}
