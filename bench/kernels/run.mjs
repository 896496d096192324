// `npm run bench:kernels`: times the kernels of the shipped module (build/core.wasm) against the multiply-add peak of
// this machine, measured in the same run. `--json`: one object a line, {"kernel", "size", "gflops", "peakFraction",
// "times": how many times as fast as the naive loop and as the peers that are installed}. `--open`: the questions of
// docs/kernels.md instead (bench/open).
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureCore } from '../../scripts/ensure-build.mjs';
import { runBundled } from '../bundled.mjs';
import { Arena, cases } from './cases.mjs';
import { kernelPeers } from './peers.mjs';
import { bestSeconds } from './time.mjs';
import { twins } from './twins.mjs';

const root = join(import.meta.dirname, '..', '..');
const open = (file) => new WebAssembly.Instance(new WebAssembly.Module(readFileSync(join(root, 'build', file)))).exports;

function compilePeak() {
  const asc = join(dirname(createRequire(import.meta.url).resolve('assemblyscript/package.json')), 'bin', 'asc.js');
  const options = ['-O3', '--noAssert', '--runtime', 'stub', '--use', 'abort=', '--enable', 'simd'];
  // From its own folder: in the root, asc would add the entry of asconfig.json.
  const output = ['-o', join(root, 'build', 'peak.wasm')];
  execFileSync(process.execPath, [asc, 'peak.ts', ...output, ...options], { cwd: import.meta.dirname, stdio: ['ignore', 2, 2] });
}

if (process.argv.includes('--open')) {
  const status = await runBundled('open', process.argv.slice(2), { cwd: root });
  spawnSync('npx', ['biome', 'format', '--write', 'docs/kernels.md'], { stdio: 'ignore', cwd: root });
  process.exit(status);
}
const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false } },
});
// Enough to see that everything runs.
const share = values.quick ? 0.02 : 1;
await ensureCore();
compilePeak();
const { spin } = open('peak.wasm');
const steps = 20000;
const operationsPerStep = 56;
const arena = new Arena(open('core.wasm'));
// The peak is measured before every case, and the best counts: one disturbed by a neighbour would flatter every kernel.
let peak = 0;
const peers = await kernelPeers();
const gflops = ({ operations, run }, total) => operations / bestSeconds(run, total) / 1e9;
const rows = [];
for (const { kernel, set, sizes } of cases) {
  for (const size of sizes) {
    peak = Math.max(peak, (operationsPerStep * steps) / bestSeconds(() => spin(steps), 60 * share) / 1e9);
    arena.reset();
    const rate = gflops(set(arena, ...size), 250 * share);
    const against = { naive: gflops(twins[kernel](...size), 100 * share) };
    for (const [peer, kernels] of Object.entries(peers)) {
      if (kernels[kernel]) against[peer] = gflops(kernels[kernel](...size), 100 * share);
    }
    rows.push({ kernel, size: size.join(','), gflops: rate, against });
  }
}

const round = (value, digits) => Number(value.toFixed(digits));
for (const { kernel, size, gflops: rate, against } of rows) {
  const times = Object.fromEntries(Object.entries(against).map(([twin, other]) => [twin, round(rate / other, 2)]));
  const row = { kernel, size, gflops: round(rate, 2), peakFraction: round(rate / peak, 3), times };
  if (values.json) console.log(JSON.stringify(row));
  else {
    const others = Object.entries(times).map(([twin, factor]) => `${factor.toFixed(1)} x ${twin}`);
    const peakShare = row.peakFraction.toFixed(2).padStart(8);
    console.log(
      `${kernel.padEnd(15)}${size.padEnd(16)}${row.gflops.toFixed(1).padStart(8)} Gflop/s${peakShare} of peak   ${others.join(', ')}`,
    );
  }
}
if (!values.json) console.log(`peak ${peak.toFixed(1)} Gflop/s (multiply-add in registers, one core)`);
