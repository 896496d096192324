import type { Scope, Vector } from '../../src/core/scope.js';
import { createLoss, type LossName } from '../../src/program/losses.js';
import type { FeatureMap, Program, SmoothRegularizer } from '../../src/program/program.js';
import { randomTargets, uniform } from './loss-cases.js';

/** A program on explicit dense matrices: the oracle for solvers and the architecture that only tests know. */
export interface MatrixProblem {
  readonly samples: number;
  readonly outputs: number;
  /** T_b, row-major: rows x length; rows = samples where `blockOutput` is given, samples x outputs otherwise. */
  readonly matrices: readonly Float64Array[];
  readonly lengths: readonly number[];
  readonly blockOutput: readonly number[] | null;
  /** Blocks are kept entrywise non-negative: a cone whose projection is obvious. */
  readonly nonnegative: boolean;
  readonly loss: LossName;
  readonly y: Float64Array;
  readonly weights: Float64Array | null;
  readonly beta: number;
}

type Shape = Pick<MatrixProblem, 'samples' | 'outputs' | 'matrices' | 'lengths' | 'blockOutput'>;

function offsetsOf(lengths: readonly number[]): Int32Array {
  const offsets = new Int32Array(lengths.length + 1);
  lengths.forEach((length, b) => {
    offsets[b + 1] = offsets[b] + length;
  });
  return offsets;
}

/** Calls `visit` for every entry of every T_b with its value, place in the fit and place in v. */
function eachEntry(
  { matrices, lengths, blockOutput, samples, outputs }: Shape,
  visit: (entry: number, row: number, column: number) => void,
): void {
  const offsets = offsetsOf(lengths);
  matrices.forEach((matrix, b) => {
    const rows = blockOutput ? samples : samples * outputs;
    const first = blockOutput ? blockOutput[b] * samples : 0;
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < lengths[b]; c++) visit(matrix[r * lengths[b] + c], first + r, offsets[b] + c);
    }
  });
}

export function multiplyPlain(shape: Shape, v: Float64Array): Float64Array {
  const fit = new Float64Array(shape.samples * shape.outputs);
  eachEntry(shape, (entry, row, column) => {
    fit[row] += entry * v[column];
  });
  return fit;
}

export function multiplyTransposedPlain(shape: Shape, lambda: Float64Array): Float64Array {
  const g = new Float64Array(shape.lengths.reduce((sum, length) => sum + length, 0));
  eachEntry(shape, (entry, row, column) => {
    g[column] += entry * lambda[row];
  });
  return g;
}

function matrixFeatures(shape: Shape, scope: Scope): FeatureMap {
  const { samples, outputs, matrices, lengths, blockOutput } = shape;
  return {
    samples,
    outputs,
    offsets: offsetsOf(lengths),
    blockOutput: blockOutput ? Int32Array.from(blockOutput) : null,
    apply: (v, fit) => scope.view(fit).set(multiplyPlain(shape, scope.copyOut(v))),
    applyTranspose: (lambda, g) => scope.view(g).set(multiplyTransposedPlain(shape, scope.copyOut(lambda))),
    applyColumns(block, factor, k, out) {
      const rows = blockOutput ? samples : samples * outputs;
      const length = lengths[block];
      const from = scope.view(factor);
      const to = scope.view(out);
      for (let column = 0; column < k; column++) {
        for (let r = 0; r < rows; r++) {
          let sum = 0;
          for (let c = 0; c < length; c++) sum += matrices[block][r * length + c] * from[column * length + c];
          to[column * rows + r] = sum;
        }
      }
    },
  };
}

const norm = (x: Float64Array) => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));

/** Prox of step * (|.| + indicator of the cone) on one block. */
export function shrinkBlock(z: Float64Array, step: number, nonnegative: boolean): Float64Array {
  const p = nonnegative ? z.map((value) => Math.max(value, 0)) : z;
  const size = norm(p);
  return p.map((value) => (size > step ? (1 - step / size) * value : 0));
}

