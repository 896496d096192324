// npm run bench: bench/report, and the page as the linter wants it. The peers in JavaScript are installed first, where that works.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root, runBundled } from './bundled.mjs';

if (!existsSync(join(root, 'bench/peers/node_modules'))) {
  spawnSync('npm', ['ci', '--silent', '--prefix', 'bench/peers'], { stdio: ['ignore', 'ignore', 'inherit'], cwd: root });
}
const status = await runBundled('report', process.argv.slice(2), { cwd: root });
spawnSync('npx', ['biome', 'format', '--write', 'docs/benchmarks.md'], { stdio: 'ignore', cwd: root });
process.exit(status);
