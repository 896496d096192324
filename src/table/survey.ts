import { count } from '../data/describe.js';
import { InternalError } from '../errors.js';
import { cellNumber } from './cells.js';
import { categoricalIn, featureColumns, findColumn } from './columns.js';
import { type DatePartName, datePart, datePartNames, type Feature, indicated, type TableEncoding } from './features.js';
import { decideAll, neededKinds } from './fit-encoder.js';
import { type Decision, type MeaningOptions, numberFormat, strangerAmongNumbers } from './meaning.js';
import { MissingMarkers, trimmed } from './missing.js';
import { Moments } from './moments.js';
import { isNumber, type NumberFormat } from './numbers.js';
import { type ColumnStudy, type Marks, shownMarkers, TableStudy } from './study.js';
import { filledNote } from './table.js';
import { TableError } from './table-error.js';
import { formatNote, missingTarget } from './target.js';
import type { TargetSpec } from './target-spec.js';
import { rowPlace, type Table } from './text-table.js';

/** What is chosen about a table that is read in pieces: the target is a number. */
export interface SurveyOptions extends MeaningOptions {
  readonly target: string;
  readonly ignore: readonly string[];
}

/** Mean and spread of each column of the matrix, and of the target. */
export interface Scales {
  readonly centers: Float64Array;
  readonly scales: Float64Array;
  readonly targetMean: number;
  readonly targetScale: number;
}

type Decided = Decision & { readonly column: ColumnStudy };

/** What one pass over the rows learned. */
interface Pass {
  readonly table: Table;
  readonly target: ColumnStudy;
  readonly study: TableStudy;
  readonly targets: Moments;
  /** Numbers of every column, and parts of its dates. */
  readonly numbers: readonly (readonly Moments[])[];
  rows: number;
}

/**
 * The first passes over a table that is read in pieces: what its columns are, their levels, means and spreads, as `fitEncoder` finds
 * them in the whole. Plain numbers and texts need one pass; formatted numbers, dates and dropped rows a second one, because they cannot be
 * read before the columns are known.
 */
export class TableSurvey {
  private options: SurveyOptions;
  private pass: Pass | null = null;
  private marks: Marks = { point: null, comma: null };
  private decided: readonly Decided[] | null = null;
  private format: NumberFormat | null = null;
  /** Columns without which a row is dropped. */
  private needed: readonly ColumnStudy[] = [];
  /** Texts that stood for a missing target. */
  private readonly targetMarkers = new Set<string>();
  private seen = 0;
  private known = 0;

  constructor(options: SurveyOptions) {
    this.options = options;
  }

  /** Rows that count so far. */
  get rows(): number {
    return this.pass?.rows ?? 0;
  }

  /**
   * Takes in rows of a piece.
   *
   * @throws {@link TableError} for a missing target under `error`, a number that cannot be read.
   */
  add(table: Table, rows: ArrayLike<number>): void {
    this.pass ??= this.start(table);
    const { pass } = this;
    const kept = this.kept(table, rows);
    pass.rows += kept.length;
    if (this.decided === null) {
      this.seen += rows.length;
      this.known += kept.length;
    }
    pass.study.add(table, kept);
    const markers = new MissingMarkers(table.na);
    for (const row of kept) {
      pass.target.add(table, row);
      this.takeTarget(pass, table, row);
      pass.study.columns.forEach((column, k) => {
        const cell = trimmed(table.rows[row][column.position]);
        if (!markers.has(cell)) this.takeNumbers(pass.numbers[k], column, k, cell, table, row);
      });
    }
  }

  /**
   * Ends a pass.
   *
   * @returns whether the rows must be read once more: then `add` takes them again.
   * @throws {@link TableError} for columns that cannot be used.
   */
  again(): boolean {
    const { pass, options } = this;
    if (pass === null || this.decided !== null) return false;
    const { study, target, rows } = pass;
    if (rows < 2) return false;
    this.marks = firstMarks(study.marks, target.marks);
    this.format = targetFormat(target, this.marks);
    this.decided = decideAll(study, this.marks, rows, options);
    const used = this.decided.filter(({ meaning }) => neededKinds.includes(meaning.kind));
    this.needed = options.missing === 'drop' ? used.map(({ column }) => column) : [];
    const plain = used.every(
      ({ meaning }) => meaning.kind === 'category' || (meaning.kind === 'number' && meaning.format === null),
    );
    const dropped = this.needed.length > 0 && used.some(({ column }) => column.missing > 0);
    if (plain && !dropped && this.format === null) return false;
    this.pass = null;
    return true;
  }

