import { powerOfTwo } from '../core/power-of-two.js';
import type { Scope, Vector } from '../core/scope.js';
import { MemoryLimitError } from '../errors.js';
import { finish, Pace, type Pausing } from '../pausing.js';
import { listBytes, PatternSet } from './pattern-set.js';
import type { Patterns } from './patterns.js';
import { type RowSpace, rowSpaceSteps } from './row-space.js';

/** Rows that differ as hyperplanes, and for every sample which of them it lies on: +1 / -1 times that row, 0 for zero rows. */
interface Hyperplanes {
  /** The coordinates that the rows are in; null for the columns of X. */
  readonly space: RowSpace | null;
  readonly columns: number;
  readonly rows: Float64Array;
  readonly count: number;
  readonly owner: Int32Array;
  readonly side: Int8Array;
  /** Size of each column: the rows are divided by these. */
  readonly sizes: Float64Array;
  /** Rows that are nearly but not quite parallel count as one: what lies between them is not listed. */
  readonly merged: boolean;
}

/** What is too thin to be told from rounding has no cells; between this and the tolerance there may be some. */
const rounding = 1e-14;
/** A witness nearer than this to a plane moves to the middle of its cell. */
const nearPlane = 1e-10;

/** Smallest |proj| of a unit normal on a cell, and smallest sine between rows, that count as positive. */
const tolerance = 1e-9;
/** Rows after which a bound is first compared with its limit. */
const firstLook = 16;
/** Passes over the rows so far that a visit of a cell costs, with what JavaScript does around the projections. */
const visitPasses = 40;

/**
 * Upper bound on the number of patterns, exact for rows in general position (math.md 4.1):
 * 2 sum_{k < rank} C(n - 1, k). Infinity where it overflows.
 */
export function countPatterns(hyperplanes: number, rank: number): number {
  let sum = 0;
  let binomial = 1;
  for (let k = 0; k < rank; k++) {
    sum += binomial;
    binomial = (binomial * (hyperplanes - 1 - k)) / (k + 1);
    if (binomial <= 0) break;
  }
  return 2 * sum;
}

/**
 * Sizes of the columns, as powers of two. X diag(c)^-1 has the patterns of X (gates times c), and without the sizes
 * planes that differ in a column of small numbers only would look parallel.
 */
function columnSizes(X: Float64Array, samples: number, columns: number): Float64Array {
  return Float64Array.from({ length: columns }, (_, j) => {
    let most = 0;
    for (let k = 0; k < samples; k++) most = Math.max(most, Math.abs(X[k * columns + j]));
    return powerOfTwo(most);
  });
}

/** Operations of kernels that take as long as a row beside the comparisons with others, and one comparison, per column. */
const rowCost = 100;
const comparison = 4;

/** @param enough - tells from the rows so far, of so many columns, that no more are wanted. */
function* distinctHyperplanes(
  given: Float64Array,
  samples: number,
  width: number,
  enough: (rows: readonly number[], count: number, columns: number) => boolean = () => false,
): Pausing<Hyperplanes> {
  const pace = new Pace();
  const space = yield* rowSpaceSteps(given, samples, width);
  const X = space?.rows ?? given;
  const columns = space?.rank ?? width;
  const rows: number[] = [];
  let merged = false;
  const owner = new Int32Array(samples).fill(-1);
  const side = new Int8Array(samples);
  const sizes = columnSizes(X, samples, columns);
  let count = 0;
  for (let k = 0; k < samples; k++) {
    if (pace.due((comparison * count + rowCost) * columns)) yield;
    const row = X.slice(k * columns, (k + 1) * columns).map((entry, j) => entry / sizes[j]);
    let square = 0;
    for (const entry of row) square += entry * entry;
    if (square === 0) continue;
    const unit = row.map((entry) => entry / Math.sqrt(square));
    for (let i = 0; i < count && owner[k] < 0; i++) {
      let dot = 0;
      for (let j = 0; j < columns; j++) dot += unit[j] * rows[i * columns + j];
      const sign = dot < 0 ? -1 : 1;
      let difference = 0;
      for (let j = 0; j < columns; j++) {
        const rest = unit[j] - sign * rows[i * columns + j];
        difference += rest * rest;
      }
      if (difference > tolerance * tolerance) continue;
      merged ||= difference > rounding * rounding;
      owner[k] = i;
      side[k] = sign;
    }
    if (owner[k] >= 0) continue;
    owner[k] = count++;
    side[k] = 1;
    rows.push(...unit);
    if (enough(rows, count, columns)) break;
  }
  return { space, columns, rows: Float64Array.from(rows), count, owner, side, sizes, merged };
}

