// `npm start`: the main job, from nothing. Builds what is missing, holds out every fifth penguin, trains on the others through the command
// line, saves the model, predicts the held-out ones with it, and compares with a linear model on the same split.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ensureBuild } from './ensure-build.mjs';
import { linearAccuracy } from './linear-baseline.mjs';
import { root } from './stamp.mjs';

const TARGET = 'sex';
const folder = join(root, 'build', 'start');
const place = (name) => relative(process.cwd(), join(folder, name));

await ensureBuild();
mkdirSync(folder, { recursive: true });
const [header, ...rows] = readFileSync(join(root, 'examples', 'penguins.csv'), 'utf8')
  .trim()
  .split('\n');
const columns = header.split(',');
const heldOut = (_, k) => k % 5 === 4;
const trainRows = rows.filter((row, k) => !heldOut(row, k));
const testRows = rows.filter(heldOut);
const write = (name, lines) => writeFileSync(join(folder, name), `${[header, ...lines].join('\n')}\n`);
write('train.csv', trainRows);
write('test.csv', testRows);

const model = place('model.json');
const predictions = place('predictions.csv');
console.log(`Sex of ${rows.length} penguins from species, island and four measurements; ${testRows.length} are held out.\n`);
command(['train', place('train.csv'), '--target', TARGET, '--missing', 'mean', '--out', model], 'inherit');
const { score } = JSON.parse(command(['predict', model, place('test.csv'), '--out', predictions, '--json'], 'pipe'));

const cells = (lines) => lines.map((line) => line.split(',')).filter((row) => /^(FE)?MALE$/.test(row[columns.indexOf(TARGET)]));
const linear = linearAccuracy(columns, cells(trainRows), cells(testRows), TARGET);
const percent = (share) => `${(100 * share).toFixed(1)} %`;
console.log(`
test score    ${percent(score)} of the held-out penguins are classified correctly by the network
linear model  ${percent(linear)} by logistic regression, its penalty chosen by cross-validation
predictions   ${predictions}
model         ${model}

Look into it:  node dist/cli.mjs inspect ${model}`);

/** Runs the built command line; ends with its exit code if it fails. */
function command(args, stdout) {
  const {
    status,
    signal,
    stdout: text,
  } = spawnSync(process.execPath, [join(root, 'dist', 'cli.mjs'), ...args], {
    stdio: ['ignore', stdout, 'inherit'],
    encoding: 'utf8',
  });
  // 2: finished short of the tolerance, with a model all the same.
  if (status !== 0 && status !== 2) process.exit(status ?? (signal === 'SIGINT' ? 130 : 1));
  return text;
}
