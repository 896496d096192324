import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { ReLUClassifier, ReLURegressor } from '../../src/index.js';
import { insertTable } from '../page.js';
import { render, type Split } from './report.js';

const { values } = parseArgs({
  options: {
    root: { type: 'string', default: '.' },
    seeds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    python: { type: 'string', default: '/usr/bin/python3' },
  },
});

/** What scikit.py prints: its scores and the rows of the split, features first. */
interface Line extends Omit<Split, 'rows' | 'columns' | 'ours' | 'beta' | 'gap' | 'neurons' | 'seconds'> {
  readonly train: readonly (readonly number[])[];
  readonly test: readonly (readonly number[])[];
}

/** Our estimator with all its defaults, after a round trip through JSON: what a user of the saved model gets. */
function fitOurs({ train, test, ...scores }: Line): Split {
  const features = (rows: Line['train']) => rows.map((row) => row.slice(0, -1));
  const targets = (rows: Line['train']) => rows.map((row) => row[row.length - 1]);
  const before = process.cpuUsage();
  const Kind = scores.classification ? ReLUClassifier : ReLURegressor;
  const model = new Kind().fitSync(features(train), targets(train));
  const seconds = process.cpuUsage(before).user / 1e6;
  const loaded = Kind.fromJSON(JSON.parse(JSON.stringify(model)));
  return {
    ...scores,
    rows: train.length,
    columns: train[0].length - 1,
    ours: loaded.score(features(test), targets(test)),
    beta: model.beta,
    gap: model.certificate.patternGap,
    neurons: model.network.neurons,
    seconds,
  };
}

const file = join(values.root, 'docs/data/tables.json');
const python = spawn(values.python, [join(values.root, 'bench/tables/scikit.py'), values.seeds, values.only], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = new Promise<number | null>((resolve, reject) => python.once('close', resolve).once('error', reject));
const splits: Split[] = [];
for await (const text of createInterface({ input: python.stdout })) {
  const split = fitOurs(JSON.parse(text));
  splits.push(split);
  console.error(`${split.table} ${split.seed}: ours ${split.ours.toFixed(4)}, mlp ${split.mlp.toFixed(4)}`);
}
if ((await ended) !== 0) throw new Error(`${values.python} could not run scikit-learn: apt-get install python3-sklearn`);
const fresh = new Set(splits.map(({ table }) => table));
const kept = values.only ? (JSON.parse(readFileSync(file, 'utf8')) as Split[]).filter(({ table }) => !fresh.has(table)) : [];
const all = [...kept, ...splits];
writeFileSync(file, `[\n${all.map((split) => JSON.stringify(split)).join(',\n')}\n]\n`);
const page = join(values.root, 'docs/tables.md');
writeFileSync(page, insertTable(readFileSync(page, 'utf8'), render(all)));
