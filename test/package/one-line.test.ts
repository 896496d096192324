import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { classNameOf } from '../../src/data/inspect.js';
import * as cvxnn from '../../src/index.js';
import { createPool } from '../../src/worker/client.js';
import { families } from '../support/every-family.js';
import { taskOf } from '../support/family-task.js';

const X = [
  [1, 2],
  [3, 4],
  [5, 7],
  [0, 1],
  [2, 2],
  [6, 1],
];
const y = [1, 0, 2, 1, 0, 3];

/** The whole of what `console.log` prints, which is one line, is also the text of the object. */
function lineOf(value: object): string {
  const text = inspect(value);
  expect(text).toBe(String(value));
  expect(text).not.toContain('\n');
  expect(text.length).toBeLessThan(160);
  return text;
}

describe('console.log prints one line', () => {
  it.each(families)('of the network of $name: its class and its sizes', (entry) => {
    const { X: rows, y: targets, options } = taskOf(entry);
    const { network } = cvxnn.trainSync(entry.architecture(), rows, targets, { beta: 0.3, ...options, tolerance: 1e-2 });
    const text = lineOf(network);
    expect(text.startsWith(`${network.constructor.name}: ${network.inputs} input`)).toBe(true);
    expect(text).toMatch(new RegExp(`, ${network.neurons} neurons?, ${network.outputs} outputs?$`));
  });

  const estimators = Object.entries(cvxnn).filter(([name]) => /(Regressor|Classifier)$/.test(name)) as unknown as [
    string,
    new (options: object) => cvxnn.ReLURegressor,
  ][];
  it.each(estimators)('of %s, before the fit', (name, Class) => {
    expect(lineOf(new Class(/Conv/.test(name) ? { image: [2], filter: 1 } : {}))).toBe(`${name}: not fitted`);
  });

  it('of a fitted estimator: sizes, beta, status and how near it is to the optimum', () => {
    const proven = new cvxnn.ReLURegressor({ beta: 0.5, patterns: 'certified' }).fitSync(X, y);
    expect(lineOf(proven)).toMatch(/^ReLURegressor: 2 columns, \d+ neurons?, beta 0\.5, optimal, proven optimum, gap \S+$/);
    const sampled = new cvxnn.ReLUClassifier({ beta: 0.5, patterns: { sample: 5 } }).fitSync(X, [0, 1, 2, 0, 1, 2]);
    expect(lineOf(sampled)).toMatch(
      /^ReLUClassifier: 2 columns, 3 classes, \d+ neurons?, beta 0\.5, optimal, gap over the patterns held/,
    );
    expect(lineOf(cvxnn.ReLUClassifier.fromJSON(JSON.parse(JSON.stringify(sampled))))).toBe(lineOf(sampled));
  });

  it('of a stream, before and after rows', async () => {
    const stream = new cvxnn.GatedReLUStream({ gates: 4 });
    expect(lineOf(stream)).toBe('GatedReLUStream: 0 rows');
    expect(lineOf(await stream.addRows(X, y))).toBe('GatedReLUStream: 6 rows of 2 columns');
  });

  it('of generators', async () => {
    const { generator } = await cvxnn.trainGan(X, { discriminator: 'quadratic', generator: 'linear', betaD: 0.5 });
    expect(lineOf(generator)).toBe('AffineGenerator: 2 inputs, 2 outputs');
    const monotone = new cvxnn.MonotoneGenerator(Float64Array.of(0, 1), Float64Array.of(0, 2));
    expect(lineOf(monotone)).toBe('MonotoneGenerator: 1 input, 1 output');
  });

  it('of a pool: what runs and what waits, and that it is closed', async () => {
    const pool = createPool(() => ({ post: () => {}, terminate: () => {} }), { threads: 2 });
    expect(lineOf(pool)).toBe('WorkerPool: 2 threads, 0 calls running, 0 waiting');
    const calls = [1, 2, 3].map((beta) => pool.train(cvxnn.relu(), X, y, { beta }));
    expect(lineOf(pool)).toBe('WorkerPool: 2 threads, 2 calls running, 1 waiting');
    pool.close();
    expect(lineOf(pool)).toBe('WorkerPool: closed');
    for (const { status } of await Promise.allSettled(calls)) expect(status).toBe('rejected');
  });

  it('of errors: the name of the class before the message', () => {
    const errors = Object.entries(cvxnn).filter(([name]) => /Error$/.test(name) && name !== 'CvxnnError');
    expect(errors.length).toBeGreaterThan(6);
    for (const [name, Class] of errors) {
      const error = new (Class as new (...given: unknown[]) => Error)('a', 'b', 'c');
      expect(String(error).startsWith(`${name === 'AbortedError' ? 'AbortError' : name}: `)).toBe(true);
    }
  });

  it('takes the name of a class from its kind, whatever a bundler made of the class', () => {
    expect(classNameOf('gated-relu-regressor')).toBe('GatedReLURegressor');
    expect(classNameOf('two-layer')).toBe('TwoLayer');
  });
});
