import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { workspace } from './harness.js';

// The whole way with real fits: train --certificate, verify, and everything that verify refuses.
const numbers = (k: number) => [Math.sin(k) * 3, Math.cos(2.3 * k), ((k * 7) % 11) / 3].map((x) => Number(x.toFixed(3)));
const rows = Array.from({ length: 46 }, (_, k) => {
  const [a, b, c] = numbers(k);
  const y = (Math.max(0, a - 0.5) - Math.max(0, b + a) + 0.2 * c + 0.1 * ((k * 5) % 3)).toFixed(3);
  return {
    a,
    b: k === 9 ? '' : b,
    kind: k % 2 ? 'left' : 'right',
    y,
    label: ['low', 'mid', 'top'][Math.floor(3 * (0.5 + 0.49 * Math.sin(a)))],
  };
});
const csv = `a,b,kind,y,label\n${rows.map(({ a, b, kind, y, label }) => `${a},${b},${kind},${y},${label}`).join('\n')}\n`;
const place = workspace({ 'd.csv': csv });
const TRAIN = 'train ./d.csv --missing drop --patterns certified --json';
const CHECK = 'verify ./m.json ./d.csv --certificate ./c.json';

beforeAll(async () => {
  const { code, out } = await place.cvxnn(
    `${TRAIN} --target y --ignore label --beta 1 --test 0.2 --seed 3 --out ./m.json --certificate ./c.json`,
  );
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    provenGlobal: true,
    patterns: 'certified',
    rows: 36,
    testRows: 9,
    certificate: place.at('c.json'),
  });
});

