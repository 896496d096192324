import { count } from '../data/describe.js';
import { shorten } from './cells.js';
import type { MissingPolicy } from './columns.js';
import type { DateOrder } from './dates.js';
import { formattedNumber } from './marks.js';
import { type DecimalMark, isNumber, type NumberFormat, numberIn } from './numbers.js';
import { type ColumnStudy, type Marks, onlyMark, type Seen } from './study.js';
import { TableError } from './table-error.js';
import { isUnit } from './units.js';

/** What a caller chooses about the meaning of columns. */
export interface MeaningOptions {
  readonly missing: MissingPolicy;
  /** Columns whose numbers are names. */
  readonly categorical?: readonly string[] | undefined;
  /** Most indicators that one column becomes; default {@link levelLimit}. */
  readonly maxLevels?: number | undefined;
  /** Date columns are left out (`ignore`, the default), or numbers are made of them. */
  readonly dates?: 'ignore' | 'features' | undefined;
  /** Keep numeric columns that are constant: pixels have their place. */
  readonly keepConstant?: boolean | undefined;
}

/** What becomes of a column. */
export type Meaning =
  | { readonly kind: 'left-out' }
  | { readonly kind: 'number'; readonly format: NumberFormat | null }
  | { readonly kind: 'category'; readonly levels: readonly string[]; readonly shares: readonly number[] }
  /** One value and blanks. */
  | { readonly kind: 'present'; readonly level: string }
  | { readonly kind: 'date'; readonly order: DateOrder; readonly hasTime: boolean }
  /** Nothing that can be learned from, for the reason given. */
  | { readonly kind: 'unusable'; readonly problem: string };

export interface Decision {
  readonly meaning: Meaning;
  /** One sentence for a decision that a person might not expect. */
  readonly note: string | null;
}

/** A text column of mostly numbers is a category up to so many of them (0, 1, 2, 3+), a mistake beyond. */
const fewNumbers = 10;
/** Rows that a level has on average, at least; but fifty levels are never too many, and two hundred always are. */
const rowsPerLevel = 5;
const leastLimit = 50;
const mostLimit = 200;

/** The levels that a column may have where nothing else is asked for: they follow the number of rows. */
export function levelLimit(rows: number): number {
  return Math.max(leastLimit, Math.min(mostLimit, Math.floor(rows / rowsPerLevel)));
}

/**
 * Decides what a column is from all that was seen of it.
 *
 * @param marks - what all columns of the table show about decimal marks.
 * @throws {@link TableError} for a missing cell under `error`, a text among numbers or dates, numbers that can be read in two ways.
 */
export function meaningOf(column: ColumnStudy, marks: Marks, rows: number, options: MeaningOptions): Decision {
  const { name, levels } = column;
  const leftOut = (why: string): Decision => ({ meaning: { kind: 'left-out' }, note: `column "${name}" ${why}` });
  if (column.present === 0) return leftOut('has no values and is left out');
  const named = options.categorical?.includes(name) === true;
  const numeric = column.texts + column.dates === 0 && !named;
  const single = levels?.size === 1 || (numeric && !areCodes(column) && column.formatted === 0 && column.constant);
  if (single && !(options.keepConstant && numeric))
    return column.missing === 0 ? leftOut('is constant and is left out') : flag(column, options);
  const dated = column.dates > 0 && column.texts + column.numeric === 0 && !named;
  if (dated && options.dates !== 'features') {
    return leftOut(
      `holds dates such as "${shorten(firstLevel(column))}" and is left out; --dates features makes numbers of them`,
    );
  }
  refuseMissing(column, options);
  if (dated) return dates(column);
  if (!named) checkStrangers(column);
  if (numeric) {
    const format = numberFormat(column, marks);
    if (format !== 'texts') return number(column, format);
  }
  return category(column, rows, options);
}

/** @throws {@link TableError} naming the cell, under `error`. */
function refuseMissing({ firstMissing }: ColumnStudy, { missing }: MeaningOptions): void {
  if (firstMissing === null || missing !== 'error') return;
  const advice = '--missing drop leaves such rows out, --missing mean fills in the mean';
  throw missingCell(firstMissing, advice);
}

