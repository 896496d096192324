import type { Table } from './text-table.js';

/** A table of texts, as it stood in the file: what a number, a date or a missing value is, is decided later. */
export class TextTable {
  /** Names from the header, or '1', '2', ... without one. All different. */
  readonly columns: readonly string[];
  readonly rowCount: number;
  /** Whether the names were in the file. */
  readonly header: boolean;
  /** What stood between cells; a comma for JSON, Parquet and rows. */
  readonly separator: string;
  /** What a person might not expect of how the file was read, one sentence each. */
  readonly notes: readonly string[];
  /** The cells, one array for each row; the empty text where there is no value. */
  readonly cells: readonly (readonly string[])[];
  /** Where each row stands in its file, from 1: in lines of a text, or in rows of a file of records. */
  readonly lines: Int32Array;
  readonly unit: 'line' | 'row';
  /** Texts that count as missing, as they were given; null: the usual ones. */
  readonly na: readonly string[] | null;
  /** The files of a table of several: the name of each, and its first row. */
  readonly files: readonly { readonly name: string; readonly start: number }[];

  constructor({ columns, rows, lines, unit, header, separator, na, notes, files }: Table) {
    this.columns = columns;
    this.rowCount = rows.length;
    this.header = header;
    this.separator = separator;
    this.notes = notes;
    this.cells = rows;
    this.lines = lines;
    this.unit = unit;
    this.na = na;
    this.files = files;
  }

  /** The rows as objects: `{ column: text }`. */
  rows(): Record<string, string>[] {
    return this.cells.map((row) => Object.fromEntries(this.columns.map((name, k) => [name, row[k]])));
  }
}
