// npm run --silent reference -- FILE...: solves reference cases (test/reference/README.md) through the public API; one JSON line a case.
// Exit code 1 if any is not ok.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { ensureBuild } from './ensure-build.mjs';
import { judge } from './reference/judge.mjs';
import { programs } from './reference/programs.mjs';
import { root } from './stamp.mjs';

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error('reference: expected FILE...');
  process.exit(1);
}
await ensureBuild();
const cvxnn = await import(pathToFileURL(`${root}/dist/index.mjs`).href);

let allOk = true;
for (const file of files) {
  const line = await solveFile(file);
  allOk &&= line.ok;
  console.log(JSON.stringify(line));
}
process.exit(allOk ? 0 : 1);

async function solveFile(file) {
  let name = file;
  try {
    const item = JSON.parse(readFileSync(file, 'utf8'));
    name = item.name ?? file;
    const solve = programs[item.program];
    if (!solve) throw new Error(`unknown program '${item.program}'`);
    const start = performance.now();
    const { detail, ...result } = await solve(item, cvxnn);
    const seconds = (performance.now() - start) / 1000;
    const problems = judge(item, result, detail ?? {});
    if (problems.length > 0) console.error(`${name}: ${problems.join('; ')}`);
    return { name, program: item.program, status: 'optimal', ...result, ok: problems.length === 0, seconds, ...detail?.shown };
  } catch (error) {
    return { name, ok: false, error: error.message };
  }
}
