// npm run bench:adam: bundles the comparison with Adam and runs it. `npm ci --prefix bench/peers` first for the TensorFlow.js columns.
import { spawnSync } from 'node:child_process';
import { root, runBundled } from '../bundled.mjs';

const status = await runBundled('peers', process.argv.slice(2), { cwd: root });
// The page's table as the linter wants it.
spawnSync('npx', ['biome', 'format', '--write', 'docs/adam.md'], { stdio: 'ignore', cwd: root });
process.exit(status);
