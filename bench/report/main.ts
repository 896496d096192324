// npm run bench: measures every section in a process of its own, keeps docs/data/benchmarks.json as rows come, then writes the pictures and
// docs/benchmarks.md. --only kernels,solvers: some sections, the others stay; --only none: the page alone. --quick: tiny sizes, into build/bench.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { renderPage } from './page.js';
import { runSection } from './run-section.js';
import type { Measured, Report, Section } from './section.js';
import { sections } from './sections.js';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    /** For the process of a section. */
    section: { type: 'string' },
  },
});
const quick = values.quick;
const data = quick ? 'build/bench' : 'docs/data';
const page = quick ? 'build/bench/benchmarks.md' : 'docs/benchmarks.md';
const file = join(data, 'benchmarks.json');

function named(name: string): Section {
  const found = sections.find((section) => section.name === name);
  if (!found) throw new Error(`--only names ${name}; sections are ${sections.map((section) => section.name).join(', ')}`);
  return found;
}

/** A section's rows on standard output, one a line. */
async function print(section: Section): Promise<void> {
  for await (const row of section.measure({ quick })) console.log(JSON.stringify(row));
}

/** Seconds of wall time of the usual run, whatever its sections may take each. */
const wholeRun = 38 * 60;

const onFile = (): Report => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {});

/** Read again before every write: two runs may share the file. */
function keep(name: string, measured: Measured): void {
  const order = sections.map((section) => section.name);
  const report = Object.entries({ ...onFile(), [name]: measured }).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(report), null, 1)}\n`);
  write();
}

async function measure({ name }: Section, limit: number): Promise<void> {
  const date = new Date().toISOString().slice(0, 10);
  const machine = `${cpus()[0].model.trim()}, ${cpus().length} cores, Node ${process.version}`;
  const load = loadavg()[0];
  const rows: unknown[] = [];
  const before = onFile()[name];
  const command = [process.execPath, process.argv[1], '--section', name, ...(quick ? ['--quick'] : [])];
  const start = performance.now();
  const outcome = await runSection(command, limit, (row) => {
    rows.push(row);
    const seconds = (performance.now() - start) / 1000;
    keep(name, { date, machine, load, seconds, problem: 'the run was cut off', rows });
  });
  // Rows of an earlier run say more than none.
  if (rows.length === 0 && before) keep(name, { ...before, problem: `the run of ${date} measured nothing: ${outcome.problem}` });
  else keep(name, { date, machine, load, ...outcome, rows });
  console.log(`${name}: ${rows.length} rows in ${outcome.seconds.toFixed(0)} s${outcome.problem ? `, ${outcome.problem}` : ''}`);
}

/** The page and its pictures are at all times what is on file. */
function write(): void {
  const report = onFile();
  for (const section of sections) {
    const rows = report[section.name]?.rows ?? [];
    for (const [name, picture] of Object.entries(rows.length > 0 ? (section.figures?.(rows) ?? {}) : {}))
      writeFileSync(join(data, name), picture);
  }
  writeFileSync(page, renderPage(sections, report));
}

mkdirSync(data, { recursive: true });
if (values.section) await print(named(values.section));
else {
  const names = values.only?.split(',').filter((name) => name !== 'none');
  const wanted = names ? names.map(named) : sections.filter(({ usual }) => usual);
  // Short ones first: a long one that is cut off has still rows to show.
  const turns = names ? wanted : [...wanted].sort((one, other) => one.limit - other.limit);
  for (const section of turns) {
    const left = names ? section.limit : Math.round(wholeRun - performance.now() / 1000);
    await measure(section, Math.max(1, Math.min(section.limit, left)));
  }
  write();
}
