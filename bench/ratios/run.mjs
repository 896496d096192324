// npm run bench:ratios: each kernel against its plain loop and each fit against the first-order solver, in one run, turn by turn,
// in processor time, best of three; exit 1 where a ratio has dropped to half of ratios.json. `--record` writes that file.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureCore } from '../../scripts/ensure-build.mjs';
import { Arena, cases } from '../kernels/cases.mjs';
import { bestSeconds } from '../kernels/time.mjs';
import { twins } from '../kernels/twins.mjs';
import { judge } from './judge.mjs';

const root = join(import.meta.dirname, '..', '..');
const file = join(import.meta.dirname, 'ratios.json');
const repeats = 3;
const fits = [
  ['syn-500-5', 'gated', '0.01'],
  ['breast-cancer', 'gated', '0.1'],
  ['syn-100-5', 'relu', '0.1'],
];

function kernelRatios(arena) {
  const ratios = {};
  for (const { kernel, set, sizes } of cases) {
    const size = sizes[0];
    arena.reset();
    const ours = set(arena, ...size);
    const twin = twins[kernel](...size);
    const rate = ({ operations, run }) => operations / bestSeconds(run, 30, 15);
    ratios[`${kernel} ${size}`] = Array.from({ length: repeats }, () => rate(ours) / rate(twin));
  }
  return ratios;
}

function fitRatios() {
  const seconds = (solver, name, program, ratio) => {
    const options = ['--program', program, '--ratio', ratio, '--solver', solver, '--tolerance', '1e-4'];
    const args = [join(root, 'scripts/solve.mjs'), join(root, 'bench/suite', name), ...options];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
    if (status !== 0) throw new Error(`${name} with ${solver} ended with ${status}`);
    return JSON.parse(stdout).seconds;
  };
  return Object.fromEntries(
    fits.map((fit) => [
      `${fit.join(' ')} newton`,
      Array.from({ length: repeats }, () => seconds('fista', ...fit) / seconds('newton', ...fit)),
    ]),
  );
}

const { values } = parseArgs({ options: { record: { type: 'boolean', default: false } } });
await ensureCore();
const module = new WebAssembly.Module(readFileSync(join(root, 'build/core.wasm')));
const measured = { ...kernelRatios(new Arena(new WebAssembly.Instance(module).exports)), ...fitRatios() };
if (values.record) {
  // The middle one: what a run on a busy machine reaches again.
  const middle = (list) => Number([...list].sort((one, other) => one - other)[list.length >> 1].toPrecision(3));
  const ratios = Object.fromEntries(Object.entries(measured).map(([name, list]) => [name, middle(list)]));
  writeFileSync(file, `${JSON.stringify(ratios, null, 2)}\n`);
}
const lines = judge(measured, JSON.parse(readFileSync(file, 'utf8')));
for (const { name, best, expected, passed } of lines)
  console.log(
    `${passed ? 'ok  ' : 'SLOW'} ${name.padEnd(34)} ${best.toFixed(1).padStart(7)} times its twin, ${expected} recorded`,
  );
process.exitCode = lines.every(({ passed }) => passed) ? 0 : 1;
