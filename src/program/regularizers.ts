import type { Scope, Vector } from '../core/scope.js';
import { finish, type Pausing, partsPerPause } from '../pausing.js';
import type { SmoothRegularizer } from './program.js';

/** Rows of one cone {v : s_k a_k^T v >= 0}: where they are in the arena, and the packed sign bits (1: s = +1). */
export interface ConeRows {
  readonly rows: Vector;
  /** 1 / |a_k|, 0 for zero rows. */
  readonly inverseNorms: Vector;
  readonly count: number;
  /** Address of the bits. */
  readonly bits: number;
}

const coneBytes = 16;
/** Passes over its rows that the projection on a cone usually takes. */
const usualPasses = 16;

/**
 * R(v) = |v| on each block, v in its cone. The joint prox is "project, then shrink" (math.md 1, exact because the norm
 * is homogeneous and K a cone); blocks without a cone are group lasso blocks (math.md 2).
 *
 * @param cones - one per block, or null for none; blocks may share cones.
 */
export class ConeGroupNorm implements SmoothRegularizer {
  readonly costlyProx: boolean;
  private readonly scope: Scope;
  private readonly blocks: number;
  private readonly length: number;
  private readonly cones: number;
  /** Active rows of each block, kept between calls: from the prox, and from the dual norm. */
  private readonly proxSets: number;
  private readonly dualSets: number;
  private readonly norms: Vector;
  private readonly projection: Vector;
  private readonly work: number;
  /** Rows of the largest cone. */
  private readonly rows: number;
  private step = 0;
  private result: Vector;

  constructor(blocks: number, length: number, cones: ((block: number) => ConeRows) | null, scope: Scope) {
    this.costlyProx = cones !== null;
    this.scope = scope;
    this.blocks = blocks;
    this.length = length;
    this.cones = scope.bytes(blocks * coneBytes);
    const setLength = blocks * (length + 1);
    this.proxSets = scope.bytes(setLength * 4);
    this.dualSets = scope.bytes(setLength * 4);
    this.norms = scope.zeros(blocks);
    this.projection = scope.vector(length);
    this.work = scope.bytes(Math.max(scope.kernels.projectConeWorkspace(length), (length + 1) * length * 8));
    this.result = this.norms;
    scope.integers(this.proxSets, setLength).fill(0);
    scope.integers(this.dualSets, setLength).fill(0);
    const table = scope.integers(this.cones, blocks * 4).fill(0);
    let largest = 0;
    for (let b = 0; cones !== null && b < blocks; b++) {
      const { rows, inverseNorms, count, bits } = cones(b);
      largest = Math.max(largest, count);
      table.set([rows.address, inverseNorms.address, count, bits], 4 * b);
    }
    this.rows = largest;
  }

  value(v: Vector): number {
    return this.scope.kernels.sumGroupNorms(v.address, this.blocks, this.length);
  }

  prox(z: Vector, step: number, out: Vector): void {
    finish(this.proxSteps(z, step, out));
  }

  *proxSteps(z: Vector, step: number, out: Vector): Pausing<void> {
    this.step = step;
    this.result = out;
    const { kernels } = this.scope;
    for (const [from, count] of this.ranges()) {
      if (from > 0) yield;
      const at = 8 * from * this.length;
      kernels.proxConeGroups(
        z.address + at,
        step,
        this.cones + from * coneBytes,
        this.proxSets + from * (this.length + 1) * 4,
        out.address + at,
        this.norms.address + 8 * from,
        count,
        this.length,
        this.work,
      );
    }
  }

  /** Blocks between two pauses: where each range starts, and how many it has. */
  private *ranges(): Generator<[number, number]> {
    const most = partsPerPause(usualPasses * this.rows * this.length);
    for (let from = 0; from < this.blocks; from += most) yield [from, Math.min(most, this.blocks - from)];
  }

  active(): Int32Array {
    const blocks: number[] = [];
    this.scope.view(this.norms).forEach((norm, b) => {
      if (norm > this.step) blocks.push(b);
    });
    return Int32Array.from(blocks);
  }

  factor(block: number, out: Vector): number {
    const { kernels } = this.scope;
    const { v, norm, cone, set } = this.place(block);
    return kernels.coneGroupFactor(v, norm, this.step, cone, set, out.address, this.length, this.work);
  }

  rank(block: number): number {
    const { cone, set } = this.place(block);
    const rows = this.scope.integers(cone, 4)[2];
    return rows > 0 ? this.length - this.scope.integers(set, 1)[0] : this.length;
  }

  shrinkage(block: number, out: Vector): { shrink: number; removed: number } {
    const { kernels } = this.scope;
    const { v, norm, cone, set } = this.place(block);
    const removed = kernels.coneGroupShrinkage(v, norm, this.step, cone, set, out.address, this.length, this.work);
    return { shrink: this.step / norm, removed };
  }

  /** Addresses of what belongs to a block, and its norm before shrinking. */
  private place(block: number) {
    return {
      v: this.result.address + block * this.length * 8,
      norm: this.scope.view(this.norms)[block],
      cone: this.cones + block * coneBytes,
      set: this.proxSets + block * (this.length + 1) * 4,
    };
  }

  dualNorm(g: Vector): number {
    return finish(this.dualNormSteps(g));
  }

  *dualNormSteps(g: Vector): Pausing<number> {
    let most = 0;
    for (const [from, count] of this.ranges()) {
      if (from > 0) yield;
      most = this.scope.kernels.coneGroupsDualNorm(
        g.address + 8 * from * this.length,
        most,
        this.cones + from * coneBytes,
        this.dualSets + from * (this.length + 1) * 4,
        this.projection.address,
        count,
        this.length,
        this.work,
      );
    }
    return most;
  }
}
