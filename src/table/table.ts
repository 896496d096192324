import { count } from '../data/describe.js';
import type { Matrix } from '../types.js';
import { cellNumber, isMissing, isNumber, shorten } from './cells.js';
import { type ColumnSummary, findColumn, type MissingPolicy, summarizeColumn } from './columns.js';
import { type Place, TableError } from './table-error.js';
import type { TargetSpec } from './target.js';
import { rowPlace, type Table } from './text-table.js';

/** One column of the table that the model uses. */
export type Feature =
  | { readonly column: string; readonly kind: 'number'; readonly mean: number }
  /** `shares` are the frequencies of the levels: what stands for a cell without a known level. */
  | {
      readonly column: string;
      readonly kind: 'category';
      readonly levels: readonly string[];
      readonly shares: readonly number[];
    };

/** Everything that turns a raw table into the matrix of the model: plain data, part of the model file. */
export interface TableEncoding {
  readonly header: boolean;
  /** All columns of the training table in their order: what names a table without header. */
  readonly columns: readonly string[];
  readonly target: TargetSpec;
  readonly missing: MissingPolicy;
  readonly features: readonly Feature[];
}

export interface FitOptions {
  readonly target: TargetSpec;
  readonly missing: MissingPolicy;
  /** Columns to leave out. */
  readonly ignore?: readonly string[];
  /** Keep numeric columns that are constant: pixels have their place. */
  readonly keepConstant?: boolean;
}

/** Text columns with more levels are refused: hundreds of indicator columns learn names by heart. */
export const MOST_LEVELS = 50;
/** A text column of mostly numbers is a category up to so many of them (0, 1, 2, 3+), a mistake beyond. */
export const FEW_NUMBERS = 10;

/**
 * Numbers from a table of texts: numeric columns as they are, text columns one indicator per level (a single one where
 * there are two levels), constant columns left out.
 *
 * A missing cell (where the policy fills) and a level that training did not see become the mean of the training rows:
 * for indicators the frequencies of the levels, which is zero after standardization, so such a cell says nothing.
 */
export class TableEncoder {
  readonly encoding: TableEncoding;

  constructor(encoding: TableEncoding) {
    this.encoding = encoding;
  }

  /**
   * Learns columns, levels and means from the given rows.
   *
   * @returns The encoder, and one sentence for every column left out.
   * @throws {@link TableError} for unknown ignored columns, missing cells under `error`, a text among numbers, text
   * columns with more than 50 levels or a different one in each row, or if nothing is left.
   */
  static fit(table: Table, rows: Int32Array, options: FitOptions): { encoder: TableEncoder; notes: string[] } {
    const notes: string[] = [];
    const features: Feature[] = [];
    const unusable: { column: string; problem: string }[] = [];
    for (const position of featureColumns(table, options.target.column, options.ignore ?? [])) {
      const column = table.columns[position];
      const summary = summarizeColumn(table, position, rows);
      const kept = options.keepConstant === true && summary.kind === 'number';
      if (summary.values.length < 2 && !kept) {
        notes.push(`column "${column}" ${summary.kind === 'empty' ? 'has no values' : 'is constant'} and is left out`);
        continue;
      }
      if (summary.firstMissing >= 0 && options.missing === 'error') {
        throw missingCell(
          rowPlace(table, summary.firstMissing, column),
          '--missing drop leaves such rows out, --missing mean fills in the mean',
        );
      }
      if (summary.kind === 'number') {
        const feature = numberFeature(table, position, rows, kept);
        if (feature !== null) features.push(feature);
        else notes.push(`column "${column}" is constant and is left out`);
      } else {
        const problem = categoryProblem(table, position, summary);
        if (problem !== null) unusable.push({ column, problem });
        else features.push(categoryFeature(table, position, rows, summary));
      }
    }
    if (unusable.length > 0) {
      const [{ column, problem }, ...others] = unusable;
      const rest = others.length > 0 ? ` (likewise ${others.map((other) => `"${other.column}"`).join(', ')})` : '';
      const advice = `names, dates and free text cannot be used; remove the column or pass --ignore "${column}"${rest}`;
      throw new TableError(`${problem}: ${advice}`, { column });
    }
    if (features.length === 0) throw new TableError(['has no column left to learn from', ...notes].join('; '));
    const { target, missing } = options;
    return { encoder: new TableEncoder({ header: table.header, columns: table.columns, target, missing, features }), notes };
  }

  /** Names of the matrix columns: the table's own, and `column=level` for indicators. */
  get featureNames(): string[] {
    return this.encoding.features.flatMap((feature) =>
      feature.kind === 'number' ? [feature.column] : indicated(feature.levels).map((level) => `${feature.column}=${level}`),
    );
  }

