import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignFolds, foldSplit, trainTestSplit } from '../../src/data/folds.js';
import { completeRows } from '../../src/table/columns.js';
import { csvLine, parseCsv } from '../../src/table/csv.js';
import { fitEncoder } from '../../src/table/fit-encoder.js';
import { usualMarkers } from '../../src/table/missing.js';
import { TableError } from '../../src/table/table-error.js';
import { readTarget } from '../../src/table/target.js';
import { targetValues } from '../../src/table/target-spec.js';

/** A table as the tests know it: what is meant, before any dialect writes it. */
interface Meant {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const word = fc.constantFrom('red', 'dark blue', 'a,b', 'x;y', 'tab\there', 'say "hi"', 'é', 'two\nlines', '1x', 'R&D');
const amount = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((x) => String(x + 0));
const missing = fc.constantFrom('NA', '', '?', 'nan');

/** n numbers, c one of few words, m numbers with holes, y the target. */
const meant: fc.Arbitrary<Meant> = fc
  .array(fc.tuple(amount, word, fc.oneof({ weight: 3, arbitrary: amount }, missing), fc.constantFrom('yes', 'no')), {
    minLength: 4,
    maxLength: 12,
  })
  .map((rows) => ({ names: ['n', 'c', 'm', 'y'], rows }));

interface Dialect {
  readonly separator: string;
  readonly end: string;
  readonly mark: boolean;
  readonly quoteAll: boolean;
  readonly blanks: boolean;
  readonly last: boolean;
}

const dialect: fc.Arbitrary<Dialect> = fc.record({
  separator: fc.constantFrom(',', ';', '\t'),
  end: fc.constantFrom('\n', '\r\n', '\r'),
  mark: fc.boolean(),
  quoteAll: fc.boolean(),
  blanks: fc.boolean(),
  last: fc.boolean(),
});

function write({ names, rows }: Meant, { separator, end, mark, quoteAll, blanks, last }: Dialect) {
  const line = (cells: readonly string[]) =>
    quoteAll ? cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(separator) : csvLine(cells, separator).slice(0, -1);
  const text = [names, ...rows].map(line).join(blanks ? end + end : end);
  return (mark ? '\ufeff' : '') + text + (last ? end : '');
}

describe('dialects', () => {
  it('however a table is written, the same is read', () => {
    fc.assert(
      fc.property(meant, dialect, (table, written) => {
        const read = parseCsv(write(table, written), { header: true, separator: written.separator });
        expect(read.columns).toEqual(table.names);
        expect(read.rows).toEqual(table.rows);
        // Every row starts on the line where its first cell stands.
        const lines = write(table, written).split(/\r\n|\r|\n/);
        read.lines.forEach((line, k) => {
          const first = table.rows[k][0];
          expect(lines[line - 1].replace('\ufeff', '').startsWith(written.quoteAll ? `"${first}"` : first)).toBe(true);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('columns in another order and further ones do not change what a model is given', () => {
    fc.assert(
      fc.property(meant, fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (table, order) => {
        const fitted = fit(table);
        if (fitted === null) return;
        const names = [...order.map((k) => table.names[k]), 'extra'];
        const rows = table.rows.map((row, i) => [...order.map((k) => row[k]), `e${i}`]);
        const other = parseCsv([names, ...rows].map((row) => csvLine(row)).join(''), { header: true, separator: ',' });
        expect(fitted.encoder.encode(other, fitted.rows).X).toEqual(fitted.X);
      }),
    );
  });
});

function fit(table: Meant) {
  const read = parseCsv([table.names, ...table.rows].map((row) => csvLine(row)).join(''), { header: true, separator: ',' });
  try {
    const { spec, rows } = readTarget(read, { column: 'y', missing: 'mean' });
    const { encoder } = fitEncoder(read, rows, { target: spec, missing: 'mean' });
    return { read, rows, encoder, spec, X: encoder.encode(read, rows).X };
  } catch (error) {
    // One class only, or a column that cannot be used: said as such.
    expect(error).toBeInstanceOf(TableError);
    return null;
  }
}

describe('the encoder', () => {
  it('gives numbers as they stand, indicators that add up to one, the mean where nothing stands', () => {
    fc.assert(
      fc.property(meant, (table) => {
        const fitted = fit(table);
        if (fitted === null) return;
        const { encoder, X } = fitted;
        const names = encoder.featureNames;
        expect(names.length).toBe(X.columns);
        const column = (name: string) => names.indexOf(name);
        const present = table.rows
          .map((row) => Number(row[2] === '' ? Number.NaN : row[2]))
          .filter((value) => !Number.isNaN(value));
        const mean = present.reduce((sum, value) => sum + value / present.length, 0);
        const levels = [...new Set(table.rows.map((row) => row[1]))].sort((a, b) => (a < b ? -1 : 1));
        table.rows.forEach((row, k) => {
          const own = X.data.subarray(k * X.columns, (k + 1) * X.columns);
          if (column('n') >= 0) expect(own[column('n')]).toBe(Number(row[0]) + 0);
          if (column('m') >= 0) {
            const value = Number(row[2] === '' ? Number.NaN : row[2]);
            if (Number.isNaN(value))
              expect(Math.abs(own[column('m')] - mean)).toBeLessThanOrEqual(1e-9 * (1 + Math.max(...present.map(Math.abs))));
            else expect(own[column('m')]).toBe(value + 0);
          }
          const shown = levels.filter((level) => column(`c=${level}`) >= 0);
          const marks = shown.map((level) => own[column(`c=${level}`)]);
          expect(marks).toEqual(shown.map((level) => (level === row[1] ? 1 : 0)));
          // Two levels need one indicator, more need all.
          expect(shown.length).toBe(levels.length < 2 ? 0 : levels.length === 2 ? 1 : levels.length);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('fills with what is the mean of the column, so that filling changes no mean', () => {
    fc.assert(
      fc.property(meant, (table) => {
        const fitted = fit(table);
        if (fitted === null) return;
        const { X, encoder } = fitted;
        const gone = parseCsv(csvLine(['n', 'c', 'm', 'y']) + csvLine(['NA', 'NA', 'NA', 'yes']), {
          header: true,
          separator: ',',
        });
        const filled = encoder.encode(gone, Int32Array.of(0), 'mean').X.data;
        for (let j = 0; j < X.columns; j++) {
          // An indicator of presence has an answer for a blank.
          if (encoder.featureNames[j].startsWith('m=')) continue;
          let mean = 0;
          let size = 1;
          for (let k = 0; k < X.rows; k++) {
            mean += X.data[k * X.columns + j] / X.rows;
            size = Math.max(size, Math.abs(X.data[k * X.columns + j]));
          }
          expect(Math.abs(filled[j] - mean)).toBeLessThanOrEqual(1e-12 * size * X.rows);
        }
      }),
    );
  });

  it('drops exactly the rows with a hole, and keeps targets beside their rows', () => {
    fc.assert(
      fc.property(meant, (table) => {
        const fitted = fit(table);
        if (fitted === null) return;
        const { read, rows, spec } = fitted;
        const whole = completeRows(read, [2], rows, usualMarkers);
        expect(Array.from(whole)).toEqual(
          [...table.rows.keys()].filter((k) => !['NA', '', '?', 'nan'].includes(table.rows[k][2])),
        );
        expect(targetValues(read, spec, whole)).toEqual(Array.from(whole, (k) => table.rows[k][3]));
      }),
    );
  });
});

describe('folds', () => {
  const shape = fc.record({ n: fc.integer({ min: 4, max: 60 }), folds: fc.integer({ min: 2, max: 4 }), seed: fc.nat() });

  it('are as many partitions: every row is tested once and trained on in all other folds', () => {
    fc.assert(
      fc.property(shape, ({ n, folds, seed }) => {
        const foldOf = assignFolds(n, folds, { seed });
        const tested = new Int32Array(n);
        const trained = new Int32Array(n);
        for (let fold = 0; fold < folds; fold++) {
          const { train, test } = foldSplit(foldOf, fold);
          for (const k of test) tested[k]++;
          for (const k of train) trained[k]++;
          expect([...train]).toEqual([...train].sort((a, b) => a - b));
        }
        expect(tested.every((times) => times === 1)).toBe(true);
        expect(trained.every((times) => times === folds - 1)).toBe(true);
      }),
    );
  });

  it('hear the classes, not their numbers: other numbers in the same order give the same folds', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 8, maxLength: 40 }), fc.nat(), (classes, seed) => {
        const strata = Int32Array.from(classes);
        const renamed = strata.map((value) => 10 * value - 7);
        expect(assignFolds(strata.length, 3, { strata: renamed, seed })).toEqual(assignFolds(strata.length, 3, { strata, seed }));
        expect(trainTestSplit(strata.length, 0.3, { strata: renamed, seed: 1 })).toEqual(
          trainTestSplit(strata.length, 0.3, { strata, seed: 1 }),
        );
      }),
    );
  });

  it('put every row into each fold about as often over many seeds', () => {
    const times = new Int32Array(12);
    for (let seed = 0; seed < 400; seed++) {
      assignFolds(12, 3, { seed }).forEach((fold, k) => {
        if (fold === 0) times[k]++;
      });
    }
    // Binomial with mean 133 and deviation 9.4: five deviations.
    for (const count of times) expect(Math.abs(count - 400 / 3)).toBeLessThan(47);
  });
});
