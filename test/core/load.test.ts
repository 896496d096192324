import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import vm from 'node:vm';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type * as Load from '../../src/core/load.js';
import { coreBytes } from '../../src/core/source.js';
import { runNode, said } from '../support/commands.js';
import { root } from '../support/source-files.js';

/** Compiles nothing yet: every test has the state of a fresh import. */
let load: typeof Load;
beforeEach(async () => {
  vi.resetModules();
  load = await import('../../src/core/load.js');
});
afterEach(() => void vi.restoreAllMocks());

/** The bytes of a module without imports and exports. */
const empty = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);

describe('initialize', () => {
  it('compiles once, however often and from wherever it is asked', async () => {
    const compile = vi.spyOn(WebAssembly, 'compile');
    await Promise.all([load.initialize(), load.initialize(), load.openKernels()]);
    load.openKernelsSync();
    expect(compile).toHaveBeenCalledTimes(1);
  });

  it('gives every caller its own memory', async () => {
    const [a, b] = [await load.openKernels(), load.openKernelsSync()];
    expect(a.memory).not.toBe(b.memory);
    expect(a.heapBase()).toBe(b.heapBase());
  });

  it('takes a compiled module and compiles nothing more, also one of another realm', async () => {
    const bytes = coreBytes();
    for (const make of [
      () => new WebAssembly.Module(bytes),
      () => vm.runInNewContext('new WebAssembly.Module(bytes)', { bytes }),
    ]) {
      const module = make();
      const compile = vi.spyOn(WebAssembly, 'compile');
      await load.initialize({ module });
      expect((await load.openKernels()).heapBase()).toBeGreaterThan(0);
      expect(compile).not.toHaveBeenCalled();
    }
  });

  it.each([
    ['source.module', { module: coreBytes() }],
    ['source.module', { module: 'core.wasm' }],
    ['source.module', { module: null }],
    ['source.module', { module: new WebAssembly.Module(empty) }],
    ['source.modul', { modul: new WebAssembly.Module(empty) }],
    ['source', { module: new WebAssembly.Module(empty), url: 'core.wasm' }],
  ])('names %s in what it refuses', async (argument, source) => {
    await expect(load.initialize(source as object)).rejects.toMatchObject({ name: 'ArgumentError', argument });
  });
});

