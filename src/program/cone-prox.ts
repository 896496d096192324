import type { Scope, Vector } from '../core/scope.js';
import { dot, GroupShrinkage, largestPart, partNorm, vanishing } from './group-shrinkage.js';
import type { ConeRows } from './regularizers.js';

const mostIterations = 3000;
/** Iterations between attempts to finish on the active rows, growing. */
const firstAttempt = 2;
const mostExchanges = 12;
/** Rows violated by less than this share of |v|, and multipliers this negative relative to the largest, count as fine. */
const feasible = 1e-11;
const positive = 1e-9;
const optimal = 1e-10;
/** Both residuals of the splitting below this, relatively: its own answer is taken. */
const settled = 1e-13;
const balance = 4;
const rescale = 2.5;

/** v in the cone, and w = z + A^T nu with nu >= 0: then every x in the cone has z^T x <= w^T x. */
export interface ConeProxResult {
  readonly v: Float64Array;
  readonly w: Float64Array;
  /** v once more, exact on its active rows, with its derivative; null where v is zero. */
  readonly smooth: GroupShrinkage | null;
}

/**
 * Prox of step * sum_j |v_j| over the parts of one block, with a cone for the whole block. Splitting (ADMM, whose penalty follows the
 * size of v: near the dual norm v is tiny against the step) finds which rows are active and which parts are zero; Newton's method on
 * these, with rows exchanged until all multipliers are positive and no row is violated, ends it.
 */
export class ConeProx {
  private readonly scope: Scope;
  private readonly length: number;
  private readonly width: number;
  private readonly input: Vector;
  private readonly projection: Vector;
  private readonly work: number;

  /** @param length - numbers of a part; @param width - numbers of a block. */
  constructor(length: number, width: number, scope: Scope) {
    this.scope = scope;
    this.length = length;
    this.width = width;
    this.input = scope.vector(width);
    this.projection = scope.vector(width);
    this.work = scope.bytes(scope.kernels.projectConeWorkspace(width));
  }

  /** Projection on the cone, or null where it is at most `threshold` long; `set` keeps the active rows. */
  project(z: Float64Array, threshold: number, cone: ConeRows, set: number): Float64Array | null {
    this.scope.view(this.input).set(z);
    return this.projectAt(this.input.address, threshold, cone, set);
  }

  projectAt(z: number, threshold: number, { rows, inverseNorms, bits, count }: ConeRows, set: number): Float64Array | null {
    const { width, work, projection, scope } = this;
    const to = projection.address;
    const norm = scope.kernels.projectCone(rows.address, inverseNorms.address, bits, z, threshold, set, to, count, width, work);
    return norm > 0 ? scope.copyOut(projection) : null;
  }

  /** @param start - a point near the result, for instance the projection of z. */
  solve(z: Float64Array, step: number, start: Float64Array, cone: ConeRows, set: number): ConeProxResult {
    const zero = new Float64Array(this.width);
    const size = Math.sqrt(dot(z, z));
    let rho = 1;
    let y: Float64Array = start;
    let q: Float64Array = zero.slice();
    let x: Float64Array = y;
    let attempt = firstAttempt;
    for (let iteration = 1; ; iteration++) {
      x = this.shrink(
        z.map((entry, i) => (entry + rho * (y[i] - q[i])) / (1 + rho)),
        step / (1 + rho),
      );
      const target = x.map((entry, i) => entry + q[i]);
      const before = y;
      y = this.project(target, 0, cone, set) ?? zero;
      q = target.map((entry, i) => entry - y[i]);
      const w = z.map((entry, i) => entry - rho * q[i]);
      const primal = distance(x, y) / Math.max(norm(x), norm(y), Number.MIN_VALUE);
      const dual = (rho * distance(y, before)) / size;
      const none = largestPart(w, this.length) <= step;
      if (none) return { v: zero, w, smooth: null };
      if (iteration === attempt && norm(y) > 0) {
        const result = this.finish(x, y, z, step, cone, set);
        if (result) return result;
        attempt = Math.ceil(1.6 * attempt);
      }
      if (iteration >= mostIterations || (primal <= settled && dual <= settled)) {
        const v = this.withZeroParts(y, x);
        const smooth = norm(v) > 0 ? GroupShrinkage.at(v, z, step, this.length, this.activeRows(cone, set).rows) : null;
        return { v, w, smooth };
      }
      if (iteration % 5 === 0) {
        const factor = primal > balance * dual ? rescale : dual > balance * primal ? 1 / rescale : 1;
        rho *= factor;
        q = q.map((entry) => entry / factor);
      }
    }
  }

