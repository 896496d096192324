import { describeValue, isArrayLike } from '../data/describe.js';
import { ArgumentError } from '../errors.js';
import type { Table } from './text-table.js';
import type { TextTable } from './text-table-class.js';

/** One row: columns by name, in any order. A column that a row lacks has no value there. */
export type TableRow = Readonly<Record<string, unknown>>;

/** A table as JavaScript has it: rows, columns of one length, or what `readTable` gives. Cells are texts, numbers, booleans, dates, null. */
export type TableRows = readonly TableRow[] | Readonly<Record<string, ArrayLike<unknown>>> | TextTable | Table;

/**
 * The rows as a table of texts, numbers with the digits that read back as the same number.
 *
 * @param na - texts that count as missing; null: the usual ones, or those of the table.
 * @param unused - columns that nobody looks at: they may hold anything.
 * @throws {@link ArgumentError} naming the row and the column of a value that is none of these.
 */
export function toTable(rows: TableRows, na: readonly string[] | null, unused: (column: string) => boolean = () => false): Table {
  const read = readAlready(rows);
  if (read !== null) return na === null ? read : { ...read, na };
  const { columns, cells } = Array.isArray(rows)
    ? ofRows(rows as readonly TableRow[], unused)
    : ofColumns(rows as Readonly<Record<string, unknown>>, unused);
  if (columns.length === 0)
    throw new ArgumentError('rows', describeValue(rows), 'rows with columns by name, such as [{ age: 42, city: "Bonn" }]');
  const lines = Int32Array.from(cells, (_, k) => k + 1);
  return { columns, rows: cells, lines, unit: 'row', header: true, separator: ',', na, notes: [], files: [] };
}

/** The table of `readTable`, whose class may be of another bundle, or one of our own. */
function readAlready(rows: TableRows): Table | null {
  const { cells, ...given } = (rows ?? {}) as TextTable & Table;
  if (!Array.isArray(given.columns) || !(given.lines instanceof Int32Array)) return null;
  const { columns, lines, unit, header, separator, na, notes, files } = given;
  if (Array.isArray(cells)) return { columns, rows: cells, lines, unit, header, separator, na, notes, files };
  return Array.isArray(given.rows) ? given : null;
}

function ofRows(rows: readonly TableRow[], unused: (column: string) => boolean) {
  const names = new Set<string>();
  rows.forEach((row, k) => {
    if (typeof row !== 'object' || row === null || isArrayLike(row))
      throw new ArgumentError(`rows[${k}]`, describeValue(row), 'an object with columns by name');
    for (const name of Object.keys(row)) names.add(name);
  });
  const columns = Array.from(names);
  const skipped = columns.map(unused);
  const cells = rows.map((row, k) => columns.map((name, j) => cellOf(row[name], skipped[j], () => `rows[${k}].${name}`)));
  return { columns, cells };
}

function ofColumns(record: Readonly<Record<string, unknown>>, unused: (column: string) => boolean) {
  if (typeof record !== 'object' || record === null)
    throw new ArgumentError('rows', describeValue(record), 'an array of rows, or an object of columns');
  const columns = Object.keys(record);
  const skipped = columns.map(unused);
  const length = columns.length === 0 ? 0 : lengthOf(record[columns[0]], columns[0]);
  for (const name of columns) {
    const own = lengthOf(record[name], name);
    if (own !== length)
      throw new ArgumentError(`rows.${name}`, `of length ${own}`, `length ${length}, as rows.${columns[0]} has`);
  }
  const cells = Array.from({ length }, (_, k) =>
    columns.map((name, j) => cellOf((record[name] as ArrayLike<unknown>)[k], skipped[j], () => `rows.${name}[${k}]`)),
  );
  return { columns, cells };
}

function lengthOf(column: unknown, name: string): number {
  if (!isArrayLike(column)) throw new ArgumentError(`rows.${name}`, describeValue(column), 'an array of values');
  return column.length;
}

function cellOf(value: unknown, unused: boolean, place: () => string): string {
  if (value === null || value === undefined || (typeof value === 'number' && Number.isNaN(value))) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString();
  if (unused) return '';
  throw new ArgumentError(place(), describeValue(value), 'a text, a number, a boolean, a Date or null');
}
