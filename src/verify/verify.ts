import type { CertificateFile, ConeTree } from '../certificate/file.js';
import { readCertificate } from '../certificate/read-file.js';
import { prepareTable, withoutRows } from '../data/prepared.js';
import { sha256OfNumbers } from '../data/sha256.js';
import { CertificateError, ModelFormatError } from '../errors.js';
import { targetEncoding } from '../network/decision.js';
import type { Label, MatrixLike } from '../types.js';
import { type Bounded, type Cone, claimOf, faces, halve, isShort, linearBound, usualSlopes } from './cones.js';
import { add, down, exact, type Interval, product, scale, up } from './interval.js';
import { dualDown, lossUp, suits } from './losses.js';
import { expressRows } from './rows.js';

/** What a certificate was found to prove: bounds of exact numbers, whatever rounding did. */
export interface Verification {
  /** The network's objective is at most this. */
  readonly objective: number;
  /** No network of the family, of any width, has a smaller objective. */
  readonly lowerBound: number;
  readonly gap: number;
  /** gap / |objective|. */
  readonly relativeGap: number;
  /** Cones bounded, over all outputs and both signs. */
  readonly cones: number;
}

const refuse = (reason: string): never => {
  throw new CertificateError(reason);
};

/**
 * Checks a certificate from first principles, with rounding accounted for: the network's objective, the dual value g(t lambda),
 * and for every output that the cones cover space and that each bound |lambda^T phi(Xw)| <= M / holds.
 *
 * @param certificate - parsed JSON.
 * @param X - the table that the network was trained on, as it was given to `train` or to the estimator's `fit`; y likewise.
 * @throws {@link CertificateError} with the first reason not to believe it; {@link ArgumentError} for an X or y that is none.
 * @remarks Needs none of the solver's code, and no WebAssembly. Cost O(d) for every cone and row that changes sign in it.
 */
export function verifyCertificate(certificate: unknown, X: MatrixLike, y: ArrayLike<Label> | MatrixLike): Verification {
  const file = read(certificate);
  const { problem, claim } = file;
  const given = withoutRows(X, y, file.data.absent ?? []);
  const table = prepareTable(file.preparation, given.X, given.y, problem.outputs, targetEncoding(problem.loss, problem.outputs));
  const { rows: n, columns: features } = table.X;
  const weights = problem.sampleWeight ?? new Float64Array(n).fill(1);
  if (n !== file.data.samples || features !== file.data.features)
    refuse(
      `the certificate is about ${file.data.samples} rows of ${file.data.features} columns, the data have ${n} of ${features}`,
    );
  if (sha256OfNumbers([n, features, problem.outputs], table.X.data, table.y, weights, problem.offset ?? []) !== file.data.sha256)
    refuse('the data are not those of the certificate: their SHA-256 differs');
  const d = features + (problem.bias ? 1 : 0);
  const inputs = new Float64Array(n * d).fill(1);
  for (let k = 0; k < n; k++) inputs.set(table.X.data.subarray(k * features, (k + 1) * features), k * d);
  const targets = Array.from({ length: n }, (_, k) =>
    Array.from(table.y.subarray(k * problem.outputs, (k + 1) * problem.outputs)),
  );
  const odd = targets.findIndex((target) => !suits(problem, target));
  if (odd >= 0) refuse(`the target of row ${odd} is none for the loss ${problem.loss}`);

  const objective = objectiveUp(file, inputs, targets, weights);
  if (!(objective <= claim.objective))
    refuse(`the network's objective can be ${objective}, more than the claimed ${claim.objective}`);
  const lowerBound = dualValueDown(file, targets, weights);
  if (!(lowerBound >= claim.lowerBound))
    refuse(`the dual value proves ${lowerBound} only, less than the claimed ${claim.lowerBound}`);
  const rows =
    expressRows(inputs, d, file.rows.basis, file.rows.merged) ?? refuse('rows are merged with rows that are merged or absent');
  let cones = 0;
  file.outputs.forEach(({ lambda, constraint, trees }, c) => {
    for (const [s, sign] of ([1, -1] as const).entries()) {
      const whose = `output ${c}, ${sign > 0 ? 'lambda' : '-lambda'}`;
      cones += walk(claimOf(rows, lambda, sign, problem.slope, constraint), trees[s], whose);
    }
  });
  const gap = claim.objective - claim.lowerBound;
  return { ...claim, gap, relativeGap: gap / Math.abs(claim.objective), cones };
}

function read(certificate: unknown): CertificateFile {
  try {
    return readCertificate(certificate);
  } catch (error) {
    if (error instanceof ModelFormatError) refuse(`the certificate is damaged: ${error.message}`);
    throw error;
  }
}

/** The offsets of a row. */
function offsetOf({ offset, outputs }: CertificateFile['problem'], row: number): readonly number[] | null {
  return offset && (offset.length === outputs ? offset : offset.slice(row * outputs, (row + 1) * outputs));
}