  /** The exact prox if active rows and zero parts are those of x and y, up to a few exchanges of rows; null if not. */
  private finish(
    x: Float64Array,
    y: Float64Array,
    z: Float64Array,
    step: number,
    cone: ConeRows,
    set: number,
  ): ConeProxResult | null {
    const { length } = this;
    let start = this.withZeroParts(y, x);
    const { indices, rows } = this.activeRows(cone, set);
    for (let exchange = 0; exchange < mostExchanges; exchange++) {
      const smooth = GroupShrinkage.at(start, z, step, length, rows);
      if (smooth === null) return null;
      const { v, multipliers } = smooth;
      const small = (j: number) => {
        const size = partNorm(v, j, length);
        return size > 0 && size < vanishing * norm(v);
      };
      if (Array.from({ length: this.width / length }, (_, j) => j).some(small)) {
        start = v.map((entry, i) => (small(Math.floor(i / length)) ? 0 : entry));
        continue;
      }
      const most = multipliers.reduce((largest, nu) => Math.max(largest, Math.abs(nu)), 0);
      let worst = -1;
      multipliers.forEach((nu, i) => {
        if (nu < -positive * most && (worst < 0 || nu < multipliers[worst])) worst = i;
      });
      if (worst >= 0) {
        indices.splice(worst, 1);
        rows.splice(worst, 1);
        continue;
      }
      const violated = this.violated(v, cone);
      if (violated >= 0 && !indices.includes(violated)) {
        indices.push(violated);
        rows.push(this.signedRow(cone, violated));
        continue;
      }
      const w = this.pushed(z, v, multipliers, rows, cone);
      if (!this.stationary(v, w, step)) return null;
      let revived = false;
      start = v.map((entry, i) => {
        const j = Math.floor(i / length);
        if (partNorm(v, j, length) > 0 || partNorm(w, j, length) <= step * (1 + 1e-10)) return entry;
        // A part that wants to grow: a little of it, in the direction in which it is pushed.
        revived = true;
        return (0.1 * norm(v) * w[i]) / partNorm(w, j, length);
      });
      if (!revived) return { v, w, smooth };
    }
    return null;
  }

  /** w_j = v_j + step v_j / |v_j| for all parts that are not zero. */
  private stationary(v: Float64Array, w: Float64Array, step: number): boolean {
    const { length } = this;
    const tolerance = optimal * norm(w);
    return v.every((entry, i) => {
      const size = partNorm(v, Math.floor(i / length), length);
      return size === 0 || Math.abs(w[i] - entry * (1 + step / size)) <= tolerance;
    });
  }

  /** z + A^T nu: nu of the active rows, clipped at zero, and on parts where v is zero the least that rows of theirs can make of it. */
  private pushed(z: Float64Array, v: Float64Array, multipliers: Float64Array, rows: readonly Float64Array[], cone: ConeRows) {
    const { length, width, scope } = this;
    const bound = z.slice();
    rows.forEach((row, i) => {
      const nu = Math.max(0, multipliers[i]);
      for (let at = 0; at < width; at++) bound[at] += nu * row[at];
    });
    const dead = Array.from({ length: width }, (_, i) => partNorm(v, Math.floor(i / length), length) === 0);
    if (!dead.includes(true)) return bound;
    return scope.child(() => {
      const all = scope.view(cone.rows);
      const inverse = scope.copyOut(cone.inverseNorms).map((entry, row) => {
        for (let i = 0; i < width; i++) if (!dead[i] && all[row * width + i] !== 0) return 0;
        return entry;
      });
      const own = { ...cone, inverseNorms: scope.copyIn(inverse) };
      const set = scope.bytes((width + 1) * 4);
      scope.integers(set, 1)[0] = 0;
      const rest = this.project(
        bound.map((entry, i) => (dead[i] ? entry : 0)),
        0,
        own,
        set,
      );
      return bound.map((entry, i) => (dead[i] ? (rest?.[i] ?? 0) : entry));
    });
  }

  /** y, its parts zero where those of x are. */
  private withZeroParts(y: Float64Array, x: Float64Array): Float64Array {
    return y.map((entry, i) => (partNorm(x, Math.floor(i / this.length), this.length) > 0 ? entry : 0));
  }

  private shrink(v: Float64Array, step: number): Float64Array {
    const { length } = this;
    const keep = Array.from({ length: v.length / length }, (_, j) => {
      const size = partNorm(v, j, length);
      return size > step ? 1 - step / size : 0;
    });
    return v.map((entry, i) => entry * keep[Math.floor(i / length)]);
  }

  private signedRow({ rows, bits }: ConeRows, row: number): Float64Array {
    const sign = (this.scope.raw(bits + (row >> 3), 1)[0] >> (row & 7)) & 1 ? 1 : -1;
    const { width } = this;
    return this.scope
      .view(rows)
      .slice(row * width, (row + 1) * width)
      .map((entry) => sign * entry);
  }

  /** Rows that the last projection ended on, with their signs. */
  private activeRows(cone: ConeRows, set: number): { indices: number[]; rows: Float64Array[] } {
    const [count] = this.scope.integers(set, 1);
    const indices = Array.from(this.scope.integers(set + 4, count));
    return { indices, rows: indices.map((row) => this.signedRow(cone, row)) };
  }

  /** The row that v violates most, or -1. */
  private violated(v: Float64Array, { rows, inverseNorms, bits, count }: ConeRows): number {
    const { scope, width } = this;
    const all = scope.view(rows);
    const inverse = scope.view(inverseNorms);
    const sides = scope.raw(bits, (count + 7) >> 3);
    let worst = -feasible * norm(v);
    let found = -1;
    for (let row = 0; row < count; row++) {
      let score = 0;
      for (let i = 0; i < width; i++) score += all[row * width + i] * v[i];
      const slack = score * inverse[row] * ((sides[row >> 3] >> (row & 7)) & 1 ? 1 : -1);
      if (slack >= worst) continue;
      worst = slack;
      found = row;
    }
    return found;
  }
}

const norm = (x: Float64Array): number => Math.sqrt(dot(x, x));

function distance(x: Float64Array, y: Float64Array): number {
  let square = 0;
  for (let i = 0; i < x.length; i++) square += (x[i] - y[i]) * (x[i] - y[i]);
  return Math.sqrt(square);
}
