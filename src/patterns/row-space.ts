import { powerOfTwo } from '../core/power-of-two.js';
import { finish, Pace, type Pausing } from '../pausing.js';

/**
 * Coordinates of the space that the rows of X span: x_k^T w = q_k^T z for every row. The columns of Q are orthogonal, of
 * equal size, and all but one centred, so that directions of every kind of table are found where z is drawn evenly.
 */
export interface RowSpace {
  readonly rank: number;
  /** q_k as rows, samples x rank. */
  readonly rows: Float64Array;
  /** A w with X w = Q z. */
  toColumns(z: Float64Array): Float64Array;
  /** The z with Q z = X w, up to what rows of the table cannot tell. */
  toCoordinates(w: Float64Array): Float64Array;
}

/** Ratio of pivots, and by default of sizes and of offset to spread, up to which columns are taken as they are. */
const wellConditioned = 100;
/** A column this much shorter, outside of the others, than alone, adds nothing to their space. */
const dependent = 1e-9;
/** What rounding of entries leaves, relative to their size. */
const rounding = 1e-14;
/** A column whose spread is this small, and so much smaller than the largest entry of all, counts as constant: gates that turn on it overflow. */
const negligible = 1e-302;
/** Lengths that differ by this share are the same to the order of pivots. */
const tie = 1e-3;
/** Products up to which columns are made orthogonal; beyond, they are centred and scaled only. */
const mostWork = 2e8;

/** Operations of kernels that take as long as an entry of a column that is centred, and as one that is made orthogonal to another. */
const centringCost = 256;
const orthogonalCost = 32;

/** A column of X less its mean, divided by its size. */
interface CentredColumn {
  readonly values: Float64Array;
  readonly mean: number;
  readonly size: number;
  /** Largest entry of the column against its size. */
  readonly offset: number;
}

/**
 * The coordinates where the columns of X differ much in size, are offset, or nearly depend on each other; null where X
 * itself serves: ratios of sizes and of offsets are at most `limit`. Cost n d^2, by pivoted orthogonalization. Columns are centred where one of them is constant, as a bias is.
 */
export function rowSpace(...question: Parameters<typeof rowSpaceSteps>): RowSpace | null {
  return finish(rowSpaceSteps(...question));
}

/** {@link rowSpace} with pauses between columns. */
export function* rowSpaceSteps(
  X: Float64Array,
  samples: number,
  columns: number,
  limit = wellConditioned,
): Pausing<RowSpace | null> {
  const pace = new Pace();
  const constant = constantColumn(X, samples, columns);
  const least = negligible * X.reduce((most, entry) => (most < 1 ? Math.min(1, Math.max(most, Math.abs(entry))) : 1), 0);
  const centred: CentredColumn[] = [];
  for (let j = 0; j < columns; j++) {
    if (pace.due(centringCost * samples)) yield;
    centred.push(centredColumn({ X, samples, columns }, j, constant !== null, least));
  }
  const proper = Array.from(centred.keys()).filter((j) => j !== constant && centred[j].size > 0);
  const sizes = proper.map((j) => centred[j].size);
  if (constant !== null) sizes.push(Math.abs(X[constant]));
  if (sizes.length === 0) return null;
  const offset = proper.reduce((most, j) => Math.max(most, centred[j].offset), 0);
  const shortest = sizes.reduce((a, b) => Math.min(a, b));
  const plain = sizes.every((size) => size <= limit * shortest) && offset <= limit;
  const affordable = samples * proper.length * proper.length <= mostWork;
  if (plain && !affordable) return null;
  const floor = Math.max(dependent, rounding * offset);
  const { axes, pivots, factor } = affordable
    ? yield* orthogonalize(centred, proper, samples, floor, pace)
    : { axes: proper.map((j) => centred[j].values), pivots: proper, factor: null };
  const diagonal = factor ? pivots.map((_, i) => factor[i][pivots[i]]) : [1];
  if (plain && diagonal.every((entry) => entry * wellConditioned >= diagonal[0])) return null;
  const shift = constant === null ? 0 : 1;
  const rank = axes.length + shift;
  const rows = new Float64Array(samples * rank).fill(1);
  axes.forEach((axis, i) => {
    for (let k = 0; k < samples; k++) rows[k * rank + shift + i] = axis[k];
  });
  return {
    rank,
    rows,
    toColumns(z) {
      const w = new Float64Array(columns);
      for (let i = axes.length - 1; i >= 0; i--) {
        let entry = z[shift + i];
        if (factor) for (let l = i + 1; l < axes.length; l++) entry -= factor[i][pivots[l]] * w[pivots[l]];
        w[pivots[i]] = factor ? entry / factor[i][pivots[i]] : entry;
      }
      for (const j of pivots) w[j] /= centred[j].size;
      if (constant === null) return w;
      let level = z[0];
      for (const j of pivots) level -= centred[j].mean * w[j];
      w[constant] = level / X[constant];
      return w;
    },
    toCoordinates(w) {
      const z = new Float64Array(rank);
      if (constant !== null) z[0] = w[constant] * X[constant];
      centred.forEach(({ mean, size }, j) => {
        if (j === constant) return;
        if (constant !== null) z[0] += mean * w[j];
        if (factor) for (let i = 0; i < axes.length; i++) z[shift + i] += factor[i][j] * size * w[j];
      });
      if (!factor) for (const [i, j] of pivots.entries()) z[shift + i] = centred[j].size * w[j];
      return z;
    },
  };
}

