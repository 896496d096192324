import { describeValue } from '../data/describe.js';
import { checkOptionNames } from '../data/option-names.js';
import { ArgumentError } from '../errors.js';
import { refusedName } from './kinds.js';
import { wholeTable } from './read.js';
import type { ReadOptions, TableOptions } from './read-options.js';
import { areRows, type TableRows, tableOfRows } from './records.js';
import { blobSource, bytesSource, collect, type Source, streamChunks } from './source.js';
import { TextTable } from './text-table-class.js';

/** The content of a file. */
export type TableBytes = Uint8Array | ArrayBuffer | Blob | ReadableStream<Uint8Array>;

/** A table: its text, its bytes, those of several files with one header, or the rows of a program. */
export type TableInput = string | TableBytes | readonly TableBytes[] | TableRows;

export interface ReadTableOptions extends TableOptions {
  /** Names of columns that you will ask for: one that stands in the first line makes it a header. */
  readonly names?: readonly string[];
}

/**
 * Reads a table: CSV and TSV in any dialect, JSON, NDJSON and Parquet, gzipped or not; what it is, its bytes say. Everything that
 * `cvxnn train` reads, it reads the same.
 *
 * @param input - The content, not the name, of a file: a text, bytes, a Blob (a File of a page), a stream (`(await fetch(url)).body`), an
 *   array of these for a table in several files, or rows: objects by column, arrays by position, or one list for each column.
 * @returns Its cells as texts. Memory: the whole table.
 * @throws ArgumentError for another input or option. {@link TableError} with line (or row) and column for a table that cannot be read.
 */
export async function readTable(input: TableInput, options: ReadTableOptions = {}): Promise<TextTable> {
  checkOptions(options);
  if (typeof input === 'string') checkText(input);
  const sources = await sourcesOf(input);
  if (sources !== null) return new TextTable(await wholeTable(sources, options));
  if (!areRows(input))
    throw new ArgumentError('input', describeValue(input), 'a text, bytes, a Blob, a stream, an array of these, or rows');
  return new TextTable(tableOfRows(input, options));
}

/** The bytes of an input; null for what is none. */
async function sourcesOf(input: unknown): Promise<Source[] | null> {
  const one = await sourceOf(input, 'input');
  if (one !== null) return [one];
  if (!Array.isArray(input) || input.length === 0 || !isBytes(input[0])) return null;
  const sources: Source[] = [];
  for (let k = 0; k < input.length; k++) {
    const source = await sourceOf(input[k], `input[${k}]`);
    if (source === null)
      throw new ArgumentError(`input[${k}]`, describeValue(input[k]), 'bytes, a Blob or a stream, as the others are');
    sources.push(source);
  }
  return sources;
}

const isBytes = (input: unknown): input is TableBytes =>
  input instanceof Uint8Array ||
  input instanceof ArrayBuffer ||
  (typeof Blob !== 'undefined' && input instanceof Blob) ||
  (typeof ReadableStream !== 'undefined' && input instanceof ReadableStream);

async function sourceOf(input: unknown, name: string): Promise<Source | null> {
  if (typeof input === 'string') return bytesSource(new TextEncoder().encode(input));
  if (!isBytes(input)) return null;
  if (input instanceof Uint8Array) return bytesSource(input, name);
  if (input instanceof ArrayBuffer) return bytesSource(new Uint8Array(input), name);
  if (input instanceof Blob) return { ...blobSource(input), name: (input as { name?: string }).name ?? name };
  return bytesSource(await collect(streamChunks(input)), name);
}

/** A name in place of what it names is the likely mistake. */
function checkText(text: string): void {
  if (/[\r\n]/.test(text.trim())) return;
  if (refusedName(text) !== null)
    throw new ArgumentError('input', `the address ${JSON.stringify(text)}`, 'what is there: (await fetch(address)).body');
  if (/\.(csv|tsv|txt|json|ndjson|jsonl|parquet|pq)(\.gz)?$/i.test(text))
    throw new ArgumentError('input', `the name of a file, ${JSON.stringify(text)}`, 'its content: in Node await readFile(name)');
}

function checkOptions(options: ReadTableOptions): asserts options is ReadOptions {
  checkOptionNames(options, ['header', 'separator', 'na', 'names']);
  const { header, separator, na, names } = options;
  if (header !== undefined && typeof header !== 'boolean')
    throw new ArgumentError('options.header', describeValue(header), 'true or false');
  if (separator !== undefined && (typeof separator !== 'string' || !/^[^"\r\n]$/.test(separator)))
    throw new ArgumentError('options.separator', describeValue(separator), 'one character, and no quote or line break');
  for (const [name, list] of Object.entries({ na, names })) {
    if (list !== undefined && !(Array.isArray(list) && list.every((entry) => typeof entry === 'string')))
      throw new ArgumentError(`options.${name}`, describeValue(list), 'an array of strings');
  }
}
