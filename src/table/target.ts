import { count } from '../data/describe.js';
import { compareLabels } from '../data/labels.js';
import { cellNumber, shorten } from './cells.js';
import { allRows, findColumn, type MissingPolicy } from './columns.js';
import { areCodes, checkStrangers, numberFormat, strangerAmongNumbers } from './meaning.js';
import { MissingMarkers, trimmed } from './missing.js';
import { isNumber, type NumberFormat, numberIn } from './numbers.js';
import { type ColumnStudy, type Marks, shownMarkers, TableStudy } from './study.js';
import { type Place, TableError } from './table-error.js';
import type { TargetSpec, Task } from './target-spec.js';
import type { Table } from './text-table.js';

export interface TargetChoices {
  readonly column: string;
  readonly missing: MissingPolicy;
  /** Overrides the decision. */
  readonly task?: Task | undefined;
  /** Most classes; default: as many as leave five rows a class, but at least 30. */
  readonly maxLevels?: number | undefined;
  /** What the whole table shows about decimal marks; default: what the target shows. */
  readonly marks?: Marks;
}

export interface ReadTarget {
  readonly spec: TargetSpec;
  /** Rows with a target. */
  readonly rows: Int32Array;
  /** Why this task, in a few words. */
  readonly why: string;
  readonly notes: readonly string[];
}

/** Rows that a class has on average, at least, where there are more than a few classes. */
const rowsPerClass = 5;
const fewClasses = 30;
/** Whole numbers of so few values may be names of classes. */
const fewNumbers = 10;

/**
 * Finds the target column and decides the task: a text target, or a numeric one with at most two values, is
 * classification; other numbers are regression. A label is its text, padding removed: 1, 01 and 1.0 are three.
 *
 * @throws {@link TableError} if there is no such column, a target is missing under `error`, a target of a regression is
 * no number, or the classes are one or too many for the rows.
 */
export function readTarget(table: Table, choices: TargetChoices): ReadTarget {
  const { column, missing, task } = choices;
  const position = findColumn(table.columns, column, 'the target');
  const markers = new MissingMarkers(table.na);
  const all = allRows(table);
  const study = new TableStudy(table.columns, [position], markers, [column]).add(table, all).columns[0];
  if (study.present === 0) throw new TableError('the target has no values', { column });
  checkMissing(study, missing, markers);
  const rows = study.missing === 0 ? all : all.filter((row) => !markers.has(table.rows[row][position]));
  const notes = study.missing === 0 ? [] : [withoutTarget(study)];
  const marks = choices.marks ?? study.marks;
  const format = task === 'classification' || study.texts + study.dates > 0 ? 'texts' : numberFormat(study, marks);
  const numbers = format !== 'texts';
  if (task === 'regression' && !numbers) refuseTexts(table, rows, study);
  const values = study.levels === null ? Number.POSITIVE_INFINITY : numbers ? differentNumbers(study.levels) : study.levels.size;
  const chosen = task ?? (numbers && values > 2 ? 'regression' : 'classification');
  if (chosen === 'regression') {
    const why = `a number${classHint(study, task)}`;
    const own: { format?: NumberFormat } = format === null || format === 'texts' ? {} : { format };
    notes.push(...formatNote(study, own.format ?? null));
    return { spec: { column, task: chosen, labels: null, numeric: true, ...own }, rows, why: task ? 'as asked' : why, notes };
  }
  if (study.dates > study.present / 2 && task === undefined)
    throw new TableError(`the target holds dates such as "${shorten(firstOf(study))}"; give a number or a class`, { column });
  if (task === undefined) checkStrangers(study, ', or --task classification if it is a label');
  const labels = readLabels(study, rows.length, choices.maxLevels);
  const numeric = areNumbers(labels);
  if (labels.length > 2 && 2 * labels.length > rows.length)
    notes.push(
      `${labels.length} different labels in ${count(rows.length, 'row')}: most are seen once, and little can be learned of them`,
    );
  if (!numeric) notes.push(...alikeLabels(labels, column));
  const sorted = labels.sort((a, b) => compareLabels(numeric ? Number(a) : a, numeric ? Number(b) : b));
  const why = task ? 'as asked' : whyClasses(study, numbers, values);
  return { spec: { column, task: chosen, labels: sorted, numeric }, rows, why, notes };
}

/** How the numbers of a target are read, where they are not plain. */
export function formatNote({ name, firstFormatted, doubtful }: ColumnStudy, format: NumberFormat | null): string[] {
  const shown = firstFormatted ?? doubtful.point;
  if (format === null || shown === null) return [];
  return [`the target "${name}": numbers such as "${shorten(shown.cell)}" are read as ${numberIn(shown.cell, format)}`];
}

