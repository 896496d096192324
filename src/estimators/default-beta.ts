import type { Choice } from './choice.js';

/** Fewer different rows than this are too few for folds. */
export const fewestRows = 20;

/** Share of betaMax at one row, and the least share. */
const shareOfOne = 0.2;
const leastShare = 0.002;

/**
 * The share of betaMax that is taken where folds cannot choose: 0.2 / sqrt(rows), at least 0.002. betaMax grows with the rows, what
 * noise adds to it with their square root only. docs/defaults.md has the measurements.
 *
 * @param rows - the sum of the weights.
 */
export function defaultShare(rows: number): number {
  return Math.max(leastShare, shareOfOne / Math.sqrt(Math.max(1, rows)));
}

/**
 * @param most - betaMax; 0 where nothing can be learnt and any beta leaves the network without neurons.
 * @param reason - why folds cannot choose.
 */
export function defaultBeta(most: number, rows: number, reason: string): Choice {
  const share = defaultShare(rows);
  if (!(most > 0)) return { beta: 1, cutShort: false, by: 'default', notes: [] };
  const beta = share * most;
  const note = `${reason}: beta is the default, ${beta.toPrecision(3)}, which is ${share.toPrecision(2)} of betaMax`;
  return { beta, cutShort: false, by: 'default', notes: [note] };
}
