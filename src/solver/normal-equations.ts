import { type Scope, slice, type Vector } from '../core/scope.js';
import { InternalError } from '../errors.js';
import type { FeatureMap } from '../program/program.js';

/** Blocks whose columns meet: those of one output, or all of them. */
interface Group {
  readonly blocks: readonly number[];
  /** Entries of the fit that they feed: from `row` on, `rows` of them. */
  readonly row: number;
  readonly rows: number;
  readonly size: number;
  /** Lower triangles, size x size: the Gram matrix as formed, and its factor for the present shift. */
  readonly gram: Vector;
  readonly factor: Vector;
}

/**
 * Solves (A^T W A + shift I) x = b, A = [T_1 T_2 ..] and W a diagonal of weights, from one Gram matrix and one Cholesky
 * factor per shift. Where coefficients are fewer than fit entries the Gram matrix is A^T W A. Otherwise it is that of the
 * samples, through (math.md 11.2)
 *
 *   x = (b - A^T R (shift I + R A A^T R)^-1 R A b) / shift,   R = W^1/2.
 *
 * Outputs that no block couples have Gram matrices of their own.
 */
export class NormalEquations {
  /** Mean diagonal entry of A^T W A: the scale of the matrix. */
  readonly meanDiagonal: number;
  private readonly features: FeatureMap;
  private readonly roots: Vector;
  private readonly scope: Scope;
  private readonly bySamples: boolean;
  private readonly groups: Group[];
  private readonly fit: Vector;
  private readonly gathered: Vector;
  private readonly work: number;
  private shift = 0;

  constructor(features: FeatureMap, weights: Float64Array, scope: Scope) {
    const { samples, outputs, offsets, blockOutput } = features;
    const blocks = Array.from({ length: offsets.length - 1 }, (_, b) => b);
    const length = offsets[blocks.length];
    this.features = features;
    this.scope = scope;
    this.roots = scope.copyIn(weights.map(Math.sqrt));
    this.bySamples = length >= samples * outputs;
    this.fit = scope.vector(samples * outputs);
    this.gathered = scope.vector(length);

    const members = blockOutput
      ? Array.from({ length: outputs }, (_, c) => blocks.filter((b) => blockOutput[b] === c))
      : [blocks];
    const rows = blockOutput ? samples : samples * outputs;
    this.groups = members.map((group, c) => {
      const columns = group.reduce((sum, b) => sum + offsets[b + 1] - offsets[b], 0);
      const size = this.bySamples ? rows : columns;
      return { blocks: group, row: c * rows, rows, size, gram: scope.zeros(size * size), factor: scope.vector(size * size) };
    });
    this.work = scope.bytes(this.groups.reduce((bytes, { size }) => Math.max(bytes, scope.kernels.choleskyWorkspace(size)), 0));
    let trace = 0;
    for (const group of this.groups) {
      scope.child((child) => (this.bySamples ? this.addSampleGram(group, child) : this.addCoefficientGram(group, child)));
      const gram = scope.view(group.gram);
      for (let i = 0; i < group.size; i++) trace += gram[i * (group.size + 1)];
    }
    this.meanDiagonal = length > 0 ? trace / length : 0;
  }

  /** Columns of R T_b one after another: the rows of its transpose. */
  private columns(block: number, group: Group, out: Vector, scope: Scope): number {
    const length = this.features.offsets[block + 1] - this.features.offsets[block];
    const identity = scope.zeros(length * length);
    const unit = scope.view(identity);
    for (let i = 0; i < length; i++) unit[i * (length + 1)] = 1;
    this.features.applyColumns(block, identity, length, out);
    const values = scope.view(out);
    const roots = scope.view(this.roots);
    for (let at = 0, c = 0; c < length; c++) for (let r = 0; r < group.rows; r++) values[at++] *= roots[group.row + r];
    return length;
  }

  private addCoefficientGram(group: Group, scope: Scope): void {
    const { size, rows, gram } = group;
    const transposed = scope.vector(size * rows);
    let row = 0;
    for (const block of group.blocks) {
      const place = slice(transposed, row * rows, (size - row) * rows);
      row += scope.child((child) => this.columns(block, group, place, child));
    }
    const work = scope.bytes(scope.kernels.symmetricProductWorkspace(size, size, rows));
    scope.kernels.symmetricProduct(transposed.address, gram.address, size, rows, work);
  }

  private addSampleGram(group: Group, scope: Scope): void {
    const { offsets } = this.features;
    const { rows, gram } = group;
    for (const block of group.blocks) {
      scope.child((child) => {
        const length = offsets[block + 1] - offsets[block];
        const transposed = child.vector(length * rows);
        this.columns(block, group, transposed, child);
        const matrix = child.vector(rows * length);
        const from = child.view(transposed);
        const to = child.view(matrix);
        for (let r = 0; r < rows; r++) for (let c = 0; c < length; c++) to[r * length + c] = from[c * rows + r];
        const work = child.bytes(child.kernels.symmetricProductWorkspace(rows, rows, length));
        child.kernels.symmetricProduct(matrix.address, gram.address, rows, length, work);
      });
    }
  }

  /** Factors for the given shift, above zero; does nothing when it is the present one. */
  prepare(shift: number): void {
    if (shift === this.shift) return;
    this.shift = shift;
    const { kernels } = this.scope;
    for (const { size, gram, factor } of this.groups) {
      kernels.copyVector(gram.address, factor.address, gram.length);
      const matrix = this.scope.view(factor);
      for (let i = 0; i < size; i++) matrix[i * (size + 1)] += shift;
      if (kernels.cholesky(factor.address, size, this.work) !== 0)
        throw new InternalError('a shifted Gram matrix is not positive definite');
    }
  }

  /** x for the shift of the last `prepare`; `b` and `x` may be the same. */
  solve(b: Vector, x: Vector): void {
    if (this.bySamples) this.solveBySamples(b, x);
    else this.solveByCoefficients(b, x);
  }

  private solveBySamples(b: Vector, x: Vector): void {
    const { kernels } = this.scope;
    const { features, fit, gathered, shift } = this;
    const scaleByRoots = () => {
      const values = this.scope.view(fit);
      this.scope.view(this.roots).forEach((root, k) => {
        values[k] *= root;
      });
    };
    features.apply(b, fit);
    scaleByRoots();
    for (const { factor, row, size } of this.groups) kernels.choleskySolve(factor.address, fit.address + row * 8, size);
    scaleByRoots();
    features.applyTranspose(fit, gathered);
    kernels.copyVector(b.address, x.address, x.length);
    kernels.addScaled(-1, gathered.address, x.address, x.length);
    kernels.scaleVector(1 / shift, x.address, x.length);
  }

  private solveByCoefficients(b: Vector, x: Vector): void {
    const { kernels } = this.scope;
    const { offsets } = this.features;
    const part = (vector: Vector, block: number) => slice(vector, offsets[block], offsets[block + 1] - offsets[block]);
    for (const { blocks, factor, size } of this.groups) {
      let at = this.gathered.address;
      for (const block of blocks) {
        const from = part(b, block);
        kernels.copyVector(from.address, at, from.length);
        at += from.length * 8;
      }
      kernels.choleskySolve(factor.address, this.gathered.address, size);
      at = this.gathered.address;
      for (const block of blocks) {
        const to = part(x, block);
        kernels.copyVector(at, to.address, to.length);
        at += to.length * 8;
      }
    }
  }
}
