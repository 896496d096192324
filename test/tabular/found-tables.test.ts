import { describe, expect, it } from 'vitest';
import { trainTable } from '../../src/index.js';
import { parseCsv } from '../../src/table/csv.js';
import { workspace } from '../cli/harness.js';

// Every kind of fault that was found by use, with siblings: whole and streamed, on the command line and in trainTable.
const xs = [0.25, 3.75, 7.25, 2.75, 6.25, 1.5, 4.25, 5.75, 0.75, 3.25, 6.75, 2.25];
const ys = [6.5, 3, 5, 2.5, 4, 3.5, 7, 6, 2, 4.5, 5.5, 3.25];

/** A table with one column of the given cells beside a number, the target last. */
const table = (cells: readonly string[]) =>
  ['a;c;y', ...cells.map((cell, k) => `${xs[k % 12]};"${cell}";${ys[k % 12]}`)].join('\n');

/** What becomes of the cells: the features, or the message, by three ways that must agree. */
async function outcome(cells: readonly string[], options: Readonly<Record<string, string>> = {}) {
  const place = workspace({ 't.csv': table(cells) });
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const run = async (more: string[]) => {
    const words = ['train', place.at('t.csv'), '--target', 'y', '--beta', '1', '--patterns', '3', ...flags, ...more];
    const { code, err } = await place.cvxnn([...words, '--out', place.at('m.json')]);
    const message = err.trim().split('\n').at(-1) as string;
    if (code === 1) return { error: message.replace(/^cvxnn: .*?t\.csv,? ?/, ''), features: [], notes: '' };
    return { error: null, features: JSON.parse(place.read('m.json')).table.features, notes: err };
  };
  const whole = await run(['--model', 'gated']);
  const streamed = await run(['--stream']);
  expect(streamed.error).toBe(whole.error);
  expect(streamed.features).toEqual(whole.features.map((feature: object) => roughly(feature)));
  const { na, categorical, missing, dates } = options;
  const own = {
    target: 'y',
    model: 'gated' as const,
    beta: 1,
    patterns: { sample: 3 },
    ...(missing && { missing: missing as 'mean' }),
    ...(dates && { dates: dates as 'features' }),
    ...(na !== undefined && { na: na.split(',') }),
    ...(categorical && { categorical: [categorical] }),
  };
  const { columns, rows } = parseCsv(table(cells), { header: true, separator: ';' });
  const objects = rows.map((row) => Object.fromEntries(columns.map((name, k) => [name, row[k]])));
  const trained = await trainTable(objects, own).catch((error: Error) => error);
  if (whole.error !== null) expect((trained as Error).message.replace(/^row \d+/, '')).not.toBe('');
  else expect((trained as { toJSON(): { table: { features: unknown } } }).toJSON().table.features).toEqual(whole.features);
  expect(trained instanceof Error).toBe(whole.error !== null);
  const [last] = whole.features.filter(({ column }: { column: string }) => column === 'c');
  return { error: whole.error, feature: last, notes: whole.notes };
}

/** Means are summed in another order in pieces. */
function roughly(feature: object): object {
  return JSON.parse(JSON.stringify(feature), (key, value) => (key === 'mean' ? expect.closeTo(value, 9) : value));
}

const numbered = (form: (value: number) => string) => xs.map((value, k) => form(k % 3 === 0 ? -value : value));

