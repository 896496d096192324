import { LARGEST_ENTRY } from '../data/matrix.js';
import { TableError } from './table-error.js';
import { rowPlace, type Table } from './text-table.js';

/** Texts that stand for "no value", in any case: the empty cell, NA, N/A, NaN, null, ? and (SAS, Stata) a single point. */
const MISSING = new Set(['', 'na', 'n/a', 'nan', 'null', '?', '.']);
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const INFINITE = /^[+-]?inf(?:inity)?$/i;
/** 3,5 and 1.234,5 but also 1,234: whether it is a decimal comma or a thousands separator, the reader cannot know. */
const COMMA_NUMBER = /^[+-]?(?:\d{1,3}(?:[.,' ]\d{3})*|\d+)?,\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** 12%, 3.5 %: a number with a unit, which the table's other cells may not have. */
const PERCENTAGE = /^[+-]?(?:\d+\.?\d*|\.\d+) ?%$/;

/** What a cell is on its own; the column decides what becomes of it. */
export type CellKind = 'missing' | 'number' | 'infinite' | 'comma' | 'percent' | 'text';

export function isMissing(cell: string): boolean {
  return cell.length <= 4 && MISSING.has(cell.toLowerCase());
}

/** Decimal numbers as in 12, -0.5, .5, 5., 1e-3; not hexadecimal, not with a decimal comma. */
export function isNumber(cell: string): boolean {
  return NUMBER.test(cell);
}

export function cellKind(cell: string): CellKind {
  if (NUMBER.test(cell)) return 'number';
  if (isMissing(cell)) return 'missing';
  if (INFINITE.test(cell)) return 'infinite';
  if (COMMA_NUMBER.test(cell)) return 'comma';
  return PERCENTAGE.test(cell) ? 'percent' : 'text';
}

/**
 * The number in a cell of a numeric column.
 *
 * @throws {@link TableError} naming line and column for anything that is not a number of magnitude at most 1e300.
 */
export function cellNumber(cell: string, table: Table, row: number, column: string): number {
  const kind = cellKind(cell);
  const value = Number(cell);
  if (kind === 'number' && Math.abs(value) <= LARGEST_ENTRY) return value;
  const place = rowPlace(table, row, column);
  if (kind === 'comma') {
    throw new TableError(
      `"${cell}" has a comma in a number; write numbers as 1234.5, with a decimal point and nothing between thousands`,
      place,
    );
  }
  if (kind === 'percent') throw new TableError(`"${cell}" has a percent sign; write the number alone`, place);
  if (kind === 'infinite' || kind === 'number') {
    throw new TableError(`${cell} is too large; numbers must be finite, with a magnitude of at most 1e300`, place);
  }
  throw new TableError(`"${shorten(cell)}" is not a number`, place);
}

/** Long cells cut for a message. */
export function shorten(cell: string): string {
  return cell.length > 40 ? `${cell.slice(0, 40)}…` : cell;
}
