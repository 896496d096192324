import { LARGEST_ENTRY } from '../data/matrix.js';
import { dateShape } from './dates.js';
import { formattedNumber } from './marks.js';
import { type MissingMarkers, trimmed } from './missing.js';
import { type DecimalMark, isNumber, unitKey } from './numbers.js';
import type { Place } from './table-error.js';
import { rowPlace, type Table } from './text-table.js';

/** A cell, padding removed, and where it stands. */
export interface Seen {
  readonly cell: string;
  readonly place: Place;
}

/** Different texts that are kept of one column; of numbers fewer, because most columns of numbers have no use for them. */
const mostTexts = 10000;
const mostNumbers = 1000;

const INFINITE = /^[+-]?inf(?:inity)?$/i;
const WHOLE = /^[+-]?\d+$/;

/** The first cell that shows a decimal point, and the first that shows a decimal comma. */
export interface Marks {
  point: Seen | null;
  comma: Seen | null;
}

/** What one column holds, learned cell by cell in bounded memory. */
export class ColumnStudy {
  readonly name: string;
  readonly position: number;
  present = 0;
  missing = 0;
  firstMissing: Seen | null = null;
  /** Cells that stand for a missing value and are not blank. */
  readonly markers = new Set<string>();
  /** Texts, padding removed, and how often each was seen; null once there were too many. */
  levels: Map<string, number> | null = new Map();
  /** Plain numbers, formatted ones, infinite ones, dates and all other texts. */
  numbers = 0;
  formatted = 0;
  dates = 0;
  texts = 0;
  firstText: Seen | null = null;
  firstInfinite: Seen | null = null;
  firstFormatted: Seen | null = null;
  /** Units of formatted numbers, by {@link unitKey}; plain ones count for ''. */
  readonly units = new Map<string, Seen & { readonly unit: string }>();
  readonly marks: Marks = { point: null, comma: null };
  /** 1,234 and 1.234: either thousands or decimals. */
  readonly doubtful: Marks = { point: null, comma: null };
  /** Whole numbers that a double cannot hold, and whole numbers with leading zeros. */
  firstInexact: Seen | null = null;
  firstPadded: Seen | null = null;
  /** Whether all numbers are whole, and written with the same number of digits. */
  whole = true;
  sameWidth = true;
  dayFirst: Seen | null = null;
  monthFirst: Seen | null = null;
  eitherOrder: Seen | null = null;
  hasTime = false;
  /** Whether all numbers have one value. */
  constant = true;
  private readonly isMissing: MissingMarkers;
  private readonly keepsTexts: boolean;
  private width = -1;
  private first = 0;
  private kind: 'date' | 'time' | null = null;

  constructor(name: string, position: number, isMissing: MissingMarkers, keepsTexts: boolean) {
    this.name = name;
    this.position = position;
    this.isMissing = isMissing;
    this.keepsTexts = keepsTexts;
  }

  /** Takes in the cell of a row. */
  add(table: Table, row: number): void {
    const cell = trimmed(table.rows[row][this.position]);
    const seen = (): Seen => ({ cell, place: rowPlace(table, row, this.name) });
    const plain = isNumber(cell);
    // A marker that a caller names may be a number: -999.
    if ((!plain || this.isMissing.given !== null) && this.isMissing.has(cell)) {
      this.missing++;
      this.firstMissing ??= seen();
      if (cell !== '' && this.markers.size < 5) this.markers.add(cell);
      return;
    }
    this.present++;
    this.keep(cell);
    if (plain) this.takeNumber(cell, seen);
    else this.takeText(cell, seen);
  }

  /** Numbers and formatted numbers. */
  get numeric(): number {
    return this.numbers + this.formatted;
  }

  private keep(cell: string): void {
    if (this.levels === null) return;
    this.levels.set(cell, (this.levels.get(cell) ?? 0) + 1);
    const most = this.texts > 0 || this.keepsTexts ? mostTexts : mostNumbers;
    if (this.levels.size > most) this.levels = null;
  }

