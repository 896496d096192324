// Every run of Adam against the objective of `train` (and of the estimator). Options: --only NAME, --missing, --steps 2000, --seeds 10,
// --tfjs (adds runs of TensorFlow.js from the same starts), --render (only the table). Writes docs/data/adam.json and the table of docs/adam.md; exit 1
// when a run of Adam ends more than 0.1 % below one of our objectives.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { relu, trainSync } from '../../src/index.js';
import { insertTable } from '../page.js';
import { descend as adam, type Schedule } from './descent.js';
import { objectiveOf, randomWeights, type TrainingProblem, type Weights } from './objective.js';
import { problems } from './problems.js';
import { type Comparison, render, undercut } from './report.js';

const rates = [0.3, 0.1, 0.03, 0.01, 0.003];
/** Shared out among the outputs. */
const neurons = 100;
/** So much below our objective counts as a failure of ours. */
const allowed = 1e-3;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    steps: { type: 'string', default: '2000' },
    seeds: { type: 'string', default: '10' },
    tfjs: { type: 'boolean', default: false },
    missing: { type: 'boolean', default: false },
    render: { type: 'boolean', default: false },
  },
});
const steps = Number(values.steps);
const seeds = Number(values.seeds);
const dataFile = join(process.cwd(), 'docs/data/adam.json');
const pageFile = join(process.cwd(), 'docs/adam.md');

type Peer = (problem: TrainingProblem, start: Weights, schedule: Schedule) => Weights;

/** Least objective of one run. */
function ended(peer: Peer, problem: TrainingProblem, seed: number, rate: number): number {
  return objectiveOf(problem, peer(problem, randomWeights(problem, Math.ceil(neurons / problem.outputs), seed), { rate, steps }));
}

function seconds<T>(work: () => T): [T, number] {
  const before = process.cpuUsage();
  const result = work();
  return [result, process.cpuUsage(before).user / 1e6];
}

function ours({ X, y, n, d, outputs, loss, beta }: TrainingProblem) {
  const options = { beta, loss, bias: false } as const;
  const train = () =>
    trainSync(relu(), { data: X, shape: [n, d] }, outputs === 1 ? y : { data: y, shape: [n, outputs] }, options);
  const [result, time] = seconds(train);
  return { ...result.certificate, neurons: result.network.neurons, seconds: time };
}

function compare(name: string, problem: TrainingProblem, estimator: number | null): Comparison {
  const { objective, lowerBound, patterns, neurons, seconds: oursSeconds } = ours(problem);
  const grid = (peer: Peer, count: number) =>
    rates.map((rate) => ({ rate, objectives: Array.from({ length: count }, (_, seed) => ended(peer, problem, seed + 1, rate)) }));
  const [runs, adamSeconds] = seconds(() => grid(adam, seeds));
  const { n, d, outputs, loss, beta } = problem;
  const shape = { name, n, d, outputs, loss, beta };
  return {
    ...shape,
    train: { objective, lowerBound, patterns, neurons, seconds: oursSeconds },
    estimator,
    steps,
    runs,
    adamSeconds,
  };
}

/** The same starts by TensorFlow.js: the first seed, problems of one output. */
async function withPeer(line: Comparison, problem: TrainingProblem): Promise<Comparison> {
  const file = join(process.cwd(), 'bench/peers/tfjs-descent.mjs');
  const { descend: peer }: { descend: Peer } = await import(pathToFileURL(file).href);
  const [objectives, time] = seconds(() => rates.map((rate) => ended(peer, problem, 1, rate)));
  return { ...line, tfjs: { seed: 1, objectives, seconds: time } };
}

/** What is on file, in the order of the problems. */
function onFile(): Map<string, Comparison> {
  const known: Comparison[] = existsSync(dataFile) ? JSON.parse(readFileSync(dataFile, 'utf8')) : [];
  const order = problems.map(({ name }) => name);
  known.sort((one, other) => order.indexOf(one.name) - order.indexOf(other.name));
  return new Map(known.map((line) => [line.name, line]));
}

/** Read again before every write: two runs may share the file. */
function record(line: Comparison): void {
  const lines = onFile().set(line.name, line);
  writeFileSync(dataFile, `[\n${[...lines.values()].map((entry) => JSON.stringify(entry)).join(',\n')}\n]\n`);
}

for (const { name, make } of values.render ? [] : problems) {
  if (values.only && !name.includes(values.only)) continue;
  const old = onFile().get(name);
  if (old && values.missing) continue;
  const { problem, estimator } = make();
  let line = values.tfjs && old ? old : compare(name, problem, estimator);
  if (values.tfjs) line = await withPeer(line, problem);
  else if (old?.tfjs) line = { ...line, tfjs: old.tfjs };
  record(line);
  console.log(
    `${name}: ours ${line.train.objective}, Adam below by ${undercut(line).toExponential(1)}, ${line.adamSeconds.toFixed(0)} s`,
  );
}
const lines = [...onFile().values()];
writeFileSync(pageFile, insertTable(readFileSync(pageFile, 'utf8'), render(lines)));
const beaten = lines.filter((line) => undercut(line) > allowed);
for (const { name } of beaten) console.error(`${name}: Adam ends more than 0.1 % below our objective`);
process.exitCode = beaten.length > 0 ? 1 : 0;
