import { describe, expect, it } from 'vitest';
import { wholeTable } from '../../src/table/read.js';
import type { ReadOptions } from '../../src/table/read-options.js';
import { bytesSource } from '../../src/table/source.js';
import { rowPlace } from '../../src/table/text-table.js';
import { cutSource, file, plain, utf8 } from './reading.js';

type Parts = readonly (readonly [name: string, content: string | Uint8Array])[];
const bytes = (content: string | Uint8Array) => (typeof content === 'string' ? utf8(content) : content);
async function several(parts: Parts, options: ReadOptions = {}) {
  const whole = await wholeTable(
    parts.map(([name, content]) => bytesSource(bytes(content), name)),
    options,
  );
  const cut = await wholeTable(
    parts.map(([name, content]) => cutSource(bytes(content), [3, 11], name)),
    options,
  );
  expect(plain(cut)).toEqual(plain(whole));
  return whole;
}

describe('several files are one table', () => {
  const rows = [
    ['1', 'x'],
    ['2', 'y'],
    ['3', 'z'],
  ];
  it.each<[string, Parts]>([
    [
      'of the same header',
      [
        ['1.csv', 'a,b\n1,x\n2,y\n'],
        ['2.csv', 'a,b\n3,z\n'],
      ],
    ],
    [
      'with the columns in another order',
      [
        ['1.csv', 'a,b\n1,x\n2,y\n'],
        ['2.csv', 'b,a\nz,3\n'],
      ],
    ],
    [
      'in other dialects',
      [
        ['1.csv', 'a,b\n1,x\n2,y\n'],
        ['2.tsv', '\ufeffa\tb\r\n3\tz\r\n'],
      ],
    ],
    [
      'in CSV and JSON',
      [
        ['1.csv', 'a,b\n1,x\n2,y\n'],
        ['2.json', '[{"b":"z","a":3}]'],
      ],
    ],
    [
      'in NDJSON and CSV',
      [
        ['1.ndjson', '{"a":1,"b":"x"}\n{"a":2,"b":"y"}\n'],
        ['2.csv', 'a;b\n3;z\n'],
      ],
    ],
    [
      'three of them',
      [
        ['1.csv', 'a,b\n1,x\n'],
        ['2.csv', 'a,b\n2,y\n'],
        ['3.csv', 'b,a\nz,3\n'],
      ],
    ],
  ])('%s', async (_, parts) => {
    const table = await several(parts);
    expect(table.columns).toEqual(['a', 'b']);
    expect(table.rows).toEqual(rows);
    expect(table.files.map(({ name }) => name)).toEqual(parts.map(([name]) => name));
  });

  it('of Parquet as well', async () => {
    const table = await several([
      ['1.parquet', file('codec-zstd.parquet')],
      ['2.parquet', file('codec-snappy.parquet')],
    ]);
    expect(table.rows).toHaveLength(10);
    expect(rowPlace(table, 5, 'a')).toEqual({ row: 1, column: 'a', file: '2.parquet' });
  });

  it('without headers by position, whatever the first line of the others looks like', async () => {
    expect(
      (
        await several([
          ['1.csv', '1,2\n3,4\n'],
          ['2.csv', 'x,5\n'],
        ])
      ).rows,
    ).toEqual([
      ['1', '2'],
      ['3', '4'],
      ['x', '5'],
    ]);
  });

  it('of which every place names its file', async () => {
    const table = await several([
      ['1.csv', 'a,b\n1,x\n2,y\n'],
      ['2.csv', 'a,b\n\n3,z\n'],
    ]);
    expect(rowPlace(table, 1)).toEqual({ line: 3, file: '1.csv' });
    expect(rowPlace(table, 2, 'b')).toEqual({ line: 3, column: 'b', file: '2.csv' });
  });

  it('and notes name their file', async () => {
    expect(
      (
        await several([
          ['1.csv', 'a,b\n1,x\n'],
          ['2.csv', 'Title\n\na,b\n3,z\n'],
        ])
      ).notes,
    ).toEqual(['2.csv: line 1 before the header is left out: "Title"']);
  });

  it.each<[string, Parts, string, string]>([
    [
      'another name',
      [
        ['1.csv', 'a,b\n1,x\n'],
        ['2.csv', 'a,c\n3,z\n'],
      ],
      'has the columns a, c, and 1.csv has a, b; files of one table have the same header',
      '2.csv',
    ],
    [
      'a column less',
      [
        ['1.csv', 'a,b\n1,x\n'],
        ['2.csv', 'a\n3\n'],
      ],
      'has the columns a, and 1.csv has a, b',
      '2.csv',
    ],
    [
      'a column more',
      [
        ['1.csv', 'a,b\n1,x\n'],
        ['2.csv', 'a,b,c\n3,4,5\n'],
      ],
      'has the columns a, b, c, and 1.csv has a, b',
      '2.csv',
    ],
    [
      'no header',
      [
        ['1.csv', 'a,b\n1,2\n'],
        ['2.csv', '3,4\n5,6\n'],
      ],
      'has the columns 3, 4, and 1.csv has a, b',
      '2.csv',
    ],
    [
      'a width of its own, without headers',
      [
        ['1.csv', '1,2\n3,4\n'],
        ['2.csv', '1,2,3\n'],
      ],
      'has the columns 1, 2, 3, and 1.csv has 1, 2',
      '2.csv',
    ],
    [
      'a ragged row',
      [
        ['1.csv', 'a,b\n1,x\n'],
        ['2.csv', 'a,b\n3\n4,5\n6,7\n'],
      ],
      'line 2: 1 field; expected 2, as many as line 1 has',
      '2.csv',
    ],
    [
      'nothing in it',
      [
        ['1.csv', 'a,b\n1,x\n'],
        ['2.csv', ''],
      ],
      'is empty',
      '2.csv',
    ],
    [
      'a kind that cannot be read',
      [
        ['1.csv', 'a,b\n1,x\n'],
        ['2.pdf', '%PDF-1.4'],
      ],
      'is a PDF document',
      '2.pdf',
    ],
  ])('but not where one has %s', async (_, parts, message, name) => {
    const failed = await several(parts).then(
      () => null,
      (error) => error,
    );
    expect(failed.message).toContain(message);
    expect(failed.file).toBe(name);
  });
});
