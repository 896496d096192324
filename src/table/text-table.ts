import { type Place, TableError } from './table-error.js';

/** A table of texts as it stood in the file. */
export interface Table {
  /** Names from the header, or '1', '2', ... without one. All different. */
  readonly columns: readonly string[];
  /** One array of cells for each row, header excluded; spaces around unquoted cells removed. The empty text where there is no value. */
  readonly rows: readonly (readonly string[])[];
  /** Where each row stands in its file, from 1: the line on which it starts, or its number among the rows. */
  readonly lines: Int32Array;
  /** What `lines` counts: lines of a text, or rows of a file of records (JSON, Parquet). */
  readonly unit: 'line' | 'row';
  readonly header: boolean;
  readonly separator: string;
  /** Texts that count as missing beside the empty one, spelt exactly so; null: the usual ones. */
  readonly na: readonly string[] | null;
  /** What a person might not expect of how the file was read, one sentence each. */
  readonly notes: readonly string[];
  /** The files of a table of several: the name of each, and its first row. Empty where one file, or none, is the table. */
  readonly files: readonly { readonly name: string; readonly start: number }[];
}

/** Where a row stands, for a {@link TableError}: its line or its number, and its file where there are several. */
export function rowPlace({ lines, unit, files }: Table, row: number, column?: string): Place {
  let file: string | undefined;
  for (const { name, start } of files) if (start <= row) file = name;
  return {
    ...(unit === 'line' ? { line: lines[row] } : { row: lines[row] }),
    ...(column !== undefined && { column }),
    ...(file !== undefined && { file }),
  };
}

/** The pieces of one table put together. */
export function joinTables(pieces: readonly Table[]): Table {
  if (pieces.length === 1) return pieces[0];
  const total = pieces.reduce((sum, { rows }) => sum + rows.length, 0);
  const rows: (readonly string[])[] = [];
  const lines = new Int32Array(total);
  const notes: string[] = [];
  const files: { name: string; start: number }[] = [];
  for (const piece of pieces) {
    for (const { name, start } of piece.files)
      if (files[files.length - 1]?.name !== name) files.push({ name, start: rows.length + start });
    lines.set(piece.lines, rows.length);
    notes.push(...piece.notes);
    for (const row of piece.rows) rows.push(row);
  }
  return { ...pieces[0], rows, lines, notes, files };
}
