import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ModelFormatError } from '../../src/errors.js';
import { allRows, completeRows, featureColumns, type MissingPolicy } from '../../src/table/columns.js';
import { csvLine, parseCsv } from '../../src/table/csv.js';
import { fitEncoder } from '../../src/table/fit-encoder.js';
import { usualMarkers } from '../../src/table/missing.js';
import { TableError } from '../../src/table/table-error.js';
import { encoderFromJSON } from '../../src/table/table-json.js';
import { readTarget } from '../../src/table/target.js';
import { labelTexts, type Task, targetValues } from '../../src/table/target-spec.js';

interface Choices {
  target?: string;
  missing?: MissingPolicy;
  task?: Task;
  ignore?: string[];
  header?: boolean;
}

function fit(text: string, { target = 'y', missing = 'error', task, ignore, header }: Choices = {}) {
  const table = parseCsv(text, { header });
  const { spec, rows: known } = readTarget(table, { column: target, missing, task });
  const rows = missing === 'drop' ? completeRows(table, featureColumns(table, target, ignore ?? []), known, usualMarkers) : known;
  const { encoder, notes } = fitEncoder(table, rows, { target: spec, missing, ignore });
  const { X, warnings } = encoder.encode(table, rows);
  const matrix = Array.from({ length: X.rows }, (_, k) => Array.from(X.data.subarray(k * X.columns, (k + 1) * X.columns)));
  return { table, spec, rows: Array.from(rows), encoder, notes, warnings, matrix, y: targetValues(table, spec, rows) };
}

const lettered = (count: number) => Array.from({ length: count }, (_, k) => `v${k},${k % 3},${k % 2}`).join('\n');

describe('the target', () => {
  it.each<[string, string, Task, unknown[], string[] | null]>([
    ['texts are classes', 'x,y\n1,b\n2,a\n3,b\n', 'classification', ['b', 'a', 'b'], ['a', 'b']],
    ['two numbers are classes', 'x,y\n1,1\n2,0\n3,1\n', 'classification', [1, 0, 1], ['0', '1']],
    [
      'numbers in other spellings are other labels',
      'x,y\n1,1\n2,0\n3,1.0\n',
      'classification',
      ['1', '0', '1.0'],
      ['0', '1', '1.0'],
    ],
    ['more numbers are a regression', 'x,y\n1,1\n2,0\n3,.5e1\n', 'regression', [1, 0, 5], null],
    ['booleans are classes', 'x,y\n1,TRUE\n2,FALSE\n', 'classification', ['TRUE', 'FALSE'], ['FALSE', 'TRUE']],
    ['numbers and a text are classes of texts', 'x,y\n1,10\n2,9\n3,9+\n', 'classification', ['10', '9', '9+'], ['10', '9', '9+']],
  ])('%s', (_, text, task, y, labels) => {
    const fitted = fit(text);
    expect(fitted.spec.task).toBe(task);
    expect(fitted.y).toEqual(y);
    expect(fitted.spec.labels).toEqual(labels);
  });

  it('follows --task', () => {
    const classes = fit('x,y\n1,10\n2,9\n3,2\n4,2\n', { task: 'classification' });
    expect(classes.spec).toEqual({ column: 'y', task: 'classification', labels: ['2', '9', '10'], numeric: true });
    expect(fit('x,y\n1,1\n2,0\n', { task: 'regression' }).spec.labels).toBeNull();
  });

  it('gives labels back as they stood in the table', () => {
    const { spec } = fit('x,y\n1,1.50\n2,-2e0\n3,1.50\n');
    const texts = labelTexts(spec);
    expect([texts.get(-2), texts.get(1.5)]).toEqual(['-2e0', '1.50']);
    expect(labelTexts(fit('x,y\n1,01\n2,a\n').spec).get('01')).toBe('01');
    expect(labelTexts(fit('x,y\n1,0\n2,3\n3,9\n').spec).size).toBe(0);
  });

  it('leaves out rows without a target', () => {
    expect(fit('x,y\n1,a\n2,\n3,b\n', { missing: 'mean' }).rows).toEqual([0, 2]);
    expect(fit('x,y\n1,a\n2,?\n3,b\n', { missing: 'drop' }).rows).toEqual([0, 2]);
  });

  it.each<[string, string, string, Choices?]>([
    ['an unknown column', 'a,b\n1,2\n', 'has no column "y" (the target); its columns are "a", "b"'],
    [
      'a missing target',
      'x,y\n1,a\n2,NA\n',
      'line 3, column "y": the target is missing: "NA" stands for a missing value, unless --na names other markers; --missing drop leaves such rows out',
    ],
    ['no target at all', 'x,y\n1,\n2,\n', 'column "y": the target has no values'],
    ['one class', 'x,y\n1,a\n2,a\n', 'column "y": every row has the same class "a"; two classes at least are needed'],
    ['one number', 'x,y\n1,5\n2,5\n', 'column "y": every row has the same class "5"; two classes at least are needed'],
    ['regression on texts', 'x,y\n1,2\n2,high\n', 'line 3, column "y": "high" is not a number', { task: 'regression' }],
    ['a decimal comma among points', 'x;y\n1;2,5\n2;3.5\n3;4\n', 'line 3, column "y": "3.5" has another decimal mark than "2,5"'],
    ['an infinite number', 'x,y\n1,2\n2,3\n3,inf\n', 'line 4, column "y": inf is too large'],
    [
      'a label per row',
      `v,x,y\n${lettered(12)}`,
      'column "v": 12 different labels in 12 rows are too many to learn; is this the right column?',
      { target: 'v' },
    ],
    [
      'a class per number',
      `x,y\n${Array.from({ length: 12 }, (_, k) => `${k},${k / 2}`).join('\n')}`,
      'column "y": 12 different labels in 12 rows are too many to learn; --task regression predicts numbers',
      { task: 'classification' },
    ],
  ])('refuses %s', (_, text, message, choices) => {
    expect(() => fit(text, choices)).toThrow(TableError);
    expect(() => fit(text, choices)).toThrow(message);
  });
});

