import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fitStandardization, standardize } from '../../src/data/standardize.js';
import type { LossName } from '../../src/index.js';
import { completeRows, featureColumns } from '../../src/table/columns.js';
import { parseCsv } from '../../src/table/csv.js';
import { fitEncoder } from '../../src/table/fit-encoder.js';
import { usualMarkers } from '../../src/table/missing.js';
import { readTarget } from '../../src/table/target.js';
import { targetValues } from '../../src/table/target-spec.js';
import { readInstance } from '../solve/instance.js';

/** Standardized columns, targets as `train` takes them. */
export interface BenchTable {
  readonly name: string;
  readonly X: { readonly data: Float64Array; readonly shape: readonly [number, number] };
  readonly y: Float64Array;
  readonly loss: LossName;
}

/** A CSV file as `cvxnn train` reads it; a target of two labels becomes -1 and +1. */
export function csvTable(name: string, file: string, target: string): BenchTable {
  const table = parseCsv(readFileSync(file, 'utf8'), {});
  const { spec, rows: known } = readTarget(table, { column: target, missing: 'drop' });
  const rows = completeRows(table, featureColumns(table, target, []), known, usualMarkers);
  const { encoder } = fitEncoder(table, rows, { target: spec, missing: 'drop', ignore: [] });
  const { X } = encoder.encode(table, rows, 'drop');
  const scaled = standardize(X, fitStandardization(X));
  const values = targetValues(table, spec, rows);
  const [first] = values;
  const y =
    spec.labels === null
      ? unitVariance(Float64Array.from(values, Number))
      : Float64Array.from(values, (label) => (label === first ? 1 : -1));
  return {
    name,
    X: { data: scaled.data, shape: [scaled.rows, scaled.columns] },
    y,
    loss: spec.labels === null ? 'squared' : 'logistic',
  };
}

/** An instance of the suite, without its column of ones. */
export function suiteTable(root: string, folder: string): BenchTable {
  const { name, X, y, samples, columns, loss } = readInstance(join(root, 'bench/suite', folder));
  const d = columns - 1;
  const data = new Float64Array(samples * d);
  for (let k = 0; k < samples; k++) data.set(X.subarray(k * columns, k * columns + d), k * d);
  return { name, X: { data, shape: [samples, d] }, y, loss };
}

function unitVariance(values: Float64Array): Float64Array {
  const { centers, scales } = fitStandardization({ data: values, rows: values.length, columns: 1 });
  return values.map((value) => (value - centers[0]) / scales[0]);
}