/** At least sum of losses of fit + offset + beta/2 sum_j (|w_j|^2 + b_j^2 + |a_j|_1^2), from the network's forward pass. */
export function objectiveUp(
  { problem, network }: Pick<CertificateFile, 'problem' | 'network'>,
  inputs: Float64Array,
  targets: readonly (readonly number[])[],
  weights: ArrayLike<number>,
): number {
  const { outputs, slope, bias, beta } = problem;
  const { weights: W, bias: b, output: a } = network;
  const features = b.length > 0 ? W.length / b.length : 0;
  const d = inputs.length / targets.length;
  if (!bias && b.some((entry) => entry !== 0)) refuse('the network has biases, the problem has none');
  let penalty = 0;
  const neurons = Array.from(b, (own, j) => {
    const hidden = [...W.slice(j * features, (j + 1) * features), ...(bias ? [own] : [])];
    const fed = a.slice(j * outputs, (j + 1) * outputs);
    const size = fed.reduce((sum, entry) => up(sum + Math.abs(entry)), 0);
    penalty = up(penalty + up(product(hidden, hidden, d, 0).hi + up(size * size)));
    return { hidden, fed };
  });
  let sum = 0;
  targets.forEach((y, k) => {
    const offset = offsetOf(problem, k);
    const fit: Interval[] = y.map((_, c) => exact(offset ? offset[c] : 0));
    for (const { hidden, fed } of neurons) {
      const z = product(hidden, inputs.subarray(k * d), d, 0);
      const steep = scale(z, slope);
      const unit = { lo: Math.max(z.lo, steep.lo), hi: Math.max(z.hi, steep.hi) };
      fed.forEach((weight, c) => {
        fit[c] = add(fit[c], scale(unit, weight));
      });
    }
    if (weights[k] > 0) sum = up(sum + lossUp(problem, y, weights[k], fit));
  });
  return up(sum + up(up(0.5 * beta) * penalty));
}

/** At most g(t lambda), once t lambda is feasible. */
export function dualValueDown(
  { problem, outputs }: Pick<CertificateFile, 'problem' | 'outputs'>,
  targets: readonly (readonly number[])[],
  weights: ArrayLike<number>,
): number {
  outputs.forEach(({ scale: t, constraint }, c) => {
    if (!(up(t * constraint) <= problem.beta)) refuse(`scale * constraint of output ${c} exceeds beta`);
    if (problem.loss === 'softmax' && t !== outputs[0].scale) refuse('the scales of outputs differ, which softmax couples');
  });
  const scales = outputs.map((output) => output.scale);
  let sum = 0;
  targets.forEach((y, k) => {
    const own = outputs.map(({ lambda }) => lambda[k]);
    const part =
      dualDown(problem, y, weights[k], own, scales, offsetOf(problem, k)) ??
      refuse(`scale * lambda of row ${k} is outside the domain of the dual`);
    sum = down(sum + part);
  });
  return sum;
}

/** Follows a tree over all of space and checks the bound of every leaf. @returns how many there are. */
function walk(claim: Bounded, { cones, multipliers }: ConeTree, whose: string): number {
  let at = 0;
  let used = 0;
  let leaves = 0;
  const place = () => `cone ${at - 1} of ${whose}`;
  const visit = (cone: Cone): void => {
    if (at >= cones.length) refuse(`the tree of ${whose} ends early: its cones do not cover space`);
    const mark = cones.charCodeAt(at++);
    if (mark !== leaf && mark !== leafWithMultipliers) {
      const parts = halve(claim, cone, mark - 48) ?? refuse(`${place()} cannot be halved along coordinate ${mark - 48}`);
      parts.forEach(visit);
      return;
    }
    leaves++;
    const slopes = usualSlopes(claim, cone);
    let s: number | null = null;
    if (mark === leafWithMultipliers) {
      const own = multipliers[used++] ?? refuse(`the multipliers of ${place()} are missing`);
      s = own[0];
      if (!(s >= 0)) refuse(`the first multiplier of ${place()} is negative or missing`);
      for (let i = 1; i < own.length; i += 2) {
        const q = cone.open.indexOf(own[i]);
        if (q < 0 || !(own[i + 1] >= 0 && own[i + 1] <= 1))
          refuse(`a multiplier of ${place()} is outside [0, 1], or for a row that is not open`);
        slopes[q] = own[i + 1];
      }
    }
    if (!isShort(claim, cone, linearBound(claim, cone, slopes), s)) refuse(`the bound of ${place()} does not hold`);
  };
  if (!(claim.limit >= 0)) refuse(`the constraint of ${whose} is below what rounding can tell`);
  faces(claim).forEach(visit);
  if (at !== cones.length || used !== multipliers.length) refuse(`the tree of ${whose} goes on after its last cone`);
  return leaves;
}

const leaf = 46;
const leafWithMultipliers = 43;
