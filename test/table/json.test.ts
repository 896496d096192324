import { describe, expect, it } from 'vitest';
import { tableOfRows } from '../../src/table/records.js';
import { file, read, refusal } from './reading.js';

/** What pandas wrote: ids that no double holds, a text that looks like a number, a gap. */
const frame = {
  columns: ['a', 'kind', 'id'],
  rows: [
    ['0.25', 'red', '1234567890123456789'],
    ['3.75', 'dark blue', '1234567890123456788'],
    ['', '01', '5'],
  ],
};

describe('JSON that pandas wrote', () => {
  it.each(['records.json', 'split.json', 'columns.json', 'index.json', 'table.json', 'lines.ndjson'])('%s', async (name) => {
    const { columns, rows, lines, unit, header, notes } = await read(file(`pandas-${name}`));
    expect({ columns, rows }).toEqual(frame);
    expect({ lines, unit, header, notes }).toEqual({ lines: [1, 2, 3], unit: 'row', header: true, notes: [] });
  });

  it('values.json has no names', async () => {
    const { columns, rows, header } = await read(file('pandas-values.json'));
    expect({ columns, rows, header }).toEqual({ columns: ['1', '2', '3'], rows: frame.rows, header: false });
  });
});

describe('JSON is read from', () => {
  it.each<[string, string]>([
    ['objects', '[{"a":1,"y":"x"},{"a":2.50,"y":null}]'],
    ['objects with keys in any order', '[{"a":1,"y":"x"},{"y":null,"a":2.50}]'],
    ['objects without a key', '[{"a":1,"y":"x"},{"a":2.50}]'],
    ['lists of cells under their names', '[["a","y"],[1,"x"],[2.50,null]]'],
    ['one list for every column', '{"a":[1,2.50],"y":["x",null]}'],
    ['a table inside an object', '{"count": 2, "rows": [{"a":1,"y":"x"},{"a":2.50,"y":null}]}'],
    ['an object a line', '{"a":1,"y":"x"}\n{"a":2.50,"y":null}\n'],
    ['an object a line, with blank lines and CRLF', '\r\n{"a":1,"y":"x"}\r\n\r\n{"a":2.50,"y":null}\r\n\r\n'],
    ['a list a line', '["a","y"]\n[1,"x"]\n[2.50,null]\n'],
    ['objects behind a byte-order mark and spaces', '\ufeff  [ {"a" : 1, "y" : "x"} , {"a" : 2.50, "y" : null} ]'],
    ['NaN as Python writes it', '[{"a":1,"y":"x"},{"a":2.50,"y":NaN}]'],
  ])('%s', async (_, input) => {
    const { columns, rows, unit } = await read(input);
    expect({ columns, rows, unit }).toEqual({
      columns: ['a', 'y'],
      rows: [
        ['1', 'x'],
        ['2.50', ''],
      ],
      unit: 'row',
    });
  });

  it('cells of every kind, as they are written', async () => {
    const input =
      '[{"n":-0.10e+2,"big":12345678901234567890,"t":"01","q":"say \\"7\\" \\u00e4","flag":true,"no":false,"gap":null,"e":""}]';
    expect((await read(input)).rows).toEqual([['-0.10e+2', '12345678901234567890', '01', 'say "7" ä', 'true', 'false', '', '']]);
  });

  it('one object, which is one row', async () => {
    expect((await read('{"a":1,"b":"x"}')).rows).toEqual([['1', 'x']]);
  });

  it('columns or rows by label, as the names that are asked for tell', async () => {
    const input = '{"ann":{"age":1,"size":2},"bob":{"age":3,"size":4}}';
    expect((await read(input, { names: ['age'] })).rows).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
    expect((await read(input, { names: ['bob'] })).rows).toEqual([
      ['1', '3'],
      ['2', '4'],
    ]);
    expect((await read(input, { names: ['age'] })).notes).toEqual(['the labels of the rows ("ann", ...) are left out']);
    expect(await refusal(input)).toContain('may have its columns outside or inside');
  });

  it('keys that appear late', async () => {
    expect((await read('{"a":1}\n{"a":2,"b":"x"}\n')).rows).toEqual([
      ['1', ''],
      ['2', 'x'],
    ]);
  });
});

