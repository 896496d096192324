import type { Scope, Vector } from '../core/scope.js';
import type { Regularizer, SmoothRegularizer } from './program.js';
import type { ConeRows } from './regularizers.js';

/**
 * R(v) = |F v|_1 / sqrt d on blocks of d Fourier coordinates, F the unitary transform: the cheapest circular convolutions
 * u * w = v cost (|u|^2 + |w|^2) / 2 = R(v) (math-architectures.md 5.6). A norm of groups: single coordinates for frequency 0 and, d
 * even, d/2, pairs for the others. Blocks in cones, whose rows are in Fourier coordinates too: the prox alternates between
 * shrinking and projecting, the dual norm is the upper end of a narrow bracket (assembly/spectral.ts).
 *
 * @param cones - one per block, or null for none.
 */
export class ConeSpectralNorm implements Regularizer {
  protected readonly scope: Scope;
  protected readonly blocks: number;
  protected readonly length: number;
  private readonly cones: number;
  private readonly proxSets: number;
  private readonly dualSets: number;
  private readonly uppers: Vector;
  private readonly work: number;

  constructor(blocks: number, length: number, cones: ((block: number) => ConeRows) | null, scope: Scope) {
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
    const { cones, proxSets, blocks, length, work } = this;
    this.scope.kernels.proxConeSpectra(z.address, step, cones, proxSets, out.address, blocks, length, work);
  }

  dualNorm(g: Vector): number {
    const { cones, dualSets, uppers, blocks, length, work } = this;
    return this.scope.kernels.coneSpectraDualNorm(g.address, cones, dualSets, uppers.address, blocks, length, work);
  }
}

/** {@link ConeSpectralNorm} without cones: groups shrink, which has a derivative in closed form. */
export class SpectralNorm extends ConeSpectralNorm implements SmoothRegularizer {
  private step = 0;
  private result: Vector = { address: 0, length: 0 };

  constructor(blocks: number, length: number, scope: Scope) {
    super(blocks, length, null, scope);
  }

  override prox(z: Vector, step: number, out: Vector): void {
    this.step = step;
    this.result = out;
    super.prox(z, step, out);
  }

  active(): Int32Array {
    const { length: d } = this;
    const v = this.scope.view(this.result);
    return Int32Array.from(Array(this.blocks).keys()).filter((b) => v.subarray(b * d, (b + 1) * d).some((entry) => entry !== 0));
  }

  /** (1 - s/r) I + s/r u u^T of a group of size r that keeps r - s: a column along u, and one across for pairs. */
  factor(block: number, out: Vector): number {
    const { length: d } = this;
    const v = this.scope.view(this.result).subarray(block * d, (block + 1) * d);
    const columns = this.scope.view(out);
    let k = 0;
    for (const [i, pair] of frequencies(d)) {
      const [re, im] = [v[i], pair ? v[i + 1] : 0];
      const kept = Math.sqrt(re * re + im * im);
      if (kept === 0) continue;
      columns.fill(0, k * d, (k + (pair ? 2 : 1)) * d);
      columns[k * d + i] = re / kept;
      if (pair) {
        const across = Math.sqrt(kept / (kept + this.step * Math.sqrt(2 / d)));
        columns[k * d + i + 1] = im / kept;
        columns[(k + 1) * d + i] = (-across * im) / kept;
        columns[(k + 1) * d + i + 1] = (across * re) / kept;
      }
      k += pair ? 2 : 1;
    }
    return k;
  }

  rank(block: number): number {
    const { length: d } = this;
    const v = this.scope.view(this.result).subarray(block * d, (block + 1) * d);
    let count = 0;
    for (const [i, pair] of frequencies(d)) if (v[i] !== 0 || (pair && v[i + 1] !== 0)) count += pair ? 2 : 1;
    return count;
  }
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
