import { short, table } from '../markdown.js';
import { exponent, logPlot } from '../plot.js';
import type { Section } from '../section.js';
import { output } from './processes.js';

export interface GrowthRow {
  readonly axis: 'n' | 'd' | 'P';
  readonly value: number;
  /** Null: not within the limit. */
  readonly seconds: number | null;
  readonly megabytes: number;
  readonly limit: number;
}

const axes = ['n', 'd', 'P'] as const;
const sizes = { n: [200, 600, 2000, 6000, 20000], d: [2, 6, 20, 60, 200], P: [50, 150, 500, 1500, 5000] } as const;
const small = { n: [50, 100], d: [2, 4], P: [20, 40] } as const;
const centre = { n: 1000, d: 20, P: 500 } as const;

/** One generated size, gated, ratio 0.01, gap 1e-6, in a process of its own. */
export function trainOnce(n: number, d: number, P: number, limit: number): { seconds: number | null; megabytes: number } {
  const args = ['scripts/solve.mjs', `syn-${n}-${d}-${P}`, '--limit', String(limit)];
  const { reached, peakMemoryMB } = JSON.parse(output(process.execPath, args, { limit: 2 * limit + 120 }));
  return { seconds: reached['1e-6'], megabytes: peakMemoryMB };
}

const reachedOf = (rows: readonly GrowthRow[]) => rows.filter((row) => row.seconds !== null);

function curves(rows: readonly GrowthRow[], key: 'seconds' | 'megabytes') {
  return axes.flatMap((axis) => {
    const points = reachedOf(rows)
      .filter((row) => row.axis === axis)
      .map((row) => [row.value, row[key] ?? Number.NaN] as const);
    return points.length > 1 ? [{ name: axis, points }] : [];
  });
}

export const growth: Section<GrowthRow> = {
  name: 'growth',
  limit: 480,
  usual: true,
  *measure({ quick }) {
    const [grid, limit] = quick ? [small, 5] : [sizes, 60];
    for (const axis of axes) {
      for (const value of grid[axis]) {
        const shape: Record<'n' | 'd' | 'P', number> = { ...(quick ? { n: 100, d: 3, P: 30 } : centre), [axis]: value };
        const { n, d, P } = shape;
        yield { axis, value, ...trainOnce(n, d, P, limit), limit };
      }
    }
  },
  render(rows) {
    const cells = axes.flatMap((axis) => {
      const own = rows.filter((row) => row.axis === axis);
      const reached = reachedOf(own);
      if (reached.length < 2) return [];
      const power = (key: 'seconds' | 'megabytes') =>
        exponent(reached.map((row) => [row.value, row[key] ?? Number.NaN])).toFixed(2);
      const all = (key: 'seconds' | 'megabytes') => own.map((row) => short(row[key])).join(', ');
      return [
        [axis, own.map(({ value }) => value).join(', '), all('seconds'), power('seconds'), all('megabytes'), power('megabytes')],
      ];
    });
    const late = rows.filter(({ seconds }) => seconds === null);
    const left = late.map(({ axis, value, limit }) => `${axis} = ${value} (${limit} s)`);
    return `## Growth

Gated program, squared loss, ratio 0.01, gap 1e-6, generated data, one size at a time from n = ${centre.n}, d = ${centre.d}, P = ${centre.P}. Seconds of
processor time, MB of the whole process, of which Node takes about 50. Exponents are those of least squares in logarithms.
${left.length > 0 ? `Not within the limit of wall time, and left out of the exponents: ${left.join(', ')}.` : `All ${rows.length} sizes that are here were solved within the limit.`}

${table(['along', 'sizes', 'seconds', 'exponent of time', 'MB', 'exponent of memory'], cells)}

![Time against n, d and P](data/growth-time.svg)

![Memory against n, d and P](data/growth-memory.svg)`;
  },
  figures: (rows) => ({
    'growth-time.svg': logPlot('Time to a gap of 1e-6', 'seconds', curves(rows, 'seconds')),
    'growth-memory.svg': logPlot('Peak memory', 'MB', curves(rows, 'megabytes')),
  }),
};
