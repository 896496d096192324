// Whole fits to the proven global optimum on the problems of issue 5: worst and median of several seeds, in user CPU time.
import { parseArgs } from 'node:util';
import { betaMax, relu, trainSync } from '../../src/index.js';
import { instance } from './instances.js';

interface Target {
  readonly n: number;
  readonly d: number;
  readonly tolerance: number;
  /** Seconds. */
  readonly target: number;
}

const targets: readonly Target[] = [
  { n: 200, d: 3, tolerance: 1e-6, target: 0.1 },
  { n: 200, d: 4, tolerance: 1e-6, target: 0.3 },
  { n: 1000, d: 4, tolerance: 1e-6, target: 5 },
  { n: 200, d: 5, tolerance: 1e-6, target: 1 },
  { n: 100, d: 6, tolerance: 1e-6, target: 10 },
  { n: 200, d: 6, tolerance: 1e-6, target: 10 },
  { n: 100, d: 8, tolerance: 0.05, target: 60 },
  { n: 100, d: 8, tolerance: 0.01, target: 600 },
  { n: 100, d: 8, tolerance: 1e-6, target: 600 },
];

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5' },
    noise: { type: 'string', default: '0.1,1' },
    limit: { type: 'string', default: '120' },
    columns: { type: 'string', default: '8' },
  },
});
const noises = values.noise.split(',').map(Number);
console.log('| n, d | noise | tolerance | target s | worst s (user CPU) | median s | worst gap | proven | neurons | patterns |');
console.log('|---|---|---|---|---|---|---|---|---|---|');
for (const { n, d, tolerance, target } of targets) {
  if (d > Number(values.columns)) continue;
  for (const noise of noises) {
    const seconds: number[] = [];
    let gap = 0;
    let proven = 0;
    let neurons = 0;
    let patterns = 0;
    for (let seed = 1; seed <= Number(values.seeds); seed++) {
      const { X, y } = instance(n, d, seed, noise);
      const beta = 0.05 * (await betaMax(relu(), X, y)).beta;
      const options = { beta, patterns: 'certified', tolerance, timeLimit: Number(values.limit) } as const;
      if (seed === 1) trainSync(relu(), X, y, { ...options, tolerance: 0.1 });
      const begin = process.cpuUsage();
      const { certificate, network, patternCount } = trainSync(relu(), X, y, options);
      seconds.push(process.cpuUsage(begin).user / 1e6);
      gap = Math.max(gap, certificate.relativeGap ?? Number.POSITIVE_INFINITY);
      proven += certificate.provenGlobal ? 1 : 0;
      neurons = Math.max(neurons, network.hidden.bias.length);
      patterns = Math.max(patterns, patternCount);
    }
    seconds.sort((one, other) => one - other);
    const worst = seconds[seconds.length - 1];
    const median = seconds[seconds.length >> 1];
    console.log(
      `| ${n}, ${d} | ${noise} | ${tolerance} | ${target} | ${worst.toFixed(3)} | ${median.toFixed(3)} | ${gap.toExponential(1)} | ${proven} of ${seconds.length} | ${neurons} | ${patterns} |`,
    );
  }
}
console.log(`\npeak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
