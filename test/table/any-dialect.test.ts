import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { tablePieces, wholeTable } from '../../src/table/read.js';
import { bytesSource } from '../../src/table/source.js';
import { joinTables, type Table } from '../../src/table/text-table.js';
import { cutSource, utf8 } from './reading.js';

/** What a table says, before anyone writes it down: a number, a text, a number with gaps. */
interface Meant {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const name = fc.constantFrom('size', 'Größe', 'net price', 'a;b', 'x,y', 'say "hi"', 'two\nlines', 'id', 'col|umn', "it's");
const text = fc.constantFrom(
  'red',
  'dark blue',
  'a,b',
  'x;y',
  'tab\there',
  'say "hi"',
  'é',
  'two\nlines',
  'R&D',
  'c:\\',
  '#5',
  'b|c',
  '',
);
const number = fc.oneof(
  fc.integer({ min: -999, max: 999 }).map(String),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((x) => String(x + 0)),
);
const meant: fc.Arbitrary<Meant> = fc
  .record({
    names: fc.uniqueArray(name, { minLength: 3, maxLength: 3 }),
    rows: fc.array(fc.tuple(number, text, fc.oneof({ weight: 4, arbitrary: number }, fc.constant(''))), {
      minLength: 2,
      maxLength: 80,
    }),
  })
  .map(({ names, rows }) => ({ names, rows }));

interface Dialect {
  readonly separator: string;
  readonly end: string;
  readonly quotes: 'needed' | 'all' | 'texts';
  readonly escape: 'doubled' | 'backslash';
  readonly encoding: 'utf8' | 'bom' | 'utf16le' | 'utf16be';
  readonly trailing: boolean;
  readonly sep: boolean;
  readonly title: string;
  readonly padding: string;
  readonly last: boolean;
  readonly blanks: number;
}

const dialect: fc.Arbitrary<Dialect> = fc.record({
  separator: fc.constantFrom(',', ';', '\t', '|'),
  end: fc.constantFrom('\n', '\r\n', '\r', '\r\r\n'),
  quotes: fc.constantFrom('needed', 'all', 'texts'),
  escape: fc.constantFrom('doubled', 'backslash'),
  encoding: fc.constantFrom('utf8', 'bom', 'utf16le', 'utf16be'),
  trailing: fc.boolean(),
  sep: fc.boolean(),
  title: fc.constantFrom('', 'Report', '# made by a program', 'Report 2020\n\n'),
  padding: fc.constantFrom('', ' ', '   '),
  last: fc.boolean(),
  blanks: fc.nat({ max: 2 }),
});

function write({ names, rows }: Meant, how: Dialect): Uint8Array {
  const { separator, end, quotes, escape: escaping, trailing, sep, title, padding, last, blanks } = how;
  const quoted = (cell: string) =>
    `"${escaping === 'doubled' ? cell.replaceAll('"', '""') : cell.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  // A first cell that starts like a comment, or that nothing but padding tells from a blank one, is put in quotes.
  const needed = (cell: string) => cell !== cell.trim() || /["\r\n\t,;|]/.test(cell) || cell.startsWith('#') || cell === '';
  const cell = (value: string, k: number) => {
    const marked = quotes === 'all' || (quotes === 'texts' && k === 1) || (value !== '' && needed(value));
    return marked ? quoted(value) : value;
  };
  const line = (cells: readonly string[]) => cells.map(cell).join(padding + separator + padding) + (trailing ? separator : '');
  // Line breaks inside cells stay as they are; those of the title are the file's.
  const above = (sep ? `sep=${separator}${end}` : '') + (title === '' ? '' : `${title.replaceAll('\n', end)}${end}`);
  const body = [names, ...rows].map(line).join(end) + (last ? end.repeat(1 + blanks) : '');
  const all = above + body;
  if (how.encoding === 'utf8') return utf8(all);
  if (how.encoding === 'bom') return utf8(`\ufeff${all}`);
  const bytes = Buffer.from(`\ufeff${all}`, 'utf16le');
  return new Uint8Array(how.encoding === 'utf16le' ? bytes : bytes.swap16());
}

async function inPieces(bytes: Uint8Array, sizes: readonly number[], names: readonly string[]): Promise<Table> {
  const pieces: Table[] = [];
  for await (const piece of tablePieces([cutSource(bytes, sizes)], { names })) pieces.push(piece);
  return joinTables(pieces);
}

describe('any dialect of one table, cut anywhere', () => {
  it('is the same table, whole and in pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        meant,
        dialect,
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 5 }),
        async (table, how, sizes) => {
          // A backslash that escapes nothing and one that does are told apart only where a quote is escaped.
          fc.pre(how.escape === 'doubled' || [...table.names, ...table.rows.flat()].some((cell) => /"[^"]/.test(cell)) === true);
          const bytes = write(table, how);
          const whole = await wholeTable([bytesSource(bytes)], { names: table.names });
          expect(whole.columns).toEqual(table.names);
          expect(whole.rows).toEqual(table.rows);
          expect(whole.separator).toBe(how.separator);
          const cut = await inPieces(bytes, sizes, table.names);
          expect({ ...cut, lines: Array.from(cut.lines) }).toEqual({ ...whole, lines: Array.from(whole.lines) });
        },
      ),
      { numRuns: 250 },
    );
  });

  it('is the table that Parquet holds', async () => {
    await fc.assert(
      fc.asyncProperty(meant, dialect, async (table, how) => {
        fc.pre(how.escape === 'doubled');
        const csv = await wholeTable([bytesSource(write(table, how))], { names: table.names });
        const columnData = table.names.map((name, k) => ({
          name,
          data: table.rows.map((row) => (row[k] === '' ? null : k === 1 ? row[k] : Number(row[k]))),
          type: k === 1 ? 'STRING' : 'DOUBLE',
          nullable: true,
        }));
        const parquet = new Uint8Array(parquetWriteBuffer({ columnData: columnData as never }));
        const read = await wholeTable([bytesSource(parquet)], { names: table.names });
        const cut = await inPieces(parquet, [97], table.names);
        expect({ columns: read.columns, rows: read.rows }).toEqual({ columns: csv.columns, rows: csv.rows });
        expect(cut.rows).toEqual(read.rows);
      }),
      { numRuns: 60 },
    );
  });
});
