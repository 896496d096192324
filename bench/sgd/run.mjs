// npm run bench:sgd: bundles the evidence and runs it. `npm ci --prefix bench/peers` first for the other libraries.
import { spawnSync } from 'node:child_process';
import { root, runBundled } from '../bundled.mjs';

const status = await runBundled('sgd', process.argv.slice(2), { cwd: root });
// The page's tables as the linter wants them.
spawnSync('npx', ['biome', 'format', '--write', 'docs/sgd.md'], { stdio: 'ignore', cwd: root });
process.exit(status);
