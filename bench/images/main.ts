// Images: accuracy, seconds, gap, by models of this library, scikit-learn's perceptron and Adam of TensorFlow.js. Options: --only NAME
// (of a task), --model NAME, --splits 5, --limit SECONDS (of the clock, a fit), --adam, --perceptron, --render (only the tables).
// Writes docs/data/images.json, one line a measurement, and the tables of docs/images.md. What is on file is not measured again.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { insertTable } from '../page.js';
import { mean } from '../statistics.js';
import { gridOf, measure, models, pooledFeatures, rows } from './models.js';
import { type Line, render } from './report.js';
import { digits, type Images, mnist, type Split, split } from './tables.js';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'digits' },
    model: { type: 'string', default: '' },
    splits: { type: 'string', default: '5' },
    limit: { type: 'string', default: '3600' },
    adam: { type: 'boolean', default: false },
    perceptron: { type: 'boolean', default: false },
    render: { type: 'boolean', default: false },
  },
});
const root = process.cwd();
const dataFile = join(root, 'docs/data/images.json');
const pageFile = join(root, 'docs/images.md');

interface Task {
  readonly name: string;
  readonly load: (root: string) => Images;
  readonly train: number;
  readonly test: number;
}

const tasks: readonly Task[] = [
  { name: 'digits', load: digits, train: 1347, test: 450 },
  { name: 'mnist-2000', load: mnist, train: 2000, test: 2000 },
  { name: 'mnist-8000', load: mnist, train: 8000, test: 2000 },
];

const rates = [0.03, 0.01, 0.003];
const adamSeeds = 5;
const epochs = 40;

function onFile(): Line[] {
  return existsSync(dataFile) ? JSON.parse(readFileSync(dataFile, 'utf8')) : [];
}

function record(line: Line): void {
  const lines = [...onFile(), line];
  writeFileSync(dataFile, `[\n${lines.map((entry) => JSON.stringify(entry)).join(',\n')}\n]\n`);
  console.log(JSON.stringify(line));
}

const measured = (task: string, model: string, seed: number) =>
  onFile().some((line) => line.task === task && line.model === model && line.split === seed);

function perceptron(images: Images, { train, test }: Split) {
  const of = (chosen: readonly number[]) => chosen.map((k) => images.classes[k]);
  const plain = (chosen: readonly number[]) => chosen.map((k) => Array.from(images.pixels[k]));
  const input = JSON.stringify({ X: plain(train), y: of(train), T: plain(test), u: of(test) });
  const script = join(root, 'bench/images/perceptron.py');
  const env = { ...process.env, OPENBLAS_NUM_THREADS: '1' };
  const { status, stdout } = spawnSync('/usr/bin/python3', [script], { input, env, encoding: 'utf8', maxBuffer: 1e9 });
  if (status !== 0) throw new Error('scikit-learn ended with an error');
  return JSON.parse(stdout) as { accuracies: number[]; seconds: number[] };
}

/** Every rate from every start, on the first split; the gates are those of our fit. */
async function withAdam(task: string, images: Images, chosen: Split, gates: Float64Array): Promise<void> {
  const file = join(root, 'bench/peers/tfjs-images.mjs');
  const { adam } = await import(pathToFileURL(file).href);
  const grid = gridOf(images.side);
  const part = (indices: readonly number[]) => ({
    features: pooledFeatures(rows(images, indices), grid, gates),
    classes: indices.map((k) => images.classes[k]),
    rows: indices.length,
  });
  const [train, test] = [part(chosen.train), part(chosen.test)];
  const shape = { gates: gates.length / (grid.length + 1), regions: grid.regionCount, length: grid.length + 1, units: 2 };
  for (const rate of rates) {
    for (let seed = 1; seed <= adamSeeds; seed++) {
      const model = `adam ${rate} seed ${seed}`;
      if (measured(task, model, 0)) continue;
      record({ task, model, split: 0, ...adam(train, test, shape, { beta: 3, rate, epochs, seed }), epochs });
    }
  }
}

async function run({ name, load, train, test }: Task): Promise<void> {
  const images = load(root);
  for (let seed = 0; seed < Number(values.splits); seed++) {
    const chosen = split(images.pixels.length, train, test, seed);
    if (values.perceptron && !measured(name, 'perceptron', seed)) {
      const { accuracies, seconds } = perceptron(images, chosen);
      record({ task: name, model: 'perceptron', split: seed, accuracy: mean(accuracies), seconds: mean(seconds) });
    }
    for (const model of models(images.side, Number(values.limit))) {
      if (!model.name.includes(values.model) || measured(name, model.name, seed)) continue;
      record({ task: name, model: model.name, split: seed, ...measure(model, images, chosen).outcome });
    }
  }
  if (!values.adam) return;
  const chosen = split(images.pixels.length, train, test, 0);
  const [first] = models(images.side, Number(values.limit));
  // One step is enough to know the gates.
  const { gates } = measure({ ...first, options: { ...first.options, maxIterations: 1 } }, images, chosen);
  if (gates) await withAdam(name, images, chosen, gates);
}

for (const task of values.render ? [] : tasks) if (task.name === values.only) await run(task);
writeFileSync(pageFile, insertTable(readFileSync(pageFile, 'utf8'), render(onFile())));
