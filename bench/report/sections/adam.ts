import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { relu, trainSync } from '../../../src/index.js';
import { descend, type Schedule } from '../../peers/descent.js';
import { objectiveOf, randomWeights, type TrainingProblem, type Weights } from '../../peers/objective.js';
import { problems } from '../../peers/problems.js';
import { median } from '../../statistics.js';
import { short, table } from '../markdown.js';
import type { Section } from '../section.js';
import { timed } from './processes.js';

export interface AdamRow {
  readonly problem: string;
  readonly n: number;
  readonly d: number;
  readonly steps: number;
  readonly train: { readonly objective: number; readonly seconds: number; readonly patternGap: number };
  /** Least objective of every run, by rate. */
  readonly runs: readonly { readonly rate: number; readonly objectives: readonly number[] }[];
  readonly secondsOneRun: number;
  readonly secondsAllRuns: number;
  /** One run of TensorFlow.js at the best rate, where it is installed. */
  readonly tfjs: { readonly objective: number; readonly seconds: number } | null;
}

const names = ['syn-100-5 @0.01', 'priced-synthetic-n150-d8', 'diabetes @0.1', 'breast-cancer @0.1'];
const rates = [0.3, 0.1, 0.03, 0.01, 0.003];
const units = 100;

type Descend = (problem: TrainingProblem, start: Weights, schedule: Schedule) => Weights;

/** TensorFlow.js, if `npm ci --prefix bench/peers` was run. */
async function tensorflow(): Promise<Descend | null> {
  if (!existsSync('bench/peers/node_modules/@tensorflow/tfjs')) return null;
  return (await import(pathToFileURL(join(process.cwd(), 'bench/peers/tfjs-descent.mjs')).href)).descend;
}

function compare(name: string, problem: TrainingProblem, steps: number, seeds: number, tfjs: Descend | null): AdamRow {
  const { X, y, n, d, loss, beta } = problem;
  const fit = () => trainSync(relu(), { data: X, shape: [n, d] }, y, { beta, loss, bias: false }).certificate;
  const first = timed(fit);
  // A long first fit is warm enough.
  const ours = first.user > 5 ? first : timed(fit);
  const ended = (peer: Descend, seed: number, rate: number) =>
    objectiveOf(problem, peer(problem, randomWeights(problem, units, seed), { rate, steps }));
  ended(descend, 1, rates[0]);
  const single: number[] = [];
  const all = timed(() =>
    rates.map((rate) => ({
      rate,
      objectives: Array.from({ length: seeds }, (_, seed) => {
        const run = timed(() => ended(descend, seed + 1, rate));
        single.push(run.user);
        return run.result;
      }),
    })),
  );
  const best = all.result.reduce((one, other) => (Math.min(...other.objectives) < Math.min(...one.objectives) ? other : one));
  const peer = tfjs && timed(() => ended(tfjs, 1, best.rate));
  return {
    problem: name,
    n,
    d,
    steps,
    train: { objective: ours.result.objective, seconds: ours.user, patternGap: ours.result.patternGap },
    runs: all.result,
    secondsOneRun: median(single),
    secondsAllRuns: all.user,
    tfjs: peer && { objective: peer.result, seconds: peer.user },
  };
}

const bestOf = ({ runs }: AdamRow) => Math.min(...runs.flatMap(({ objectives }) => objectives));
const above = (value: number, { train }: AdamRow) =>
  `${value >= train.objective ? '+' : ''}${(value / train.objective - 1).toExponential(1)}`;

export const adam: Section<AdamRow> = {
  name: 'adam',
  limit: 340,
  usual: true,
  async *measure({ quick }) {
    const tfjs = await tensorflow();
    for (const name of quick ? names.slice(0, 1) : names) {
      const found = problems.find((one) => one.name === name);
      if (!found) throw new Error(`no problem is called ${name}`);
      yield compare(name, found.make().problem, quick ? 20 : 2000, quick ? 2 : 10, tfjs);
    }
  },
  render(rows) {
    const cells = rows.map((row) => [
      row.problem,
      `${row.n}, ${row.d}`,
      row.train.objective.toPrecision(8),
      short(row.train.seconds),
      above(bestOf(row), row),
      short(row.secondsOneRun),
      short(row.secondsAllRuns),
      row.tfjs ? `${above(row.tfjs.objective, row)} in ${short(row.tfjs.seconds)}` : 'not installed',
    ]);
    const excess = (row: AdamRow) => bestOf(row) / row.train.objective - 1;
    const lower = rows.filter((row) => excess(row) > row.train.patternGap).length;
    const higher = rows.filter((row) => excess(row) < -row.train.patternGap).length;
    const quicker = rows.filter((row) => row.train.seconds < row.secondsOneRun).length;
    const quickerThanTfjs = rows.filter((row) => row.tfjs && row.train.seconds < row.tfjs.seconds).length;
    const runs = rows[0] ? rows[0].runs.reduce((sum, { objectives }) => sum + objectives.length, 0) : 0;
    const tfjs = rows.filter((row) => row.tfjs).length;
    return `## Exact ReLU over all patterns, against Adam

\`train(relu(), …)\` with default options (local pricing, gap 1e-6) and the best of ${runs} runs of Adam: ${units} units, ${rows[0]?.steps ?? 0} full-batch steps,
rates ${rates.join(', ')} falling to zero along a cosine, float64, products by the core's kernels (\`bench/peers/descent.ts\`). Objectives
relative to \`train\`, + is above; seconds of processor time. tfjs: one run of the same from the same start by TensorFlow.js 4.22.0 (WebAssembly, one
thread, float32). More problems: [adam.md](adam.md), [sgd.md](sgd.md).

${table(['problem', 'n, d', '`train`', 's', 'best of all runs', 's, one run', 's, all runs', 'tfjs, one run'], cells)}

The aim, a lower objective in less time than one run: \`train\` ends lower than the best run on ${lower} of ${rows.length}, higher on ${higher}, and
within its own gap on the others; it is quicker than one run of
Adam here on ${quicker} of ${rows.length}${tfjs > 0 ? `, and quicker than one run of TensorFlow.js on ${quickerThanTfjs} of ${tfjs}` : ''}.`;
  },
};
