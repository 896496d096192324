import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-web';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { parseCsv } from '../../src/table/csv.js';
import { behave } from './fake-estimators.js';
import { workspace } from './harness.js';

vi.mock('../../src/tabular/estimators.js', async () => await import('./fake-estimators.js'));

const CLASSES = 'x,color,y\n0,red,no\n5,"green, light",yes\n-7,blue,"say ""yes"""\n1,red,no\n';
const NUMBERS = 'y;x\n3.5;-3.5\n2;2\n4;4\n0;0\n9;-9\n';
const TRAIN = 'train ./classes.csv --target y --out ./m.json';

let place: ReturnType<typeof workspace>;
beforeEach(() => {
  place = workspace({ 'classes.csv': CLASSES, 'numbers.csv': NUMBERS });
  Object.assign(behave, { status: 'optimal', patternGap: 1e-9, waitForAbort: false, abortedResult: true });
});

describe('train', () => {
  it('prints one JSON object with the documented fields', async () => {
    const { code, out, err } = await place.cvxnn(`${TRAIN} --json`);
    expect(code).toBe(0);
    expect(out.trim().split('\n').length).toBe(1);
    expect(JSON.parse(out)).toEqual({
      status: 'optimal',
      objective: 2,
      patternGap: 1e-9,
      lowerBound: null,
      relativeGap: null,
      provenGlobal: false,
      patterns: 'priced',
      beta: 0.5,
      neurons: 2,
      rows: 4,
      testRows: 0,
      features: 4,
      classes: ['no', 'say "yes"', 'yes'],
      trainScore: 0.75,
      testScore: null,
      seconds: expect.any(Number),
      tolerance: 1e-6,
      seed: 0,
      notes: [
        '4 rows of 3 columns; classification into 3 classes of "y" (a text)',
        '3 different labels in 4 rows: most are seen once, and little can be learned of them',
        'column "color": 3 different texts become 3 indicators',
      ],
      model: place.at('m.json'),
    });
    expect(err).toContain('4 rows of 3 columns; classification into 3 classes of "y" (a text)\n');
  });

  it('names what would prove an optimum for models that have a proof, and only where it is not asked for', async () => {
    const hint = 'nothing is proven over all patterns; --patterns certified would';
    const errOf = async (more: string) => (await place.cvxnn(`train ./numbers.csv --target y --out ./m.json ${more}`)).err;
    expect(await errOf('')).toContain(hint);
    expect(await errOf('--model batch-norm')).toContain(hint);
    expect(await errOf('--model gated')).not.toContain(hint);
    expect(await errOf('--patterns certified')).not.toContain(hint);
  });

  it('prints a summary for people without --json', async () => {
    const { out, err } = await place.cvxnn(`train ./numbers.csv --target y --test 0.4 --out ./m.json`);
    expect(err).toContain('nothing is proven over all patterns; --patterns certified would');
    expect(out).toContain('objective     2 (beta 0.5)\n');
    expect(out).toContain('lower bound   none proven over all patterns\n');
    expect(out).toContain('relative gap  1e-9 on the patterns used (priced)\n');
    expect(out).toContain('training      R^2 1 on 3 rows of 1 feature\n');
    expect(out).toContain('test          R^2 1 on 2 rows held out\n');
    expect(out).toContain(`model         ${place.at('m.json')}\n`);
  });

  it('hands the options on, and nothing that was not given', async () => {
    await place.cvxnn(TRAIN);
    expect(behave.lastOptions).toEqual({ seed: 0, tolerance: 1e-6 });
    await place.cvxnn(
      `${TRAIN} --beta 0.25 --loss softmax --bias false --standardize true --patterns 40 --seed 7 --tolerance 1e-3 --max-iterations 9 --time-limit 2.5`,
    );
    expect(behave.lastOptions).toEqual({
      beta: 0.25,
      loss: 'softmax',
      bias: false,
      standardize: true,
      patterns: { sample: 40 },
      seed: 7,
      tolerance: 1e-3,
      maxIterations: 9,
      timeLimit: 2.5,
    });
    await place.cvxnn(`${TRAIN} --beta auto --patterns all`);
    expect(behave.lastOptions).toMatchObject({ beta: 'auto', patterns: 'all' });
  });

  it.each([
    ['iteration-limit', 1e-9],
    ['optimal', 1e-5],
    ['time-limit', 0.5],
  ])('writes the model and ends with 2 for %s at gap %d', async (status, patternGap) => {
    Object.assign(behave, { status, patternGap });
    const { code, out, err } = await place.cvxnn(`${TRAIN} --json`);
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ status, patternGap });
    expect(err).toContain(`stopped (${status}) before the tolerance 0.000001; the best network so far is written`);
    expect((await place.cvxnn('predict ./m.json ./classes.csv')).code).toBe(0);
  });

  it('ends with 2 where the time limit cut the choice of beta short', async () => {
    Object.assign(behave, { status: 'time-limit', patternGap: 1e-9 });
    const { code, err } = await place.cvxnn(`${TRAIN} --time-limit 1`);
    expect(code).toBe(2);
    expect(err).toContain('stopped (time-limit) before the choice of beta was finished; the best network so far is written');
  });

  it('writes the best so far and ends with 130 when interrupted', async () => {
    behave.waitForAbort = true;
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 20);
    const { code, out } = await place.cvxnn(`${TRAIN} --json`, stop.signal);
    expect(code).toBe(130);
    expect(JSON.parse(out).status).toBe('interrupted');
    expect((await place.cvxnn('inspect ./m.json')).code).toBe(0);
  });

  it('writes nothing when interrupted before there is a network', async () => {
    Object.assign(behave, { waitForAbort: true, abortedResult: false });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 20);
    const { code, out, err } = await place.cvxnn(`${TRAIN} --json`, stop.signal);
    expect({ code, out }).toEqual({ code: 130, out: '' });
    expect(err).toContain('interrupted before there was a network; nothing is written');
    expect(place.list()).toEqual(['classes.csv', 'numbers.csv']);
  });

  it('shows progress on a terminal and wipes it', async () => {
    const { err } = await place.cvxnn(TRAIN, undefined, true);
    expect(err).toContain('\rtraining, step 1: objective 2, bound 1, gap 0.5\u001b[K');
    // What is said after the last line of progress starts on a line that was wiped.
    const end = err.slice(err.lastIndexOf('\r'));
    expect(end.startsWith('\r\u001b[K')).toBe(true);
    expect(end).toContain('cvxnn: nothing is proven');
    expect((await place.cvxnn(TRAIN)).err).not.toContain('\r');
  });

  it('leaves no draft beside the model', async () => {
    await place.cvxnn(TRAIN);
    expect(place.list()).toEqual(['classes.csv', 'm.json', 'numbers.csv']);
  });

  it('says what it leaves out and fills in', async () => {
    const rows = 'a,b,c,y\n1,,5,u\n,2,5,v\n3,4,5,u\n6,7,5,\n9,8,5,v\n';
    place = workspace({ 'rows.csv': rows });
    const dropped = await place.cvxnn('train ./rows.csv --target y --missing drop --out ./m.json');
    expect(dropped.err).toContain('1 row without a "y" left out\n');
    expect(dropped.err).toContain('2 rows with missing values left out, most for column "a" (--ignore it, or --missing mean)\n');
    expect(dropped.err).toContain('column "c" is constant and is left out\n');
    const filled = await place.cvxnn('train ./rows.csv --target y --missing mean --out ./m.json --json');
    expect(filled.err).toContain('1 row without a "y" left out\n');
    expect(filled.err).toContain('2 missing values replaced by the mean of the training rows\n');
    expect(JSON.parse(filled.out).rows).toBe(4);
  });

  it('splits the same way under one seed, stratified', async () => {
    const rows = Array.from({ length: 40 }, (_, k) => `${k},${k < 30 ? 'u' : 'v'}`).join('\n');
    place = workspace({ 'rows.csv': `x,y\n${rows}\n` });
    const outcome = async (seed: number) => {
      const { out } = await place.cvxnn(`train ./rows.csv --target y --test 0.2 --seed ${seed} --out ./m.json --json`);
      const { seconds, seed: _, ...rest } = JSON.parse(out);
      expect(seconds).toBeGreaterThanOrEqual(0);
      expect(rest).toMatchObject({ rows: 32, testRows: 8, testScore: expect.any(Number) });
      return JSON.stringify([rest, JSON.parse(place.read('m.json')).table]);
    };
    expect(await outcome(1)).toBe(await outcome(1));
    expect(await outcome(1)).not.toBe(await outcome(2));
  });

  it('reads a table without header', async () => {
    place = workspace({ 'plain.csv': '1,2,u\n3,4,v\n5,6,u\n' });
    const { code, err } = await place.cvxnn('train ./plain.csv --target 3 --out ./m.json');
    expect(code).toBe(0);
    expect(err).toContain('3 rows of 3 columns, no header found (--header true if the first line is one)');
    place = workspace({ 'plain.csv': '1,2,u\n3,4,v\n5,6,u\n', 'new.csv': '7,8\n', 'm.json': place.read('m.json') });
    expect((await place.cvxnn('predict ./m.json ./new.csv')).out).toMatch(/^prediction,probability_u,probability_v\n[uv],/);
  });
});

