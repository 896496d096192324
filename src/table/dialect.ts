import { count } from '../data/describe.js';
import { CsvRecords, newRecords, type Records } from './csv-records.js';
import { columnNames, isHeader, isPlainlyHeader, looksLikeHeader, positionNames } from './header.js';
import type { ReadOptions } from './read-options.js';
import { TableError } from './table-error.js';

/** How a text is a table. */
export interface Dialect {
  readonly separator: string;
  readonly escapes: boolean;
  /** Characters before the first record: a byte-order mark, and the line that tells Excel the separator. */
  readonly offset: number;
  /** Line of the first record. */
  readonly firstLine: number;
  /** Records before the first row: titles, comments, the header. */
  readonly skip: number;
  readonly header: boolean;
  readonly columns: readonly string[];
  /** Fields of a record: as many as columns, or more that are always empty. */
  readonly width: number;
  /** The line whose number of fields the others share. */
  readonly widthLine: number;
  readonly notes: readonly string[];
}

/** Records that are looked at to find separator and header. */
const SAMPLE = 50;
/** Records before the header that may be titles and comments. */
const MOST_TITLES = 30;
const SEPARATORS = ['\t', ';', ',', '|', ' '];
const SEPARATOR_LINE = /^"?sep=([^\r\n])"?[ \t,;]*(?:\r\n|\r|\n)/i;
const DECIMAL_COMMA = /^[+-]?\d+,\d+$/;

/** A way to cut the sample into records, and where the table begins in them. */
interface Reading {
  readonly separator: string;
  readonly escapes: boolean;
  /** The records that are not blank, and whether a blank line stands before each. */
  readonly records: readonly (readonly string[])[];
  readonly lines: readonly number[];
  readonly quoted: readonly boolean[];
  readonly blank: readonly boolean[];
  readonly failed: boolean;
  readonly layout: Layout | null;
}

/** Where the table begins in the records, and what is odd about it. */
interface Layout {
  /** Position of the first record that is no title or comment. */
  readonly start: number;
  /** Fields of the rows. */
  readonly width: number;
  /** The first record is the header of all columns but the first, as R writes row names. */
  readonly rowNames: boolean;
}

/**
 * Finds out how a text is written.
 *
 * @param sample - The beginning of the text, or all of it.
 * @param whole - Whether it is all.
 * @throws {@link TableError} where nothing can be read, or what stands there has two meanings.
 */
export function findDialect(sample: string, whole: boolean, options: ReadOptions): Dialect {
  checkSeparator(options.separator);
  const mark = sample.charCodeAt(0) === 0xfeff ? 1 : 0;
  const line = SEPARATOR_LINE.exec(sample.slice(mark));
  const offset = mark + (line?.[0].length ?? 0);
  const firstLine = line ? 2 : 1;
  const text = sample.slice(offset);
  const given = options.separator ?? line?.[1];
  const names = options.names ?? [];
  const readings = (given === undefined ? SEPARATORS : [given]).map((separator) =>
    bestReading(text, separator, whole, firstLine, names),
  );
  const reading = chooseReading(readings, names);
  if (reading.records.length === 0) {
    // What makes no sense is said by reading it; blank lines are an empty table.
    if (reading.failed) cut(text, reading.separator, reading.escapes, whole, firstLine);
    throw new TableError('is empty');
  }
  return { offset, firstLine, ...describe(reading, options) };
}

