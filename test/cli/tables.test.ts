import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { matchingFiles } from '../../src/cli/glob.js';
import { run } from '../../src/cli/run.js';
import { openTable } from '../../src/cli/tables.js';
import { workspace } from './harness.js';

const found = (name: string) => readFileSync(join(import.meta.dirname, '../table/files', name));
const rows = Array.from({ length: 24 }, (_, k) => [k % 7, (k * 5) % 11, (k % 7) * 2 - ((k * 5) % 11) / 4]);
const csv = (list: readonly (readonly number[])[], separator = ',') =>
  ['a', 'b', 'y'].join(separator) + list.map((row) => `\n${row.join(separator)}`).join('');
const objects = rows.map(([a, b, y]) => ({ a, b, y }));

const place = workspace({
  'whole.csv': csv(rows),
  'part-1.csv': csv(rows.slice(0, 10)),
  'part-2.csv': csv(rows.slice(10), ';'),
  'other.csv': 'a,c\n1,2\n',
  'whole.csv.gz': gzipSync(csv(rows)),
  'whole.json': JSON.stringify(objects),
  'whole.ndjson': objects.map((row) => `${JSON.stringify(row)}\n`).join(''),
  'whole.utf16': Buffer.from(`\ufeff${csv(rows, '\t')}`, 'utf16le'),
  'spaces.txt': csv(rows, ' '),
  'sheet.xlsx': 'PK\x03\x04\0\0',
  'header.csv': found('header-0-1-2.csv'),
  'temperature.csv': found('temperature.csv'),
  'gap.csv': found('temperature-gap.csv'),
  'either.csv': '0,1\n1,0\n0,0\n1,1\n',
  'marked.csv': `${csv(rows)}\n1,-999,2\n3,NA,4`,
  'record.parquet': found('record-row-7.parquet'),
});
mkdirSync(place.at('deep/er'), { recursive: true });
writeFileSync(place.at('deep/part-3.csv'), csv(rows));
writeFileSync(place.at('deep/er/part-4.csv'), csv(rows));
writeFileSync(place.at('odd[1].csv'), csv(rows));

const fit = '--target y --model gated --beta 1 --patterns 4 --out ./m.json --json';
const estimator = () => JSON.parse(place.read('m.json')).estimator;
/** A run whose standard input holds the bytes. */
async function piped(bytes: string | Uint8Array, ...args: string[]) {
  const said = { out: '', err: '' };
  async function* input() {
    yield typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
  }
  const code = await run(args, '1.2.3', {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    terminal: false,
    input: input(),
    signal: new AbortController().signal,
  });
  return { code, ...said };
}

describe('one table in other files', () => {
  it.each([
    './whole.csv.gz',
    './whole.json',
    './whole.ndjson',
    './whole.utf16',
    './spaces.txt',
    './part-1.csv ./part-2.csv',
    './part-*.csv',
    './part-{1,2}.csv',
  ])('trains the same model, whole and streamed: %s', async (files) => {
    for (const stream of ['', '--stream ']) {
      expect(await place.cvxnn(`train ./whole.csv ${stream}${fit}`)).toMatchObject({ code: 0 });
      const expected = estimator();
      const { code, err } = await place.cvxnn(`train ${files} ${stream}${fit}`);
      expect(code, err).toBe(0);
      expect(estimator()).toEqual(expected);
    }
  });

  it('is read from the standard input, whole and streamed, and predicted from it', async () => {
    await place.cvxnn(`train ./whole.csv ${fit}`);
    const expected = estimator();
    const out = place.at('m.json');
    const options = ['--target', 'y', '--model', 'gated', '--beta', '1', '--patterns', '4', '--out', out];
    expect((await piped(csv(rows), 'train', '-', ...options)).code).toBe(0);
    expect(estimator()).toEqual(expected);
    const streamed = await piped(gzipSync(csv(rows)), 'train', '-', '--stream', ...options);
    expect(streamed.code, streamed.err).toBe(0);
    expect(streamed.err).toContain('standard input: 24 rows of 3 columns');
    expect((await piped(csv(rows), 'predict', out, '-')).out.split('\n')).toHaveLength(26);
    expect((await piped('a,b\n1\n', 'predict', out, '-')).err).toContain('standard input, line 2: 1 field; expected 2');
    expect((await piped('', 'train', '-', ...options)).err).toContain('standard input is empty');
    expect((await piped('', 'train', '-', '-', ...options)).err).toContain('- is given twice');
  });
});

