import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeLabels } from '../../src/data/labels.js';
import { fitCommonScale, fitStandardization, standardize } from '../../src/data/standardize.js';
import { betaMax, relu } from '../../src/index.js';
import { createRandom } from '../../src/random.js';
import type { Matrix } from '../../src/types.js';
import type { TrainingProblem } from '../peers/objective.js';
import { withConstant } from '../peers/problems.js';
import { packed, readSource, sources } from '../peers/tables.js';
import { checkerboard, type Points, planted, spiral, xor } from './points.js';

/** Rows without the column of ones, standardized by the training rows. */
export interface Part {
  readonly X: Matrix;
  /** Class 0, 1, .. or standardized number. */
  readonly values: readonly number[];
}

export interface Task {
  readonly name: string;
  /** 0: a number is predicted. */
  readonly classes: number;
  readonly train: Part;
  readonly test: Part;
}

function matrixOf(rows: readonly (readonly number[])[]): Matrix {
  return { data: Float64Array.from(rows.flat()), rows: rows.length, columns: rows[0].length };
}

/** Both parts on the scales of the first. `pixels`: one scale for all columns. */
function scaled(name: string, classes: number, train: Points, test: Points, pixels = false): Task {
  const raw = matrixOf(train.X);
  const scales = pixels ? fitCommonScale(raw) : fitStandardization(raw);
  const targets = fitStandardization({ data: Float64Array.from(train.values), rows: train.values.length, columns: 1 });
  const part = ({ X, values }: Points): Part => ({
    X: standardize(matrixOf(X), scales),
    values: classes ? values : values.map((value) => (value - targets.centers[0]) / targets.scales[0]),
  });
  return { name, classes, train: part(train), test: part(test) };
}

/** A quarter of the rows, drawn by the seed, is kept for the test. */
function split(name: string, classes: number, { X, values }: Points, seed: number, most = X.length, pixels = false): Task {
  const order = createRandom(seed, 93).shuffle(Array.from(X, (_, k) => k));
  const held = order.slice(0, Math.floor(X.length / 4));
  const pick = (rows: readonly number[]) => ({ X: rows.map((k) => X[k]), values: rows.map((k) => values[k]) });
  return scaled(name, classes, pick(order.slice(held.length, held.length + most)), pick(held), pixels);
}

export function table(name: string, seed: number): Task {
  const source = sources.find((entry) => entry.name.startsWith(name));
  if (!source) throw new Error(`no table ${name}`);
  const { X, values } = readSource(source);
  const rows = Array.from({ length: X.rows }, (_, k) => Array.from(X.data.subarray(k * X.columns, (k + 1) * X.columns)));
  if (source.task === 'regression') return split(name, 0, { X: rows, values: values as number[] }, seed);
  const { classes, indices } = encodeLabels(values);
  return split(name, classes.length, { X: rows, values: Array.from(indices) }, seed);
}

/** 1797 digits of 8 x 8 pixels. */
export function digits(seed: number): Task {
  const file = join(packed('scikitjs', '1.24.0'), 'docs/static/data/digits.csv');
  const lines = readFileSync(file, 'utf8').trim().split('\n').slice(1);
  const rows = lines.map((line) => line.split(',').map(Number));
  return split('digits', 10, { X: rows.map((row) => row.slice(0, 64)), values: rows.map((row) => row[64]) }, seed, 1347, true);
}

/** 2000 training rows, 1000 for the test: 28 x 28 pixels, squares of 2 x 2 averaged. */
export function mnist(seed: number): Task {
  const folder = join(packed('mnist', '1.1.0'), 'src/digits');
  const points: Points = { X: [], values: [] };
  for (let label = 0; label < 10; label++) {
    const { data } = JSON.parse(readFileSync(join(folder, `${label}.json`), 'utf8')) as { data: number[] };
    for (let from = 0; from < 784 * 400; from += 784) {
      (points.X as number[][]).push(halved(data.slice(from, from + 784)));
      (points.values as number[]).push(label);
    }
  }
  return split('MNIST 2000', 10, points, seed, 2000, true);
}

/** 28 x 28 pixels to 14 x 14. */
export function halved(pixels: readonly number[]): number[] {
  return Array.from({ length: 196 }, (_, at) => {
    const corner = 56 * Math.floor(at / 14) + 2 * (at % 14);
    return (pixels[corner] + pixels[corner + 1] + pixels[corner + 28] + pixels[corner + 29]) / 4;
  });
}

/** Made data: as many fresh rows for the test as wanted. */
export const made: Readonly<Record<string, (seed: number) => Task>> = {
  'planted 20': (seed) => scaled('planted 20', 0, planted(20, 3, 3, seed, 0), planted(1000, 3, 3, seed, 1)),
  'planted 200': (seed) => scaled('planted 200', 0, planted(200, 4, 4, seed, 0), planted(1000, 4, 4, seed, 1)),
  'planted 2000': (seed) => scaled('planted 2000', 0, planted(2000, 10, 5, seed, 0), planted(1000, 10, 5, seed, 1)),
  xor: (seed) => scaled('xor', 2, xor(100, 2 * seed), xor(1000, 2 * seed + 1)),
  spiral: (seed) => scaled('spiral', 2, spiral(200, 2 * seed), spiral(1000, 2 * seed + 1)),
  checkerboard: (seed) => scaled('checkerboard', 2, checkerboard(300, 2 * seed), checkerboard(1000, 2 * seed + 1, 0)),
};

/** Scores that the network is to have: numbers, or -1 and +1 in one column a class (one column for two). */
export function targetsOf({ classes, train: { values } }: Task): { readonly data: Float64Array; readonly outputs: number } {
  if (classes === 0) return { data: Float64Array.from(values), outputs: 1 };
  const outputs = classes === 2 ? 1 : classes;
  const data = values.flatMap((value) => Array.from({ length: outputs }, (_, c) => (value === (outputs === 1 ? 1 : c) ? 1 : -1)));
  return { data: Float64Array.from(data), outputs };
}

/** The training problem at `ratio` of the beta that makes zero optimal. */
export async function problemOf(task: Task, ratio: number): Promise<TrainingProblem> {
  const { data, rows: n, columns } = task.train.X;
  const { data: y, outputs } = targetsOf(task);
  const d = columns + 1;
  const X = withConstant(data, n, columns);
  const loss = task.classes ? 'logistic' : 'squared';
  const targets = outputs === 1 ? y : { data: y, shape: [n, outputs] as const };
  const { beta } = await betaMax(relu(), { data: X, shape: [n, d] }, targets, { bias: false, loss });
  return { X, y, n, d, outputs, loss, beta: ratio * beta };
}

/** R^2 or accuracy of scores (rows x outputs) on a part. */
export function scoreOf(classes: number, { values }: Part, scores: ArrayLike<number>): number {
  if (classes === 0) return rSquared(values, Array.from(scores));
  const outputs = classes === 2 ? 1 : classes;
  const chosen = values.map((_, k) => {
    if (outputs === 1) return scores[k] > 0 ? 1 : 0;
    let best = 0;
    for (let c = 1; c < outputs; c++) if (scores[k * outputs + c] > scores[k * outputs + best]) best = c;
    return best;
  });
  return accuracy(values, chosen);
}

export function accuracy(values: readonly number[], chosen: readonly number[]): number {
  return values.filter((value, k) => value === chosen[k]).length / values.length;
}

export function rSquared(values: readonly number[], guesses: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const off = values.reduce((sum, value, k) => sum + (value - guesses[k]) * (value - guesses[k]), 0);
  return 1 - off / values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
}
