import { closeSync, openSync, readSync } from 'node:fs';
import type { TableOptions } from '../table/read-options.js';
import { csvPieces } from '../table/csv.js';
import { TableError } from '../table/table-error.js';
import type { Table } from '../table/text-table.js';
import { CliError, inFile } from './failure.js';
import { readTable, reason } from './files.js';

/** Bytes of a CSV file, or rows of a Parquet file, that are in memory at a time. */
const pieceBytes = 1 << 20;
const pieceRows = 1 << 13;

const isParquet = (file: string) => /\.parquet$/i.test(file);

/** A table of any size, piece by piece; CSV, or Parquet where the name says so. */
export async function* readPieces(file: string, options: TableOptions): AsyncGenerator<Table> {
  if (isParquet(file)) yield* parquetPieces(file);
  else {
    const pieces = csvPieces(texts(file), options);
    for (;;) {
      const next = inFile(file, () => pieces.next());
      if (next.done) return;
      yield next.value;
    }
  }
}

/** The whole table: CSV, or Parquet. */
export async function readWhole(file: string, options: TableOptions): Promise<Table> {
  if (!isParquet(file)) return readTable(file, options);
  const pieces: Table[] = [];
  for await (const piece of parquetPieces(file)) pieces.push(piece);
  return {
    ...pieces[0],
    rows: pieces.flatMap(({ rows }) => rows),
    lines: Int32Array.from(pieces.flatMap(({ lines }) => Array.from(lines))),
  };
}

/** UTF-8 text; a byte-order mark is left to the parser. */
function* texts(file: string): Generator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    throw new CliError(`${file} cannot be read: ${reason(error)}`);
  }
  try {
    const buffer = new Uint8Array(pieceBytes);
    for (;;) {
      const length = readSync(handle, buffer);
      try {
        const text = decoder.decode(buffer.subarray(0, length), { stream: length > 0 });
        if (text !== '') yield text;
      } catch {
        throw new CliError(`${file} is not UTF-8 text; save it as "CSV UTF-8"`);
      }
      if (length === 0) return;
    }
  } finally {
    closeSync(handle);
  }
}

/** Rows count from 1 in messages. */
async function* parquetPieces(file: string): AsyncGenerator<Table> {
  let library: typeof import('hyparquet');
  try {
    library = await import('hyparquet');
  } catch {
    throw new CliError(`${file} is a Parquet file; reading it needs the package hyparquet (npm install hyparquet)`);
  }
  try {
    const buffer = await library.asyncBufferFromFile(file);
    const metadata = await library.parquetMetadataAsync(buffer);
    const columns = library.parquetSchema(metadata).children.map(({ element }) => element.name);
    const total = Number(metadata.num_rows);
    if (total === 0) throw new TableError('has no rows');
    for (let rowStart = 0; rowStart < total; rowStart += pieceRows) {
      const rowEnd = Math.min(total, rowStart + pieceRows);
      const objects = await library.parquetReadObjects({ file: buffer, metadata, columns, rowStart, rowEnd });
      const rows = objects.map((record, k) => columns.map((column) => cellOf(record[column], column, rowStart + k)));
      yield {
        columns,
        rows,
        lines: Int32Array.from(rows, (_, k) => rowStart + k + 1),
        unit: 'row',
        header: true,
        separator: ',',
        na: null,
        notes: [],
        files: [],
      };
    }
  } catch (error) {
    if (error instanceof TableError) inFile(file, () => raise(error));
    throw new CliError(`${file} cannot be read as Parquet: ${reason(error)}`);
  }
}

function raise(error: unknown): never {
  throw error;
}

/** As it would stand in a CSV file; a missing value is the empty cell. */
function cellOf(value: unknown, column: string, row: number): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object')
    throw new TableError('holds lists or records; only numbers, texts and dates can be used', { row: row + 1, column });
  return String(value);
}
