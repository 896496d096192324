import type { Scope, Vector } from '../core/scope.js';
import type { SmoothRegularizer } from './program.js';
import type { ConeRows } from './regularizers.js';

/**
 * R(v) = |F v|_1 / sqrt d on blocks of d Fourier coordinates, F the unitary transform: the cheapest circular convolutions
 * u * w = v cost (|u|^2 + |w|^2) / 2 = R(v) (math-architectures.md 5.6). A norm of groups: single coordinates for frequency 0 and, d
 * even, d/2, pairs for the others. With cones, whose rows are in Fourier coordinates too, the prox is found by its face, and the dual
 * norm is the upper end of a narrow bracket (assembly/spectral.ts).
 *
 * @param cones - one per block, or null for none.
 */
export class SpectralNorm implements SmoothRegularizer {
  readonly costlyProx: boolean;
  private readonly scope: Scope;
  private readonly blocks: number;
  private readonly length: number;
  private readonly cones: number;
  /** Active rows of each block, kept between calls: from the prox, and from the dual norm. */
  private readonly proxSets: number;
  private readonly dualSets: number;
  private readonly uppers: Vector;
  private readonly work: number;
  private step = 0;
  private result: Vector = { address: 0, length: 0 };

  constructor(blocks: number, length: number, cones: ((block: number) => ConeRows) | null, scope: Scope) {
    this.costlyProx = cones !== null;
    this.scope = scope;
    this.blocks = blocks;
    this.length = length;
    this.cones = scope.bytes(16 * blocks);
    const sets = blocks * (length + 1);
    this.proxSets = scope.bytes(4 * sets);
    this.dualSets = scope.bytes(4 * sets);
    this.uppers = scope.vector(blocks);
    this.work = scope.bytes(scope.kernels.spectralWorkspace(length));
    scope.integers(this.proxSets, sets).fill(0);
    scope.integers(this.dualSets, sets).fill(0);
    const table = scope.integers(this.cones, 4 * blocks).fill(0);
    if (cones === null) return;
    for (let b = 0; b < blocks; b++) {
      const { rows, inverseNorms, count, bits } = cones(b);
      table.set([rows.address, inverseNorms.address, count, bits], 4 * b);
    }
  }

  value(v: Vector): number {
    return this.scope.kernels.sumSpectralNorms(v.address, this.blocks, this.length);
  }

  prox(z: Vector, step: number, out: Vector): void {
    this.step = step;
    this.result = out;
    const { cones, proxSets, blocks, length, work } = this;
    this.scope.kernels.proxConeSpectra(z.address, step, cones, proxSets, out.address, blocks, length, work);
  }

  dualNorm(g: Vector): number {
    const { cones, dualSets, uppers, blocks, length, work } = this;
    return this.scope.kernels.coneSpectraDualNorm(g.address, cones, dualSets, uppers.address, blocks, length, work);
  }

  active(): Int32Array {
    const { length: d } = this;
    const v = this.scope.view(this.result);
    return Int32Array.from(Array(this.blocks).keys()).filter((b) => v.subarray(b * d, (b + 1) * d).some((entry) => entry !== 0));
  }

  /**
   * Without a cone the derivative is T T^T, T with a column along every group that is left and one, shortened, across: a
   * group of size r that keeps r - s has (1 - s/r) I + s/r u u^T. On a face A_S v = 0 it is T (I - P) T^T, P the projector on the
   * rows of A_S T.
   */
  factor(block: number, out: Vector): number {
    const { length: d } = this;
    const T = this.tangents(this.block(block));
    const basis: Float64Array[] = [];
    for (const row of this.activeRows(block)) {
      const image = Float64Array.from(T, (column) => dot(row, column));
      const size = Math.sqrt(dot(image, image));
      for (let pass = 0; pass < 2; pass++) for (const other of basis) subtract(image, dot(other, image), other);
      const rest = Math.sqrt(dot(image, image));
      if (rest > dependent * size) basis.push(image.map((entry) => entry / rest));
    }
    const columns = this.scope.view(out);
    T.forEach((_, k) => {
      const share = Float64Array.from(T, (__, i) => (i === k ? 1 : 0));
      for (const other of basis) subtract(share, other[k], other);
      const column = new Float64Array(d);
      T.forEach((tangent, i) => {
        subtract(column, -share[i], tangent);
      });
      columns.set(column, k * d);
    });
    return T.length;
  }

  rank(block: number): number {
    return this.tangents(this.block(block)).length;
  }

  private block(b: number): Float64Array {
    return this.scope.view(this.result).slice(b * this.length, (b + 1) * this.length);
  }

  /** The columns of T. */
  private tangents(v: Float64Array): Float64Array[] {
    const { length: d } = this;
    const columns: Float64Array[] = [];
    for (const [i, pair] of frequencies(d)) {
      const [re, im] = [v[i], pair ? v[i + 1] : 0];
      const kept = Math.sqrt(re * re + im * im);
      if (kept === 0) continue;
      const along = new Float64Array(d);
      along[i] = re / kept;
      columns.push(along);
      if (!pair) continue;
      along[i + 1] = im / kept;
      const across = new Float64Array(d);
      const share = Math.sqrt(kept / (kept + this.step * Math.sqrt(2 / d)));
      across[i] = (-share * im) / kept;
      across[i + 1] = (share * re) / kept;
      columns.push(across);
    }
    return columns;
  }

  /** Rows of the cone that are zero at the result. */
  private activeRows(block: number): Float64Array[] {
    const { length: d, scope } = this;
    const [address, , count] = scope.integers(this.cones + 16 * block, 4);
    if (count === 0) return [];
    const [size, ...indices] = scope.integers(this.proxSets + 4 * block * (d + 1), d + 1);
    return indices.slice(0, size).map((index) => scope.view({ address: address + 8 * index * d, length: d }).slice());
  }
}

/** Share of a row outside the span of the others at which it adds nothing. */
const dependent = 1e-9;

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += x[k] * y[k];
  return sum;
}

/** x <- x - scale y */
function subtract(x: Float64Array, scale: number, y: Float64Array): void {
  for (let k = 0; k < x.length; k++) x[k] -= scale * y[k];
}

/** First coordinate of every frequency of a real signal of length d, and whether it has two. */
export function frequencies(d: number): [number, boolean][] {
  const list: [number, boolean][] = [[0, false]];
  for (let i = 1; i < d; i += 2) list.push([i, i + 1 < d]);
  return list;
}

/** Fourier coordinates of rows (rows x d), in the arena. */
export function fourierRows(rows: Vector, d: number, scope: Scope): Vector {
  const out = scope.vector(rows.length);
  scope.child(() => {
    const work = scope.bytes(scope.kernels.realFourierWorkspace(d));
    scope.kernels.realFourier(rows.address, out.address, rows.length / d, d, work);
  });
  return out;
}

/** The rows of given Fourier coordinates. */
export function fromFourier(coordinates: Float64Array, d: number, scope: Scope): Float64Array {
  return scope.child(() => {
    const out = scope.vector(coordinates.length);
    const work = scope.bytes(scope.kernels.realFourierWorkspace(d));
    scope.kernels.inverseRealFourier(scope.copyIn(coordinates).address, out.address, coordinates.length / d, d, work);
    return scope.copyOut(out);
  });
}
