import { count } from '../data/describe.js';
import { columnNames, isHeader, positionNames } from './header.js';
import type { ReadOptions } from './read-options.js';
import { TableError } from './table-error.js';
import type { Table } from './text-table.js';

/** Rows of values as a program has them: objects by column, arrays by position, or one list for every column. */
export type TableRows =
  | readonly Readonly<Record<string, unknown>>[]
  | readonly (readonly unknown[])[]
  | Readonly<Record<string, ArrayLike<unknown>>>;

type RowObject = Readonly<Record<string, unknown>>;

/** Whether a value is something that {@link tableOfRows} takes. */
export function areRows(value: unknown): value is TableRows {
  if (Array.isArray(value)) return value.every((row) => typeof row === 'object' && row !== null);
  return isPlainObject(value) && Object.values(value).every(isList);
}

/**
 * The table of rows that a program has. Objects may have their keys in any order and may lack some; arrays may begin with the names.
 *
 * @throws {@link TableError} with the row (from 1) for a cell that is a list or a record, for rows of another kind or length.
 */
export function tableOfRows(input: TableRows, options: ReadOptions = {}): Table {
  const { columns, rows, header, notes } = Array.isArray(input)
    ? input.every(Array.isArray)
      ? ofArrays(input as readonly (readonly unknown[])[], options)
      : ofObjects(input as readonly RowObject[], options)
    : ofColumns(input as Readonly<Record<string, ArrayLike<unknown>>>, options);
  if (rows.length === 0) throw new TableError('has no rows');
  const first = header === 'first' ? 2 : 1;
  const lines = Int32Array.from(rows, (_, k) => k + first);
  return {
    columns,
    rows,
    lines,
    unit: 'row',
    header: header !== 'none',
    separator: ',',
    na: options.na ?? null,
    notes,
    files: [],
  };
}

interface Cells {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Where the names are from: the first of the arrays, keys of objects, or nowhere. */
  readonly header: 'first' | 'keys' | 'none';
  readonly notes: readonly string[];
}

function ofArrays(records: readonly (readonly unknown[])[], options: ReadOptions): Cells {
  const width = records[0]?.length ?? 0;
  const cells = records.map((record, k) => {
    if (record.length !== width) throw new TableError(`${count(record.length, 'cell')}; expected ${width}`, { row: k + 1 });
    return record.map((value, j) => cellOf(value, k + 1, String(j + 1), false));
  });
  if (cells.length === 0 || width === 0) throw new TableError('has no rows');
  const header = options.header ?? isHeader(cells.slice(0, 50), options.names ?? [], 1);
  if (!header) return { columns: positionNames(width), rows: cells, header: 'none', notes: [] };
  const named = columnNames(cells[0], options.names ?? [], 1);
  return { ...named, rows: cells.slice(1), header: 'first' };
}

function ofObjects(records: readonly RowObject[], options: ReadOptions): Cells {
  const keys = new Set<string>();
  records.forEach((record, k) => {
    if (!isPlainObject(record)) throw new TableError('is no object of columns, as other rows are', { row: k + 1 });
    for (const key of Object.keys(record)) keys.add(key);
  });
  const names = [...keys];
  const named = columnNames(names, names, 1);
  const unused = named.columns.map((column) => options.unused?.(column) === true);
  const rows = records.map((record, k) =>
    names.map((name, j) => (Object.hasOwn(record, name) ? cellOf(record[name], k + 1, named.columns[j], unused[j]) : '')),
  );
  return { ...named, rows, header: 'keys' };
}

function ofColumns(lists: Readonly<Record<string, ArrayLike<unknown>>>, options: ReadOptions): Cells {
  const names = Object.keys(lists);
  const length = names.length === 0 ? 0 : lists[names[0]].length;
  for (const name of names) {
    if (lists[name].length !== length)
      throw new TableError(`${count(lists[name].length, 'value')}; expected ${length}, as "${names[0]}" has`, { column: name });
  }
  const named = columnNames(names, names, 1);
  const unused = named.columns.map((column) => options.unused?.(column) === true);
  const rows = Array.from({ length }, (_, k) =>
    names.map((name, j) => cellOf(lists[name][k], k + 1, named.columns[j], unused[j])),
  );
  return { ...named, rows, header: 'keys' };
}

/** The text of a cell. @throws {@link TableError} for lists and records, unless nobody looks at the column. */
export function cellOf(value: unknown, row: number, column: string, unused: boolean): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return Number.isNaN(value) ? '' : String(value);
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      if (value === null || value === undefined) return '';
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : shortTime(value.toISOString());
      if (unused) return '';
      throw new TableError('holds a list, a record or another object; only numbers, texts, dates and booleans are cells', {
        row,
        column,
      });
  }
}

/** 2020-01-31T12:00:00.000Z without the zeros at the end of its fraction. */
export function shortTime(time: string): string {
  return time.replace(/\.(\d*?)0*(Z?)$/, (_, digits: string, zone: string) => (digits === '' ? zone : `.${digits}${zone}`));
}

function isPlainObject(value: unknown): value is RowObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}
