import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../section.js';
import { output } from './processes.js';

export type Reached = Readonly<Record<string, number | null>>;

/** One program on one instance. */
export interface SolverOutcome {
  /** Seconds until each gap was reached. */
  readonly reached: Reached;
  readonly peakMemoryMB: number;
  /** Seconds after which it was ended. */
  readonly limit: number;
  /** Of peers: what was run and how. */
  readonly version?: string;
  readonly options?: string;
  /** Why there is nothing in `reached`. */
  readonly problem?: string;
}

export interface SolverRow {
  readonly instance: string;
  readonly program: string;
  readonly ratio: string;
  readonly n: number;
  /** By solver. */
  readonly solvers: Readonly<Record<string, SolverOutcome>>;
  readonly profile: readonly { readonly kernel: string; readonly share: number; readonly gflops: number | null }[];
}

export type Wanted = readonly [instance: string, program: 'gated' | 'relu', ratio: string, n: number];

/** Those of the stored figures first, of the same data or, where the name has its shape or is `digits`, of the same make; then larger ones. */
export const instances: readonly Wanted[] = [
  ['syn-100-5', 'gated', '0.01', 100],
  ['syn-500-20', 'gated', '0.1', 500],
  ['syn-500-20', 'gated', '0.01', 500],
  ['syn-500-100-500', 'gated', '0.01', 500],
  ['syn-2000-20-1000', 'gated', '0.01', 2000],
  ['breast-cancer', 'gated', '0.01', 426],
  ['breast-cancer-logistic', 'gated', '0.01', 426],
  ['diabetes', 'gated', '0.01', 331],
  ['digits', 'gated', '0.01', 1347],
  ['syn-100-5', 'relu', '0.01', 100],
  ['syn-500-5', 'relu', '0.01', 500],
  ['syn-500-20', 'relu', '0.1', 500],
  ['breast-cancer', 'relu', '0.1', 426],
  ['syn-1000-20-5000', 'gated', '0.01', 1000],
  ['syn-2000-100-1000', 'gated', '0.01', 2000],
  ['syn-5000-20-1000', 'gated', '0.01', 5000],
  ['syn-20000-20-2000', 'gated', '0.01', 20000],
  ['mnist-8000', 'gated', '0.01', 8000],
];

/** Peers in Python: the module that has to be there, and the programs that it can solve. */
const pythonPeers = [
  { name: 'numpy', module: 'numpy', script: 'adaptive_fista.py', programs: ['gated'] },
  { name: 'scnn', module: 'scnn', script: 'scnn_peer.py', programs: ['gated', 'relu'] },
  { name: 'adelie', module: 'adelie', script: 'adelie_peer.py', programs: ['gated'] },
  { name: 'skglm', module: 'skglm', script: 'skglm_peer.py', programs: ['gated'] },
  { name: 'Clarabel', module: 'clarabel', script: 'clarabel_peer.py', programs: ['gated', 'relu'] },
];
export type PythonPeer = (typeof pythonPeers)[number] & { readonly command: string };

/** The peers that can be imported here, by the first Python that has them. */
export function installedPeers(): PythonPeer[] {
  return pythonPeers.flatMap((peer) => {
    const has = (command: string) => spawnSync(command, ['-c', `import ${peer.module}`]).status === 0;
    const command = ['python3', '/usr/bin/python3'].find(has);
    return command ? [{ ...peer, command }] : [];
  });
}

const one = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1', NUMBA_NUM_THREADS: '1' };

/** One line of bench/solve, or of a peer, whatever becomes of it. */
function attempt(limit: number, work: () => SolverOutcome): SolverOutcome {
  try {
    return { ...work(), limit };
  } catch (error) {
    console.error(String(error));
    return { reached: {}, peakMemoryMB: 0, limit, problem: String(error instanceof Error ? error.message : error) };
  }
}

function solve(name: string, limit: number, options: readonly string[]) {
  const suite = join('bench/suite', name);
  const args = ['scripts/solve.mjs', existsSync(suite) ? suite : name, '--limit', String(limit), ...options];
  // A warm-up, the run and the profile each have the limit.
  return JSON.parse(output(process.execPath, args, { limit: 3 * limit + 60 }));
}

function measured([instance, program, ratio, n]: Wanted, peers: readonly PythonPeer[], quick: boolean): SolverRow {
  const folder = join('build', `problem.${process.pid}`);
  const large = n >= 2000;
  const options = ['--program', program, '--ratio', ratio];
  const limits = quick ? { newton: 10, others: 1 } : { newton: large ? 240 : 60, others: large ? 20 : 30 };
  // A profile costs a run more.
  const profile = instance.startsWith('mnist') ? [] : ['--profile'];
  let kernels: SolverRow['profile'] = [];
  const kept = ({ reached, peakMemoryMB }: SolverOutcome) => ({ reached, peakMemoryMB, limit: 0 });
  const newton = attempt(limits.newton, () => {
    const line = solve(instance, limits.newton, [...options, ...profile, '--write-problem', folder]);
    kernels = line.kernels ?? [];
    return kept(line);
  });
  const solvers: Record<string, SolverOutcome> = { newton };
  // ADMM factors once at the size of the samples: not for thousands of them, nor for ten outputs one after the other.
  for (const solver of large || instance === 'digits' ? ['fista'] : ['fista', 'admm'])
    solvers[solver] = attempt(limits.others, () => kept(solve(instance, limits.others, [...options, '--solver', solver])));
  for (const { name, command, script, programs } of newton.problem ? [] : peers) {
    if (!programs.includes(program)) continue;
    const limit = quick ? 2 : name !== 'numpy' ? 120 : n >= 8000 ? 20 : 60;
    const args = [join('bench/peers/python', script), folder, String(limit)];
    solvers[name] = attempt(limit, () => {
      const {
        reached,
        peakMemoryMB,
        version,
        options: how,
      } = JSON.parse(output(command, args, { limit: limit + 60, environment: one }));
      return { reached, peakMemoryMB, limit, version, options: how };
    });
  }
  rmSync(folder, { recursive: true, force: true });
  return { instance, program, ratio, n, solvers, profile: kernels.slice(0, 6) };
}

export function* measureSolvers({ quick }: Settings): Iterable<SolverRow> {
  const peers = installedPeers();
  for (const wanted of quick ? instances.filter(([, , , n]) => n <= 500).slice(0, 2) : instances)
    yield measured(wanted, peers, quick);
}
