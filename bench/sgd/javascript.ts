import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { GatedReLUClassifier, GatedReLURegressor, ReLUClassifier, ReLURegressor } from '../../src/index.js';
import type { Matrix } from '../../src/types.js';
import { secondsOf } from './measure.js';
import { plans } from './objectives.js';
import { accuracy, made, rSquared, type Task } from './tasks.js';

/** One library on one data set: a figure for every split. */
export interface LibraryRun {
  readonly library: string;
  readonly test: readonly number[];
  /** Of user CPU: choice of options and final fit. */
  readonly seconds: readonly number[];
  /** Length of the model's JSON. */
  readonly bytes: readonly number[];
  /** What was chosen on every split. */
  readonly options: readonly string[];
}

export interface Model {
  readonly predict: (rows: number[][]) => number[];
  readonly bytes: number;
}
export interface FitInput {
  readonly X: number[][];
  readonly y: number[];
  readonly classes: number;
  readonly seed: number;
}
export type Options = Readonly<Record<string, number>>;
export interface Library {
  readonly name: string;
  readonly fit: (input: FitInput, options: Options) => Model;
  readonly options: readonly Options[];
  readonly classes?: boolean;
}

export const tablesCompared = ['xor', 'checkerboard', 'breast cancer', 'wine', 'penguins', 'diabetes', 'california'];
/** Made data are cheap; real tables get fewer. */
export const splitsOf = (name: string): readonly number[] => (name in made ? [1, 2, 3, 4, 5] : [1, 2, 3]);

const rowsOf = ({ data, rows, columns }: Matrix) =>
  Array.from({ length: rows }, (_, k) => Array.from(data.subarray(k * columns, (k + 1) * columns)));

const score = (classes: number, values: readonly number[], guesses: readonly number[]) =>
  classes ? accuracy(values, guesses) : rSquared(values, guesses);

/** The options that do best on every fourth training row, then a fit on all rows. */
export function tuned({ fit, options }: Library, { classes, train }: Task, seed: number): { model: Model; options: Options } {
  const rows = rowsOf(train.X);
  const pick = (held: boolean) => rows.flatMap((_, k) => ((k % 4 === 3) === held ? [k] : []));
  const input = (chosen: readonly number[]): FitInput => ({
    X: chosen.map((k) => rows[k]),
    y: chosen.map((k) => train.values[k]),
    ...{ classes, seed },
  });
  const [part, held] = [input(pick(false)), input(pick(true))];
  const scores = options.map((choice) => score(classes, held.y, fit(part, choice).predict(held.X)));
  const best = options[scores.indexOf(Math.max(...scores))];
  return { model: fit(input(rows.map((_, k) => k)), best), options: best };
}

/** Estimators with all defaults, which choose beta by cross-validation. */
function own(task: Task, gated: boolean, seed: number): { model: Model; options: Options } {
  const { data, rows, columns } = task.train.X;
  const X = { data, shape: [rows, columns] as const };
  const values = Array.from(task.train.values);
  const estimator = task.classes
    ? new (gated ? GatedReLUClassifier : ReLUClassifier)({ seed }).fitSync(X, values)
    : new (gated ? GatedReLURegressor : ReLURegressor)({ seed }).fitSync(X, values);
  const predict = (input: number[][]) => Array.from(estimator.predict(input) as ArrayLike<number>, Number);
  return {
    model: { predict, bytes: JSON.stringify(estimator).length },
    options: { beta: Number(estimator.beta.toPrecision(3)) },
  };
}

export async function compareLibraries(name: string): Promise<LibraryRun[]> {
  const file = join(process.cwd(), 'bench/peers/models.mjs');
  const { models }: { models: readonly Library[] } = await import(pathToFileURL(file).href);
  const fits = [
    { name: 'cvxnn, ReLU', run: (task: Task, seed: number) => own(task, false, seed) },
    { name: 'cvxnn, gated', run: (task: Task, seed: number) => own(task, true, seed) },
    ...models.map((library) => ({ ...library, run: (task: Task, seed: number) => tuned(library, task, seed) })),
  ];
  const runs: LibraryRun[] = [];
  for (const fit of fits) {
    const isLabels = plans[name].task(1).classes > 0;
    if ('classes' in fit && fit.classes !== undefined && fit.classes !== isLabels) continue;
    const results = [];
    for (const seed of splitsOf(name)) {
      const task = plans[name].task(seed);
      const [{ model, options }, time] = await secondsOf(async () => fit.run(task, seed));
      const test = score(task.classes, task.test.values, model.predict(rowsOf(task.test.X)));
      results.push({ test, time, bytes: model.bytes, options: JSON.stringify(options) });
    }
    runs.push({
      library: fit.name,
      test: results.map(({ test }) => test),
      seconds: results.map(({ time }) => Number(time.toPrecision(3))),
      bytes: results.map(({ bytes }) => bytes),
      options: results.map(({ options }) => options),
    });
  }
  return runs;
}
