import type { Scope, Vector } from '../core/scope.js';
import { MemoryLimitError } from '../errors.js';
import { finish, type Pausing, partsPerPause } from '../pausing.js';
import { createRandom } from '../random.js';
import { patternBound } from './enumerate.js';
import { listBytes, PatternSet } from './pattern-set.js';
import { type Patterns, patternStride } from './patterns.js';
import { type RowSpace, rowSpaceSteps } from './row-space.js';

/** Gates drawn at a time. */
export const mostGates = 1 << 14;

/** Numbers drawn at a time, at most: four GiB. */
const mostNumbers = 1 << 29;

/** Gaussian rows, count x columns: directions uniform on the sphere once normalized. */
export function gaussianRows(count: number, columns: number, seed: number, stream: number): Float64Array {
  const random = createRandom(seed, stream);
  if (count * columns > mostNumbers) throw new MemoryLimitError(8 * count * columns, 8 * mostNumbers);
  return Float64Array.from({ length: count * columns }, () => random.normal());
}

/** Patterns 1[X g >= 0] of the given gates (rows of `gates`), duplicates removed, gates kept. */
export function patternsOfGates(X: Vector, samples: number, columns: number, gates: Float64Array, scope: Scope): Patterns {
  const set = new PatternSet(samples);
  addPatternsOfGates(set, X, columns, gates, scope);
  return set.toPatterns();
}

function addPatternsOfGates(set: PatternSet, X: Vector, columns: number, gates: Float64Array, scope: Scope): void {
  const bits = signRows(X, set.samples, columns, gates, scope);
  for (let i = 0; i < gates.length / columns; i++) {
    set.add(bits.subarray(i * set.stride, (i + 1) * set.stride), gates.subarray(i * columns, (i + 1) * columns));
  }
}

/** The bits 1[X g >= 0] of every gate, a row of {@link patternStride} bytes each, repeated ones too. */
export function signRows(X: Vector, samples: number, columns: number, gates: Float64Array, scope: Scope): Uint8Array {
  const count = gates.length / columns;
  const stride = patternStride(samples);
  return scope.child(() => {
    const { kernels } = scope;
    const { address } = scope.copyIn(gates);
    const bits = scope.bytes(count * stride);
    scope.raw(bits, count * stride).fill(0);
    const work = scope.bytes(kernels.signPatternsWorkspace(samples, columns));
    kernels.signPatterns(X.address, address, bits, stride, samples, count, columns, work);
    return scope.raw(bits, count * stride).slice();
  });
}

/** Rows in the arena whose signs are patterns. */
export interface SignRows {
  readonly rows: Vector;
  readonly samples: number;
  readonly columns: number;
}

/**
 * At most `count` distinct patterns of Gaussian gates. A cell is found with probability equal to its solid angle: thin
 * cells are missed (math.md 4.3). Stops early when 20 batches in a row bring nothing new: any number may be asked for.
 *
 * @throws {@link MemoryLimitError} when so many could exceed the limit, before any work.
 */
export function samplePatterns(...question: Parameters<typeof sampleSteps>): Patterns {
  return finish(sampleSteps(...question));
}

/** {@link samplePatterns} with pauses between gates. */
export function* sampleSteps(
  X: Vector,
  samples: number,
  columns: number,
  count: number,
  seed: number,
  scope: Scope,
): Pausing<Patterns> {
  const accept = (set: PatternSet, gates: Float64Array) => addPatternsOfGates(set, X, columns, gates, scope);
  return yield* drawSteps({ rows: X, samples, columns }, count, seed, accept, scope);
}

/** {@link sampleSteps} where `accept` adds what it likes of the gates drawn. */
export function* drawSteps(
  { rows, samples, columns }: SignRows,
  count: number,
  seed: number,
  accept: (set: PatternSet, gates: Float64Array) => void,
  scope: Scope,
): Pausing<Patterns> {
  const needed = (most: number) => listBytes(most, samples, columns);
  const data = scope.copyOut(rows);
  if (needed(count) > scope.memoryLimit) {
    const most = Math.min(count, patternBound(data, samples, columns));
    if (needed(most) > scope.memoryLimit) throw new MemoryLimitError(needed(most), scope.memoryLimit);
  }
  const space = yield* rowSpaceSteps(data, samples, columns);
  yield;
  const set = new PatternSet(samples);
  const together = partsPerPause(samples * (4 * columns + 8));
  let idle = 0;
  for (let batch = 0; set.count < count && idle < 20; batch++) {
    const before = set.count;
    const drawn = Math.min(mostGates, Math.max(16, count - before));
    const gates = directions(space, drawn, columns, seed, batch);
    for (let at = 0; at < gates.length; at += together * columns) {
      if (at > 0) yield;
      accept(set, gates.subarray(at, at + together * columns));
    }
    idle = set.count === before ? idle + 1 : 0;
  }
  return set.count > count ? set.filter((i) => i < count).toPatterns() : set.toPatterns();
}

/** Random directions as rows, even in the coordinates of the row space where there are such. */
export function directions(space: RowSpace | null, count: number, columns: number, seed: number, stream: number): Float64Array {
  if (!space) return gaussianRows(count, columns, seed, stream);
  const even = gaussianRows(count, space.rank, seed, stream);
  const rows = new Float64Array(count * columns);
  for (let i = 0; i < count; i++) rows.set(space.toColumns(even.subarray(i * space.rank, (i + 1) * space.rank)), i * columns);
  return rows;
}
