import type { PatchGrid } from './patches.js';

/** Filters or gates of all neurons: weights are neurons x patch length. */
export interface Filters {
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

/** Entry t of every patch of one image, for every t: zero in the padding, and where the count is rounded up to fours. */
export function patchesOf(x: Float64Array, { count, length, pixels }: PatchGrid): Float64Array {
  const width = 4 * Math.ceil(count / 4);
  const patches = new Float64Array(length * width);
  for (let k = 0; k < count; k++) {
    for (let t = 0; t < length; t++) {
      const pixel = pixels[k * length + t];
      if (pixel >= 0) patches[t * width + k] = x[pixel];
    }
  }
  return patches;
}

/**
 * w_j^T x_k + b_j for every patch k of {@link patchesOf}: sums from the first entry of a patch to the last, the bias at the end; four
 * patches at a time, so that no addition waits for the one before.
 */
export function valuesOf(
  { weights, bias }: Filters,
  patches: Float64Array,
  j: number,
  { length, count }: PatchGrid,
): Float64Array {
  const width = patches.length / length;
  const sums = new Float64Array(width);
  for (let k = 0; k < count; k += 4) {
    let [first, second, third, fourth] = [0, 0, 0, 0];
    for (let t = 0, at = k; t < length; t++, at += width) {
      const weight = weights[j * length + t];
      first += weight * patches[at];
      second += weight * patches[at + 1];
      third += weight * patches[at + 2];
      fourth += weight * patches[at + 3];
    }
    sums[k] = first + bias[j];
    sums[k + 1] = second + bias[j];
    sums[k + 2] = third + bias[j];
    sums[k + 3] = fourth + bias[j];
  }
  return sums;
}

/** A one for the largest value of each region, the first of equals, if it is positive. */
export function largestPatches(values: Float64Array, { count, region, regionCount }: PatchGrid): Uint8Array {
  const open = new Uint8Array(count);
  const best = new Int32Array(regionCount).fill(-1);
  const most = new Float64Array(regionCount);
  for (let k = 0; k < count; k++) {
    const r = region[k];
    if (values[k] > most[r]) {
      most[r] = values[k];
      best[r] = k;
    }
  }
  for (const k of best) if (k >= 0) open[k] = 1;
  return open;
}
