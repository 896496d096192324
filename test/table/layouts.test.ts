import { describe, expect, it } from 'vitest';
import type { ReadOptions } from '../../src/table/read-options.js';
import { file, read, refusal } from './reading.js';

/** What most cases must give. */
const abc = {
  columns: ['a', 'b', 'y'],
  rows: [
    ['1', 'x', '0.5'],
    ['2', 'z', '1.5'],
    ['3', 'x', '2.5'],
  ],
};
const text = (separator = ',', end = '\n') => [abc.columns, ...abc.rows].map((cells) => cells.join(separator)).join(end) + end;

describe('a table is read from', () => {
  it.each<[string, string, number[]?]>([
    ['commas', text()],
    ['semicolons', text(';')],
    ['tabs', text('\t')],
    ['bars', text('|')],
    ['spaces', text(' ')],
    ['runs of spaces, as columns that are aligned', 'a   b    y\n1   x  0.5\n 2  z  1.5\n3   x  2.5\n'],
    ['commas with spaces', text(', ')],
    ['bars with spaces around', text(' | ')],
    ['a line that tells Excel the separator', `sep=;\r\n${text(';', '\r\n')}`, [3, 4, 5]],
    ['such a line for a comma', `sep=,\n${text()}`, [3, 4, 5]],
    ['such a line for a tab', `sep=\t\n${text('\t')}`, [3, 4, 5]],
    ['such a line in capitals', `SEP=|\n${text('|')}`, [3, 4, 5]],
    ['such a line behind a byte-order mark', `\ufeffsep=;\n${text(';')}`, [3, 4, 5]],
    ['such a line for a separator that nothing else would find', `sep=:\n${text(':')}`, [3, 4, 5]],
    ['carriage returns', text(',', '\r')],
    ['CRLF', text(',', '\r\n')],
    ['carriage returns too many, as Python leaves them on Windows', text(',', '\r\r\n')],
    ['no last line break', text().trimEnd()],
    ['blank lines at the end', `${text()}\n\n  \n`],
    ['a blank line between rows', text().replace('2,z', '\n2,z'), [2, 4, 5]],
    ['separators behind the last cell of every line', text().replaceAll('\n', ',\n')],
    ['several of them', text().replaceAll('\n', ';;;\n').replaceAll(',', ';')],
    ['separators behind the rows alone', text().replaceAll('\n', ',\n').replace('a,b,y,', 'a,b,y')],
    ['a separator behind the header alone', text().replace('a,b,y', 'a,b,y,')],
    ['a separator behind everything, and tabs', text('\t').replaceAll('\n', '\t\n')],
    ['quotes around everything', '"a","b","y"\n"1","x","0.5"\n"2","z","1.5"\n"3","x","2.5"\n'],
    ['quotes around texts', '"a","b","y"\n1,"x",0.5\n2,"z",1.5\n3,"x",2.5\n'],
    ['spaces around quotes', '"a" , "b","y"\n 1 ,"x" , 0.5\n2,  "z",1.5\n3,"x",2.5 \n'],
  ])('%s', async (_, input, lines = [2, 3, 4].map((line) => (input.startsWith('sep') ? line + 1 : line))) => {
    const table = await read(input);
    expect({ columns: table.columns, rows: table.rows }).toEqual(abc);
    expect(table.header).toBe(true);
    expect(table.lines).toEqual(lines);
    expect(table.notes).toEqual([]);
  });

  it.each<[string, string, number, string]>([
    ['a title', `Sales in May\n\n${text()}`, 4, 'line 1 before the header is left out: "Sales in May"'],
    ['a title without a blank line', `Sales in May\n${text()}`, 3, 'line 1 before the header is left out: "Sales in May"'],
    [
      'a title with separators, as spreadsheets write it',
      `Sales in May,,\n${text()}`,
      3,
      'line 1 before the header is left out: "Sales in May"',
    ],
    ['several lines of titles', `Sales\nBerne;May\n${text(';')}`, 4, 'lines 1 to 2 before the header are left out: "Sales"'],
    ['a comment', `# made by a program\n${text()}`, 3, 'line 1 before the header is left out: "# made by a program"'],
    [
      'comments with separators in them',
      `# a, b\n# c, d, e, f\n${text()}`,
      4,
      'lines 1 to 2 before the header are left out: "# a"',
    ],
    ['a comment as wide as the table', `# made, by, me\n${text()}`, 3, 'line 1 before the header is left out: "# made"'],
    ['a comment above tabs', `# x\n${text('\t')}`, 3, 'line 1 before the header is left out: "# x"'],
    ['a title above the line of a separator', `sep=;\nTitle\n${text(';')}`, 4, 'line 2 before the header is left out: "Title"'],
  ])('%s in front', async (_, input, firstLine, note) => {
    const table = await read(input);
    expect({ columns: table.columns, rows: table.rows }).toEqual(abc);
    expect(table.lines[0]).toBe(firstLine);
    expect(table.notes).toEqual([note]);
  });

  it.each<[string, string, string[], string[]]>([
    ['write.table of R', '"a" "y"\n"1" 0.5 "x"\n"2" 1.5 "z"\n', ['column1', 'a', 'y'], ['1', '0.5', 'x']],
    [
      'names of cars',
      '"mpg" "cyl"\n"Mazda RX4" 21 6\n"Datsun 710" 22.8 4\n',
      ['column1', 'mpg', 'cyl'],
      ['Mazda RX4', '21', '6'],
    ],
    ['tabs without quotes', 'a\ty\n1\t0.5\tx\n2\t1.5\tz\n', ['column1', 'a', 'y'], ['1', '0.5', 'x']],
    ['commas and quotes', '"a","y"\n"1",0.5,"x"\n"2",1.5,"z"\n', ['column1', 'a', 'y'], ['1', '0.5', 'x']],
    ['one column', '"x"\n"1" 5\n"2" 6\n', ['column1', 'x'], ['1', '5']],
    ['write.csv of R', '"","a","y"\n"1",0.5,"x"\n"2",1.5,"z"\n', ['column1', 'a', 'y'], ['1', '0.5', 'x']],
    ['the index of pandas', ',a,y\n0,0.5,x\n1,1.5,z\n', ['column1', 'a', 'y'], ['0', '0.5', 'x']],
    ['the index of pandas, and tabs', '\ta\ty\n0\t0.5\tx\n1\t1.5\tz\n', ['column1', 'a', 'y'], ['0', '0.5', 'x']],
  ])('names of rows: %s', async (_, input, columns, first) => {
    const table = await read(input);
    expect(table.columns).toEqual(columns);
    expect(table.rows[0]).toEqual(first);
    expect(table.notes).toHaveLength(1);
    expect(table.notes[0]).toContain('is called "column1"');
  });
});

