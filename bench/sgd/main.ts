// npm run bench:sgd: the evidence of docs/sgd.md. Options: --part objectives|schedules|.., --only NAME, --missing, --render (only page and
// figures). Writes docs/data/sgd.json after every piece, then docs/sgd.md and docs/figures/.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { figures } from './figures.js';
import { compareLibraries } from './javascript.js';
import { runLonger } from './longer.js';
import { study } from './objectives.js';
import { type Data, rendered, wanted } from './page.js';
import { comparePrograms } from './programs.js';
import { tryBatch } from './reliability.js';
import { trySchedules } from './schedules.js';
import { compareTensorflow } from './tensorflow.js';

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

const run: Readonly<Record<keyof Data, (name: string) => Promise<unknown>>> = {
  schedules: trySchedules,
  objectives: study,
  longer: (name) => runLonger(name, (onFile().objectives as NonNullable<Data['objectives']>)[name]),
  tensorflow: compareTensorflow,
  programs: comparePrograms,
  javascript: compareLibraries,
  reliability: tryBatch,
};
const parts = Object.keys(wanted) as (keyof Data)[];

const onFile = (): Data => (existsSync(dataFile) ? JSON.parse(readFileSync(dataFile, 'utf8')) : {});

/** One line a piece; read again before every write, because two runs may share the file. */
function record(part: keyof Data, name: string, piece: unknown): void {
  const old = onFile();
  const all: Record<string, Readonly<Record<string, unknown>>> = { ...old, [part]: { ...old[part], [name]: piece } };
  const lines = parts.flatMap((key) => {
    const pieces = wanted[key].flatMap((entry) => {
      const kept = all[key]?.[entry];
      return kept === undefined ? [] : [`${JSON.stringify(entry)}: ${JSON.stringify(kept)}`];
    });
    return pieces.length > 0 ? [`${JSON.stringify(key)}: {\n${pieces.join(',\n')}\n}`] : [];
  });
  writeFileSync(dataFile, `{\n${lines.join(',\n')}\n}\n`);
}

for (const part of values.render ? [] : parts) {
  if (values.part && values.part !== part) continue;
  for (const name of wanted[part]) {
    if (values.only && name !== values.only) continue;
    if (values.missing && onFile()[part]?.[name] !== undefined) continue;
    const before = process.cpuUsage();
    record(part, name, await run[part](name));
    console.log(`${part}, ${name}: ${(process.cpuUsage(before).user / 1e6).toFixed(1)} s`);
  }
}

const data = onFile();
writeFileSync(pageFile, rendered(readFileSync(pageFile, 'utf8'), data));
mkdirSync(figureFolder, { recursive: true });
for (const [file, svg] of Object.entries(figures(data))) writeFileSync(join(figureFolder, file), svg);