describe('predict', () => {
  it('writes labels as they stood and a probability for each, in the order of the rows', async () => {
    await place.cvxnn(TRAIN);
    const { code, out } = await place.cvxnn('predict ./m.json ./classes.csv');
    expect(code).toBe(0);
    const written = parseCsv(out, { header: true });
    expect(written.columns).toEqual(['prediction', 'probability_no', 'probability_say "yes"', 'probability_yes']);
    expect(written.rows.map((row) => row[0])).toEqual(['no', 'yes', 'yes', 'no']);
    expect(written.rows[1].slice(1).map(Number)).toEqual([0, 4, 6]);
  });

  it('writes numbers for a regression, that read back as the same', async () => {
    await place.cvxnn('train ./numbers.csv --target y --out ./m.json');
    expect((await place.cvxnn('predict ./m.json ./numbers.csv')).out).toBe('prediction\n3.5\n2\n4\n0\n9\n');
  });

  it('gives numeric labels back as they were written', async () => {
    place = workspace({ 'n.csv': 'x,y\n0,1.0\n9,02\n0,1.0\n' });
    await place.cvxnn('train ./n.csv --target y --out ./m.json');
    expect((await place.cvxnn('predict ./m.json ./n.csv')).out).toBe(
      'prediction,probability_1.0,probability_02\n1.0,0,-1\n02,0,8\n1.0,0,-1\n',
    );
  });

  it('takes columns in any order, others besides, and no target', async () => {
    await place.cvxnn(TRAIN);
    place = workspace({ 'm.json': place.read('m.json'), 'new.csv': '\ufeffextra;color;x\r\n1;red;5\r\n\r\n2;pink;0\r\n' });
    const { code, out, err } = await place.cvxnn('predict ./m.json ./new.csv --out ./p.csv');
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(
      place
        .read('p.csv')
        .split('\n')
        .slice(1, 3)
        .map((line) => line.split(',')[0]),
    ).toEqual(['yes', 'no']);
    expect(err).toBe(
      `${place.at('new.csv')}: column "color": 1 cell such as "pink" not seen in training; the column tells nothing there\n`,
    );
  });

  it('prints JSON, with a score where the target is known', async () => {
    await place.cvxnn('train ./numbers.csv --target y --out ./m.json');
    const { out } = await place.cvxnn('predict ./m.json ./numbers.csv --json');
    expect(JSON.parse(out)).toEqual({
      rows: 5,
      predictions: [3.5, 2, 4, 0, 9],
      classes: null,
      probabilities: null,
      score: 1,
      notes: [],
      out: null,
    });
    await place.cvxnn(TRAIN);
    const classified = JSON.parse((await place.cvxnn('predict ./m.json ./classes.csv --json --out ./p.csv')).out);
    expect(classified).toMatchObject({ rows: 4, classes: ['no', 'say "yes"', 'yes'], score: 0.75, out: place.at('p.csv') });
    expect(classified.probabilities[1]).toEqual([0, 4, 6]);
  });

  it('needs no target to be readable', async () => {
    await place.cvxnn('train ./numbers.csv --target y --out ./m.json');
    place = workspace({ 'm.json': place.read('m.json'), 'new.csv': 'x,y\n1,unknown\n2,?\n' });
    const { code, out, err } = await place.cvxnn('predict ./m.json ./new.csv');
    expect({ code, out, err }).toEqual({ code: 0, out: 'prediction\n1\n2\n', err: '' });
  });

  it('names line and column of a bad cell, and a missing column, and touches no file', async () => {
    await place.cvxnn(TRAIN);
    place = workspace({
      'm.json': place.read('m.json'),
      'bad.csv': 'x,color\n1,red\n\nfive,red\n',
      'less.csv': 'x\n1\n',
      'gap.csv': 'x,color\n,red\n',
    });
    const refused = async (file: string) => {
      const { code, out, err } = await place.cvxnn(`predict ./m.json ./${file} --out ./p.csv`);
      expect({ code, out, files: place.list().includes('p.csv') }).toEqual({ code: 1, out: '', files: false });
      return err;
    };
    expect(await refused('bad.csv')).toBe(`cvxnn: ${place.at('bad.csv')}, line 4, column "x": "five" is not a number\n`);
    expect(await refused('less.csv')).toBe(
      `cvxnn: ${place.at('less.csv')} has no column "color" (the model needs it); its columns are "x"\n`,
    );
    expect(await refused('gap.csv')).toContain('line 2, column "x": the value is missing');
    expect((await place.cvxnn('predict ./m.json ./gap.csv --missing mean')).code).toBe(0);
  });
});

