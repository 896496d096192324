import { type Scope, slice, type Vector } from '../core/scope.js';
import type { FeatureMap } from './program.js';

/** One copy of the blocks: the output that it feeds, and with which sign. */
export interface FeatureCopy {
  readonly output: number;
  readonly sign: 1 | -1;
}

/** What an explicit feature map is made of. */
export interface DenseFeaturesInput {
  /** width x samples: row i is the fit of coefficient i. */
  readonly columns: Vector;
  readonly samples: number;
  readonly outputs: number;
  /** Where the blocks of one copy start; the last entry is the width. */
  readonly offsets: readonly number[];
  readonly copies: readonly FeatureCopy[];
}

/** v -> sum of columns: for families with few features, given one by one. Every copy of the blocks has the same columns. */
export class DenseFeatures implements FeatureMap {
  readonly samples: number;
  readonly outputs: number;
  readonly offsets: Int32Array;
  readonly blockOutput: Int32Array;
  readonly rowNorms: Float64Array;
  private readonly input: DenseFeaturesInput;
  private readonly width: number;
  private readonly blocks: number;
  private readonly part: Vector;
  private readonly work: number;
  private readonly scope: Scope;

  constructor(input: DenseFeaturesInput, scope: Scope) {
    const { columns, samples, outputs, offsets, copies } = input;
    this.input = input;
    this.scope = scope;
    this.samples = samples;
    this.outputs = outputs;
    this.blocks = offsets.length - 1;
    this.width = offsets[this.blocks];
    this.offsets = Int32Array.from([
      ...copies.flatMap((_, copy) => offsets.slice(0, -1).map((at) => at + copy * this.width)),
      copies.length * this.width,
    ]);
    this.blockOutput = Int32Array.from(copies.flatMap(({ output }) => Array(this.blocks).fill(output)));
    const squares = new Float64Array(samples);
    scope.view(columns).forEach((entry, at) => {
      squares[at % samples] += entry * entry;
    });
    this.rowNorms = squares.map(Math.sqrt);
    this.part = scope.vector(samples);
    const longest = offsets.slice(1).reduce((most, end, b) => Math.max(most, end - offsets[b]), 0);
    this.work = scope.bytes(scope.kernels.multiplyWorkspace(longest, samples, longest));
  }

  apply(v: Vector, fit: Vector): void {
    const { kernels } = this.scope;
    const { samples: n, width } = this;
    kernels.fill(fit.address, 0, fit.length);
    this.input.copies.forEach(({ output, sign }, copy) => {
      kernels.multiplyTransposedVector(this.input.columns.address, v.address + 8 * copy * width, this.part.address, width, n);
      kernels.addScaled(sign, this.part.address, fit.address + 8 * output * n, n);
    });
  }

  applyTranspose(lambda: Vector, g: Vector): void {
    const { kernels } = this.scope;
    const { samples: n, width } = this;
    this.input.copies.forEach(({ output, sign }, copy) => {
      const out = g.address + 8 * copy * width;
      kernels.multiplyVector(this.input.columns.address, lambda.address + 8 * output * n, out, width, n);
      if (sign < 0) kernels.scaleVector(-1, out, width);
    });
  }

  applyColumns(block: number, factor: Vector, k: number, out: Vector): void {
    const { kernels } = this.scope;
    const { samples: n, input } = this;
    const own = block % this.blocks;
    const length = input.offsets[own + 1] - input.offsets[own];
    const rows = slice(input.columns, input.offsets[own] * n, length * n);
    kernels.multiply(factor.address, rows.address, out.address, k, n, length, this.work);
    if (input.copies[Math.floor(block / this.blocks)].sign < 0) kernels.scaleVector(-1, out.address, k * n);
  }
}
