import type { Label } from '../types.js';
import { cellNumber } from './cells.js';
import { findColumn } from './columns.js';
import { trimmed } from './missing.js';
import { isNumber, type NumberFormat } from './numbers.js';
import type { Table } from './text-table.js';

export type Task = 'classification' | 'regression';

/** What is predicted, as the model file keeps it. */
export interface TargetSpec {
  readonly column: string;
  readonly task: Task;
  /** Classification: each class as it stands in the table, in the order of its values; regression: null. */
  readonly labels: readonly string[] | null;
  /** Whether every label is a number, and no two are the same one: the estimator then has numbers for labels. */
  readonly numeric: boolean;
  /** How the numbers of a regression are written; absent where they are plain. */
  readonly format?: NumberFormat;
}

/** The targets of the rows: numbers for regression, labels (numbers where all are numbers) for classification. */
export function targetValues(table: Table, { column, task, labels, numeric, format }: TargetSpec, rows: Int32Array): Label[] {
  const position = findColumn(table.columns, column, 'the target');
  const known = new Set(labels);
  return Array.from(rows, (row) => {
    const cell = trimmed(table.rows[row][position]);
    if (task === 'regression') return cellNumber(cell, table, row, column, format ?? null);
    return numeric && (known.has(cell) || isSpelling(cell)) ? Number(cell) : cell;
  });
}

/** Another spelling of a number that stands for no other label: 1.0 for 1, but neither 01 nor a number that doubles cannot hold. */
function isSpelling(cell: string): boolean {
  return (
    isNumber(cell) &&
    !/^[+-]?0\d/.test(cell) &&
    Number.isFinite(Number(cell)) &&
    Math.abs(Number(cell)) <= Number.MAX_SAFE_INTEGER
  );
}

/** Label as the estimator knows it -> label as it stood in the training table. */
export function labelTexts({ labels, numeric }: TargetSpec): Map<Label, string> {
  return new Map((labels ?? []).map((text) => [numeric ? Number(text) : text, text]));
}
