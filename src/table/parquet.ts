import { decompress as decompressZstd } from 'fzstd';
import type { AsyncBuffer, FileMetaData, SchemaElement } from 'hyparquet';
import { parquetMetadataAsync, parquetSchema } from 'hyparquet/src/metadata.js';
import { parquetReadColumn } from 'hyparquet/src/read.js';
import { decompressBrotli } from 'hyparquet-compressors/src/brotli.js';
import { gunzip } from 'hyparquet-compressors/src/gzip.js';
import { decompressLz4, decompressLz4Raw } from 'hyparquet-compressors/src/lz4.js';
import { columnNames } from './header.js';
import { type CellText, textsOf } from './parquet-cells.js';
import type { ReadOptions } from './read-options.js';
import { TableError } from './table-error.js';
import type { Table } from './text-table.js';

/** Bytes that can be read anywhere. */
export interface RandomAccess {
  readonly size: number;
  slice(start: number, end: number): Promise<Uint8Array>;
}

/** Rows of a piece. */
const PIECE_ROWS = 1 << 13;

/** Beside snappy, which the reader has. */
const compressors = {
  GZIP: (input: Uint8Array, length: number) => gunzip(input, new Uint8Array(length)),
  BROTLI: decompressBrotli,
  ZSTD: (input: Uint8Array) => decompressZstd(input),
  LZ4: decompressLz4,
  LZ4_RAW: decompressLz4Raw,
};

/** A column as it is read: how to read it, and its cells as texts. */
interface Column {
  readonly name: string;
  readonly element: SchemaElement;
  readonly cells: CellText;
  readonly unused: boolean;
}

/**
 * Reads a Parquet file, one row group at a time. Integers and decimals keep their digits, dates are 2020-01-31, times
 * 2020-01-31T12:00:00 (Z at the end where they are of UTC), missing values are empty cells.
 *
 * @throws {@link TableError} for a damaged file, no rows, and, with column and row, for lists and records.
 */
export async function* parquetPieces(bytes: RandomAccess, options: ReadOptions): AsyncGenerator<Table> {
  const file: AsyncBuffer = {
    byteLength: bytes.size,
    slice: async (start, end = bytes.size) => exactly(await bytes.slice(start, end)),
  };
  const metadata = await attempt(() => parquetMetadataAsync(file, { geoparquet: false }));
  const unused = options.unused ?? (() => false);
  const { children: fields } = parquetSchema(metadata);
  const names = fields.map(({ element }) => element.name);
  const { columns, notes } = columnNames(names, names, 1);
  const read = fields.map(({ element, children }, k): Column => {
    const column = columns[k];
    if (children.length > 0 && !unused(column))
      throw new TableError('holds lists or records; only numbers, texts, dates and booleans are cells', { column });
    return { name: element.name, element, cells: textsOf(element), unused: unused(column) };
  });
  const plain = withoutDecimals(metadata);
  const common = { columns, unit: 'row', header: true, separator: ',', na: options.na ?? null, files: [] } as const;
  let start = 0;
  for (const group of metadata.row_groups) {
    const size = Number(group.num_rows);
    const values: ArrayLike<unknown>[] = [];
    for (const column of read) values.push(column.unused ? [] : await readColumn(file, plain, column, start, start + size));
    for (let first = 0; first < size; first += PIECE_ROWS) {
      const length = Math.min(PIECE_ROWS, size - first);
      const rows = Array.from({ length }, (_, k) => {
        const row = start + first + k + 1;
        return read.map(({ cells, unused: skipped }, j) => (skipped ? '' : cells.text(values[j][first + k], row)));
      });
      const lines = Int32Array.from(rows, (_, k) => start + first + k + 1);
      yield { ...common, rows, lines, notes: start + first === 0 ? notes : [] };
    }
    start += size;
  }
  if (start === 0) throw new TableError('has no rows');
}

async function readColumn(
  file: AsyncBuffer,
  metadata: FileMetaData,
  { name, element, cells }: Column,
  rowStart: number,
  rowEnd: number,
): Promise<ArrayLike<unknown>> {
  const values = await attempt(
    () =>
      parquetReadColumn({
        file,
        metadata,
        columns: [name],
        rowStart,
        rowEnd,
        compressors,
        parsers: cells.parsers,
        utf8: element.converted_type !== 'DECIMAL',
      }),
    name,
  );
  if (values.length !== rowEnd - rowStart)
    throw new TableError(`cannot be read as Parquet: it has ${values.length} values of ${rowEnd - rowStart}`, { column: name });
  return values;
}

/** Decimals are read as the integers or bytes that they are stored as, whose digits no double holds. */
function withoutDecimals(metadata: FileMetaData): FileMetaData {
  const schema = metadata.schema.map((element): SchemaElement => {
    if (element.converted_type !== 'DECIMAL') return element;
    const { converted_type, logical_type, ...plain } = element;
    return plain;
  });
  return { ...metadata, schema };
}

async function attempt<T>(action: () => Promise<T>, column?: string): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw new TableError(`cannot be read as Parquet: ${(error as Error).message}`, column === undefined ? {} : { column });
  }
}

/** An ArrayBuffer of these bytes alone. */
function exactly({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer {
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}
