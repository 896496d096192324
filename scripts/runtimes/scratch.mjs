// A folder that knows nothing of this project: the packed tarball, installed as a user does, beside the tools of runtimes/package.json.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../lock.mjs';
import { root } from '../stamp.mjs';

export const tools = join(root, 'runtimes');
const modules = join(tools, 'node_modules');
/** Below the tools, so that they are found from it. */
export const scratch = join(tools, '.scratch');
export const installed = join(scratch, 'node_modules', 'cvxnn');

/** Binaries that npm supplies, by the name of the runtime. */
export const binaries = {
  'node 20': join(modules, 'node20', 'bin', 'node'),
  'node 22': join(modules, 'node22', 'bin', 'node'),
  'node 24': join(modules, 'node24', 'bin', 'node'),
  'node 26': join(modules, 'node26', 'bin', 'node'),
  bun: join(modules, '@oven', 'bun-linux-x64', 'bin', 'bun'),
  deno: join(modules, '@deno', 'linux-x64-glibc', 'deno'),
};

/** Installs what is pinned, once; a changed lock file installs again. */
export async function installTools() {
  const lock = readFileSync(join(tools, 'package-lock.json'), 'utf8');
  const stamp = join(modules, '.installed');
  const current = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === lock;
  await withLock(() => {
    if (current()) return;
    console.error('Installing runtimes/package.json (1.6 GB) ...');
    const { status } = spawnSync('npm', ['ci'], { cwd: tools, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
    if (status === 0) writeFileSync(stamp, lock);
  }, 'runtimes');
}

/** Packs the project and installs the tarball. @returns the folder. */
export function packAndInstall() {
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  const npm = (...args) => execFileSync('npm', args, { cwd: scratch, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const [{ filename }] = JSON.parse(npm('pack', root, '--json'));
  writeFileSync(join(scratch, 'package.json'), '{ "private": true, "type": "module" }');
  npm('install', '--offline', '--no-audit', '--no-fund', join(scratch, filename));
  copyFileSync(join(root, 'scripts', 'runtime-fits.mjs'), join(scratch, 'fits.mjs'));
  writeFileSync(
    join(scratch, 'main.mjs'),
    `import * as cvxnn from 'cvxnn';
import { fitHash } from './fits.mjs';
console.log(JSON.stringify(await fitHash(cvxnn)));`,
  );
  writeFileSync(
    join(scratch, 'main.cjs'),
    `const cvxnn = require('cvxnn');
import('./fits.mjs').then(({ fitHash }) => fitHash(cvxnn)).then((result) => console.log(JSON.stringify(result)));`,
  );
  return scratch;
}
