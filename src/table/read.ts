import { CsvReader } from './csv.js';
import { BytesToText } from './encoding.js';
import { looksLikeJson, parseJson } from './json.js';
import { KIND_BYTES, kindOf, refusedText } from './kinds.js';
import { parquetPieces } from './parquet.js';
import type { ReadOptions } from './read-options.js';
import { bytesSource, collect, gunzipped, peek, type Source } from './source.js';
import { TableError } from './table-error.js';
import { joinTables, type Table } from './text-table.js';

/** Rows of a piece of a table that is read whole. */
const PIECE_ROWS = 1 << 13;

/**
 * The one reader: a table, piece by piece, of the kind that its bytes say. Several sources are one table: columns are found by name,
 * those of the first in front.
 *
 * @throws {@link TableError} for what cannot be read, with what to do; `file` names which of several it is.
 */
export async function* tablePieces(sources: readonly Source[], options: ReadOptions): AsyncGenerator<Table> {
  if (sources.length === 1) {
    yield* sourcePieces(sources[0], options);
    return;
  }
  let first: { readonly table: Table; readonly name: string } | null = null;
  for (const source of sources) {
    const name = source.name ?? 'a table without a name';
    // What the first has decided holds for all: without a header there is none in the others either.
    const own: ReadOptions = first ? { ...options, header: first.table.header, names: first.table.columns } : options;
    const pieces = sourcePieces(source, own);
    for (;;) {
      const { done, value } = await inSource(name, pieces.next());
      if (done) break;
      first ??= { table: value, name };
      yield arranged(value, name, first);
    }
  }
}

/** The whole table: its pieces put together. */
export async function wholeTable(sources: readonly Source[], options: ReadOptions): Promise<Table> {
  const pieces: Table[] = [];
  for await (const piece of tablePieces(sources, options)) pieces.push(piece);
  return joinTables(pieces);
}

async function inSource<T>(name: string, action: Promise<T>): Promise<T> {
  try {
    return await action;
  } catch (error) {
    if (!(error instanceof TableError) || error.file !== null) throw error;
    throw error.inFile(name);
  }
}

/** A piece of one of several files, with the columns in the order of the first. */
function arranged(table: Table, name: string, first: { readonly table: Table; readonly name: string }): Table {
  const { columns } = first.table;
  const files = [{ name, start: 0 }];
  const notes = table.notes.map((note) => `${name}: ${note}`);
  if (table.columns.every((column, k) => column === columns[k]) && table.columns.length === columns.length)
    return { ...table, files, notes };
  const order = columns.map((column) => table.columns.indexOf(column));
  if (order.includes(-1) || table.columns.length !== columns.length) {
    const list = (names: readonly string[]) => (names.length > 8 ? `${names.slice(0, 8).join(', ')}, ...` : names.join(', '));
    throw new TableError(
      `has the columns ${list(table.columns)}, and ${first.name} has ${list(columns)}; files of one table have the same header`,
      { file: name },
    );
  }
  return { ...table, columns, rows: table.rows.map((row) => order.map((k) => row[k])), files, notes };
}

async function* sourcePieces(source: Source, options: ReadOptions): AsyncGenerator<Table> {
  const { head, all } = await peek(source.chunks(), KIND_BYTES);
  const kind = kindOf(head);
  if (typeof kind === 'object') {
    await all.return(undefined);
    throw new TableError(kind.refused);
  }
  if (kind === 'gzip') {
    const chunks = gunzipped(all);
    yield* sourcePieces({ name: source.name, size: null, chunks: () => chunks }, options);
  } else if (kind === 'parquet') {
    const { size, slice } = source;
    if (size !== null && slice) {
      await all.return(undefined);
      yield* parquetPieces({ size, slice: (start, end) => slice(start, end) }, options);
    } else {
      const bytes = await collect(all);
      const memory = bytesSource(bytes);
      yield* parquetPieces({ size: bytes.length, slice: memory.slice as NonNullable<Source['slice']> }, options);
    }
  } else if (/\.(parquet|pq)$/i.test(source.name ?? '')) {
    await all.return(undefined);
    throw new TableError('cannot be read as Parquet: it does not begin as such a file does');
  } else yield* textPieces(all, source.name, options);
}

/** CSV in pieces; JSON when all of it is there. */
async function* textPieces(chunks: AsyncIterable<Uint8Array>, name: string | null, options: ReadOptions): AsyncGenerator<Table> {
  const decoder = new BytesToText();
  // The last piece is held back until nothing can be said of the whole any more.
  let held: Table | null = null;
  for await (const table of tablesOfTexts(
    decodedChunks(chunks, decoder),
    /\.(json|ndjson|jsonl)(\.gz)?$/i.test(name ?? ''),
    options,
  )) {
    if (held) yield held;
    held = table;
  }
  if (held) yield decoder.note === null ? held : { ...held, notes: [...held.notes, decoder.note] };
}

async function* decodedChunks(chunks: AsyncIterable<Uint8Array>, decoder: BytesToText): AsyncGenerator<string> {
  for await (const chunk of chunks) yield decoder.push(chunk);
  yield decoder.end();
}

async function* tablesOfTexts(texts: AsyncIterable<string>, named: boolean, options: ReadOptions): AsyncGenerator<Table> {
  const csv = new CsvReader(options);
  let json: string[] | null = null;
  /** What came so far, until it is enough to tell what it is. */
  let beginning: string | null = '';
  const begin = (text: string): void => {
    const refused = refusedText(text);
    if (refused !== null) throw new TableError(refused);
    if (named || looksLikeJson(text)) json = [];
    beginning = null;
  };
  for await (const piece of texts) {
    let text = piece;
    if (beginning !== null) {
      beginning += piece;
      if (beginning.trimStart().length < KIND_BYTES) continue;
      text = beginning;
      begin(text);
    }
    if (json) (json as string[]).push(text);
    else {
      const table = csv.push(text);
      if (table) yield table;
    }
  }
  const rest = beginning ?? '';
  if (beginning !== null) begin(rest);
  if (json) yield* slices(parseJson([...(json as string[]), rest].join(''), options));
  else {
    const last = csv.push(rest);
    if (last) yield last;
    const end = csv.end();
    if (end) yield end;
  }
}

function* slices(table: Table): Generator<Table> {
  for (let start = 0; start < table.rows.length; start += PIECE_ROWS) {
    const end = start + PIECE_ROWS;
    const rows = table.rows.slice(start, end);
    yield { ...table, rows, lines: table.lines.slice(start, end), notes: start === 0 ? table.notes : [] };
  }
}
