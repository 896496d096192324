import { beforeAll, describe, expect, it } from 'vitest';
import { AbortedError, ArgumentError, ReLUClassifier, TableError, type TableModel, trainTable } from '../../src/index.js';
import { loadModel, loadNetwork } from '../../src/predict.js';
import { createRandom } from '../../src/random.js';
import { workspace } from '../cli/harness.js';

const random = createRandom(8);
const rows = Array.from({ length: 36 }, (_, k) => {
  const [a, b] = [random.normal(), random.normal()].map((value) => Number(value.toFixed(3)));
  const kind = ['red', 'green', 'blue'][k % 3];
  return {
    a: k % 9 === 4 ? null : a,
    b,
    kind,
    flag: k % 4 === 0,
    class: a + (kind === 'red' ? 1 : 0) > b ? 'up' : 'down',
    y: Math.abs(a) - b,
  };
});
const csv = (names: readonly (keyof (typeof rows)[number])[], own: readonly Record<string, unknown>[] = rows) =>
  [names.join(), ...own.map((row) => names.map((name) => row[name] ?? '').join())].join('\n');
const features = ['a', 'b', 'kind', 'flag'] as const;
const place = workspace({
  'class.csv': csv([...features, 'class']),
  'number.csv': csv([...features, 'y']),
  'rows.csv': csv(features),
});
const only = (names: readonly string[]) =>
  rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => names.includes(name))));

/** A model file without what a clock decides. */
function timeless(json: unknown): object {
  const { checksum, ...rest } = JSON.parse(JSON.stringify(json));
  expect(checksum).toMatch(/^[0-9a-f]{64}$/);
  return { ...rest, training: { ...rest.training, seconds: 0 } };
}

