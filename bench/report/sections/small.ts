import { gatedRelu, relu, trainSync } from '../../../src/index.js';
import { generateInstance } from '../../solve/generate.js';
import { median } from '../../statistics.js';
import { table } from '../markdown.js';
import type { Section } from '../section.js';

export interface SmallRow {
  readonly program: string;
  readonly n: number;
  readonly d: number;
  /** Null: patterns are found. */
  readonly P: number | null;
  readonly loss: string;
  readonly fits: number;
  /** Milliseconds of the clock. */
  readonly median: number;
  readonly slowest: number;
  /** Milliseconds of processor time, threads of the engine included. */
  readonly cpu: number;
}

const aim = 10;
const shapes = [
  [50, 2, 20],
  [100, 5, 50],
  [200, 5, 100],
  [200, 10, 100],
] as const;

/** Whole warm fits: checks, patterns, program, solve, network and certificate. */
function* measured(n: number, d: number, P: number, seconds: number): Iterable<SmallRow> {
  for (const loss of ['squared', 'logistic'] as const) {
    const { X, y, columns, patterns, betaMax } = generateInstance({ n, d, P }, 1, loss);
    const data = { data: X, shape: [n, columns] as [number, number] };
    const options = { beta: 0.05 * betaMax, loss, bias: false } as const;
    const fits: readonly [string, number | null, () => unknown][] = [
      ['gated, given patterns', P, () => trainSync(gatedRelu(), data, y, { ...options, patterns })],
      ['exact ReLU, given patterns', P, () => trainSync(relu(), data, y, { ...options, patterns })],
      ['exact ReLU, priced patterns', null, () => trainSync(relu(), data, y, { ...options, patterns: 'priced' })],
    ];
    for (const [program, given, fit] of fits) {
      const [times, cpus]: [number[], number[]] = [[], []];
      const end = performance.now() + 1000 * seconds;
      for (let k = 0; k < 5 || (performance.now() < end && k < 500); k++) {
        const [start, cpu] = [performance.now(), process.cpuUsage()];
        fit();
        // The first ones are not warm.
        if (k < 3) continue;
        times.push(performance.now() - start);
        cpus.push(process.cpuUsage(cpu).user / 1000);
      }
      yield {
        program,
        n,
        d,
        P: given,
        loss,
        fits: times.length,
        median: median(times),
        slowest: Math.max(...times),
        cpu: median(cpus),
      };
    }
  }
}

export const small: Section<SmallRow> = {
  name: 'small',
  limit: 120,
  usual: true,
  *measure({ quick }) {
    for (const [n, d, P] of quick ? shapes.slice(0, 1) : shapes) yield* measured(n, d, P, quick ? 0.1 : 1.5);
  },
  render(rows) {
    const cells = rows.map((row) => [
      row.program,
      [row.n, row.d, row.P ?? 'found'].join(', '),
      row.loss,
      row.median.toFixed(1),
      row.cpu.toFixed(1),
      row.slowest.toFixed(1),
      String(row.fits),
    ]);
    const say = (kind: readonly SmallRow[]) => {
      const over = kind.filter((row) => row.median >= aim);
      if (over.length === 0) return `met on all ${kind.length}`;
      const worst = over.reduce((one, other) => (other.median > one.median ? other : one));
      return `met on ${kind.length - over.length} of ${kind.length}, missed by most on ${worst.n} x ${worst.d} ${worst.loss} (${worst.program}, ${worst.median.toFixed(0)} ms)`;
    };
    return `## Small fits

Whole warm fits by \`trainSync\` to a gap of 1e-6, network and certificate included; beta 0.05 of the gated betaMax. Medians of milliseconds by
the clock and of processor time.

${table(['program', 'n, d, P', 'loss', 'median, ms', 'processor, ms', 'slowest, ms', 'fits'], cells)}

Under ${aim} ms with given patterns: ${say(rows.filter(({ P }) => P !== null))}. With patterns that are found: ${say(rows.filter(({ P }) => P === null))}.`;
  },
};
