import { count } from '../data/describe.js';
import type { Matrix } from '../types.js';
import { cellNumber, shorten } from './cells.js';
import { findColumn, type MissingPolicy } from './columns.js';
import { datePart, type Feature, indicated, namesOf, type TableEncoding } from './features.js';
import { MissingMarkers, trimmed } from './missing.js';
import { isNumber } from './numbers.js';
import { TableError } from './table-error.js';
import { rowPlace, type Table } from './text-table.js';

/** A matrix of rows, and one sentence for every kind of cell that had to be filled. */
export interface EncodedRows {
  readonly X: Matrix;
  readonly warnings: string[];
}

/** What happens while rows are encoded. */
interface Report {
  readonly missing: MissingPolicy;
  readonly markers: MissingMarkers;
  filled: number;
  readonly shown: Set<string>;
  readonly warnings: string[];
}

/**
 * Numbers from a table of texts: numeric columns as they are, text columns one indicator per level (a single one where
 * there are two levels).
 *
 * A missing cell (where the policy fills) and a level that training did not see become the mean of the training rows:
 * for indicators the frequencies of the levels, which is zero after standardization, so such a cell says nothing.
 */
export class TableEncoder {
  readonly encoding: TableEncoding;

  constructor(encoding: TableEncoding) {
    this.encoding = encoding;
  }

  /** Names of the matrix columns: the table's own, `column=level` for indicators, `column.month` for parts of dates. */
  get featureNames(): string[] {
    return this.encoding.features.flatMap(namesOf);
  }

  /**
   * The matrix of the given rows. Columns are found by name, in any order; further columns are not looked at. A table
   * without header must have the columns of the training table, or all but the target, in their order.
   *
   * @param missing - Default: the policy of the training; `drop` cannot apply to rows that want an answer and fills.
   * @throws {@link TableError} for a missing column, a cell that is no number in a numeric column, missing cells under `error`.
   */
  encode(table: Table, rows: Int32Array, missing: MissingPolicy = this.encoding.missing): EncodedRows {
    const names = this.columnNames(table);
    const { features } = this.encoding;
    const markers = this.markers(table);
    const report: Report = { missing, markers, filled: 0, shown: new Set(), warnings: [] };
    const widths = features.map((feature) => namesOf(feature).length);
    const width = widths.reduce((sum, own) => sum + own, 0);
    const data = new Float64Array(rows.length * width);
    let offset = 0;
    features.forEach((feature, k) => {
      const position = findColumn(names, feature.column, 'the model needs it');
      encodeColumn(feature, table, position, rows, report, (row, j, value) => {
        data[row * width + offset + j] = value;
      });
      offset += widths[k];
    });
    const { filled, shown, warnings } = report;
    if (filled > 0) {
      const such = shown.size > 0 ? ` (${Array.from(shown, (cell) => `"${shorten(cell)}"`).join(', ')})` : '';
      warnings.push(filledNote(filled, such));
    }
    return { X: { data, rows: rows.length, columns: width }, warnings };
  }

  /** What counts as missing: as asked for with the table, or else as in training. */
  markers(table: Pick<Table, 'na'>): MissingMarkers {
    return new MissingMarkers(table.na ?? this.encoding.na ?? null);
  }

  /** Names of the columns of a table: its own header, or the training table's names by position. */
  columnNames(table: Table): readonly string[] {
    const { header, columns, target } = this.encoding;
    if (header) return table.columns;
    if (table.columns.length === columns.length) return columns;
    if (table.columns.length === columns.length - 1) return columns.filter((column) => column !== target.column);
    const expected = `the training table had ${columns.length}, the target included`;
    throw new TableError(`has ${count(table.columns.length, 'column')}; ${expected}, and no header tells them apart`);
  }
}

type Put = (row: number, j: number, value: number) => void;

function encodeColumn(feature: Feature, table: Table, position: number, rows: Int32Array, report: Report, put: Put): void {
  const { column } = feature;
  const strangers: string[] = [];
  const levels = feature.kind === 'category' ? new Map(feature.levels.map((level, k) => [level, k])) : null;
  for (let k = 0; k < rows.length; k++) {
    const cell = trimmed(table.rows[rows[k]][position]);
    // A level of the training is one, whatever counts as missing.
    const absent = levels?.has(cell) !== true && report.markers.has(cell);
    if (absent && feature.kind !== 'present') {
      if (report.missing === 'error') throw missingCell(cell, table, rows[k], column);
      report.filled++;
      if (cell !== '' && report.shown.size < 5) report.shown.add(cell);
    }
    if (feature.kind === 'number') put(k, 0, absent ? feature.mean : cellNumber(cell, table, rows[k], column, feature.format));
    else if (feature.kind === 'date') {
      const part = absent ? null : datePart(cell, feature.order, feature.origin);
      if (part === null && !absent)
        throw new TableError(`"${shorten(cell)}" is not a date, as the column has in training`, rowPlace(table, rows[k], column));
      feature.parts.forEach((own, j) => {
        put(k, j, part === null ? own.mean : part(own.part));
      });
    } else if (feature.kind === 'present') {
      put(k, 0, absent ? 0 : 1);
      if (!absent && !isSame(cell, feature.level)) strangers.push(cell);
    } else {
      const level = levels?.get(cell) ?? -1;
      const skipped = feature.levels.length - indicated(feature.levels).length;
      for (let j = skipped; j < feature.levels.length; j++)
        put(k, j - skipped, level < 0 ? feature.shares[j] : level === j ? 1 : 0);
      if (!absent && level < 0) strangers.push(cell);
    }
  }
  if (strangers.length === 0) return;
  const meaning = feature.kind === 'present' ? 'each counts as present' : 'the column tells nothing there';
  report.warnings.push(
    `column "${column}": ${count(strangers.length, 'cell')} such as "${shorten(strangers[0])}" not seen in training; ${meaning}`,
  );
}

/** Equal texts, or spellings of one number: 1 and 1.0. */
function isSame(one: string, other: string): boolean {
  return one === other || (isNumber(one) && isNumber(other) && Number(one) === Number(other));
}

export function filledNote(cells: number, shown: string): string {
  return `${count(cells, 'missing value')}${shown} replaced by the mean of the training rows`;
}

/** The error for a missing cell in rows to be encoded. */
function missingCell(cell: string, table: Table, row: number, column: string): TableError {
  const shown = cell === '' ? '' : ` ("${shorten(cell)}")`;
  return new TableError(`the value is missing${shown}; --missing mean fills in the mean`, rowPlace(table, row, column));
}
