import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/table/csv.js';
import { file, read, refusal } from './reading.js';

describe('Parquet that pyarrow wrote', () => {
  it.each(['none', 'snappy', 'gzip', 'brotli', 'zstd', 'lz4'])('packed by %s is the same table', async (codec) => {
    const { columns, rows, lines, unit } = await read(file(`codec-${codec}.parquet`));
    expect(columns).toEqual(['a', 'b', 'kind', 'y']);
    expect(rows).toEqual([
      ['0.25', '-5.5', 'red', '6.5'],
      ['3.75', '-0.5', 'dark blue', '3'],
      ['7.25', '4.5', 'ä, "x"', '5'],
      ['2.75', '', '', '2.5'],
      ['6.25', '3.5', 'red', '4'],
    ]);
    expect({ lines, unit }).toEqual({ lines: [1, 2, 3, 4, 5], unit: 'row' });
  });

  it('keeps every digit, date and time', async () => {
    const { columns, rows } = await read(file('types.parquet'));
    const column = (name: string) => rows.map((row) => row[columns.indexOf(name)]);
    const expected: Record<string, string[]> = {
      i64: ['9007199254740993', '-9223372036854775808', ''],
      u64: ['18446744073709551615', '0', ''],
      i8: ['-128', '127', ''],
      u32: ['4294967295', '0', ''],
      f32: ['0.5', '-0.25', ''],
      f64: ['0.1', '1e+300', ''],
      flag: ['true', 'false', ''],
      dec9: ['12.50', '-0.05', ''],
      dec38: ['12345678901234567890.123456', '-1.000001', ''],
      date: ['2020-01-31', '1969-12-31', ''],
      naive: ['2020-01-31T12:00:00', '1969-12-31T23:59:59.5', ''],
      zoned: ['2020-01-31T12:00:00.001Z', '2020-01-31T00:00:00Z', ''],
      nanos: ['2020-01-31T12:00:00.000000001', '1970-01-01T00:00:00', ''],
      time: ['12:30:00', '00:00:00.25', ''],
      text: ['01', 'NA', ''],
      level: ['x', 'y', ''],
      bytes: ['ab', 'cd', ''],
      half: ['1.5', '-2', ''],
    };
    expect(columns).toEqual(Object.keys(expected));
    for (const name of columns) expect({ name, cells: column(name) }).toEqual({ name, cells: expected[name] });
  });

  it('of several row groups counts its rows through', async () => {
    const { rows, lines } = await read(file('groups.parquet'));
    expect(rows).toHaveLength(20_000);
    for (const k of [0, 5999, 6000, 8191, 8192, 19_999])
      expect([rows[k], lines[k]]).toEqual([[String(k), `text ${k % 7}`], k + 1]);
  });

  it('with lists or records is refused by column, unless nobody looks at it', async () => {
    expect(await refusal(file('nested.parquet'))).toContain('column "tags": holds lists or records');
    const unused = (column: string) => ['tags', 'rec'].includes(column);
    expect((await read(file('nested.parquet'), { unused })).rows).toEqual([
      ['1', '', '', '1.5'],
      ['2', '', '', '2.5'],
    ]);
  });
});

describe('Parquet of the found inputs', () => {
  it('record-row-7.parquet and text-NA.parquet keep texts and gaps apart', async () => {
    expect(await refusal(file('record-row-7.parquet'))).toContain('row 7, column "j": holds a list, a record');
    const { columns, rows } = await read(file('text-NA.parquet'));
    const cells = new Set(rows.map((row) => row[columns.indexOf('country')]));
    expect([...cells].sort()).toEqual(['NA', 'ZA']);
  });

  it('labels-beyond-2-53 are three in CSV and in Parquet', async () => {
    const csv = await read(file('labels-beyond-2-53.csv'), { names: ['account'] });
    const position = csv.columns.indexOf('account');
    const data = csv.rows.map((row) => BigInt(row[position]));
    const written = new Uint8Array(parquetWriteBuffer({ columnData: [{ name: 'account', data, type: 'INT64' }] as never }));
    const parquet = await read(written);
    expect(parquet.rows.map(([cell]) => cell)).toEqual(csv.rows.map((row) => row[position]));
    expect(new Set(parquet.rows.map(([cell]) => cell)).size).toBe(3);
  });
});

describe('Parquet is refused', () => {
  it('where it is cut off, damaged or empty', async () => {
    const whole = file('codec-zstd.parquet');
    expect(await refusal(whole.slice(0, -20))).toContain('cannot be read as Parquet');
    const damaged = whole.slice();
    damaged.fill(0x55, 30, 60);
    expect(await refusal(damaged)).toContain('cannot be read as Parquet');
    const none = new Uint8Array(parquetWriteBuffer({ columnData: [{ name: 'a', data: [], type: 'DOUBLE' }] as never }));
    expect(await refusal(none)).toBe('has no rows');
  });

  it('not for what CSV has too: the same rows give the same cells', async () => {
    const records = Array.from({ length: 30 }, (_, k) => ({
      a: k / 8,
      kind: ['x', 'y', 'z, w'][k % 3],
      y: k % 5 === 0 ? null : k,
    }));
    const data = (name: 'a' | 'kind' | 'y') => records.map((record) => record[name]);
    const columnData = [
      { name: 'a', data: data('a'), type: 'DOUBLE' },
      { name: 'kind', data: data('kind'), type: 'STRING' },
      { name: 'y', data: data('y'), type: 'INT32', nullable: true },
    ];
    const csv = ['a,kind,y', ...records.map(({ a, kind, y }) => `${a},"${kind}",${y ?? ''}`)].join('\n');
    const parquet = await read(new Uint8Array(parquetWriteBuffer({ columnData: columnData as never })));
    const { columns, rows } = parseCsv(csv);
    expect({ columns: parquet.columns, rows: parquet.rows }).toEqual({ columns, rows });
  });
});
