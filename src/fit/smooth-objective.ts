import { type Scope, slice, type Vector } from '../core/scope.js';
import type { TrainingData } from '../program/training-data.js';
import type { Differentiable } from '../solver/quasi-newton.js';

/** How many neurons feed each output, one output after another, and the sign of each. */
export interface SignedNeurons {
  readonly counts: readonly number[];
  readonly signs: Float64Array;
}

/** How a descent rounds off kinks. */
export interface Smoothing {
  /** Half the width of a neuron's band, as a share of |u| times the root of the mean square entry of X. */
  readonly width: number;
  /** |u| is rounded off at zero to (|u|^2 + round^2)^(1/2). */
  readonly round: number;
}

/** Narrowest band in units of a score: its inverse has to be a number in single precision. */
const leastWidth = 1e-20;

/** Mean square entry of X. */
export function meanSquare({ inverseNorms, samples, columns }: TrainingData, scope: Scope): number {
  const squares = scope.copyOut(inverseNorms).reduce((sum, inverse) => sum + (inverse > 0 ? 1 / (inverse * inverse) : 0), 0);
  return squares / (samples * columns);
}

/**
 * The objective of a network with kinks rounded off, L(sum_j s_j phi(X u_j)) + beta sum_j |u_j|, and its gradient
 * (assembly/smooth.ts). Scores are single numbers in single precision, sums over them doubles: good to about 1e-7 of the loss,
 * which is enough to find patterns.
 */
export class SmoothObjective {
  /** Set before a descent. */
  smoothing: Smoothing = { width: 0, round: 0 };
  private readonly data: TrainingData;
  private readonly scope: Scope;
  private readonly counts: readonly number[];
  private readonly unit: number;
  private readonly rows: number;
  private readonly signs: Vector;
  private readonly neurons: readonly number[];
  private readonly slopes: readonly number[];
  private readonly bands: Vector;
  private readonly fit: Vector;
  private readonly lambda: Vector;
  private readonly work: number;

  /** What it allocates is the caller's to release. */
  constructor(
    data: TrainingData,
    private readonly slope: number,
    { counts, signs }: SignedNeurons,
    scope: Scope,
  ) {
    const { samples: n, columns: d, outputs, X } = data;
    const { kernels } = scope;
    this.data = data;
    this.scope = scope;
    this.counts = counts;
    this.unit = Math.sqrt(meanSquare(data, scope));
    this.rows = scope.bytes(kernels.packedRowsBytes(n, d));
    kernels.packRowPanels(X.address, this.rows, n, d);
    this.signs = scope.copyIn(signs);
    this.neurons = counts.map((m) => scope.bytes(kernels.packedNeuronsBytes(m, d)));
    this.slopes = counts.map((m) => scope.bytes(kernels.unitSlopesBytes(n, m)));
    this.bands = scope.vector(signs.length);
    this.fit = scope.vector(outputs * n);
    this.lambda = scope.vector(outputs * n);
    this.work = scope.bytes(kernels.backwardUnitsWorkspace());
  }

  readonly evaluate: Differentiable = (u: Vector, gradient: Vector): number => {
    const { data, scope, counts, rows, fit, lambda, bands, signs, slope } = this;
    const { samples: n, columns: d, beta, loss } = data;
    const { kernels } = scope;
    const { round } = this.smoothing;
    const omega = this.smoothing.width * this.unit;
    let penalty = 0;
    let first = 0;
    for (const [c, m] of counts.entries()) {
      const own = u.address + 8 * first * d;
      penalty += kernels.packNeurons(own, signs.address + 8 * first, omega, leastWidth, round, this.neurons[c], m, d);
      kernels.forwardUnits(rows, this.neurons[c], slope, this.slopes[c], fit.address + 8 * c * n, n, m, d);
      first += m;
    }
    const value = loss.value(fit) + beta * penalty;
    loss.negativeGradient(fit, lambda);
    first = 0;
    for (const [c, m] of counts.entries()) {
      const to = gradient.address + 8 * first * d;
      const multipliers = lambda.address + 8 * c * n;
      kernels.backwardUnits(rows, this.slopes[c], multipliers, slope, to, bands.address + 8 * first, n, m, d, this.work);
      first += m;
    }
    kernels.finishGradient(u.address, signs.address, bands.address, omega, round, beta, gradient.address, signs.length, d);
    return value;
  };
}

/** Rows of `u` that belong to neuron j. */
export function neuronAt(u: Vector, j: number, columns: number): Vector {
  return slice(u, j * columns, columns);
}
