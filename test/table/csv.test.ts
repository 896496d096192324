import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvLine, parseCsv } from '../../src/table/csv.js';
import type { ReadOptions as CsvOptions } from '../../src/table/read-options.js';
import { TableError } from '../../src/table/table-error.js';

const read = (text: string, options?: CsvOptions) => {
  const { columns, rows, lines } = parseCsv(text, options);
  return { columns, rows, lines: Array.from(lines) };
};

describe('parseCsv reads', () => {
  const plain = {
    columns: ['a', 'b'],
    rows: [
      ['1', '2'],
      ['3', '4'],
    ],
    lines: [2, 3],
  };
  it.each<[string, string]>([
    ['line feeds', 'a,b\n1,2\n3,4\n'],
    ['no final line break', 'a,b\n1,2\n3,4'],
    ['CRLF', 'a,b\r\n1,2\r\n3,4\r\n'],
    ['CR', 'a,b\r1,2\r3,4\r'],
    ['a byte-order mark', '\ufeffa,b\n1,2\n3,4\n'],
    ['a byte-order mark before a quote', '\ufeff"a","b"\n1,2\n3,4\n'],
    ['semicolons', 'a;b\n1;2\n3;4\n'],
    ['tabs', 'a\tb\n1\t2\n3\t4\n'],
    ['quotes around everything', '"a","b"\n"1","2"\n"3","4"\n'],
    ['spaces around cells', 'a , b\n 1,2 \n3 ,  4\n'],
    ['spaces before quotes', 'a, "b"\n1, "2"\n"3" ,"4" \n'],
    ['blank lines at the end', 'a,b\n1,2\n3,4\n\n  \n\n'],
  ])('%s', (_, text) => {
    expect(read(text)).toEqual(plain);
  });

  it('quoted separators, line breaks and quotes, and counts the lines of the file', () => {
    const text = 'name,note\n"x, y","two\nlines"\n\n"say ""hi""","three\r\nmore\rlines"\nz,""\n';
    expect(read(text)).toEqual({
      columns: ['name', 'note'],
      rows: [
        ['x, y', 'two\nlines'],
        ['say "hi"', 'three\r\nmore\rlines'],
        ['z', ''],
      ],
      lines: [2, 5, 8],
    });
  });

  it('quotes inside unquoted cells as they stand', () => {
    expect(read('size,n\n5" pipe,1\n6" pipe,2\n').rows[0]).toEqual(['5" pipe', '1']);
  });

  it('spaces inside quotes as they stand', () => {
    expect(read('a,b\n" x ",1\n').rows[0]).toEqual([' x ', '1']);
  });

  it('one column, where an empty quoted cell and a blank line are rows, unless nothing follows', () => {
    expect(read('a\nx\n""\n\ny\n\n\n')).toEqual({ columns: ['a'], rows: [['x'], [''], [''], ['y']], lines: [2, 3, 4, 5] });
  });

  it('a last cell that is empty', () => {
    expect(read('a,b\n1,\n3,').rows).toEqual([
      ['1', ''],
      ['3', ''],
    ]);
  });

  it('nameless columns by position', () => {
    expect(read(',a,,b\n0,5,7,1\n1,6,8,2\n').columns).toEqual(['column1', 'a', 'column3', 'b']);
  });

  it('semicolons although decimal commas split as regularly', () => {
    expect(parseCsv('a;b\n1,5;2\n2,5;3\n').separator).toBe(';');
    expect(parseCsv('a;b\n1,5;2,5\n2,5;3,5\n').rows[0]).toEqual(['1,5', '2,5']);
  });

  it('commas although a text holds a semicolon', () => {
    expect(parseCsv('a,b\nx;y,1\nz,2\n').separator).toBe(',');
  });

  it('a given separator', () => {
    expect(parseCsv('a|b\n1|2\n', { separator: '|' }).columns).toEqual(['a', 'b']);
  });
});

describe('header detection', () => {
  it.each<[string, string, boolean]>([
    ['texts above numbers', 'a,b\n1,2\n', true],
    ['texts above texts', 'a,b\nx,y\n', true],
    ['numbers above numbers', '1,2\n3,4\n', false],
    ['mixed rows', '5.1,setosa\n4.9,setosa\n', false],
    ['a missing value in the first row', 'x,NaN\ny,1\n', false],
    ['an index column without name', ',a\n0,1\n', true],
    ['one year among names', 'age,size,2019\n1,2,3\n4,5,6\n', true],
    ['a single row of texts and numbers', 'x,1\n', false],
  ])('%s', (_, text, header) => {
    expect(parseCsv(text).header).toBe(header);
  });

  it('is overridden, and then names columns by position', () => {
    expect(read('a,b\nx,y\n', { header: false })).toEqual({
      columns: ['1', '2'],
      rows: [
        ['a', 'b'],
        ['x', 'y'],
      ],
      lines: [1, 2],
    });
    expect(read('2019,2020\n1,2\n', { header: true }).columns).toEqual(['2019', '2020']);
  });
});

