import { count } from '../data/describe.js';
import { compareLabels } from '../data/labels.js';
import type { Label } from '../types.js';
import { cellNumber, isMissing } from './cells.js';
import { allRows, findColumn, type MissingPolicy, summarizeColumn } from './columns.js';
import { TableError } from './table-error.js';
import { rowPlace, type Table } from './text-table.js';

export type Task = 'classification' | 'regression';

/** What is predicted, as the model file keeps it. */
export interface TargetSpec {
  readonly column: string;
  readonly task: Task;
  /** Classification: each class as it first stood in the table, in the order of its values; regression: null. */
  readonly labels: readonly string[] | null;
  /** Whether labels are numbers ('1' and '1.0' are one class then). */
  readonly numeric: boolean;
}

export interface ReadTarget {
  readonly spec: TargetSpec;
  /** Rows with a target. */
  readonly rows: Int32Array;
}

/**
 * Finds the target column and decides the task: a text target, or a numeric one with at most two values, is
 * classification; other numbers are regression.
 *
 * @param task - Overrides the decision.
 * @throws {@link TableError} if there is no such column, a target is missing under `error`, a target of a regression is
 * no number, or the classes are one or nearly as many as the rows.
 */
export function readTarget(table: Table, column: string, missing: MissingPolicy, task?: Task): ReadTarget {
  const position = findColumn(table.columns, column, 'the target');
  const all = allRows(table);
  const summary = summarizeColumn(table, position, all);
  if (summary.kind === 'empty') throw new TableError('the target has no values', { column });
  if (summary.firstMissing >= 0 && missing === 'error') {
    const place = rowPlace(table, summary.firstMissing, column);
    throw new TableError('the target is missing; --missing drop leaves such rows out', place);
  }
  const rows = all.filter((row) => !isMissing(table.rows[row][position]));
  if (summary.kind === 'text' && task === 'regression') {
    const row = summary.firstText;
    cellNumber(table.rows[row][position], table, row, column);
  }
  const numeric = summary.kind === 'number';
  const classes = new Map<Label, string>();
  for (const row of rows) {
    const cell = table.rows[row][position];
    const value = numeric ? cellNumber(cell, table, row, column) : cell;
    if (!classes.has(value)) classes.set(value, cell);
  }
  const chosen = task ?? (numeric && classes.size > 2 ? 'regression' : 'classification');
  if (chosen === 'regression') return { spec: { column, task: chosen, labels: null, numeric }, rows };
  if (classes.size === 1) {
    const only = Array.from(classes.values())[0];
    throw new TableError(`every row has the same class "${only}"; two classes at least are needed`, { column });
  }
  if (rows.length >= 10 && classes.size > rows.length / 2) {
    const hint = numeric ? '--task regression predicts numbers' : 'is this the right column?';
    throw new TableError(`${classes.size} different labels in ${count(rows.length, 'row')} are too many to learn; ${hint}`, {
      column,
    });
  }
  const labels = Array.from(classes.keys())
    .sort(compareLabels)
    .map((value) => classes.get(value) as string);
  return { spec: { column, task: chosen, labels, numeric }, rows };
}

/** The targets of the rows: numbers for regression, labels (numbers where all are numbers) for classification. */
export function targetValues(table: Table, { column, task, numeric }: TargetSpec, rows: Int32Array): Label[] {
  const position = findColumn(table.columns, column, 'the target');
  return Array.from(rows, (row) => {
    const cell = table.rows[row][position];
    return numeric || task === 'regression' ? cellNumber(cell, table, row, column) : cell;
  });
}

/** Label as the estimator knows it -> label as it stood in the training table. */
export function labelTexts({ labels, numeric }: TargetSpec): Map<Label, string> {
  return new Map((labels ?? []).map((text) => [numeric ? Number(text) : text, text]));
}