describe('one column', () => {
  it.each<[string, string, string[]]>([
    ['a blank line between values', 'temp\n1.5\n\n3.5\n', ['1.5', '', '3.5']],
    ['two of them', 'temp\n1.5\n\n\n3.5\n', ['1.5', '', '', '3.5']],
    ['a blank line under the header', 'temp\n\n1.5\n3.5\n', ['', '1.5', '3.5']],
    ['blank lines at the end, which are none', 'temp\n1.5\n3.5\n\n\n', ['1.5', '3.5']],
    ['blank lines that hold spaces', 'temp\n1.5\n  \n3.5\n  \n', ['1.5', '', '3.5']],
    ['an empty cell in quotes', 'temp\n1.5\n""\n3.5\n""\n', ['1.5', '', '3.5', '']],
    ['CRLF', 'temp\r\n1.5\r\n\r\n3.5\r\n', ['1.5', '', '3.5']],
    ['decimal commas', 'temp\n1,5\n\n3,5\n', ['1,5', '', '3,5']],
    ['a separator behind each', 'temp;\n1.5;\n3.5;\n', ['1.5', '3.5']],
    ['texts of several words', 'note\ngood day\nbad day\nnight\n', ['good day', 'bad day', 'night']],
    ['a comment above', '# of, May\ntemp\n1.5\n3.5\n', ['1.5', '3.5']],
  ])('with %s', async (_, input, cells) => {
    const table = await read(input);
    expect(table.columns).toEqual([input.includes('note') ? 'note' : 'temp']);
    expect(table.rows).toEqual(cells.map((cell) => [cell]));
  });

  it('without a header starts at its first value', async () => {
    expect((await read('\n\n1.5\n\n2.5\n')).rows).toEqual([['1.5'], [''], ['2.5']]);
  });

  it('temperature-gap.csv has three rows, on their lines', async () => {
    const table = await read(file('temperature-gap.csv'));
    expect(table.rows).toEqual([['1.5'], [''], ['3.5']]);
    expect(table.lines).toEqual([2, 3, 4]);
  });
});

describe('quotes', () => {
  it.each<[string, string, string[]]>([
    ['doubled', 'n,t\n1,"say ""hi"""\n2,x\n', ['1', 'say "hi"']],
    ['escaped by a backslash, as databases do', 'n,t\n1,"say \\"hi\\" now"\n2,x\n', ['1', 'say "hi" now']],
    ['escaped at the end of a cell', 'n,t\n1,"say \\"hi\\""\n2,x\n', ['1', 'say "hi"']],
    ['escaped before a separator', 'n,t\n1,"a \\", b"\n2,"x"\n', ['1', 'a ", b']],
    ['an escaped backslash beside escaped quotes', 'n,t\n1,"\\"c:\\\\\\""\n2,"x \\" y"\n', ['1', '"c:\\"']],
    ['a path that ends in a backslash, which escapes nothing', 'n,t\n1,"c:\\"\n2,"d:\\"\n', ['1', 'c:\\']],
    ['line breaks inside', 'n,t\n1,"two\nlines"\n2,x\n', ['1', 'two\nlines']],
    ['CRLF inside', 'n,t\r\n1,"two\r\nlines"\r\n2,x\r\n', ['1', 'two\r\nlines']],
    ['separators inside', 'n;t\n1;"a;b"\n2;x\n', ['1', 'a;b']],
    ['quotes inside a cell that has none around', 'n,t\n1,5" pipe\n2,x\n', ['1', '5" pipe']],
    ['spaces inside', 'n,t\n1,"  x "\n2,x\n', ['1', '  x ']],
  ])('%s', async (_, input, first) => {
    expect((await read(input)).rows[0]).toEqual(first);
  });
});

