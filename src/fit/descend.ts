import type { Scope } from '../core/scope.js';
import { norm } from '../data/vector.js';
import { PatternSet } from '../patterns/pattern-set.js';
import type { Patterns } from '../patterns/patterns.js';
import { gaussianRows, signRows } from '../patterns/sample.js';
import type { Pause } from '../pausing.js';
import type { TrainingData } from '../program/training-data.js';
import { descend } from '../solver/quasi-newton.js';
import { meanSquare, SmoothObjective } from './smooth-objective.js';

/** Bands of the units, widest first: kinks stop a descent, and each width begins where the one before ended. */
const widths = [0.3, 0.1, 0.03];
const evaluationsPerWidth = 100;
/** A width is done when 20 evaluations gain less than this share of the objective. */
const leastGain = 2e-5;
/** Standard deviation of the scores of a new neuron, where targets are about 1. */
const firstScores = 0.3;
/** |u| is rounded off below this share of a new neuron's norm; neurons below the second, a share of the longest, count as gone. */
const roundedShare = 1e-3;
const goneShare = 1e-3;
/** New neurons: of an output that is alone, where rows are few beside columns, and of each of several outputs. */
const usualNeurons = 100;
const manyNeurons = 250;
const neuronsOfSeveral = 60;
/** Rows a column from which on rows are not few. */
const enoughRows = 50;

/** Patterns and the weights of their blocks. */
export interface Blocks {
  readonly patterns: Patterns;
  readonly v: Float64Array;
}

/**
 * Where column generation starts: a network descends on its own, non-convex objective
 *
 *   L(sum_j s_j phi(X u_j)) + beta sum_j |u_j|,
 *
 * that of the program at the blocks u_j of its cells, with kinks rounded off less and less. This proves nothing, but crosses
 * thousands of cells in the time of a Newton step, and the cells where it ends are nearly those of the optimum.
 *
 * @param several - the problem is one of several outputs that are solved apart.
 * @returns Blocks with their patterns, yielded after every width and returned; null where only the zero network was found.
 */
export function* descendNetwork(
  data: TrainingData,
  slope: number,
  several: boolean,
  seed: number,
  scope: Scope,
): Generator<Blocks | Pause, Blocks | null> {
  const mark = scope.mark();
  try {
    const { columns, outputs } = data;
    const unit = Math.sqrt(meanSquare(data, scope));
    if (!(unit > 0)) return null;
    const length = firstScores / unit;
    const each = neuronsOf(data, several);
    const signs = Float64Array.from({ length: outputs * each }, (_, j) => (j % 2 === 0 ? 1 : -1));
    const deviation = length / Math.sqrt(columns);
    const u = scope.copyIn(gaussianRows(signs.length, columns, seed, 500).map((entry) => deviation * entry));
    const objective = new SmoothObjective(data, slope, { counts: Array(outputs).fill(each), signs }, scope);
    let found: Blocks | null = null;
    for (const width of widths) {
      objective.smoothing = { width, round: roundedShare * length };
      const operations = 4 * signs.length * data.samples * columns;
      yield* descend(objective.evaluate, u, evaluationsPerWidth, operations, scope, leastGain);
      found = toBlocks(scope.copyOut(u), each, signs, data, scope);
      if (!found) return null;
      yield found;
    }
    return found;
  } finally {
    scope.release(mark);
  }
}

/** At most one neuron for two samples: more would not be basic. Even, for as many of either sign. */
function neuronsOf({ samples, columns, outputs }: TrainingData, several: boolean): number {
  const alone = samples < enoughRows * columns ? manyNeurons : usualNeurons;
  return 2 * Math.ceil(Math.min(several || outputs > 1 ? neuronsOfSeveral : alone, samples / 2) / 2);
}

/** The neurons that are left, `each` of every output, as blocks of their cells. Neurons of one cell, output and sign add up. */
function toBlocks(u: Float64Array, each: number, signs: Float64Array, data: TrainingData, scope: Scope): Blocks | null {
  const { columns, outputs, samples, X } = data;
  const set = new PatternSet(samples);
  const bits = signRows(X, samples, columns, u, scope);
  const lengths = Array.from(signs, (_, j) => norm(u.subarray(j * columns, (j + 1) * columns)));
  const least = goneShare * lengths.reduce((most, own) => Math.max(most, own), 0);
  const large = [...lengths.keys()].filter((j) => lengths[j] > least);
  if (large.length === 0) return null;
  const rowOf = (j: number) => bits.subarray(j * set.stride, (j + 1) * set.stride);
  for (const j of large) set.add(rowOf(j));
  const v = new Float64Array(2 * outputs * set.count * columns);
  for (const j of large) {
    const block = ((signs[j] > 0 ? 0 : outputs) + Math.floor(j / each)) * set.count + set.indexOf(rowOf(j));
    for (let i = 0; i < columns; i++) v[block * columns + i] += u[j * columns + i];
  }
  return { patterns: set.toPatterns(), v };
}