describe('what the command knows', () => {
  it.each(['', '--stream '])('makes numbers a header: 16 rows in, 16 predictions out %s', async (stream) => {
    const line = `train ./header.csv --target 2 --model gated --beta 1 --patterns 4 ${stream}--out ./h.json --json`;
    const { code, out, err } = await place.cvxnn(line);
    expect(code, err).toBe(0);
    expect(JSON.parse(out).rows).toBe(16);
    expect(JSON.parse(place.read('h.json')).table.columns).toEqual(['0', '1', '2']);
    expect((await place.cvxnn('predict ./h.json ./header.csv')).out.trimEnd().split('\n')).toHaveLength(17);
  });

  it.each(['', '--stream '])('refuses what has two meanings, and says how to decide %s', async (stream) => {
    const { code, err } = await place.cvxnn(`train ./either.csv --target 1 --model gated ${stream}--out ./n.json`);
    expect(code).toBe(1);
    expect(err).toContain('either.csv, line 1: "1" stands in the first line');
    expect(err).toContain('--header true or --header false says which');
  });

  it('gives a prediction for every row, blank ones among them', async () => {
    await place.cvxnn('train ./temperature.csv --target y --model gated --beta 1 --patterns 4 --out ./t.json');
    const { code, out, err } = await place.cvxnn('predict ./t.json ./gap.csv --missing mean');
    expect(code, err).toBe(0);
    expect(out.trimEnd().split('\n')).toHaveLength(4);
  });

  it('leaves records alone that nobody looks at, and names their row where somebody does', async () => {
    const line = 'train ./record.parquet --target y --model gated --beta 1 --patterns 4 --out ./r.json';
    expect((await place.cvxnn(line)).err).toContain('record.parquet, row 7, column "j": holds a list, a record');
    expect((await place.cvxnn(`${line} --ignore j`)).code).toBe(0);
    expect((await place.cvxnn('predict ./r.json ./record.parquet')).code).toBe(0);
  });
});

describe('--na', () => {
  it.each(['', '--stream '])('says which texts are missing values, in training and after it %s', async (stream) => {
    const line = `train ./marked.csv --target y --model gated --beta 1 --patterns 4 ${stream}--out ./k.json --json`;
    const both = await place.cvxnn(`${line} --missing drop --na -999,NA`);
    expect(both.code, both.err).toBe(0);
    expect(JSON.parse(both.out).rows).toBe(24);
    // The markers of the training hold for predictions, unless others are named.
    expect((await place.cvxnn('predict ./k.json ./marked.csv')).err).toContain('2 missing values');
    expect((await place.cvxnn('predict ./k.json ./marked.csv --na NA')).err).toContain('1 missing value');
    const one = await place.cvxnn(`${line} --missing drop --na -999`);
    expect(one.code).toBe(1);
    expect(one.err).toContain('"NA"');
  });
});

describe('files that are none, or of another kind', () => {
  it.each([
    ['./sheet.xlsx', 'sheet.xlsx is a ZIP archive; unpack it'],
    ['https://example.org/data.csv', 'https://example.org/data.csv is an address; download the file first (curl -LO ADDRESS)'],
    ['./nothing-*.csv', 'nothing-*.csv matches no file'],
    ['./deep', 'deep is a folder; name a file in it, or all of them by a pattern in quotes such as '],
    ['./absent.csv', 'absent.csv cannot be read: no such file or folder'],
    ['./whole.csv ./other.csv', 'other.csv has the columns a, c, and '],
    ['./whole.csv ./absent.csv', 'absent.csv cannot be read: no such file or folder'],
  ])('%s', async (files, message) => {
    for (const stream of ['', '--stream ']) {
      const { code, err } = await place.cvxnn(`train ${files} ${stream}--target y --model gated --out ./n.json`);
      expect(code).toBe(1);
      expect(err).toContain(message);
    }
    expect(place.list()).not.toContain('n.json');
  });

  it('an input among several is not overwritten', async () => {
    const { code, err } = await place.cvxnn('train ./part-*.csv --target y --out ./part-2.csv');
    expect(code).toBe(1);
    expect(err).toContain('part-2.csv is an input; choose another --out');
  });
});

describe('patterns', () => {
  const names = (pattern: string) => matchingFiles(place.at(pattern))?.map((path) => path.slice(place.folder.length + 1));
  it.each<[string, string[] | undefined]>([
    ['part-?.csv', ['part-1.csv', 'part-2.csv']],
    ['part-[12].csv', ['part-1.csv', 'part-2.csv']],
    ['part-[!1].csv', ['part-2.csv']],
    ['{part-1,whole}.csv', ['part-1.csv', 'whole.csv']],
    ['**/part-*.csv', ['deep/er/part-4.csv', 'deep/part-3.csv', 'part-1.csv', 'part-2.csv']],
    ['deep/*.csv', ['deep/part-3.csv']],
    ['*/*/*.csv', ['deep/er/part-4.csv']],
    ['whole.*', ['whole.csv', 'whole.csv.gz', 'whole.json', 'whole.ndjson', 'whole.utf16']],
    ['d*', []],
    ['odd[1].csv', undefined],
    ['whole.csv', undefined],
  ])('%s', (pattern, expected) => {
    expect(names(pattern)).toEqual(expected);
  });
});

describe('a table that is opened', () => {
  it('is read again from the start at every call', async () => {
    const console = { out: () => {}, err: () => {}, terminal: false, signal: new AbortController().signal };
    const input = await openTable([place.at('part-*.csv')], console);
    expect(input.files.map((file) => file.slice(place.folder.length + 1))).toEqual(['part-1.csv', 'part-2.csv']);
    expect(input.name).toBe(`${place.at('part-1.csv')} and 1 more`);
    const first = await input.whole({});
    expect(first.rows).toHaveLength(24);
    expect(await input.whole({})).toEqual(first);
    for await (const piece of input.pieces({})) {
      expect(piece.columns).toEqual(['a', 'b', 'y']);
      break;
    }
    expect((await input.whole({})).rows).toHaveLength(24);
  });
});
