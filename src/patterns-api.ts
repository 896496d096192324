import { openKernels } from './core/load.js';
import { powerOfTwoOfLargest } from './core/power-of-two.js';
import { Scope } from './core/scope.js';
import { packMatrix, packVector } from './data/matrix.js';
import { ArgumentError, MemoryLimitError } from './errors.js';
import { arrange } from './patterns/arrangement.js';
import { enumerationBytes, maximizeOverCells } from './patterns/dual-maximum.js';
import { enumeratePatterns as enumerateCells, patternBound } from './patterns/enumerate.js';
import { provenMaximum } from './patterns/exact-maximum.js';
import type { Patterns } from './patterns/patterns.js';
import { searchDirections } from './patterns/price.js';
import { gaussianRows } from './patterns/sample.js';
import { appendOnes } from './training/problem.js';
import type { Matrix, MatrixLike, VectorLike } from './types.js';

export interface ArrangementOptions {
  /** Adds a column of ones, as in training. Default true. */
  readonly bias?: boolean;
  /** Bytes; default 2 GiB. */
  readonly memoryLimit?: number;
}

/**
 * All activation patterns 1[Xw >= 0] of generic w: the cells of the arrangement of the rows of X, degenerate and
 * rank-deficient data included. A zero row has bit 1 in every pattern.
 *
 * @param X - n x d, finite.
 * @returns The patterns with a gate inside each cell (d numbers, one more with bias). There are at most
 * 2 sum_{k < rank} C(n - 1, k), and exactly so many for rows in general position.
 * @throws {@link ArgumentError} naming the argument, before any work; {@link MemoryLimitError} when the list could exceed
 * the limit.
 * @remarks About n P / d projections. Cover (1965); math.md 4.
 */
export async function enumeratePatterns(X: MatrixLike, options: ArrangementOptions = {}): Promise<Patterns> {
  const data = scaled(checked(X, options));
  const { memoryLimit = 0x80000000 } = options;
  const needed = enumerationBytes(patternBound(data.data, data.rows, data.columns), data.rows, data.columns);
  if (needed > memoryLimit) throw new MemoryLimitError(needed, memoryLimit);
  const scope = new Scope(await openKernels(), memoryLimit);
  return enumerateCells(scope.copyIn(data.data), data.rows, data.columns, scope);
}

export interface DualMaximumOptions extends ArrangementOptions {
  /** Seed of the local search; default 0. */
  readonly seed?: number;
}

/** M(lambda) with its maximizer. */
export interface DualMaximum {
  readonly value: number;
  /** w with |w| = 1 and sign * lambda^T (Xw)_+ = value, the weight of the bias last; zero where value = 0. */
  readonly direction: Float64Array;
  readonly sign: 1 | -1;
  /** True: over all patterns, to a billionth at least. False: the best of a local search, a lower estimate. */
  readonly exact: boolean;
}

/** Patterns beyond which a local search takes the place of enumeration. */
const exactLimit = 20_000;
const searchStarts = 1000;

/**
 * M(lambda) = max over |w| <= 1 of |lambda^T (Xw)_+|, the constraint value of the dual of ReLU training (math.md 1): zero
 * is the best network iff M(-grad L(0)) <= beta.
 *
 * @param X - n x d, finite.
 * @param lambda - n numbers.
 * @returns Exact by enumeration of all patterns when there are at most 20 000; else the best of 1000 local searches, proven by
 * branch and bound where that takes no more than about two seconds.
 * @throws {@link ArgumentError} naming the argument, before any work; {@link MemoryLimitError}.
 */
export async function dualMaximum(X: MatrixLike, lambda: VectorLike, options: DualMaximumOptions = {}): Promise<DualMaximum> {
  const given = checked(X, options);
  const { rows: n, columns: d } = given;
  const multipliers = packVector(lambda, 'lambda', n);
  // Powers of two in and out: neither tiny nor huge data overflow, and no bit changes.
  const size = powerOfTwoOfLargest(given.data);
  const weight = powerOfTwoOfLargest(multipliers);
  const { data } = scaled(given);
  const scope = new Scope(await openKernels(), options.memoryLimit);
  const features = scope.copyIn(data);
  const inverse = scope.copyIn(inverseNorms(data, n, d));
  const signed = scope.copyIn(multipliers.map((entry) => entry / weight));
  if (patternBound(data, n, d) <= exactLimit) {
    const patterns = enumerateCells(features, n, d, scope);
    const best = maximizeOverCells(features, inverse, d, patterns, signed, scope);
    return { ...best, value: best.value * size * weight, exact: true };
  }
  const pricing = { X: features, inverseNorms: inverse, samples: n, columns: d, slope: 0 };
  const climb = (from: Float64Array) => searchDirections(pricing, signed, from, 0, scope)[0] ?? null;
  const found = climb(gaussianRows(searchStarts, d, options.seed ?? 0, 0));
  const start = found ?? { value: 0, direction: new Float64Array(d), sign: 1 as const };
  const best = provenMaximum(arrange(features, n, d, scope), 0, scope.copyOut(signed), start, climb, scope);
  return { value: best.value * size * weight, direction: best.direction, sign: best.sign, exact: best.exact };
}

function checked(X: MatrixLike, options: ArrangementOptions): Matrix {
  const { bias = true } = options;
  if (typeof bias !== 'boolean') throw new ArgumentError('options.bias', String(bias), 'true or false');
  const features = packMatrix(X, 'X');
  return bias ? appendOnes(features) : features;
}

function scaled(X: Matrix): Matrix {
  const size = powerOfTwoOfLargest(X.data);
  return { ...X, data: X.data.map((entry) => entry / size) };
}

function inverseNorms(data: Float64Array, rows: number, columns: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, k) => {
    let square = 0;
    for (let j = k * columns; j < (k + 1) * columns; j++) square += data[j] * data[j];
    return square > 0 ? 1 / Math.sqrt(square) : 0;
  });
}