describe('a model file that is not as it was written', () => {
  const refusal = async (alter: (text: string) => string) => {
    await place.cvxnn(TRAIN);
    const altered = workspace({ 'm.json': alter(place.read('m.json')), 'classes.csv': CLASSES });
    const { code, out, err } = await altered.cvxnn('predict ./m.json ./classes.csv');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('m.json is not a usable model: ');
    expect(err.trim().split('\n').length).toBe(1);
    return err;
  };
  it.each([0.1, 0.5, 0.9, 0.999])('is refused when only a share of %d is there', async (share) => {
    expect(await refusal((text) => text.slice(0, Math.floor(share * text.length)))).toContain('truncated');
  });
  it.each<[string, string, string, string]>([
    ['a mean', '"mean":-0.25', '"mean":-0.5', 'checksum does not fit the content'],
    ['a label', '"labels":["no",', '"labels":["on",', 'checksum does not fit the content'],
    ['a result', '"objective":2', '"objective":1', 'checksum does not fit the content'],
    ['the version', '"version":1', '"version":2', 'version is 2; this cvxnn reads version 1'],
    ['a type', '"mean":-0.25', '"mean":null', 'table.features[0].mean is null; expected a finite number'],
    ['the estimator', '"estimator":{"inputs":4', '"estimator":{"input":4', 'estimator.inputs is missing'],
  ])('is refused when %s was changed', async (_, from, to, message) => {
    expect(
      await refusal((text) => {
        expect(text).toContain(from);
        return text.replace(from, to);
      }),
    ).toContain(message);
  });
});

