import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/table/csv.js';
import { modelNames } from '../../src/table/model-document.js';
import { workspace } from '../cli/harness.js';
import { modelFolders } from './fixtures.js';

const folders = modelFolders();
const proven = folders.filter(({ files }) => files['certificate.json'] !== undefined);
const cases = folders.flatMap(({ name, files }) => ['table', 'new'].map((rows) => ({ name, files, rows })));

/** Columns by their names: a later version may add columns, and may not change the text of these. */
function columnsOf(text: string): Record<string, string[]> {
  const { columns, rows } = parseCsv(text, { header: true });
  return Object.fromEntries(columns.map((name, j) => [name, rows.map((row) => row[j])]));
}

describe('model files of earlier versions', () => {
  it('are kept for every model, for both tasks, and for streams', () => {
    for (const model of modelNames)
      for (const task of ['regression', 'classification'])
        expect(
          folders.some(({ files }) => {
            const { model: kind, table } = JSON.parse(files['model.json']);
            return kind === model && table.target.task === task;
          }),
        ).toBe(true);
    for (const option of ['--stream', '--missing mean', '--missing drop', '--header false', '--test', '--ignore'])
      expect(folders.some(({ files }) => files['command.txt'].includes(option))).toBe(true);
    expect(proven.length).toBeGreaterThanOrEqual(4);
  });

  it.each(cases)('$name: the same predictions of $rows.csv, digit for digit', async ({ files, rows }) => {
    const place = workspace(files);
    const { code, out, err } = await place.cvxnn(`predict ./model.json ./${rows}.csv --missing mean`);
    expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
    expect(columnsOf(out)).toMatchObject(columnsOf(files[`${rows}.predictions.csv`]));
  });

  it.each(folders)('$name: can be inspected', async ({ files }) => {
    const { code, out } = await workspace(files).cvxnn('inspect ./model.json');
    expect(code).toBe(0);
    expect(out).toContain(JSON.parse(files['model.json']).table.target.column);
  });

  it.each(folders)('$name: is refused after a number of it was changed', async ({ files }) => {
    const { beta } = JSON.parse(files['model.json']).training;
    const altered = files['model.json'].replace(`"beta":${beta}`, `"beta":${2 * beta}`);
    const place = workspace({ ...files, 'altered.json': altered });
    const { code, err } = await place.cvxnn('predict ./altered.json ./table.csv --missing mean');
    expect(code).toBe(1);
    expect(err).toContain('altered.json is not a usable model');
  });

  it('would be seen to predict other numbers', () => {
    const text = folders[0].files['table.predictions.csv'];
    const other = text.replace(/\d(?=\n)/, (digit) => String((Number(digit) + 1) % 10));
    expect(columnsOf(other)).not.toEqual(columnsOf(text));
  });
});

describe('certificate files of earlier versions, of the command line', () => {
  it.each(proven)('$name: verifies', async ({ files }) => {
    const place = workspace(files);
    const { code, out, err } = await place.cvxnn('verify ./model.json ./table.csv --certificate ./certificate.json --json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const { objective, lowerBound } = JSON.parse(files['model.json']).training;
    const found = JSON.parse(out);
    expect(found.accepted).toBe(true);
    expect(found.lowerBound).toBeGreaterThanOrEqual(lowerBound);
    expect(Math.abs(found.objective - objective)).toBeLessThanOrEqual(1e-9 * Math.abs(objective));
  });

  it.each(proven)('$name: is refused for another table', async ({ files }) => {
    const lines = files['table.csv'].trimEnd().split('\n');
    const place = workspace({ ...files, 'other.csv': `${lines.slice(0, -1).join('\n')}\n` });
    const { code, err } = await place.cvxnn('verify ./model.json ./other.csv --certificate ./certificate.json');
    expect(code).toBe(1);
    expect(err).toContain('SHA-256');
  });
});
