import { short, table } from '../markdown.js';
import type { Section } from '../section.js';
import { trainOnce } from './growth.js';

export interface LargestRow {
  readonly n: number;
  readonly d: number;
  readonly P: number;
  /** Seconds of processor time to 1e-6; null: not within the limit. */
  readonly seconds: number | null;
  readonly megabytes: number;
  readonly limit: number;
}

const [d, P] = [20, 2000];

function row(n: number, limit: number, P: number): LargestRow {
  return { n, d, P, ...trainOnce(n, d, P, limit), limit };
}

const cells = (rows: readonly LargestRow[]) =>
  table(
    ['n', 'd', 'P', 'seconds to 1e-6', 'MB'],
    rows.map((one) => [
      ...[one.n, one.d, one.P].map(String),
      one.seconds === null ? `not within ${one.limit} s` : short(one.seconds),
      String(one.megabytes),
    ]),
  );

/** One size of the usual run that takes minutes. */
export const large: Section<LargestRow> = {
  name: 'large',
  limit: 420,
  usual: true,
  measure: ({ quick }) => [quick ? row(300, 10, 100) : row(80000, 300, P)],
  render: (rows) => `## A large problem

Gated program, ratio 0.01, as above.

${cells(rows)}`,
};

/** Doubles n until the limit is missed: the 10 minutes of the issue. Takes up to half an hour, so it runs when asked. */
export const largest: Section<LargestRow> = {
  name: 'largest',
  limit: 3600,
  usual: false,
  *measure({ quick }) {
    const [limit, patterns] = quick ? [1, 100] : [600, P];
    for (let n = quick ? 300 : 80000; ; n *= 2) {
      const last = row(n, limit, patterns);
      yield last;
      if (last.seconds === null) break;
    }
  },
  render(rows) {
    const solved = rows.filter(({ seconds }) => seconds !== null);
    const most = solved[solved.length - 1];
    const limit = rows[0]?.limit ?? 600;
    return `## The largest problem in ${limit} s

n doubled until the fit took longer than ${limit} s of wall time (\`npm run bench -- --only largest\`; not part of the usual run).
${most ? `The largest that was solved has n = ${most.n}, d = ${most.d}, P = ${most.P}: ${(most.n * most.P).toExponential(1)} pattern bits, ${most.P * (most.d + 1)} unknowns.` : 'None was solved.'}

${cells(rows)}`;
  },
};