describe('JSON is refused', () => {
  it.each<[string, string, string]>([
    ['that breaks off', '[{"a":1},\n{"a":2},\n{"a"', 'line 3: is no complete JSON: it breaks off or goes wrong here'],
    ['a line that is none', '{"a":1}\n{"a":2\n{"a":3}\n', 'line 2: is no complete JSON object or array, as the lines before are'],
    ['a list of values', '[ [ ], 1 ]', 'row 2: is of another kind than the rows before'],
    ['lists of other lengths', '[["a","b"],[1,2],[3]]', 'row 3: 1 cell; expected 2'],
    ['a record in a cell', '[{"a":1,"b":2},{"a":1,"b":{"k":1}}]', 'row 2, column "b": holds a list, a record or another object'],
    ['a list in a cell', '{"a":1,"b":2}\n{"a":[1],"b":2}\n', 'row 2, column "a": holds a list, a record or another object'],
    ['columns of other lengths', '{"a":[1,2],"b":[1]}', 'column "b": 1 value; expected 2, as "a" has'],
    ['without rows', '[[]]', 'has no rows'],
    ['an empty list', '[]', 'has no rows'],
    ['a list among rows', '[{"a":1},[2]]', 'row 2: is of another kind than the rows before'],
  ])('%s', async (_, input, message) => {
    expect(await refusal(input)).toContain(message);
  });

  it('not for a cell of a column that nobody looks at', async () => {
    const input = '[{"a":1,"tags":["x"]},{"a":2,"tags":[]}]';
    expect((await read(input, { unused: (column) => column === 'tags' })).rows).toEqual([
      ['1', ''],
      ['2', ''],
    ]);
  });
});

describe('rows of a program', () => {
  const both = [
    ['0.5', 'x'],
    ['', 'true'],
  ];
  it.each<[string, Parameters<typeof tableOfRows>[0]]>([
    [
      'objects',
      [
        { a: 0.5, b: 'x' },
        { a: null, b: true },
      ],
    ],
    ['objects that lack keys', [{ a: 0.5, b: 'x' }, { b: true }]],
    ['objects of no class', [Object.assign(Object.create(null), { a: 0.5, b: 'x' }), { a: undefined, b: true }]],
    [
      'arrays under names',
      [
        ['a', 'b'],
        [0.5, 'x'],
        [Number.NaN, true],
      ],
    ],
    ['columns', { a: [0.5, null], b: ['x', true] }],
    ['columns of numbers in typed arrays', { a: Float64Array.of(0.5, Number.NaN), b: ['x', true] }],
  ])('%s', (_, input) => {
    const { columns, rows, unit } = tableOfRows(input);
    expect({ columns, rows, unit }).toEqual({ columns: ['a', 'b'], rows: both, unit: 'row' });
  });

  it('keep the digits of big integers and the time of dates', () => {
    const day = new Date(Date.UTC(2020, 0, 31, 12));
    const row = {
      id: 12345678901234567890n,
      at: day,
      later: new Date(day.getTime() + 120),
      none: new Date(Number.NaN),
      zero: -0,
    };
    expect(tableOfRows([row]).rows).toEqual([
      ['12345678901234567890', '2020-01-31T12:00:00Z', '2020-01-31T12:00:00.12Z', '', '0'],
    ]);
  });

  it('give a table that reads back as it was written', () => {
    const rows = [
      { a: '1.50', b: ' x ' },
      { a: '', b: '"' },
    ];
    expect(tableOfRows(rows).rows).toEqual([
      ['1.50', ' x '],
      ['', '"'],
    ]);
  });
});
