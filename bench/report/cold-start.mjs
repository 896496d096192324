// node bench/report/cold-start.mjs [COUNT]: first fits in fresh processes of Node and fresh profiles of Chromium, one JSON line each.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launchChromium } from '../../scripts/chromium.mjs';
import { ensureBuild } from '../../scripts/ensure-build.mjs';
import { serve } from '../../scripts/serve.mjs';
import { root } from '../../scripts/stamp.mjs';

const count = Number(process.argv[2] ?? 15);
const fit = `cvxnn.train(cvxnn.relu(), [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], { beta: 0.01 })`;
const say = (line) => console.log(JSON.stringify(line));
await ensureBuild();

const module = pathToFileURL(join(root, 'dist/index.mjs')).href;
const source = `
const before = performance.now();
const cvxnn = await import(${JSON.stringify(module)});
await ${fit};
const total = performance.now();
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ total, fromImport: total - before, cpu: (user + system) / 1000 }));`;
for (let k = 0; k < count; k++) {
  const line = execFileSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' });
  say({ where: 'Node', version: process.version, file: 'index.mjs', ...JSON.parse(line) });
}

const page = `<!doctype html><meta charset="utf-8"><script>const before = performance.now();</script><script src="/cvxnn.js"></script>
<script>${fit}.then(() => { const total = performance.now(); window.times = { total, fromImport: total - before }; });</script>`;
const server = await serve({ '/': page, '/cvxnn.js': readFileSync(join(root, 'dist/index.global.js'), 'utf8') });
const browser = await launchChromium();
try {
  const version = (await browser.version()).replace(/^.*\//, '');
  for (let k = 0; k < count; k++) {
    const context = await browser.createBrowserContext();
    const tab = await context.newPage();
    await tab.goto(server.origin);
    await tab.waitForFunction('window.times');
    const times = await tab.evaluate('window.times');
    const { TaskDuration } = await tab.metrics();
    say({ where: 'Chromium', version, file: 'index.global.js', ...times, cpu: 1000 * TaskDuration });
    await context.close();
  }
} finally {
  await browser.close();
  await server.close();
}