function matrixRegularizer(lengths: readonly number[], nonnegative: boolean, scope: Scope): SmoothRegularizer {
  const offsets = offsetsOf(lengths);
  const blockOf = (vector: Vector, b: number) => scope.view(vector).slice(offsets[b], offsets[b + 1]);
  let lastZ: Float64Array = new Float64Array(0);
  let lastStep = 0;
  const lastBlock = (b: number) => {
    const z = lastZ.slice(offsets[b], offsets[b + 1]);
    return nonnegative ? z.map((value) => Math.max(value, 0)) : z;
  };
  return {
    value: (v) => lengths.reduce((sum, _, b) => sum + norm(blockOf(v, b)), 0),
    prox(z, step, out) {
      lastZ = scope.copyOut(z);
      lastStep = step;
      const result = new Float64Array(lastZ.length);
      lengths.forEach((_, b) => {
        result.set(shrinkBlock(blockOf(z, b), step, nonnegative), offsets[b]);
      });
      scope.view(out).set(result);
    },
    active: () => Int32Array.from(lengths.keys()).filter((b) => norm(lastBlock(b)) > lastStep),
    rank: (block) => lengths[block],
    factor(block, out) {
      // J = (1 - s) Q + s u u^T = R R with R = sqrt(1 - s) (Q - u u^T) + u u^T; Q keeps the positive coordinates.
      const p = lastBlock(block);
      const size = norm(p);
      const root = Math.sqrt(1 - lastStep / size);
      const to = scope.view(out);
      p.forEach((pi, i) => {
        p.forEach((pj, j) => {
          const uu = (pi * pj) / (size * size);
          const kept = i === j && (!nonnegative || pi > 0) ? 1 : 0;
          to[i * p.length + j] = root * (kept - uu) + uu;
        });
      });
      return p.length;
    },
    dualNorm: (g) =>
      lengths.reduce(
        (top, _, b) => Math.max(top, norm(nonnegative ? blockOf(g, b).map((value) => Math.max(value, 0)) : blockOf(g, b))),
        0,
      ),
  };
}

/** The program in a scope, as solvers see it. */
export function matrixProgram(problem: MatrixProblem, scope: Scope): Program {
  return {
    features: matrixFeatures(problem, scope),
    loss: createLoss(problem.loss, problem.y, problem.samples, problem.outputs, problem.weights, scope),
    regularizer: matrixRegularizer(problem.lengths, problem.nonnegative, scope),
    beta: problem.beta,
  };
}

/** Largest entry of v - prox(v + T^T lambda, beta): zero exactly at the optimum, whatever solver found it. */
export function optimalityResidual(problem: MatrixProblem, v: Float64Array, scope: Scope): number {
  const offsets = offsetsOf(problem.lengths);
  const { loss } = matrixProgram(problem, scope);
  const lambda = scope.vector(problem.samples * problem.outputs);
  loss.negativeGradient(scope.copyIn(multiplyPlain(problem, v)), lambda);
  const g = multiplyTransposedPlain(problem, scope.copyOut(lambda));
  let worst = 0;
  problem.lengths.forEach((_, b) => {
    const block = v.slice(offsets[b], offsets[b + 1]);
    const moved = shrinkBlock(
      block.map((value, i) => value + g[offsets[b] + i]),
      problem.beta,
      problem.nonnegative,
    );
    for (let i = 0; i < block.length; i++) worst = Math.max(worst, Math.abs(block[i] - moved[i]));
  });
  return worst;
}

export interface RandomOptions {
  readonly loss: LossName;
  readonly samples: number;
  readonly outputs: number;
  readonly blocks: number;
  /** Blocks feed one output each (taken in turn) rather than all. */
  readonly separate?: boolean;
  readonly nonnegative?: boolean;
  readonly weighted?: boolean;
  /** beta as a share of the smallest beta with zero optimum; default 0.1. */
  readonly ratio?: number;
  readonly seed?: number;
}

/** Random matrices with blocks of one to four columns, and a beta that leaves some blocks active. */
export function randomMatrixProblem(options: RandomOptions, scope: Scope): MatrixProblem {
  const {
    loss,
    samples,
    outputs,
    blocks,
    separate = false,
    nonnegative = false,
    weighted = false,
    ratio = 0.1,
    seed = 1,
  } = options;
  const next = uniform(seed);
  const lengths = Array.from({ length: blocks }, (_, b) => 1 + ((b + seed) % 4));
  const rows = separate ? samples : samples * outputs;
  const shape = {
    samples,
    outputs,
    lengths,
    matrices: lengths.map((length) => Float64Array.from({ length: rows * length }, next)),
    blockOutput: separate ? lengths.map((_, b) => b % outputs) : null,
    nonnegative,
    loss,
    y: randomTargets(loss, samples, outputs, next),
    weights: weighted ? Float64Array.from({ length: samples }, () => 1.2 + next()) : null,
  };
  const program = matrixProgram({ ...shape, beta: 1 }, scope);
  const lambda = scope.vector(samples * outputs);
  program.loss.negativeGradient(scope.zeros(samples * outputs), lambda);
  const g = scope.vector(lengths.reduce((sum, length) => sum + length, 0));
  program.features.applyTranspose(lambda, g);
  return { ...shape, beta: ratio * program.regularizer.dualNorm(g) };
}
