import { describe, expect, it } from 'vitest';
import { oneFit } from '../../scripts/runtime-fits.mjs';
import { compareResults } from '../../scripts/runtimes/compare.mjs';
import { consumers } from '../../scripts/runtimes.mjs';

describe('npm run runtimes', () => {
  it('knows every consumer that is promised', () => {
    const promised = [
      ...['node 20', 'node 22', 'node 24', 'node 26', 'bun', 'deno', 'edge-runtime', 'lambda handler'],
      ...['workerd, newest date', 'workerd, 2024'],
      ...['vite', 'webpack', 'rspack', 'rollup', 'esbuild', 'rolldown', 'next'],
      ...['chromium', 'firefox', 'webkit'].flatMap((browser) =>
        [
          'script tag, file://',
          'script tag, http',
          'ES module',
          'module worker',
          'module worker, cross-origin isolated',
          "CSP with 'wasm-unsafe-eval'",
          'CSP without',
        ].map((page) => `${browser}, ${page}`),
      ),
    ];
    expect(promised.filter((name) => !consumers.includes(name))).toEqual([]);
    expect(new Set(consumers).size).toBe(consumers.length);
  });

  it('takes one fit for pages that cannot hash, the same text each time', async () => {
    const library = await import('../../src/index.js');
    const text = await oneFit(library);
    expect(await oneFit(library)).toBe(text);
    expect(JSON.parse(text)[0].format).toBe('cvxnn-network');
  });
});

describe('compareResults', () => {
  const good = { hash: 'aa', fits: 2, each: { relu: '1', gated: '2' } };
  const refused = "UnsupportedRuntimeError: the page's policy forbids WebAssembly. Add 'wasm-unsafe-eval' to script-src";

  it('has nothing to say when all agree', () => {
    const results = [
      { runtime: 'node', ...good },
      { runtime: 'bun', ...good },
      { runtime: 'chromium, file', one: '[1]' },
      { runtime: 'webkit, file', one: '[1]' },
      { runtime: 'webkit, CSP without', failure: refused },
      { runtime: 'firefox', skipped: 'not installed' },
    ];
    expect(compareResults(results)).toEqual([]);
  });

  it('names the fits in which a runtime differs', () => {
    const other = { runtime: 'bun', hash: 'bb', fits: 2, each: { relu: '1', gated: '3' } };
    expect(compareResults([{ runtime: 'node', ...good }, other])).toEqual(['bun differs from node in: gated']);
  });

  it.each([
    ['a consumer that did not run', { error: 'not installed' }],
    ['a page that failed', { failure: 'TypeError: x' }],
    ['a page with another first fit', { one: '[2]' }],
    ['a consumer without a result', {}],
  ])('reports %s', (_, result) => {
    const problems = compareResults([
      { runtime: 'node', ...good },
      { runtime: 'a', one: '[1]' },
      { runtime: 'b', ...result },
    ]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^b/);
  });

  it.each([{ one: '[1]' }, { failure: 'CompileError: refused' }, {}])('wants the error of a strict policy, not %j', (result) => {
    expect(compareResults([{ runtime: 'firefox, CSP without', ...result }])).toHaveLength(1);
  });
});