/** The last column whose entries are all the same and not zero. */
function constantColumn(X: Float64Array, samples: number, columns: number): number | null {
  for (let j = columns - 1; j >= 0; j--) {
    if (X[j] === 0) continue;
    let k = 1;
    while (k < samples && X[k * columns + j] === X[j]) k++;
    if (k === samples) return j;
  }
  return null;
}

interface Table {
  readonly X: Float64Array;
  readonly samples: number;
  readonly columns: number;
}

function centredColumn({ X, samples, columns }: Table, j: number, centre: boolean, least: number): CentredColumn {
  let mean = 0;
  if (centre) {
    // Deviations from the first entry: exact for constant columns.
    for (let k = 0; k < samples; k++) mean += X[k * columns + j] / samples - X[j] / samples;
    mean += X[j];
  }
  const values = new Float64Array(samples);
  let [most, largest] = [0, 0];
  for (let k = 0; k < samples; k++) {
    values[k] = X[k * columns + j] - mean;
    most = Math.max(most, Math.abs(values[k]));
    largest = Math.max(largest, Math.abs(X[k * columns + j]));
  }
  if (!(most > rounding * largest && most > least)) return { values: values.fill(0), mean, size: 0, offset: 0 };
  const unit = powerOfTwo(most);
  let square = 0;
  for (let k = 0; k < samples; k++) square += (values[k] / unit) * (values[k] / unit);
  const size = unit * Math.sqrt(square / samples);
  for (let k = 0; k < samples; k++) values[k] /= size;
  return { values, mean, size, offset: Math.abs(mean) / size };
}

/** Gram and Schmidt, twice, the column with the longest rest first: columns = axes times factor, axes of length sqrt n. */
function* orthogonalize(
  columns: readonly CentredColumn[],
  proper: readonly number[],
  samples: number,
  floor: number,
  pace: Pace,
): Pausing<{ axes: Float64Array[]; pivots: number[]; factor: Float64Array[] }> {
  const rest = new Map(proper.map((j) => [j, columns[j].values.slice()]));
  const axes: Float64Array[] = [];
  const pivots: number[] = [];
  const factor: Float64Array[] = [];
  while (rest.size > 0 && axes.length < samples) {
    if (pace.due(orthogonalCost * samples * columns.length)) yield;
    let pivot = -1;
    let longest = floor;
    for (const [j, values] of rest) {
      const length = Math.sqrt(dot(values, values) / samples);
      // Of columns as long but for rounding, as all are at first, the first one: tables that are nearly the same have nearly the same axes.
      if (length > longest * (pivot < 0 ? 1 : 1 + tie)) [pivot, longest] = [j, length];
    }
    const chosen = rest.get(pivot);
    if (!chosen) break;
    rest.delete(pivot);
    const row = new Float64Array(columns.length);
    axes.forEach((axis, i) => {
      const part = dot(axis, chosen) / samples;
      factor[i][pivot] += part;
      for (let k = 0; k < samples; k++) chosen[k] -= part * axis[k];
    });
    const length = Math.sqrt(dot(chosen, chosen) / samples);
    row[pivot] = length;
    for (let k = 0; k < samples; k++) chosen[k] /= length;
    for (const [j, values] of rest) {
      row[j] = dot(chosen, values) / samples;
      for (let k = 0; k < samples; k++) values[k] -= row[j] * chosen[k];
    }
    axes.push(chosen);
    pivots.push(pivot);
    factor.push(row);
  }
  return { axes, pivots, factor };
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += x[k] * y[k];
  return sum;
}