describe('initialize({ url })', () => {
  const files: Record<string, Uint8Array | string> = { '/core.wasm': coreBytes(), '/page': '<!doctype html>', '/empty': empty };
  const server = createServer(({ url }, response) => {
    // No content type: a server that does not know .wasm must do.
    const body = files[url ?? ''];
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  const listening = new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const at = async (path: string): Promise<string> => {
    await listening;
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  };
  afterAll(() => void server.close());

  it('compiles what is there, whatever type the server gives it', async () => {
    await load.initialize({ url: new URL(await at('/core.wasm')) });
    const compile = vi.spyOn(WebAssembly, 'Module');
    expect(load.openKernelsSync().heapBase()).toBeGreaterThan(0);
    expect(compile).not.toHaveBeenCalled();
  });

  it.each([
    ['/nowhere', /answers 404/],
    ['/page', /holds no WebAssembly/],
    ['/empty', /without the kernels/],
  ])('says what is wrong with %s, and the inlined bytes still work', async (path, message) => {
    const attempt = load.initialize({ url: await at(path) });
    await expect(attempt).rejects.toMatchObject({ name: 'ArgumentError', argument: 'source.url' });
    await expect(attempt).rejects.toThrow(message);
    expect((await load.openKernels()).heapBase()).toBeGreaterThan(0);
  });

  it('says which address cannot be fetched, with the cause', async () => {
    const attempt = load.initialize({ url: 'http://127.0.0.1:1/core.wasm' });
    await expect(attempt).rejects.toThrow(/127\.0\.0\.1:1\/core\.wasm, which cannot be fetched/);
    await expect(attempt).rejects.toHaveProperty('cause');
  });
});

/** What training says when the core does not compile; `arrange` is JavaScript that runs before it. */
function refusalIn(arrange: string, flags: string[] = []): { name: string; message: string; code: string }[] {
  const source = `import * as cvxnn from ${JSON.stringify(join(root, 'dist', 'index.mjs'))};
${arrange}
const failures = [];
const X = [[0, 1], [1, 0], [1, 1]], y = [1, 2, 3];
for (const attempt of [() => cvxnn.initialize(), () => cvxnn.train(cvxnn.relu(), X, y, { beta: 1 }), () => cvxnn.trainSync(cvxnn.relu(), X, y, { beta: 1 })])
  try { await attempt(); } catch ({ name, message, code }) { failures.push({ name, message, code }); }
console.log(JSON.stringify(failures));`;
  const result = runNode([...flags, '--input-type=module', '-e', source]);
  expect(result.status, said(result)).toBe(0);
  return JSON.parse(result.stdout);
}

describe('where the core does not compile', () => {
  const refused = { name: 'UnsupportedRuntimeError', code: 'unsupported-runtime' };

  it('no WebAssembly: prediction is what is left', () => {
    const failures = refusalIn('', ['--jitless']);
    expect(failures).toHaveLength(3);
    for (const failure of failures) {
      expect(failure).toMatchObject(refused);
      expect(failure.message).toMatch(/no WebAssembly.*cvxnn\/predict/);
    }
  });

  it('no SIMD: the first versions that have it, and prediction', () => {
    const failures =
      refusalIn(`const refuse = () => { throw new WebAssembly.CompileError('Compiling function #1 failed: invalid opcode 0xfd'); };
const { validate } = WebAssembly;
WebAssembly.validate = (bytes) => !bytes.includes(0xfd) && validate(bytes);
WebAssembly.compile = async () => refuse();
WebAssembly.Module = function () { refuse(); };`);
    expect(failures).toHaveLength(3);
    for (const { message } of failures) expect(message).toMatch(/no 128-bit SIMD.*Safari 16\.4.*cvxnn\/predict/);
  });

  it('compiling forbidden by the host: the module that the platform compiled', async () => {
    const script = readFileSync(join(root, 'dist', 'index.global.js'), 'utf8');
    const context = vm.createContext({ setTimeout, performance }, { codeGeneration: { strings: true, wasm: false } });
    vm.runInContext(script, context);
    const fit = 'cvxnn.train(cvxnn.relu(), [[0, 1], [1, 0], [1, 1]], [1, 2, 3], { beta: 1 })';
    const attempt = vm.runInContext(fit, context);
    await expect(attempt).rejects.toMatchObject(refused);
    await expect(attempt).rejects.toThrow(/only at deployment.*initialize\(\{ module/);
    // What the message says to do works.
    const module = new WebAssembly.Module(coreBytes());
    await vm.runInContext('(module) => cvxnn.initialize({ module })', context)(module);
    expect((await vm.runInContext(fit, context)).network.outputs).toBe(1);
  });

  it('an instance is refused, as WebKit does under a policy: the policy is named', async () => {
    const message = "Refused to create a WebAssembly object because 'unsafe-eval' or 'wasm-unsafe-eval' is not allowed";
    class Refused {
      constructor() {
        throw new WebAssembly.CompileError(message);
      }
    }
    vi.spyOn(WebAssembly, 'Instance').mockImplementation(Refused as never);
    await expect(load.openKernels()).rejects.toThrow(/'wasm-unsafe-eval' to script-src/);
    expect(() => load.openKernelsSync()).toThrow(/'wasm-unsafe-eval' to script-src/);
  });

  it('an unknown failure is told as it is, and the next attempt starts anew', async () => {
    const compile = vi.spyOn(WebAssembly, 'compile').mockRejectedValueOnce(new RangeError('out of memory'));
    await expect(load.openKernels()).rejects.toThrow(/did not compile: out of memory/);
    expect((await load.openKernels()).heapBase()).toBeGreaterThan(0);
    expect(compile).toHaveBeenCalledTimes(2);
  });
});

describe('explainRefusal', () => {
  it.each([
    "WebAssembly.compile(): Refused to compile or instantiate WebAssembly module because neither 'wasm-eval' nor 'unsafe-eval' is an allowed source of script in the following Content Security Policy directive: \"script-src 'self'\"",
    'call to WebAssembly.compile() blocked by CSP',
    "Refused to create a WebAssembly object because 'unsafe-eval' or 'wasm-unsafe-eval' is not an allowed source of script",
  ])('knows how each browser words its policy: %s', async (message) => {
    const { explainRefusal } = await import('../../src/core/unsupported.js');
    expect(explainRefusal(new WebAssembly.CompileError(message))).toMatch(/Content-Security-Policy.*'wasm-unsafe-eval'/);
  });
});