describe('features', () => {
  it('keeps numbers, turns three levels into three indicators and two into one', () => {
    const { encoder, matrix } = fit('n,c,s,y\n1,red,m,0\n-2.5,blue,f,1\n3e2,green,m,0\n4,red,f,1\n');
    expect(encoder.featureNames).toEqual(['n', 'c=blue', 'c=green', 'c=red', 's=m']);
    expect(matrix).toEqual([
      [1, 0, 0, 1, 1],
      [-2.5, 1, 0, 0, 0],
      [300, 0, 1, 0, 1],
      [4, 0, 0, 1, 0],
    ]);
  });

  it('leaves out constant and empty columns and says so', () => {
    const { encoder, notes } = fit('a,b,c,d,e,y\n1,5,x,,7,0\n2,5.0,x,NA,7,1\n', { missing: 'error' });
    expect(encoder.featureNames).toEqual(['a']);
    expect(notes).toEqual([
      'column "b" is constant and is left out',
      'column "c" is constant and is left out',
      'column "d" has no values and is left out',
      'column "e" is constant and is left out',
    ]);
  });

  it('leaves out ignored columns', () => {
    expect(fit('id,a,y\nx,1,0\ny,2,1\n', { ignore: ['id'] }).encoder.featureNames).toEqual(['a']);
  });

  it.each(['', 'NA', 'na', 'N/A', 'NaN', 'nan', '?', 'null', 'NULL', '.', '""', ' '])('takes %j for missing', (cell) => {
    const text = `a,c,y\n1,x,0\n${cell},z,1\n4,${cell},0\n`;
    const shown = /\w|[?.]/.test(cell) ? ` ("${cell}", unless --na names other markers)` : '';
    expect(() => fit(text)).toThrow(`line 3, column "a": the value is missing${shown}; --missing drop leaves such rows out`);
    expect(fit(text, { missing: 'drop', ignore: ['c'] }).matrix).toEqual([[1], [4]]);
    const { matrix, warnings } = fit(text, { missing: 'mean' });
    expect(matrix).toEqual([
      [1, 0],
      [2.5, 1],
      [4, 0.5],
    ]);
    const also = /\w|[?.]/.test(cell) ? ` ("${cell}")` : '';
    expect(warnings).toEqual([`2 missing values${also} replaced by the mean of the training rows`]);
  });

  it('keeps a few numbers and a text as a category', () => {
    expect(fit('d,y\n0,0\n1,1\n2,0\n3+,1\n0,1\n').encoder.featureNames).toEqual(['d=0', 'd=1', 'd=2', 'd=3+']);
  });

  it.each<[string, string, string, Choices?]>([
    [
      'decimal commas and points',
      'a;y\n"1,5";0\n2.5;1\n',
      'line 3, column "a": "2.5" has another decimal mark than "1,5"; write numbers as 1234.5',
    ],
    ['thousands separators', 'a;y\n1;0\n1,234;1\n', 'line 3, column "a": "1,234" has a comma in a number'],
    ['both conventions', 'a;y\n1,234.5;0\n1.234,5;1\n', 'line 3, column "a": "1.234,5" has another decimal mark than "1,234.5"'],
    ['infinite numbers', 'a,y\n1,0\n2,1\n-Infinity,1\n', 'line 4, column "a": -Infinity is too large; numbers must be finite'],
    ['overflowing numbers', 'a,y\n1,0\n1e999,1\n', 'line 3, column "a": 1e999 is too large'],
    ['numbers beyond 1e300', 'a,y\n1,0\n2e300,1\n', 'line 3, column "a": 2e300 is too large'],
    [
      'an identifier',
      `v,x,y\n${lettered(12)}`,
      'column "v": a different text in each of 12 rows: names and free text cannot be used; remove the column or pass --ignore "v"',
    ],
    [
      'many levels',
      `v,x,y\n${lettered(51)}\n${lettered(51)}`,
      'column "v": 51 different texts, more than 50, the limit for 102 rows: names and free text cannot be used; remove the column or pass --ignore "v"',
    ],
    [
      'several at once',
      `v,w,x,y\n${lettered(12)
        .replaceAll(/^/gm, 'n-')
        .replaceAll(/^n-(v\d+)/gm, 'n-$1,$1')}`,
      'column "v": a different text in each of 12 rows: names and free text cannot be used; remove the column or pass --ignore "v", or --max-levels 12 to make indicators of them (likewise "w")',
    ],
    [
      'a typing error among numbers',
      `a,y\n${Array.from({ length: 30 }, (_, k) => `${k === 7 ? '7.o' : k % 15},${k % 2}`).join('\n')}`,
      'line 9, column "a": "7.o" is not a number, as most of the column is',
    ],
    ['an unknown ignored column', 'a,y\n1,0\n2,1\n', 'has no column "z" (--ignore); its columns are "a", "y"', { ignore: ['z'] }],
    ['nothing but the target', 'y\n0\n1\n', 'has no column left to learn from'],
    ['only constant columns', 'a,y\n1,0\n1,1\n', 'has no column left to learn from'],
    ['no complete row', 'a,b,y\n1,,0\n,2,1\n', 'has no column left to learn from', { missing: 'drop' }],
  ])('refuses %s', (_, text, message, choices) => {
    expect(() => fit(text, choices)).toThrow(TableError);
    expect(() => fit(text, choices)).toThrow(message);
  });

  it('lists at most twenty columns', () => {
    const names = Array.from({ length: 30 }, (_, k) => `c${k}`);
    const message = 'its columns are "c0", "c1"';
    expect(() => fit(`${names.join()}\n${names.map(() => '1').join()}\n`)).toThrow(message);
    expect(() => fit(`${names.join()}\n${names.map(() => '1').join()}\n`)).toThrow(/"c19" and 10 more$/);
  });
});