describe('trainTable', () => {
  let model: TableModel;
  beforeAll(async () => {
    model = await trainTable(only([...features, 'class']), { target: 'class', missing: 'mean', beta: 0.3 });
  });

  it.each([
    ['class', 'class.csv', {}],
    ['y', 'number.csv', {}],
    ['y', 'number.csv', { model: 'gated', patterns: { sample: 7 } }],
    ['class', 'class.csv', { test: 0.25, seed: 3 }],
    ['class', 'class.csv', { missing: 'drop', ignore: ['flag'] }],
  ] as const)('makes of %s in %s the model file of the command line, with %j', async (target, file, options) => {
    const words = Object.entries(options).flatMap(([name, value]) => [
      `--${name}`,
      typeof value === 'object' ? String('sample' in value ? value.sample : value[0]) : String(value),
    ]);
    const missing = 'missing' in options ? [] : ['--missing', 'mean'];
    const { code, err } = await place.cvxnn([
      'train',
      place.at(file),
      '--target',
      target,
      '--beta',
      '0.3',
      ...missing,
      ...words,
      '--out',
      place.at('m.json'),
    ]);
    expect(code, err).toBe(0);
    const own = await trainTable(only([...features, target]), { target, beta: 0.3, missing: 'mean', ...options });
    expect(timeless(own)).toEqual(timeless(JSON.parse(place.read('m.json'))));
  });

  it('takes columns, and rows with their columns in any order, to the same bits', async () => {
    const all = only([...features, 'class']);
    const columns = Object.fromEntries([...features, 'class'].map((name) => [name, all.map((row) => row[name])]));
    expect(timeless(await trainTable(columns, { target: 'class', missing: 'mean', beta: 0.3 }))).toEqual(timeless(model));
    const [first, ...rest] = all;
    const turned = [first, ...rest.map((row) => Object.fromEntries(Object.entries(row).reverse()))];
    expect(timeless(await trainTable(turned, { target: 'class', missing: 'mean', beta: 0.3 }))).toEqual(timeless(model));
  });

  it('predicts labels, probabilities and a score, as the command line does with its file', async () => {
    const predictions = model.predict(rows);
    expect(model.classes).toEqual(['down', 'up']);
    const right = predictions.filter((label, k) => label === rows[k].class).length;
    expect(model.score(rows)).toBeCloseTo(right / rows.length, 12);
    expect(right / rows.length).toBeGreaterThan(0.8);
    const { data, shape } = model.predictProba(rows);
    expect(shape).toEqual([rows.length, 2]);
    predictions.forEach((label, k) => {
      expect(data[2 * k] + data[2 * k + 1]).toBeCloseTo(1, 12);
      if (data[2 * k] !== data[2 * k + 1]) expect(label).toBe(data[2 * k] > data[2 * k + 1] ? 'down' : 'up');
    });
    const file = workspace({ 'm.json': JSON.stringify(model), 'rows.csv': place.read('rows.csv') });
    const { code, out } = await file.cvxnn('predict ./m.json ./rows.csv --json');
    expect(code).toBe(0);
    expect(JSON.parse(out).predictions).toEqual(predictions);
    expect(JSON.parse(out).probabilities.flat()).toEqual([...data]);
  });

  it('is loaded without the library that trained it: the same labels and probabilities', () => {
    for (const json of [model.toJSON(), JSON.parse(JSON.stringify(model)), JSON.stringify(model)]) {
      const loaded = loadModel(json);
      if (!('featureNames' in loaded)) throw new Error('no model of a table');
      expect(loaded.predict(rows)).toEqual(model.predict(rows));
      expect(loaded.predictProba(rows)).toEqual(model.predictProba(rows));
      expect(loaded).toMatchObject({ kind: 'classifier', target: 'class', classes: ['down', 'up'], columns: features });
      expect(loaded.featureNames).toEqual(['a', 'b', 'kind=blue', 'kind=green', 'kind=red', 'flag=true']);
      // Numbers in the order of featureNames are the same rows.
      expect(loaded.predict([[0.5, 0.1, 0, 0, 1, 1]])).toEqual(loaded.predict([{ kind: 'red', b: 0.1, a: 0.5, flag: true }]));
    }
    expect(() => loadNetwork(model.toJSON())).toThrow('loadModel');
    const altered = JSON.parse(JSON.stringify(model).replace('"up"', '"on"'));
    expect(() => loadModel(altered)).toThrow('altered after training');
  });

  it('treats a missing cell and a text never seen as training decided, with a note; an absent column is an error', () => {
    const [label] = model.predict([{ a: null, b: 0.2, kind: 'violet', flag: false }]);
    expect(['up', 'down']).toContain(label);
    expect(model.notes).toContain('column "kind": 1 cell such as "violet" not seen in training; the column tells nothing there');
    expect(model.notes).toContain('1 missing value replaced by the mean of the training rows');
    expect(() => model.predict([{ a: 1, b: 2, flag: true }])).toThrow(ArgumentError);
    expect(() => model.predict([{ a: 1, b: 2, flag: true }])).toThrow('without the column "kind"');
    expect(() => model.predict([{ a: null, b: 2, kind: 'red', flag: true }], { missing: 'error' })).toThrow(
      'row 1, column "a": the value is missing; missing: \'mean\' fills in the mean',
    );
  });

  it('notes what was decided, in the words of JavaScript', () => {
    expect(model.notes).toContain('column "kind": 3 different texts become 3 indicators');
    expect(model.notes.join()).not.toContain('--');
  });

  it('takes dates, big whole numbers and booleans', async () => {
    const own = rows.map((row, k) => ({
      ...row,
      a: k / 7,
      when: new Date(Date.UTC(2024, 0, k + 1)),
      id: BigInt(k % 3) + 2n ** 60n,
      y: k % 5,
    }));
    const made = await trainTable(own, { target: 'y', dates: 'features', beta: 1, ignore: ['class'] });
    expect(made.featureNames).toContain('when.days');
    expect(made.featureNames.filter((name) => name.startsWith('id='))).toHaveLength(3);
    const left = await trainTable(own, { target: 'y', beta: 1, ignore: ['class'] });
    expect(left.featureNames.join()).not.toContain('when');
    expect(left.notes.join()).toContain(
      'column "when" holds dates such as "2024-01-01T00:00:00.000Z" and is left out; dates: \'features\' makes numbers',
    );
    expect(left.notes[0]).toContain("task: 'classification' takes its 5 values for classes");
  });

  it('has weights that count as rows do', async () => {
    const weighted = rows.map((row, k) => ({ a: row.b, kind: row.kind, w: k % 2, y: row.y }));
    const kept = weighted.filter(({ w }) => w === 1).map(({ w, ...row }) => row);
    const one = await trainTable(weighted, { target: 'y', weight: 'w', beta: 0.5, standardize: false });
    const other = await trainTable(kept, { target: 'y', beta: 0.5, standardize: false });
    expect(one.featureNames).toEqual(other.featureNames);
    expect(one.estimator.certificate.objective).toBeCloseTo(other.estimator.certificate.objective, 5);
  });

  it.each<[string, unknown, unknown, string]>([
    ['no options', rows, undefined, 'options is undefined'],
    ['no target', rows, {}, 'options.target is undefined; expected the name of a column'],
    ['a misspelt option', rows, { target: 'y', tsk: 'regression' }, 'options.tsk is unknown'],
    [
      'an unknown model',
      rows,
      { target: 'y', model: 'tree' },
      "options.model is the string \"tree\"; expected 'relu' or 'gated'",
    ],
    ['a marker that is no list', rows, { target: 'y', na: 'NA' }, 'options.na is the string "NA"; expected an array of texts'],
    ['no rows', 5, { target: 'y' }, 'rows is 5'],
    ['a row of numbers', [[1, 2]], { target: 'y' }, 'rows[0] is an array of length 2'],
    ['a cell that is an object', [{ a: {}, y: 1 }], { target: 'y' }, 'rows[0].a is an object'],
    ['columns of two lengths', { a: [1], y: [1, 2] }, { target: 'y' }, 'rows.y is of length 2'],
    ['the target ignored', rows, { target: 'y', ignore: ['y'] }, 'options.ignore is'],
  ])('refuses %s', async (_, table, options, message) => {
    await expect(trainTable(table as never, options as never)).rejects.toThrow(ArgumentError);
    await expect(trainTable(table as never, options as never)).rejects.toThrow(message);
  });

  it('names row, column and the option of JavaScript for what is wrong with a table', async () => {
    await expect(trainTable(rows, { target: 'y' })).rejects.toThrow(TableError);
    await expect(trainTable(rows, { target: 'y' })).rejects.toThrow(
      "row 5, column \"a\": the value is missing; missing: 'drop' leaves such rows out, missing: 'mean'",
    );
    await expect(trainTable(rows, { target: 'z' })).rejects.toThrow('has no column "z"');
  });

  it('ends with the best model so far when it is aborted', async () => {
    const stop = new AbortController();
    const fit = trainTable(rows, {
      target: 'y',
      missing: 'mean',
      beta: 0.01,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    const error = await fit.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(AbortedError);
    const { result } = error as AbortedError<TableModel>;
    if (result !== null) expect(result.predict(rows)).toHaveLength(rows.length);
  });
});

describe('a classifier', () => {
  it('is not trained on numbers of which hardly two are equal', async () => {
    const X = rows.map(({ b }) => [b]);
    const y = rows.map((_, k) => k + 0.5);
    await expect(new ReLUClassifier().fit(X, y)).rejects.toThrow(
      'y is of 36 different labels in 36 rows; expected labels that repeat',
    );
  });
});
