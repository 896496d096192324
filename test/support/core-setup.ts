import { existsSync } from 'node:fs';
import { ensureCore } from '../../scripts/ensure-build.mjs';

/**
 * The sources need src/core/wasm.ts. A kernel file that does not compile stops `npm test`, which builds first; a single test file that is
 * run by hand goes on with the last good core, and says so.
 */
export default async function setup(): Promise<void> {
  try {
    await ensureCore();
  } catch (error) {
    if (!existsSync(new URL('../../src/core/wasm.ts', import.meta.url))) throw error;
    console.error('The core does not compile: these tests use the LAST BUILT core.');
  }
}
