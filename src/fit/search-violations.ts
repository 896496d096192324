import type { Scope } from '../core/scope.js';
import { ArcSearch, type Climbed } from '../patterns/arcs.js';
import { patternStride } from '../patterns/patterns.js';
import { type PricedDirection, searchSignedSteps } from '../patterns/price.js';
import { gaussianRows, signRows } from '../patterns/sample.js';
import type { Pausing } from '../pausing.js';
import type { TrainingData } from '../program/training-data.js';
import { createRandom } from '../random.js';

/** Below this product of rows and columns cells are cheap: those of all starts are searched, in every round. */
const smallTable = 12_000;
/** Random starts: so many a column of a small table, at most the second; of a larger one; the same for the search before a fit ends. */
const startsPerColumn = 25;
const smallStarts = 300;
const largeStarts = 100;
const thoroughStarts = 600;
/** Random starts in searches for beta. */
const looseStarts = 24;
/** Copies of every neuron with so much noise, whose length is this share of the neuron's. */
const copies = 2;
const noise = 0.3;
/** Arcs that find so many violations in different directions need no help from cells. */
const enough = 10;
const apart = 0.95;
/** Ends of arcs from which cells are searched: the best so many, of at least this share of beta, none beside another. */
const usualEnds = 24;
const thoroughEnds = 96;
const endShare = 0.7;
const sameEnd = 0.999;
/** Cells below this share of beta are given up early; the best so many are starts of the next search. */
const cellShare = 0.8;
const poolSize = 60;

/** How hard a search looks: `loose` in searches for beta, `thorough` before a fit ends. */
export type Effort = 'loose' | 'usual' | 'thorough';

/** Neurons as rows of d, and the sign of each. */
export interface Neurons {
  readonly rows: Float64Array;
  readonly signs: readonly (1 | -1)[];
}

/**
 * Search for violated patterns of one output: arcs from all starts as one product, and where these find few, the exact cells and
 * ridges of all neurons and of the best arcs. At the dual variable of a solve, what is missing sits on ridges beside neurons,
 * where arcs are blind (docs/algorithm.md).
 */
export class ViolationSearch {
  private readonly arcs: ArcSearch;
  private readonly small: boolean;
  private pool = new Float64Array(0);

  /** What it allocates is the caller's to release. */
  constructor(
    private readonly data: TrainingData,
    private readonly slope: number,
    private readonly seed: number,
    private readonly scope: Scope,
  ) {
    this.arcs = new ArcSearch(data.X, data.samples, data.columns, slope, scope);
    this.small = data.samples * data.columns <= smallTable;
  }

  /**
   * @param lambda - of one output.
   * @param wanted - least value of a violation.
   * @param round - makes the random starts new ones.
   * @returns Violations, best first. Cost of an arc: 6 n d operations and a product's speed; of a cell: a few products with X.
   */
  *find(lambda: Float64Array, neurons: Neurons, wanted: number, round: number, effort: Effort): Pausing<PricedDirection[]> {
    const { data, scope, slope, small } = this;
    const { samples, columns, beta, X, inverseNorms } = data;
    const mark = scope.mark();
    try {
      const dual = scope.copyIn(lambda);
      const unit = normalizedRows(neurons.rows, columns);
      const climbed = this.arcs.climb(dual, this.starts(unit, round, effort));
      const above = climbed.filter(({ value }) => value >= wanted);
      if (!small && effort !== 'thorough' && distinctDirections(above, enough, apart).length >= enough)
        return this.withBits(above);
      const most = small ? climbed.length : effort === 'thorough' ? thoroughEnds : usualEnds;
      const good = climbed.filter(({ value }) => value >= endShare * beta);
      const ends = distinctDirections(good, most, sameEnd);
      const startsOf = (sign: 1 | -1) =>
        concatenate([
          ...neurons.signs.flatMap((own, i) => (own === sign ? [unit.subarray(i * columns, (i + 1) * columns)] : [])),
          ...ends.flatMap((end) => (end.sign === sign ? [end.direction] : [])),
        ]);
      const pricing = { X, inverseNorms, samples, columns, slope };
      yield;
      const seen = yield* searchSignedSteps(pricing, dual, startsOf(1), startsOf(-1), cellShare * beta, scope);
      this.pool = concatenate(seen.slice(0, poolSize).map(({ direction }) => direction));
      return seen.filter(({ value }) => value >= wanted);
    } finally {
      scope.release(mark);
    }
  }

  /** Neurons with noise, random directions, and where the last search of cells ended. */
  private starts(unit: Float64Array, round: number, effort: Effort): Float64Array {
    const { columns } = this.data;
    const usual = this.small ? Math.min(smallStarts, startsPerColumn * columns) : largeStarts;
    const count = effort === 'loose' ? Math.min(looseStarts, usual) : effort === 'thorough' ? thoroughStarts : usual;
    const random = createRandom(this.seed, 2000 + round);
    const deviation = noise / Math.sqrt(columns);
    const times = effort === 'thorough' ? 2 * copies : copies;
    const noisy = Float64Array.from(
      { length: times * unit.length },
      (_, at) => unit[at % unit.length] + deviation * random.normal(),
    );
    return concatenate([noisy, gaussianRows(count, columns, this.seed, 1000 + round), this.pool]);
  }

  /** Ends of arcs with the patterns of their cells. */
  private withBits(climbed: readonly Climbed[]): PricedDirection[] {
    const { data, scope } = this;
    const { samples, columns, X } = data;
    const stride = patternStride(samples);
    const bits = signRows(X, samples, columns, concatenate(climbed.map(({ direction }) => direction)), scope);
    return climbed.map((own, i) => ({ ...own, bits: bits.slice(i * stride, (i + 1) * stride) }));
  }
}

/** The best of every bundle of directions of one sign whose cosine is larger than `cosine`, at most so many. */
export function distinctDirections<T extends Climbed>(sorted: readonly T[], most: number, cosine: number): T[] {
  const chosen: T[] = [];
  for (const one of sorted) {
    if (chosen.length >= most) break;
    if (!chosen.some((other) => other.sign === one.sign && product(other.direction, one.direction) > cosine)) chosen.push(one);
  }
  return chosen;
}

function product(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < x.length; j++) sum += x[j] * y[j];
  return sum;
}

function normalizedRows(rows: Float64Array, columns: number): Float64Array {
  const unit = rows.slice();
  for (let at = 0; at < rows.length; at += columns) {
    const own = unit.subarray(at, at + columns);
    const length = Math.sqrt(product(own, own));
    for (let j = 0; j < columns; j++) own[j] /= length;
  }
  return unit;
}

export function concatenate(parts: readonly Float64Array[]): Float64Array<ArrayBuffer> {
  const joined = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