describe('numbers as people write them', () => {
  it.each<[string, (value: number) => string, object]>([
    ['brackets', (v) => (v < 0 ? `(${-v})` : `${v}`), { decimal: '.', unit: '' }],
    ['a trailing minus', (v) => (v < 0 ? `${-v}-` : `${v}`), { decimal: '.', unit: '' }],
    ['U+2212', (v) => (v < 0 ? `\u2212${-v}` : `${v}`), { decimal: '.', unit: '' }],
    ['dollars', (v) => (v < 0 ? `-$${-v}` : `$${v}`), { decimal: '.', unit: '$' }],
    ['euros behind', (v) => `${v} €`, { decimal: '.', unit: '€' }],
    ['a code of a currency', (v) => `CHF ${v}`, { decimal: '.', unit: 'CHF' }],
    ['kilograms', (v) => `${v} kg`, { decimal: '.', unit: 'kg' }],
    ['percent', (v) => `${v}%`, { decimal: '.', unit: '%' }],
    ['a decimal comma', (v) => `${v}`.replace('.', ','), { decimal: ',', unit: '' }],
    [
      'thin spaces between thousands',
      (v) => `${v < 0 ? '-' : ''}1\u2009${Math.round(Math.abs(v)) + 100}`,
      { decimal: '.', unit: '' },
    ],
    ['apostrophes between thousands', (v) => `${v < 0 ? '-' : ''}1'${Math.round(Math.abs(v)) + 100}`, { decimal: '.', unit: '' }],
  ])('%s are read as numbers, and said so', async (_, form, format) => {
    const { error, feature, notes } = await outcome(numbered(form));
    expect(error).toBeNull();
    expect(feature).toMatchObject({ kind: 'number', format });
    expect(notes).toContain('column "c": numbers such as ');
  });

  it.each(['   5', '5  ', '\u00a05', '\ufeff5', '\t5'])('padding as in %j is no text', async (cell) => {
    const { error, feature } = await outcome(xs.map((v, k) => (k === 1 ? cell : `${v}`)));
    expect([error, feature.kind]).toEqual([null, 'number']);
  });

  it.each<[string, string[], string]>([
    ['two units', ['5 kg', '300 g'], '"5 kg" and "300 g": have different units'],
    ['two currencies', ['$5', '5 €'], '"$5" and "5 €": have different units'],
    ['a unit and none', ['5 kg', '7'], '"5 kg" and "7": one has a unit, the other none'],
    ['two decimal marks', ['1,5', '2.5'], '"2.5" has another decimal mark than "1,5"'],
    ['feet and inches', ['5 ft 11 in', '6 ft 1 in'], 'have different units'],
  ])('%s are an error that shows the cells', async (_, [first, second], message) => {
    const { error } = await outcome(xs.map((_, k) => (k % 2 === 0 ? first : second)));
    expect(error).toContain(message);
    expect(error).toContain('write');
  });
});

describe('a value and blanks', () => {
  it.each(['Y', '1', 'yes', 'x', 'TRUE'])(
    '%s or nothing is refused under error, and an indicator of presence else',
    async (value) => {
      const cells = xs.map((_, k) => (k % 3 === 0 ? '' : value));
      expect((await outcome(cells)).error).toContain(`elsewhere it is always "${value}"`);
      for (const missing of ['mean', 'drop']) {
        const { feature, notes } = await outcome(cells, { missing });
        expect(feature).toEqual({ column: 'c', kind: 'present', level: value });
        expect(notes).toContain(`column "c": always "${value}" or missing, and becomes 1 indicator of present and absent`);
      }
    },
  );
});

describe('markers of missing values', () => {
  it.each(['None', '-', '--', '?', '#N/A', '<NA>', '(null)', 'nil', 'NULL', 'NaN', 'na', 'n/a', '""', ' ', 'N.A.', '\\N'])(
    '%s is one',
    async (marker) => {
      const cells = xs.map((v, k) => (k % 5 === 2 ? marker.replaceAll('"', '') : `${v}`));
      expect((await outcome(cells)).error).toContain('the value is missing');
      const { feature, notes } = await outcome(cells, { missing: 'mean' });
      expect(feature.kind).toBe('number');
      expect(notes).toMatch(/2 missing values.* replaced by the mean/);
    },
  );

  it.each(['999', 'unknown', '-1', 'k.A.', 'NA'])('%s is one where --na says so', async (marker) => {
    const cells = xs.map((v, k) => (k % 5 === 2 ? marker : `${v}`));
    const { feature } = await outcome(cells, { missing: 'mean', na: marker });
    expect(feature.kind).toBe('number');
    const mean = xs.filter((_, k) => k % 5 !== 2).reduce((sum, v) => sum + v, 0) / 10;
    expect(feature.mean).toBeCloseTo(mean, 12);
  });
});

describe('dates', () => {
  const day = (k: number) => `${k + 1}`.padStart(2, '0');
  it.each<[string, (k: number) => string]>([
    ['ISO', (k) => `2024-01-${day(k)}`],
    ['ISO with times', (k) => `2024-01-${day(k)}T0${k % 9}:30:00Z`],
    ['German', (k) => `${day(k)}.02.2024`],
    ['American', (k) => `1/${k + 13}/2024`],
    ['named months', (k) => `${day(k)} Mar 2024`],
  ])('of the form %s are left out and named, and become numbers where asked for', async (_, form) => {
    const cells = xs.map((_, k) => form(k));
    const left = await outcome(cells);
    expect(left.feature).toBeUndefined();
    expect(left.notes).toContain(`column "c" holds dates such as "${cells[0]}" and is left out; --dates features`);
    const { feature, notes } = await outcome(cells, { dates: 'features' });
    expect(feature.kind).toBe('date');
    expect(feature.parts[0].part).toBe('days');
    expect(feature.parts[0].mean).toBeCloseTo(5.5, 0);
    expect(notes).toContain('column "c": dates become days');
  });

  it('whose day and month cannot be told apart are refused where they would be used', async () => {
    const { error } = await outcome(
      xs.map((_, k) => `0${(k % 9) + 1}/0${(k % 5) + 1}/2024`),
      { dates: 'features' },
    );
    expect(error).toContain('the day or the month may come first');
  });
});