describe('inspect', () => {
  it('shows the linear models in force', async () => {
    await place.cvxnn('train ./numbers.csv --target y --out ./m.json');
    const { code, out } = await place.cvxnn('inspect ./m.json');
    expect(code).toBe(0);
    expect(out).toContain('regression of "y" by a relu network\n');
    expect(out).toContain('  x: number, mean -1.3\n');
    expect(out).toContain('linear models in force (3 models for 5 training rows)\n');
    expect(out).toContain('  model 1, for 2 of 5 rows\n    y: 0 - 1 x\n');
    expect(out).toContain('  model 2, for 2 of 5 rows\n    y: 0 + 1 x\n');
  });

  it('names the classes, and prints JSON', async () => {
    await place.cvxnn(TRAIN);
    const { out } = await place.cvxnn('inspect ./m.json');
    expect(out).toContain('  color: blue 25 %, green, light 25 %, red 50 %\n');
    expect(out).toContain('    for yes: -4 + 2 x\n');
    const json = JSON.parse((await place.cvxnn('inspect ./m.json --json')).out);
    expect(json.featureNames).toEqual(['x', 'color=blue', 'color=green, light', 'color=red']);
    expect(json).toMatchObject({ model: 'relu', missing: 'error', training: { objective: 2, rows: 4 } });
  });
});

