import { parseArgs } from 'node:util';
import {
  betaMax,
  crossValidate,
  gatedRelu,
  type MatrixLike,
  ReLURegressor,
  regularizationPath,
  relu,
  train,
} from '../../src/index.js';
import { gaussianRows } from '../../src/patterns/sample.js';

/** A table, and calls on it that would take long. */
interface Case {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  run(X: MatrixLike, y: Float64Array, timeLimit: number): Promise<unknown>;
}

const sizes = [
  [2000, 20],
  [40_000, 10],
] as const;
const calls: Readonly<Record<string, Case['run']>> = {
  relu: (X, y, timeLimit) => train(relu(), X, y, { beta: y.length / 1000, timeLimit }),
  'relu, 200 patterns': (X, y, timeLimit) => train(relu(), X, y, { beta: y.length / 1000, patterns: { sample: 200 }, timeLimit }),
  gated: (X, y, timeLimit) => train(gatedRelu(), X, y, { beta: y.length / 1000, timeLimit }),
  'gated, 200 gates': (X, y, timeLimit) =>
    train(gatedRelu(), X, y, { beta: y.length / 1000, patterns: { sample: 200 }, timeLimit }),
  betaMax: (X, y, timeLimit) => betaMax(relu(), X, y, { timeLimit }),
  path: (X, y, timeLimit) => regularizationPath(relu(), X, y, { values: 5, timeLimit }),
  'cross-validation': (X, y, timeLimit) => crossValidate(relu(), X, y, { values: 5, folds: 3, timeLimit }),
  estimator: (X, y, timeLimit) => new ReLURegressor({ timeLimit }).fit(X, y),
};

/** Milliseconds of the processor that one turn of the event loop took at most, and of the clock that the call took. */
async function measure(call: () => Promise<unknown>): Promise<{ hold: number; held: number; seconds: number }> {
  let hold = 0;
  let held = 0;
  let [last, used] = [performance.now(), process.cpuUsage()];
  const look = () => {
    const [now, cpu] = [performance.now(), process.cpuUsage(used)];
    hold = Math.max(hold, cpu.user / 1000);
    held = Math.max(held, now - last);
    [last, used] = [performance.now(), process.cpuUsage()];
  };
  const timer = setInterval(look, 5);
  const start = performance.now();
  await call();
  const seconds = (performance.now() - start) / 1000;
  look();
  clearInterval(timer);
  return { hold, held, seconds };
}

const { values } = parseArgs({ options: { limit: { type: 'string', default: '3' }, cases: { type: 'string', default: '' } } });
const limit = Number(values.limit);
console.log(
  '| call | table | longest hold, ms of the processor | of the clock | limit, s | took, s |\n|---|---|---|---|---|---|',
);
for (const [rows, columns] of sizes) {
  const data = gaussianRows(rows, columns, 1, 0);
  const noise = gaussianRows(rows, 1, 1, 1);
  const X: MatrixLike = { data, shape: [rows, columns] };
  const y = Float64Array.from(noise, (entry, k) => Math.abs(data[k * columns]) + data[k * columns + 1] / 2 + entry / 3);
  for (const [name, run] of Object.entries(calls)) {
    const title = `${name} ${rows} x ${columns}`;
    if (!title.includes(values.cases)) continue;
    const { hold, held, seconds } = await measure(() => run(X, y, limit));
    console.log(
      `| ${name} | ${rows} x ${columns} | ${hold.toFixed(0)} | ${held.toFixed(0)} | ${limit} | ${seconds.toFixed(2)} |`,
    );
  }
}