/** Rank of the rows (modified Gram-Schmidt), relative tolerance 1e-9; the rows are unit vectors. */
function rankOf(rows: Float64Array, count: number, columns: number): number {
  const basis: Float64Array[] = [];
  for (let i = 0; i < count && basis.length < columns; i++) {
    const rest = rows.slice(i * columns, (i + 1) * columns);
    for (let pass = 0; pass < 2; pass++) {
      for (const axis of basis) {
        let dot = 0;
        for (let j = 0; j < columns; j++) dot += axis[j] * rest[j];
        for (let j = 0; j < columns; j++) rest[j] -= dot * axis[j];
      }
    }
    let square = 0;
    for (const entry of rest) square += entry * entry;
    if (Math.sqrt(square) > tolerance) basis.push(rest.map((entry) => entry / Math.sqrt(square)));
  }
  return basis.length;
}

/**
 * Most patterns X can have, after merging parallel rows and removing zero rows.
 *
 * @param limit - where there are more, any number above it is an answer.
 */
export function patternBound(...question: Parameters<typeof patternBoundSteps>): number {
  return finish(patternBoundSteps(...question));
}

/** {@link patternBound} with pauses between rows. */
export function* patternBoundSteps(
  X: Float64Array,
  samples: number,
  width: number,
  limit = Number.POSITIVE_INFINITY,
): Pausing<number> {
  // The bound grows with every row and with the rank: looked at after 16, 32, .. rows.
  let next = firstLook;
  const enough = (rows: readonly number[], count: number, columns: number) => {
    if (limit === Number.POSITIVE_INFINITY || count < next) return false;
    next *= 2;
    return countPatterns(count, rankOf(Float64Array.from(rows), count, columns)) > limit;
  };
  const { rows, count, columns } = yield* distinctHyperplanes(X, samples, width, enough);
  return countPatterns(count, rankOf(rows, count, columns));
}

/**
 * All activation patterns of X: the cells of its hyperplane arrangement, degenerate and rank-deficient data included
 * (math.md 4.2). Incremental: each cell keeps an interior witness z; the next row cuts the cell iff the projection of
 * its far normal on the cell's cone is not zero, and then z plus a multiple of the projection is a witness beyond.
 * Half of the cells are visited, the others are their antipodes. About P n / d projections.
 *
 * @returns Patterns with their witnesses as gates.
 * @throws {@link MemoryLimitError} when the list could exceed the limit, before any work.
 */
export function enumeratePatterns(X: Vector, samples: number, columns: number, scope: Scope): Patterns {
  return listCells(X, samples, columns, null, scope).patterns;
}

/** A cell of the first rows, by a point inside it. */
export interface Inside {
  readonly rows: number;
  readonly witness: Float64Array;
}

/** As {@link enumeratePatterns}, but only the cells inside that cell of the first rows. */
export function enumerateCells(X: Vector, samples: number, columns: number, inside: Inside | null, scope: Scope): Patterns {
  return listCells(X, samples, columns, inside, scope).patterns;
}

/** {@link enumerateCells} with pauses between cells. */
export function* enumerateSteps(...question: Parameters<typeof listSteps>): Pausing<Patterns> {
  return (yield* listSteps(...question)).patterns;
}

/** All cells, and what is known of those that are not listed. */
export interface CellList {
  readonly patterns: Patterns;
  /** There may be further cells, too thin to be told from rounding. */
  readonly doubtful: boolean;
  /** As many cells as so many hyperplanes can have, of rows none of which are opposite: no row depends on fewer others than the rank. */
  readonly generic: boolean;
}

/** {@link enumerateCells}, with what the list leaves open. */
export function listCells(...question: Parameters<typeof listSteps>): CellList {
  return finish(listSteps(...question));
}