  private takeNumber(cell: string, seen: () => Seen): void {
    const value = Number(cell);
    if (this.numbers++ === 0) this.first = value;
    if (value !== this.first) this.constant = false;
    if (!this.units.has('')) this.units.set('', { ...seen(), unit: '' });
    if (!(Math.abs(value) <= LARGEST_ENTRY)) this.firstInfinite ??= seen();
    const mark = cell.indexOf('.');
    if (mark >= 0 || !WHOLE.test(cell)) this.whole = false;
    else {
      const digits = cell.replace(/^[+-]/, '');
      if (this.width >= 0 && digits.length !== this.width) this.sameWidth = false;
      this.width = digits.length;
      if (digits.length > 1 && digits[0] === '0') this.firstPadded ??= seen();
      if (digits.length > 15 && BigInt(digits) !== BigInt(Math.abs(value))) this.firstInexact ??= seen();
    }
    if (mark < 0) return;
    if (/^[+-]?[1-9]\d{0,2}\.\d{3}$/.test(cell)) this.doubtful.point ??= seen();
    else this.marks.point ??= seen();
  }

  private takeText(cell: string, seen: () => Seen): void {
    if (INFINITE.test(cell)) {
      this.numbers++;
      this.firstInfinite ??= seen();
      return;
    }
    // Of a column of texts the first ones tell; what the others look like changes nothing.
    const date = this.texts > 1000 ? null : dateShape(cell);
    if (date !== null && (this.kind === null || this.kind === date.kind)) {
      this.dates++;
      this.kind = date.kind;
      this.hasTime ||= date.hasTime;
      if (date.order === 'day-first') this.dayFirst ??= seen();
      else if (date.order === 'month-first') this.monthFirst ??= seen();
      else if (date.order === 'either') this.eitherOrder ??= seen();
      return;
    }
    const number = this.texts > 1000 ? null : formattedNumber(cell);
    if (number !== null) {
      this.formatted++;
      this.firstFormatted ??= seen();
      this.whole = false;
      this.constant = false;
      const key = unitKey(number.unit);
      if (!this.units.has(key) && this.units.size < 30) this.units.set(key, { ...seen(), unit: number.unit });
      if (number.shown === '.') this.marks.point ??= seen();
      else if (number.shown === ',') this.marks.comma ??= seen();
      else if (number.shown === 'either' && cell.includes(',')) this.doubtful.comma ??= seen();
      else if (number.shown === 'either') this.doubtful.point ??= seen();
      return;
    }
    this.texts++;
    this.firstText ??= seen();
  }
}

/** Studies columns of a table, piece by piece. */
export class TableStudy {
  readonly columns: readonly ColumnStudy[];

  /** @param keepsTexts - columns whose numbers are names: all their texts are kept. */
  constructor(names: readonly string[], positions: readonly number[], markers: MissingMarkers, keepsTexts: readonly string[]) {
    this.columns = positions.map((at) => new ColumnStudy(names[at], at, markers, keepsTexts.includes(names[at])));
  }

  add(table: Table, rows: ArrayLike<number>): this {
    for (let k = 0; k < rows.length; k++) for (const column of this.columns) column.add(table, rows[k]);
    return this;
  }

  /** The decimal marks that some column shows beyond doubt. */
  get marks(): Marks {
    const first = (mark: 'point' | 'comma') => this.columns.find(({ marks }) => marks[mark])?.marks[mark] ?? null;
    return { point: first('point'), comma: first('comma') };
  }
}

/** The decimal mark that only one of two speaks for. */
export function onlyMark({ point, comma }: Marks): DecimalMark | null {
  return point && !comma ? '.' : comma && !point ? ',' : null;
}

/** The texts that stood for missing values, as a part of a sentence; '' where all cells were blank. */
export function shownMarkers(columns: readonly Pick<ColumnStudy, 'markers'>[]): string {
  const markers = new Set(columns.flatMap((column) => Array.from(column.markers)));
  return markers.size === 0 ? '' : ` (${Array.from(markers, (cell) => `"${cell}"`).join(', ')})`;
}
