import { describe, expect, it } from 'vitest';
import { loadModel } from '../../src/predict.js';
import type { LoadedTableModel } from '../../src/saved/load-model.js';
import { readTable } from '../../src/table/index.js';
import { trainTable } from '../../src/tabular/train-table.js';
import { workspace } from '../cli/harness.js';

// What a second, hostile look at the tables found: each case is a kind, and what a person expects of it.
const xs = [0.25, 3.75, 7.25, 2.75, 6.25, 1.5, 4.25, 5.75, 0.75, 3.25, 6.75, 2.25];
const rows = (target: (k: number) => string, length = 12) =>
  Array.from({ length }, (_, k) => `${xs[k % 12]},${xs[(5 * k + 1) % 12]},${target(k)}`);
const table = (target: (k: number) => string, header = 'a,b,y') => `${[header, ...rows(target)].join('\n')}\n`;
const quick = ['--beta', '1', '--patterns', '3'];

async function train(content: string | Uint8Array, more: readonly string[] = [], target = 'y', name = 't.csv') {
  const place = workspace({ [name]: content });
  const words = ['train', place.at(name), '--target', target, ...quick, '--out', place.at('m.json'), ...more];
  const { code, err } = await place.cvxnn(words);
  const model = code === 0 ? JSON.parse(place.read('m.json')) : null;
  return { code, err: err.replaceAll(`${place.folder}/`, ''), model, place };
}

const number = (k: number) => String(xs[(7 * k + 3) % 12]);

describe('a text among the numbers of a target', () => {
  it.each<[string, string]>([
    ['a total at the end', `${table(number)}Total,1,Total\n`],
    ['units below the header', table((k) => (k === 0 ? '(kg)' : number(k)))],
    ['a second header in the middle', table((k) => (k === 6 ? 'y' : number(k)))],
    ['a typing error', table((k) => (k === 4 ? '7.o' : number(k)))],
    ['a word for a missing value', table((k) => (k === 4 ? 'unknown' : number(k)))],
    ['a bound', table((k) => (k === 4 ? '<5' : number(k)))],
  ])('%s is shown with its line, whole and streamed: no classification into as many labels as rows', async (_, content) => {
    const { code, err } = await train(content, ['--ignore', 'a']);
    expect(code).toBe(1);
    expect(err).toMatch(
      /^cvxnn: t\.csv, line \d+, column "y": ".*" is not a number, as most of the column is; .*--na ".*", or --task/,
    );
    const streamed = await train(content, ['--ignore', 'a', '--stream']);
    expect(streamed.code).toBe(1);
    expect(streamed.err).toMatch(/line \d+, column "y": ".*"/);
    const read = await readTable(new TextEncoder().encode(content), { names: ['y'] });
    await expect(trainTable(read, { target: 'y', ignore: ['a'], beta: 1 })).rejects.toThrow(
      /is not a number, .*task: 'classification'/,
    );
  });

  it('is a label where the caller says so, or where there are few numbers that come again', async () => {
    expect((await train(table((k) => (k === 4 ? 'unknown' : number(k % 3))))).err).toContain(
      'because of the text "unknown" among numbers',
    );
    const asked = await train(
      table((k) => (k === 4 ? 'n/d' : number(k % 5))),
      ['--task', 'classification'],
    );
    expect(asked.code).toBe(0);
    expect(asked.model.table.target.labels).toContain('n/d');
  });

  it('of a column is shown as well, where every cell is another one', async () => {
    const { code, err } = await train(`${table(number)}Total,1,2\n`);
    expect(code).toBe(1);
    expect(err).toContain('line 14, column "a": "Total" is not a number');
  });

  it('is named in the note where few numbers become indicators', async () => {
    const cells = ['1.5', '2.5', '7.o', '3', '1.5', '2.5', '3'];
    const content = ['c,b,y', ...cells.map((cell, k) => `${cell},${xs[k]},${number(k)}`)].join('\n');
    expect((await train(content)).err).toContain('because of "7.o" among numbers (--na "7.o" takes it for missing)');
  });
});