describe('parseCsv refuses', () => {
  it.each<[string, string, string, CsvOptions?]>([
    ['an empty file', '', 'is empty'],
    ['blank lines only', '\n \n', 'is empty'],
    ['a header alone', 'a,b\n', 'has a header but no rows'],
    ['a short row', 'a,b\n1,2\n3\n', 'line 3: 1 field; expected 2, as many as line 1 has'],
    ['a long row', 'a,b\n\n1,2,3\n', 'line 3: 3 fields; expected 2, as many as line 1 has'],
    ['a ragged row after quoted line breaks', 'a,b\n"x\ny",2\n3\n', 'line 4: 1 field; expected 2, as many as line 1 has'],
    ['an unclosed quote', 'a,b\n1,2\n3,"4\n5,6\n', 'line 3: a quote opens here and is never closed'],
    ['text after a quote', 'a,b\n"1"2,3\n', 'line 2: text after a closing quote; a quote inside a quoted cell is written twice'],
    ['a repeated name', 'a,b,a\n1,2,3\n', 'line 1, column "a": the name occurs twice in the header'],
    ['binary files', 'PK\u0003\u0000', 'contains NUL characters; it is not a text table (save it as CSV UTF-8)'],
    [
      'a separator of two characters',
      'a',
      'the separator "::" must be one character, and no quote or line break',
      { separator: '::' },
    ],
  ])('%s', (_, text, message, options) => {
    const attempt = () => parseCsv(text, options);
    expect(attempt).toThrow(TableError);
    expect(attempt).toThrow(message);
  });
});

describe('round trip', () => {
  const cell = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\t', '\n', '\r', ' ', '1', '\ufeff', 'é') }),
    fc.double().map(String),
  );
  const table = fc.integer({ min: 1, max: 5 }).chain((width) =>
    fc.array(
      fc.array(
        cell.map((text) => text.replaceAll('\0', '')),
        { minLength: width, maxLength: width },
      ),
      { minLength: 1, maxLength: 8 },
    ),
  );

  it('gives back every table of texts', () => {
    fc.assert(
      fc.property(table, fc.constantFrom(',', ';', '\t'), (rows, separator) => {
        const parsed = parseCsv(rows.map((row) => csvLine(row, separator)).join(''), { header: false, separator });
        expect(parsed.rows).toEqual(rows);
      }),
      { numRuns: 500 },
    );
  });

  it('names the line on which each row starts', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const written = rows.map((row) => csvLine(row));
        let line = 1;
        const starts = written.map((text) => {
          const start = line;
          line += text.match(/\r\n|\r|\n/g)?.length ?? 0;
          return start;
        });
        expect(Array.from(parseCsv(written.join(''), { header: false, separator: ',' }).lines)).toEqual(starts);
      }),
    );
  });

  it('detects the separator of tables of numbers', () => {
    const numbers = fc.integer({ min: 2, max: 6 }).chain((width) =>
      fc.array(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: width, maxLength: width }), {
        minLength: 1,
        maxLength: 8,
      }),
    );
    fc.assert(
      fc.property(numbers, fc.constantFrom(',', ';', '\t'), (rows, separator) => {
        const text = rows.map((row) => csvLine(row.map(String), separator)).join('');
        const parsed = parseCsv(text);
        expect(parsed).toMatchObject({ separator, header: false });
        expect(parsed.rows.map((row) => row.map(Number))).toEqual(rows.map((row) => row.map((x) => (x === 0 ? 0 : x))));
      }),
    );
  });
});

it('reads 100 000 rows of 10 columns in about a second', () => {
  const row = Array.from({ length: 10 }, (_, k) => (k === 3 ? '"quoted, text"' : `${k}.${k}25`)).join(',');
  const text = `a,b,c,d,e,f,g,h,i,j\n${`${row}\n`.repeat(100_000)}`;
  const start = process.cpuUsage();
  expect(parseCsv(text).rows.length).toBe(100_000);
  // Seconds of the processor, with room for a slow one.
  expect(process.cpuUsage(start).user / 1e6).toBeLessThan(2);
});
