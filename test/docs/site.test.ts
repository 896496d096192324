import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../../scripts/chromium.mjs';
import { brokenLinks, buildDocs } from '../../scripts/docs.mjs';
import { benchmarkPage, testingPage } from '../../scripts/docs-pages.mjs';
import { serve } from '../../scripts/serve.mjs';
import * as library from '../../src/index.js';

let folder: string;
let browser: Browser;
beforeAll(async () => {
  folder = await buildDocs();
  browser = await launchChromium();
});
afterAll(() => browser?.close());

const read = (name: string) => readFileSync(join(folder, name), 'utf8');

describe('the site of the documents', () => {
  it('has a page or an anchor for every export', () => {
    const overview = read('modules/index.html');
    expect(Object.keys(library).filter((name) => !overview.includes(name))).toEqual([]);
  });

  it('has no broken link', () => {
    expect(brokenLinks(folder)).toEqual([]);
  });

  it('has the pages of the families, and those made from the last runs', () => {
    const generated = ['testing', 'benchmarks', 'playground'].map((name) => `build_docs-pages_${name}`);
    for (const name of ['docs_families', 'docs_streaming', 'docs_convolutional', ...generated]) {
      expect(read(`documents/${name}.html`)).toContain('<h1');
    }
    expect(read('documents/build_docs-pages_benchmarks.html')).toContain('<table');
  });

  it('shows the playground, which trains there', async () => {
    const site = await serve({ '/site/': folder });
    try {
      const tab = await browser.newPage();
      const errors: string[] = [];
      tab.on('pageerror', (error) => errors.push(String(error)));
      await tab.goto(`${site.origin}/site/documents/build_docs-pages_playground.html`);
      const frame = await (await tab.waitForSelector('iframe'))?.contentFrame();
      await frame?.waitForFunction('/gap|bound/i.test(document.body.innerText) && /\\d/.test(document.body.innerText)');
      expect(errors).toEqual([]);
    } finally {
      await site.close();
    }
  });
});

describe('the search for broken links', () => {
  it('names the page and the link', () => {
    const scratch = mkdtempSync(join(tmpdir(), 'cvxnn-site-'));
    mkdirSync(join(scratch, 'a'));
    writeFileSync(
      join(scratch, 'index.html'),
      '<a href="a/b.html#x">1</a> <a href="https://example.org/">2</a> <a href="#y">3</a>',
    );
    writeFileSync(join(scratch, 'a/b.html'), '<a href="../index.html">1</a> <img src="gone.png"> <a href="c.html?q">2</a>');
    expect(brokenLinks(scratch)).toEqual([`${join('a', 'b.html')}: gone.png`, `${join('a', 'b.html')}: c.html`]);
    rmSync(scratch, { recursive: true });
  });
});

describe('pages from the last runs', () => {
  const coverage = {
    total: Object.fromEntries(['lines', 'branches', 'functions'].map((k) => [k, { covered: 9, total: 10, pct: 90 }])),
  };

  it('say what passed and what was covered, or that nothing ran', () => {
    const page = testingPage({ passed: 12, failed: 1, seconds: 3.14159, node: 'v20', date: 'today' }, coverage as never);
    expect(page).toContain('12 passed, 1 failed, in 3.14 s on Node v20 (today)');
    expect(page).toContain('| lines | 9 | 10 | 90 % |');
    expect(testingPage(null, null)).toContain('has not run here');
  });

  it('count the runs of Adam that end above', () => {
    const runs = [{ rate: 0.1, objectives: [1.001, 1.5, 2, null] }];
    const problem = { name: 'toy', n: 5, d: 2, loss: 'squared', train: { objective: 1, seconds: 0.5 }, runs };
    expect(benchmarkPage([problem] as never)).toContain('| toy | 5 x 2 | squared | 1 | 0.5 s | 1.001 | 2 | 3 |');
  });
});
