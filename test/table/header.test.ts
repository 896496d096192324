import { describe, expect, it } from 'vitest';
import { isHeader } from '../../src/table/header.js';
import { file, read, refusal } from './reading.js';

const decides = 'which may name the columns or be a row; --header true or --header false says which';

describe('names that are asked for', () => {
  it.each<[string, string, string[], boolean]>([
    ['0, 1, 2 above fractions', '0,1,2\n0.25,-5.5,6.5\n3.75,-0.5,3\n', ['2'], true],
    ['0, 1, 2 above integers that are no such row', '0,1,2\n5,3,9\n4,4,8\n', ['2'], true],
    ['1, 2, 3 above integers', '1,2,3\n5,3,9\n4,4,8\n', ['3'], true],
    ['years', '2019,2020,2021\n5,3,9\n4,4,8\n', ['2021'], true],
    ['years above years', '2019,2020,2021\n2020,2021,2022\n', ['2021'], true],
    ['years in any order', '2021,1999,2020\n5,3,9\n4,4,8\n', ['1999'], true],
    ['two integers above fractions', '0,1\n0.5,1.5\n2.5,3.5\n', ['1'], true],
    ['a text beside numbers', 'id,1,2,class\ns0,0.25,-5.5,hi\ns1,3.75,-0.5,lo\n', ['class'], true],
    ['a number beside texts', 'id,1,2,class\ns0,0.25,-5.5,hi\ns1,3.75,-0.5,lo\n', ['class', '2'], true],
    ['pixels', 'label,0,1,2\n7,0,255,3\n1,0,0,9\n', ['label'], true],
    ['a column to leave out', '0,1,2\n0.25,-5.5,6.5\n3.75,-0.5,3\n', ['0'], true],
    ['a position, where the first line has another number', '5.1,3.5,9\n4.9,3,1\n', ['3'], false],
    ['a position beside a fraction', '5.1,3,9\n4.9,3,1\n', ['3'], false],
    ['a position, where a number stands twice in the line', '2,2,1\n4,3,1\n', ['2'], false],
    ['a position of a table of texts and numbers', '5.1,setosa\n4.9,setosa\n', ['2'], false],
    ['a name that is nowhere', 'a,b\n1,2\n', ['c'], true],
  ])('decide about the header: %s', async (_, input, names, header) => {
    expect((await read(input, { names })).header).toBe(header);
  });

  it.each<[string, string, string[]]>([
    ['two integers above integers', '0,1\n1,0\n0,0\n', ['1']],
    ['rows that follow each other', '1,2,3\n2,3,4\n3,4,5\n', ['3']],
    ['integers in any order', '5,2,1\n3,4,2\n', ['2']],
    ['one row', '3,1\n4,2\n', ['1']],
    ['integers above few fractions', '3,1,2\n4,2.5,1\n5,3,7\n', ['2']],
  ])('and are refused where they may be values: %s', async (_, input, names) => {
    expect(await refusal(input, { names })).toBe(`line 1: "${names[0]}" stands in the first line, ${decides}`);
    expect((await read(input, { names, header: true })).columns).toContain(names[0]);
    expect((await read(input, { names, header: false })).header).toBe(false);
  });

  it('decide about the separator', async () => {
    const input = 'price;net\t2020\n1;2\t3\n4;5\t6\n';
    expect((await read(input)).separator).toBe('\t');
    expect((await read(input, { names: ['price'] })).separator).toBe(';');
    expect((await read('a,b;y\n1,2;3\n4,5;6\n', { names: ['b;y'] })).separator).toBe(',');
  });

  it('decide where a table begins', async () => {
    const input = 'report\nname,color\nAnn,red\nBob,blue\n';
    expect((await read(input, { names: ['color'] })).columns).toEqual(['name', 'color']);
    expect(await refusal(input, { names: ['report'] })).toContain('line 2: 2 fields; expected 1');
  });

  it('read header-0-1-2.csv and header-id-1-2.csv with their headers', async () => {
    const numbers = await read(file('header-0-1-2.csv'), { names: ['2'] });
    expect(numbers.columns).toEqual(['0', '1', '2']);
    expect(numbers.rows).toHaveLength(16);
    const ids = await read(file('header-id-1-2.csv'), { names: ['class'] });
    expect(ids.columns).toEqual(['id', '1', '2', 'class']);
    expect(ids.rows).toHaveLength(16);
  });

  it('keep the padding that they have, and others lose it', async () => {
    const input = '" a "," y"\n1,2\n3,4\n';
    expect((await read(input)).columns).toEqual(['a', 'y']);
    expect((await read(input, { names: [' y'] })).columns).toEqual(['a', ' y']);
  });
});

describe('without names', () => {
  it.each<[string[][], boolean]>([
    [
      [
        ['a', 'b'],
        ['1', '2'],
      ],
      true,
    ],
    [
      [
        ['a', 'b'],
        ['x', 'y'],
      ],
      true,
    ],
    [
      [
        ['1', '2'],
        ['3', '4'],
      ],
      false,
    ],
    [
      [
        ['0', '1', '2'],
        ['0.5', '0.7', '1.5'],
      ],
      false,
    ],
    [
      [
        ['age', '2019'],
        ['1', '2'],
        ['3', '4'],
      ],
      false,
    ],
    [
      [
        ['age', 'size', '2019'],
        ['1', '2', '3'],
      ],
      true,
    ],
  ])('%j: %j', (records, header) => {
    expect(isHeader(records, [], 1)).toBe(header);
  });
});