/** The error for a missing cell; a marker is shown, with the option that says what counts as one. */
export function missingCell({ cell, place }: Seen, advice: string): TableError {
  const shown = cell === '' ? '' : ` ("${shorten(cell)}", unless --na names other markers)`;
  return new TableError(`the value is missing${shown}; ${advice}`, place);
}

function flag(column: ColumnStudy, options: MeaningOptions): Decision {
  const { name, firstMissing } = column;
  const level = firstLevel(column);
  if (options.missing === 'error') {
    const advice = `elsewhere it is always "${shorten(level)}": --missing mean makes an indicator of present and absent`;
    throw missingCell(firstMissing as Seen, advice);
  }
  const note = `column "${name}": always "${shorten(level)}" or missing, and becomes 1 indicator of present and absent`;
  return { meaning: { kind: 'present', level }, note };
}

function firstLevel({ levels }: ColumnStudy): string {
  return levels?.keys().next().value ?? '';
}

function dates(column: ColumnStudy): Decision {
  const { dayFirst, monthFirst, eitherOrder, hasTime } = column;
  const doubt = dayFirst && monthFirst ? [dayFirst, monthFirst] : !dayFirst && !monthFirst && eitherOrder ? [eitherOrder] : null;
  if (doubt) {
    const shown = doubt.map(({ cell }) => `"${shorten(cell)}"`).join(' and ');
    throw new TableError(`the day or the month may come first in ${shown}; write dates as 2024-12-31`, doubt[0].place);
  }
  const order = monthFirst ? 'month-first' : 'day-first';
  return { meaning: { kind: 'date', order, hasTime }, note: null };
}

/** A text among numbers. Among plain ones a unit that nobody knows is a typing error: 7.o. */
export function strangerAmongNumbers({ numbers, numeric, present, firstText, units }: ColumnStudy): Seen | null {
  if (firstText !== null) return numeric > present / 2 ? firstText : null;
  const odd = units.has('') ? Array.from(units.values()).find(({ unit }) => !isUnit(unit)) : undefined;
  return odd !== undefined && numbers > present / 2 ? odd : null;
}

/**
 * @param otherwise - what else the caller may choose.
 * @throws {@link TableError} for a few texts among many numbers, or among dates: they are mistakes, or markers of missing values.
 */
export function checkStrangers(column: ColumnStudy, otherwise = ''): void {
  const { dates, present, firstText, levels } = column;
  const advice = ({ cell }: Seen) => `; if it stands for a missing value, say --na "${shorten(cell)}"${otherwise}`;
  if (firstText && dates > present / 2)
    throw new TableError(
      `"${shorten(firstText.cell)}" is not a date, as most of the column is${advice(firstText)}`,
      firstText.place,
    );
  const stranger = strangerAmongNumbers(column);
  if (stranger === null) return;
  const plain = (level: string) => isNumber(level) || isUnit(formattedNumber(level)?.unit ?? '?');
  const repeated = levels !== null && (levels.size < present || present <= fewNumbers);
  if (repeated && Array.from(levels.keys()).filter(plain).length <= fewNumbers) return;
  throw new TableError(
    `"${shorten(stranger.cell)}" is not a number, as most of the column is${advice(stranger)}`,
    stranger.place,
  );
}

function number(column: ColumnStudy, format: NumberFormat | null): Decision {
  const { name, firstInexact, firstPadded, firstFormatted, doubtful } = column;
  const shown = firstFormatted ?? doubtful.comma ?? (format ? doubtful.point : null);
  if (format !== null && shown !== null) {
    const note = `column "${name}": numbers such as "${shorten(shown.cell)}" are read as ${numberIn(shown.cell, format)}`;
    return { meaning: { kind: 'number', format }, note };
  }
  const padded = firstPadded ?? firstInexact;
  const note =
    padded && column.whole
      ? `column "${name}": names such as "${padded.cell}" are read as numbers; --categorical "${name}" keeps them as names`
      : null;
  return { meaning: { kind: 'number', format: null }, note };
}

