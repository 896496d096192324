// Bundles bench/certified with the library's sources and runs it. Options: --seeds 5 --noise 0.1,1 --limit 120 --columns 8
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ensureCore } from '../../scripts/ensure-build.mjs';

const root = join(import.meta.dirname, '..', '..');
await ensureCore();
const outfile = join(root, 'build', `certified.${process.pid}.mjs`);
await build({
  entryPoints: [join(import.meta.dirname, 'main.ts')],
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile,
  logLevel: 'error',
});
const { status } = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit' });
rmSync(outfile, { force: true });
process.exit(status ?? 1);
