import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { uniform } from '../support/loss-cases.js';
import { workspace } from './harness.js';

/** A table with numbers, a category, gaps and a number to predict. */
function records(n: number, gaps = false) {
  const next = uniform(4);
  for (let i = 0; i < 8; i++) next();
  return Array.from({ length: n }, (_, k) => {
    const [a, b] = [4 * next(), 30 + 10 * next()];
    const kind = ['red', 'green', 'blue'][k % 3];
    const y = 2 * Math.max(0, a) - Math.max(0, (b - 30) / 5) + (kind === 'red' ? 3 : 0) + 0.1 * next();
    return { a: gaps && k % 11 === 5 ? null : a, b, kind, y };
  });
}

const csv = (rows: ReturnType<typeof records>) =>
  [
    'a,b,kind,y',
    ...rows.map((row) =>
      Object.values(row)
        .map((cell) => cell ?? '')
        .join(','),
    ),
  ].join('\n');

function parquet(rows: ReturnType<typeof records>): Uint8Array {
  const column = (name: 'a' | 'b' | 'kind' | 'y', type: 'DOUBLE' | 'STRING') => ({
    name,
    data: rows.map((row) => row[name]),
    type,
    nullable: true,
  });
  const columnData = [column('a', 'DOUBLE'), column('b', 'DOUBLE'), column('kind', 'STRING'), column('y', 'DOUBLE')];
  return new Uint8Array(parquetWriteBuffer({ columnData: columnData as never }));
}

const place = workspace({
  'data.csv': csv(records(3000)),
  'gaps.csv': csv(records(600, true)),
  'data.parquet': parquet(records(3000)),
  'few.parquet': parquet(records(200)),
  'broken.parquet': 'not parquet',
  'texts.csv': 'a,y\n1,high\n2,low\n',
});
const parse = (out: string) => JSON.parse(out) as Record<string, number> & { status: string };

describe('cvxnn train --stream', () => {
  it('trains on all rows, holds some out and writes a model that predicts', async () => {
    const { code, out, err } = await place.cvxnn('train ./data.csv --target y --stream --test 0.2 --out ./m.json --json');
    expect(err).toContain('3000 rows of 4 columns; regression of "y", streamed');
    expect(code).toBe(0);
    const record = parse(out);
    expect(record.status).toBe('optimal');
    expect(record.patternGap).toBeLessThanOrEqual(1e-6);
    expect(record.rows + record.testRows).toBe(3000);
    expect(record.features).toBe(5);
    expect(record.testScore).toBeGreaterThan(0.97);
    const predicted = await place.cvxnn('predict ./m.json ./data.csv --json');
    expect(predicted.code).toBe(0);
    expect(parse(predicted.out).score).toBeGreaterThan(0.97);
    expect((await place.cvxnn('inspect ./m.json')).out).toContain('kind: blue');
  });

  it('gives the model that Parquet gives, bit by bit', async () => {
    await place.cvxnn('train ./data.csv --target y --stream --beta 5 --patterns 12 --out ./c.json');
    const { code, err } = await place.cvxnn('train ./data.parquet --target y --stream --beta 5 --patterns 12 --out ./p.json');
    expect(err).not.toContain('cvxnn:');
    expect(code).toBe(0);
    const estimator = (name: string) => JSON.parse(place.read(name)).estimator;
    expect(estimator('p.json')).toEqual(estimator('c.json'));
    const [one, other] = await Promise.all(
      ['./data.csv', './data.parquet'].map((file) => place.cvxnn(`predict ./p.json ${file}`)),
    );
    expect(one.out).toBe(other.out);
  });

  it('has a training score that predictions confirm, with gaps left out or filled', async () => {
    for (const missing of ['drop', 'mean']) {
      const line = `train ./gaps.csv --target y --stream --beta 1 --missing ${missing} --out ./g.json --json`;
      const record = parse((await place.cvxnn(line)).out);
      expect(record.rows).toBe(missing === 'drop' ? 600 - 55 : 600);
      const again = parse((await place.cvxnn('predict ./g.json ./gaps.csv --missing mean --json')).out);
      if (missing === 'mean') expect(again.score).toBeCloseTo(record.trainScore, 9);
    }
    const refused = await place.cvxnn('train ./gaps.csv --target y --stream --out ./g.json');
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/gaps\.csv, line 7, column "a": the value is missing/);
  });

  it('is compared with all rows at once: the same scores within the noise', async () => {
    const all = parse((await place.cvxnn('train ./gaps.csv --target y --missing drop --model gated --out ./w.json --json')).out);
    const piece = parse((await place.cvxnn('train ./gaps.csv --target y --missing drop --stream --out ./s.json --json')).out);
    expect(Math.abs(all.trainScore - piece.trainScore)).toBeLessThan(0.02);
    expect(Object.keys(piece).sort()).toEqual(Object.keys(all).sort());
  });

  it.each([
    ['--model relu', 'gated networks'],
    ['--loss huber', 'squared loss'],
    ['--task classification', 'squared loss'],
    ['--patterns certified', 'number of gates'],
    ['--patterns 5000', 'gates'],
    ['--time-limit 3', '--max-iterations'],
    ['--target nothing', 'no column "nothing"'],
  ])('refuses %s, in a sentence', async (options, message) => {
    const target = options.startsWith('--target') ? '' : '--target y ';
    const { code, err } = await place.cvxnn(`train ./data.csv ${target}--stream --out ./n.json ${options}`);
    expect(code).toBe(1);
    expect(err).toContain(message);
    expect(place.list()).not.toContain('n.json');
  });

  it('refuses tables that it cannot use, by file and line', async () => {
    const errorOf = async (file: string) => (await place.cvxnn(`train ./${file} --target y --stream --out ./n.json`)).err;
    expect(await errorOf('texts.csv')).toMatch(/texts\.csv, line 2, column "y": "high" is not a number/);
    expect(await errorOf('broken.parquet')).toMatch(/broken\.parquet cannot be read as Parquet/);
    expect(await errorOf('absent.csv')).toMatch(/cannot be read: no such file/);
  });

  it('says when it stopped early, and writes nothing when interrupted before a network', async () => {
    const short = await place.cvxnn('train ./data.csv --target y --stream --beta 0.01 --max-iterations 1 --out ./i.json');
    expect(short.code).toBe(2);
    expect(short.err).toContain('iteration-limit');
    const stopped = await place.cvxnn('train ./data.csv --target y --stream --out ./n.json', AbortSignal.abort());
    expect(stopped.code).toBe(130);
    expect(stopped.err).toContain('nothing is written');
    expect(place.list()).not.toContain('n.json');
  });
});

describe('Parquet without --stream', () => {
  it('is a table like any other', async () => {
    const { code, out } = await place.cvxnn('train ./few.parquet --target y --model gated --beta 0.1 --out ./f.json --json');
    expect(code).toBe(0);
    expect(parse(out).rows).toBe(200);
  });
});
