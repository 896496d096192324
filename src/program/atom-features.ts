import { type Scope, slice, type Vector } from '../core/scope.js';
import type { FeatureMap } from './program.js';

/** v -> sum_j atom_j a_j^T: every atom is one fit of n samples, every block a_j weighs it for all outputs. */
export class AtomFeatures implements FeatureMap {
  readonly samples: number;
  readonly outputs: number;
  readonly offsets: Int32Array;
  readonly blockOutput = null;
  private readonly atoms: Vector;
  private readonly count: number;
  private readonly transposed: Vector;
  private readonly work: number;
  private readonly scope: Scope;

  /** @param atoms - count x samples. */
  constructor(atoms: Vector, samples: number, outputs: number, scope: Scope) {
    const count = atoms.length / samples;
    this.atoms = atoms;
    this.samples = samples;
    this.outputs = outputs;
    this.count = count;
    this.scope = scope;
    this.offsets = Int32Array.from({ length: count + 1 }, (_, b) => b * outputs);
    this.transposed = scope.vector(count * outputs);
    const { kernels } = scope;
    this.work = scope.bytes(
      Math.max(
        kernels.multiplyWorkspace(outputs, samples, count),
        kernels.multiplyWorkspace(outputs * outputs, samples, 1),
        kernels.multiplyTransposedWorkspace(count, outputs, samples),
      ),
    );
  }

  apply(v: Vector, fit: Vector): void {
    const { count, outputs, samples, atoms, transposed, work } = this;
    const { kernels } = this.scope;
    kernels.transposeMatrix(v.address, transposed.address, count, outputs);
    kernels.multiply(transposed.address, atoms.address, fit.address, outputs, samples, count, work);
  }

  applyTranspose(lambda: Vector, g: Vector): void {
    const { count, outputs, samples, atoms, work } = this;
    this.scope.kernels.multiplyTransposed(atoms.address, lambda.address, g.address, count, outputs, samples, work);
  }

  applyColumns(block: number, factor: Vector, k: number, out: Vector): void {
    const { outputs, samples, work } = this;
    const atom = slice(this.atoms, block * samples, samples);
    this.scope.kernels.multiply(factor.address, atom.address, out.address, k * outputs, samples, 1, work);
  }
}