/** {@link listCells} with pauses between cells. */
export function* listSteps(X: Vector, samples: number, width: number, inside: Inside | null, scope: Scope): Pausing<CellList> {
  const planes = yield* distinctHyperplanes(scope.copyOut(X), samples, width);
  const { columns } = planes;
  const most = countPatterns(planes.count, rankOf(planes.rows, planes.count, columns));
  const needed = listBytes(most, samples, columns);
  if (needed > scope.memoryLimit) throw new MemoryLimitError(needed, scope.memoryLimit);
  const set = new PatternSet(samples);
  const mark = scope.mark();
  const { kernels } = scope;
  const rows = scope.copyIn(planes.rows);
  const ones = scope.copyIn(new Float64Array(planes.count).fill(1));
  const bits = scope.bytes((planes.count >> 3) + 16);
  const normal = scope.vector(columns);
  const projection = scope.vector(columns);
  const active = scope.bytes((columns + 1) * 4);
  const work = scope.bytes(kernels.projectConeWorkspace(columns));
  const signs = new Int8Array(planes.count);
  let doubtful = planes.merged;

  const farSide = (depth: number, sign: number, plane = depth): Float64Array | null => {
    const packed = scope.raw(bits, (planes.count >> 3) + 1).fill(0);
    for (let i = 0; i < depth; i++) if (signs[i] > 0) packed[i >> 3] |= 1 << (i & 7);
    const target = scope.view(normal);
    for (let j = 0; j < columns; j++) target[j] = sign * planes.rows[plane * columns + j];
    scope.integers(active, 1)[0] = 0;
    const size = kernels.projectCone(
      rows.address,
      ones.address,
      bits,
      normal.address,
      rounding,
      active,
      projection.address,
      depth,
      columns,
      work,
    );
    if (size > tolerance) return scope.copyOut(projection);
    doubtful ||= size > rounding;
    return null;
  };
  /** A point as far as can be from the planes of the cell in `signs`. */
  const middle = (witness: Float64Array): Float64Array => {
    const centre = normalized(witness);
    for (let i = 0; i < planes.count; i++) {
      const inward = farSide(planes.count, signs[i], i);
      if (inward)
        normalized(inward).forEach((entry, j) => {
          centre[j] += entry;
        });
    }
    return normalized(centre);
  };
  const emit = (witness: Float64Array) => {
    const row = new Uint8Array(set.stride);
    const opposite = new Uint8Array(set.stride);
    for (let k = 0; k < samples; k++) {
      const positive = planes.owner[k] < 0 ? 0 : planes.side[k] * signs[planes.owner[k]];
      if (positive >= 0) row[k >> 3] |= 1 << (k & 7);
      if (positive <= 0) opposite[k >> 3] |= 1 << (k & 7);
    }
    const inner = nearest(planes, witness) > nearPlane ? witness : middle(witness);
    const scaled = inner.map((entry, j) => entry / planes.sizes[j]);
    const gate = planes.space?.toColumns(scaled) ?? scaled;
    set.add(row, gate);
    if (inside) return;
    set.add(
      opposite,
      gate.map((entry) => -entry),
    );
  };
  const pace = new Pace();
  // An explicit stack: one entry per open cell.
  const stack: OpenCell[] = [];
  const first = planes.rows.slice(0, columns);
  if (planes.count === 0) emit(new Float64Array(columns).fill(0));
  else stack.push(inside ? openCell(planes, inside) : { depth: 1, witness: first, signs: Int8Array.of(1) });
  for (let cell = stack.pop(); cell; cell = stack.pop()) {
    const { depth } = cell;
    if (pace.due(visitPasses * (depth + 8) * columns)) yield;
    signs.set(cell.signs);
    if (depth === planes.count) {
      emit(cell.witness);
      continue;
    }
    let score = 0;
    for (let j = 0; j < columns; j++) score += planes.rows[depth * columns + j] * cell.witness[j];
    const near = score >= 0 ? 1 : -1;
    const direction = farSide(depth, -near);
    // A witness on the new hyperplane itself, or too close to it, moves to the near side where that exists.
    const nearDirection = Math.abs(score) > 1e-3 ? null : farSide(depth, near);
    const add = (sign: number, step: Float64Array | null, towards: number) => {
      const witness = step ? moved(cell.witness, step, towards) : cell.witness;
      const next = new Int8Array(depth + 1);
      next.set(cell.signs);
      next[depth] = sign;
      stack.push({ depth: depth + 1, witness, signs: next });
    };
    if (Math.abs(score) > 1e-3 || nearDirection) add(near, nearDirection, score * near);
    if (direction) add(-near, direction, -score * near);
  }
  scope.release(mark);
  const generic = !inside && set.count === most && !planes.side.includes(-1);
  return { patterns: set.toPatterns(), doubtful, generic };
}

/** Distance of a unit vector from the nearest plane. */
function nearest({ rows, count, columns }: Hyperplanes, witness: Float64Array): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    let score = 0;
    for (let j = 0; j < columns; j++) score += rows[i * columns + j] * witness[j];
    least = Math.min(least, Math.abs(score));
  }
  return least;
}

/** A cell of the first `depth` hyperplanes, with a point inside. */
interface OpenCell {
  readonly depth: number;
  readonly witness: Float64Array;
  readonly signs: Int8Array;
}

/** The given cell, in the units of the hyperplanes: the first rows are the first hyperplanes. */
function openCell({ rows, owner, sizes, space, columns }: Hyperplanes, inside: Inside): OpenCell {
  const depth = owner.subarray(0, inside.rows).reduce((most, plane) => Math.max(most, plane + 1), 0);
  const witness = normalized((space?.toCoordinates(inside.witness) ?? inside.witness).map((entry, j) => entry * sizes[j]));
  const signs = Int8Array.from({ length: depth }, (_, i) => {
    let score = 0;
    for (let j = 0; j < columns; j++) score += rows[i * columns + j] * witness[j];
    return score >= 0 ? 1 : -1;
  });
  return { depth, witness, signs };
}

/** z + t p with its score on the new row, now `score` (measured towards p), at least |p|/2; normalized. */
function moved(z: Float64Array, p: Float64Array, score: number): Float64Array {
  let square = 0;
  for (const entry of p) square += entry * entry;
  const size = Math.sqrt(square);
  // p makes an angle with the row: its score there is |p|^2.
  const t = (Math.max(0, -score) * 2 + size / 2) / square;
  return normalized(z.map((entry, j) => entry + t * p[j]));
}

function normalized(z: Float64Array): Float64Array {
  let square = 0;
  for (const entry of z) square += entry * entry;
  return z.map((entry) => entry / Math.sqrt(square));
}
