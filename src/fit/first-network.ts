import type { Architecture } from '../architectures/architecture.js';
import { type Scope, slice, type Vector } from '../core/scope.js';
import { norm } from '../data/vector.js';
import { PatternSet } from '../patterns/pattern-set.js';
import type { Patterns } from '../patterns/patterns.js';
import type { RowSpace } from '../patterns/row-space.js';
import { gaussianRows, signRows } from '../patterns/sample.js';
import type { Pausing } from '../pausing.js';
import type { TrainingData } from '../program/training-data.js';
import { type Differentiable, descend } from '../solver/quasi-newton.js';
import { searchSpace } from './search-space.js';

/** New neurons in all, at least so many for every output, and at most one for two samples: more would not be basic. */
const usualNeurons = 60;
const leastNeurons = 12;
/** Evaluations of the objective: two products with X each, so that all of them cost about as much as two Newton steps. */
const evaluations = 80;
/** Standard deviation of the scores of a new neuron, where targets are about 1. */
const firstScores = 0.3;
/** |u| is rounded off below this share of a new neuron's norm; neurons below the second count as gone. */
const roundedShare = 1e-3;
const goneShare = 1e-2;
/** Likewise, of the middle one and of the shortest, where columns are offset: neurons without a kink among the rows are far shorter. */
const roundedOffsets = [3e-2, 1e-3, 3e-5];
const goneOffset = 1e-6;
/** Evaluations for each of these. */
const offsetEvaluations = 150;

/** Patterns and the weights of their blocks. */
interface Blocks {
  readonly patterns: Patterns;
  readonly v: Float64Array;
}

/** Rows u_j, |u_j| the product of a neuron's weights, and the output that each feeds with which sign. */
interface Neurons {
  readonly u: Float64Array;
  readonly output: Int32Array;
  readonly sign: Int32Array;
}

/** Whether blocks are neurons: one for every sign, output and cell of X. */
export function blocksAreNeurons(architecture: Architecture, data: TrainingData): boolean {
  const { patterns, pricer, patternSource, blockLength, searchDirections } = architecture;
  return patterns === 'cells' && !pricer && !patternSource && !blockLength && !searchDirections && !data.patternRows.owner;
}

/**
 * Where column generation starts: a small network descends on its own, non-convex objective
 *
 *   L(sum_j s_j phi(X u_j)) + beta sum_j |u_j|,
 *
 * that of the program at the blocks u_j of its cells. This proves nothing, but crosses thousands of cells in the time of
 * two Newton steps, and the cells where it ends are far better than random ones.
 *
 * @returns Blocks with their patterns; null where only the zero network was found.
 */
export function* firstNetwork(
  architecture: Architecture,
  data: TrainingData,
  seed: number,
  scope: Scope,
): Pausing<Blocks | null> {
  const mark = scope.mark();
  try {
    const { columns, samples, inverseNorms } = data;
    const squares = scope.copyOut(inverseNorms).reduce((sum, inverse) => sum + (inverse > 0 ? 1 / (inverse * inverse) : 0), 0);
    if (!(squares > 0)) return null;
    const space = searchSpace(data, scope);
    if (space) return yield* fromCoordinates(architecture, data, space, seed, scope);
    const norm = firstScores * Math.sqrt((columns * samples) / squares);
    const first = randomNeurons(norm / Math.sqrt(columns), columns, data, seed);
    const u = scope.copyIn(first.u);
    const operations = 2 * first.output.length * samples * columns;
    yield* descend(objective(data, first, architecture.slope, roundedShare * norm, scope), u, evaluations, operations, scope);
    return toBlocks({ ...first, u: scope.copyOut(u) }, goneShare * norm, data, scope);
  } finally {
    scope.release(mark);
  }
}

