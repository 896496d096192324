// `npm run --silent runtimes`: the same fits in every runtime at hand, one JSON line each; exit 1 if two hashes differ or a required
// runtime is missing. `node scripts/runtimes.mjs --one` is what each Node runs.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launchChromium } from './chromium.mjs';
import { ensureBuild } from './ensure-build.mjs';
import { withLock } from './lock.mjs';
import { fitHash } from './runtime-fits.mjs';
import { serve } from './serve.mjs';
import { root } from './stamp.mjs';

const folder = join(root, 'runtimes');
const pinned = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).optionalDependencies;
const binaryOf = (alias) => join(folder, 'node_modules', alias, 'bin', 'node');

/** Installs the other Nodes on first use. Their lock file pins them; nothing is installed for the package's own users. */
async function install() {
  await withLock(() => {
    if (Object.keys(pinned).every((alias) => existsSync(binaryOf(alias)))) return;
    console.error('Installing the runtimes of runtimes/package.json ...');
    spawnSync('npm', ['ci'], { cwd: folder, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  }, 'runtimes');
}

/** Runs the fits under another Node; one that cannot run is a line with `error`. */
function inNode(binary) {
  return new Promise((resolve) => {
    const child = spawn(binary, [import.meta.filename, '--one'], { stdio: ['ignore', 'pipe', 2] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part) => {
      text += part;
    });
    child.on('error', (error) => resolve({ runtime: 'node', error: error.message }));
    child.on('close', (code) =>
      resolve(code === 0 ? JSON.parse(text) : { runtime: 'node', error: `${binary} exited with ${code}` }),
    );
  });
}

/** The global script, as a page loads it. */
async function inChromium() {
  const site = await serve({
    '/': '<!doctype html><script src="/dist/index.global.js"></script>',
    '/dist/': join(root, 'dist'),
    '/runtime-fits.mjs': readFileSync(join(root, 'scripts', 'runtime-fits.mjs'), 'utf8'),
  });
  let browser;
  try {
    browser = await launchChromium();
    const page = await browser.newPage();
    await page.goto(site.origin);
    const result = await page.evaluate("import('/runtime-fits.mjs').then(({ fitHash }) => fitHash(cvxnn))");
    return { runtime: 'chromium', version: (await browser.version()).split('/')[1], ...result };
  } catch (error) {
    return { runtime: 'chromium', error: error.message };
  } finally {
    await browser?.close();
    await site.close();
  }
}

async function compareAll() {
  await ensureBuild();
  await install();
  const others = Object.keys(pinned).map((alias) => () => inNode(binaryOf(alias)));
  const results = [];
  for (const run of [() => inNode(process.execPath), ...others, inChromium]) {
    results.push(await run());
    console.log(JSON.stringify(results.at(-1)));
  }
  const missing = results.filter((result) => result.error);
  const hashes = new Set(results.filter((result) => result.hash).map((result) => result.hash));
  for (const { error } of missing) console.error(`Missing: ${error}`);
  if (hashes.size > 1) console.error('The hashes differ.');
  return missing.length === 0 && hashes.size === 1;
}

if (process.argv[2] === '--one') {
  const cvxnn = await import(pathToFileURL(join(root, 'dist', 'index.mjs')).href);
  console.log(JSON.stringify({ runtime: 'node', version: process.versions.node, ...(await fitHash(cvxnn)) }));
} else if (process.argv[1] === import.meta.filename) {
  process.exitCode = (await compareAll()) ? 0 : 1;
}
