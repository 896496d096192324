import { type Scope, slice, type Vector } from '../core/scope.js';
import { InternalError } from '../errors.js';
import { type Patterns, patternStride } from '../patterns/patterns.js';
import { type Pausing, partsPerPause } from '../pausing.js';
import type { FeatureMap } from './program.js';

/** Columns that the kernel of patterns makes at a time. */
const kernelColumns = 10;

/** What a masked feature map is made of. */
export interface MaskedFeaturesInput {
  /** n x d, row-major, in the arena. */
  readonly X: Vector;
  readonly columns: number;
  readonly patterns: Patterns;
  readonly outputs: number;
  /** Blocks v_b of d numbers for every output ('separate'), or Z_b of outputs x d numbers for all ('joint'). */
  readonly layout: 'separate' | 'joint';
  /** True: every block occurs twice, with output weight +1 and then -1 (cones keep signs outside the block). */
  readonly signed: boolean;
  /** Slope g for negative inputs (leaky, math.md 12.1): the mask is D + g (I - D). 0 for ReLU. */
  readonly slope: number;
}

/**
 * v -> sum_i D_i X v_i by binary times dense products: S = B^T V with the bits B (patterns x samples), then
 * f_k = x_k . S_k; back, G = B diag(r) X. Cost 2 n d P a product, by tables of subset sums (assembly/masked.ts).
 *
 * Blocks are ordered sign, output, pattern ('separate') or pattern ('joint'), so that each product is one matrix.
 */
export class MaskedFeatures implements FeatureMap {
  readonly samples: number;
  readonly outputs: number;
  readonly offsets: Int32Array;
  readonly blockOutput: Int32Array | null;
  /** Address and stride of the pattern rows in the arena; block b has pattern b mod patterns. */
  readonly bits: number;
  readonly stride: number;
  readonly patternCount: number;
  /** Present for 0/1 masks only: other slopes would need two more products. */
  readonly addSampleGram?: (blocks: Int32Array, scales: Float64Array, H: Vector) => Pausing<void>;
  readonly applyEach?: (blocks: Int32Array, columns: Vector, out: Vector) => void;
  readonly addOuterProduct?: (block: number, factor: Vector, k: number, sign: 1 | -1, B: Vector) => void;
  private readonly transposed: number;
  private readonly transposedStride: number;
  private readonly input: MaskedFeaturesInput;
  private readonly scope: Scope;
  private readonly sums: Vector;
  private readonly combined: Vector;
  private readonly columnSum: Vector;
  private readonly work: number;

  constructor(input: MaskedFeaturesInput, scope: Scope) {
    const { patterns, columns: d, outputs, layout, signed } = input;
    const { kernels } = scope;
    if (signed && layout === 'joint') throw new InternalError('joint blocks carry their signs inside');
    this.input = input;
    this.scope = scope;
    this.samples = patterns.samples;
    this.outputs = outputs;
    this.patternCount = patterns.count;
    this.stride = patterns.stride;
    this.bits = scope.copyInBytes(patterns.bits);
    this.transposedStride = patternStride(patterns.count);
    this.transposed = scope.bytes(this.transposedStride * this.samples);
    kernels.transposeBits(this.bits, this.stride, patterns.count, this.samples, this.transposed, this.transposedStride);

    const length = layout === 'joint' ? d * outputs : d;
    const blocks = patterns.count * (layout === 'joint' ? 1 : outputs) * (signed ? 2 : 1);
    this.offsets = Int32Array.from({ length: blocks + 1 }, (_, b) => b * length);
    this.blockOutput =
      layout === 'joint' ? null : Int32Array.from({ length: blocks }, (_, b) => Math.floor(b / patterns.count) % outputs);
    if (input.slope === 0 && layout === 'separate') {
      this.addSampleGram = (chosen, scales, H) => this.addMaskedKernel(chosen, scales, H);
      this.applyEach = (chosen, columns, out) => this.applyMasked(chosen, columns, out);
      this.addOuterProduct = (block, factor, k, sign, B) => this.addMaskedOuter(block, factor, k, sign, B);
    }
    this.sums = scope.vector(this.samples * length);
    this.combined = scope.vector(patterns.count * length);
    this.columnSum = scope.vector(length);
    this.work = scope.bytes(
      Math.max(
        kernels.binaryMultiplyWorkspace(this.samples, patterns.count, length),
        kernels.binaryMultiplyWorkspace(patterns.count, this.samples, length),
        kernels.multiplyTransposedWorkspace(d, this.samples, d),
      ),
    );
  }

