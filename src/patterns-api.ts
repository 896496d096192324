import { openKernels } from './core/load.js';
import { powerOfTwoOfLargest } from './core/power-of-two.js';
import { Scope } from './core/scope.js';
import { checkCall } from './data/call-options.js';
import { describeValue } from './data/describe.js';
import { appendOnes, packMatrix, packVector } from './data/matrix.js';
import { checkOptionNames } from './data/option-names.js';
import { ArgumentError } from './errors.js';
import { requireNumber } from './options.js';
import { certifiedMaximum } from './patterns/certified-maximum.js';
import { enumerateSteps } from './patterns/enumerate.js';
import type { Patterns } from './patterns/patterns.js';
import { drive } from './solver/run.js';
import type { Matrix, MatrixLike, VectorLike } from './types.js';

export interface ArrangementOptions {
  /** Adds a column of ones, as in training. Default true. */
  readonly bias?: boolean;
  /** Bytes; default 2 GiB. */
  readonly memoryLimit?: number;
  /** Ends the call with an {@link AbortedError}: `result` is the best bound so far, or null. */
  readonly signal?: AbortSignal;
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
  const { memoryLimit = 0x80000000, signal } = options;
  const scope = new Scope(await openKernels(), memoryLimit);
  const steps = enumerateSteps(scope.copyIn(data.data), data.rows, data.columns, null, scope);
  return (await drive<never, Patterns>(steps, { conclude: (latest) => latest, signal })).result;
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
  /** M is at most this, proven by enumeration, branch and bound or closed forms. */
  readonly upperBound: number;
  /** True: over all patterns, to a billionth or two. False: the best of a local search, a lower estimate. */
  readonly exact: boolean;
}

/** Relative distance of value and bound that counts as exact; rounding of the bound is some 1e-12. */
const accuracy = 1e-9;
/** At most about five seconds: products of nodes, rows and columns. Two fifths of the nodes are for the accuracy, the rest for a looser bound. */
const work = 5e9;
const mostNodes = 10_000_000;

/**
 * M(lambda) = max over |w| <= 1 of |lambda^T (Xw)_+|, the constraint value of the dual of ReLU training (math.md 1): zero
 * is the best network iff M(-grad L(0)) <= beta.
 *
 * @param X - n x d, finite.
 * @param lambda - n numbers.
 * @returns Exact by enumeration of all patterns when there are at most 20 000; else the best of 1000 local searches, proven by
 * branch and bound, or bounded from above, where that takes no more than about five seconds.
 * @throws {@link ArgumentError} naming the argument, before any work; {@link MemoryLimitError}.
 */
export async function dualMaximum(X: MatrixLike, lambda: VectorLike, options: DualMaximumOptions = {}): Promise<DualMaximum> {
  const given = checked(X, options, ['bias', 'memoryLimit', 'signal', 'seed']);
  const multipliers = packVector(lambda, 'lambda', given.rows);
  const { seed = 0, memoryLimit, signal } = options;
  requireNumber(seed, 'options.seed', (x) => Number.isSafeInteger(x) && x >= 0, 'an integer from 0 to 2^53 - 1');
  const scope = new Scope(await openKernels(), memoryLimit);
  const maxNodes = Math.min(mostNodes, Math.floor(work / given.data.length));
  const steps = certifiedMaximum(given, multipliers, { seed, maxNodes, tolerance: accuracy }, scope);
  const { value, direction, sign, upperBound, enumerated } = (await drive(steps, { conclude: (latest) => latest, signal }))
    .result;
  return { value, direction, sign, upperBound, exact: enumerated || upperBound <= value * (1 + 2 * accuracy) };
}

function checked(X: MatrixLike, options: ArrangementOptions, names = ['bias', 'memoryLimit', 'signal']): Matrix {
  checkOptionNames(options, names);
  checkCall(options);
  const { bias = true, memoryLimit } = options;
  if (memoryLimit !== undefined) requireNumber(memoryLimit, 'options.memoryLimit', (x) => x > 0, 'bytes above 0');
  if (typeof bias !== 'boolean') throw new ArgumentError('options.bias', describeValue(bias), 'true or false');
  const features = packMatrix(X, 'X');
  return bias ? appendOnes(features) : features;
}

function scaled(X: Matrix): Matrix {
  const size = powerOfTwoOfLargest(X.data);
  return { ...X, data: X.data.map((entry) => entry / size) };
}
