// Runtimes that are a command: every Node, bun, deno; and a handler as Amazon Lambda calls one.
import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { binaries, scratch } from './scratch.mjs';

const longest = 5 * 60 * 1000;

/** Runs a command in the scratch folder. @returns what it printed. */
export function output(command, args, environment = {}) {
  if (!existsSync(command)) throw new Error(`${command} is not installed`);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: scratch,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
      timeout: longest,
    });
    let [text, complaints] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (part) => {
      text += part;
    });
    child.stderr.setEncoding('utf8').on('data', (part) => {
      complaints += part;
    });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(text) : reject(new Error(`${command} ended with ${code}: ${complaints.slice(-2000)}`)),
    );
  });
}

const run = async (name, ...args) => JSON.parse(await output(binaries[name], args));
const version = async (name) => (await output(binaries[name], ['--version'])).match(/\d+\.\d+\.\d+/)[0];

/** A handler in a module of its own, called twice as a warm function is. */
async function lambda() {
  const file = join(scratch, 'handler.mjs');
  writeFileSync(
    file,
    `import * as cvxnn from 'cvxnn';
import { fitHash } from './fits.mjs';
export const handler = async () => ({ statusCode: 200, body: JSON.stringify(await fitHash(cvxnn)) });`,
  );
  const { handler } = await import(pathToFileURL(file).href);
  const [cold, warm] = [await handler({}), await handler({})].map(({ body }) => JSON.parse(body));
  if (cold.hash !== warm.hash) throw new Error('the second call gives other bits');
  return warm;
}

const node = Object.keys(binaries).filter((name) => name.startsWith('node'));
export const processes = [
  ...node.map((name) => ({ name, run: async () => ({ version: await version(name), ...(await run(name, 'main.mjs')) }) })),
  { name: 'node 20, require', run: () => run('node 20', 'main.cjs') },
  { name: 'bun', run: async () => ({ version: await version('bun'), ...(await run('bun', 'main.mjs')) }) },
  { name: 'deno', run: async () => ({ version: await version('deno'), ...(await run('deno', 'run', 'main.mjs')) }) },
  { name: 'lambda handler', run: lambda },
];
