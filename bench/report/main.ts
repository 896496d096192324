// npm run bench: runs every part as a process of its own, writes docs/data/benchmarks.json, its plots and docs/benchmarks.md.
// --only kernels,solvers,growth measures some parts again and keeps the others; --only none writes the page alone.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { logPlot } from './plot.js';
import { type GrowthRow, type KernelRow, type Report, render, type SolverRow } from './render.js';

const root = process.cwd();
const instances = [
  ['syn-100-5', 'gated', '0.01'],
  ['syn-500-20', 'gated', '0.1'],
  ['syn-500-20', 'gated', '0.01'],
  ['diabetes', 'gated', '0.01'],
  ['breast-cancer', 'gated', '0.01'],
  ['breast-cancer-logistic', 'gated', '0.01'],
  ['syn-100-5', 'relu', '0.01'],
  ['syn-500-20', 'relu', '0.1'],
  ['breast-cancer', 'relu', '0.1'],
  ['syn-2000-20-1000', 'gated', '0.01'],
  ['syn-2000-100-1000', 'gated', '0.01'],
  ['syn-5000-20-5000', 'gated', '0.01'],
  ['syn-20000-20-1000', 'gated', '0.01'],
];
const growth = { n: [200, 600, 2000, 6000, 20000], d: [3, 10, 30, 100, 300], P: [50, 150, 500, 1500, 5000] } as const;
const centre: Readonly<Record<'n' | 'd' | 'P', number>> = { n: 1000, d: 20, P: 500 };
const axes = ['n', 'd', 'P'] as const;

function output(command: string, args: readonly string[], environment: Record<string, string> = {}): string {
  const { status, stdout } = spawnSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`);
  return stdout.trim();
}

function solve(name: string, limit: string, ...options: string[]) {
  const suite = join(root, 'bench/suite', name);
  const place = existsSync(suite) ? suite : name;
  return JSON.parse(output(process.execPath, ['scripts/solve.mjs', place, '--limit', limit, ...options]));
}

function solverRow([name, program, ratio]: readonly string[], limit: string, python: string | undefined): SolverRow {
  const folder = join(root, 'build', `problem.${process.pid}`);
  const options = ['--program', program, '--ratio', ratio];
  const newton = solve(name, limit, ...options, '--profile', '--write-problem', folder);
  const solvers: Record<string, SolverRow['solvers'][string]> = { newton };
  for (const solver of ['fista', 'admm']) solvers[solver] = solve(name, limit, ...options, '--solver', solver);
  if (python && program === 'gated') {
    const one = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
    solvers.numpy = JSON.parse(output(python, ['bench/peers/python/adaptive_fista.py', folder, limit], one));
  }
  rmSync(folder, { recursive: true });
  const kept = Object.entries(solvers).map(([solver, { reached, peakMemoryMB }]) => [solver, { reached, peakMemoryMB }]);
  return { instance: name, program, ratio, solvers: Object.fromEntries(kept), profile: newton.kernels };
}

function growthRows(limit: string): GrowthRow[] {
  return axes.flatMap((axis) =>
    growth[axis].flatMap((value) => {
      const shape = { ...centre, [axis]: value };
      const { reached, peakMemoryMB } = solve(`syn-${shape.n}-${shape.d}-${shape.P}`, limit);
      const seconds: number | null = reached['1e-6'];
      // What did not get there within the limit has no place on a curve.
      return seconds === null ? [] : [{ axis, value, seconds, megabytes: peakMemoryMB as number }];
    }),
  );
}

const { values } = parseArgs({
  options: { only: { type: 'string', default: 'kernels,solvers,growth' }, limit: { type: 'string', default: '60' } },
});
const file = join(root, 'docs/data/benchmarks.json');
const before: Report | null = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
const parts = values.only.split(',');
const python = ['/usr/bin/python3', 'python3'].find((command) => spawnSync(command, ['-c', 'import numpy']).status === 0);
let report: Report = before ?? { date: '', machine: '', load: 0, kernels: [], solvers: [], growth: [] };
const save = (part: Partial<Report>) => {
  const date = new Date().toISOString().slice(0, 10);
  const machine = `${cpus()[0].model.trim()}, ${cpus().length} cores, Node ${process.version}`;
  report = { ...report, ...part, date, machine, load: loadavg()[0] };
  writeFileSync(file, `${JSON.stringify(report, null, 1)}\n`);
};
if (parts.includes('kernels')) {
  const rows = output(process.execPath, ['bench/kernels/run.mjs', '--json']).split('\n');
  save({ kernels: rows.map((line): KernelRow => JSON.parse(line)) });
}
if (parts.includes('growth')) save({ growth: growthRows(values.limit) });
if (parts.includes('solvers')) {
  const solvers: SolverRow[] = [];
  for (const instance of instances) {
    solvers.push(solverRow(instance, values.limit, python));
    save({ solvers });
  }
}
const curves = (key: 'seconds' | 'megabytes') =>
  axes.map((axis) => ({
    name: axis,
    points: report.growth.filter((row) => row.axis === axis).map((row) => [row.value, row[key]] as const),
  }));
writeFileSync(join(root, 'docs/data/growth-time.svg'), logPlot('Time to a gap of 1e-6', 'seconds', curves('seconds')));
writeFileSync(join(root, 'docs/data/growth-memory.svg'), logPlot('Peak memory', 'MB', curves('megabytes')));
const stored = JSON.parse(readFileSync(join(root, 'bench/report/stored.json'), 'utf8'));
writeFileSync(join(root, 'docs/benchmarks.md'), render(report, stored));
