// Bundles a benchmark in TypeScript with the library's sources and runs it: what the run.mjs of every folder does.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ensureCore } from '../scripts/ensure-build.mjs';

export const root = join(import.meta.dirname, '..');

/**
 * @param folder - of bench/, with a main.ts.
 * @param options - of `spawnSync`, such as the working directory.
 * @returns the exit code.
 */
export async function runBundled(folder, parameters, options = {}) {
  await ensureCore();
  const outfile = join(root, 'build', `${folder}.${process.pid}.mjs`);
  await build({
    entryPoints: [join(root, 'bench', folder, 'main.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'error',
  });
  const { status } = spawnSync(process.execPath, [outfile, ...parameters], { stdio: 'inherit', ...options });
  rmSync(outfile, { force: true });
  return status ?? 1;
}
