import { beforeAll, describe, expect, it } from 'vitest';
import { literal } from '../../src/cli/export-table.js';
import { loadModel, loadNetwork } from '../../src/predict.js';
import { createRandom } from '../../src/random.js';
import { workspace } from './harness.js';

// Names that break out of careless generated source.
const wild = ['</script><script>', '`$' + '{x}`', "it's", 'a\\b', '\u2028'];
const random = createRandom(4);
const records = Array.from({ length: 30 }, (_, k) => ({
  '__proto__ "x" */': String(Number(random.normal().toFixed(3))),
  kind: k % 10 === 3 ? '' : wild[k % 5],
  flag: k % 2 ? 'on' : '',
  label: k % 3 === 0 ? '</script>' : k % 3 === 1 ? 'b\u2029c' : '$' + '{c}',
}));
const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
const names = Object.keys(records[0]) as (keyof (typeof records)[number])[];
const csv = [names.map(quoted).join(), ...records.map((record) => names.map((name) => quoted(record[name])).join())].join('\n');

describe('an export with its table', () => {
  const place = workspace({ 't.csv': csv });
  let predictions: string[];
  beforeAll(async () => {
    const trained = await place.cvxnn('train ./t.csv --target label --missing mean --beta 0.1 --out ./m.json');
    expect(trained.code, trained.err).toBe(0);
    predictions = JSON.parse((await place.cvxnn('predict ./m.json ./t.csv --json')).out).predictions;
    for (const to of ['json', 'js'])
      expect((await place.cvxnn(`export ./m.json --to ${to} --out ./n.${to === 'js' ? 'mjs' : to}`)).code).toBe(0);
  });

  it('as JavaScript predicts labels of rows by name, texts, gaps and unknown texts included', async () => {
    const { predict, inputs, labels } = await import(/* @vite-ignore */ place.at('n.mjs'));
    expect(records.map((record) => predict(record))).toEqual(predictions);
    expect(new Set(labels)).toEqual(new Set(records.map(({ label }) => label)));
    expect(predict({ ...records[0], kind: 'never seen' })).toBeTypeOf('string');
    expect([predict(new Array(inputs).fill(0.5))].flat()).toHaveLength(3);
    expect(() => predict({ kind: 'x' })).toThrow('the row has no column');
    expect(() => predict({ ...records[0], [names[0]]: 'abc' })).toThrow('expected a plain number');
    expect(place.read('n.mjs')).not.toMatch(/<\/script|[\u2028\u2029]/);
  });

  it('as JSON is loaded with its labels, and is still a network', () => {
    const json = JSON.parse(place.read('n.json'));
    const loaded = loadModel(json);
    if (!('featureNames' in loaded)) throw new Error('no model of a table');
    expect(loaded.predict(records)).toEqual(predictions);
    const whole = loadModel(place.read('m.json'));
    if (!('featureNames' in whole)) throw new Error('no model of a table');
    expect(loaded.predictProba(records)).toEqual(whole.predictProba(records));
    expect(loadNetwork(json).kind).toBe('regressor');
  });

  it('as a graph keeps labels and encoding as metadata, and says what it does not do', async () => {
    const { code, err } = await place.cvxnn('export ./m.json --to onnx --out ./n.onnx');
    expect(code).toBe(0);
    expect(err).toContain('texts and missing cells are encoded before it');
    expect((await place.cvxnn('export ./m.json --to tfjs --out ./t.json')).code).toBe(0);
    const { userDefinedMetadata } = JSON.parse(place.read('t.json'));
    expect(userDefinedMetadata.table).toEqual(JSON.parse(place.read('m.json')).table);
  });

  it.each(['onnx', 'tfjs'])('to %s warns of a column that 32 bits cannot tell apart, and of no other', async (to) => {
    const rows = Array.from({ length: 40 }, (_, k) => `${1700000000000 + 1250 * k},${(k * 7) % 11},${k % 2 ? 'late' : 'early'}`);
    const own = workspace({ 't.csv': ['t,v,y', ...rows].join('\n') });
    await own.cvxnn('train ./t.csv --target y --beta 1 --patterns priced --out ./m.json');
    const { err } = await own.cvxnn(`export ./m.json --to ${to} --out ./x.json`);
    expect(err).toContain('warning: 32-bit numbers round "t" by more than 0.01 % of its range');
    expect((await own.cvxnn('export ./m.json --to js --out ./x.js')).err).not.toContain('warning');
  });

  it('writes literals that are data wherever they stand', () => {
    const value = { a: ['</script>', '\u2028', "'", '`', '\\'], b: null };
    expect(literal(value)).not.toMatch(/[<\u2028\u2029]/);
    expect(JSON.parse(literal(value))).toEqual(value);
  });
});
