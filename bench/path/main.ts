// What a whole regularization path costs, in single cold fits at its smallest beta. User CPU seconds, best of --repeats.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { regularizationPathSync, relu, trainSync } from '../../src/index.js';
import { type BenchTable, csvTable, suiteTable } from './tables.js';

const { values } = parseArgs({
  options: {
    root: { type: 'string', default: '.' },
    tables: { type: 'string', default: 'penguins-mass,penguins-sex,diabetes,breast-cancer-logistic' },
    tolerances: { type: 'string', default: '1e-2,1e-4,1e-6' },
    values: { type: 'string', default: '20' },
    ratio: { type: 'string', default: '1e-3' },
    repeats: { type: 'string', default: '1' },
    patterns: { type: 'string', default: 'auto' },
    csv: { type: 'string' },
    target: { type: 'string' },
    steps: { type: 'boolean', default: false },
  },
});

const penguins = join(values.root, 'examples/penguins.csv');
const load: Readonly<Record<string, () => BenchTable>> = {
  'penguins-mass': () => csvTable('penguins-mass', penguins, 'body_mass_g'),
  'penguins-sex': () => csvTable('penguins-sex', penguins, 'sex'),
  diabetes: () => suiteTable(values.root, 'diabetes'),
  'breast-cancer': () => suiteTable(values.root, 'breast-cancer'),
  'breast-cancer-logistic': () => suiteTable(values.root, 'breast-cancer-logistic'),
};
const tables =
  values.csv && values.target
    ? [csvTable(values.csv, values.csv, values.target)]
    : values.tables.split(',').map((name) => load[name]());

/** User seconds of the fastest of some calls, and the result. */
function timed<T>(work: () => T): { seconds: number; result: T } {
  let best = { seconds: Number.POSITIVE_INFINITY, result: undefined as T };
  for (let k = 0; k < Number(values.repeats); k++) {
    const before = process.cpuUsage();
    const result = work();
    const seconds = process.cpuUsage(before).user / 1e6;
    if (seconds < best.seconds) best = { seconds, result };
  }
  return best;
}

console.log('| table | n, d | tolerance | path s | single cold fit s | ratio | neurons | worst gap | objective against cold |');
console.log('|---|---|---|---|---|---|---|---|---|');
for (const { name, X, y, loss } of tables) {
  const patterns = values.patterns as 'auto';
  for (const tolerance of values.tolerances.split(',').map(Number)) {
    const options = { loss, tolerance, patterns };
    const grid = { values: Number(values.values), ratio: Number(values.ratio) };
    regularizationPathSync(relu(), X, y, { ...options, ...grid, values: 2, tolerance: 0.1, ratio: 0.5 });
    const path = timed(() => regularizationPathSync(relu(), X, y, { ...options, ...grid }));
    const last = path.result[path.result.length - 1];
    const cold = timed(() => trainSync(relu(), X, y, { ...options, beta: last.beta }));
    const gap = path.result.reduce((most, { certificate }) => Math.max(most, certificate.patternGap), 0);
    const against = last.objective / cold.result.certificate.objective - 1;
    console.log(
      `| ${name} | ${X.shape[0]}, ${X.shape[1] + 1} | ${tolerance} | ${path.seconds.toFixed(2)} | ${cold.seconds.toFixed(2)} | ${(path.seconds / cold.seconds).toFixed(2)} | ${last.neurons} | ${gap.toExponential(1)} | ${against.toExponential(1)} |`,
    );
    if (values.steps)
      for (const { beta, neurons, status, objective, certificate } of path.result)
        console.log(
          `    ${beta.toExponential(2)} ${neurons} ${status} ${objective.toPrecision(8)} ${certificate.patternGap.toExponential(1)} ${certificate.patterns} ${certificate.relativeGap}`,
        );
  }
}
