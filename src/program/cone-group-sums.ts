import type { Scope, Vector } from '../core/scope.js';
import { ConeProx } from './cone-prox.js';
import { dot, type GroupShrinkage, largestPart, sumOfParts } from './group-shrinkage.js';
import type { SmoothRegularizer } from './program.js';
import type { ConeRows } from './regularizers.js';

/** Steps of the proxes that approach a dual norm, below the best value known by these shares. */
const approach = [1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9];
/** Bounds on a dual norm this close, relatively, are one. */
const tight = 1e-10;

/**
 * R(v) = sum of |v_j| over the m parts of a block, and one cone for the whole block (math-architectures.md 7.1, and the rules for
 * cones in its common form). There are no closed forms: proxes come from {@link ConeProx}; the dual norm
 * max { g^T v : R(v) <= 1, v in K } from proxes with steps just below it, each of which gives a value attained and a rigorous upper
 * bound, max_j |(g + A^T nu)_j| with nu >= 0. Blocks are dismissed by the projection p of g where they can be: max_j |p_j| is a bound.
 */
export class ConeGroupSums implements SmoothRegularizer {
  readonly costlyProx = true;
  private readonly scope: Scope;
  private readonly blocks: number;
  private readonly parts: number;
  private readonly length: number;
  private readonly cones: (block: number) => ConeRows;
  /** Active rows of each block, kept between calls: from the prox, and from the dual norm. */
  private readonly proxSets: number;
  private readonly dualSets: number;
  private readonly solver: ConeProx;
  /** Last prox of blocks with a non-zero result. */
  private results = new Map<number, GroupShrinkage>();

  /**
   * @param parts - m.
   * @param length - numbers of a part.
   */
  constructor(blocks: number, parts: number, length: number, cones: (block: number) => ConeRows, scope: Scope) {
    this.scope = scope;
    this.blocks = blocks;
    this.parts = parts;
    this.length = length;
    this.cones = cones;
    const setLength = blocks * (parts * length + 1);
    this.proxSets = scope.bytes(setLength * 4);
    this.dualSets = scope.bytes(setLength * 4);
    scope.integers(this.proxSets, setLength).fill(0);
    scope.integers(this.dualSets, setLength).fill(0);
    this.solver = new ConeProx(length, parts * length, scope);
  }

  private get width(): number {
    return this.parts * this.length;
  }

  value(v: Vector): number {
    return this.scope.kernels.sumGroupNorms(v.address, this.blocks * this.parts, this.length);
  }

  prox(z: Vector, step: number, out: Vector): void {
    const { width, scope, solver, length } = this;
    const before = this.results;
    this.results = new Map();
    const result = new Float64Array(out.length);
    for (let b = 0; b < this.blocks; b++) {
      const set = this.proxSets + 4 * b * (width + 1);
      const p = solver.projectAt(z.address + 8 * b * width, step, this.cones(b), set);
      // R(v) >= |v|, and no more of z than p counts inside the cone.
      if (p === null || largestPart(p, length) <= step) continue;
      const own = scope.view(z).slice(b * width, (b + 1) * width);
      const { v, smooth } = solver.solve(own, step, before.get(b)?.v ?? p, this.cones(b), set);
      result.set(smooth?.v ?? v, b * width);
      if (smooth) this.results.set(b, smooth);
    }
    scope.view(out).set(result);
  }

  active(): Int32Array {
    return Int32Array.from(this.results.keys());
  }

  factor(block: number, out: Vector): number {
    const R = this.results.get(block)?.factor() ?? new Float64Array(0);
    this.scope.view(out).set(R);
    return R.length / this.width;
  }

  rank(block: number): number {
    return this.results.get(block)?.rank ?? 0;
  }

  dualNorm(g: Vector): number {
    let most = 0;
    for (let b = 0; b < this.blocks; b++) most = Math.max(most, this.blockDualNorm(g, b, most));
    return most;
  }

  /** The dual norm of one block from above, or anything up to `floor` if it is not larger. */
  private blockDualNorm(g: Vector, b: number, floor: number): number {
    const { width, scope, solver, length } = this;
    const set = this.dualSets + 4 * b * (width + 1);
    const cone = this.cones(b);
    const p = solver.projectAt(g.address + 8 * b * width, floor, cone, set);
    if (p === null) return 0;
    let upper = largestPart(p, length);
    const own = scope.view(g).slice(b * width, (b + 1) * width);
    const ratio = (v: Float64Array) => dot(own, v) / sumOfParts(v, length);
    let lower = ratio(p);
    let start: Float64Array = p;
    for (const share of approach) {
      if (upper <= floor || upper - lower <= tight * upper) break;
      const { v, w } = solver.solve(own, Math.max(lower, floor) * (1 - share), start, cone, set);
      upper = Math.min(upper, largestPart(w, length));
      if (sumOfParts(v, length) === 0) break;
      lower = Math.max(lower, ratio(v));
      start = v;
    }
    return upper;
  }
}
