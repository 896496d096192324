// Pages of the site that are made from what the last runs left behind.

const short = (value, digits = 4) => (Number.isFinite(value) ? String(Number(value.toPrecision(digits))) : '-');

const table = (head, rows) => [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** The playground inside a page of the site; documents are one folder down. */
export const playgroundPage = `# Playground

Draw points, or drop a CSV file, and see the certified network, its path, and runs of Adam beside it.

<iframe src="../playground/index.html" title="Playground" style="width: 100%; height: 60rem; border: 0"></iframe>
`;

/**
 * @param tests - build/last-tests.json, which `npm test` writes; null if it has not run.
 * @param coverage - the summary of `npm run coverage`, or null.
 */
export function testingPage(tests, coverage) {
  const lines = ['# The last run of the tests', ''];
  if (!tests) lines.push('`npm test` has not run here: run it, then `npm run docs` again.');
  else {
    lines.push(
      `${tests.passed} passed, ${tests.failed} failed, in ${short(tests.seconds, 3)} s on Node ${tests.node} (${tests.date}).`,
    );
  }
  lines.push(
    '',
    'The tests compare with reference optima of other solvers, finite differences, optimality conditions, naive twins of every kernel and',
    'properties over random data; every code block of these pages runs; pages run in a real Chromium, edge functions in workerd.',
  );
  if (coverage) {
    const { lines: covered, branches, functions } = coverage.total;
    const row = (name, { covered: hit, total, pct }) => [name, hit, total, `${pct} %`];
    lines.push(
      '',
      table(['', 'covered', 'of', ''], [row('lines', covered), row('branches', branches), row('functions', functions)]),
    );
  }
  return `${lines.join('\n')}\n`;
}

/** @param adam - docs/data/adam.json: every run of `npm run bench:adam`. */
export function benchmarkPage(adam) {
  const rows = (adam ?? []).map(({ name, n, d, loss, train, runs }) => {
    const all = runs.flatMap(({ objectives }) => objectives).filter(Number.isFinite);
    return [
      name,
      `${n} x ${d}`,
      loss,
      short(train.objective, 6),
      `${short(train.seconds, 3)} s`,
      all.length > 0 ? short(Math.min(...all), 6) : '-',
      all.filter((objective) => objective > train.objective * 1.01).length,
      all.length,
    ];
  });
  const head = [
    'problem',
    'rows x columns',
    'loss',
    'objective of train',
    'time',
    'best run of Adam',
    'runs 1 % above train',
    'runs',
  ];
  return [
    '# The last run of the benchmark against Adam',
    '',
    '`npm run bench:adam` trains the same objective by Adam, several learning rates and seeds a problem, and keeps every final objective; what',
    'the numbers mean is in [adam.md](../../docs/adam.md).',
    '',
    table(head, rows),
    '',
  ].join('\n');
}
