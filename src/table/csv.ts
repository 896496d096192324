import { count } from '../data/describe.js';
import { CsvRecords, newRecords, type Records } from './csv-records.js';
import { type Dialect, findDialect } from './dialect.js';
import type { ReadOptions } from './read-options.js';
import { TableError } from './table-error.js';
import { joinTables, type Table } from './text-table.js';

/** Characters that are looked at to find the dialect, and how many there may be where lines are long. */
const FIRST_SAMPLE = 1 << 16;
const LAST_SAMPLE = 1 << 22;
const SAMPLE_LINES = 100;

/**
 * Reads a text that comes in pieces: each call gives the table of the records that are complete, with the columns of the file. Where the
 * text is cut changes nothing: separator, quotes and header are those of the first 65 536 characters, or of as many as 100 lines have.
 */
export class CsvReader {
  private readonly options: ReadOptions;
  private sample = '';
  private sampleSize = FIRST_SAMPLE;
  private dialect: Dialect | null = null;
  private splitter: CsvRecords | null = null;
  private skipped = 0;
  /** Lines of blank lines in a table of one column: rows if another row follows, else none. */
  private blanks: number[] = [];
  private rows = 0;

  constructor(options: ReadOptions = {}) {
    this.options = options;
  }

  /** @returns What is complete, or null. @throws {@link TableError} with the line. */
  push(text: string): Table | null {
    return this.take(text, false);
  }

  /** @returns What is left, or null. @throws {@link TableError}, also for a text without rows. */
  end(): Table | null {
    const table = this.take('', true);
    if (this.rows === 0) throw new TableError('has a header but no rows');
    return table;
  }

  private take(text: string, final: boolean): Table | null {
    if (text.includes('\0')) throw new TableError('contains NUL characters; it is not a text table (save it as CSV UTF-8)');
    let piece = text;
    if (this.dialect === null) {
      this.sample += text;
      while (!final && this.sample.length >= this.sampleSize && this.sampleSize < LAST_SAMPLE) {
        if (hasLines(this.sample, this.sampleSize)) break;
        this.sampleSize *= 2;
      }
      if (!final && this.sample.length < this.sampleSize) return null;
      this.dialect = findDialect(
        this.sample.slice(0, this.sampleSize),
        final && this.sample.length <= this.sampleSize,
        this.options,
      );
      this.splitter = new CsvRecords(this.dialect, this.dialect.firstLine);
      piece = this.sample.slice(this.dialect.offset);
      this.sample = '';
    }
    const records = newRecords();
    (this.splitter as CsvRecords).push(piece, final, records);
    return this.tableOf(this.dialect, records);
  }

  private tableOf(dialect: Dialect, records: Records): Table | null {
    const { columns, width, skip, header, separator } = dialect;
    const rows: string[][] = [];
    const lines: number[] = [];
    for (let k = 0; k < records.cells.length; k++) {
      const cells = records.cells[k];
      const line = records.lines[k];
      if (cells.length === 0) {
        if (width === 1 && this.skipped === skip) this.blanks.push(line);
        continue;
      }
      if (this.skipped < skip) {
        this.skipped++;
        continue;
      }
      if (cells.length !== width) throw this.ragged(cells.length, line);
      for (; this.blanks.length > 0; this.blanks.shift()) {
        // Blank lines before the first row of a headerless column are none.
        if (this.rows + rows.length === 0 && !header) continue;
        rows.push(['']);
        lines.push(this.blanks[0]);
      }
      rows.push(width > columns.length ? withoutEnd(cells, columns.length, line) : cells);
      lines.push(line);
    }
    if (rows.length === 0) return null;
    const notes = this.rows === 0 ? dialect.notes : [];
    this.rows += rows.length;
    const na = this.options.na ?? null;
    return { columns, rows, lines: Int32Array.from(lines), unit: 'line', header, separator, na, notes, files: [] };
  }

  private ragged(fields: number, line: number): TableError {
    const { width, widthLine } = this.dialect as Dialect;
    return new TableError(`${count(fields, 'field')}; expected ${width}, as many as line ${widthLine} has`, { line });
  }
}

/** Whether the first `size` characters hold enough lines to judge by. */
function hasLines(text: string, size: number): boolean {
  const breaks = text.slice(0, size).match(/\r\n?|\n/g);
  return breaks !== null && breaks.length >= SAMPLE_LINES;
}

/** The cells of the columns. @throws {@link TableError} for a cell that has no column. */
function withoutEnd(cells: readonly string[], width: number, line: number): string[] {
  const lost = cells.slice(width).find((cell) => cell !== '');
  if (lost !== undefined) throw new TableError(`"${lost}" stands behind the last column that has a name`, { line });
  return cells.slice(0, width);
}

/**
 * Reads a CSV text that comes in pieces: each becomes a table of the records that are complete in it, with the columns of the file.
 *
 * @throws {@link TableError} with the line in the file.
 */
export function* csvPieces(pieces: Iterable<string>, options: ReadOptions): Generator<Table> {
  const reader = new CsvReader(options);
  for (const piece of pieces) {
    const table = reader.push(piece);
    if (table) yield table;
  }
  const last = reader.end();
  if (last) yield last;
}

/**
 * Reads a CSV text (RFC 4180, and what people have; docs/tables-in.md).
 *
 * @throws {@link TableError} with the line for ragged rows, unclosed quotes, repeated column names, no rows.
 */
export function parseCsv(text: string, options: ReadOptions = {}): Table {
  return joinTables([...csvPieces([text], options)]);
}

/** One line of CSV; quotes where a cell needs them to read back the same. */
export function csvLine(record: readonly string[], separator = ','): string {
  const cells = record.map((cell) => {
    const plain = cell === cell.trim() && !/["\r\n]/.test(cell) && !cell.includes(separator);
    return plain ? cell : `"${cell.replaceAll('"', '""')}"`;
  });
  // A lone empty cell would be a blank line.
  return `${cells.length === 1 && cells[0] === '' ? '""' : cells.join(separator)}\n`;
}