function checkSeparator(separator: string | undefined): void {
  if (separator !== undefined && !/^[^"\r\n]$/.test(separator)) {
    throw new TableError(`the separator ${JSON.stringify(separator)} must be one character, and no quote or line break`);
  }
}

/** The records of a sample; those that it does not complete are left out. */
function cut(text: string, separator: string, escapes: boolean, whole: boolean, line: number, into = newRecords()): Records {
  new CsvRecords({ separator, escapes }, line).push(text, whole, into, SAMPLE + MOST_TITLES);
  return into;
}

/** Doubled quotes, unless only escaped ones make a table. */
function bestReading(text: string, separator: string, whole: boolean, line: number, names: readonly string[]): Reading {
  const plain = readAs(text, separator, false, whole, line, names);
  if ((plain.layout && !plain.failed) || !text.includes('\\"')) return plain;
  const escaped = readAs(text, separator, true, whole, line, names);
  return escaped.layout && !escaped.failed ? escaped : plain;
}

function readAs(
  text: string,
  separator: string,
  escapes: boolean,
  whole: boolean,
  line: number,
  names: readonly string[],
): Reading {
  const all = newRecords();
  let failed = false;
  try {
    cut(text, separator, escapes, whole, line, all);
  } catch {
    failed = true;
  }
  const kept = [...all.cells.keys()].filter((k) => all.cells[k].length > 0);
  const records = kept.map((k) => all.cells[k]);
  const blank = kept.map((k) => k > 0 && all.cells[k - 1].length === 0);
  const quoted = kept.map((k) => all.quoted[k]);
  const found = { separator, escapes, records, lines: kept.map((k) => all.lines[k]), quoted, blank, failed };
  return { ...found, layout: records.length === 0 ? null : findLayout(found, names) };
}

/** Where the table begins, or null if the records are no table of even width. */
function findLayout(reading: Omit<Reading, 'layout'>, names: readonly string[]): Layout | null {
  const { records, blank, separator, quoted } = reading;
  const width = records[records.length - 1].length;
  let start = records.length;
  while (start > 0 && records[start - 1].length === width) start--;
  if (start === 0) return { start: titles(records, names), width, rowNames: false };
  const above = records[start - 1];
  const even = { start, width, rowNames: false };
  const body = records.slice(start);
  // Trailing separators in the rows alone, or in the header alone.
  if (start === 1 && above.length === width - 1 && width > 1 && body.every((record) => record[width - 1] === ''))
    return { ...even, start: 0 };
  if (start === 1 && above.length === width + 1 && above[width] === '') return { ...even, start: 0 };
  const asked = (record: readonly string[]) => record.some((cell) => names.includes(cell));
  if (above.length === width - 1 && !asked(body[0]) && (asked(above) || !isPlainlyHeader(body))) {
    const before = records.slice(0, start - 1);
    const bare = body.map((record) => record[0]);
    const counted = body.length > 1 && bare.every((name, k) => name === String(k + 1));
    const allQuoted = body.every((_, k) => quoted[start + k]);
    const distinct = new Set(bare).size === bare.length && bare.every((name) => name !== '');
    const plain = counted || bare.every((name) => !/^[+-]?[\d.,]+$/.test(name));
    // 1,5 under a single name is a decimal comma.
    const named = distinct && (allQuoted || (separator === ',' ? counted && width > 2 : plain));
    if (named && before.every(isComment)) return { start: start - 1, width, rowNames: true };
  }
  const over = records.slice(0, start);
  if (start > MOST_TITLES || over.some((record) => asked(record) || (record.length > width && !isComment(record)))) return null;
  const marked = over.every(isComment);
  const plainly = asked(body[0]) || isPlainlyHeader(body) || (blank[start] && looksLikeHeader(body));
  return marked || (width > 1 && body.length > 1 && plainly) ? even : null;
}

const isComment = (record: readonly string[]) => record[0].startsWith('#');

/** How many records of the full width are none of the table: comments, and titles that a spreadsheet filled up with separators. */
function titles(records: readonly (readonly string[])[], names: readonly string[]): number {
  const width = records[0].length;
  const isTitle = (record: readonly string[]) =>
    isComment(record) || (width > 2 && record.slice(1).every((cell) => cell === '') && !names.includes(record[0]));
  let start = 0;
  while (start < records.length - 1 && start < MOST_TITLES && isTitle(records[start])) start++;
  if (start === 0) return 0;
  const rest = records.slice(start);
  const header = isPlainlyHeader(rest) || rest[0].some((cell) => names.includes(cell));
  return header && !records.slice(0, start).some((record) => record.some((cell) => names.includes(cell))) ? start : 0;
}

/** Tab before semicolon before comma, bar and space, among those that make a table. */
function chooseReading(readings: readonly Reading[], names: readonly string[]): Reading {
  if (readings.length === 1) return readings[0];
  const isTable = ({ layout, failed }: Reading) => layout !== null && !failed && layout.width > 1;
  const tables = readings.filter((reading) => isTable(reading) && (reading.separator !== ' ' || isSpaced(reading, readings)));
  const plain = tables.filter(({ layout, separator }) => layout?.start === 0 && !layout.rowNames && separator !== ' ');
  const ranked = [...plain, ...tables.filter((reading) => !plain.includes(reading))];
  const asked = ({ records, layout }: Reading) => names.some((name) => records[layout?.start ?? 0].includes(name));
  const best = ranked.find(asked) ?? ranked[0];
  if (best) return best;
  // One column, whose numbers may have decimal commas; or nothing even, where the widest first record is meant.
  const column = readings[1];
  const numbers = column.records.slice(1);
  if (column.layout?.width === 1 && numbers.length > 0 && numbers.every(([cell]) => DECIMAL_COMMA.test(cell))) return column;
  const commented = readings.find(({ layout, failed }) => layout?.width === 1 && layout.start > 0 && !failed);
  if (commented && readings[2].layout === null) return commented;
  let widest = readings[2];
  for (const reading of readings.slice(0, 4)) {
    if ((reading.records[0]?.length ?? 0) > Math.max(1, widest.records[0]?.length ?? 0)) widest = reading;
  }
  return widest;
}

/** Words are no cells: spaces separate where nothing else does, and where a column of numbers comes out. */
function isSpaced({ records, layout }: Reading, readings: readonly Reading[]): boolean {
  const others = readings.filter(({ separator, failed }) => separator !== ' ' && !failed);
  if (others.some((other) => other.records.filter((record) => record.length > 1).length > other.records.length / 2)) return false;
  const body = records.slice((layout as Layout).start + 1);
  const width = (layout as Layout).width;
  return (
    body.length > 0 &&
    Array.from({ length: width }, (_, k) => k).some((k) =>
      body.every((record) => /^([+-]?[\d.]+([eE][+-]?\d+)?|NA)$/.test(record[k])),
    )
  );
}

/** Of records of several widths: the most frequent one (the larger of two) is meant, so that the message names the line that differs. */
function unevenLayout(records: readonly (readonly string[])[]): Layout {
  const times = new Map<number, number>();
  for (const { length } of records) times.set(length, (times.get(length) ?? 0) + 1);
  const width = [...times].reduce((best, other) =>
    other[1] > best[1] || (other[1] === best[1] && other[0] > best[0]) ? other : best,
  )[0];
  const start = records.findIndex(({ length }) => length === width);
  const differs = records.slice(start).some(({ length }) => length !== width);
  return start > 0 && differs ? { start, width, rowNames: false } : { start: 0, width: records[0].length, rowNames: false };
}

function describe(reading: Reading, options: ReadOptions): Omit<Dialect, 'offset' | 'firstLine'> {
  const { separator, escapes, records, lines, layout } = reading;
  const { start, width, rowNames } = layout ?? unevenLayout(records);
  const sample = records.slice(start, start + SAMPLE);
  const names = options.names ?? [];
  const notes: string[] = [];
  if (start > 0) {
    const between = start > 1 ? `lines ${lines[0]} to ${lines[start - 1]}` : `line ${lines[0]}`;
    notes.push(`${between} before the header ${start > 1 ? 'are' : 'is'} left out: ${JSON.stringify(records[0][0])}`);
  }
  const odd = rowNames || sample[0].length !== width;
  const header = options.header ?? (odd || isHeader(sample, names, lines[start]));
  const widthLine = lines[odd && records.length > start + 1 ? start + 1 : start];
  if (!header) {
    const skip = start;
    return { separator, escapes, skip, header, columns: positionNames(width), width, widthLine, notes };
  }
  const first = rowNames ? ['', ...sample[0]] : sample[0].slice();
  while (first.length < width) first.push('');
  // The separator behind the last cell opens no column.
  let end = width;
  while (end > 1 && (first[end - 1] ?? '') === '' && sample.slice(1).every((record) => (record[end - 1] ?? '') === '')) end--;
  if (sample.length === 1) end = width;
  const named = columnNames(first.slice(0, end), names, lines[start]);
  if (rowNames) notes.push(`${count(sample[0].length, 'name')} for ${width} columns: the first is called "${named.columns[0]}"`);
  else notes.push(...named.notes);
  const { columns } = named;
  return { separator, escapes, skip: start + 1, header, columns, width, widthLine, notes };
}
