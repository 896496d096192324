import { InternalError } from '../errors.js';
import { logarithm } from '../network/functions.js';

/** Which patterns a bound or a network is about. */
export type PatternCoverage = 'all' | 'certified' | 'priced' | 'sampled';

/**
 * What is proven of a network. Computed from the network and a dual point alone: it holds whatever the solver did.
 */
export interface Certificate {
  /** Training objective of the returned network, evaluated by its own forward pass. */
  readonly objective: number;
  /** No network of this family, of any width, has a smaller objective; null where nothing is proven over all patterns. */
  readonly lowerBound: number | null;
  /** objective - lowerBound. */
  readonly gap: number | null;
  /** gap / |objective|. */
  readonly relativeGap: number | null;
  /** relativeGap <= tolerance, and the bound covers all activation patterns. */
  readonly provenGlobal: boolean;
  /** `all`: enumerated; `certified`: proven by branch and bound; `priced`: column generation by local search, no proof; `sampled`: only those given or sampled. */
  readonly patterns: PatternCoverage;
  /** Lower bound of the program restricted to the patterns used. */
  readonly patternBound: number;
  /** Relative gap to `patternBound`: what the solver achieved, and what `tolerance` is about. */
  readonly patternGap: number;
}

/**
 * Puts a certificate together. Bounds may only be lowered: a bound above the objective by more than rounding, or no
 * number, is a bug and raises an InternalError instead of being reported.
 *
 * @param bound - of the program over the patterns used.
 * @param boundOverAll - over all patterns, where there is one; with `all` both are the same.
 */
export function certify(
  objective: number,
  bound: number,
  patterns: PatternCoverage,
  tolerance: number,
  boundOverAll: number | null = null,
): Certificate {
  for (const claimed of [bound, boundOverAll ?? bound]) {
    if (!(claimed <= objective + 1e-9 * Math.abs(objective)))
      throw new InternalError(`lower bound ${claimed} above the objective ${objective}`);
  }
  const patternBound = Math.min(bound, objective);
  const patternGap = relativeGap(objective - patternBound, objective);
  const lowerBound = patterns === 'all' ? patternBound : boundOverAll === null ? null : Math.min(boundOverAll, objective);
  const gap = lowerBound === null ? null : objective - lowerBound;
  const relative = gap === null ? null : relativeGap(gap, objective);
  return {
    objective,
    lowerBound,
    gap,
    relativeGap: relative,
    provenGlobal: relative !== null && relative <= tolerance,
    patterns,
    patternBound,
    patternGap,
  };
}

/** The certificate with a lower bound of `bound` at most. */
export function lowerTo(certificate: Certificate, bound: number, tolerance: number): Certificate {
  const { objective } = certificate;
  const lowerBound = Math.min(certificate.lowerBound ?? bound, bound);
  const gap = objective - lowerBound;
  const relative = relativeGap(gap, objective);
  return { ...certificate, lowerBound, gap, relativeGap: relative, provenGlobal: relative <= tolerance };
}

/** gap / |objective|; 0 where both are 0. */
export function relativeGap(gap: number, objective: number): number {
  return gap / Math.max(Math.abs(objective), Number.MIN_VALUE);
}

/** How much of the way from a relative gap of 1 to the tolerance is done, counted in digits: for progress alone. */
export function gapClosed(gap: number, tolerance: number): number {
  if (!(gap > tolerance)) return 1;
  return gap < 1 ? logarithm(gap) / logarithm(tolerance) : 0;
}
