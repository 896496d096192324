import { type Scope, slice, type Vector } from '../core/scope.js';
import type { FeatureMap } from './program.js';

/** What a map of blocks that feed all outputs is made of. */
export interface JointInput {
  /** blocks x width x samples: T_b, one row for every coefficient. */
  readonly columns: Vector;
  readonly width: number;
  readonly samples: number;
  readonly outputs: number;
}

/** v -> sum_b T_b Z_b^T with blocks Z_b of outputs x width: one product of matrices for all blocks and outputs. */
export class JointFeatures implements FeatureMap {
  readonly samples: number;
  readonly outputs: number;
  readonly offsets: Int32Array;
  readonly blockOutput = null;
  readonly rowNorms: Float64Array;
  private readonly input: JointInput;
  private readonly blocks: number;
  /** outputs x (blocks x width). */
  private readonly byOutput: Vector;
  private readonly work: number;
  private readonly scope: Scope;

  constructor(input: JointInput, scope: Scope) {
    const { columns, width, samples, outputs } = input;
    this.input = input;
    this.scope = scope;
    this.samples = samples;
    this.outputs = outputs;
    this.blocks = columns.length / width / samples;
    this.offsets = Int32Array.from({ length: this.blocks + 1 }, (_, b) => b * width * outputs);
    this.rowNorms = rowNorms(scope.view(columns), samples);
    const all = this.blocks * width;
    this.byOutput = scope.vector(outputs * all);
    const { kernels } = scope;
    const longest = outputs * outputs * width;
    this.work = scope.bytes(
      Math.max(
        kernels.multiplyWorkspace(outputs, samples, all),
        kernels.multiplyWorkspace(longest, samples, width),
        kernels.multiplyTransposedWorkspace(outputs, all, samples),
      ),
    );
  }

  apply(v: Vector, fit: Vector): void {
    const { blocks, outputs, samples, scope } = this;
    const { width, columns } = this.input;
    const from = scope.view(v);
    const to = scope.view(this.byOutput);
    for (let b = 0; b < blocks; b++) {
      for (let c = 0; c < outputs; c++) {
        const start = (b * outputs + c) * width;
        for (let j = 0; j < width; j++) to[(c * blocks + b) * width + j] = from[start + j];
      }
    }
    scope.kernels.multiply(this.byOutput.address, columns.address, fit.address, outputs, samples, blocks * width, this.work);
  }

  applyTranspose(lambda: Vector, g: Vector): void {
    const { blocks, outputs, samples, scope } = this;
    const { width, columns } = this.input;
    const { kernels } = scope;
    kernels.multiplyTransposed(
      lambda.address,
      columns.address,
      this.byOutput.address,
      outputs,
      blocks * width,
      samples,
      this.work,
    );
    const from = scope.view(this.byOutput);
    const to = scope.view(g);
    for (let b = 0; b < blocks; b++) {
      for (let c = 0; c < outputs; c++) {
        const start = (b * outputs + c) * width;
        for (let j = 0; j < width; j++) to[start + j] = from[(c * blocks + b) * width + j];
      }
    }
  }

  applyColumns(block: number, factor: Vector, k: number, out: Vector): void {
    const { outputs, samples } = this;
    const { width, columns } = this.input;
    const own = slice(columns, block * width * samples, width * samples);
    this.scope.kernels.multiply(factor.address, own.address, out.address, k * outputs, samples, width, this.work);
  }
}

/** Norm of every sample's features. */
function rowNorms(columns: Float64Array, samples: number): Float64Array {
  const squares = new Float64Array(samples);
  for (let at = 0; at < columns.length; at++) squares[at % samples] += columns[at] * columns[at];
  return squares.map(Math.sqrt);
}