function whyClasses(study: ColumnStudy, numbers: boolean, values: number): string {
  if (numbers) return `${values === 1 ? 'spellings of one number' : 'two numbers'}; --task regression predicts a number`;
  if (areCodes(study)) return 'names made of digits';
  const stranger = strangerAmongNumbers(study);
  return stranger ? `because of the text "${shorten(stranger.cell)}" among numbers` : 'a text';
}

function firstOf({ levels }: ColumnStudy): string {
  return levels?.keys().next().value ?? '';
}

/** @throws {@link TableError} for missing targets under `error`, and for markers that look like labels where nobody said what counts. */
function checkMissing(study: ColumnStudy, missing: MissingPolicy, markers: MissingMarkers): void {
  const { firstMissing, name: column } = study;
  if (firstMissing === null) return;
  const [marker] = study.markers;
  if (missing === 'error') throw missingTarget(firstMissing.cell, firstMissing.place);
  if (markers.given !== null || marker === undefined || !looksLikeLabel(marker, study)) return;
  const problem = `the target "${marker}" stands for a missing value, but may be a label as "${firstOf(study)}" is`;
  throw new TableError(`${problem}; --na says which markers count, --na "" that only blanks do`, { column });
}

/** The error for a row without a target. */
export function missingTarget(cell: string, place: Place): TableError {
  const shown = trimmed(cell) === '' ? '' : `: "${shorten(cell)}" stands for a missing value, unless --na names other markers`;
  return new TableError(`the target is missing${shown}; --missing drop leaves such rows out`, place);
}

/** Na among K and Cl, NA among DE and FR: a marker of letters among codes of as few letters. */
function looksLikeLabel(marker: string, { levels }: ColumnStudy): boolean {
  if (!/^\p{L}{1,4}$/u.test(marker) || levels === null) return false;
  return Array.from(levels.keys()).every((level) => /^\p{Lu}\p{L}{0,2}$/u.test(level));
}

function withoutTarget(study: ColumnStudy): string {
  return `${count(study.missing, 'row')} without a "${study.name}"${shownMarkers([study])} left out`;
}

/** @throws {@link TableError} for the first cell that is no number. */
function refuseTexts(table: Table, rows: Int32Array, study: ColumnStudy): void {
  const { name: column, position, firstText } = study;
  if (firstText !== null) throw new TableError(`"${shorten(firstText.cell)}" is not a number`, firstText.place);
  if (areCodes(study)) return;
  for (const row of rows) cellNumber(trimmed(table.rows[row][position]), table, row, column);
}

function differentNumbers(levels: ReadonlyMap<string, number>): number {
  const values = new Set<number | string>();
  for (const level of levels.keys()) values.add(isNumber(level) ? Number(level) : level);
  return values.size;
}

/** What to say of numbers that may be classes. */
function classHint({ levels, whole, formatted }: ColumnStudy, task: Task | undefined): string {
  if (task !== undefined || levels === null || !whole || formatted > 0 || levels.size > fewNumbers) return '';
  return `; --task classification takes its ${levels.size} values for classes`;
}

/** @throws {@link TableError} for one class, or more than the rows can teach. */
function readLabels(study: ColumnStudy, rows: number, maxLevels: number | undefined): string[] {
  const { name: column, levels } = study;
  const labels = levels === null ? [] : Array.from(levels.keys());
  if (labels.length === 1)
    throw new TableError(`every row has the same class "${shorten(labels[0])}"; two classes at least are needed`, { column });
  const limit =
    maxLevels ?? (rows < 10 ? rows : Math.min(Math.max(fewClasses, Math.floor(rows / rowsPerClass)), Math.floor(rows / 2)));
  if (levels !== null && labels.length <= limit) return labels;
  const number = levels === null ? 'more than 10000' : String(labels.length);
  const hint = study.texts + study.dates === 0 ? '--task regression predicts numbers' : 'is this the right column?';
  const anyway = levels === null ? '' : `; --max-levels ${labels.length} trains all the same`;
  throw new TableError(`${number} different labels in ${count(rows, 'row')} are too many to learn; ${hint}${anyway}`, { column });
}

/** Whether all labels are numbers, no two the same. */
function areNumbers(labels: readonly string[]): boolean {
  return (
    labels.every(isNumber) &&
    new Set(labels.map(Number)).size === labels.length &&
    labels.every((label) => Number.isFinite(Number(label)))
  );
}

/** A note on labels that a person may take for one: spellings of a number, capitals, accents in one letter or two. */
function alikeLabels(labels: readonly string[], column: string): string[] {
  const first = new Map<number | string, string>();
  for (const label of labels) {
    const plain = label.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ');
    const key = isNumber(plain) ? Number(plain) : plain;
    const other = first.get(key);
    if (other !== undefined) return [`the labels "${other}" and "${label}" of "${column}" are two classes: a label is its text`];
    first.set(key, label);
  }
  return [];
}
