// Bundles bench/solve with the library's sources and runs it: the solver is timed inside, not through the public API.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ensureCore } from './ensure-build.mjs';

const root = join(import.meta.dirname, '..');
await ensureCore();
const outfile = join(root, 'build', `solve.${process.pid}.mjs`);
await build({
  entryPoints: [join(root, 'bench/solve/main.ts')],
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile,
  logLevel: 'error',
});
const { status } = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit' });
rmSync(outfile, { force: true });
process.exit(status ?? 1);
