import { count } from '../data/describe.js';
import { trainTestSplit } from '../data/folds.js';
import { indexLabels } from '../data/labels.js';
import { sha256 } from '../data/sha256.js';
import { ArgumentError } from '../errors.js';
import { isMissing } from '../table/cells.js';
import { completeRows, type MissingPolicy, summarizeColumn } from '../table/columns.js';
import type { CsvOptions } from '../table/csv.js';
import { featureColumns, TableEncoder } from '../table/table.js';
import { TableError } from '../table/table-error.js';
import { labelTexts, readTarget, type Task, targetValues } from '../table/target.js';
import type { Table } from '../table/text-table.js';
import type { Label, Matrix } from '../types.js';
import type { Rows } from './estimators.js';

/** What a command chooses about its table. */
export interface TableChoices {
  readonly target: string;
  readonly task?: Task | undefined;
  readonly missing: MissingPolicy;
  readonly ignore: readonly string[];
  readonly test: number | null;
  readonly seed: number;
  /** Constant columns stay: pixels. */
  readonly keepConstant?: boolean;
}

/** Everything that decides what becomes of a table: the model file keeps it, so that `verify` makes the same of it. */
export interface StoredChoices extends TableChoices {
  readonly csv: CsvOptions;
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
}

/** Target, rows, split, encoding: everything that can be wrong with a table is found here, before any work. */
export function prepare(table: Table, choices: TableChoices): Prepared {
  const { target: column, missing, ignore, test: fraction, seed, keepConstant = false } = choices;
  const { spec, rows: known } = readTarget(table, column, missing, choices.task);
  // A row is not given up for a column that will not be used.
  const features = featureColumns(table, column, ignore).filter(
    (position) => summarizeColumn(table, position, known).values.length > (keepConstant ? 0 : 1),
  );
  const rows = missing === 'drop' ? completeRows(table, features, known) : known;
  const left = table.rows.length - rows.length;
  const notes = [headline(table, spec, choices)];
  if (left > 0) notes.push(`${count(left, 'row')} with missing values left out${blame(table, features, rows)}`);
  if (rows.length < 2) throw new TableError(`leaves ${count(rows.length, 'row')} to learn from; at least 2 are needed`);
  const values = targetValues(table, spec, rows);
  const strata = spec.labels === null ? null : indexLabels(values, Array.from(labelTexts(spec).keys()));
  const all = rows.map((_, k) => k);
  const split = fraction === null ? { train: all, test: null } : splitOf(rows.length, fraction, { strata, seed });
  const pick = (members: Int32Array) => members.map((k) => rows[k]);
  const { encoder, notes: dropped } = TableEncoder.fit(table, pick(split.train), { target: spec, missing, ignore, keepConstant });
  notes.push(...dropped);
  const part = (members: Int32Array, whose: string): Part => {
    const { X, warnings } = encoder.encode(table, pick(members), missing);
    notes.push(...warnings.map((warning) => whose + warning));
    return { X: asRows(X), y: Array.from(members, (k) => values[k]) };
  };
  const train = part(split.train, '');
  return { encoder, train, test: split.test === null ? null : part(split.test, 'held-out rows: '), notes };
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
function blame(table: Table, features: readonly number[], rows: Int32Array): string {
  if (rows.length * 2 >= table.rows.length || features.length === 0) return '';
  const gaps = features.map((position) => table.rows.filter((row) => isMissing(row[position])).length);
  const worst = features[gaps.indexOf(Math.max(...gaps))];
  return `, most for column "${table.columns[worst]}" (--ignore it, or --missing mean)`;
}

function headline(table: Table, spec: ReturnType<typeof readTarget>['spec'], { task }: TableChoices): string {
  const kind = spec.task === 'regression' ? 'regression' : `classification into ${spec.labels?.length} classes`;
  const why = task !== undefined ? 'as asked' : spec.numeric ? 'a number' : 'a text';
  const header = table.header ? '' : ', no header found (--header true if the first line is one)';
  return `${count(table.rows.length, 'row')} of ${count(table.columns.length, 'column')}${header}; ${kind} of "${spec.column}" (${why})`;
}

export function asRows(X: Matrix): Rows {
  return { data: X.data, shape: [X.rows, X.columns] };
}