describe('labels that a person may take for one', () => {
  it.each([
    ['TRUE', 'true'],
    ['yes', 'YES'],
    ['ä', 'a\u0308'],
    ['１', '1'],
    ['New York', 'New  York'],
    ['1', '+1'],
    ['1', '1e0'],
  ])('%s and %s are two classes, and a note says so', async (one, other) => {
    const labels = [one, other, 'third'];
    const { code, err, model } = await train(
      table((k) => labels[k % 3]),
      ['--task', 'classification'],
    );
    expect(code).toBe(0);
    expect(model.table.target.labels).toHaveLength(3);
    expect(err).toContain(`the labels "${one}" and "${other}" of "y" are two classes: a label is its text`);
  });

  it('of one number in several spellings are not called two numbers', async () => {
    expect((await train(table((k) => ['1', '1.0', '01'][k % 3]))).err).toContain('3 classes of "y" (spellings of one number;');
  });
});

describe('what a command knows of the columns', () => {
  it.each<[string, string[]]>([
    ['--weight', ['--weight', '20']],
    ['--categorical', ['--categorical', '10']],
    ['--categorical with a list', ['--categorical', '10,20']],
    ['--ignore', ['--ignore', '20']],
  ])('%s with the name of a column makes the first line a header', async (_, options) => {
    const content = ['10,20,30', '1,5,3', '2,1,4', '1,3,1', '2,8,2', '1,1,9', '2,2,7'].join('\n');
    const { code, model, err } = await train(content, options, '30');
    expect(err).not.toContain('no header');
    expect(code).toBe(0);
    expect(model.table.columns).toEqual(['10', '20', '30']);
  });

  it('a weight that is no column is named by its own option', async () => {
    expect((await train(table(number), ['--weight', 'w'])).err).toContain('no column "w" (--weight)');
  });

  it('--stream refuses --weight, which it would leave out', async () => {
    const { code, err } = await train(table(number), ['--weight', 'b', '--stream']);
    expect(code).toBe(1);
    expect(err).toContain('--stream has no --weight');
  });

  it.each(['2020', '5', 'price', '0', '30'])('a table without header says so when it is asked for "%s"', async (target) => {
    const { err } = await train('2019,2020,2019\n1.5,2.5,3.5\n2.5,1.5,4.5\n', [], target);
    expect(err).toMatch(
      /no column ".*" \(the target\); its columns are "1", "2", "3", because no header was found; --header true/,
    );
  });

  it.each([':', '^', '~', '\x01', '&'])('a separator that is not guessed (%j) is asked for', async (separator) => {
    const content = table(number).replaceAll(',', separator);
    expect((await train(content)).err).toContain('--separator says what stands between cells');
    expect((await train(content, ['--separator', separator])).code).toBe(0);
  });

  it('a file that is given twice is refused', async () => {
    const { place } = await train(table(number));
    const { code, err } = await place.cvxnn('train ./t.csv ./t.csv --target y --out ./m.json');
    expect(code).toBe(1);
    expect(err).toContain('t.csv is given twice; its rows would count twice');
  });
});

