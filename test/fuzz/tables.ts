import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { hold, type Target } from './target.js';

/** The command line, in this process: words in, exit code and texts out. */
export type Command = (
  words: readonly string[],
) => Promise<{ readonly code: number; readonly out: string; readonly err: string }>;

/** How a table is written down. The table itself is the same in all of them. */
export interface Dialect {
  readonly separator: ',' | ';' | '\t';
  readonly end: '\n' | '\r\n' | '\r';
  readonly quotes: 'needed' | 'all';
  readonly mark: boolean;
  readonly lastEnd: boolean;
  readonly blankLines: boolean;
  readonly spaces: boolean;
}

const dialects: fc.Arbitrary<Dialect> = fc.record({
  separator: fc.constantFrom(',', ';', '\t'),
  end: fc.constantFrom('\n', '\r\n', '\r'),
  quotes: fc.constantFrom('needed', 'all'),
  mark: fc.boolean(),
  lastEnd: fc.boolean(),
  blankLines: fc.boolean(),
  spaces: fc.boolean(),
});

type Column = { readonly kind: 'whole' | 'decimal' | 'level' | 'flag' | 'gaps'; readonly seed: number };

/** A table that can be trained on, or bytes that may be anything. */
export type TablesInput =
  | {
      readonly law: 'dialects' | 'stream' | 'columns';
      readonly columns: readonly Column[];
      readonly rows: number;
      readonly task: 'number' | 'label';
      readonly dialect: Dialect;
    }
  | { readonly law: 'bytes'; readonly pieces: readonly string[]; readonly options: readonly string[] };

const column: fc.Arbitrary<Column> = fc.record({
  kind: fc.constantFrom('whole', 'decimal', 'level', 'flag', 'gaps'),
  seed: fc.integer({ min: 0, max: 40 }),
});

const fragments = [
  'a',
  'b',
  'y',
  '1',
  '2',
  '0',
  '-1.5',
  '1e5',
  '1e400',
  '.',
  'NA',
  'nan',
  '',
  ' ',
  '"',
  '""',
  "'",
  ',',
  ';',
  '\t',
  '\n',
  '\r\n',
  '\r',
].concat(
  [
    '\uFEFF',
    '\0',
    'é',
    '€',
    '2020-01-02',
    '12:30',
    '1,5',
    '1.234,5',
    '$3',
    '(4)',
    '5%',
    '<b>',
    '{"a":1}',
    '[',
    'PAR1',
    'PK\u0003\u0004',
    'true',
    'sep=;',
    '#',
  ],
  ['a,b,y\n', '1,2,3\n', '2,1,0\n', '4,4,1\n', 'x;y\n1;2\n', '__proto__', 'constructor', '='],
);

const inputs: fc.Arbitrary<TablesInput> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      law: fc.constantFrom('dialects' as const, 'stream' as const, 'columns' as const),
      columns: fc.array(column, { minLength: 1, maxLength: 5 }),
      rows: fc.integer({ min: 12, max: 24 }),
      task: fc.constantFrom('number' as const, 'label' as const),
      dialect: dialects,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      law: fc.constant('bytes' as const),
      pieces: fc.array(fc.constantFrom(...fragments), { maxLength: 40 }),
      options: fc.subarray(['mean', 'stream', 'header']),
    }),
  },
);

/** A number from 0 to 1 that looks random. */
const mixed = (a: number, b: number): number => {
  const hash = Math.imul(a * 73 + b * 19349663 + 11, 2654435761) >>> 0;
  return (Math.imul(hash ^ (hash >>> 15), 2246822519) >>> 8) / 2 ** 24;
};
const levels = ['red', 'green', 'dark, blue', 'say "x"', 'ö l'];

function cell({ kind, seed }: Column, row: number): string {
  const share = mixed(row + 1, seed + 1);
  if (kind === 'whole') return String(Math.floor(share * 20) - 10);
  if (kind === 'decimal') return (share * 10 - 5).toFixed(2);
  // Every level occurs: rows go round.
  if (kind === 'level') return levels[(row + Math.floor(share * 2)) % (2 + (seed % 4))];
  if (kind === 'flag') return (row + seed) % 3 === 0 || share > 0.8 ? 'yes' : 'no';
  return row % 5 === seed % 5 ? '' : String(Math.floor(share * 9));
}

/** Names and cells of the table, the target last. */
export function cellsOf({
  columns,
  rows,
  task,
}: {
  columns: readonly Column[];
  rows: number;
  task: 'number' | 'label';
}): string[][] {
  const head = [...columns.map((_, j) => `c${j + 1}`), 'y'];
  const body = Array.from({ length: rows }, (_, k) => {
    const value = mixed(k + 1, 99);
    const target = task === 'number' ? (value * 8 - 3).toFixed(2) : ['low', 'mid', 'high'][(k + Math.floor(value * 2)) % 3];
    return [...columns.map((own) => cell(own, k)), target];
  });
  return [head, ...body];
}

export function written(
  cells: readonly (readonly string[])[],
  { separator, end, quotes, mark, lastEnd, blankLines, spaces }: Dialect,
): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const one = (text: string) => {
    const must = /["\r\n]/.test(text) || text.includes(separator) || text !== text.trim();
    const own = must || (quotes === 'all' && text !== '') ? quoted(text) : text;
    return spaces && separator !== '\t' ? ` ${own} ` : own;
  };
  const lines = cells.map((record) => record.map(one).join(separator));
  const body = lines.join(blankLines ? end + end : end);
  return `${mark ? '\uFEFF' : ''}${body}${lastEnd ? end : ''}`;
}