describe('names made of digits', () => {
  it.each<[string, string[]]>([
    ['beyond 2^53', ['7234567890123456788', '1234567890123456789', '1234567890123456788']],
    ['next to a power of two', ['9007199254740993', '9007199254740992', '9007199254740994']],
    ['with leading zeros', ['10', '1', '01']],
    ['of two widths', ['007', '7', '70']],
    ['with more zeros', ['0', '00', '000']],
  ])('%s are categories of their texts', async (_, names) => {
    const { feature } = await outcome(xs.map((_, k) => names[k % 3]));
    expect(feature).toMatchObject({ kind: 'category', levels: [...names].sort() });
  });

  it('stay numbers where all have one width, and are categories where that is declared', async () => {
    const cells = xs.map((_, k) => `0${(k % 4) + 1}`);
    expect((await outcome(cells)).feature.kind).toBe('number');
    expect((await outcome(cells, { categorical: 'c' })).feature.levels).toEqual(['01', '02', '03', '04']);
  });

  it.each<[string, string[], number]>([
    ['account numbers', ['7234567890123456788', '1234567890123456789', '1234567890123456788'], 3],
    ['codes with zeros', ['10', '1', '01'], 3],
    ['two of them', ['01', '1'], 2],
    ['decimals of two widths', ['1', '1.0', '2'], 3],
    ['signs', ['+1', '1', '-1'], 3],
  ])('are labels as texts: %s', async (_, labels, classes) => {
    const rows = Array.from({ length: 24 }, (_, k) => ({ a: xs[k % 12], b: ys[(5 * k) % 12], label: labels[k % labels.length] }));
    const model = await trainTable(rows, { target: 'label', task: 'classification', beta: 0.5 });
    expect(model.classes).toHaveLength(classes);
    expect(new Set(model.classes)).toEqual(new Set(labels));
    for (const label of model.predict(rows)) expect(labels).toContain(label);
  });
});

describe('the limit of levels', () => {
  it.each([
    [51, 306, true],
    [60, 306, true],
    [62, 306, false],
    [50, 100, true],
    [52, 104, false],
  ])('%d texts in %d rows: %s', async (levels, rows, fits) => {
    const data = Array.from({ length: rows }, (_, k) => ({
      s: `S${k % levels}`,
      x: xs[k % 12],
      y: ys[(7 * k) % 12] + xs[k % 12],
    }));
    const fit = trainTable(data, { target: 'y', model: 'gated', patterns: { sample: 2 }, beta: 5 });
    if (fits) expect((await fit).notes).toContain(`column "s": ${levels} different texts become ${levels} indicators`);
    else {
      await expect(fit).rejects.toThrow(`more than ${Math.max(50, Math.floor(rows / 5))}, the limit for ${rows} rows`);
      await expect(fit).rejects.toThrow(`maxLevels: ${levels}`);
    }
  });
});

describe('a target', () => {
  const rows = (label: (k: number) => unknown) => xs.map((a, k) => ({ a, b: ys[k], t: label(k) }));
  it.each([
    ['Na', ['K', 'Cl']],
    ['NA', ['DE', 'FR']],
    ['NA', ['ZA', 'BW']],
    ['Na', ['Li', 'Mg']],
    ['NaN', ['Fe', 'Cu']],
  ])('%s among %j is never dropped in silence', async (marker, others) => {
    const table = rows((k) => (k % 3 === 0 ? marker : others[k % 2]));
    await expect(trainTable(table, { target: 't' })).rejects.toThrow(
      `"${marker}" stands for a missing value, unless the option na`,
    );
    await expect(trainTable(table, { target: 't', missing: 'drop' })).rejects.toThrow('na: [] that only blanks do');
    expect((await trainTable(table, { target: 't', na: [], beta: 1 })).classes).toContain(marker);
  });

  it.each([3, 4, 5, 8, 10])('of %d whole numbers names the option that makes classes of them', async (values) => {
    const { notes } = await trainTable(
      rows((k) => k % values),
      { target: 't', beta: 1 },
    );
    expect(notes[0]).toContain(`task: 'classification' takes its ${values} values for classes`);
  });

  it('of nearly as many classes as rows is refused at once, with the way to have it', async () => {
    const many = Array.from({ length: 342 }, (_, k) => ({ a: xs[k % 12], t: 3000 + 25 * (k % 94) }));
    const fit = trainTable(many, { target: 't', task: 'classification' });
    await expect(fit).rejects.toThrow(
      "94 different labels in 342 rows are too many to learn; task: 'regression' predicts numbers; maxLevels: 94",
    );
  });
});
