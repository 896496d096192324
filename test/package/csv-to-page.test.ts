import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../../scripts/chromium.mjs';
import { ensureBuild } from '../../scripts/ensure-build.mjs';
import { serve } from '../../scripts/serve.mjs';
import { root } from '../support/source-files.js';

// The README's section "From a CSV to a web page", as it stands there: its command, then its page in a browser.
const section = readFileSync(join(root, 'README.md'), 'utf8').split('### From a CSV to a web page')[1];
const block = (language: string) => section.split(`\`\`\`${language}\n`)[1].split('\n```')[0];

beforeAll(() => ensureBuild());

describe('from a CSV to a web page', () => {
  it('the command of the README trains on penguins with missing cells, and its page predicts species in Chromium', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cvxnn-page-'));
    const words = block('sh').trim().split(' ');
    expect(words.slice(0, 3)).toEqual(['npx', 'cvxnn', 'train']);
    const args = words.slice(2).map((word) => (word === 'model.json' ? join(folder, word) : word));
    execFileSync(process.execPath, [join(root, 'dist', 'cli.mjs'), ...args], { cwd: root, stdio: 'pipe' });
    const site = await serve({
      '/': block('html'),
      '/model.json': readFileSync(join(folder, 'model.json'), 'utf8'),
      '/predict.mjs': readFileSync(join(root, 'dist', 'predict.mjs'), 'utf8'),
    });
    const browser = await launchChromium();
    try {
      const tab = await browser.newPage();
      await tab.goto(site.origin);
      await tab.waitForFunction("document.querySelector('output').textContent !== ''");
      const lines = ((await tab.evaluate("document.querySelector('output').textContent")) as string).split('\n');
      expect(lines[0]).toMatch(/^Adelie \(\d+ %\)$/);
      expect(lines[1]).toMatch(/^Gentoo \(\d+ %\)$/);
      expect(lines.slice(2)).toEqual(['2 missing values replaced by the mean of the training rows']);
    } finally {
      await browser.close();
      await site.close();
    }
  });
});
