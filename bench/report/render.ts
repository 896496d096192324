import { exponent } from './plot.js';

type Reached = Readonly<Record<string, number | null>>;

export interface KernelRow {
  readonly kernel: string;
  readonly size: string;
  readonly gflops: number;
  readonly peakFraction: number;
  readonly times: Readonly<Record<string, number>>;
}

export interface SolverRow {
  readonly instance: string;
  readonly program: string;
  readonly ratio: string;
  /** By solver: when each gap was reached, and the peak memory of its process. */
  readonly solvers: Readonly<Record<string, { readonly reached: Reached; readonly peakMemoryMB: number }>>;
  readonly profile: readonly { readonly kernel: string; readonly share: number; readonly gflops: number | null }[];
}

export interface GrowthRow {
  readonly axis: 'n' | 'd' | 'P';
  readonly value: number;
  readonly seconds: number;
  readonly megabytes: number;
}

export interface Report {
  readonly date: string;
  readonly machine: string;
  readonly load: number;
  readonly kernels: readonly KernelRow[];
  readonly solvers: readonly SolverRow[];
  readonly growth: readonly GrowthRow[];
}

export interface Stored {
  readonly machine: string;
  readonly rows: readonly ({ readonly instance: string; readonly ratio: string } & Readonly<Record<string, unknown>>)[];
}

const seconds = (value: number | null | undefined): string => (value == null ? '-' : value.toPrecision(2));
const three = (reached: Reached): string => ['1e-3', '1e-4', '1e-6'].map((gap) => seconds(reached[gap])).join(' / ');
const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** Geometric mean of peer's seconds over ours at a gap of 1e-6, over the rows that both reached; and the least ratio. */
export function advantage(rows: readonly SolverRow[], peer: string): { mean: number; least: number; count: number } {
  const ratios = rows.flatMap(({ solvers }) => {
    const [ours, theirs] = [solvers.newton?.reached['1e-6'], solvers[peer]?.reached['1e-6']];
    return ours && theirs ? [theirs / ours] : [];
  });
  const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
  return { mean, least: Math.min(...ratios), count: ratios.length };
}

function kernelTable(rows: readonly KernelRow[]): string {
  const peers = [...new Set(rows.flatMap(({ times }) => Object.keys(times)))];
  const cells = rows.map(({ kernel, size, gflops, peakFraction, times }) => [
    kernel,
    size.replaceAll(',', ', '),
    gflops.toFixed(1),
    peakFraction.toFixed(2),
    ...peers.map((peer) => times[peer]?.toFixed(1) ?? ''),
  ]);
  return table(['kernel', 'size', 'Gflop/s', 'of peak', ...peers.map((peer) => `x ${peer}`)], cells);
}

function solverTable(rows: readonly SolverRow[]): string {
  const names = [...new Set(rows.flatMap(({ solvers }) => Object.keys(solvers)))];
  const cells = rows.map(({ instance, program, ratio, solvers }) => [
    program,
    `${instance} @${ratio}`,
    ...names.map((name) => (solvers[name] ? `${three(solvers[name].reached)} (${solvers[name].peakMemoryMB} MB)` : '')),
  ]);
  return table(['program', 'instance', ...names], cells);
}

function storedTable({ rows }: Stored): string {
  const peers = ['scnn', 'adelie', 'Clarabel'];
  const times = (value: unknown) => (value as (number | null)[]).map(seconds).join(' / ');
  const cells = rows.map((row) => [`${row.instance} @${row.ratio}`, ...peers.map((peer) => times(row[peer]))]);
  return table(['instance', ...peers], cells);
}

function profileTable(rows: readonly SolverRow[]): string {
  const part = ({ kernel, share, gflops }: SolverRow['profile'][number]) =>
    `${kernel} ${Math.round(100 * share)} %${gflops ? ` (${gflops.toFixed(0)} Gflop/s)` : ''}`;
  const cells = rows.map(({ instance, program, ratio, profile }) => [
    program,
    `${instance} @${ratio}`,
    profile.slice(0, 4).map(part).join(', '),
  ]);
  return table(['program', 'instance', 'share of the time, rate'], cells);
}

function growthTable(rows: readonly GrowthRow[]): string {
  const cells = [...new Set(rows.map(({ axis }) => axis))].map((axis) => {
    const own = rows.filter((row) => row.axis === axis);
    const power = (key: 'seconds' | 'megabytes') => exponent(own.map((row) => [row.value, row[key]])).toFixed(2);
    const list = (values: readonly (string | number)[]) => values.join(', ');
    return [
      axis,
      list(own.map(({ value }) => value)),
      list(own.map((row) => seconds(row.seconds))),
      power('seconds'),
      power('megabytes'),
    ];
  });
  return table(['along', 'sizes', 'seconds', 'exponent of time', 'exponent of memory'], cells);
}

/** docs/benchmarks.md from what `npm run bench` measured and the stored figures. */
export function render(report: Report, stored: Stored): string {
  const peers = [...new Set(report.solvers.flatMap(({ solvers }) => Object.keys(solvers)))].filter((name) => name !== 'newton');
  const means = peers.map((peer) => {
    const { mean, least, count } = advantage(report.solvers, peer);
    return `- ${peer}: ${mean.toFixed(1)} times as fast at 1e-6 (geometric mean of ${count}), at least ${least.toFixed(2)} times`;
  });
  return `# Benchmarks

\`npm run bench\` writes this page and \`docs/data/benchmarks.json\`. Measured ${report.date} on ${report.machine}, load ${report.load.toFixed(1)}.
Times are processor time, so other work on the machine disturbs caches but is not counted.

## Kernels

Nominal Gflop/s (operations of the plain dense algorithm), as a fraction of the multiply-add peak of the same run, and as a multiple of
the naive loop in JavaScript, of ml-matrix 6.12.1 (f64) and of tfjs-backend-wasm 4.22.0 (f32, one thread). A peer without such a kernel
takes its dense products.

${kernelTable(report.kernels)}

## Solvers

Seconds to a relative gap of 1e-3 / 1e-4 / 1e-6, and peak memory of the process. newton, fista and admm are ours and prove the gap; numpy
(adaptive FISTA, one thread, \`bench/peers/python\`) is judged by the objective that newton ended with, which favours it. "-": not
within the limit of wall time (\`--limit\`, 60 s).

${solverTable(report.solvers)}

Newton against the others:

${means.join('\n')}

Stored figures of peers that cannot run here (${stored.machine}), on the gated programs, by objective error; ratios across machines are
rough:

${storedTable(stored)}

### Where the time goes

${profileTable(report.solvers)}

## Growth

Gated program, ratio 0.01, gap 1e-6, one size at a time from n = 1000, d = 20, P = 500. Exponents are those of least squares;
sizes that did not get there within the limit are left out.

${growthTable(report.growth)}

![Time against n, d and P](data/growth-time.svg)

![Memory against n, d and P](data/growth-memory.svg)
`;
}