describe('whole and streamed say the same', () => {
  const notesOf = (err: string) =>
    err.split('\n').filter((line) => /left out|are read as|becomes 1 indicator|not seen/.test(line));

  it.each<[string, string, string[]]>([
    ['markers of a missing target', table((k) => (k % 4 === 1 ? ['NA', 'NaN', '-'][k % 3] : number(k))), ['--missing', 'drop']],
    ['a target with a unit', table((k) => `${number(k)} kg`), []],
    ['a target with a decimal comma', table((k) => `"${number(k).replace('.', ',')}"`), []],
    [
      'one number in two spellings, and blanks',
      ['c,b,y', ...xs.map((x, k) => `${['1', '1.0', ''][k % 3]},${x},${number(k)}`)].join('\n'),
      ['--missing', 'mean'],
    ],
    ['plain numbers', table(number), []],
  ])('of %s', async (_, content, options) => {
    const whole = await train(content, [...options, '--model', 'gated']);
    const streamed = await train(content, [...options, '--stream']);
    expect([whole.code, streamed.code]).toEqual([0, 0]);
    expect(notesOf(streamed.err)).toEqual(notesOf(whole.err));
    expect(whole.err).not.toContain('not seen in training');
  });

  it.each(['1e301', '-1e308', 'inf', '1e400'])('%s is too large, and nothing else is named', async (huge) => {
    const content = table(number).replace('\n3.75,', `\n${huge},`);
    const streamed = await train(content, ['--stream']);
    expect(streamed.err).toBe((await train(content)).err);
    expect(streamed.err).toContain(`line 3, column "a": ${huge} is too large`);
  });
});

