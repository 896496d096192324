/**
 * Activation patterns D_1..D_P over n samples, bit k of pattern i = 1 iff x_k^T g_i >= 0. Rows of packed bits, least
 * significant bit first, padded with zero bits to whole 64-bit words plus one spare zero word (kernels read past the end).
 */
export interface Patterns {
  readonly samples: number;
  readonly count: number;
  /** Bytes from one pattern to the next: `patternStride(samples)`. */
  readonly stride: number;
  /** count x stride bytes. */
  readonly bits: Uint8Array;
  /** count x d gates that give these patterns, where known (a gated network needs them; a ReLU network does not). */
  readonly gates: Float64Array | null;
}

export function patternStride(samples: number): number {
  return 8 * (((samples + 63) >> 6) + 1);
}
