import type { Scope, Vector } from '../core/scope.js';
import { partsPerPause } from '../pausing.js';
import type { Arrangement } from './arrangement.js';

/** How a stretch of branch and bound ended. */
export type BranchOutcome = 'proven' | 'violated' | 'paused';

/** A unit vector w with F(w) = sign * lambda^T phi(Xw) above the threshold. */
export interface Violation {
  readonly value: number;
  readonly sign: 1 | -1;
  readonly direction: Float64Array;
}

const epsilon = 2.220446049250313e-16;
const outcomes: readonly BranchOutcome[] = ['proven', 'violated', 'paused'];
const full = 3;
/** Full frames that the first state has room for; it grows when they do not suffice. */
const firstFrames = 16;
const firstTrace = 65536;
/** Nodes between two pauses where rows are few, and passes over all rows that one node costs at most. */
const mostNodes = 8192;
const passesOfNode = 4;

/** Nodes that may be bounded between two pauses. */
export function nodesPerPause({ count, stride }: Arrangement): number {
  return Math.min(mostNodes, partsPerPause(passesOfNode * count * stride));
}

/**
 * Proves sign * lambda^T phi(Xw) <= threshold for all |w| <= 1, phi(z) = max(z, slope z), or finds a w beyond: branch and
 * bound over cones above boxes (assembly/branch.ts), in stretches of as many nodes as the caller likes. With
 * phi(z) = slope z + (1 - slope)(z)_+ and rows merged along lines, F(w) = a^T w + sum kappa_i (row_i^T w)_+.
 *
 * The proof is rigorous: rounding is bounded by `margin`, which is taken off the threshold.
 *
 * `advance` may allocate in the arena: call it outside of `Scope.child`.
 */
export class BranchAndBound {
  private readonly arrangement: Arrangement;
  private readonly slope: number;
  private readonly scope: Scope;
  private readonly kinks: Vector;
  private readonly steps: Vector;
  private readonly linear: Vector;
  private state: number;
  private capacity: number;
  private traced = 0;
  private traceCapacity = 0;
  private sign: 1 | -1 = 1;
  private threshold = 0;
  private margin = 0;

  constructor(arrangement: Arrangement, slope: number, scope: Scope) {
    this.arrangement = arrangement;
    this.slope = slope;
    this.scope = scope;
    const { count, rank, stride } = arrangement;
    this.kinks = scope.vector(count);
    this.steps = scope.vector(count);
    this.linear = scope.vector(stride);
    const { kernels } = scope;
    this.capacity = kernels.branchStateBytes(count, rank) + firstFrames * kernels.branchFrameBytes(count, rank);
    this.state = scope.bytes(this.capacity);
  }

  /**
   * Begins a new proof.
   *
   * @param lambda - one number a sample.
   * @param keepTree - record the tree for {@link tree}.
   */
  start(lambda: Float64Array, sign: 1 | -1, threshold: number, keepTree = false): void {
    const { arrangement, slope, scope } = this;
    const { samples, count, rank, stride, owner, factor, residual, sizes, squares } = arrangement;
    const kinks = new Float64Array(count);
    const along = new Float64Array(count);
    let size = 0;
    let outside = 0;
    for (let k = 0; k < samples; k++) {
      const i = owner[k];
      if (i < 0) continue;
      const weight = sign * lambda[k] * factor[k];
      kinks[i] += (1 - slope) * Math.abs(factor[k]) * sign * lambda[k];
      // (-z)_+ = (z)_+ - z for rows that point the other way.
      along[i] += factor[k] > 0 ? slope * weight : weight;
      size += 2 * Math.abs(weight) * sizes[i];
      outside += 2 * Math.abs(lambda[k]) * residual[k];
    }
    const linear = new Float64Array(stride);
    const rows = scope.view(arrangement.rows);
    for (let i = 0; i < count; i++) for (let j = 0; j < rank; j++) linear[j] += along[i] * rows[i * stride + j];
    scope.view(this.kinks).set(kinks);
    scope.view(this.linear).set(linear);
    const steps = scope.view(this.steps);
    for (let i = 0; i < count; i++) {
      const step = 1 / (Math.abs(kinks[i]) * squares[i]);
      steps[i] = step < Number.POSITIVE_INFINITY ? step : 0;
    }
    this.sign = sign;
    this.threshold = threshold;
    this.margin = branchingMargin(samples, rank, size) + outside + 64 * rank * epsilon * threshold;
    this.traced = 0;
    if (keepTree) {
      this.traceCapacity = firstTrace;
      this.traced = scope.bytes(firstTrace);
    }
    scope.kernels.branchStart(arrangement.rows.address, this.kinks.address, this.linear.address, this.state, count, rank);
  }

