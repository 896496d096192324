import { cellKind, isMissing, shorten } from './cells.js';
import { TableError } from './table-error.js';
import type { Table } from './text-table.js';

/** What to do about missing cells: refuse them, leave their rows out, or take the mean of the column. */
export type MissingPolicy = 'error' | 'drop' | 'mean';

/** What a column holds, over given rows. */
export interface ColumnSummary {
  /** `empty`: every cell is missing. `number`: every other cell is a number, or meant to be one. */
  readonly kind: 'empty' | 'number' | 'text';
  /** Different cells, missing ones excluded, in the order of their first occurrence. */
  readonly values: readonly string[];
  /** First row with a missing cell, or -1. */
  readonly firstMissing: number;
  /** First row with a cell that is no number, or -1. */
  readonly firstText: number;
  readonly numbers: number;
  readonly present: number;
}

/** Position of a column. @throws {@link TableError} listing the columns there are. */
export function findColumn(columns: readonly string[], name: string, use: string): number {
  const index = columns.indexOf(name);
  if (index >= 0) return index;
  const shown = columns.slice(0, 20).map((column) => `"${shorten(column)}"`);
  const rest = columns.length > 20 ? ` and ${columns.length - 20} more` : '';
  throw new TableError(`has no column "${shorten(name)}" (${use}); its columns are ${shown.join(', ')}${rest}`);
}

/** Reads the cells of one column in the given rows. Cells that look like numbers, but cannot be read, count as numbers here. */
export function summarizeColumn(table: Table, column: number, rows: Int32Array): ColumnSummary {
  const values = new Set<string>();
  let firstMissing = -1;
  let firstText = -1;
  let numbers = 0;
  let present = 0;
  for (const row of rows) {
    const cell = table.rows[row][column];
    const kind = cellKind(cell);
    if (kind === 'missing') {
      if (firstMissing < 0) firstMissing = row;
      continue;
    }
    present++;
    values.add(cell);
    if (kind !== 'text') numbers++;
    else if (firstText < 0) firstText = row;
  }
  const kind = present === 0 ? 'empty' : firstText < 0 ? 'number' : 'text';
  return { kind, values: Array.from(values), firstMissing, firstText, numbers, present };
}

/** The rows among `rows` that have a value in each of the columns. */
export function completeRows(table: Table, columns: readonly number[], rows: Int32Array): Int32Array {
  return rows.filter((row) => columns.every((column) => !isMissing(table.rows[row][column])));
}

export function allRows(table: Table): Int32Array {
  return Int32Array.from(table.rows, (_, row) => row);
}
