import type { Scope, Vector } from '../core/scope.js';
import type { SmoothRegularizer } from './program.js';

/**
 * R(Z) = sum of singular values of each block Z_b (rows x columns, row-major): weight decay of neurons that share a
 * pattern and feed all outputs (math.md 3.1). Prox: singular values shrink; its derivative in closed form from the SVD.
 */
export class NuclearNorm implements SmoothRegularizer {
  private readonly scope: Scope;
  private readonly blocks: number;
  private readonly rows: number;
  private readonly columns: number;
  /** U, S, V of every block after the last prox. */
  private readonly factors: Vector;
  private readonly stride: number;
  private readonly work: number;
  private step = 0;

  constructor(blocks: number, rows: number, columns: number, scope: Scope) {
    this.scope = scope;
    this.blocks = blocks;
    this.rows = rows;
    this.columns = columns;
    this.stride = Math.min(rows, columns) * (rows + columns + 1);
    this.factors = scope.zeros(blocks * this.stride);
    this.work = scope.bytes(scope.kernels.nuclearWorkspace(rows, columns));
  }

  value(v: Vector): number {
    return this.scope.kernels.sumSingularValues(v.address, this.blocks, this.rows, this.columns, this.work);
  }

  prox(z: Vector, step: number, out: Vector): void {
    this.step = step;
    const { blocks, rows, columns, work, factors } = this;
    this.scope.kernels.shrinkSingularValues(z.address, step, out.address, factors.address, blocks, rows, columns, work);
  }

  active(): Int32Array {
    return Int32Array.from(Array.from({ length: this.blocks }, (_, b) => b).filter((b) => this.kept(b) > 0));
  }

  factor(block: number, out: Vector): number {
    const { rows, columns, work, factors, stride } = this;
    const own = factors.address + 8 * block * stride;
    return this.scope.kernels.nuclearFactor(own, this.step, out.address, rows, columns, work);
  }

  rank(block: number): number {
    const small = Math.min(this.rows, this.columns);
    const long = Math.max(this.rows, this.columns);
    const kept = this.kept(block);
    return kept * (long + small - kept);
  }

  dualNorm(g: Vector): number {
    return this.scope.kernels.maximizeSpectralNorm(g.address, 0, this.blocks, this.rows, this.columns, this.work);
  }

  /** Singular values of a block that the last prox kept above zero. */
  private kept(block: number): number {
    const small = Math.min(this.rows, this.columns);
    const values = this.scope.view(this.factors).subarray(block * this.stride + small * this.rows);
    let count = 0;
    while (count < small && values[count] > this.step) count++;
    return count;
  }
}
