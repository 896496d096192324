// npm run bench:depth: two, three and layerwise layers on the same splits. Options: --only TASK
import { spawnSync } from 'node:child_process';
import { root, runBundled } from '../bundled.mjs';

const status = await runBundled('depth', process.argv.slice(2), { cwd: root });
// The page's table as the linter wants it.
spawnSync('npx', ['biome', 'format', '--write', 'docs/three-layer.md'], { stdio: 'ignore', cwd: root });
process.exit(status);
