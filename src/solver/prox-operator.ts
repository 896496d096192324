import { type Scope, slice, type Vector } from '../core/scope.js';
import { Pace, type Pausing } from '../pausing.js';
import type { FeatureMap, Program, SmoothRegularizer } from '../program/program.js';

/** Blocks that feed `rows` entries of the fit from `start` on. */
export interface BlockGroup {
  readonly start: number;
  readonly rows: number;
  readonly blocks: Int32Array;
}

/** J of a group as keep_b I + sum_j sign_j c_j c_j^T, the columns of block b being those from first[b] to first[b + 1]. */
interface Part {
  readonly start: number;
  readonly rows: number;
  readonly features: Pick<FeatureMap, 'apply' | 'applyTranspose'>;
  readonly length: number;
  readonly keep: Float64Array;
  readonly first: Int32Array;
  readonly columns: Float64Array;
  readonly signs: Int8Array;
  readonly gathered: Vector;
}

/**
 * B = sum_b T_b J_b T_b^T over the active blocks as an operator on fits, and the Newton equation (I + sigma B W) delta = -F
 * by conjugate gradients with it. A product costs a pass each way over the ACTIVE patterns, 4 n d active, where a factor
 * costs n^2 active + n^3 / 3: iterations win where samples are many.
 */
export class ProxOperator {
  private readonly scope: Scope;
  private readonly parts: readonly Part[];

  /** Null where the features cannot be restricted to some blocks. What it allocates is the caller's to release. */
  static of({ features, regularizer }: Program, groups: readonly BlockGroup[], scope: Scope): ProxOperator | null {
    if (!features.restrict) return null;
    const parts = groups
      .filter(({ blocks }) => blocks.length > 0)
      .map((group) => derivative(features, regularizer as SmoothRegularizer, group, scope));
    return new ProxOperator(parts, scope);
  }

  private constructor(parts: readonly Part[], scope: Scope) {
    this.parts = parts;
    this.scope = scope;
  }

  /** out = B w */
  apply(w: Vector, out: Vector): void {
    const { kernels } = this.scope;
    kernels.fill(out.address, 0, out.length);
    for (const part of this.parts) {
      part.features.applyTranspose(slice(w, part.start, part.rows), part.gathered);
      multiplyByDerivative(part, this.scope.view(part.gathered));
      part.features.apply(part.gathered, slice(out, part.start, part.rows));
    }
  }

  /**
   * I + sigma B W is symmetric in the inner product of W, and the norm of W is that in which Newton's method measures its
   * residual (the slope of the merit is F^T W delta): so conjugate gradients in that inner product, with no root and no inverse of
   * W, which may vanish or couple the outputs. False when `most` steps do not reach `accuracy` |F|.
   */
  *solve(
    F: Vector,
    curvature: (x: Vector, out: Vector) => void,
    sigma: number,
    accuracy: number,
    most: number,
    delta: Vector,
  ): Pausing<boolean> {
    const { scope } = this;
    const { kernels } = scope;
    const n = F.length;
    const [r, s, weighted, image] = [scope.vector(n), scope.vector(n), scope.vector(n), scope.vector(n)];
    const pace = new Pace();
    const operations = this.parts.reduce((sum, { rows, gathered }) => sum + 2 * rows * gathered.length, 0);
    kernels.fill(delta.address, 0, n);
    kernels.copyVector(F.address, r.address, n);
    kernels.scaleVector(-1, r.address, n);
    kernels.copyVector(r.address, s.address, n);
    curvature(s, weighted);
    let rho = kernels.dot(r.address, weighted.address, n);
    const target = accuracy * accuracy * rho;
    for (let k = 0; k < most; k++) {
      if (pace.due(operations)) yield;
      this.apply(weighted, image);
      kernels.scaleVector(sigma, image.address, n);
      kernels.addScaled(1, s.address, image.address, n);
      const bend = kernels.dot(weighted.address, image.address, n);
      if (!(bend > 0)) return false;
      const alpha = rho / bend;
      kernels.addScaled(alpha, s.address, delta.address, n);
      kernels.addScaled(-alpha, image.address, r.address, n);
      curvature(r, image);
      const next = kernels.dot(r.address, image.address, n);
      if (next <= target) return true;
      // weighted stays W s: its recurrence is that of s.
      kernels.scaleVector(next / rho, s.address, n);
      kernels.addScaled(1, r.address, s.address, n);
      kernels.scaleVector(next / rho, weighted.address, n);
      kernels.addScaled(1, image.address, weighted.address, n);
      rho = next;
    }
    return false;
  }
}

/** J_b of every block of a group, in its short form where it has one and as R R^T otherwise. */
function derivative(features: FeatureMap, regularizer: SmoothRegularizer, group: BlockGroup, scope: Scope): Part {
  const { blocks, start, rows } = group;
  const length = features.offsets[blocks[0] + 1] - features.offsets[blocks[0]];
  const out = scope.vector(length * length);
  const keep = new Float64Array(blocks.length);
  const first = new Int32Array(blocks.length + 1);
  const columns: number[] = [];
  const signs: number[] = [];
  blocks.forEach((block, i) => {
    const form = regularizer.shrinkage?.(block, out) ?? null;
    const count = form ? 1 + form.removed : regularizer.factor(block, out);
    keep[i] = form ? 1 - form.shrink : 0;
    for (let j = 0; j < count; j++) signs.push(form && j > 0 ? -1 : 1);
    for (const entry of scope.view(slice(out, 0, count * length))) columns.push(entry);
    first[i + 1] = signs.length;
  });
  return {
    start,
    rows,
    features: (features.restrict as NonNullable<FeatureMap['restrict']>)(blocks, scope),
    length,
    keep,
    first,
    columns: Float64Array.from(columns),
    signs: Int8Array.from(signs),
    gathered: scope.vector(blocks.length * length),
  };
}

/** g_b <- J_b g_b */
function multiplyByDerivative({ length, keep, first, columns, signs }: Part, g: Float64Array): void {
  const old = new Float64Array(length);
  for (let b = 0; b < keep.length; b++) {
    const at = b * length;
    for (let j = 0; j < length; j++) {
      old[j] = g[at + j];
      g[at + j] *= keep[b];
    }
    for (let k = first[b]; k < first[b + 1]; k++) {
      let along = 0;
      for (let j = 0; j < length; j++) along += columns[k * length + j] * old[j];
      along *= signs[k];
      for (let j = 0; j < length; j++) g[at + j] += along * columns[k * length + j];
    }
  }
}
