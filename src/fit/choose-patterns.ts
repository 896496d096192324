import type { Architecture } from '../architectures/architecture.js';
import type { PatternCoverage } from '../certificate/certificate.js';
import type { Scope } from '../core/scope.js';
import { gateSource } from '../patterns/gate-source.js';
import { arrangementSource, type PatternSource, pausingAll, pausingBound, pausingSample } from '../patterns/pattern-source.js';
import type { Patterns } from '../patterns/patterns.js';
import type { Pausing } from '../pausing.js';
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

/** The patterns to solve over, with pauses, or null for column generation. */
export function* choosePatterns(
  architecture: Architecture,
  data: TrainingData,
  choice: PatternChoice,
  seed: number,
  scope: Scope,
): Pausing<{ patterns: Patterns; coverage: PatternCoverage } | null> {
  if (architecture.patterns === 'none') return { patterns: noPatterns(data.samples), coverage: 'all' };
  if (choice === 'priced' || choice === 'certified') return null;
  if (choice === 'auto' && architecture.patterns === 'gates' && !architecture.unpriced) return null;
  const source = patternSource(architecture, data, scope);
  if (choice === 'auto' || choice === 'all') {
    if (choice === 'auto' && (yield* pausingBound(source, enumerationLimit)) > enumerationLimit) {
      return architecture.unpriced ? { patterns: yield* pausingSample(source, sampleSize, seed), coverage: 'sampled' } : null;
    }
    const { complete = true, ...patterns } = yield* pausingAll(source);
    return { patterns, coverage: complete ? 'all' : 'sampled' };
  }
  if ('sample' in choice) return { patterns: yield* pausingSample(source, choice.sample, seed), coverage: 'sampled' };
  // Bits are those of the gates on these rows, whatever rows they were made for.
  if ('bits' in choice) return { patterns: choice.gates ? source.ofGates(choice.gates) : choice, coverage: 'sampled' };
  return { patterns: source.ofGates(choice.gates), coverage: 'sampled' };
}

/** The family's own, or the arrangement of its pattern rows. */
export function patternSource(architecture: Architecture, data: TrainingData, scope: Scope): PatternSource {
  const own = architecture.patternSource?.(data, scope);
  if (own) return own;
  return architecture.patterns === 'gates' ? gateSource(data.patternRows, scope) : arrangementSource(data.patternRows, scope);
}

export function noPatterns(samples: number): Patterns {
  return { samples, count: 0, stride: 0, bits: new Uint8Array(0), gates: null };
}