describe('export', () => {
  it('writes a module that predicts', async () => {
    await place.cvxnn('train ./numbers.csv --target y --out ./m.json');
    const { code, err } = await place.cvxnn('export ./m.json --to js --out ./net.mjs');
    expect({ code, err }).toEqual({ code: 0, err: 'inputs: x\n' });
    const { predict } = await import(/* @vite-ignore */ place.at('net.mjs'));
    expect(predict([-3.5])).toBe(3.5);
    expect(place.read('net.mjs')).toMatch(/^\/\/ inputs: \["x"\]\n\/\/ target: "y"\n/);
  });

  it('writes JSON of the network', async () => {
    await place.cvxnn(TRAIN);
    await place.cvxnn('export ./m.json --to json --out ./net.json');
    expect(JSON.parse(place.read('net.json'))).toMatchObject({ format: 'cvxnn-network', inputs: 4, outputs: 3 });
    await place.cvxnn('export ./m.json --to js --out ./net.mjs');
    expect(place.read('net.mjs')).toContain('// the largest score names one of ["no","say \\"yes\\"","yes"]\n');
  });

  it('writes ONNX with labels, which onnxruntime runs', async () => {
    await place.cvxnn(TRAIN);
    const { code } = await place.cvxnn('export ./m.json --to onnx --out ./net.onnx');
    expect(code).toBe(0);
    const session = await InferenceSession.create(new Uint8Array(readFileSync(place.at('net.onnx'))));
    const { label } = await session.run({ X: new Tensor('float32', Float32Array.of(2, 0, 0, 0), [1, 4]) });
    await place.cvxnn('export ./m.json --to js --out ./net.mjs');
    const { predict } = await import(/* @vite-ignore */ place.at('net.mjs'));
    const scores: number[] = predict([2, 0, 0, 0]);
    expect(label.data).toEqual([['no', 'say "yes"', 'yes'][scores.indexOf(Math.max(...scores))]]);
  });

  it('writes the two files of a TensorFlow.js model', async () => {
    await place.cvxnn('train ./numbers.csv --target y --out ./m.json');
    expect((await place.cvxnn('export ./m.json --to tfjs --out ./net.json')).code).toBe(0);
    const { weightsManifest } = JSON.parse(place.read('net.json'));
    expect(weightsManifest[0].paths).toEqual(['net.weights.bin']);
    const numbers = weightsManifest[0].weights.reduce(
      (sum: number, { shape }: { shape: number[] }) => sum + shape.reduce((product, size) => product * size, 1),
      0,
    );
    expect(readFileSync(place.at('net.weights.bin')).length).toBe(4 * numbers);
  });
});
