import { describe, expect, it } from 'vitest';
import { TableError } from '../../src/table/table-error.js';
import { rowPlace, type Table } from '../../src/table/text-table.js';

const table: Table = {
  columns: ['a'],
  rows: [['1'], ['2'], ['3'], ['4']],
  lines: Int32Array.of(2, 4, 2, 3),
  unit: 'line',
  header: true,
  separator: ',',
  na: null,
  notes: [],
  files: [],
};
const several: Table = {
  ...table,
  files: [
    { name: 'one.csv', start: 0 },
    { name: 'two.csv', start: 2 },
  ],
};

describe('the place of a row', () => {
  it.each<[string, Table, number, string | undefined, object]>([
    ['a line of a text', table, 1, undefined, { line: 4 }],
    ['a line and a column', table, 1, 'a', { line: 4, column: 'a' }],
    ['a row of a file of records', { ...table, unit: 'row' }, 1, 'a', { row: 4, column: 'a' }],
    ['a line of the first of several files', several, 1, 'a', { line: 4, column: 'a', file: 'one.csv' }],
    ['a line of the second file at its first row', several, 2, undefined, { line: 2, file: 'two.csv' }],
    ['a line of the second file at its last row', several, 3, undefined, { line: 3, file: 'two.csv' }],
  ])('is %s', (_, of, row, column, expected) => {
    expect(rowPlace(of, row, column)).toEqual(expected);
  });

  it('is named in the message: a line for texts, a row for records, and no word where there is none', () => {
    expect(new TableError('is wrong', { line: 3, column: 'a' }).message).toBe('line 3, column "a": is wrong');
    expect(new TableError('is wrong', { row: 3 }).message).toBe('row 3: is wrong');
    expect(new TableError('is wrong').message).toBe('is wrong');
    expect(new TableError('is wrong', { row: 3, file: 'b.parquet' }).file).toBe('b.parquet');
  });
});