/** Whether whole numbers are names of things: two of them would be one number, or have zeros in front that count. */
export function areCodes({ formatted, whole, firstInexact, firstPadded, sameWidth }: ColumnStudy): boolean {
  return formatted === 0 && whole && (firstInexact !== null || (firstPadded !== null && !sameWidth));
}

/**
 * How the numbers of a column are written: null for plain ones, `texts` where they are names of things.
 *
 * @throws {@link TableError} showing the cells where that is in doubt.
 */
export function numberFormat(column: ColumnStudy, marks: Marks): NumberFormat | null | 'texts' {
  const { firstInfinite } = column;
  if (firstInfinite)
    throw new TableError(
      `${shorten(firstInfinite.cell)} is too large; numbers must be finite, with a magnitude of at most 1e300`,
      firstInfinite.place,
    );
  if (areCodes(column)) return 'texts';
  const units = Array.from(column.units.values());
  if (units.length > 1) {
    if (!units.every(({ unit }) => isUnit(unit))) return 'texts';
    const [one, other] = units;
    const what = one.unit === '' || other.unit === '' ? 'one has a unit, the other none' : 'have different units';
    throw new TableError(
      `"${shorten(one.cell)}" and "${shorten(other.cell)}": ${what}; write the numbers alone, in one unit`,
      other.place,
    );
  }
  const decimal = decimalMark(column, marks);
  return decimal === '.' && column.formatted === 0 ? null : { decimal, unit: units[0]?.unit ?? '' };
}

const at = ({ place }: Seen): number => place.line ?? place.row ?? 0;

/** The mark that the column shows, or else the whole table. */
function decimalMark({ marks, doubtful }: ColumnStudy, all: Marks): DecimalMark {
  if (marks.point && marks.comma) {
    const [first, second] = [marks.point, marks.comma].sort((a, b) => at(a) - at(b));
    throw new TableError(
      `"${shorten(second.cell)}" has another decimal mark than "${shorten(first.cell)}"; write numbers as 1234.5, with a decimal point`,
      second.place,
    );
  }
  const own = onlyMark(marks);
  if (own) return own;
  const doubt = doubtful.comma ?? null;
  const table = onlyMark(all);
  if (doubt === null) return doubtful.point && table === ',' ? ',' : '.';
  if (doubtful.point === null && table) return table;
  const advice = 'write numbers as 1234.5, with a decimal point and nothing between thousands';
  throw new TableError(
    `"${shorten(doubt.cell)}" has a comma in a number that is a decimal comma or stands between thousands; ${advice}`,
    doubt.place,
  );
}

function category(column: ColumnStudy, rows: number, options: MeaningOptions): Decision {
  const { name, levels, present, firstText, numeric } = column;
  const declared = options.categorical?.includes(name) === true;
  const limit = options.maxLevels ?? (declared ? Number.POSITIVE_INFINITY : levelLimit(rows));
  const unusable = (problem: string): Decision => ({ meaning: { kind: 'unusable', problem }, note: null });
  if (levels === null) return unusable('more than 10000 different texts');
  if (levels.size === present && present > 10 && !declared && options.maxLevels === undefined)
    return unusable(`a different text in each of ${present} rows`);
  if (levels.size > limit)
    return unusable(
      `${levels.size} different texts, more than ${limit}, ${options.maxLevels === undefined ? `the limit for ${count(rows, 'row')}` : 'as --max-levels says'}`,
    );
  const sorted = Array.from(levels.keys()).sort((a, b) => (a < b ? -1 : 1));
  const shares = sorted.map((level) => (levels.get(level) as number) / present);
  const what = firstText === null && column.dates === 0 && numeric > 0 ? 'numbers as names' : 'texts';
  const made = count(sorted.length === 2 ? 1 : sorted.length, 'indicator');
  const stranger = declared ? null : strangerAmongNumbers(column);
  const why = stranger
    ? `, because of "${shorten(stranger.cell)}" among numbers (--na "${shorten(stranger.cell)}" takes it for missing)`
    : '';
  const note = `column "${name}": ${sorted.length} different ${what} become ${made}${why}`;
  return { meaning: { kind: 'category', levels: sorted, shares }, note };
}