describe('refused, with the true line', () => {
  it.each<[string, string, string, ReadOptions?]>([
    ['a short row', 'a,b\n1,2\n3\n4,5\n', 'line 3: 1 field; expected 2, as many as line 1 has'],
    ['a long row', 'a,b\n1,2\n3,4,5\n4,5\n', 'line 3: 3 fields; expected 2, as many as line 1 has'],
    ['rows that are all longer than the header', 'a,b\n1,2,3\n4,5,6\n', 'line 2: 3 fields; expected 2, as many as line 1 has'],
    [
      'rows that are all longer, of texts',
      'name,score\nAnn,Lee,1\nBob,Ray,2\n',
      'line 2: 3 fields; expected 2, as many as line 1 has',
    ],
    ['a last row that breaks off', `a,b\n${'1,2\n'.repeat(99)}3`, 'line 101: 1 field; expected 2, as many as line 1 has'],
    ['a short row far down', `a,b\n${'1,2\n'.repeat(400)}3\n4,5\n`, 'line 402: 1 field; expected 2, as many as line 1 has'],
    ['a short row behind quoted lines', 'a,b\n"x\ny",2\n3\n', 'line 4: 1 field; expected 2, as many as line 1 has'],
    ['a short row behind a title', 'Title\n\na,b\n1,2\n3\n', 'line 5: 1 field; expected 2, as many as line 3 has'],
    ['a short row between semicolons', 'a;b;c\n1;2;3\n4;5\n', 'line 3: 2 fields; expected 3, as many as line 1 has'],
    [
      'a value behind the last column',
      `a,b,\n${'1,2,\n'.repeat(60)}3,4,5\n`,
      'line 62: "5" stands behind the last column that has a name',
    ],
    ['a quote that is never closed', 'a,b\n1,2\n3,"4\n5,6\n', 'line 3: a quote opens here and is never closed'],
    ['text behind a quote', 'a,b\n"1"2,3\n', 'line 2: text after a closing quote; a quote inside a quoted cell is written twice'],
    ['a name twice', 'a,b,a\n1,2,3\n', 'line 1, column "a": the name occurs twice in the header'],
    ['a name twice below a title', 'Title\n\na,a\n1,2\n3,4\n', 'line 3, column "a": the name occurs twice in the header'],
    [
      'a separator of two characters',
      'a,b\n',
      'the separator "::" must be one character, and no quote or line break',
      { separator: '::' },
    ],
    ['an empty file', '', 'is empty'],
    ['blank lines alone', '\n\n  \n', 'is empty'],
    ['a line for Excel alone', 'sep=;\n', 'is empty'],
    ['a header alone', 'a,b\n', 'has a header but no rows'],
  ])('%s', async (_, input, message, options) => {
    expect(await refusal(input, options)).toBe(message);
  });
});

describe('options', () => {
  it.each<[string, string, ReadOptions, object]>([
    ['a separator of spaces', 'a b\n1  2\n', { separator: ' ' }, { columns: ['a', 'b'], rows: [['1', '2']] }],
    ['a separator that would not be found', 'a:b\n1:2\n', { separator: ':' }, { columns: ['a', 'b'], rows: [['1', '2']] }],
    [
      'a separator against the line for Excel',
      'sep=;\na,b\n1,2\n',
      { separator: ',' },
      { columns: ['a', 'b'], rows: [['1', '2']] },
    ],
    ['a header of numbers', '1,2\n3,4\n', { header: true }, { columns: ['1', '2'], rows: [['3', '4']] }],
    [
      'no header',
      'a,b\nc,d\n',
      { header: false },
      {
        columns: ['1', '2'],
        rows: [
          ['a', 'b'],
          ['c', 'd'],
        ],
      },
    ],
    ['markers', 'a,b\n1,-\n', { na: ['-'] }, { na: ['-'], rows: [['1', '-']] }],
  ])('%s', async (_, input, options, expected) => {
    expect(await read(input, options)).toMatchObject(expected);
  });

  it('names that are free stand in for absent ones', async () => {
    const table = await read(file('generated-name.csv'));
    expect(table.columns).toEqual(['column1_2', 'b', 'column1', 'y']);
    expect(table.notes).toEqual(['column 1 has no name and is called "column1_2"']);
    expect((await read(',column1,column1_2,y\n1,2,3,4\n')).columns).toEqual(['column1_3', 'column1', 'column1_2', 'y']);
  });

  it('sep-line.csv, trailing-separator.csv and utf16.csv are three columns', async () => {
    for (const name of ['sep-line.csv', 'trailing-separator.csv', 'utf16.csv'])
      expect({ name, columns: (await read(file(name))).columns }).toEqual({ name, columns: ['a', 'b', 'y'] });
  });
});