const plainDialect: Dialect = {
  separator: ',',
  end: '\n',
  quotes: 'needed',
  mark: false,
  lastEnd: true,
  blankLines: false,
  spaces: false,
};

/** Any dialect of one table is one table, whole or in pieces, in any order of columns; any bytes end in a table or in one sentence. */
export function tablesTarget(cvxnn: Command): Target<TablesInput> {
  return {
    name: 'tables',
    inputs,
    check: async (input) => {
      const folder = mkdtempSync(join(tmpdir(), 'cvxnn-fuzz-'));
      const at = (name: string) => join(folder, name);
      const model = (name: string) => JSON.parse(readFileSync(at(name), 'utf8'));
      /** Trains; what goes wrong must be one sentence. @returns the code. */
      const train = async (file: string, out: string, ...more: string[]): Promise<number> => {
        const { code, err } = await cvxnn([
          'train',
          at(file),
          '--target',
          'y',
          '--beta',
          '0.5',
          '--out',
          at(out),
          '--tolerance',
          '1e-4',
          ...more,
        ]);
        hold(code === 0 || code === 1 || code === 2, `ended with ${code}: ${err}`);
        hold(!/this is a bug|\bundefined\b|\bNaN is\b|\n\s+at /i.test(err), `said: ${err}`);
        hold(code !== 1 || err.trim().split('\n').length <= 12, `an error of many lines: ${err}`);
        return code;
      };
      try {
        if (input.law === 'bytes') {
          writeFileSync(at('t.csv'), input.pieces.join(''));
          const more = [
            ...(input.options.includes('mean') ? ['--missing', 'mean'] : []),
            ...(input.options.includes('header') ? ['--header', 'true'] : []),
          ];
          const stream = input.options.includes('stream') ? ['--stream', '--task', 'regression'] : [];
          const code = await train('t.csv', 'm.json', '--patterns', '3', ...more, ...stream);
          if (code === 1) return;
          const { code: predicted, err } = await cvxnn([
            'predict',
            at('m.json'),
            at('t.csv'),
            '--missing',
            'mean',
            '--out',
            at('p.csv'),
          ]);
          hold(predicted === 0, `predict refuses the table of its training: ${err}`);
          return;
        }
        const cells = cellsOf(input);
        writeFileSync(at('plain.csv'), written(cells, plainDialect));
        const asked = ['--missing', 'mean', '--patterns', '4'];
        if (input.law === 'stream') {
          if (input.task === 'label') return;
          writeFileSync(at('other.csv'), written(cells, input.dialect));
          const whole = await train('plain.csv', 'whole.json', ...asked, '--model', 'gated');
          const streamed = await train('other.csv', 'stream.json', ...asked, '--stream');
          hold((whole === 1) === (streamed === 1), `whole ended with ${whole}, streamed with ${streamed}`);
          if (whole === 1) return;
          const [one, two] = [model('whole.json').table, model('stream.json').table];
          hold(sameTable(one, two), () => `whole: ${JSON.stringify(one)}\nstreamed: ${JSON.stringify(two)}`);
          return;
        }
        const code = await train('plain.csv', 'one.json', ...asked);
        if (input.law === 'dialects') {
          writeFileSync(at('other.csv'), written(cells, input.dialect));
          const other = await train('other.csv', 'two.json', ...asked);
          hold(code === other, `one dialect ended with ${code}, another with ${other}`);
          if (code === 1) return;
          const [one, two] = [model('one.json'), model('two.json')];
          hold(
            JSON.stringify(one.table) === JSON.stringify(two.table),
            () => `plain: ${JSON.stringify(one.table)}\nother: ${JSON.stringify(two.table)}`,
          );
          hold(JSON.stringify(one.estimator) === JSON.stringify(two.estimator), 'the same table gave another network');
          return;
        }
        if (code === 1) return;
        writeFileSync(
          at('other.csv'),
          written(
            cells.map((record) => [...record].reverse()),
            input.dialect,
          ),
        );
        const answers = await Promise.all(
          ['plain', 'other'].map((name) => cvxnn(['predict', at('one.json'), at(`${name}.csv`), '--missing', 'mean'])),
        );
        hold(
          answers.every((answer) => answer.code === 0),
          () => answers.map(({ err }) => err).join('\n'),
        );
        hold(answers[0].out === answers[1].out, () => `columns in another order:\n${answers[0].out}\n${answers[1].out}`);
        const other = await train('other.csv', 'two.json', ...asked);
        hold(other === code, `columns in another order ended with ${other}, not ${code}`);
        const names = (name: string) =>
          JSON.stringify(
            model(name)
              .table.features.map((feature: object) => JSON.stringify(feature))
              .sort(),
          );
        hold(names('one.json') === names('two.json'), () => `${names('one.json')}\n${names('two.json')}`);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

/** Sums over pieces may differ from sums over all rows in the last bits; everything else is the same. */
function sameTable(one: unknown, two: unknown): boolean {
  if (typeof one === 'number' && typeof two === 'number') return Math.abs(one - two) <= 1e-9 * (1 + Math.abs(one));
  if (typeof one !== 'object' || typeof two !== 'object' || one === null || two === null) return one === two;
  const [left, right] = [one, two] as Record<string, unknown>[];
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => sameTable(left[key], right[key]));
}