describe('a table that readTable read', () => {
  it.each<[string, string]>([
    ['commas', table(number)],
    ['semicolons and decimal commas', table(number).replaceAll(',', ';').replaceAll('.', ',')],
    ['no header', rows(number).join('\n')],
    ['a header of digits', table(number, '7,8,9')],
    ['an index without a name', table(number, ',b,y')],
    ['blank lines', table(number).replaceAll('\n', '\n\n')],
  ])('with %s trains in trainTable to the bits of the command line, and is predicted', async (_, content) => {
    const target = content.startsWith('7') ? '9' : content.startsWith('0') ? '3' : 'y';
    const { model } = await train(content, [], target);
    const read = await readTable(new TextEncoder().encode(content), { names: [target] });
    const trained = await trainTable(read, { target, beta: 1, patterns: { sample: 3 } });
    const own = JSON.parse(JSON.stringify(trained.toJSON()));
    expect(own.estimator).toEqual(model.estimator);
    expect(own.table).toEqual(model.table);
    expect((loadModel(own) as LoadedTableModel).predict(read)).toEqual(trained.predict(read));
    expect(trained.predict(read)).toHaveLength(12);
  });

  it('keeps the markers of missing values and the lines of its rows', async () => {
    const content = table(number).replace('\n3.75,', '\n-999,');
    const read = await readTable(content, { na: ['-999'] });
    await expect(trainTable(read, { target: 'y', beta: 1 })).rejects.toThrow(/line 3, column "a": the value is missing \("-999"/);
    const trained = await trainTable(read, { target: 'y', beta: 1, missing: 'mean', patterns: { sample: 3 } });
    expect(trained.notes).toContain('1 missing value ("-999") replaced by the mean of the training rows');
  });
});

describe('columns without a name in files of records', () => {
  const records = xs.map((x, k) => ({ '': (k * 5) % 7, a: x, y: Number(number(k)) }));

  it.each<[string, string]>([
    ['records', JSON.stringify(records)],
    ['lines', records.map((record) => JSON.stringify(record)).join('\n')],
    ['lists', JSON.stringify({ '': records.map((r) => r['']), a: records.map((r) => r.a), y: records.map((r) => r.y) })],
    ['arrays', JSON.stringify([['', 'a', 'y'], ...records.map((r) => [r[''], r.a, r.y])])],
    ['a CSV', [',a,y', ...records.map((r) => `${r['']},${r.a},${r.y}`)].join('\n')],
  ])('%s: predict finds what training called column1', async (_, content) => {
    const { code, model, place } = await train(content, [], 'y', 'data');
    expect(code).toBe(0);
    expect(model.table.features.map(({ column }: { column: string }) => column)).toEqual(['column1', 'a']);
    const predicted = await place.cvxnn('predict ./m.json ./data --missing error');
    expect(predicted.code, predicted.err).toBe(0);
  });

  it('a model of a table without header predicts records by their places', async () => {
    const { place } = await train(rows(number).join('\n'), [], '3');
    const expected = await place.cvxnn('predict ./m.json ./t.csv');
    const named = workspace({
      'm.json': place.read('m.json'),
      'r.json': JSON.stringify(rows(number).map((row) => row.split(','))),
    });
    const { code, out } = await named.cvxnn('predict ./m.json ./r.json');
    expect({ code, out }).toEqual({ code: 0, out: expected.out });
    const byName = rows(number).map((row) => Object.fromEntries(row.split(',').map((cell, k) => [`c${k}`, Number(cell)])));
    const objects = workspace({ 'm.json': place.read('m.json'), 'r.json': JSON.stringify(byName) });
    expect((await objects.cvxnn('predict ./m.json ./r.json')).out).toBe(expected.out);
  });
});

describe('columns that nobody looks at', () => {
  const objects = xs.map((x, k) => ({ a: x, tags: [1, 2], place: { lat: k }, y: Number(number(k)) }));
  const options = { target: 'y', beta: 1, patterns: { sample: 3 } } as const;

  it.each([
    ['objects', objects],
    [
      'columns',
      { a: xs, tags: objects.map(({ tags }) => tags), place: objects.map(({ place }) => place), y: xs.map((_, k) => number(k)) },
    ],
  ])('may hold lists and records: %s', async (_, input) => {
    await expect(trainTable(input, options)).rejects.toThrow(/tags.* is an array of length 2/);
    const model = await trainTable(input, { ...options, ignore: ['tags', 'place'] });
    expect(model.featureNames).toEqual(['a']);
    const plain = objects.map(({ a }) => ({ a }));
    expect(model.predict(input)).toEqual(model.predict(plain));
    const loaded = loadModel(JSON.parse(JSON.stringify(model.toJSON()))) as LoadedTableModel;
    expect(loaded.predict(objects)).toEqual(model.predict(plain));
  });
});

describe('choices that contradict themselves', () => {
  it.each<[string, string[], string]>([
    ['the target as weight', ['--weight', 'y'], 'column "y": the target cannot be the weight'],
    ['the target as a categorical column', ['--categorical', 'y'], '--task classification takes the values of the target'],
    ['a weight that is no number', ['--weight', 'c'], 'no column "c" (--weight)'],
  ])('%s is refused by its name', async (_, options, message) => {
    const { code, err } = await train(table(number), options);
    expect(code).toBe(1);
    expect(err).toContain(message);
  });

  it('a weight that is missing is refused with its line', async () => {
    const { err } = await train(table(number).replace(/^3\.75,[\d.]+/m, '3.75,NA'), ['--weight', 'b']);
    expect(err).toContain('line 3, column "b": the weight is missing');
  });

  it('a limit that the caller gave is not called that of the rows', async () => {
    const content = table(number).replace(/\n[\d.]+,/g, (start) => `\nlevel ${Number(start.slice(1, -1)) > 3},`);
    expect((await train(content, ['--max-levels', '2'])).code).toBe(0);
    const three = ['c,b,y', ...xs.map((x, k) => `${'pqr'[k % 3]},${x},${number(k)}`)].join('\n');
    expect((await train(three, ['--max-levels', '2'])).err).toContain('3 different texts, more than 2, as --max-levels says');
  });
});

describe('classes of few rows', () => {
  it.each([3, 4, 5, 6, 9])('%i labels in as many rows are questioned', async (length) => {
    const content = ['a,b,y', ...rows((k) => `label ${k}`, length)].join('\n');
    const { code, err } = await train(content);
    expect(code).toBe(0);
    expect(err).toContain(`${length} different labels in ${length} rows: most are seen once`);
  });

  it('two labels of two rows each are not', async () => {
    expect((await train(['a,b,y', ...rows((k) => 'pq'[k % 2], 4)].join('\n'))).err).not.toContain('most are seen once');
  });
});
