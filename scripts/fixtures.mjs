// `node scripts/fixtures.mjs DIST FOLDER`: model and certificate files as the built package in DIST writes them, with their rows and the
// exact bits of their predictions. test/formats reads every folder of test/fixtures, so that no later version forgets what these hold.
// Made once for each version of the formats and never again (docs/formats.md says how): a fixture that is made anew tests nothing.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { certificateFixtures } from './fixtures/certificates.mjs';
import { estimatorFixtures } from './fixtures/estimators.mjs';
import { generatorFixtures } from './fixtures/generators.mjs';
import { modelFixtures } from './fixtures/models.mjs';
import { networkFixtures } from './fixtures/networks.mjs';

const [dist, folder] = process.argv.slice(2).map((path) => resolve(path));
if (!folder) throw new Error('usage: node scripts/fixtures.mjs DIST FOLDER');
if (existsSync(folder)) throw new Error(`${folder} is there already: fixtures are never made anew`);
const cvxnn = await import(pathToFileURL(join(dist, 'index.mjs')).href);

/** Texts as they are, anything else as JSON with a line for each member. */
function textOf(content) {
  if (typeof content === 'string') return content;
  const members = Object.entries(content).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return `{\n${members.join(',\n')}\n}\n`;
}

let bytes = 0;
let files = 0;
for (const fixtures of [
  networkFixtures(cvxnn),
  estimatorFixtures(cvxnn),
  certificateFixtures(cvxnn),
  generatorFixtures(cvxnn),
  modelFixtures(join(dist, 'cli.mjs')),
])
  for await (const [name, content] of fixtures) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    const text = textOf(content);
    writeFileSync(path, text);
    bytes += text.length;
    files++;
  }
console.log(`${files} files, ${bytes} bytes in ${folder}`);
