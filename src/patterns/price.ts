import type { Scope, Vector } from '../core/scope.js';
import { finish, type Pausing, partsPerPause } from '../pausing.js';
import { patternStride } from './patterns.js';

/** Passes over the rows that a start usually takes. */
const passesOfStart = 40;

/** A direction found by local search: w with |w| = 1, F(w) = sign * lambda^T phi(Xw), and the pattern of its cell. */
export interface PricedDirection {
  readonly value: number;
  readonly sign: 1 | -1;
  readonly direction: Float64Array;
  readonly bits: Uint8Array;
}

/** What the search needs of the data, in the arena. */
export interface PricingData {
  readonly X: Vector;
  readonly inverseNorms: Vector;
  readonly samples: number;
  readonly columns: number;
  readonly slope: number;
}

/**
 * Local maxima of |lambda^T phi(Xw)|, phi(z) = max(z, slope z), over the unit ball, from the given starts (rows) and for
 * both signs: gradient steps, exact maximizer of a cell, moves to neighbouring cells (assembly/price.ts). A lower
 * estimate of the dual constraint's value, never a proof.
 *
 * @param cutoff - starts whose gradient phase ends below it are given up.
 * @param patient - no start is given up: where columns are offset, narrow cells look poor until their maximizers are found.
 * @returns Directions with value >= cutoff, best first. Cost O(n d) a step, a few dozen steps a start.
 */
export function searchDirections(...question: Parameters<typeof searchDirectionsSteps>): PricedDirection[] {
  return finish(searchDirectionsSteps(...question));
}

/** {@link searchDirections} with pauses between starts. */
export function* searchDirectionsSteps(
  data: PricingData,
  lambda: Vector,
  starts: Float64Array,
  cutoff: number,
  scope: Scope,
  patient = false,
): Pausing<PricedDirection[]> {
  return yield* searchSignedSteps(data, lambda, starts, starts, cutoff, scope, patient);
}

/** {@link searchDirectionsSteps} from other starts for lambda than for -lambda: for searches that know which sign is theirs. */
export function* searchSignedSteps(
  data: PricingData,
  lambda: Vector,
  positive: Float64Array,
  negative: Float64Array,
  cutoff: number,
  scope: Scope,
  patient = false,
): Pausing<PricedDirection[]> {
  const { X, inverseNorms, samples, columns, slope } = data;
  const stride = patternStride(samples);
  const { kernels } = scope;
  const mark = scope.mark();
  try {
    const most = Math.max(positive.length, negative.length) / columns;
    const signed = scope.vector(samples);
    const values = scope.vector(most);
    const bits = scope.bytes(most * stride);
    const directions = scope.vector(most * columns);
    const work = scope.bytes(kernels.searchDirectionsWorkspace(samples, columns));
    const together = partsPerPause(passesOfStart * samples * columns);
    const found: PricedDirection[] = [];
    for (const sign of [1, -1] as const) {
      const starts = sign > 0 ? positive : negative;
      const count = starts.length / columns;
      kernels.copyVector(lambda.address, signed.address, samples);
      kernels.scaleVector(sign, signed.address, samples);
      scope.view(directions).set(starts);
      for (let from = 0; from < count; from += together) {
        if (from > 0) yield;
        kernels.searchDirections(
          X.address,
          inverseNorms.address,
          signed.address,
          slope,
          patient ? 0 : cutoff,
          directions.address + 8 * from * columns,
          values.address + 8 * from,
          bits + from * stride,
          stride,
          Math.min(together, count - from),
          samples,
          columns,
          work,
        );
      }
      const value = scope.view(values);
      for (let i = 0; i < count; i++) {
        if (!(value[i] >= cutoff) || value[i] === 0) continue;
        found.push({
          value: value[i],
          sign,
          direction: scope.view(directions).slice(i * columns, (i + 1) * columns),
          bits: scope.raw(bits + i * stride, stride).slice(),
        });
      }
    }
    return found.sort((a, b) => b.value - a.value);
  } finally {
    scope.release(mark);
  }
}
