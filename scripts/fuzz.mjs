// `npm run fuzz -- [--seconds N] [--target NAME] [--seed S]`: N seconds (default 20) for each target, every one in a process of its own, so
// that a hang or a crash is a finding too. What is found is shrunk, printed, and kept in test/fuzz/corpus. docs/fuzzing.md.
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { ensureCore } from './ensure-build.mjs';
import { root } from './stamp.mjs';

const names = ['tables', 'options', 'numerics'];
/** An input that takes longer hangs. */
const patience = 60;
const corpus = join(root, 'test', 'fuzz', 'corpus');

/** Bundles the targets with the library's sources. @returns the file. */
export async function bundleTargets() {
  await ensureCore();
  const outfile = join(root, 'build', `fuzz.${process.pid}.mjs`);
  await build({
    entryPoints: [join(root, 'test/fuzz/main.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    external: ['fast-check', 'hyparquet'],
    logLevel: 'error',
  });
  return outfile;
}

/** Fuzzes one target in a process. @returns what was found, a shrunk input for every fault, and how many inputs were checked. */
export function fuzz(program, name, seconds, seed) {
  return new Promise((resolve) => {
    const child = fork(program, [name, String(seconds), String(seed)], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    let input;
    let checked = 0;
    let said = '';
    let outcome = null;
    let watch;
    const expect = () => {
      clearTimeout(watch);
      watch = setTimeout(() => {
        outcome = { found: [{ target: name, message: `no answer within ${patience} s`, input }], checked };
        child.kill('SIGKILL');
      }, 1000 * patience);
    };
    child.stderr.on('data', (text) => {
      said = (said + text).slice(-500);
    });
    child.on('message', (message) => {
      if (message.done) outcome = message.done;
      else {
        ({ input } = message);
        checked++;
        expect();
      }
    });
    expect();
    child.on('close', (code, signal) => {
      clearTimeout(watch);
      const message = `the process ended with ${signal ?? code}: ${said}`;
      resolve(outcome ?? { found: [{ target: name, message, input }], checked });
    });
  });
}

/** Keeps an input for the tests to replay. @returns the file's path. */
export function keep(found) {
  mkdirSync(corpus, { recursive: true });
  const key = createHash('sha256').update(JSON.stringify(found.input)).digest('hex').slice(0, 8);
  const file = join(corpus, `${found.target}-${key}.json`);
  writeFileSync(file, `${JSON.stringify(found, null, 1)}\n`);
  return relative(root, file);
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '20' },
      target: { type: 'string' },
      seed: { type: 'string', default: String(Math.floor(Date.now() / 1000) % 1e6) },
    },
  });
  const seconds = Number(values.seconds);
  if (!(seconds > 0)) throw new Error(`--seconds is "${values.seconds}"; expected a number above 0`);
  if (values.target !== undefined && !names.includes(values.target)) throw new Error(`--target is one of ${names.join(', ')}`);
  const program = await bundleTargets();
  for (const name of values.target === undefined ? names : [values.target]) {
    const { found, checked } = await fuzz(program, name, seconds, Number(values.seed));
    console.log(`${name}: ${checked} inputs, seed ${values.seed}, ${found.length === 0 ? 'nothing' : found.length} found`);
    for (const one of found) console.log(`  ${one.message}\n  ${JSON.stringify(one.input)}\n  kept in ${keep(one)}`);
    if (found.length > 0) process.exitCode = 1;
  }
  rmSync(program, { force: true });
}