  /**
   * The matrix of the given rows. Columns are found by name, in any order; further columns are not looked at. A table
   * without header must have the columns of the training table, or all but the target, in their order.
   *
   * @param missing - Default: the policy of the training; `drop` cannot apply to rows that want an answer and fills.
   * @returns The matrix, and one sentence for every kind of cell that had to be filled.
   * @throws {@link TableError} for a missing column, a cell that is no number in a numeric column, missing cells under `error`.
   */
  encode(table: Table, rows: Int32Array, missing: MissingPolicy = this.encoding.missing): { X: Matrix; warnings: string[] } {
    const names = this.columnNames(table);
    const warnings: string[] = [];
    const width = this.featureNames.length;
    const data = new Float64Array(rows.length * width);
    let offset = 0;
    let filled = 0;
    for (const feature of this.encoding.features) {
      const { column } = feature;
      const position = findColumn(names, column, 'the model needs it');
      const unknown: string[] = [];
      const indicators = feature.kind === 'number' ? [] : indicated(feature.levels);
      for (let k = 0; k < rows.length; k++) {
        const cell = table.rows[rows[k]][position];
        const place = k * width + offset;
        const absent = isMissing(cell);
        if (absent && missing === 'error')
          throw missingCell(rowPlace(table, rows[k], column), '--missing mean fills in the mean');
        if (absent) filled++;
        if (feature.kind === 'number') data[place] = absent ? feature.mean : cellNumber(cell, table, rows[k], column);
        else {
          const level = absent ? -1 : feature.levels.indexOf(cell);
          const skipped = feature.levels.length - indicators.length;
          for (let j = 0; j < indicators.length; j++) {
            data[place + j] = level < 0 ? feature.shares[j + skipped] : level === j + skipped ? 1 : 0;
          }
          if (!absent && level < 0) unknown.push(cell);
        }
      }
      offset += feature.kind === 'number' ? 1 : indicators.length;
      if (unknown.length > 0) {
        const shown = `"${shorten(unknown[0])}"`;
        warnings.push(
          `column "${column}": ${count(unknown.length, 'cell')} such as ${shown} not seen in training; the column tells nothing there`,
        );
      }
    }
    if (filled > 0) warnings.push(`${count(filled, 'missing value')} replaced by the mean of the training rows`);
    return { X: { data, rows: rows.length, columns: width }, warnings };
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

/** Positions of the columns that are neither the target nor ignored. */
export function featureColumns(table: Table, target: string, ignore: readonly string[]): number[] {
  const left = new Set([findColumn(table.columns, target, 'the target')]);
  for (const name of ignore) left.add(findColumn(table.columns, name, '--ignore'));
  return table.columns.map((_, k) => k).filter((k) => !left.has(k));
}

/** Two levels need one indicator, that of the second. */
function indicated(levels: readonly string[]): readonly string[] {
  return levels.length === 2 ? levels.slice(1) : levels;
}

export function missingCell(place: Place, advice: string): TableError {
  return new TableError(`the value is missing; ${advice}`, place);
}

/** Null for one number in several spellings (1, 1.0), unless it is `kept`. */
function numberFeature(table: Table, position: number, rows: Int32Array, kept: boolean): Feature | null {
  const column = table.columns[position];
  let values = 0;
  let first = 0;
  let deviations = 0;
  let constant = true;
  for (const row of rows) {
    const cell = table.rows[row][position];
    if (isMissing(cell)) continue;
    const value = cellNumber(cell, table, row, column);
    if (values++ === 0) first = value;
    if (value !== first) constant = false;
    deviations += value - first;
  }
  return constant && !kept ? null : { column, kind: 'number', mean: first + deviations / values };
}

/** Why a column of texts cannot be made indicators, or null. @throws {@link TableError} for a text among numbers. */
function categoryProblem(table: Table, position: number, { values, present, numbers, firstText }: ColumnSummary): string | null {
  if (numbers > present / 2 && values.filter(isNumber).length > FEW_NUMBERS) {
    const cell = shorten(table.rows[firstText][position]);
    throw new TableError(
      `"${cell}" is not a number, as most of the column is`,
      rowPlace(table, firstText, table.columns[position]),
    );
  }
  if (values.length === present && present > 10) return `a different text in each of ${present} rows`;
  return values.length > MOST_LEVELS ? `${values.length} different texts` : null;
}

function categoryFeature(table: Table, position: number, rows: Int32Array, { values, present }: ColumnSummary): Feature {
  const levels = values.slice().sort((a, b) => (a < b ? -1 : 1));
  const counts = new Map(levels.map((level) => [level, 0]));
  for (const row of rows) {
    const seen = counts.get(table.rows[row][position]);
    if (seen !== undefined) counts.set(table.rows[row][position], seen + 1);
  }
  const shares = levels.map((level) => (counts.get(level) as number) / present);
  return { column: table.columns[position], kind: 'category', levels, shares };
}
