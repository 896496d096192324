import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeLabels, oneHotTargets } from '../../src/data/labels.js';
import { fitStandardization, standardize } from '../../src/data/standardize.js';
import { ReLUClassifier, ReLURegressor } from '../../src/index.js';
import { readInstance } from '../solve/instance.js';
import type { TrainingProblem } from './objective.js';
import { readSource, sources } from './tables.js';

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

/** The estimator's own problem: columns and targets standardized here, beta chosen by it. */
const tables: NamedProblem[] = sources.map((source) => ({
  name: source.name,
  make() {
    const { X: raw, values } = readSource(source);
    const X = standardize(raw, fitStandardization(raw));
    const shape = [X.rows, X.columns] as const;
    const Xs = { data: X.data, shape };
    if (source.task === 'regression') {
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

/** n x (columns + 1): a column of ones behind. */
export function withConstant(X: Float64Array, n: number, columns: number): Float64Array {
  const wide = new Float64Array(n * (columns + 1)).fill(1);
  for (let k = 0; k < n; k++) wide.set(X.subarray(k * columns, (k + 1) * columns), k * (columns + 1));
  return wide;
}

/** Mean 0, mean square 1. */
function normalized(values: readonly number[]): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const scale = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / values.length);
  return Float64Array.from(values, (value) => (value - mean) / scale);
}
