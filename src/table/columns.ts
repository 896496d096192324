import { shorten } from './cells.js';
import type { MissingMarkers } from './missing.js';
import { TableError } from './table-error.js';
import type { Table } from './text-table.js';

/** What to do about missing cells: refuse them, leave their rows out, or take the mean of the column. */
export type MissingPolicy = 'error' | 'drop' | 'mean';

/** Position of a column. @throws {@link TableError} listing the columns there are. */
export function findColumn(columns: readonly string[], name: string, use: string): number {
  const index = columns.indexOf(name);
  if (index >= 0) return index;
  const shown = columns.slice(0, 20).map((column) => `"${shorten(column)}"`);
  const rest = columns.length > 20 ? ` and ${columns.length - 20} more` : '';
  throw new TableError(`has no column "${shorten(name)}" (${use}); its columns are ${shown.join(', ')}${rest}${advice(columns)}`);
}

/** What to say about names that look as if the file had been read in another way than it was meant. */
function advice(columns: readonly string[]): string {
  if (columns.every((column, k) => column === String(k + 1)))
    return ', because no header was found; --header true if the first line is one, with every name once';
  const single = columns.length === 1 && /[^\p{L}\p{N}_. -]/u.test(columns[0]);
  return single ? '; --separator says what stands between cells' : '';
}

/** The rows among `rows` that have a value in each of the columns. */
export function completeRows(table: Table, columns: readonly number[], rows: Int32Array, markers: MissingMarkers): Int32Array {
  return rows.filter((row) => columns.every((column) => !markers.has(table.rows[row][column])));
}

export function allRows(table: Table): Int32Array {
  return Int32Array.from(table.rows, (_, row) => row);
}

/** Positions of the columns that are neither the target nor ignored. */
export function featureColumns(table: Pick<Table, 'columns'>, target: string, ignore: readonly string[]): number[] {
  const left = new Set([findColumn(table.columns, target, 'the target')]);
  for (const name of ignore) left.add(findColumn(table.columns, name, '--ignore'));
  return table.columns.map((_, k) => k).filter((k) => !left.has(k));
}

/**
 * Columns whose numbers are names, in lists that commas separate; a column may have commas in its name.
 *
 * @throws {@link TableError} for the target, whose task says what its numbers are.
 */
export function categoricalIn(columns: readonly string[], lists: readonly string[] = [], target: string): string[] {
  const names = lists.flatMap((list) => (columns.includes(list) ? [list] : list.split(',').map((name) => name.trim())));
  for (const name of names) findColumn(columns, name, '--categorical');
  if (names.includes(target))
    throw new TableError('--categorical is for features; --task classification takes the values of the target for classes', {
      column: target,
    });
  return names;
}