  get blocks(): number {
    return this.offsets.length - 1;
  }

  apply(v: Vector, fit: Vector): void {
    const { columns: d, outputs, layout, signed } = this.input;
    const half = signed ? v.length / 2 : v.length;
    if (layout === 'joint') {
      this.sumOverPatterns(v, d * outputs);
      const { kernels } = this.scope;
      for (let c = 0; c < outputs; c++) {
        const out = slice(fit, c * this.samples, this.samples);
        kernels.stridedRowDots(this.input.X.address, this.sums.address + 8 * c * d, out.address, this.samples, d, d * outputs);
      }
      return;
    }
    const perOutput = this.patternCount * d;
    for (let c = 0; c < outputs; c++) {
      let blocks = slice(v, c * perOutput, perOutput);
      if (signed) blocks = this.difference(blocks, slice(v, half + c * perOutput, perOutput));
      this.sumOverPatterns(blocks, d);
      const out = slice(fit, c * this.samples, this.samples);
      this.scope.kernels.rowDots(this.input.X.address, this.sums.address, out.address, this.samples, d);
    }
  }

  applyTranspose(lambda: Vector, g: Vector): void {
    const { columns: d, outputs, layout, signed, X } = this.input;
    const { kernels } = this.scope;
    const n = this.samples;
    if (layout === 'joint') {
      for (let c = 0; c < outputs; c++) {
        kernels.stridedScaleRows(X.address, lambda.address + 8 * c * n, this.sums.address + 8 * c * d, n, d, d * outputs);
      }
      this.sumOverSamples(g, d * outputs);
      return;
    }
    const perOutput = this.patternCount * d;
    for (let c = 0; c < outputs; c++) {
      kernels.scaleRows(X.address, lambda.address + 8 * c * n, this.sums.address, n, d);
      this.sumOverSamples(slice(g, c * perOutput, perOutput), d);
    }
    if (signed) {
      const half = g.length / 2;
      kernels.copyVector(g.address, g.address + 8 * half, half);
      kernels.scaleVector(-1, g.address + 8 * half, half);
    }
  }

  applyColumns(block: number, factor: Vector, k: number, out: Vector): void {
    const { columns: d, outputs, layout, X, slope, signed } = this.input;
    const { kernels } = this.scope;
    const n = this.samples;
    const mask = this.bits + (block % this.patternCount) * this.stride;
    const rows = layout === 'joint' ? k * outputs : k;
    kernels.multiplyTransposed(factor.address, X.address, out.address, rows, n, d, this.work);
    kernels.maskRows(out.address, mask, slope, rows, n);
    if (signed && block >= this.blocks / 2) kernels.scaleVector(-1, out.address, rows * n);
  }

  /** See {@link FeatureMap.restrict}: signs of blocks are left out. */
  restrict(blocks: Int32Array, scope: Scope): MaskedFeatures {
    const { stride, samples } = this;
    const { layout, outputs } = this.input;
    const bits = new Uint8Array(blocks.length * stride);
    blocks.forEach((block, i) => {
      bits.set(scope.raw(this.bits + (block % this.patternCount) * stride, stride), i * stride);
    });
    const patterns: Patterns = { samples, count: blocks.length, stride, bits, gates: new Float64Array(0) };
    return new MaskedFeatures({ ...this.input, patterns, outputs: layout === 'joint' ? outputs : 1, signed: false }, scope);
  }

