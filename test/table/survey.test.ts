import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heldOutRows } from '../../src/data/folds.js';
import { fitStandardization } from '../../src/data/standardize.js';
import { allRows } from '../../src/table/columns.js';
import { parseCsv } from '../../src/table/csv.js';
import { fitEncoder } from '../../src/table/fit-encoder.js';
import { type SurveyOptions, TableSurvey } from '../../src/table/survey.js';
import { TableEncoder } from '../../src/table/table.js';
import { readTarget } from '../../src/table/target.js';
import type { Table } from '../../src/table/text-table.js';

const options: SurveyOptions = { target: 'y', missing: 'error', ignore: [] };

const survey = (table: Table, choices: Partial<SurveyOptions> = {}, pieces = 1) => {
  const made = new TableSurvey({ ...options, ...choices });
  const all = allRows(table);
  do
    for (let p = 0; p < pieces; p++)
      made.add(
        table,
        all.filter((k) => k % pieces === p),
      );
  while (made.again());
  return made;
};

const row = fc.record({
  number: fc.double({ min: -1e3, max: 1e3, noNaN: true }),
  kind: fc.constantFrom('red', 'green', 'blue'),
  two: fc.constantFrom('yes', 'no'),
  gap: fc.option(fc.integer({ min: 0, max: 9 })),
  y: fc.integer({ min: -50, max: 50 }),
});

const csv = (rows: readonly Record<string, unknown>[]) =>
  [
    'number,kind,two,gap,y',
    ...rows.map((r) =>
      Object.values(r)
        .map((cell) => cell ?? '')
        .join(','),
    ),
  ].join('\n');

describe('a survey of a table', () => {
  it('learns what the encoder learns from the whole, and the scales of its matrix', () => {
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 12, maxLength: 60 }),
        fc.constantFrom('drop' as const, 'mean' as const),
        fc.integer({ min: 1, max: 4 }),
        (rows, missing, pieces) => {
          const distinct = (name: 'number' | 'kind' | 'two' | 'gap' | 'y') => new Set(rows.map((r) => r[name])).size > 3;
          fc.pre(distinct('number') && rows.filter(({ gap }) => gap !== null).length > 3);
          const known = missing === 'drop' ? rows.filter(({ gap }) => gap !== null) : rows;
          fc.pre(new Set(known.map(({ kind }) => kind)).size > 1 && new Set(known.map(({ two }) => two)).size > 1);
          fc.pre(new Set(known.filter(({ gap }) => gap !== null).map(({ gap }) => gap)).size > 1);
          fc.pre(new Set(known.map(({ number }) => number)).size > 1);
          const table = parseCsv(csv(rows), { header: true });
          const made = survey(table, { missing }, pieces);
          const { encoding, scales } = made.result();
          const members = made.kept(table, allRows(table));
          expect(made.rows).toBe(known.length);
          expect(members.length).toBe(known.length);
          const { spec } = readTarget(table, { column: 'y', missing, task: 'regression' });
          const { encoder } = fitEncoder(table, members, { target: spec, missing });
          encoding.features.forEach((feature, k) => {
            const wanted = encoder.encoding.features[k];
            if (feature.kind === 'number' && wanted.kind === 'number') expect(feature.mean).toBeCloseTo(wanted.mean, 8);
            else expect(feature).toEqual(wanted);
          });
          const { X } = new TableEncoder(encoding).encode(table, members, missing);
          const own = fitStandardization(X);
          scales.centers.forEach((center, j) => {
            expect(center).toBeCloseTo(own.centers[j], 8);
            expect(scales.scales[j]).toBeCloseTo(own.scales[j], 7);
          });
          const targets = Float64Array.from(known, ({ y }) => y);
          const target = fitStandardization({ data: targets, rows: targets.length, columns: 1 });
          expect(scales.targetMean).toBeCloseTo(target.centers[0], 9);
          expect(scales.targetScale).toBeCloseTo(target.scales[0], 9);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('leaves constant and empty columns out, and says so', () => {
    const table = parseCsv('a,b,c,d,y\n1,x,,7,1\n2,x,,7.0,2\n3,x,,7,5\n', { header: true });
    const { encoding, notes } = survey(table, { missing: 'mean' }).result();
    expect(encoding.features.map(({ column }) => column)).toEqual(['a']);
    expect(notes).toEqual([
      'column "b" is constant and is left out',
      'column "c" has no values and is left out',
      'column "d" is constant and is left out',
    ]);
  });

  const many = (cell: (k: number) => string, count = 60) =>
    `a,y\n${Array.from({ length: count }, (_, k) => `${cell(k)},${k}`).join('\n')}`;

  it.each([
    ['a,y\n1,2\n,3\n5,6\n', 'line 3, column "a": the value is missing; --missing drop'],
    ['a,y\n1,2\n2,\n', 'line 3, column "y": the target is missing'],
    ['a,y\n1,2\n2,high\n', 'line 3, column "y": "high" is not a number'],
    ['a,y\n1.5,2\n"1,5",3\n', 'line 3, column "a": "1,5" has another decimal mark than "1.5"'],
    [many((k) => `name${k}`), 'column "a": a different text in each of 60 rows'],
    [many((k) => `name${k % 59}`), 'column "a": 59 different texts, more than 50, the limit for 60 rows'],
    [many((k) => (k === 30 ? 'oops' : String(k))), 'line 32, column "a": "oops" is not a number'],
    ['a,y\n1,2\n1,3\n', 'has no column left to learn from'],
    ['a,y\n1,2\n', '1 rows to learn from'],
    ['a,b\n1,2\n3,4\n', 'has no column "y"'],
  ])('refuses %j: %s', (text, message) => {
    expect(() => survey(parseCsv(text, { header: true })).result()).toThrow(message);
  });

  it('takes few numbers among texts for a category', () => {
    const cells = ['0', '1', '2', '3+'];
    const { encoding } = survey(
      parseCsv(
        many((k) => cells[k % 4]),
        { header: true },
      ),
    ).result();
    expect(encoding.features).toEqual([{ column: 'a', kind: 'category', levels: cells, shares: [0.25, 0.25, 0.25, 0.25] }]);
  });
});

describe('rows held out one after another', () => {
  it('are the same again, about as many as asked, and none without a fraction', () => {
    const draw = (fraction: number | null, seed: number) => Array.from({ length: 5000 }, heldOutRows(fraction, seed));
    const held = draw(0.2, 1);
    expect(draw(0.2, 1)).toEqual(held);
    expect(draw(0.2, 2)).not.toEqual(held);
    expect(Math.abs(held.filter(Boolean).length - 1000)).toBeLessThan(120);
    expect(draw(null, 1).some(Boolean)).toBe(false);
  });
});
