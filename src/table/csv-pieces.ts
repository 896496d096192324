import { count } from '../data/describe.js';
import { type CsvOptions, parseCsv, UnclosedQuote } from './csv.js';
import { TableError } from './table-error.js';
import type { Table } from './text-table.js';

/** Characters that a single record may have: a quote that is never closed must not swallow the file. */
const LONGEST_RECORD = 1 << 24;

/**
 * Reads a CSV text that comes in pieces, as {@link parseCsv} reads the whole: each piece becomes a table of the records that are complete
 * in it, with the columns of the file. Separator and header are those of the first piece, so it should have some records.
 *
 * @throws {@link TableError} with the line in the file.
 */
export function* csvPieces(pieces: Iterable<string>, options: CsvOptions): Generator<Table> {
  let rest = '';
  let line = 1;
  let first: Table | null = null;
  const parse = (text: string): Table => {
    if (first === null) return parseCsv(text, options);
    const { separator, columns } = first;
    const { rows, lines } = parseCsv(text, { header: false, separator }, line);
    if (rows[0].length !== columns.length)
      throw new TableError(`${count(rows[0].length, 'field')}; expected ${columns.length}, as many as the first line has`, {
        line: lines[0],
      });
    return { ...first, rows, lines };
  };
  /** The table of complete records; null for blank lines. */
  function take(text: string): Table | null {
    if (first !== null && text.trim() === '') return null;
    const table = parse(text);
    first ??= table;
    return table;
  }
  for (const piece of pieces) {
    rest += piece;
    const end = recordEnd(rest);
    if (end === 0) continue;
    const text = rest.slice(0, end);
    let table: Table | null;
    try {
      table = take(text);
    } catch (error) {
      // The last line break is inside a quoted cell: the next piece closes it.
      if (error instanceof UnclosedQuote && rest.length < LONGEST_RECORD) continue;
      throw error;
    }
    if (table) yield table;
    line += text.match(/\r\n|\r|\n/g)?.length ?? 0;
    rest = rest.slice(end);
  }
  const last = rest !== '' || first === null ? take(rest) : null;
  if (last) yield last;
}

/** After the last line break; 0 without one. A carriage return at the very end may be half of a line break. */
function recordEnd(text: string): number {
  const feed = text.lastIndexOf('\n') + 1;
  return feed > 0 ? feed : text.lastIndexOf('\r', text.length - 2) + 1;
}