  private *addMaskedKernel(blocks: Int32Array, scales: Float64Array, H: Vector): Pausing<void> {
    const { columns: d, X } = this.input;
    const { kernels } = this.scope;
    const n = this.samples;
    const count = blocks.length;
    const mark = this.scope.mark();
    const bits = this.scope.bytes(count * this.stride);
    const bytes = this.scope.raw(bits, count * this.stride);
    blocks.forEach((block, i) => {
      const from = this.bits + (block % this.patternCount) * this.stride;
      bytes.set(this.scope.raw(from, this.stride), i * this.stride);
    });
    const transposedStride = patternStride(count);
    const transposed = this.scope.bytes(transposedStride * n);
    kernels.transposeBits(bits, this.stride, count, n, transposed, transposedStride);
    const kernelMatrix = this.scope.vector(n * n);
    kernels.fill(kernelMatrix.address, 0, n * n);
    kernels.symmetricProduct(X.address, kernelMatrix.address, n, d, this.scope.bytes(kernels.symmetricProductWorkspace(n, n, d)));
    const scaleVector = this.scope.copyIn(scales);
    const work = this.scope.bytes(kernels.addPatternKernelWorkspace(n, count));
    const columns = kernelColumns * partsPerPause((kernelColumns * n * count) / 8);
    for (let start = 0; start < n; start += columns) {
      if (start > 0) yield;
      const end = Math.min(n, start + columns);
      kernels.addPatternKernelPart(
        kernelMatrix.address,
        transposed,
        transposedStride,
        scaleVector.address,
        H.address,
        n,
        count,
        start,
        end,
        work,
      );
    }
    this.scope.release(mark);
  }

  private applyMasked(blocks: Int32Array, factor: Vector, out: Vector): void {
    const { columns: d, X } = this.input;
    const { kernels } = this.scope;
    const n = this.samples;
    const mark = this.scope.mark();
    const work = this.scope.bytes(kernels.multiplyTransposedWorkspace(blocks.length, n, d));
    kernels.multiplyTransposed(factor.address, X.address, out.address, blocks.length, n, d, work);
    blocks.forEach((block, i) => {
      const mask = this.bits + (block % this.patternCount) * this.stride;
      kernels.maskRows(out.address + 8 * i * n, mask, 0, 1, n);
    });
    this.scope.release(mark);
  }

  private addMaskedOuter(block: number, factor: Vector, k: number, sign: 1 | -1, B: Vector): void {
    const { columns: d, X } = this.input;
    const { kernels } = this.scope;
    const mark = this.scope.mark();
    const work = this.scope.bytes(kernels.addMaskedOuterWorkspace(this.samples, d, k));
    const mask = this.bits + (block % this.patternCount) * this.stride;
    kernels.addMaskedOuter(X.address, mask, factor.address, sign, B.address, this.samples, d, k, work);
    this.scope.release(mark);
  }

  private difference(plus: Vector, minus: Vector): Vector {
    const { kernels } = this.scope;
    kernels.copyVector(plus.address, this.combined.address, plus.length);
    kernels.addScaled(-1, minus.address, this.combined.address, plus.length);
    return slice(this.combined, 0, plus.length);
  }

  /** sums (n x width) = sum over patterns of mask_ik V_i. */
  private sumOverPatterns(V: Vector, width: number): void {
    const { kernels } = this.scope;
    const { slope } = this.input;
    const n = this.samples;
    kernels.binaryMultiply(
      this.transposed,
      this.transposedStride,
      V.address,
      this.sums.address,
      n,
      this.patternCount,
      width,
      this.work,
    );
    if (slope === 0) return;
    kernels.sumRows(V.address, this.columnSum.address, this.patternCount, width);
    kernels.scaleVector(1 - slope, this.sums.address, n * width);
    kernels.addToRows(slope, this.columnSum.address, this.sums.address, n, width);
  }

  /** g (P x width) = sum over samples of mask_ik sums_k. */
  private sumOverSamples(g: Vector, width: number): void {
    const { kernels } = this.scope;
    const { slope } = this.input;
    kernels.binaryMultiply(
      this.bits,
      this.stride,
      this.sums.address,
      g.address,
      this.patternCount,
      this.samples,
      width,
      this.work,
    );
    if (slope === 0) return;
    kernels.sumRows(this.sums.address, this.columnSum.address, this.samples, width);
    kernels.scaleVector(1 - slope, g.address, this.patternCount * width);
    kernels.addToRows(slope, this.columnSum.address, g.address, this.patternCount, width);
  }
}
