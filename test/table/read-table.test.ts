import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ArgumentError, readTable, TableError, type TableInput, TextTable } from '../../src/table/index.js';
import { file, utf8 } from './reading.js';

const text = 'a,b\n1,x\n2,\n';
const rows = [
  { a: '1', b: 'x' },
  { a: '2', b: '' },
];
const stream = (bytes: Uint8Array) => new Blob([bytes.slice()]).stream() as ReadableStream<Uint8Array>;

describe('readTable reads', () => {
  it.each<[string, () => TableInput]>([
    ['a text', () => text],
    ['bytes', () => utf8(text)],
    ['an ArrayBuffer', () => utf8(text).slice().buffer as ArrayBuffer],
    ['a part of a buffer', () => utf8(`___${text}`).subarray(3)],
    ['a Blob', () => new Blob([text])],
    ['a File', () => new File([text], 'data.csv')],
    ['a stream', () => stream(utf8(text))],
    ['compressed bytes', () => new Uint8Array(gzipSync(text))],
    ['a compressed stream', () => stream(new Uint8Array(gzipSync(text)))],
    ['several files', () => [utf8('a,b\n1,x\n'), new Blob(['b,a\n,2\n'])]],
    [
      'rows that are objects',
      () => [
        { a: 1, b: 'x' },
        { b: null, a: 2 },
      ],
    ],
    [
      'rows that are arrays',
      () => [
        ['a', 'b'],
        [1, 'x'],
        [2, null],
      ],
    ],
    ['columns', () => ({ a: [1, 2], b: ['x', null] })],
    ['JSON', () => '[{"a":1,"b":"x"},{"a":2,"b":null}]'],
  ])('%s', async (_, input) => {
    const table = await readTable(input());
    expect(table).toBeInstanceOf(TextTable);
    expect(table.columns).toEqual(['a', 'b']);
    expect(table.rowCount).toBe(2);
    expect(table.rows()).toEqual(rows);
    expect(table.cells).toEqual(rows.map(({ a, b }) => [a, b]));
    expect(table.notes).toEqual([]);
  });

  it('Parquet from bytes, a Blob and a stream', async () => {
    const bytes = file('codec-brotli.parquet');
    for (const input of [bytes, new Blob([bytes.slice()]), stream(bytes)]) {
      const table = await readTable(input);
      expect(table.rows()[2]).toEqual({ a: '7.25', b: '4.5', kind: 'ä, "x"', y: '5' });
    }
  });

  it('with the options of the command line', async () => {
    expect((await readTable('a b\n1  2\n', { separator: ' ' })).columns).toEqual(['a', 'b']);
    expect((await readTable('1,2\n3,4\n', { header: true })).columns).toEqual(['1', '2']);
    expect((await readTable('0,1,2\n0.5,1.5,2.5\n1.5,2.5,3.5\n', { names: ['2'] })).header).toBe(true);
    expect((await readTable('Title\n\na,b\n1,2\n')).notes).toEqual(['line 1 before the header is left out: "Title"']);
  });

  it('names that objects have by themselves', async () => {
    const [row] = (await readTable('__proto__,constructor\n1,2\n')).rows();
    expect(Object.entries(row)).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]);
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
  });
});

describe('readTable refuses', () => {
  it.each<[unknown, string]>([
    ['data.csv', 'the name of a file, "data.csv"; expected its content'],
    ['./folder/data.parquet', 'the name of a file'],
    ['https://example.org/data.csv', 'the address "https://example.org/data.csv"; expected what is there'],
    [3, 'input is 3; expected a text, bytes, a Blob, a stream'],
    [null, 'input is null'],
    [undefined, 'input is undefined'],
    [[1, 2], 'input is an array of length 2'],
    [{ a: 1 }, 'input is an object'],
    [['a', 'b'], 'input is an array of length 2'],
    [[new Blob(['a']), 3], 'input[1] is 3; expected bytes, a Blob or a stream'],
  ])('%j', async (input, message) => {
    const attempt = readTable(input as never);
    await expect(attempt).rejects.toThrow(ArgumentError);
    await expect(readTable(input as never)).rejects.toThrow(message);
  });

  it.each<[object, string]>([
    [{ headers: true }, 'options.headers is unknown; expected one of header, separator, na, names'],
    [{ header: 1 }, 'options.header is 1; expected true or false'],
    [{ separator: '::' }, 'options.separator is the string "::"; expected one character'],
    [{ separator: '' }, 'options.separator is the string ""'],
    [{ na: 'NA' }, 'options.na is the string "NA"; expected an array of strings'],
    [{ names: [1] }, 'options.names is an array of length 1; expected an array of strings'],
    [[], 'options is an array of length 0; expected an object'],
  ])('options %j', async (options, message) => {
    await expect(readTable(text, options as never)).rejects.toThrow(ArgumentError);
    await expect(readTable(text, options as never)).rejects.toThrow(message);
  });

  it('what is no table, with the place', async () => {
    const failed = await readTable('a,b\n1,2\n3\n').catch((error) => error);
    expect(failed).toBeInstanceOf(TableError);
    expect(failed).toMatchObject({ line: 3, row: null, column: null });
    await expect(readTable([{ a: 1 }, { a: [2] }])).rejects.toMatchObject({ row: 2, column: 'a' });
    await expect(readTable(utf8('%PDF-1.4'))).rejects.toThrow('is a PDF document');
    await expect(readTable([utf8('a\n1\n'), utf8('b\n1\n')])).rejects.toMatchObject({ file: 'input[1]' });
  });
});
