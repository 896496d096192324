import { cellKind, cellNumber, isMissing, shorten } from './cells.js';
import { findColumn, type MissingPolicy } from './columns.js';
import { FEW_NUMBERS, type Feature, featureColumns, MOST_LEVELS, missingCell, type TableEncoding } from './table.js';
import { type Place, TableError } from './table-error.js';
import { rowPlace, type Table } from './text-table.js';

/** What is chosen about a table that is read in pieces: the target is a number. */
export interface SurveyOptions {
  readonly target: string;
  readonly missing: MissingPolicy;
  readonly ignore: readonly string[];
}

/** Mean and spread of each column of the matrix, and of the target. */
export interface Scales {
  readonly centers: Float64Array;
  readonly scales: Float64Array;
  readonly targetMean: number;
  readonly targetScale: number;
}

/** Running mean and sum of squared deviations (Welford 1962), and whether all were the same. */
export class Moments {
  count = 0;
  mean = 0;
  constant = true;
  private first = 0;
  /** Sum of squared deviations from the mean. */
  squares = 0;

  add(value: number): void {
    if (this.count++ === 0) this.first = value;
    if (value !== this.first) this.constant = false;
    const step = value - this.mean;
    this.mean += step / this.count;
    this.squares += step * (value - this.mean);
  }

  /** Over `rows` rows, those without a value at the mean; 1 for constants. */
  scale(rows: number): number {
    const scale = Math.sqrt(this.squares / rows);
    return this.constant || !(scale > 0) ? 1 : scale;
  }
}

/** What is known of one column so far, in bounded memory. */
interface Column {
  readonly name: string;
  readonly position: number;
  readonly moments: Moments;
  /** Cells and how often they were seen; null once there were too many different ones. */
  levels: Map<string, number> | null;
  present: number;
  numbers: number;
  firstText: { readonly cell: string; readonly place: Place } | null;
}

/**
 * The first pass over a table that is read in pieces: which columns are numbers and which categories, their levels, means and
 * spreads. Follows {@link TableEncoder}, with one difference: under `drop` a row counts only if every column has a value there, those that
 * turn out constant included.
 */
export class TableSurvey {
  rows = 0;
  private readonly options: SurveyOptions;
  private readonly target = new Moments();
  private columns: Column[] | null = null;
  private table: Table | null = null;

  constructor(options: SurveyOptions) {
    this.options = options;
  }

  /**
   * Takes in rows of a piece.
   *
   * @throws {@link TableError} for a missing cell under `error`, a target that is no number, a number that cannot be read.
   */
  add(table: Table, rows: ArrayLike<number>): void {
    const { target, ignore } = this.options;
    this.columns ??= featureColumns(table, target, ignore).map((position) => ({
      name: table.columns[position],
      position,
      moments: new Moments(),
      levels: new Map(),
      present: 0,
      numbers: 0,
      firstText: null,
    }));
    this.table ??= table;
    const position = findColumn(table.columns, target, 'the target');
    for (const row of this.kept(table, rows)) {
      this.rows++;
      this.target.add(cellNumber(table.rows[row][position], table, row, target));
      for (const column of this.columns) take(column, table, row);
    }
  }

  /** The rows among `rows` that count under the policy for missing cells. @throws {@link TableError} under `error`. */
  kept(table: Table, rows: ArrayLike<number>): Int32Array {
    const { target, missing } = this.options;
    const wanted = findColumn(table.columns, target, 'the target');
    const positions = featureColumns(table, target, this.options.ignore);
    return Int32Array.from(rows).filter((row) => {
      const cells = table.rows[row];
      if (isMissing(cells[wanted])) {
        if (missing !== 'error') return false;
        throw new TableError('the target is missing; --missing drop leaves such rows out', rowPlace(table, row, target));
      }
      const gap = missing === 'mean' ? undefined : positions.find((position) => isMissing(cells[position]));
      if (gap === undefined) return true;
      if (missing === 'drop') return false;
      throw missingCell(
        rowPlace(table, row, table.columns[gap]),
        '--missing drop leaves such rows out, --missing mean fills in the mean',
      );
    });
  }

  /**
   * @returns The encoding of the table, the scales of its matrix, and one sentence for every column left out.
   * @throws {@link TableError} for columns that cannot be used, or if nothing is left.
   */
  result(): { encoding: TableEncoding; scales: Scales; notes: string[] } {
    const { table, columns, rows } = this;
    if (table === null || columns === null || rows < 2)
      throw new TableError(`leaves ${rows} rows to learn from; at least 2 are needed`);
    const notes: string[] = [];
    const centers: number[] = [];
    const scales: number[] = [];
    const features = columns.flatMap((column): Feature[] => {
      const constant = column.firstText ? column.levels?.size === 1 : column.moments.constant;
      if (column.present === 0 || constant) {
        notes.push(`column "${column.name}" ${column.present === 0 ? 'has no values' : 'is constant'} and is left out`);
        return [];
      }
      if (column.firstText === null) {
        centers.push(column.moments.mean);
        scales.push(column.moments.scale(rows));
        return [{ column: column.name, kind: 'number', mean: column.moments.mean }];
      }
      const feature = category(column);
      for (const share of feature.levels.length === 2 ? feature.shares.slice(1) : feature.shares) {
        centers.push(share);
        scales.push(Math.sqrt((share * (1 - share) * column.present) / rows));
      }
      return [feature];
    });
    if (features.length === 0) throw new TableError(['has no column left to learn from', ...notes].join('; '));
    const { target, missing } = this.options;
    const spec = { column: target, task: 'regression' as const, labels: null, numeric: true };
    const encoding = { header: table.header, columns: table.columns, target: spec, missing, features };
    const own = { centers: Float64Array.from(centers), scales: Float64Array.from(scales) };
    return { encoding, scales: { ...own, targetMean: this.target.mean, targetScale: this.target.scale(rows) }, notes };
  }
}

function take(column: Column, table: Table, row: number): void {
  const cell = table.rows[row][column.position];
  if (isMissing(cell)) return;
  column.present++;
  if (cellKind(cell) === 'text') column.firstText ??= { cell, place: rowPlace(table, row, column.name) };
  else {
    column.numbers++;
    // Once it has texts the column is a category, or an error that names the first text.
    if (column.firstText === null) column.moments.add(cellNumber(cell, table, row, column.name));
  }
  if (column.levels === null) return;
  column.levels.set(cell, (column.levels.get(cell) ?? 0) + 1);
  if (column.levels.size > MOST_LEVELS) column.levels = null;
}

function category({ name, levels, numbers, present, firstText }: Column) {
  const few = levels !== null && Array.from(levels.keys()).filter((level) => cellKind(level) === 'number').length <= FEW_NUMBERS;
  if (firstText && numbers > present / 2 && !few) {
    throw new TableError(`"${shorten(firstText.cell)}" is not a number, as most of the column is`, firstText.place);
  }
  if (levels === null) {
    const advice = `names, dates and free text cannot be used; remove the column or pass --ignore "${name}"`;
    throw new TableError(`more than ${MOST_LEVELS} different texts: ${advice}`, { column: name });
  }
  const sorted = Array.from(levels.keys()).sort((a, b) => (a < b ? -1 : 1));
  const shares = sorted.map((level) => (levels.get(level) as number) / present);
  return { column: name, kind: 'category' as const, levels: sorted, shares };
}
