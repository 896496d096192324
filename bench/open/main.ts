// npm run bench:kernels -- --open: the questions of docs/kernels.md as tables. --write puts them into the page; --quick: one turn each.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openKernelsSync } from '../../src/core/load.js';
import { insertTable } from '../page.js';
import { table } from '../report/markdown.js';
import { questions } from './cases.js';

const { values } = parseArgs({
  options: {
    open: { type: 'boolean', default: true },
    write: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const page = 'docs/kernels.md';
for (const { name, header, rows } of questions) {
  if (values.only && values.only !== name) continue;
  // A core of its own, so that the memory of one question is not the next one's.
  const text = table(header, rows(openKernelsSync(), values.quick ? 1 : 120));
  console.log(`${name}\n\n${text}\n`);
  if (values.write) writeFileSync(page, insertTable(readFileSync(page, 'utf8'), text, name));
}
