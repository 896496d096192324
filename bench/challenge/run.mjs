// npm run challenge: bundles the challenge with the library and its test support, and runs it.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ensureCore } from '../../scripts/ensure-build.mjs';

const root = join(import.meta.dirname, '..', '..');
await ensureCore();
const outfile = join(root, 'build', `challenge.${process.pid}.mjs`);
await build({
  entryPoints: [join(import.meta.dirname, 'main.ts')],
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile,
  logLevel: 'error',
});
const { status } = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit', cwd: root });
rmSync(outfile, { force: true });
process.exit(status ?? 1);
