import { ArgumentError, MemoryLimitError } from '../errors.js';
import type { Matrix } from '../types.js';
import { count, describeValue, isArrayLike } from './describe.js';

/**
 * Largest magnitude of an entry. Training rescales by powers of two, so that 1e-300 and 1e300 are both harmless, but
 * beyond this the difference of two entries may overflow and no rescaling of the result can be represented.
 */
export const LARGEST_ENTRY = 1e300;
/** Below this, zero excepted, the reciprocal of a size may overflow, and with it weights on columns of that size. */
export const SMALLEST_SIZE = 1e-302;

/** Bytes that WebAssembly can address: what no array was made for does not fit there either. */
const addressableBytes = 4294967296;

/**
 * Checks a matrix as callers have it and packs it row-major.
 *
 * @param value - Rows of numbers (arrays or typed arrays), or `{ data, shape }` with row-major `data`; a shape with
 * further numbers (images) has their product as columns. At least one row and one column, all entries finite.
 * @param name - The caller's name for it, such as `X`: messages read `X[12][3] is NaN; expected a finite number`.
 * @returns A copy; the input may change afterwards.
 * @throws {@link ArgumentError} naming the entry, for anything else.
 */
export function packMatrix(value: unknown, name: string): Matrix {
  if (isArrayLike(value)) return packRows(value, name);
  if (typeof value === 'object' && value !== null && 'data' in value && 'shape' in value) {
    return packShaped(value.data, value.shape, name);
  }
  throw new ArgumentError(name, describeValue(value), 'rows of numbers or { data, shape }');
}

/** {@link packMatrix} of as many columns as the model has. */
export function packColumns(value: unknown, name: string, columns: number): Matrix {
  const packed = packMatrix(value, name);
  if (packed.columns !== columns)
    throw new ArgumentError(name, `of ${count(packed.columns, 'column')}`, `${count(columns, 'column')}, as in training`);
  return packed;
}

/**
 * Checks a vector and packs it.
 *
 * @param value - Numbers, in an array or a typed array.
 * @param length - Required length, if any; `lengthReason` says where it comes from.
 * @throws {@link ArgumentError} naming the entry or the lengths.
 */
export function packVector(value: unknown, name: string, length?: number, lengthReason = 'one for every row of X'): Float64Array {
  if (!isArrayLike(value)) throw new ArgumentError(name, describeValue(value), 'an array of numbers');
  requireLength(value, name, length, lengthReason);
  const packed = allocate(value.length);
  for (let k = 0; k < packed.length; k++) packed[k] = checkEntry(value[k], () => `${name}[${k}]`);
  return packed;
}

/**
 * Checks n numbers or n x C and packs them, row-major.
 *
 * @param outputs - C, where it must be so many.
 * @throws {@link ArgumentError} naming the entry or the lengths.
 */
export function packOutputs(value: unknown, name: string, rows: number, outputs?: number): Float64Array {
  const first = isArrayLike(value) ? value[0] : undefined;
  const matrix = isArrayLike(value)
    ? typeof first === 'object' && first !== null
    : typeof value === 'object' && value !== null && 'shape' in value;
  const packed = matrix ? packMatrix(value, name) : { data: packVector(value, name, rows), rows, columns: 1 };
  if (packed.rows !== rows) throw new ArgumentError(name, `of ${packed.rows} rows`, `${rows} rows, one for every row of X`);
  if (outputs !== undefined && packed.columns !== outputs)
    throw new ArgumentError(name, `of ${count(packed.columns, 'number')} a row`, `${outputs}, one for every output`);
  return packed.data;
}

/** Refuses an empty array, and one whose length is not `length`. */
export function requireLength(value: ArrayLike<unknown>, name: string, length: number | undefined, lengthReason: string): void {
  if (length !== undefined && value.length !== length) {
    throw new ArgumentError(name, `of length ${value.length}`, `length ${length}, ${lengthReason}`);
  }
  if (value.length === 0) throw new ArgumentError(name, 'empty', 'at least one entry');
}

/** Zeros; more than the engine has room for are refused by their size. */
function allocate(length: number): Float64Array {
  try {
    return new Float64Array(length);
  } catch {
    throw new MemoryLimitError(8 * length, addressableBytes);
  }
}

function packRows(rows: ArrayLike<unknown>, name: string): Matrix {
  if (rows.length === 0) throw new ArgumentError(name, 'empty', 'at least one row');
  const first = rows[0];
  if (!isArrayLike(first)) throw new ArgumentError(`${name}[0]`, describeValue(first), 'a row of numbers');
  const columns = first.length;
  if (columns === 0) throw new ArgumentError(`${name}[0]`, 'empty', 'at least one column');
  for (let i = 1; i < rows.length; i++) {
    const row = rows[i];
    if (!isArrayLike(row)) throw new ArgumentError(`${name}[${i}]`, describeValue(row), 'a row of numbers');
    if (row.length !== columns) {
      throw new ArgumentError(
        `${name}[${i}]`,
        `of length ${row.length}`,
        `${count(columns, 'number')}, as many as ${name}[0] has`,
      );
    }
  }
  const data = allocate(rows.length * columns);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as ArrayLike<unknown>;
    for (let j = 0; j < columns; j++) data[i * columns + j] = checkEntry(row[j], () => `${name}[${i}][${j}]`);
  }
  return { data, rows: rows.length, columns };
}

function packShaped(source: unknown, shape: unknown, name: string): Matrix {
  if (!isArrayLike(shape) || shape.length < 2) {
    throw new ArgumentError(`${name}.shape`, describeValue(shape), 'two or more positive integers [rows, columns]');
  }
  let size = 1;
  for (let k = 0; k < shape.length; k++) {
    const extent = shape[k];
    if (typeof extent !== 'number' || !Number.isSafeInteger(extent) || extent < 1) {
      throw new ArgumentError(`${name}.shape[${k}]`, describeValue(extent), 'a positive integer');
    }
    size *= extent;
  }
  if (!isArrayLike(source)) throw new ArgumentError(`${name}.data`, describeValue(source), 'an array of numbers');
  if (source.length !== size) {
    throw new ArgumentError(`${name}.data`, `of length ${source.length}`, `length ${size}, the product of ${name}.shape`);
  }
  const rows = shape[0] as number;
  const columns = size / rows;
  const data = allocate(size);
  for (let k = 0; k < size; k++) {
    data[k] = checkEntry(source[k], () => `${name}[${Math.floor(k / columns)}][${k % columns}]`);
  }
  return { data, rows, columns };
}

/** The entry, or an error; its place is written out only when needed. */
function checkEntry(entry: unknown, place: () => string): number {
  if (typeof entry === 'number' && entry >= -LARGEST_ENTRY && entry <= LARGEST_ENTRY) return entry;
  if (typeof entry === 'number' && Number.isFinite(entry)) {
    throw new ArgumentError(
      place(),
      describeValue(entry),
      'a magnitude of at most 1e300 (sums beyond overflow; rescale the data)',
    );
  }
  throw new ArgumentError(place(), describeValue(entry), 'a finite number');
}

/** X with a last column of ones: the bias. */
export function appendOnes({ data, rows, columns }: Matrix): Matrix {
  const extended = new Float64Array(rows * (columns + 1)).fill(1);
  for (let k = 0; k < rows; k++) extended.set(data.subarray(k * columns, (k + 1) * columns), k * (columns + 1));
  return { data: extended, rows, columns: columns + 1 };
}
