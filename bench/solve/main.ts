// npm run --silent solve -- FOLDER|syn-N-D-P|digits|mnist-N --program gated|relu --ratio R: one JSON line, after one warm-up. --profile: seconds a kernel besides.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { generateInstance, shapeOf, writeInstance } from './generate.js';
import { imageInstance } from './images.js';
import { readInstance } from './instance.js';
import { type KernelShare, Profile } from './profile.js';
import { type SolverName, solveInstance, solvers } from './solve.js';

function fail(message: string): never {
  console.error(`solve: ${message}`);
  process.exit(1);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    program: { type: 'string', default: 'gated' },
    ratio: { type: 'string', default: '0.01' },
    tolerance: { type: 'string', default: '1e-6' },
    solver: { type: 'string', default: 'newton' },
    threads: { type: 'string', default: '1' },
    loss: { type: 'string', default: 'squared' },
    limit: { type: 'string' },
    profile: { type: 'boolean', default: false },
    'write-problem': { type: 'string' },
    'save-weights': { type: 'string' },
  },
});
const { program, ratio, solver } = values;
const tolerance = Number(values.tolerance);
if (positionals.length !== 1) fail('expected one FOLDER');
if (program !== 'gated' && program !== 'relu') fail(`--program is ${program}; expected gated or relu`);
if (!(Number(ratio) > 0)) fail(`--ratio is ${ratio}; expected a number above 0`);
if (!(tolerance > 0 && tolerance < 1)) fail(`--tolerance is ${values.tolerance}; expected a number above 0 and below 1`);
if (!(solver in solvers)) fail(`--solver is ${solver}; expected one of ${Object.keys(solvers).join(', ')}`);
if (!(Number(values.threads) >= 1)) fail(`--threads is ${values.threads}; expected a positive integer`);
if (Number(values.threads) > 1) console.error('solve: one thread is used; results do not depend on the number of threads');

const shape = shapeOf(positionals[0]);
const images = shape ? null : imageInstance(positionals[0]);
const instance = shape
  ? generateInstance(shape, 1, values.loss === 'logistic' ? 'logistic' : 'squared')
  : (images ?? readInstance(positionals[0]));
const { beta } = instance.best(ratio, program);
const settings = { timeLimit: values.limit ? Number(values.limit) : undefined };
const solve = () => solveInstance(instance, program, beta, tolerance, solver as SolverName, settings);
const first = solve();
// A long first run is warm enough, and its peak of memory is its own.
const { weights, seconds, ...line } = first.seconds > 2 ? first : solve();
if (values['save-weights']) writeFileSync(values['save-weights'], new Uint8Array(weights.buffer));
const peakMemoryMB = Math.round(process.resourceUsage().maxRSS / 1024);
let kernels: KernelShare[] | undefined;
if (values.profile) {
  const profile = new Profile();
  const start = performance.now();
  solveInstance(instance, program, beta, tolerance, solver as SolverName, { ...settings, profile: (k) => profile.wrap(k) });
  kernels = profile.shares((performance.now() - start) / 1000);
}
const target = values['write-problem'];
if (target) writeInstance(target, instance, program, beta, line.objective);
console.log(JSON.stringify({ instance: instance.name, program, beta, ...line, seconds, peakMemoryMB, kernels }));
