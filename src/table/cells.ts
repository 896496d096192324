import { LARGEST_ENTRY } from '../data/matrix.js';
import { formattedNumber } from './marks.js';
import { usualMarkers } from './missing.js';
import { isNumber, type NumberFormat, numberIn } from './numbers.js';
import { TableError } from './table-error.js';
import { rowPlace, type Table } from './text-table.js';

const INFINITE = /^[+-]?inf(?:inity)?$/i;
const plain: NumberFormat = { decimal: '.', unit: '' };

/**
 * The number in a cell of a numeric column, padding removed.
 *
 * @param format - how the column writes its numbers; null: plainly.
 * @throws {@link TableError} naming line and column for anything that is not a number of magnitude at most 1e300.
 */
export function cellNumber(cell: string, table: Table, row: number, column: string, format: NumberFormat | null = null): number {
  // Where training saw no such number, a comma may be a decimal comma.
  const doubtful = format === null && !isNumber(cell) && formattedNumber(cell)?.shown === 'either';
  const value = doubtful ? Number.NaN : numberIn(cell, format ?? plain);
  if (Math.abs(value) <= LARGEST_ENTRY) return value;
  const place = rowPlace(table, row, column);
  if (!Number.isNaN(value) || INFINITE.test(cell))
    throw new TableError(`${shorten(cell)} is too large; numbers must be finite, with a magnitude of at most 1e300`, place);
  const formatted = formattedNumber(cell);
  if (formatted === null) throw new TableError(`"${shorten(cell)}" is not a number`, place);
  if (formatted.unit !== '') {
    const expected = format?.unit ? `, and no number with the unit "${format.unit}"` : '';
    throw new TableError(`"${shorten(cell)}" is no plain number${expected}; write the number alone`, place);
  }
  const advice = 'write numbers as 1234.5, with a decimal point and nothing between thousands';
  throw new TableError(`"${shorten(cell)}" has a ${cell.includes(',') ? 'comma' : 'point'} in a number; ${advice}`, place);
}

/** What a cell is on its own; the column decides what becomes of it. */
export function cellKind(cell: string): 'missing' | 'number' | 'formatted' | 'text' {
  if (isNumber(cell)) return 'number';
  if (usualMarkers.has(cell)) return 'missing';
  return INFINITE.test(cell) || formattedNumber(cell) !== null ? 'formatted' : 'text';
}

/** Long cells cut for a message. */
export function shorten(cell: string): string {
  return cell.length > 40 ? `${cell.slice(0, 40)}…` : cell;
}
