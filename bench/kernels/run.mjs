// `npm run bench:kernels`: times the kernels of the shipped module (build/core.wasm) against the multiply-add peak of
// this machine, measured in the same run. `--json`: one object a line, {"kernel", "size", "gflops", "peakFraction"}.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureCore } from '../../scripts/ensure-build.mjs';
import { Arena, cases } from './cases.mjs';

const root = join(import.meta.dirname, '..', '..');
const open = (file) => new WebAssembly.Instance(new WebAssembly.Module(readFileSync(join(root, 'build', file)))).exports;

function compilePeak() {
  const asc = join(dirname(createRequire(import.meta.url).resolve('assemblyscript/package.json')), 'bin', 'asc.js');
  const options = ['-O3', '--noAssert', '--runtime', 'stub', '--use', 'abort=', '--enable', 'simd'];
  // From its own folder: in the root, asc would add the entry of asconfig.json.
  const output = ['-o', join(root, 'build', 'peak.wasm')];
  execFileSync(process.execPath, [asc, 'peak.ts', ...output, ...options], { cwd: import.meta.dirname, stdio: ['ignore', 2, 2] });
}

/** Seconds of one call: the best of many batches of at least 4 ms, because a shared machine only ever adds time. */
function bestSeconds(run, total) {
  const warm = performance.now();
  do run();
  while (performance.now() - warm < 60);
  let best = Number.POSITIVE_INFINITY;
  const start = performance.now();
  do {
    const batch = performance.now();
    let calls = 0;
    do {
      run();
      calls++;
    } while (performance.now() - batch < 4);
    best = Math.min(best, (performance.now() - batch) / calls);
  } while (performance.now() - start < total);
  return best / 1000;
}

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
await ensureCore();
compilePeak();
const { spin } = open('peak.wasm');
const steps = 20000;
const operationsPerStep = 56;
const arena = new Arena(open('core.wasm'));
// The peak is measured before every case, and the best counts: one disturbed by a neighbour would flatter every kernel.
let peak = 0;
const rows = cases.flatMap(({ kernel, set, sizes }) =>
  sizes.map((size) => {
    peak = Math.max(peak, (operationsPerStep * steps) / bestSeconds(() => spin(steps), 60) / 1e9);
    arena.reset();
    const { operations, run } = set(arena, ...size);
    return { kernel, size: size.join(','), gflops: operations / bestSeconds(run, 250) / 1e9 };
  }),
);

const round = (value, digits) => Number(value.toFixed(digits));
for (const { kernel, size, gflops } of rows) {
  const row = { kernel, size, gflops: round(gflops, 2), peakFraction: round(gflops / peak, 3) };
  if (values.json) console.log(JSON.stringify(row));
  else
    console.log(
      `${kernel.padEnd(15)}${size.padEnd(16)}${row.gflops.toFixed(1).padStart(8)} Gflop/s${row.peakFraction.toFixed(2).padStart(8)} of peak`,
    );
}
if (!values.json) console.log(`peak ${peak.toFixed(1)} Gflop/s (multiply-add in registers, one core)`);
