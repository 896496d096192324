import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build, transform } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuild } from '../../scripts/ensure-build.mjs';
import { run, said } from '../support/commands.js';
import { root } from '../support/source-files.js';

// What a page has to download, and what an installation puts on the disk. docs/runtimes.md says what the bytes are made of.
const dist = join(root, 'dist');
const gzipped = (text: string | Uint8Array): number => gzipSync(text, { level: 9 }).length / 1000;
const brotli = (text: string | Uint8Array): number => brotliCompressSync(text).length / 1000;

beforeAll(() => ensureBuild());

describe('budgets', () => {
  it.each([
    ['index.global.js', 173, 145.5],
    ['index.min.mjs', 173, 145.5],
    ['workerd.mjs', 144, 121.5],
    ['core.wasm', 26.7, 22.5],
  ])('%s stays within %d kB gzipped and %d kB with brotli', (name, gzip, br) => {
    const text = readFileSync(join(dist, name));
    expect(gzipped(text)).toBeLessThanOrEqual(gzip);
    expect(brotli(text)).toBeLessThanOrEqual(br);
  });

  it.each([
    ['index.mjs', 173.5, 146],
    ['index.cjs', 173.5, 146],
    ['predict.mjs', 20, 18],
    // Pages load the module; require() adds its own wrapping.
    ['predict.cjs', 20.3, 18.2],
    // Most of it is the dictionary of brotli.
    ['table.mjs', 105.5, 98.5],
    ['table.cjs', 105.5, 98.5],
  ])('%s, which is readable, stays within %d kB gzipped and %d kB with brotli once it is minified', async (name, gzip, br) => {
    const format = name.endsWith('.cjs') ? 'cjs' : 'esm';
    const { code } = await transform(readFileSync(join(dist, name), 'utf8'), { minify: true, format, target: 'es2022' });
    expect(gzipped(code)).toBeLessThanOrEqual(gzip);
    expect(brotli(code)).toBeLessThanOrEqual(br);
  });

  it('of the packed package: 2.6 MB to download, 9.2 MB on the disk', () => {
    const result = run('npm', ['pack', '--dry-run', '--json']);
    expect(result.status, said(result)).toBe(0);
    const [{ size, unpackedSize }] = JSON.parse(result.stdout);
    expect(size).toBeLessThanOrEqual(2.6e6);
    expect(unpackedSize).toBeLessThanOrEqual(9.2e6);
  });

  /** A page that a bundler builds: what the package exports and the page does not use is left out. */
  async function bundled(names: string, entry = 'index.mjs'): Promise<Uint8Array> {
    const { outputFiles } = await build({
      stdin: { contents: `import { ${names} } from './${entry}'; globalThis.used = [${names}];`, resolveDir: dist },
      bundle: true,
      minify: true,
      format: 'esm',
      write: false,
    });
    return outputFiles[0].contents;
  }

  it.each([
    ['train, relu', 87.5, 75.5],
    ['trainSync, gatedRelu', 87.5, 75.5],
    ['ReLUClassifier, ReLURegressor', 114, 97.5],
    ['verifyCertificate', 11.5, 10.3],
  ])('a page that uses %s alone carries %d kB gzipped, %d kB with brotli', async (names, gzip, br) => {
    const text = await bundled(names);
    expect(gzipped(text)).toBeLessThanOrEqual(gzip);
    expect(brotli(text)).toBeLessThanOrEqual(br);
  });

  it('a page that uses nothing carries nothing', async () => {
    expect((await bundled('')).length).toBeLessThan(100);
  });
});
