// Descend, solve, search (docs/algorithm.md): user CPU time until the objective is 1, .1 and .01 % above the best one known.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { relu, trainSync } from '../../src/index.js';
import { readInstance } from '../solve/instance.js';

const { values } = parseArgs({
  options: {
    root: { type: 'string', default: '.' },
    tolerance: { type: 'string', default: '1e-4' },
    seeds: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
  },
});

/** Best objectives known over all patterns, by this library or by the prototype of the method. */
const problems = [
  { name: 'syn-100-5', beta: '0.01', best: 3.78018435 },
  { name: 'syn-500-5', beta: '0.01', best: 26.1118566 },
  { name: 'syn-500-20', beta: '0.1', best: 94.8911049 },
  { name: 'syn-500-20', beta: '0.01', best: 17.2575 },
  { name: 'diabetes', beta: '0.1', best: 105.951719 },
  { name: 'diabetes', beta: '0.01', best: 64.909 },
  { name: 'breast-cancer', beta: '0.01', best: 34.8206499 },
  { name: 'breast-cancer-logistic', beta: '0.01', best: 45.551075 },
].filter(({ name }) => name.includes(values.only));

console.log('| instance | seed | to 1 / .1 / .01 %, s | end, s | above the best known | Newton steps | patterns |');
console.log('|---|---|---|---|---|---|---|');
for (const { name, beta: ratio, best } of problems) {
  const { X, y, samples, columns, loss, best: instance } = readInstance(join(values.root, 'bench/suite', name));
  const matrix = { data: X, shape: [samples, columns] as const };
  const shared = { loss, bias: false, patterns: 'priced', tolerance: Number(values.tolerance) } as const;
  const { beta } = instance(ratio, 'relu');
  // The engine compiles on its first fits.
  for (let i = 0; i < 2; i++) trainSync(relu(), matrix, y, { ...shared, beta: 5 * beta, tolerance: 1e-2 });
  for (let seed = 0; seed < Number(values.seeds); seed++) {
    const first = new Map<number, number>();
    const before = process.cpuUsage();
    const seconds = () => process.cpuUsage(before).user / 1e6;
    const result = trainSync(relu(), matrix, y, {
      ...shared,
      beta,
      seed,
      onProgress({ objective }) {
        for (const share of [1e-2, 1e-3, 1e-4])
          if (objective <= best * (1 + share) && !first.has(share)) first.set(share, seconds());
      },
    });
    const end = seconds();
    const times = [1e-2, 1e-3, 1e-4].map((share) => first.get(share)?.toFixed(2) ?? '-').join(' / ');
    const above = (100 * (result.certificate.objective / best - 1)).toFixed(4);
    console.log(
      `| ${name} @${ratio} | ${seed} | ${times} | ${end.toFixed(2)} | ${above} % | ${result.iterations} | ${result.patternCount} |`,
    );
  }
}
