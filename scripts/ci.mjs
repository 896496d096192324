// The steps of .ci/run after `npm ci`: the main job, every test with the coverage gate, the same bits in every runtime, speed
// as a ratio to a plain loop or a plain solver in the same run, a short run of every fuzzing target. A step without tests of its
// own counts as one. All steps run even when one fails, and the last line sums up.
import { spawnSync } from 'node:child_process';
import { debianPackages } from './runtimes/browsers.mjs';
import { root } from './stamp.mjs';
import { runTests } from './test.mjs';

function command(...args) {
  console.log(`\n> npm ${args.join(' ')}`);
  const { status } = spawnSync('npm', args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Firefox and WebKit for `npm run runtimes`, which fails in CI where one is missing. */
function installBrowsers() {
  const install = `apt-get update -q && apt-get install -q -y --no-install-recommends ${debianPackages.join(' ')}`;
  console.log(`\n> ${install}`);
  spawnSync('sh', ['-c', install], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

installBrowsers();
const results = [
  command('start'),
  await runTests(['--coverage']),
  command('run', '--silent', 'runtimes'),
  command('run', '--silent', 'bench:ratios'),
  command('run', '--silent', 'fuzz', '--', '--seconds', '20', '--seed', '1'),
];
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') === 0 ? 0 : 1;
