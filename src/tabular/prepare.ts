import { count } from '../data/describe.js';
import { trainTestSplit } from '../data/folds.js';
import { indexLabels } from '../data/labels.js';
import { sha256 } from '../data/sha256.js';
import { ArgumentError } from '../errors.js';
import { cellNumber } from '../table/cells.js';
import { allRows, categoricalIn, completeRows, featureColumns, findColumn } from '../table/columns.js';
import { decideAll, fitEncoder, neededKinds } from '../table/fit-encoder.js';
import type { MeaningOptions } from '../table/meaning.js';
import { MissingMarkers, trimmed } from '../table/missing.js';
import type { TableOptions } from '../table/read-options.js';
import { type ColumnStudy, type Marks, shownMarkers, TableStudy } from '../table/study.js';
import type { TableEncoder } from '../table/table.js';
import { TableError } from '../table/table-error.js';
import { type ReadTarget, readTarget } from '../table/target.js';
import { labelTexts, type Task, targetValues } from '../table/target-spec.js';
import { rowPlace, type Table } from '../table/text-table.js';
import type { Label, Matrix } from '../types.js';
import type { Rows } from './estimators.js';

/** What a command chooses about its table. */
export interface TableChoices extends MeaningOptions {
  readonly target: string;
  readonly task?: Task | undefined;
  readonly ignore: readonly string[];
  /** A column of weights >= 0: no feature. */
  readonly weight?: string | undefined;
  readonly test: number | null;
  readonly seed: number;
}

/** Everything that decides what becomes of a table: the model file keeps it, so that `verify` makes the same of it. */
export interface StoredChoices extends TableChoices {
  readonly csv: TableOptions;
}

/** What is stored of all choices. */
export function storedChoices(choices: StoredChoices): StoredChoices {
  const { target, task, missing, ignore, categorical, maxLevels, dates, weight, test, seed, csv } = choices;
  return { target, task, missing, ignore, weight, categorical, maxLevels, dates, test, seed, csv };
}

/** SHA-256 of names and cells, whatever separator, quotes and line ends the file has. */
export function tableHash({ header, columns, rows }: Table): string {
  return sha256(new TextEncoder().encode(JSON.stringify([header, columns, rows])));
}

/** The table, made ready: matrices and targets of the training and the test rows. */
export interface Prepared {
  readonly encoder: TableEncoder;
  readonly train: Part;
  readonly test: Part | null;
  readonly notes: readonly string[];
}

export interface Part {
  readonly X: Rows;
  readonly y: readonly Label[];
  /** One weight for every row; null: all count the same. */
  readonly weights: Float64Array | null;
}

/** Target, rows, split, encoding: everything that can be wrong with a table is found here, before any work. */
export function prepare(table: Table, choices: TableChoices): Prepared {
  const { target: column, missing, weight, test: fraction, seed } = choices;
  if (weight !== undefined) findColumn(table.columns, weight, '--weight');
  if (weight === column) throw new TableError('the target cannot be the weight (--weight) as well', { column });
  const ignore = weight === undefined ? choices.ignore : [...choices.ignore, weight];
  const categorical = categoricalIn(table.columns, choices.categorical, column);
  const positions = featureColumns(table, column, ignore);
  const study = (members: Int32Array, columns: readonly number[]) =>
    new TableStudy(table.columns, columns, new MissingMarkers(table.na), categorical).add(table, members);
  const { marks } = study(allRows(table), [...positions, table.columns.indexOf(column)]);
  const target = readTarget(table, { column, missing, task: choices.task, maxLevels: choices.maxLevels, marks });
  const { spec, rows: known } = target;
  const notes = [...table.notes, headline(table, target), ...target.notes];
  const rows =
    missing === 'drop' ? dropRows(table, study(known, positions), marks, known, { ...choices, categorical }, notes) : known;
  if (rows.length < 2) throw new TableError(`leaves ${count(rows.length, 'row')} to learn from; at least 2 are needed`);
  const values = targetValues(table, spec, rows);
  const strata = spec.labels === null ? null : indexLabels(values, Array.from(labelTexts(spec).keys()));
  const all = rows.map((_, k) => k);
  const split = fraction === null ? { train: all, test: null } : splitOf(rows.length, fraction, { strata, seed });
  const pick = (members: Int32Array) => members.map((k) => rows[k]);
  const { encoder, notes: dropped } = fitEncoder(table, pick(split.train), {
    ...choices,
    ignore,
    categorical,
    target: spec,
    marks,
  });
  notes.push(...dropped);
  const part = (members: Int32Array, whose: string): Part => {
    const { X, warnings } = encoder.encode(table, pick(members), missing);
    notes.push(...warnings.map((warning) => whose + warning));
    const weights = weight === undefined ? null : weightsOf(table, weight, pick(members));
    return { X: asRows(X), y: Array.from(members, (k) => values[k]), weights };
  };
  const train = part(split.train, '');
  return { encoder, train, test: split.test === null ? null : part(split.test, 'held-out rows: '), notes };
}

/** @throws {@link TableError} for a weight that is no number of at least 0. */
function weightsOf(table: Table, column: string, rows: Int32Array): Float64Array {
  const position = findColumn(table.columns, column, '--weight');
  const markers = new MissingMarkers(table.na);
  return Float64Array.from(rows, (row) => {
    const cell = trimmed(table.rows[row][position]);
    if (markers.has(cell)) throw new TableError('the weight is missing', rowPlace(table, row, column));
    const weight = cellNumber(cell, table, row, column);
    if (weight >= 0) return weight;
    throw new TableError(`the weight ${weight} is below 0`, rowPlace(table, row, column));
  });
}

/** The rows with a value in every column that is used: a row is not given up for one that will not be. */
function dropRows(
  table: Table,
  study: TableStudy,
  marks: Marks,
  known: Int32Array,
  choices: TableChoices,
  notes: string[],
): Int32Array {
  const used = decideAll(study, marks, known.length, choices).filter(({ meaning }) => neededKinds.includes(meaning.kind));
  const columns = used.map(({ column }) => column);
  const positions = columns.map(({ position }) => position);
  const rows = completeRows(table, positions, known, new MissingMarkers(table.na));
  const left = known.length - rows.length;
  if (left > 0)
    notes.push(`${count(left, 'row')} with missing values${shownMarkers(columns)} left out${blame(table, columns, rows)}`);
  return rows;
}

/** The library's error names its argument; the command's option has dashes. */
function splitOf(rows: number, fraction: number, options: Parameters<typeof trainTestSplit>[2]) {
  try {
    return trainTestSplit(rows, fraction, options);
  } catch (error) {
    throw error instanceof ArgumentError ? new ArgumentError(`options.${error.argument}`, error.received, error.expected) : error;
  }
}

/** The emptiest column, where dropping rows costs more than half of the table. */
function blame(table: Table, columns: readonly ColumnStudy[], rows: Int32Array): string {
  if (rows.length * 2 >= table.rows.length || columns.length === 0) return '';
  const worst = columns.reduce((one, other) => (other.missing > one.missing ? other : one));
  return `, most for column "${worst.name}" (--ignore it, or --missing mean)`;
}

function headline(table: Table, { spec, why }: ReadTarget): string {
  const kind = spec.task === 'regression' ? 'regression' : `classification into ${spec.labels?.length} classes`;
  const header = table.header ? '' : ', no header found (--header true if the first line is one)';
  return `${count(table.rows.length, 'row')} of ${count(table.columns.length, 'column')}${header}; ${kind} of "${spec.column}" (${why})`;
}

export function asRows(X: Matrix): Rows {
  return { data: X.data, shape: [X.rows, X.columns] };
}