  /** The rows among `rows` that count: those with a target, and under `drop` with a value in every column that is used. */
  kept(table: Table, rows: ArrayLike<number>): Int32Array {
    const { target, missing } = this.options;
    const markers = new MissingMarkers(table.na);
    const wanted = findColumn(table.columns, target, 'the target');
    return Int32Array.from(rows).filter((row) => {
      const cells = table.rows[row];
      if (!markers.has(cells[wanted])) return this.needed.every(({ position }) => !markers.has(cells[position]));
      if (missing === 'error') throw missingTarget(cells[wanted], rowPlace(table, row, target));
      const marker = trimmed(cells[wanted]);
      if (marker !== '' && this.targetMarkers.size < 5) this.targetMarkers.add(marker);
      return false;
    });
  }

  /**
   * @returns The encoding of the table, the scales of its matrix, and one sentence for every decision.
   * @throws {@link TableError} for columns that cannot be used, or if nothing is left.
   */
  result(): { encoding: TableEncoding; scales: Scales; notes: string[] } {
    const { pass, options } = this;
    if (pass === null || pass.rows < 2) throw new TableError(`leaves ${this.rows} rows to learn from; at least 2 are needed`);
    if (this.decided === null && this.again()) throw new InternalError('the rows of the table must be read once more');
    const { table, study, rows, targets } = pass;
    const notes = [...this.lostRows(), ...formatNote(pass.target, this.format)];
    const centers: number[] = [];
    const scales: number[] = [];
    const features = decideAll(study, this.marks, rows, options).flatMap(({ column, meaning, note }, k): Feature[] => {
      const feature = featureOf({ column, meaning, note }, pass.numbers[k]);
      if (feature === null && meaning.kind !== 'left-out') notes.push(`column "${column.name}" is constant and is left out`);
      else if (note !== null) notes.push(note);
      if (feature === null) return [];
      if (feature.kind === 'date')
        notes.push(`column "${column.name}": dates become ${feature.parts.map(({ part }) => part).join(', ')}`);
      for (const [center, scale] of spreads(feature, pass.numbers[k], column, rows)) {
        centers.push(center);
        scales.push(scale);
      }
      return [feature];
    });
    const filled = options.missing === 'mean' ? usedColumns(study, features) : [];
    const cells = filled.reduce((sum, { missing }) => sum + missing, 0);
    if (cells > 0) notes.push(filledNote(cells, shownMarkers(filled)));
    if (features.length === 0) throw new TableError(['has no column left to learn from', ...notes].join('; '));
    const format = this.format === null ? {} : { format: this.format };
    const target: TargetSpec = { column: options.target, task: 'regression', labels: null, numeric: true, ...format };
    const na = table.na === null ? {} : { na: table.na };
    const encoding = { header: table.header, columns: table.columns, target, missing: options.missing, features, ...na };
    const own = { centers: Float64Array.from(centers), scales: Float64Array.from(scales) };
    return { encoding, scales: { ...own, targetMean: targets.mean, targetScale: targets.scale(rows) }, notes };
  }

  /** Notes on rows that do not count. */
  private lostRows(): string[] {
    const { seen, known, rows, needed } = this;
    const notes: string[] = [];
    if (seen > known) {
      const shown = shownMarkers([{ markers: this.targetMarkers }]);
      notes.push(`${count(seen - known, 'row')} without a "${this.options.target}"${shown} left out`);
    }
    if (known > rows) notes.push(`${count(known - rows, 'row')} with missing values${shownMarkers(needed)} left out`);
    return notes;
  }