  /** Bounds at most `nodes` further nodes. After `violated` the rest of the tree can be searched on, but proves nothing. */
  advance(nodes: number): BranchOutcome {
    const { arrangement, scope, threshold, margin } = this;
    const { kernels } = scope;
    const end = this.nodes + nodes;
    for (;;) {
      const code = kernels.branchContinue(
        arrangement.rows.address,
        this.kinks.address,
        this.steps.address,
        threshold - margin,
        this.state,
        this.capacity,
        this.traced,
        this.traceCapacity,
        end - this.nodes,
        arrangement.rank,
      );
      if (code !== full) return outcomes[code];
      if (this.traced && this.traceLength >= this.traceCapacity) {
        this.traced = this.enlarge(this.traced, this.traceCapacity);
        this.traceCapacity *= 2;
      } else {
        this.state = this.enlarge(this.state, this.capacity);
        this.capacity *= 2;
      }
    }
  }

  private enlarge(address: number, bytes: number): number {
    const larger = this.scope.bytes(2 * bytes);
    this.scope.kernels.copyVector(address, larger, bytes >> 3);
    return larger;
  }

  /** Nodes bounded since `start`. */
  get nodes(): number {
    return this.head(1);
  }

  /** Once `proven`: no unit vector has a larger F. At most the threshold, unless nodes became too small to divide. */
  get bound(): number {
    return Math.max(this.threshold, this.head(2) + this.margin);
  }

  /** Once `violated`. */
  violation(): Violation {
    const { rank, columns, basis } = this.arrangement;
    const inside = this.scope.copyOut({ address: this.state + 32, length: rank });
    const direction = new Float64Array(columns);
    if (basis) {
      for (let i = 0; i < rank; i++) for (let j = 0; j < columns; j++) direction[j] += inside[i] * basis[i * columns + j];
    } else direction.set(inside);
    return { value: this.head(3), sign: this.sign, direction };
  }

  /**
   * The tree so far, one byte a node in the order of the search: 255 a leaf that is closed, 254 one given up, else the
   * coordinate in which the box is halved, plus 128 when the upper half comes first. The 2 rank faces of the cube
   * (coordinate 0 at -1, at +1, coordinate 1, ..) are the roots, one after another. A reader needs no multipliers: any
   * slopes alpha give a bound (assembly/branch.ts), the best are found again by the same sweeps.
   */
  tree(): Uint8Array {
    return this.traced ? this.scope.raw(this.traced, this.traceLength).slice() : new Uint8Array(0);
  }

  private get traceLength(): number {
    return this.scope.integers(this.state, 2)[1];
  }

  private head(i: number): number {
    return this.scope.view({ address: this.state, length: 4 })[i];
  }
}

/**
 * How far rounding can move a node's bound: `size` is the sum of |kappa_k| |x_k|_1 and of the linear terms. Box bounds are
 * exact. t and r of a row are off by 2 eps |x_k|_1 for each of at most 30 d halvings, which counts up to four times in
 * its chord; c and the linear terms by one rounding for every row added.
 */
export function branchingMargin(rows: number, d: number, size: number): number {
  return epsilon * (8 * rows + 400 * d + 64) * size;
}
