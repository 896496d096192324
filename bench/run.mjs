// npm run bench: bench/report, and the page as the linter wants it.
import { spawnSync } from 'node:child_process';
import { root, runBundled } from './bundled.mjs';

const status = await runBundled('report', process.argv.slice(2), { cwd: root });
spawnSync('npx', ['biome', 'format', '--write', 'docs/benchmarks.md'], { stdio: 'ignore', cwd: root });
process.exit(status);