  private start(table: Table): Pass {
    const { target, ignore } = this.options;
    const categorical = categoricalIn(table.columns, this.options.categorical, target);
    this.options = { ...this.options, categorical };
    const markers = new MissingMarkers(table.na);
    const positions = featureColumns(table, target, ignore);
    const [wanted] = new TableStudy(table.columns, [findColumn(table.columns, target, 'the target')], markers, []).columns;
    const study = new TableStudy(table.columns, positions, markers, categorical);
    const numbers = study.columns.map(() => datePartNames.map(() => new Moments()));
    return { table, target: wanted, study, targets: new Moments(), numbers, rows: 0 };
  }

  private takeTarget({ targets }: Pass, table: Table, row: number): void {
    const { target } = this.options;
    const cell = trimmed(table.rows[row][findColumn(table.columns, target, 'the target')]);
    if (this.decided !== null) targets.add(cellNumber(cell, table, row, target, this.format));
    else if (isNumber(cell)) targets.add(Number(cell));
  }

  private takeNumbers(into: readonly Moments[], { name }: ColumnStudy, k: number, cell: string, table: Table, row: number): void {
    const meaning = this.decided?.[k].meaning;
    if (meaning === undefined) {
      if (isNumber(cell)) into[0].add(Number(cell));
    } else if (meaning.kind === 'number') into[0].add(cellNumber(cell, table, row, name, meaning.format));
    else if (meaning.kind === 'date') {
      const part = datePart(cell, meaning.order, 0);
      datePartNames.forEach((own, j) => {
        if (part) into[j].add(part(own));
      });
    }
  }
}

function usedColumns({ columns }: TableStudy, features: readonly Feature[]): ColumnStudy[] {
  const names = new Set(features.filter(({ kind }) => kind !== 'present').map(({ column }) => column));
  return columns.filter(({ name }) => names.has(name));
}

function firstMarks(one: Marks, other: Marks): Marks {
  return { point: one.point ?? other.point, comma: one.comma ?? other.comma };
}

/** @throws {@link TableError} for a target that is no number. */
function targetFormat(target: ColumnStudy, marks: Marks): NumberFormat | null {
  const { firstText, name } = target;
  const stranger = firstText ?? strangerAmongNumbers(target);
  if (stranger !== null) throw new TableError(`"${stranger.cell}" is not a number`, stranger.place);
  if (target.dates > 0) throw new TableError('the target holds dates; --stream needs a number', { column: name });
  const format = numberFormat(target, marks);
  if (format === 'texts') throw new TableError('the target holds names; --stream needs a number', { column: name });
  return format;
}

function featureOf({ column: { name: column }, meaning }: Decided, numbers: readonly Moments[]): Feature | null {
  switch (meaning.kind) {
    case 'number': {
      if (numbers[0].constant) return null;
      return { column, kind: 'number', mean: numbers[0].mean, ...(meaning.format && { format: meaning.format }) };
    }
    case 'category':
    case 'present':
      return { column, ...meaning };
    case 'date': {
      const origin = Math.floor(numbers[0].least);
      const parts = datePartNames.flatMap((part, j) => {
        if (numbers[j].constant || (part === 'hour' && !meaning.hasTime)) return [];
        return [{ part, mean: numbers[j].mean - (part === 'days' ? origin : 0) }];
      });
      return parts.length === 0 ? null : { column, kind: 'date', order: meaning.order, origin, parts };
    }
    default:
      return null;
  }
}

/** Centre and scale of every column of a feature in the matrix. */
function spreads(feature: Feature, numbers: readonly Moments[], { present }: ColumnStudy, rows: number): [number, number][] {
  if (feature.kind === 'number') return [[numbers[0].mean, numbers[0].scale(rows)]];
  if (feature.kind === 'date') {
    const of = (part: DatePartName) => numbers[datePartNames.indexOf(part)];
    return feature.parts.map(({ part, mean }) => [mean, of(part).scale(rows)]);
  }
  if (feature.kind === 'present') {
    const share = present / rows;
    return [[share, Math.sqrt(share * (1 - share))]];
  }
  const { levels, shares } = feature;
  const own = shares.slice(levels.length - indicated(levels).length);
  return own.map((share) => [share, Math.sqrt((share * (1 - share) * present) / rows)]);
}
