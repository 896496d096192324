// npm run bench: kernels, the suite's instances, paths and certified fits, each by its own command; Markdown on stdout.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const instances = [
  ['syn-100-5', 'gated', '0.01'],
  ['syn-500-5', 'gated', '0.01'],
  ['syn-500-20', 'gated', '0.1'],
  ['syn-500-20', 'gated', '0.01'],
  ['diabetes', 'gated', '0.01'],
  ['breast-cancer', 'gated', '0.01'],
  ['breast-cancer-logistic', 'gated', '0.01'],
  ['syn-100-5', 'relu', '0.01'],
  ['syn-500-5', 'relu', '0.01'],
  ['syn-500-20', 'relu', '0.1'],
  ['breast-cancer', 'relu', '0.1'],
];

function run(script, ...options) {
  const { status, stdout } = spawnSync(process.execPath, [join(root, script), ...options], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${script} ended with ${status}`);
  return stdout.trim();
}

console.log(`# Kernels\n\n\`\`\`\n${run('bench/kernels/run.mjs')}\n\`\`\`\n`);
console.log('# Instances of the suite, to a relative gap of 1e-6\n');
console.log('| program | instance | seconds | iterations | active blocks | gap |\n|---|---|---|---|---|---|');
for (const [name, program, ratio] of instances) {
  const line = JSON.parse(run('scripts/solve.mjs', join(root, 'bench/suite', name), '--program', program, '--ratio', ratio));
  const { seconds, iterations, activeBlocks, relativeGap } = line;
  console.log(
    `| ${program} | ${name} @${ratio} | ${seconds.toFixed(3)} | ${iterations} | ${activeBlocks} | ${relativeGap.toExponential(1)} |`,
  );
}
console.log(`\n# Regularization paths, in cold fits at their smallest beta\n\n${run('bench/path/run.mjs')}`);
console.log(`\n# Certified fits\n\n\`\`\`\n${run('bench/certified/run.mjs')}\n\`\`\``);
