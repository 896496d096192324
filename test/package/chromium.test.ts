import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../../scripts/chromium.mjs';
import { ensureBuild } from '../../scripts/ensure-build.mjs';
import { fitHash } from '../../scripts/runtime-fits.mjs';
import { serve } from '../../scripts/serve.mjs';
import { root } from '../support/source-files.js';

const page = '<!doctype html><script src="/dist/index.global.js"></script>';
const dist = { '/dist/': join(root, 'dist') };
const fits = { '/runtime-fits.mjs': readFileSync(join(root, 'scripts', 'runtime-fits.mjs'), 'utf8') };
const hashInPage = "import('/runtime-fits.mjs').then(({ fitHash }) => fitHash(cvxnn))";

let browser: Browser;
beforeAll(async () => {
  await ensureBuild();
  browser = await launchChromium();
});
afterAll(() => browser?.close());

/** Opens a page of a site that lives as long as `body`. */
async function visit(files: Record<string, string>, headers: Record<string, string>, expression: string): Promise<unknown> {
  const site = await serve(files, headers);
  const tab = await browser.newPage();
  try {
    await tab.goto(site.origin);
    return await tab.evaluate(expression);
  } finally {
    await tab.close();
    await site.close();
  }
}

describe('in Chromium', () => {
  it('the global script trains to the bits that Node gives', async () => {
    const here = await fitHash(await import('../../src/index.js'));
    expect(here.fits).toBeGreaterThan(0);
    expect(await visit({ '/': page, ...dist, ...fits }, {}, hashInPage)).toEqual(here);
  });

  it('the module works too', async () => {
    const loadModule =
      "import('/dist/index.mjs').then(async (cvxnn) => { await cvxnn.initialize(); return Object.keys(cvxnn).length; })";
    expect(await visit({ '/': '<!doctype html>', ...dist }, {}, loadModule)).toBe(
      Object.keys(await import('../../src/index.js')).length,
    );
  });

  it('initialize streams the core from a URL', async () => {
    const stream = "cvxnn.initialize({ url: '/dist/core.wasm' }).then(() => 'done')";
    expect(await visit({ '/': page, ...dist }, {}, stream)).toBe('done');
  });

  it('the script works from a file', async () => {
    const tab = await browser.newPage();
    await tab.goto(`file://${join(root, 'LICENSE')}`);
    await tab.addScriptTag({ path: join(root, 'dist', 'index.global.js') });
    expect(await tab.evaluate("cvxnn.initialize().then(() => 'done')")).toBe('done');
    await tab.close();
  });

  it("a policy without 'wasm-unsafe-eval' is named in the error, one with it suffices", async () => {
    const policy = (more: string) => ({ 'content-security-policy': `script-src 'self' 'unsafe-inline' ${more}` });
    const attempt = "cvxnn.initialize().then(() => 'done', (error) => error.name + ': ' + error.message)";
    expect(await visit({ '/': page, ...dist }, policy(''), attempt)).toMatch(/^UnsupportedRuntimeError: .*wasm-unsafe-eval/);
    expect(await visit({ '/': page, ...dist }, policy("'wasm-unsafe-eval'"), attempt)).toBe('done');
  });
});
