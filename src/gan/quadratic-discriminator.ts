import { certify } from '../certificate/certificate.js';
import { openKernels } from '../core/load.js';
import { Scope } from '../core/scope.js';
import { InfeasibleError } from '../errors.js';
import type { Matrix } from '../types.js';
import { quadraticResponse } from './best-response.js';
import { AffineGenerator, type AffineStage, applyAffine } from './generator.js';
import { type Singular, singularVectors } from './moments.js';
import type { GanData, QuadraticGame } from './options.js';
import type { GanResult } from './result.js';

/** Singular values below this share of the largest are zero: their directions are noise. */
const negligible = 1e-8;

/** The outputs with the least second moment within betaD of the data's, and the weights that give them. */
export interface ClosedForm {
  /** U_z (S^2 - betaD)_+^(1/2) V^T, one row for every row of Z. */
  readonly target: Matrix;
  /** (S^2 - betaD)_+, the positive entries only. */
  readonly shrunk: Float64Array;
  readonly noise: Singular;
}

/**
 * Theorem 9.2: |X^T X - G^T G|_2 <= betaD holds for G = U_z (S^2 - betaD)_+^(1/2) V^T, whose every eigenvalue is the least
 * possible (Weyl). The largest singular vectors of Z carry the largest ones of X, the cheapest weights (von Neumann).
 *
 * @param stage - of progressive training, from 0: for the message.
 * @throws {@link InfeasibleError} where Z has a smaller rank than the data has singular values above sqrt(betaD).
 */
export function closedForm(X: Matrix, Z: Matrix, betaD: number, stage: number, scope: Scope): ClosedForm {
  const data = singularVectors(X, scope);
  const noise = singularVectors(Z, scope);
  const shrunk = data.values.map((s) => s * s - betaD).filter((entry) => entry > 0);
  const rank = noise.values.filter((s) => s > negligible * noise.values[0]).length;
  if (shrunk.length > rank) {
    throw new InfeasibleError(
      `betaD = ${betaD}${stage > 0 ? ` of stage ${stage + 1}` : ''} is out of reach: the data have ${shrunk.length} singular ` +
        `values above sqrt(betaD) = ${Math.sqrt(betaD)}, and outputs made from ${stage > 0 ? 'the stage before' : 'noise'} of ` +
        `rank ${rank} have at most so many; ${stage > 0 ? 'put a finer stage between the two' : 'give more columns of noise'}, ` +
        'or raise betaD',
    );
  }
  const target = new Float64Array(Z.rows * X.columns);
  shrunk.forEach((entry, i) => {
    const size = Math.sqrt(entry);
    for (let r = 0; r < Z.rows; r++) {
      const left = size * noise.left[i * Z.rows + r];
      for (let j = 0; j < X.columns; j++) target[r * X.columns + j] += left * data.right[i * X.columns + j];
    }
  });
  return { target: { data: target, rows: Z.rows, columns: X.columns }, shrunk, noise };
}

/** W of least norm with Z W = target, from the leading singular vectors of Z; a second pass takes off the first one's rounding. */
export function leastWeights(Z: Matrix, { target, shrunk, noise }: ClosedForm): Float64Array {
  const { columns: d } = target;
  const k = Z.columns;
  const weights = new Float64Array(k * d);
  let rest = target.data;
  for (let pass = 0; pass < 2; pass++) {
    for (let i = 0; i < shrunk.length; i++) {
      const along = new Float64Array(d);
      for (let r = 0; r < Z.rows; r++) for (let j = 0; j < d; j++) along[j] += noise.left[i * Z.rows + r] * rest[r * d + j];
      for (let q = 0; q < k; q++)
        for (let j = 0; j < d; j++) weights[q * d + j] += (noise.right[i * k + q] * along[j]) / noise.values[i];
    }
    const made = applyAffine({ weights, bias: new Float64Array(d) }, Z);
    rest = target.data.map((entry, at) => entry - made.data[at]);
  }
  return weights;
}

/** One stage of a generator: weights with the row of the ones, if there is one, as bias. */
export function stageOf(weights: Float64Array, outputs: number, bias: boolean): AffineStage {
  const inputs = weights.length / outputs - (bias ? 1 : 0);
  return {
    weights: weights.slice(0, inputs * outputs),
    bias: bias ? weights.slice(inputs * outputs) : new Float64Array(outputs),
  };
}

export function sumOfSquares(values: Float64Array): number {
  let sum = 0;
  for (const entry of values) sum += entry * entry;
  return sum;
}

/**
 * Lower bound of the sum of squares of outputs within betaD + slack of the data's moment, sum (s_i^2 - betaD - slack)_+:
 * slack is what rounding took from the constraint, so that the bound holds for these outputs, and all the more for others.
 */
export function outputBound(shrunk: Float64Array, slack: number): number {
  return shrunk.reduce((sum, entry) => sum + Math.max(0, entry - slack), 0);
}

/** Likewise of the sum of squares of the weights, sum (s_i^2 - betaD - slack)_+ / s_z,i^2. */
function weightBound({ shrunk, noise }: ClosedForm, slack: number): number {
  // Singular values are right to rounding of the largest.
  const rounding = 64 * 2.220446049250313e-16 * noise.values[0];
  return shrunk.reduce((sum, entry, i) => {
    const value = noise.values[i] + rounding;
    return sum + Math.max(0, entry - slack) / (value * value);
  }, 0);
}

/**
 * Quadratic discriminator, linear generator (9.2): min |ZW|^2 or |W|^2 subject to |X^T X - G^T G|_2 <= betaD.
 *
 * @remarks Two singular value decompositions, n d min(n, d) + n k min(n, k).
 */
export async function playQuadratic({ X, Z, noise, bias }: GanData, game: QuadraticGame): Promise<GanResult<AffineGenerator>> {
  const { betaD, regularizer = 'output', memoryLimit } = game;
  const scope = new Scope(await openKernels(), memoryLimit);
  const form = closedForm(X, Z, betaD, 0, scope);
  const weights = leastWeights(Z, form);
  const generator = new AffineGenerator(noise.columns, [stageOf(weights, X.columns, bias)]);
  const outputs = generator.generate({ data: noise.data, shape: [noise.rows, noise.columns] });
  const { response, moments } = quadraticResponse(X, { data: outputs.data, rows: noise.rows, columns: X.columns }, scope);
  const violation = Math.max(0, response.value - betaD);
  const objective = sumOfSquares(regularizer === 'output' ? outputs.data : weights);
  const bound = regularizer === 'output' ? outputBound(form.shrunk, violation) : weightBound(form, violation);
  const certificate = certify(objective, bound, 'all', 1e-6);
  return {
    generator,
    outputs,
    discriminator: response,
    moments,
    certificate: { ...certificate, violation },
    status: certificate.provenGlobal ? 'optimal' : 'iteration-limit',
  };
}
