import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '../../src/random.js';
import { packed, readSource, type TableSource } from '../peers/tables.js';

/** Rows with a number each. */
export interface Rows {
  readonly X: readonly (readonly number[])[];
  readonly y: readonly number[];
}

export interface DepthTask {
  readonly train: Rows;
  readonly test: Rows;
}

const trainingRows = 500;
const testRows = 2000;

/**
 * Six sub-networks a (1 - k (-u)_+ - k (-v)_+)_+ of three layers, u and v affine with unit directions, a of both signs between 0.5
 * and 1.5: level on a wedge, with a wall of width 1/k around it. Gaussian rows; noise of a tenth of the values' spread in training.
 */
function teacher(columns: number, seed: number): DepthTask {
  const steepness = 8;
  const random = createRandom(seed, 97);
  const affine = () => {
    const w = Array.from({ length: columns }, () => random.normal());
    const length = Math.sqrt(w.reduce((sum, entry) => sum + entry * entry, 0));
    const shift = 0.6 * random.normal();
    return (x: readonly number[]) => x.reduce((sum, entry, i) => sum + (entry * w[i]) / length, shift);
  };
  const wedges = Array.from({ length: 6 }, () => ({
    size: (random.integer(2) === 0 ? 1 : -1) * (0.5 + random.uniform()),
    sides: [affine(), affine()],
  }));
  const value = (x: readonly number[]) =>
    wedges.reduce((total, { size, sides }) => {
      const outside = sides.reduce((sum, side) => sum + Math.max(0, -side(x)), 0);
      return total + size * Math.max(0, 1 - steepness * outside);
    }, 0);
  const X = Array.from({ length: trainingRows + testRows }, () => Array.from({ length: columns }, () => random.normal()));
  const clean = X.map(value);
  const mean = clean.reduce((sum, entry) => sum + entry, 0) / clean.length;
  const spread = Math.sqrt(clean.reduce((sum, entry) => sum + (entry - mean) * (entry - mean), 0) / clean.length);
  const noisy = clean.slice(0, trainingRows).map((entry) => entry + 0.1 * spread * random.normal());
  return {
    train: { X: X.slice(0, trainingRows), y: noisy },
    test: { X: X.slice(trainingRows), y: clean.slice(trainingRows) },
  };
}

/** Training and test rows of a table, drawn by the seed. */
function split({ X, y }: Rows, seed: number): DepthTask {
  const order = createRandom(seed, 98).shuffle(Array.from(X, (_, k) => k));
  const pick = (rows: readonly number[]): Rows => ({ X: rows.map((k) => X[k]), y: rows.map((k) => y[k]) });
  return { train: pick(order.slice(0, trainingRows)), test: pick(order.slice(trainingRows, trainingRows + testRows)) };
}

function table(source: TableSource): Rows {
  const { X, values } = readSource(source);
  const row = (k: number) => Array.from(X.data.subarray(k * X.columns, (k + 1) * X.columns));
  return { X: Array.from({ length: X.rows }, (_, k) => row(k)), y: values.map(Number) };
}

const vega = (file: string) => join(packed('vega-datasets', '3.2.1'), 'data', file);

/** Heights of a volcano (Maunga Whau) on a grid of 87 x 61 places. */
function volcano(): Rows {
  const { width, values } = JSON.parse(readFileSync(vega('volcano.json'), 'utf8')) as { width: number; values: number[] };
  return { X: values.map((_, k) => [k % width, Math.floor(k / width)]), y: values };
}

/** Speed of the wind by longitude and latitude. */
const wind = () =>
  table({
    name: 'wind',
    file: () => vega('windvectors.csv'),
    target: 'speed',
    task: 'regression',
    ignore: ['dir', 'dirCat'],
  });

const california = () =>
  table({
    name: 'california',
    file: () => join(packed('scikitjs', '1.24.0'), 'docs/static/data/california_housing.csv'),
    target: 'MedHouseVal',
    task: 'regression',
  });

/** A split or draw by its seed. */
export const tasks: Readonly<Record<string, (seed: number) => DepthTask>> = {
  'teacher, 2 columns': (seed) => teacher(2, seed),
  volcano: (seed) => split(volcano(), seed),
  wind: (seed) => split(wind(), seed),
  'teacher, 4 columns': (seed) => teacher(4, seed),
  'California housing': (seed) => split(california(), seed),
};