/** {@link firstNetwork} where neurons are drawn, and steps measured, in the coordinates of the row space. */
function* fromCoordinates(
  { slope }: Architecture,
  data: TrainingData,
  space: RowSpace,
  seed: number,
  scope: Scope,
): Pausing<Blocks | null> {
  const { columns: d, samples } = data;
  const { rank } = space;
  const { kernels } = scope;
  const first = randomNeurons(firstScores / Math.sqrt(rank), rank, data, seed);
  const m = first.output.length;
  const u = scope.vector(m * d);
  // Rows are the directions of the coordinates: u = z map.
  const map = scope.vector(rank * d);
  for (let i = 0; i < rank; i++) scope.view(map).set(space.toColumns(unit(rank, i)), i * d);
  const z = scope.copyIn(first.u);
  const work = scope.bytes(Math.max(kernels.multiplyWorkspace(m, d, rank), kernels.multiplyTransposedWorkspace(m, rank, d)));
  const toColumns = (from: Vector) => kernels.multiply(from.address, map.address, u.address, m, d, rank, work);
  toColumns(z);
  const sizeOf = (j: number) => norm(scope.view(u).subarray(j * d, (j + 1) * d));
  const least = first.output.reduce((size, _, j) => Math.min(size, sizeOf(j)), Number.POSITIVE_INFINITY);
  const inner = scope.vector(m * d);
  // The penalty of offset columns bends where a neuron has no bias, as |b| does: the bend is rounded off less and less.
  const usual = Array.from(first.output.keys(), sizeOf).sort((a, b) => a - b)[m >> 1];
  for (const share of roundedOffsets) {
    const value = objective(data, first, slope, share * usual, scope);
    const objectiveOf = (at: Vector, gradient: Vector): number => {
      toColumns(at);
      const found = value(u, inner);
      kernels.multiplyTransposed(inner.address, map.address, gradient.address, m, rank, d, work);
      return found;
    };
    yield* descend(objectiveOf, z, offsetEvaluations, 2 * m * samples * d, scope);
  }
  toColumns(z);
  return toBlocks({ ...first, u: scope.copyOut(u) }, goneOffset * least, data, scope);
}

function unit(length: number, i: number): Float64Array {
  const axis = new Float64Array(length);
  axis[i] = 1;
  return axis;
}

/** Value and gradient of the objective at u, |u_j| rounded off at zero to (|u_j|^2 + round^2)^(1/2). */
export function objective(
  data: TrainingData,
  { output, sign }: Neurons,
  slope: number,
  round: number,
  scope: Scope,
): Differentiable {
  const { X, samples: n, columns: d, loss, beta, outputs } = data;
  const { kernels } = scope;
  const m = output.length;
  const scores = scope.vector(m * n);
  const fit = scope.vector(outputs * n);
  const lambda = scope.vector(outputs * n);
  const forward = scope.bytes(kernels.multiplyTransposedWorkspace(m, n, d));
  const backward = scope.bytes(kernels.multiplyWorkspace(m, d, n));
  return (u: Vector, gradient: Vector): number => {
    kernels.multiplyTransposed(u.address, X.address, scores.address, m, n, d, forward);
    kernels.fill(fit.address, 0, outputs * n);
    const scoresOf = (j: number) => scores.address + 8 * j * n;
    for (let j = 0; j < m; j++) kernels.addUnit(scoresOf(j), sign[j], slope, fit.address + 8 * output[j] * n, n);
    let value = loss.value(fit);
    loss.negativeGradient(fit, lambda);
    for (let j = 0; j < m; j++) kernels.unitGradient(scoresOf(j), -sign[j], slope, lambda.address + 8 * output[j] * n, n);
    kernels.multiply(scores.address, X.address, gradient.address, m, d, n, backward);
    for (let j = 0; j < m; j++) {
      const own = slice(u, j * d, d);
      const length = Math.sqrt(kernels.dot(own.address, own.address, d) + round * round);
      value += beta * length;
      if (length > 0) kernels.addScaled(beta / length, own.address, gradient.address + 8 * j * d, d);
    }
    return value;
  };
}

/** Neurons of Gaussian weights for every output, as many of either sign. */
function randomNeurons(deviation: number, columns: number, { outputs, samples }: TrainingData, seed: number): Neurons {
  const count = outputs * Math.min(Math.ceil(samples / 2), Math.max(leastNeurons, Math.floor(usualNeurons / outputs)));
  return {
    u: gaussianRows(count, columns, seed, 500).map((entry) => deviation * entry),
    output: Int32Array.from({ length: count }, (_, j) => Math.floor(j / 2) % outputs),
    sign: Int32Array.from({ length: count }, (_, j) => (j % 2 === 0 ? 1 : -1)),
  };
}

/** The neurons longer than `least` as blocks of their cells. Neurons of one cell, output and sign add up. */
function toBlocks({ u, output, sign }: Neurons, least: number, data: TrainingData, scope: Scope): Blocks | null {
  const { columns, outputs, samples, X } = data;
  const set = new PatternSet(samples);
  const bits = signRows(X, samples, columns, u, scope);
  const large = Array.from(output.keys()).filter((j) => norm(u.subarray(j * columns, (j + 1) * columns)) > least);
  if (large.length === 0) return null;
  const rowOf = (j: number) => bits.subarray(j * set.stride, (j + 1) * set.stride);
  for (const j of large) set.add(rowOf(j));
  const v = new Float64Array(2 * outputs * set.count * columns);
  for (const j of large) {
    const block = ((sign[j] > 0 ? 0 : outputs) + output[j]) * set.count + set.indexOf(rowOf(j));
    for (let i = 0; i < columns; i++) v[block * columns + i] += u[j * columns + i];
  }
  return { patterns: set.toPatterns(), v };
}
