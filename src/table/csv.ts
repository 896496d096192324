import { count } from '../data/describe.js';
import { cellKind } from './cells.js';
import { TableError } from './table-error.js';
import type { Table } from './text-table.js';

export interface CsvOptions {
  /** Default: decided by {@link looksLikeHeader}. */
  readonly header?: boolean;
  /** One character. Default: the tab, semicolon or comma that splits the first records evenly. */
  readonly separator?: string;
}

/** Of a text, or of a piece of one, that ends inside a quoted cell. */
export class UnclosedQuote extends TableError {}

interface Records {
  readonly cells: string[][];
  readonly lines: number[];
}

const QUOTE = 34;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
/** Records that are looked at to find separator and header. */
const SAMPLE = 50;

/**
 * Reads a CSV text (RFC 4180, and what people have): byte-order mark, LF, CRLF or CR, quoted cells with separators,
 * line breaks and doubled quotes inside, spaces around cells, blank lines (skipped).
 *
 * @param firstLine - number of the text's first line, where it is a part of a file.
 * @throws {@link TableError} with the line for ragged rows, unclosed quotes, repeated column names, no rows.
 */
export function parseCsv(text: string, options: CsvOptions = {}, firstLine = 1): Table {
  const content = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  if (content.includes('\0')) throw new TableError('contains NUL characters; it is not a text table (save it as CSV UTF-8)');
  if (options.separator !== undefined && !/^[^"\r\n ]$/.test(options.separator)) {
    throw new TableError(
      `the separator ${JSON.stringify(options.separator)} must be one character, and no quote, space or line break`,
    );
  }
  const separator = options.separator ?? detectSeparator(content);
  const { cells, lines } = parseRecords(content, separator, Number.POSITIVE_INFINITY, firstLine);
  if (cells.length === 0) throw new TableError('is empty');
  const width = cells[0].length;
  for (let k = 1; k < cells.length; k++) {
    if (cells[k].length !== width) {
      throw new TableError(`${count(cells[k].length, 'field')}; expected ${width}, as many as line ${lines[0]} has`, {
        line: lines[k],
      });
    }
  }
  const header = options.header ?? looksLikeHeader(cells.slice(0, SAMPLE));
  const columns = header ? columnNames(cells[0], lines[0]) : cells[0].map((_, k) => String(k + 1));
  const rows = header ? cells.slice(1) : cells;
  if (rows.length === 0) throw new TableError('has a header but no rows');
  return {
    columns,
    rows,
    lines: Int32Array.from(header ? lines.slice(1) : lines),
    unit: 'line',
    header,
    separator,
    na: null,
    notes: [],
    files: [],
  };
}

/** Empty names (an index column, a trailing separator) become column1, column2, ... by position. */
function columnNames(cells: readonly string[], line: number): string[] {
  const names = cells.map((cell, k) => cell || `column${k + 1}`);
  const repeated = names.find((name, k) => names.indexOf(name) < k);
  if (repeated !== undefined) throw new TableError('the name occurs twice in the header', { line, column: repeated });
  return names;
}

/**
 * The first record is a header unless it has numbers or missing values in it and no column speaks for a header more
 * often: a text above nothing but numbers.
 */
export function looksLikeHeader(records: readonly (readonly string[])[]): boolean {
  let against = 0;
  let inFavour = 0;
  records[0].forEach((cell, k) => {
    const kind = cell === '' ? 'text' : cellKind(cell);
    if (kind !== 'text') against++;
    else {
      const below = records.slice(1).map((record) => cellKind(record[k] ?? ''));
      if (below.includes('number') && below.every((other) => other === 'number' || other === 'missing')) inFavour++;
    }
  });
  return against === 0 || inFavour > against;
}

/**
 * Tab before semicolon before comma, among those that give every sampled record the same number (at least two) of
 * fields: a comma inside a semicolon table may be regular too (decimal commas), the other way round is rare.
 */
function detectSeparator(text: string): string {
  let best = ',';
  let widest = 1;
  for (const separator of ['\t', ';', ',']) {
    const widths = fieldCounts(text, separator);
    if (widths[0] > 1 && widths.every((width) => width === widths[0])) return separator;
    if (widths[0] > widest) {
      widest = widths[0];
      best = separator;
    }
  }
  return best;
}

/** Fields of the sampled records; of the first alone, followed by NaN, where quotes make no sense further down. */
function fieldCounts(text: string, separator: string): number[] {
  const counts = (limit: number) => parseRecords(text, separator, limit).cells.map((record) => record.length);
  try {
    return counts(SAMPLE);
  } catch {
    try {
      return [...counts(1), Number.NaN];
    } catch {
      return [];
    }
  }
}

/** The first `limit` records that are not blank lines. */
function parseRecords(text: string, separator: string, limit: number, firstLine = 1): Records {
  const splitter = separator.charCodeAt(0);
  const cells: string[][] = [];
  const lines: number[] = [];
  let position = 0;
  let line = firstLine;
  while (position < text.length && cells.length < limit) {
    const record: string[] = [];
    const start = line;
    let quoted = false;
    for (;;) {
      let first = position;
      while (text.charCodeAt(first) === SPACE) first++;
      if (text.charCodeAt(first) === QUOTE) {
        const cell = quotedCell(text, first, line);
        quoted = true;
        record.push(cell.value);
        line += cell.breaks;
        position = cell.end;
        while (text.charCodeAt(position) === SPACE) position++;
        const next = text.charCodeAt(position);
        if (position < text.length && next !== splitter && next !== LINE_FEED && next !== CARRIAGE_RETURN) {
          throw new TableError(`text after a closing quote; a quote inside a quoted cell is written twice`, { line });
        }
      } else {
        let end = first;
        for (; end < text.length; end++) {
          const character = text.charCodeAt(end);
          if (character === splitter || character === LINE_FEED || character === CARRIAGE_RETURN) break;
        }
        record.push(text.slice(first, end).trim());
        position = end;
      }
      if (text.charCodeAt(position) !== splitter) break;
      position++;
    }
    if (text.charCodeAt(position) === CARRIAGE_RETURN && text.charCodeAt(position + 1) === LINE_FEED) position++;
    position++;
    line++;
    if (record.length > 1 || quoted || record[0] !== '') {
      cells.push(record);
      lines.push(start);
    }
  }
  return { cells, lines };
}

/** The cell whose opening quote is at `open`: its value, the position after its closing quote, the line breaks in it. */
function quotedCell(text: string, open: number, line: number): { value: string; end: number; breaks: number } {
  let value = '';
  let from = open + 1;
  for (;;) {
    const close = text.indexOf('"', from);
    if (close < 0) throw new UnclosedQuote('a quote opens here and is never closed', { line });
    value += text.slice(from, close);
    if (text.charCodeAt(close + 1) !== QUOTE) {
      return { value, end: close + 1, breaks: value.match(/\r\n|\r|\n/g)?.length ?? 0 };
    }
    value += '"';
    from = close + 2;
  }
}

/** One line of CSV for a record, with its line feed; `parseCsv` gives back the same cells. */
export function csvLine(record: readonly string[], separator = ','): string {
  const cells = record.map((cell) => {
    const plain = cell === cell.trim() && !/["\r\n]/.test(cell) && !cell.includes(separator);
    return plain ? cell : `"${cell.replaceAll('"', '""')}"`;
  });
  // A lone empty cell would be a blank line.
  return `${cells.length === 1 && cells[0] === '' ? '""' : cells.join(separator)}\n`;
}
