// Bundles bench/path with the library's sources and runs it. Options: --tables penguins,diabetes --tolerances 1e-4,1e-6 --values 20 --ratio 1e-3
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ensureCore } from '../../scripts/ensure-build.mjs';

const root = join(import.meta.dirname, '..', '..');
await ensureCore();
const outfile = join(root, 'build', `path.${process.pid}.mjs`);
await build({
  entryPoints: [join(import.meta.dirname, 'main.ts')],
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile,
  logLevel: 'error',
});
const { status } = spawnSync(process.execPath, [outfile, '--root', root, ...process.argv.slice(2)], { stdio: 'inherit' });
rmSync(outfile, { force: true });
process.exit(status ?? 1);
