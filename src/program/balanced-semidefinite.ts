import { type Scope, slice, type Vector } from '../core/scope.js';
import type { SmoothRegularizer } from './program.js';
import {
  derivativeColumns,
  packedFunction,
  packedLength,
  type Spectrum,
  SpectrumSolver,
  unpackSymmetric,
} from './symmetric-blocks.js';

/** Derivative information of the last prox of one block. */
interface Projection {
  readonly spectrum: Spectrum;
  readonly columns: Float64Array[];
}

const positive = (value: number): number => (value > 0 ? value : 0);

/**
 * R(Z) = s on symmetric blocks Z = [[Z1, z], [z^T, s]] >= 0 with tr Z1 = s, packed coordinates: units a t^2 + b t + c with
 * |w| = 1 (math.md 12.2; Bartan and Pilanci 2021). With J = diag(1, .., 1, -1) the constraint is <J, Z> = 0 and R = tr Z / 2.
 */
export class BalancedSemidefinite implements SmoothRegularizer {
  readonly costlyProx = true;
  private readonly scope: Scope;
  private readonly size: number;
  private readonly length: number;
  private readonly results: (Projection | null)[];
  private readonly solver: SpectrumSolver;

  constructor(blocks: number, size: number, scope: Scope) {
    this.scope = scope;
    this.size = size;
    this.length = packedLength(size);
    this.results = Array(blocks).fill(null);
    this.solver = new SpectrumSolver(size, scope);
  }

  value(v: Vector): number {
    let sum = 0;
    this.results.forEach((_, b) => {
      const block = this.block(v, b);
      for (let i = 0; i < this.size; i++) sum += block[packedLength(i + 1) - 1] / 2;
    });
    return sum;
  }

  /** Projection of z - step/2 I - nu J on the semidefinite cone, nu such that the result has <J, Z> = 0. */
  prox(z: Vector, step: number, out: Vector): void {
    this.results.forEach((_, b) => {
      const target = this.block(z, b);
      for (let i = 0; i < this.size; i++) target[packedLength(i + 1) - 1] -= step / 2;
      const { spectrum, columns } = this.project(target);
      this.results[b] = { spectrum, columns: orthogonalTo(columns, (column) => this.balance(column)) };
      this.scope.view(slice(out, b * this.length, this.length)).set(packedFunction(spectrum, positive));
    });
  }

  active(): Int32Array {
    return Int32Array.from(this.results.keys()).filter((b) => (this.results[b]?.columns.length ?? 0) > 0);
  }

  factor(block: number, out: Vector): number {
    const columns = this.results[block]?.columns ?? [];
    columns.forEach((column, k) => {
      this.scope.view(slice(out, k * this.length, this.length)).set(column);
    });
    return columns.length;
  }

  rank(block: number): number {
    return this.results[block]?.columns.length ?? 0;
  }

  /**
   * max of <G, Z> over Z >= 0 with trace 2 and <J, Z> = 0 is min over nu of 2 lambda_max(G - nu J): convex in nu, and every
   * nu gives an upper bound. Tangents from both sides enclose the minimum.
   */
  dualNorm(g: Vector): number {
    let most = 0;
    this.results.forEach((_, b) => {
      most = Math.max(most, this.largestPairing(this.block(g, b)));
    });
    return most;
  }

  private largestPairing(G: Float64Array): number {
    const size = Math.sqrt(G.reduce((sum, entry) => sum + entry * entry, 0));
    if (size === 0) return 0;
    const at = (nu: number) => {
      const { values, vectors } = this.shifted(G, nu);
      const top = vectors[this.size - 1];
      const slope = 2 * top.reduce((sum, entry, i) => sum + (i === this.size - 1 ? entry * entry : -entry * entry), 0);
      return { nu, value: 2 * values[this.size - 1], slope };
    };
    // At |nu| >= 2 |G| the larger diagonal of -nu J decides the sign of the slope.
    let low = at(-2 * size);
    let high = at(2 * size);
    let best = Math.min(low.value, high.value);
    for (let k = 0; k < 100; k++) {
      const crossing = (low.value - high.value + high.slope * high.nu - low.slope * low.nu) / (high.slope - low.slope);
      const below = low.value + low.slope * (crossing - low.nu);
      if (!(best - below > 1e-14 * size)) break;
      // Tangents alone creep where the function is smooth: every other point halves the interval.
      const next = at(k % 2 === 0 ? crossing : (low.nu + high.nu) / 2);
      best = Math.min(best, next.value);
      if (next.slope < 0) low = next;
      else high = next;
      if (next.slope === 0) break;
    }
    return best;
  }

  private project(target: Float64Array): Projection {
    const trial = (nu: number) => {
      const spectrum = this.shifted(target, nu);
      return { nu, spectrum, excess: this.balance(packedFunction(spectrum, positive)) };
    };
    let now = trial(0);
    const size = Math.sqrt(target.reduce((sum, entry) => sum + entry * entry, 0));
    // The excess falls with nu; beyond |nu| = 2 |target| its sign is known.
    let [low, high] = [-2 * size, 2 * size];
    for (let k = 0; k < 200 && Math.abs(now.excess) > 1e-15 * size && high - low > 1e-16 * size; k++) {
      if (now.excess > 0) low = now.nu;
      else high = now.nu;
      const slope = derivativeColumns(now.spectrum, positive).reduce((sum, column) => {
        const share = this.balance(column);
        return sum + share * share;
      }, 0);
      const newton = now.nu + now.excess / slope;
      now = trial(newton > low && newton < high ? newton : (low + high) / 2);
    }
    // What is left of a zero result is the rounding of nu.
    const zero = now.spectrum.values[this.size - 1] <= 1e-13 * size;
    const spectrum = zero ? { ...now.spectrum, values: new Float64Array(this.size) } : now.spectrum;
    return { spectrum, columns: derivativeColumns(spectrum, positive) };
  }

  private shifted(packed: Float64Array, nu: number): Spectrum {
    const matrix = unpackSymmetric(packed, this.size);
    for (let i = 0; i < this.size; i++) matrix[i * (this.size + 1)] += i === this.size - 1 ? nu : -nu;
    return this.solver.solve(matrix);
  }

  /** <J, Z> */
  private balance(packed: Float64Array): number {
    let sum = 0;
    for (let i = 0; i < this.size; i++) sum += (i === this.size - 1 ? -1 : 1) * packed[packedLength(i + 1) - 1];
    return sum;
  }

  private block(v: Vector, b: number): Float64Array {
    return this.scope.copyOut(slice(v, b * this.length, this.length));
  }
}

/** Columns R (I - u u^T), u the unit vector along the given functional of the columns: the constraint holds to first order. */
function orthogonalTo(columns: readonly Float64Array[], functional: (column: Float64Array) => number): Float64Array[] {
  const shares = columns.map(functional);
  const square = shares.reduce((sum, share) => sum + share * share, 0);
  if (square === 0) return [...columns];
  const along = new Float64Array(columns[0].length);
  columns.forEach((column, k) => {
    for (let i = 0; i < along.length; i++) along[i] += (shares[k] / square) * column[i];
  });
  return columns.map((column, k) => column.map((entry, i) => entry - shares[k] * along[i]));
}