describe('encoding another table', () => {
  const { encoder } = fit('n,c,s,y\n1,red,m,0\n2,blue,f,1\n3,green,m,0\n6,red,f,1\n');
  const encode = (text: string, missing?: MissingPolicy) => {
    const table = parseCsv(text, { header: encoder.encoding.header });
    const { X, warnings } = encoder.encode(table, allRows(table), missing);
    return { data: Array.from(X.data), shape: [X.rows, X.columns], warnings };
  };

  it('matches columns by name, in any order, among others, without the target', () => {
    const expected = { data: [5, 1, 0, 0, 1, 7, 0, 0, 1, 0], shape: [2, 5], warnings: [] };
    expect(encode('n,c,s,y\n5,blue,m,1\n7,red,f,0\n')).toEqual(expected);
    expect(encode('extra;s;c;n\nfoo;m;blue;5\n"";f;red;7\n')).toEqual(expected);
  });

  it('names a missing column', () => {
    expect(() => encode('n,s\n1,m\n')).toThrow('has no column "c" (the model needs it); its columns are "n", "s"');
  });

  it('names a cell that is no number, by its line', () => {
    expect(() => encode('n,c,s\n1,red,m\n\nfoo,red,m\n')).toThrow('line 4, column "n": "foo" is not a number');
    expect(() => encode('n,c,s\n"1,5",red,m\n')).toThrow('line 2, column "n": "1,5" has a comma in a number');
  });

  it('takes the frequencies for a level it does not know, and warns', () => {
    expect(encode('n,c,s\n1,pink,x\n1,mauve,m\n')).toEqual({
      data: [1, 0.25, 0.25, 0.5, 0.5, 1, 0.25, 0.25, 0.5, 1],
      shape: [2, 5],
      warnings: [
        'column "c": 2 cells such as "pink" not seen in training; the column tells nothing there',
        'column "s": 1 cell such as "x" not seen in training; the column tells nothing there',
      ],
    });
  });

  it('refuses missing cells under error, fills them under mean and drop', () => {
    expect(() => encode('n,c,s\n,red,m\n')).toThrow('line 2, column "n": the value is missing');
    for (const missing of ['mean', 'drop'] as const) {
      expect(encode('n,c,s\n,red,NA\n', missing)).toEqual({
        data: [3, 0, 0, 1, 0.5],
        shape: [1, 5],
        warnings: ['2 missing values ("NA") replaced by the mean of the training rows'],
      });
    }
  });

  it('tells columns of a table without header by position, with or without the target', () => {
    const plain = fit('1,a,10\n2,b,20\n3,a,30\n', { target: '2', header: false }).encoder;
    const read = (text: string) => {
      const table = parseCsv(text, { header: plain.encoding.header });
      return Array.from(plain.encode(table, allRows(table)).X.data);
    };
    expect(read('4,a,40\n')).toEqual([4, 40]);
    expect(read('4,40\n')).toEqual([4, 40]);
    expect(() => read('4\n')).toThrow(
      'has 1 column; the training table had 3, the target included, and no header tells them apart',
    );
  });

  it('survives JSON bit by bit', () => {
    const cell = fc.oneof(fc.double({ noNaN: true, min: -1e300, max: 1e300 }).map(String), fc.constant('NA'));
    const level = fc.constantFrom('a', 'b', 'c,d', 'é"', 'NA', ' x');
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, level, fc.constantFrom('u', 'v')), { minLength: 3, maxLength: 9 }), (rows) => {
        const text = ['n,c,y\n', ...rows.map((row) => csvLine(row))].join('');
        let fitted: ReturnType<typeof fit>;
        try {
          fitted = fit(text, { missing: 'mean' });
        } catch (error) {
          expect(error).toBeInstanceOf(TableError);
          return;
        }
        const loaded = encoderFromJSON(JSON.parse(JSON.stringify(fitted.encoder.encoding)));
        const again = loaded.encode(fitted.table, Int32Array.from(fitted.rows)).X;
        expect(again.data).toEqual(Float64Array.from(fitted.matrix.flat()));
        expect(again.data.every(Number.isFinite)).toBe(true);
      }),
    );
  });
});

