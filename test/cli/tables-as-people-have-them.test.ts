import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/random.js';
import { parseCsv } from '../../src/table/csv.js';
import { workspace } from './harness.js';

// The whole way, with the library itself: whatever a table looks like, the same numbers give the same model and predictions.
const random = createRandom(21);
const rows = Array.from({ length: 24 }, (_, k) => {
  const [a, b] = [random.normal(), random.normal()].map((value) => value.toFixed(3));
  return { a, b, level: ['ä', '🦩', 'x, "y"\nz'][k % 3], y: Number(a) + Number(k % 3 === 1) > 0.3 ? 'ja, doch' : 'nein' };
});
type Row = (typeof rows)[number];
const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;

/** The rows as a CSV of the given columns, quotes where needed, or everywhere. */
function csv(columns: readonly (keyof Row | 'extra')[], separator = ',', end = '\n', everywhere = false): string {
  const cell = (text: string) => (everywhere || /[",\n;\t]/.test(text) ? quoted(text) : text);
  const lines = rows.map((row, k) => columns.map((name) => cell(name === 'extra' ? `note ${k}` : row[name])).join(separator));
  return [columns.map(cell).join(separator), ...lines].join(end);
}

const usual = ['a', 'b', 'level', 'y'] as const;
const forms: Readonly<Record<string, string>> = {
  'plain.csv': `${csv(usual)}\n`,
  'bom-crlf.csv': `\ufeff${csv(usual, ',', '\r\n')}\r\n\r\n\r\n`,
  'semicolons.csv': csv(usual, ';', '\n', true),
  'tabs.csv': csv(usual, '\t'),
  'carriage-returns.csv': csv(usual, ',', '\r'),
};
const place = workspace({
  ...forms,
  'reordered.csv': csv(['extra', 'level', 'b', 'y', 'a'], ';'),
  'no-target.csv': csv(['level', 'b', 'a']),
  'new-level.csv': 'a,b,level\n0.5,0.1,never seen\n0.5,0.1,ä\n',
});
const train = (file: string, out: string) => place.cvxnn(`train ./${file} --target y --beta 0.2 --out ./${out} --json`);

/** The model without what says how and from where it was made. */
const model = (file: string) => {
  const { table, estimator } = JSON.parse(place.read(file));
  return { table, estimator };
};

describe('one table in many forms', () => {
  it.each(Object.keys(forms))('%s trains the same model, to the last bit', async (file) => {
    expect((await train('plain.csv', 'plain.json')).code).toBe(0);
    const { code, err } = await train(file, 'm.json');
    expect(code, err).toBe(0);
    expect(model('m.json')).toEqual(model('plain.json'));
  });

  it('is predicted alike with columns in another order, with more of them, and without the target', async () => {
    await train('plain.csv', 'plain.json');
    const expected = await place.cvxnn('predict ./plain.json ./plain.csv');
    expect(expected.code).toBe(0);
    for (const file of [...Object.keys(forms), 'reordered.csv', 'no-target.csv']) {
      const { code, out } = await place.cvxnn(`predict ./plain.json ./${file}`);
      expect({ file, code, out }).toEqual({ file, code: 0, out: expected.out });
    }
  });

  it('has predictions that are a table again: labels as they stood, probabilities that sum to 1', async () => {
    await train('plain.csv', 'plain.json');
    const { out } = await place.cvxnn('predict ./plain.json ./plain.csv');
    const table = parseCsv(out, { header: true });
    expect(table.columns).toEqual(['prediction', 'probability_ja, doch', 'probability_nein']);
    expect(table.rows).toHaveLength(rows.length);
    for (const [prediction, yes, no] of table.rows) {
      expect(Number(yes) + Number(no)).toBeCloseTo(1, 12);
      if (yes !== no) expect(prediction).toBe(Number(yes) > Number(no) ? 'ja, doch' : 'nein');
    }
  });

  it('warns of a level that training did not see, and answers', async () => {
    await train('plain.csv', 'plain.json');
    const { code, out, err } = await place.cvxnn('predict ./plain.json ./new-level.csv');
    expect(code).toBe(0);
    expect(err).toContain('column "level": 1 cell such as "never seen" not seen in training');
    expect(parseCsv(out, { header: true }).rows).toHaveLength(2);
  });
});

describe('numbers of any size', () => {
  it.each(['e-200', 'e200', 'e-290', 'e290'])(
    'targets times 1%s keep their score and predictions that are numbers',
    async (power) => {
      const table = (unit: string) => ['a,b,y', ...rows.map(({ a, b }) => `${a},${b},${a.replace('-', '')}${unit}`)].join('\n');
      const sized = workspace({ 'one.csv': table(''), 'sized.csv': table(power) });
      const fit = async (file: string) =>
        JSON.parse((await sized.cvxnn(`train ./${file} --target y --beta 0.2 --out ./m.json --json`)).out);
      const [one, other] = [await fit('one.csv'), await fit('sized.csv')];
      expect(other.trainScore).toBeCloseTo(one.trainScore, 6);
      const { out } = await sized.cvxnn('predict ./m.json ./sized.csv --json');
      const { predictions, score } = JSON.parse(out);
      expect(predictions.every(Number.isFinite)).toBe(true);
      expect(score).toBeCloseTo(one.trainScore, 6);
    },
  );
});

describe('paths of files', () => {
  it('an output that is an input is refused by the name of its option', async () => {
    const { code, err } = await place.cvxnn('path ./plain.csv --target y --svg ./plain.csv');
    expect(code).toBe(1);
    expect(err).toContain('is an input; choose another --svg');
    expect(place.read('plain.csv')).toBe(forms['plain.csv']);
  });
});
