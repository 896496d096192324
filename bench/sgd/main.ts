// npm run bench:sgd: the evidence of docs/sgd.md. Options: --part objectives|schedules|.., --only NAME, --missing, --render (only page and
// figures). Writes docs/data/sgd.json after every piece, then docs/sgd.md and docs/figures/.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { figures } from './figures.js';
import { compareLibraries, tablesCompared } from './javascript.js';
import { runLonger, triedLonger } from './longer.js';
import { plans, study } from './objectives.js';
import { type Data, rendered } from './page.js';
import { comparedOn, comparePrograms } from './programs.js';
import { batches, tryBatch } from './reliability.js';
import { triedOn, trySchedules } from './schedules.js';
import { agreedOn, compareTensorflow } from './tensorflow.js';

const { values } = parseArgs({
  options: {
    part: { type: 'string' },
    only: { type: 'string' },
    missing: { type: 'boolean', default: false },
    render: { type: 'boolean', default: false },
  },
});
const dataFile = join(process.cwd(), 'docs/data/sgd.json');
const pageFile = join(process.cwd(), 'docs/sgd.md');
const figureFolder = join(process.cwd(), 'docs/figures');

type Pieces = Record<string, Record<string, unknown>>;

const parts: Readonly<Record<string, { readonly names: readonly string[]; readonly run: (name: string) => Promise<unknown> }>> = {
  schedules: { names: triedOn, run: trySchedules },
  objectives: { names: Object.keys(plans), run: study },
  longer: { names: triedLonger, run: (name) => runLonger(name, (onFile() as Required<Data>).objectives[name]) },
  tensorflow: { names: agreedOn, run: compareTensorflow },
  programs: { names: comparedOn, run: comparePrograms },
  javascript: { names: tablesCompared, run: compareLibraries },
  reliability: { names: batches, run: tryBatch },
};

const onFile = (): Pieces => (existsSync(dataFile) ? JSON.parse(readFileSync(dataFile, 'utf8')) : {});

/** One line a piece; read again before every write, because two runs may share the file. */
function record(part: string, name: string, piece: unknown): void {
  const old = onFile();
  const all: Pieces = { ...old, [part]: { ...old[part], [name]: piece } };
  const lines = Object.entries(parts).flatMap(([key, { names }]) => {
    const pieces = names.filter((entry) => all[key]?.[entry] !== undefined);
    if (pieces.length === 0) return [];
    return `${JSON.stringify(key)}: {\n${pieces.map((entry) => `${JSON.stringify(entry)}: ${JSON.stringify(all[key][entry])}`).join(',\n')}\n}`;
  });
  writeFileSync(dataFile, `{\n${lines.join(',\n')}\n}\n`);
}

for (const [part, { names, run }] of values.render ? [] : Object.entries(parts)) {
  if (values.part && values.part !== part) continue;
  for (const name of names) {
    if (values.only && name !== values.only) continue;
    if (values.missing && onFile()[part]?.[name] !== undefined) continue;
    const before = process.cpuUsage();
    record(part, name, await run(name));
    console.log(`${part}, ${name}: ${(process.cpuUsage(before).user / 1e6).toFixed(1)} s`);
  }
}

const data = onFile() as Data;
if (existsSync(pageFile)) writeFileSync(pageFile, rendered(readFileSync(pageFile, 'utf8'), data));
mkdirSync(figureFolder, { recursive: true });
for (const [file, svg] of Object.entries(figures(data))) writeFileSync(join(figureFolder, file), svg);
