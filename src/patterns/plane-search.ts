import type { Scope, Vector } from '../core/scope.js';
import { patternStride } from './patterns.js';

/** A direction with its value |Lambda^T (Xw)_+|; |w| = 1. */
export interface ValuedDirection {
  readonly value: number;
  readonly direction: Float64Array;
}

const cross = (x: ArrayLike<number>, y: ArrayLike<number>): number => x[0] * y[1] - x[1] * y[0];
const dot = (x: ArrayLike<number>, y: ArrayLike<number>): number => x[0] * y[0] + x[1] * y[1];

/** Sine between lines that count as one. */
const sameLine = 1e-12;
/** A direction this far outside a cell counts as inside: the bound may only grow by it. */
const slack = 1e-12;

/**
 * Maxima of |Lambda^T (Xw)_+| over the unit circle, for X with two columns (math.md 3.3): on a cell the function is
 * |G w|, G = Lambda^T D X, so its maximum is at one of the two rays that bound the cell or at the top singular vector of G,
 * where that lies inside. Exact: one candidate set for every one of the at most 2n cells, which come from
 * sorting the lines by angle.
 */
export class PlaneSearch {
  private readonly X: Vector;
  private readonly samples: number;
  private readonly outputs: number;
  private readonly scope: Scope;
  private readonly count: number;
  private readonly stride: number;
  private readonly bits: number;
  /** Clockwise and counterclockwise ray of every cell; none where all rows are zero. */
  private readonly rays: readonly (readonly [Float64Array, Float64Array] | null)[];
  private readonly scaled: Vector;
  private readonly gradients: Vector;
  private readonly work: number;

  constructor(X: Vector, samples: number, outputs: number, scope: Scope) {
    const boundaries = sortedBoundaries(scope.copyOut(X));
    this.X = X;
    this.samples = samples;
    this.outputs = outputs;
    this.scope = scope;
    this.rays = boundaries.length === 0 ? [null] : boundaries.map((right, i) => [right, boundaries[(i + 1) % boundaries.length]]);
    this.count = this.rays.length;
    this.stride = patternStride(samples);
    const { kernels } = scope;
    this.bits = scope.bytes(this.count * this.stride);
    scope.raw(this.bits, this.count * this.stride).fill(0);
    const witnesses = scope.copyIn(this.rays.flatMap(middle));
    const signs = scope.bytes(kernels.signPatternsWorkspace(samples, 2));
    kernels.signPatterns(X.address, witnesses.address, this.bits, this.stride, samples, this.count, 2, signs);
    this.scaled = scope.vector(samples * 2 * outputs);
    this.gradients = scope.vector(this.count * 2 * outputs);
    this.work = scope.bytes(kernels.binaryMultiplyWorkspace(this.count, samples, 2 * outputs));
  }

  /** The maximizer on every cell; `lambda` is outputs x samples. */
  maximize(lambda: Vector): ValuedDirection[] {
    const { samples: n, outputs, count, scope } = this;
    const { kernels } = scope;
    for (let c = 0; c < outputs; c++) {
      const out = this.scaled.address + 16 * c;
      kernels.stridedScaleRows(this.X.address, lambda.address + 8 * c * n, out, n, 2, 2 * outputs);
    }
    const gradients = this.gradients.address;
    kernels.binaryMultiply(this.bits, this.stride, this.scaled.address, gradients, count, n, 2 * outputs, this.work);
    const G = scope.copyOut(this.gradients);
    return this.rays.map((rays, i) => maximizeInCell(G.subarray(2 * outputs * i, 2 * outputs * (i + 1)), rays));
  }
}

/** Unit directions on which some row of X is zero, counterclockwise, each once: both ends of every line. */
function sortedBoundaries(X: Float64Array): Float64Array[] {
  const upper: Float64Array[] = [];
  for (let k = 0; k < X.length; k += 2) {
    const size = Math.sqrt(X[k] * X[k] + X[k + 1] * X[k + 1]);
    if (size === 0) continue;
    const [x, y] = [-X[k + 1] / size, X[k] / size];
    upper.push(y > 0 || (y === 0 && x > 0) ? Float64Array.of(x, y) : Float64Array.of(-x, -y));
  }
  // Within half a turn the sign of the cross product is an order.
  upper.sort((p, q) => cross(q, p));
  const distinct = upper.filter((p, i) => i === 0 || cross(upper[i - 1], p) > sameLine);
  if (
    distinct.length > 1 &&
    cross(
      distinct[distinct.length - 1],
      distinct[0].map((entry) => -entry),
    ) <= sameLine
  )
    distinct.pop();
  return [...distinct, ...distinct.map((p) => p.map((entry) => -entry))];
}

/** A direction inside the cell from one ray counterclockwise to the next, at most half a turn apart. */
function middle(rays: readonly [Float64Array, Float64Array] | null): number[] {
  if (!rays) return [1, 0];
  const [right, left] = rays;
  return dot(right, left) > -0.5 ? [right[0] + left[0], right[1] + left[1]] : [left[1] - right[1], right[0] - left[0]];
}

function maximizeInCell(G: Float64Array, rays: readonly [Float64Array, Float64Array] | null): ValuedDirection {
  let [a, b, c] = [0, 0, 0];
  for (let k = 0; k < G.length; k += 2) {
    a += G[k] * G[k];
    b += G[k] * G[k + 1];
    c += G[k + 1] * G[k + 1];
  }
  const valued = (w: Float64Array): ValuedDirection => {
    let square = 0;
    for (let k = 0; k < G.length; k += 2) {
      const part = G[k] * w[0] + G[k + 1] * w[1];
      square += part * part;
    }
    return { value: Math.sqrt(square), direction: w };
  };
  const half = (a - c) / 2;
  const root = Math.sqrt(half * half + b * b);
  // Top eigenvector of [[a, b], [b, c]]: the longer of two proportional forms.
  const [x, y] = half >= 0 ? [half + root, b] : [b, root - half];
  const size = Math.sqrt(x * x + y * y);
  const top = size > 0 ? Float64Array.of(x / size, y / size) : Float64Array.of(1, 0);
  const candidates = [top, top.map((entry) => -entry)].filter(
    (w) => !rays || (cross(rays[0], w) >= -slack && cross(w, rays[1]) >= -slack),
  );
  return [...candidates, ...(rays ?? [])].map(valued).reduce((best, other) => (other.value > best.value ? other : best));
}
