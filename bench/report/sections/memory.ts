import { table } from '../markdown.js';
import { linePlot } from '../plot.js';
import type { Section } from '../section.js';
import { lines } from './processes.js';

/** After so many fits and a collection: MB. */
export interface MemoryRow {
  readonly fits: number;
  /** Of JavaScript. */
  readonly heap: number;
  /** Outside of it, WebAssembly memories and buffers. */
  readonly external: number;
  /** Of the process. */
  readonly resident: number;
}

const keys = ['heap', 'external', 'resident'] as const;

export const memory: Section<MemoryRow> = {
  name: 'memory',
  limit: 180,
  usual: true,
  measure: ({ quick }) => lines(['--expose-gc', 'bench/report/memory.mjs', String(quick ? 20 : 200)]),
  render(rows) {
    const chosen = rows.filter((_, k) => k % 4 === 0 || k === rows.length - 1);
    const cells = chosen.map((row) => [String(row.fits), ...keys.map((key) => row[key].toFixed(1))]);
    const [early, last] = [rows[Math.min(2, rows.length - 1)], rows[rows.length - 1]];
    const change = (key: (typeof keys)[number]) =>
      early && last ? `${last[key] >= early[key] ? '+' : ''}${(last[key] - early[key]).toFixed(1)} MB` : '-';
    return `## ${last?.fits ?? 0} fits, one after the other

Gated and exact ReLU in turn, 300 x 10 and 200 x 4, given and priced patterns; MB after a collection of garbage. From fit ${early?.fits ?? 0} to fit ${last?.fits ?? 0}:
heap ${change('heap')}, outside of the heap (WebAssembly memories) ${change('external')}, the process ${change('resident')}. \`test/package/memory.test.ts\` fails when memory grows.

${table(['fits', 'heap', 'outside of it', 'process'], cells)}

![Memory over the fits](data/memory.svg)`;
  },
  figures: (rows) => ({
    'memory.svg': linePlot(
      'Memory after garbage collection',
      'fits',
      'MB',
      keys.map((key) => ({ name: key, points: rows.map((row) => [row.fits, row[key]] as const) })),
    ),
  }),
};
