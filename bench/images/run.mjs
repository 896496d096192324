// npm run bench:images: bundles the comparison on images and runs it. `npm ci --prefix bench/peers` and scikit-learn first.
import { spawnSync } from 'node:child_process';
import { root, runBundled } from '../bundled.mjs';

const status = await runBundled('images', process.argv.slice(2), { cwd: root });
// The page's tables as the linter wants them.
spawnSync('npx', ['biome', 'format', '--write', 'docs/images.md'], { stdio: 'ignore', cwd: root });
process.exit(status);
