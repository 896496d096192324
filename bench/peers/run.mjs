// npm run bench:adam: bundles the comparison with Adam and runs it. `npm ci --prefix bench/peers` first for the TensorFlow.js columns.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ensureCore } from '../../scripts/ensure-build.mjs';

const root = join(import.meta.dirname, '..', '..');
await ensureCore();
const outfile = join(root, 'build', `adam.${process.pid}.mjs`);
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
// The page's table as the linter wants it.
spawnSync('npx', ['biome', 'format', '--write', 'docs/adam.md'], { stdio: 'ignore', cwd: root });
process.exit(status ?? 1);
