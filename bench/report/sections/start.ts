import { median } from '../../statistics.js';
import { table } from '../markdown.js';
import type { Section } from '../section.js';
import { lines } from './processes.js';

/** One start: milliseconds. */
export interface StartRow {
  readonly where: 'Node' | 'Chromium';
  readonly version: string;
  /** Of which file of dist. */
  readonly file: string;
  /** From the start of the process, or of the navigation, to the first network. */
  readonly total: number;
  /** From the import, or the script tag, to it. */
  readonly fromImport: number;
  /** Processor time of the process, or of the page's main thread. */
  readonly cpu: number;
}

export const start: Section<StartRow> = {
  name: 'start',
  limit: 120,
  usual: true,
  measure: ({ quick }) => lines(['bench/report/cold-start.mjs', String(quick ? 2 : 15)]),
  render(rows) {
    const kinds = new Map<string, StartRow[]>();
    for (const row of rows) {
      const name = `${row.where} ${row.version}, ${row.file}`;
      kinds.set(name, [...(kinds.get(name) ?? []), row]);
    }
    const cells = [...kinds].map(([name, own]) => [
      name,
      String(own.length),
      ...(['total', 'fromImport', 'cpu'] as const).map((key) => {
        const values = own.map((row) => row[key]);
        return `${median(values).toFixed(0)} (${Math.min(...values).toFixed(0)} - ${Math.max(...values).toFixed(0)})`;
      }),
    ]);
    return `## Cold start

To the first trained network (four points, exact ReLU), in a fresh process of Node, or in a fresh profile of Chromium with the page from a server
on this machine: milliseconds, median (least - most). The first column of times starts with the process or the navigation, the second with the
import or the script tag; processor time is that of the process, or of the page's tasks.

${table(['where', 'starts', 'process or page, ms', 'from import, ms', 'processor, ms'], cells)}`;
  },
};
