import { PatternSet } from './pattern-set.js';
import { type Patterns, patternStride } from './patterns.js';

/**
 * Patterns of sub-networks with several hidden layers. The bits of one pattern are those of every unit, layer after layer, n a
 * unit; with signs, one bit more for every unit of the first layer, 1 where its weight to the second layer is positive (ReLU,
 * where the sign decides about the cone). The gates of one pattern are the weights of a ReLU network with the same units: rows
 * of d numbers for the first layer, then rows of as many numbers as the layer before has units.
 */
export interface DeepShape {
  readonly samples: number;
  readonly columns: number;
  /** Units of every hidden layer. */
  readonly widths: readonly number[];
  readonly signs: boolean;
}

export function deepBits({ samples, widths, signs }: Omit<DeepShape, 'columns'>): number {
  return samples * widths.reduce((sum, width) => sum + width, 0) + (signs ? widths[0] : 0);
}

export function deepGateLength({ columns, widths }: Pick<DeepShape, 'columns' | 'widths'>): number {
  return widths.reduce((sum, width, l) => sum + width * (l === 0 ? columns : widths[l - 1]), 0);
}

export function bitAt(bits: Uint8Array, index: number): number {
  return (bits[index >> 3] >> (index & 7)) & 1;
}

function setBit(bits: Uint8Array, index: number): void {
  bits[index >> 3] |= 1 << (index & 7);
}

/** Bits of one pattern from the values of its gates. `X` is n x d. */
export function bitsOfGates({ samples, columns, widths, signs }: DeepShape, X: Float64Array, gates: Float64Array): Uint8Array {
  const bits = new Uint8Array(patternStride(deepBits({ samples, widths, signs })));
  for (let k = 0; k < samples; k++) {
    let values = X.subarray(k * columns, (k + 1) * columns);
    let at = 0;
    let unit = 0;
    for (const width of widths) {
      const next = new Float64Array(width);
      for (let j = 0; j < width; j++, unit++) {
        let sum = 0;
        for (let i = 0; i < values.length; i++) sum += values[i] * gates[at++];
        if (sum >= 0) setBit(bits, unit * samples + k);
        next[j] = sum > 0 ? sum : 0;
      }
      values = next;
    }
  }
  if (!signs) return bits;
  const first = samples * widths.reduce((sum, width) => sum + width, 0);
  for (let j = 0; j < widths[0]; j++) if (gates[widths[0] * columns + j] >= 0) setBit(bits, first + j);
  return bits;
}

/** Patterns of given gates, duplicates removed. */
export function deepPatternsOfGates(shape: DeepShape, X: Float64Array, gates: Float64Array): Patterns {
  const set = new PatternSet(deepBits(shape));
  const length = deepGateLength(shape);
  for (let at = 0; at < gates.length; at += length) {
    const own = gates.subarray(at, at + length);
    set.add(bitsOfGates(shape, X, own), own);
  }
  return set.toPatterns();
}

/** Paths from a unit of the first layer to the last unit, in the order of the first layer, then of the second, .. */
export function pathCount(widths: readonly number[]): number {
  return widths.reduce((product, width) => product * width, 1);
}

/** The masks of all paths of one pattern: where all units of the path pass. Rows of n bits. */
export function pathMasksOf(bits: Uint8Array, samples: number, widths: readonly number[]): Uint8Array[] {
  return Array.from({ length: pathCount(widths) }, (_, path) => {
    const mask = new Uint8Array(patternStride(samples));
    for (let k = 0; k < samples; k++) {
      let rest = path;
      let end = widths.reduce((sum, width) => sum + width, 0);
      let passes = true;
      for (let l = widths.length - 1; l >= 0; l--) {
        end -= widths[l];
        passes &&= bitAt(bits, (end + (rest % widths[l])) * samples + k) === 1;
        rest = Math.floor(rest / widths[l]);
      }
      if (passes) setBit(mask, k);
    }
    return mask;
  });
}

/** The masks of all paths of all patterns, pattern after pattern, as plain patterns of n bits (equal ones are kept). */
export function pathMasks(patterns: Patterns, samples: number, widths: readonly number[]): Patterns {
  const paths = pathCount(widths);
  const stride = patternStride(samples);
  const bits = new Uint8Array(patterns.count * paths * stride);
  for (let i = 0; i < patterns.count; i++) {
    const own = patterns.bits.subarray(i * patterns.stride, (i + 1) * patterns.stride);
    pathMasksOf(own, samples, widths).forEach((mask, path) => {
      bits.set(mask, (i * paths + path) * stride);
    });
  }
  return { samples, count: patterns.count * paths, stride, bits, gates: null };
}

/** No sample passes on any path: the block contributes nothing. */
export function isSilent(bits: Uint8Array, samples: number, widths: readonly number[]): boolean {
  return pathMasksOf(bits, samples, widths).every((mask) => mask.every((byte) => byte === 0));
}
