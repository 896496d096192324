import type { Scope, Vector } from '../core/scope.js';
import type { Regularizer } from './program.js';

/** Halvings of the search for the multiplier of the prox: to the last bit. */
const halvings = 200;

/**
 * R(V) = ( sum_j |V_j|_*^2 )^(1/2) over the m1 parts V_j (m2 x d, row-major) of a block: path regularization of gated networks whose
 * second layer has m2 units, when several sub-networks share the gates (math-architectures.md 7.4). Dual norm ( sum_j |G_j|_2^2 )^(1/2).
 * Prox: singular values shrink to what the ball of the dual norm leaves of them.
 */
export class PathNuclearNorm implements Regularizer {
  private readonly scope: Scope;
  private readonly blocks: number;
  private readonly parts: number;
  private readonly rows: number;
  private readonly columns: number;
  /** U, S, V of every part. */
  private readonly factors: Vector;
  private readonly stride: number;
  private readonly work: number;

  constructor(blocks: number, parts: number, rows: number, columns: number, scope: Scope) {
    this.scope = scope;
    this.blocks = blocks;
    this.parts = parts;
    this.rows = rows;
    this.columns = columns;
    this.stride = Math.min(rows, columns) * (rows + columns + 1);
    this.factors = scope.zeros(blocks * parts * this.stride);
    this.work = scope.bytes(scope.kernels.nuclearWorkspace(rows, columns));
  }

  value(v: Vector): number {
    return this.sumOfBlocks((part) => this.partOf(v, part, (address) => this.nuclear(address)));
  }

  dualNorm(g: Vector): number {
    const { kernels } = this.scope;
    const { rows, columns, work } = this;
    let most = 0;
    for (let b = 0; b < this.blocks; b++) {
      let square = 0;
      for (let j = 0; j < this.parts; j++) {
        const size = this.partOf(g, b * this.parts + j, (address) =>
          kernels.maximizeSpectralNorm(address, 0, 1, rows, columns, work),
        );
        square += size * size;
      }
      most = Math.max(most, Math.sqrt(square));
    }
    return most;
  }

  prox(z: Vector, step: number, out: Vector): void {
    const { kernels } = this.scope;
    const { blocks, parts, rows, columns, factors, stride, work } = this;
    const small = Math.min(rows, columns);
    const size = 8 * rows * columns;
    // A step of zero factors every part and changes nothing.
    kernels.shrinkSingularValues(z.address, 0, out.address, factors.address, blocks * parts, rows, columns, work);
    for (let b = 0; b < blocks; b++) {
      const values = Array.from({ length: parts }, (_, j) => {
        const at = (b * parts + j) * stride + small * rows;
        return this.scope.view(factors).slice(at, at + small);
      });
      capsOf(values, step).forEach((cap, j) => {
        const part = b * parts + j;
        // Singular values above the cap lose the cap.
        kernels.shrinkSingularValues(
          z.address + part * size,
          cap,
          out.address + part * size,
          factors.address + 8 * part * stride,
          1,
          rows,
          columns,
          work,
        );
      });
    }
  }

  private sumOfBlocks(sizeOf: (part: number) => number): number {
    let sum = 0;
    for (let b = 0; b < this.blocks; b++) {
      let square = 0;
      for (let j = 0; j < this.parts; j++) {
        const size = sizeOf(b * this.parts + j);
        square += size * size;
      }
      sum += Math.sqrt(square);
    }
    return sum;
  }

  private partOf(vector: Vector, part: number, read: (address: number) => number): number {
    return read(vector.address + 8 * part * this.rows * this.columns);
  }

  private nuclear(address: number): number {
    return this.scope.kernels.sumSingularValues(address, 1, this.rows, this.columns, this.work);
  }
}

/**
 * What the prox takes from the singular values of every part: the projection on { |(max_i y_ji)_j| <= step } is y_ji = min(s_ji, c_j)
 * with sum_i (s_ji - c_j)_+ = mu c_j and |c| = step; c falls as mu rises. All of a part where nothing is left.
 */
export function capsOf(values: readonly Float64Array[], step: number): number[] {
  const tops = values.map((part) => part.reduce((most, value) => Math.max(most, value), 0));
  const size = (caps: readonly number[]) => Math.sqrt(caps.reduce((sum, cap) => sum + cap * cap, 0));
  if (size(tops) <= step) return tops;
  const at = (mu: number) => values.map((part) => capAt(part, mu));
  let low = 0;
  let high = 1;
  while (size(at(high)) > step) high *= 2;
  for (let k = 0; k < halvings; k++) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    if (size(at(middle)) > step) low = middle;
    else high = middle;
  }
  return at(high);
}

/** The c with sum_i (s_i - c)_+ = mu c; values are sorted, largest first. */
function capAt(values: Float64Array, mu: number): number {
  let sum = 0;
  let cap = 0;
  for (let count = 1; count <= values.length; count++) {
    sum += values[count - 1];
    cap = sum / (mu + count);
    if (count === values.length || cap >= values[count]) break;
  }
  return cap;
}
