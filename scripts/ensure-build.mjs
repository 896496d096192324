// Builds what is missing or out of date, so that every command works right after `npm ci`. Safe when two processes start at once; says
// nothing on stdout.
import { buildCore } from './build-core.mjs';
import { withLock } from './lock.mjs';
import { coreBuild, isCurrent, packageBuild } from './stamp.mjs';

/** dist/ is current when this resolves. Type errors are shown, but stop nothing: they are a test's business. */
export async function ensureBuild() {
  if (isCurrent(packageBuild)) return;
  await withLock(async () => {
    if (isCurrent(packageBuild)) return;
    const { buildPackage } = await import('./build.mjs');
    const problems = await buildPackage();
    if (problems) console.error(problems);
  });
}

/** src/core/wasm.ts is current when this resolves: all that the sources need to run. */
export async function ensureCore() {
  if (isCurrent(coreBuild)) return;
  await withLock(async () => {
    if (!isCurrent(coreBuild)) buildCore();
  });
}

if (process.argv[1] === import.meta.filename) await ensureBuild();
