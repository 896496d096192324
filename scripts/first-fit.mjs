// `node scripts/first-fit.mjs`: milliseconds from `import 'cvxnn'` to the first trained network, each in a fresh Node: what a command or a
// cold start of an edge function waits for. The best of several runs, by the clock and in processor time.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuild } from './ensure-build.mjs';
import { root } from './stamp.mjs';

const runs = 15;

const load = (path) =>
  `const cvxnn = ${path.endsWith('.cjs') ? `require(${JSON.stringify(path)})` : `await import(${JSON.stringify(pathToFileURL(path).href)})`};`;

const source = (file) => `
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const X = [[0, 0], [0, 1], [1, 0], [1, 1]], y = [0, 1, 1, 0];
const start = performance.now(), cpu = process.cpuUsage();
const since = () => performance.now() - start;
${load(join(root, 'dist', file))}
const imported = since();
await cvxnn.initialize();
const compiled = since();
await cvxnn.train(cvxnn.relu(), X, y, { beta: 0.01 });
const trained = since();
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ import: imported, compile: compiled - imported, fit: trained - compiled, total: trained, cpu: (user + system) / 1000 }));`;

/** @returns the run with the least total. */
export function firstFit(file, count = runs) {
  const all = Array.from({ length: count }, () =>
    JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', source(file)], { encoding: 'utf8' })),
  );
  return all.reduce((best, run) => (run.total < best.total ? run : best));
}

if (process.argv[1] === import.meta.filename) {
  await ensureBuild();
  for (const file of ['index.mjs', 'index.cjs']) {
    const best = Object.entries(firstFit(file)).map(([name, value]) => [name, Number(value.toFixed(1))]);
    console.log(JSON.stringify({ file, runs, ...Object.fromEntries(best) }));
  }
}