describe('encoderFromJSON refuses', () => {
  const good = JSON.stringify(fit('n,c,y\n1,a,u\n2,b,v\n3,a,u\n').encoder.encoding);
  it.each<[string, string, unknown, string]>([
    ['no object', '', [], 'table is an array of length 0; expected an object'],
    ['no header', 'header', undefined, 'table.header is missing; expected true or false'],
    ['columns that are no texts', 'columns.1', 5, 'table.columns[1] is 5; expected a string'],
    ['repeated columns', 'columns.1', 'n', 'table.columns is an array of length 3; expected strings that are all different'],
    ['an unknown policy', 'missing', 'guess', 'table.missing is the string "guess"; expected one of error, drop, mean'],
    ['no features', 'features', [], 'table.features is an array of length 0; expected an array of at least 1'],
    ['a feature of another kind', 'features.0.kind', 'colour', 'table.features[0].kind is the string "colour"'],
    [
      'a feature of no column',
      'features.0.column',
      'q',
      'table.features[0].column is the string "q"; expected one of table.columns',
    ],
    ['a mean that is null', 'features.0.mean', null, 'table.features[0].mean is null; expected a finite number'],
    ['a share too many', 'features.1.shares.2', 0, 'table.features[1].shares is an array of length 3; expected 2 numbers'],
    ['a task it does not know', 'target.task', 'rank', 'table.target.task is the string "rank"'],
    ['labels of a regression', 'target.task', 'regression', 'table.target.labels is an array of length 2; expected null'],
    ['one label', 'target.labels', ['u'], 'table.target.labels is an array of length 1; expected an array of at least 2'],
    ['no word on numbers', 'target.numeric', 1, 'table.target.numeric is 1; expected true or false'],
    ['a target of no column', 'target.column', 'q', 'table.target.column is the string "q"; expected one of table.columns'],
  ])('%s', (_, path, value, message) => {
    const attempt = () => encoderFromJSON(altered(JSON.parse(good), path.split('.'), value));
    expect(attempt).toThrow(ModelFormatError);
    expect(attempt).toThrow(message);
  });

  it('nothing that was written', () => {
    expect(JSON.stringify(encoderFromJSON(JSON.parse(good)).encoding)).toBe(good);
  });
});

/** JSON with the value at the path replaced. */
function altered(json: unknown, [key, ...rest]: string[], value: unknown): unknown {
  if (key === '' || key === undefined) return value;
  const record = json as Record<string, unknown>;
  record[key] = altered(record[key], rest, value);
  return record;
}
