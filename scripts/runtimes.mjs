// `npm run --silent runtimes [-- NAME…]`: the packed package in every runtime, browser and bundler, one JSON line each; exit 1 if two
// hashes differ or a consumer is missing. Firefox and WebKit come from Debian's packages: they must be there in CI, elsewhere a line says
// how to get them. NAME keeps the consumers whose name holds it.
import { ensureBuild } from './ensure-build.mjs';
import { browserNames, missing, visitAll } from './runtimes/browsers.mjs';
import { bundlers } from './runtimes/bundlers.mjs';
import { compareResults } from './runtimes/compare.mjs';
import { edges } from './runtimes/edge.mjs';
import { pages } from './runtimes/pages.mjs';
import { processes } from './runtimes/processes.mjs';
import { installTools, packAndInstall } from './runtimes/scratch.mjs';

const commands = [...processes, ...edges, ...bundlers];

/** Every consumer that the command runs, by the name on its line. */
export const consumers = [
  ...commands.map(({ name }) => name),
  ...browserNames.flatMap((browser) => pages.map(({ name }) => `${browser}, ${name}`)),
];

async function* resultsOf(wanted) {
  for (const { name, run } of commands) {
    if (!wanted(name)) continue;
    try {
      yield { runtime: name, ...(await run()) };
    } catch (error) {
      yield { runtime: name, error: error.message };
    }
  }
  for (const browser of browserNames) {
    if (!pages.some(({ name }) => wanted(`${browser}, ${name}`))) continue;
    const absent = missing(browser);
    if (absent) {
      yield { runtime: browser, [process.env.CI ? 'error' : 'skipped']: absent };
      continue;
    }
    try {
      for await (const { page, ...result } of visitAll(browser)) yield { runtime: `${browser}, ${page}`, ...result };
    } catch (error) {
      yield { runtime: browser, error: error.message };
    }
  }
}

async function runAll(names) {
  await ensureBuild();
  await installTools();
  packAndInstall();
  const wanted = (name) => names.length === 0 || names.some((part) => name.includes(part));
  const results = [];
  for await (const result of resultsOf(wanted)) {
    results.push(result);
    const { each, one, ...line } = result;
    console.log(JSON.stringify(one ? { ...line, one: 'the first fit' } : line));
  }
  const problems = compareResults(results);
  for (const problem of problems) console.error(problem);
  return results.length > 0 && problems.length === 0;
}

// Servers of the tools may still hold the process open.
if (process.argv[1] === import.meta.filename) process.exit((await runAll(process.argv.slice(2))) ? 0 : 1);
