import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import vm from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuild } from '../../scripts/ensure-build.mjs';
import { run, runNode, said, tool } from '../support/commands.js';

// The packed tarball, installed as a user does, into a folder that knows nothing of this project.
let folder: string;
let installed: string;

beforeAll(async () => {
  await ensureBuild();
  folder = mkdtempSync(join(tmpdir(), 'cvxnn-consumer-'));
  installed = join(folder, 'node_modules', 'cvxnn');
  const packed = run('npm', ['pack', '--json', '--pack-destination', folder]);
  if (packed.status !== 0) throw new Error(said(packed));
  const [{ filename }] = JSON.parse(packed.stdout);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const result = run('npm', ['install', '--offline', '--no-audit', '--no-fund', join(folder, filename)], folder);
  if (result.status !== 0) throw new Error(said(result));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A fit in JavaScript that runs in either module system; prints what the network predicts. */
const fit = `const X = [[0, 0], [0, 1], [1, 0], [1, 1], [2, 1], [-1, 2]], y = [0, 1, 1, 0, 2, -1];
const { network, certificate } = await cvxnn.train(cvxnn.relu(), X, y, { beta: 0.1, patterns: 'all' });
console.log(JSON.stringify({ proven: certificate.provenGlobal, predictions: [...network.predict(X)], saved: network.toJSON() }));`;

function execute(name: string, source: string) {
  writeFileSync(join(folder, name), source);
  const result = runNode([name], folder);
  expect(result.status, said(result)).toBe(0);
  return JSON.parse(result.stdout);
}

describe('the installed package', () => {
  it('trains the same network as ES module and as CommonJS', () => {
    const esm = execute('esm.mjs', `import * as cvxnn from 'cvxnn';\n${fit}`);
    const cjs = execute('cjs.cjs', `const cvxnn = require('cvxnn');\n(async () => {\n${fit}\n})();`);
    expect(esm.proven).toBe(true);
    expect(cjs).toEqual(esm);
  });

  it('predicts without WebAssembly from what was saved, in both module systems', () => {
    const { saved, predictions } = execute('save.mjs', `import * as cvxnn from 'cvxnn';\n${fit}`);
    const body = `delete globalThis.WebAssembly;
const X = [[0, 0], [0, 1], [1, 0], [1, 1], [2, 1], [-1, 2]];
console.log(JSON.stringify([...loadNetwork(${JSON.stringify(saved)}).predict(X)]));`;
    expect(execute('predict.mjs', `import { loadNetwork } from 'cvxnn/predict';\n${body}`)).toEqual(predictions);
    expect(execute('predict.cjs', `const { loadNetwork } = require('cvxnn/predict');\n${body}`)).toEqual(predictions);
  });

  it('reads tables, in both module systems', () => {
    const body = `delete globalThis.WebAssembly;
readTable('sep=;\\na;b\\n1,5;x\\n').then((table) => console.log(JSON.stringify([table.columns, table.rows()])));`;
    const expected = [['a', 'b'], [{ a: '1,5', b: 'x' }]];
    expect(execute('table.mjs', `import { readTable } from 'cvxnn/table';\n${body}`)).toEqual(expected);
    expect(execute('table.cjs', `const { readTable } = require('cvxnn/table');\n${body}`)).toEqual(expected);
  });

  it('runs as a script without modules', async () => {
    const context = vm.createContext({ atob, setTimeout, console });
    vm.runInContext(readFileSync(join(installed, 'dist', 'index.global.js'), 'utf8'), context);
    const names = vm.runInContext('Object.keys(cvxnn).sort()', context);
    const module = await import(join(installed, 'dist', 'index.mjs'));
    expect([...names]).toEqual(Object.keys(module).sort());
    await vm.runInContext('cvxnn.initialize()', context);
  });

  it('gives the core as a file, which initialize takes compiled', () => {
    const source = `import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as cvxnn from 'cvxnn';
const file = createRequire(import.meta.url).resolve('cvxnn/core.wasm');
await cvxnn.initialize({ module: new WebAssembly.Module(readFileSync(file)) });
WebAssembly.compile = () => { throw new Error('compiled again'); };
${fit}`;
    expect(execute('module.mjs', source).proven).toBe(true);
  });

  it('has a command', () => {
    const result = run(join(folder, 'node_modules', '.bin', 'cvxnn'), ['--help'], folder);
    expect(result.status, said(result)).toBe(0);
    expect(result.stdout).toMatch(/^Usage: cvxnn/);
  });

  it('takes the module of the platform where the workerd condition holds', () => {
    // Node 20 cannot import .wasm itself: a loader gives it what workerd gives, a compiled module.
    const loader = `import { readFileSync } from 'node:fs';
export async function load(url, context, next) {
  if (!url.endsWith('.wasm')) return next(url, context);
  const bytes = readFileSync(new URL(url)).toString('base64');
  return { format: 'module', shortCircuit: true, source: \`export default new WebAssembly.Module(Buffer.from('\${bytes}', 'base64'))\` };
}`;
    mkdirSync(join(folder, 'edge'), { recursive: true });
    writeFileSync(join(folder, 'edge', 'loader.mjs'), loader);
    writeFileSync(
      join(folder, 'edge', 'register.mjs'),
      `import { register } from 'node:module';\nregister('./loader.mjs', import.meta.url);`,
    );
    const refusal = `WebAssembly.compile = () => { throw new Error('Wasm code generation disallowed by embedder'); };`;
    writeFileSync(join(folder, 'edge.mjs'), `import * as cvxnn from 'cvxnn';\n${refusal}\n${fit}`);
    const result = runNode(['--conditions=workerd', '--import', './edge/register.mjs', 'edge.mjs'], folder);
    expect(result.status, said(result)).toBe(0);
    expect(JSON.parse(result.stdout).proven).toBe(true);
  });
});

describe('the installed types', () => {
  const source = `import { ArgumentError, relu, train, type MatrixLike } from 'cvxnn';
import { loadNetwork } from 'cvxnn/predict';
import { readTable, type TextTable } from 'cvxnn/table';
const X: MatrixLike = [[1, 2], [3, 4]];
export async function use(): Promise<number | null> {
  const { network, certificate } = await train(relu(), X, [1, 2], { beta: 0.1 });
  loadNetwork(network.toJSON()).predict(X);
  // @ts-expect-error a matrix is not a string
  await train(relu(), 'X', [1, 2], { beta: 0.1 });
  const table: TextTable = await readTable(new Uint8Array(3), { header: true, na: ['-'] });
  // @ts-expect-error a table is not a number
  await readTable(3);
  return certificate.lowerBound ?? table.rowCount;
}
export const argument: string = new ArgumentError('X', 'empty', 'rows').argument;
`;
  it.each([
    ['mts', 'node16', 'node16'],
    ['cts', 'node16', 'node16'],
    ['ts', 'esnext', 'bundler'],
  ])('check a .%s file with module %s, resolution %s', (extension, module, moduleResolution) => {
    const name = `use-${moduleResolution}.${extension}`;
    writeFileSync(join(folder, name), source);
    const options = ['--strict', '--noEmit', '--target', 'es2022', '--lib', 'es2022,dom'];
    const result = runNode(
      [tool('typescript', 'bin/tsc'), ...options, '--module', module, '--moduleResolution', moduleResolution, name],
      folder,
    );
    expect(result.status, said(result)).toBe(0);
  });

  it('stand for everything that the module exports', () => {
    const require = createRequire(join(folder, 'x.cjs'));
    const names = Object.keys(require('cvxnn'));
    writeFileSync(
      join(folder, 'names.cts'),
      `import cvxnn = require('cvxnn');\nexport const all = [${names.map((name) => `cvxnn.${name}`)}];\n`,
    );
    const result = runNode(
      [tool('typescript', 'bin/tsc'), '--noEmit', '--target', 'es2022', '--module', 'node16', 'names.cts'],
      folder,
    );
    expect(result.status, said(result)).toBe(0);
  });
});
