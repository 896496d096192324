// `npm test [-- --coverage] [-- FILE…]`: builds, runs every test, and closes with the line `N passed, N failed`. In CI a skipped test is a
// failure, and so is a run that ends badly although each test passed (a coverage threshold, an error outside the tests).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ensureBuild } from './ensure-build.mjs';
import { root } from './stamp.mjs';

const require = createRequire(import.meta.url);

/** Runs vitest. @returns how many tests passed and failed, everything that went wrong counted. */
export async function runTests(args) {
  try {
    await ensureBuild();
  } catch (error) {
    console.error(`The build failed: ${error.message}`);
    return { passed: 0, failed: 1 };
  }
  const folder = mkdtempSync(join(tmpdir(), 'cvxnn-test-'));
  const countFile = join(folder, 'counts.json');
  const vitest = join(dirname(require.resolve('vitest/package.json')), 'vitest.mjs');
  const start = performance.now();
  const { status } = spawnSync(process.execPath, [vitest, 'run', ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, CVXNN_TEST_COUNTS: countFile },
  });
  const counts = readCounts(countFile);
  rmSync(folder, { recursive: true, force: true });
  const failed = counts.failed + (process.env.CI ? counts.skipped : 0);
  const outcome = { passed: counts.passed, failed: status !== 0 && failed === 0 ? 1 : failed };
  // For the page that `npm run docs` makes of it.
  const run = { ...outcome, seconds: (performance.now() - start) / 1000, node: process.version, date: new Date().toISOString() };
  if (args.every((arg) => arg.startsWith('--'))) writeFileSync(join(root, 'build', 'last-tests.json'), JSON.stringify(run));
  return outcome;
}

function readCounts(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

if (process.argv[1] === import.meta.filename) {
  const { passed, failed } = await runTests(process.argv.slice(2));
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
