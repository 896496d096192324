import type { LossName } from '../../src/program/losses.js';

export const lossNames: readonly LossName[] = ['squared', 'logistic', 'squaredHinge', 'huber', 'softmax'];

/** Targets and weights for one loss; `fit(size)` draws the next random fit of that size. */
export interface LossCase {
  readonly name: LossName;
  readonly y: Float64Array;
  readonly samples: number;
  readonly outputs: number;
  readonly weights: Float64Array | null;
  /** Fixed numbers that the loss adds to a fit. */
  readonly offset?: Float64Array | null;
  fit(size: number): Float64Array;
}

/** Uniform numbers in [-1, 1): a small linear congruential generator, enough for test data. */
export function uniform(seed: number): () => number {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

/** Targets that suit the loss: numbers, labels, or one-hot classes. */
export function randomTargets(name: LossName, samples: number, outputs: number, next: () => number): Float64Array {
  const y = Float64Array.from({ length: samples * outputs }, () => 2 * next());
  if (name === 'logistic' || name === 'squaredHinge') return y.map((value) => (value < 0 ? -1 : 1));
  if (name !== 'softmax') return y;
  y.fill(0);
  for (let k = 0; k < samples; k++) y[Math.floor(((next() + 1) / 2) * outputs) * samples + k] = 1;
  return y;
}

export function randomLossCase(
  name: LossName,
  samples: number,
  outputs: number,
  weighted: boolean,
  seed: number,
  moved = false,
): LossCase {
  const next = uniform(seed);
  for (let i = 0; i < 8; i++) next();
  return {
    name,
    samples,
    outputs,
    y: randomTargets(name, samples, outputs, next),
    weights: weighted ? Float64Array.from({ length: samples }, () => 1.5 + next()) : null,
    offset: moved ? Float64Array.from({ length: samples * outputs }, () => 3 * next()) : null,
    fit: (size) => Float64Array.from({ length: samples * outputs }, () => size * next()),
  };
}