describe('verify', () => {
  it('accepts the certificate of a regression, with the numbers of the model', async () => {
    const { code, out, err } = await place.cvxnn(`${CHECK} --json`);
    expect([code, err]).toEqual([0, '']);
    const { training } = JSON.parse(place.read('m.json'));
    const found = JSON.parse(out);
    expect(found).toMatchObject({ accepted: true, rows: 36 });
    expect(found.lowerBound).toBeGreaterThanOrEqual(training.lowerBound);
    expect(Math.abs(found.objective - training.objective)).toBeLessThan(1e-12 * training.objective);
    expect(found.relativeGap).toBeLessThanOrEqual(1e-6);
    const text = await place.cvxnn(CHECK);
    expect(text.out).toMatch(/^accepted {6}the proof holds on 36 rows/);
  });

  it.each([
    ['three classes, logistic', '--target label --ignore y --beta 1'],
    ['three classes, softmax', '--target label --ignore y --ignore kind --beta 1 --loss softmax'],
    ['two classes', '--target kind --ignore label --beta 1 --standardize false --bias false'],
    ['Huber, listed patterns', '--target y --ignore label --ignore kind --ignore b --beta 2 --loss huber --patterns all'],
    ['beta by cross-validation', '--target y --ignore label --ignore kind'],
  ])('accepts %s', async (_name, options) => {
    const line = options.includes('--patterns') ? TRAIN.replace(' --patterns certified', '') : TRAIN;
    const trained = await place.cvxnn(`${line} ${options} --out ./m2.json --certificate ./c2.json`);
    expect(trained.code).toBe(0);
    const { code, err } = await place.cvxnn('verify ./m2.json ./d.csv --certificate ./c2.json');
    expect([code, err]).toEqual([0, '']);
  });

  /** A copy of a file with some text replaced; models get a checksum that fits. */
  const forged = (name: string, change: (json: never) => void): string => {
    const json = JSON.parse(place.read(name));
    change(json as never);
    if (json.checksum) {
      const { model, table, estimator, training } = json;
      json.checksum = createHash('sha256')
        .update(JSON.stringify([model, table, estimator, training]))
        .digest('hex');
    }
    writeFileSync(place.at(`forged-${name}`), JSON.stringify(json));
    return `./forged-${name}`;
  };
  const refused = async (line: string, reason: RegExp) => {
    const { code, out, err } = await place.cvxnn(line);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(reason);
    expect(err.trimEnd().split('\n').length).toBe(1);
    const json = await place.cvxnn(`${line} --json`);
    expect(json.code).toBe(1);
    return json.out;
  };

  it.each<[string, RegExp, (text: string) => string]>([
    ['a cell', /not the table that the model was trained on: its SHA-256 differs/, (text) => text.replace('2.524', '2.525')],
    ['a row left out', /not the table/, (text) => text.replace(/\n.*\n$/, '\n')],
    ['two rows exchanged', /not the table/, (text) => text.replace(/\n(.*)\n(.*)\n/, '\n$2\n$1\n')],
    ['another level', /not the table/, (text) => text.replace('left', 'middle')],
    ['a column renamed', /not the table/, (text) => text.replace('a,b', 'z,b')],
    ['a text for a number', /not the table/, (text) => text.replace(/\n[^,]*,/, '\nmany,')],
  ])('refuses a table with %s', async (_name, reason, change) => {
    const text = change(csv);
    expect(text).not.toBe(csv);
    writeFileSync(place.at('other.csv'), text);
    await refused('verify ./m.json ./other.csv --certificate ./c.json', reason);
  });

  it.each<[string, RegExp, (json: never) => void]>([
    [
      'a weight',
      /its network is another one/,
      (json: { estimator: { network: { hidden: { weights: number[] } } } }) => json.estimator.network.hidden.weights.reverse(),
    ],
    [
      'beta',
      /its beta is 1, the model's 2/,
      (json: { estimator: { beta: number } }) => Object.assign(json.estimator, { beta: 2 }),
    ],
    [
      'the loss',
      /its loss is squared, the model's huber/,
      (json: { estimator: object }) => Object.assign(json.estimator, { loss: 'huber' }),
    ],
    [
      'one of two bounds',
      /contradicts itself/,
      (json: { training: { lowerBound: number } }) =>
        Object.assign(json.training, { lowerBound: json.training.lowerBound * 1.001 }),
    ],
    [
      'both bounds',
      /it proves .*, the model claims/,
      ({ training, estimator }: { training: { lowerBound: number; objective: number }; estimator: { certificate: object } }) => {
        const lowerBound = training.objective;
        Object.assign(training, { lowerBound });
        Object.assign(estimator.certificate, { lowerBound, gap: 0, relativeGap: 0 });
      },
    ],
    [
      'the gap',
      /relativeGap is 0; expected/,
      (json: { estimator: { certificate: object } }) => Object.assign(json.estimator.certificate, { relativeGap: 0 }),
    ],
    [
      'the choice of rows',
      /does not fit its table|SHA-256 differs/,
      (json: { training: { choices: object } }) => Object.assign(json.training.choices, { seed: 4 }),
    ],
    [
      'no choices',
      /does not say how its table was prepared/,
      (json: { training: { choices?: object } }) => delete json.training.choices,
    ],
  ])('refuses a model with another %s', async (_name, reason, change) => {
    await refused(`verify ${forged('m.json', change as never)} ./d.csv --certificate ./c.json`, reason);
  });

  it('refuses a certificate that is damaged, with the reason in JSON too', async () => {
    writeFileSync(place.at('cut.json'), readFileSync(place.at('c.json'), 'utf8').slice(0, -200));
    await refused('verify ./m.json ./d.csv --certificate ./cut.json', /cut\.json is refused: it is no complete JSON/);
    const line = (name: string) => `verify ./m.json ./d.csv --certificate ${name}`;
    const bound = forged(
      'c.json',
      (json: { claim: { lowerBound: number } }) => void Object.assign(json.claim, { lowerBound: 1e9 }),
    );
    const out = await refused(line(bound), /is refused: the dual value proves/);
    expect(JSON.parse(out)).toEqual({ accepted: false, reason: expect.stringContaining('less than the claimed 1000000000') });
    await refused(line(forged('c.json', (json) => void Object.assign(json, { preparation: null }))), /refused/);
    await refused(line('./m.json'), /format/);
    await refused(line('./none.json'), /cannot be read/);
  });
});

describe('train --certificate', () => {
  it('ends with code 2 and no certificate where nothing is proven', async () => {
    const { code, err } = await place.cvxnn(
      `${TRAIN.replace('certified', '20')} --target y --ignore label --beta 1 --out ./m3.json --certificate ./c3.json`,
    );
    expect(code).toBe(2);
    expect(err).toContain('no certificate is written: nothing is proven over all patterns');
    expect(place.list()).toContain('m3.json');
    expect(place.list()).not.toContain('c3.json');
  });
});
