import { type FileHandle, open } from 'node:fs/promises';
import { refusedName } from '../table/kinds.js';
import { tablePieces } from '../table/read.js';
import type { ReadOptions } from '../table/read-options.js';
import { bytesSource, collect, PIECE_BYTES, type Source } from '../table/source.js';
import { TableError } from '../table/table-error.js';
import { joinTables, type Table } from '../table/text-table.js';
import type { Console } from './console.js';
import { CliError, withFile } from './failure.js';
import { reason } from './files.js';
import { matchingFiles } from './glob.js';

/** What stands for the standard input. */
const STANDARD_INPUT = '-';

/** The table that a command is given, in one file or several. */
export interface TableInput {
  /** What messages call it. */
  readonly name: string;
  /** Every file, for what must not be overwritten. */
  readonly files: readonly string[];
  /** Piece by piece, from the start at every call. */
  pieces(options: ReadOptions): AsyncGenerator<Table>;
  whole(options: ReadOptions): Promise<Table>;
}

/** Finds the files of a table: their names, patterns, or `-`. @throws {@link CliError} for what is none, with what to do. */
export async function openTable(operands: readonly string[], { input }: Console): Promise<TableInput> {
  const files = operands.flatMap((operand) => {
    const refused = refusedName(operand);
    if (refused !== null) throw new CliError(`${operand} ${refused}`);
    const found = matchingFiles(operand);
    if (found?.length === 0) throw new CliError(`${operand} matches no file`);
    return found ?? [operand];
  });
  const twice = files.find((file, k) => files.indexOf(file) < k);
  if (twice === STANDARD_INPUT) throw new CliError('- is given twice; the standard input is one table');
  if (twice !== undefined) throw new CliError(`${twice} is given twice; its rows would count twice`);
  const sources: Source[] = [];
  for (const file of files) sources.push(await openSource(file, input));
  const name = files.length === 1 ? String(sources[0].name) : `${files[0]} and ${files.length - 1} more`;
  async function* pieces(options: ReadOptions): AsyncGenerator<Table> {
    try {
      yield* tablePieces(sources, options);
    } catch (error) {
      throw error instanceof TableError ? withFile(name, error) : error;
    }
  }
  async function whole(options: ReadOptions): Promise<Table> {
    const all: Table[] = [];
    for await (const piece of pieces(options)) all.push(piece);
    return joinTables(all);
  }
  return { name, files, pieces, whole };
}

async function openSource(file: string, input: Console['input']): Promise<Source> {
  if (file === STANDARD_INPUT) return bytesSource(await collect(input ?? noInput()), 'standard input');
  const handle = await opened(file);
  try {
    const stat = await handle.stat();
    if (stat.isDirectory())
      throw new CliError(
        `${file} is a folder; name a file in it, or all of them by a pattern in quotes such as '${file.replace(/\/+$/, '')}/*.csv'`,
      );
    // A pipe can be read once only.
    if (!stat.isFile()) return bytesSource(await collect(handle.createReadStream({ autoClose: false })), file);
    return fileSource(file, stat.size);
  } finally {
    await handle.close();
  }
}

async function opened(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (error) {
    throw new CliError(`${file} cannot be read: ${reason(error)}`);
  }
}

function fileSource(file: string, size: number): Source {
  return {
    name: file,
    size,
    async *chunks() {
      const handle = await opened(file);
      try {
        for (;;) {
          const { bytesRead, buffer } = await handle.read(new Uint8Array(PIECE_BYTES), 0, PIECE_BYTES);
          if (bytesRead === 0) return;
          yield buffer.subarray(0, bytesRead);
        }
      } finally {
        await handle.close();
      }
    },
    async slice(start, end) {
      const handle = await opened(file);
      try {
        const { bytesRead, buffer } = await handle.read(new Uint8Array(end - start), 0, end - start, start);
        return buffer.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    },
  };
}

async function* noInput(): AsyncGenerator<Uint8Array> {}
