import { list, short, table } from '../markdown.js';
import type { Section } from '../section.js';
import { lines } from './processes.js';

export interface ThreadsRow {
  readonly work: string;
  readonly threads: number;
  /** By the clock, workers already started. */
  readonly seconds: number;
  /** Of every number of the results. */
  readonly hash: string;
}

export const threads: Section<ThreadsRow> = {
  name: 'threads',
  limit: 180,
  usual: true,
  measure: ({ quick }) => lines(['bench/report/threads.mjs', quick ? 'quick' : 'whole']),
  render(rows) {
    const works = [...new Set(rows.map(({ work }) => work))];
    const of = (work: string, count: number) => rows.find((row) => row.work === work && row.threads === count);
    const same = (work: string) => new Set(rows.filter((row) => row.work === work).map(({ hash }) => hash)).size === 1;
    const cells = works.map((work) => {
      const [alone, one, two] = [0, 1, 2].map((count) => of(work, count)?.seconds);
      const faster = one && two ? (one / two).toFixed(2) : '-';
      return [work, short(alone), short(one), short(two), faster, same(work) ? 'yes' : 'no'];
    });
    const differ = works.filter((work) => !same(work));
    return `## Threads

Seconds by the clock of several calls through \`cvxnn/worker\`, one after the other on the calling thread (0), and on pools of 1 and 2 workers that are already
started. A call runs on one worker; calls run beside each other. Same bits: a hash over every number of every result is the same in
all three.

${table(['work', 'on the calling thread', '1 worker', '2 workers', '1 / 2', 'same bits'], cells)}

${differ.length === 0 ? 'All results are the same to the last bit.' : `Results differ: ${list(differ)}.`}`;
  },
};
