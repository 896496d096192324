import { type Scope, slice, type Vector } from '../core/scope.js';
import type { MaskedFeatures } from './masked-features.js';
import type { FeatureMap } from './program.js';

/**
 * Blocks with several masks, T_b = [M_1 X .. M_m X]: the blocks of {@link MaskedFeatures}, taken m at a time. The masks of a
 * block stand one after another in the patterns of the masked map.
 */
export class TupleFeatures implements FeatureMap {
  readonly samples: number;
  readonly outputs: number;
  readonly offsets: Int32Array;
  readonly blockOutput: Int32Array | null;
  /** A row of a block is at most the root of m times as long as that of X. */
  readonly rowNorms: Float64Array;
  private readonly masked: MaskedFeatures;
  private readonly size: number;
  private readonly scope: Scope;

  /**
   * @param size - m.
   * @param inverseNorms - 1 / |x_k|, 0 for zero rows.
   */
  constructor(masked: MaskedFeatures, size: number, inverseNorms: Vector, scope: Scope) {
    this.masked = masked;
    this.size = size;
    this.scope = scope;
    this.samples = masked.samples;
    this.outputs = masked.outputs;
    this.offsets = masked.offsets.filter((_, b) => b % size === 0);
    this.blockOutput = masked.blockOutput?.filter((_, b) => b % size === 0) ?? null;
    this.rowNorms = scope.copyOut(inverseNorms).map((inverse) => (inverse > 0 ? Math.sqrt(size) / inverse : 0));
  }

  get blocks(): number {
    return this.offsets.length - 1;
  }

  apply(v: Vector, fit: Vector): void {
    this.masked.apply(v, fit);
  }

  applyTranspose(lambda: Vector, g: Vector): void {
    this.masked.applyTranspose(lambda, g);
  }

  applyColumns(block: number, factor: Vector, k: number, out: Vector): void {
    const { size, scope, masked } = this;
    const { kernels } = scope;
    const d = (this.offsets[block + 1] - this.offsets[block]) / size;
    const mark = scope.mark();
    const own = scope.vector(k * d);
    const part = scope.vector(out.length);
    kernels.fill(out.address, 0, out.length);
    for (let j = 0; j < size; j++) {
      for (let i = 0; i < k; i++) kernels.copyVector(factor.address + 8 * (i * size + j) * d, own.address + 8 * i * d, d);
      const rows = slice(part, 0, out.length);
      masked.applyColumns(block * size + j, own, k, rows);
      kernels.addScaled(1, rows.address, out.address, out.length);
    }
    scope.release(mark);
  }
}
