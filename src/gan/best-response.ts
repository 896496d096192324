import { openKernels } from '../core/load.js';
import { Scope } from '../core/scope.js';
import { describeValue } from '../data/describe.js';
import { appendOnes, packMatrix } from '../data/matrix.js';
import { norm } from '../data/vector.js';
import { ArgumentError } from '../errors.js';
import { requireNumber } from '../options.js';
import { type CertifiedMaximum, certifiedMaximum } from '../patterns/certified-maximum.js';
import { isPause, type Pause } from '../pausing.js';
import { drive } from '../solver/run.js';
import type { Matrix, MatrixLike } from '../types.js';
import { checkMagnitude, checkNames, checkRun } from './checks.js';
import { columnSums, largestEigenvector, type Moments, secondMoment } from './moments.js';

/** Units of a discriminator, |u| <= 1: `linear` x^T u, `quadratic` (x^T u)^2, `relu` (x^T u)_+; one unit attains the maximum. */
export type DiscriminatorKind = 'linear' | 'quadratic' | 'relu';

/** The discriminator D(x) = sign * unit(x) that tells samples apart best: sum_r D(x_r) - sum_r D(G_r) = value. */
export interface BestResponse {
  readonly kind: DiscriminatorKind;
  readonly value: number;
  /** No discriminator of norm 1 does better; the value itself, up to rounding, unless a `relu` maximum was too large to prove. */
  readonly upperBound: number;
  /** u with |u| = 1, the weight of the bias last where there is one; zero where the value is. */
  readonly direction: Float64Array;
  readonly sign: 1 | -1;
}

export interface BestResponseOptions {
  readonly discriminator: DiscriminatorKind;
  /** `relu` only: a bias, which counts as a weight. Default true. */
  readonly bias?: boolean;
  /** Seed of the local search of `relu`; default 0. */
  readonly seed?: number;
  /** `relu` with more than 20 000 patterns: nodes of branch and bound, about a microsecond each; default 2 million. */
  readonly maxNodes?: number;
  /** Bytes of WebAssembly memory; default 2 GiB. */
  readonly memoryLimit?: number;
  readonly signal?: AbortSignal;
}

export const defaultNodes = 2_000_000;
/** Relative distance of value and upper bound that proofs aim at. */
export const proofTolerance = 1e-7;

/**
 * The best discriminator against fixed samples: max over discriminators D of norm 1 of sum_r D(x_r) - sum_r D(G_r)
 * (math-architectures.md 9; for `relu` 9.3, the dual constraint of ReLU training on [X; G]).
 *
 * @param X - data, n x d, finite.
 * @param G - generated samples, m x d, finite. Sums, not means, are compared: take m = n.
 * @throws {@link ArgumentError} naming the argument, before any work; {@link AbortedError} with the best response so far;
 * {@link MemoryLimitError}.
 * @remarks `linear` n d; `quadratic` n d^2 + d^3; `relu` all patterns of [X; G] when there are at most 20 000, else local
 * search and branch and bound.
 */
export async function bestResponse(X: MatrixLike, G: MatrixLike, options: BestResponseOptions): Promise<BestResponse> {
  checkNames(options, ['discriminator', 'bias', 'seed', 'maxNodes', 'memoryLimit', 'signal']);
  const { discriminator, bias, seed = 0, maxNodes = defaultNodes, memoryLimit, signal } = options;
  if (discriminator !== 'linear' && discriminator !== 'quadratic' && discriminator !== 'relu')
    throw new ArgumentError('options.discriminator', describeValue(discriminator), "'linear', 'quadratic' or 'relu'");
  if (bias !== undefined && (typeof bias !== 'boolean' || (discriminator !== 'relu' && bias)))
    throw new ArgumentError('options.bias', describeValue(bias), "true or false, true with 'relu' only");
  checkRun(options);
  requireNumber(maxNodes, 'options.maxNodes', (x) => Number.isInteger(x) && x >= 0, 'an integer >= 0');
  const data = packMatrix(X, 'X');
  const generated = packMatrix(G, 'G');
  if (generated.columns !== data.columns)
    throw new ArgumentError('G', `a matrix with ${generated.columns} columns`, `${data.columns} columns, as X has`);
  checkMagnitude(data, 'X');
  checkMagnitude(generated, 'G');
  if (discriminator === 'linear') return linearResponse(data, generated).response;
  const scope = new Scope(await openKernels(), memoryLimit);
  if (discriminator === 'quadratic') return quadraticResponse(data, generated, scope).response;
  const { joint, lambda } = jointSamples(data, generated, bias ?? true);
  const steps = certifiedMaximum(joint, lambda, { seed, maxNodes, tolerance: proofTolerance }, scope);
  const found = (best: CertifiedMaximum): BestResponse => ({
    kind: 'relu',
    value: best.value,
    upperBound: best.upperBound,
    direction: best.direction,
    sign: best.sign,
  });
  function* responses(): Generator<BestResponse | Pause, BestResponse> {
    for (let next = steps.next(); ; next = steps.next()) {
      if (next.done) return found(next.value);
      yield isPause(next.value) ? next.value : found(next.value);
    }
  }
  return (await drive(responses(), { conclude: (latest) => latest, signal })).result;
}

/** [X; G] with lambda = (1, -1). */
function jointSamples(X: Matrix, G: Matrix, bias: boolean): { joint: Matrix; lambda: Float64Array } {
  const data = new Float64Array(X.data.length + G.data.length);
  data.set(X.data);
  data.set(G.data, X.data.length);
  const both = { data, rows: X.rows + G.rows, columns: X.columns };
  const lambda = Float64Array.from({ length: both.rows }, (_, r) => (r < X.rows ? 1 : -1));
  return { joint: bias ? appendOnes(both) : both, lambda };
}

interface Response {
  readonly response: BestResponse;
  readonly moments: Moments;
}

/** The value is |X^T 1 - G^T 1|. */
export function linearResponse(X: Matrix, G: Matrix): Response {
  const data = columnSums(X);
  const generated = columnSums(G);
  const difference = data.map((sum, j) => sum - generated[j]);
  const value = norm(difference);
  const direction = difference.map((entry) => (value > 0 ? entry / value : 0));
  return {
    response: { kind: 'linear', value, upperBound: value, direction, sign: 1 },
    moments: { data, generated, error: value },
  };
}

/** The value is the largest singular value of X^T X - G^T G. */
export function quadraticResponse(X: Matrix, G: Matrix, scope: Scope): Response {
  const data = secondMoment(X, scope);
  const generated = secondMoment(G, scope);
  const difference = data.map((entry, at) => entry - generated[at]);
  const { value, vector } = largestEigenvector(difference, X.columns, scope);
  const size = Math.abs(value);
  return {
    response: {
      kind: 'quadratic',
      value: size,
      upperBound: size,
      direction: size > 0 ? vector : new Float64Array(X.columns),
      sign: value < 0 ? -1 : 1,
    },
    moments: { data, generated, error: size },
  };
}
