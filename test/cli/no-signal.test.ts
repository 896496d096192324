import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { workspace } from './harness.js';

const table = readFileSync(join(import.meta.dirname, '../estimators/no-signal.csv'), 'utf8');
const churn = table
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(',').at(-1));
const share = churn.filter((label) => label === 'no').length / churn.length;

describe('a table whose columns tell nothing', () => {
  it.each([
    ['relu', ''],
    ['gated', ''],
    ['batch-norm', ''],
    ['relu', '--loss squaredHinge'],
    ['relu', '--beta 1000'],
  ])('trained as %s %s, predicts the shares of the classes and says that they are all it knows', async (model, options) => {
    const { cvxnn, read } = workspace({ 'no-signal.csv': table });
    const trained = await cvxnn(`train ./no-signal.csv --target churn --model ${model} ${options} --out ./model.json --json`);
    expect(trained.code).toBe(0);
    expect(trained.err).toMatch(/no neurons/);
    expect(JSON.parse(trained.out)).toMatchObject({ neurons: 0, trainScore: share });
    const predicted = await cvxnn('predict ./model.json ./no-signal.csv --out ./predictions.csv');
    expect(predicted.code).toBe(0);
    const [header, ...lines] = read('predictions.csv').trim().split('\n');
    const column = header.split(',').indexOf('probability_no');
    for (const line of lines) {
      expect(Number(line.split(',')[column])).toBeCloseTo(share, 12);
      expect(line.split(',')).toContain('no');
    }
  });

  it('has a path that begins with the shares', async () => {
    const { cvxnn } = workspace({ 'no-signal.csv': table });
    const { code, out } = await cvxnn('path ./no-signal.csv --target churn --values 2 --json');
    expect(code).toBe(0);
    expect(JSON.parse(out).steps[0]).toMatchObject({ neurons: 0, trainScore: share });
  });
});
