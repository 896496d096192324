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

  constructor({ columns, rows, header, separator, notes }: Table) {
    this.columns = columns;
    this.rowCount = rows.length;
    this.header = header;
    this.separator = separator;
    this.notes = notes;
    this.cells = rows;
  }

  /** The rows as objects: `{ column: text }`. */
  rows(): Record<string, string>[] {
    return this.cells.map((row) => Object.fromEntries(this.columns.map((name, k) => [name, row[k]])));
  }
}
