import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { launchChromium } from '../../scripts/chromium.mjs';
import { ensureBuild } from '../../scripts/ensure-build.mjs';
import { serve } from '../../scripts/serve.mjs';

const root = join(import.meta.dirname, '../..');

it('the page of the README trains a network when it is copied into a file', async () => {
  await ensureBuild();
  const [, html] = readFileSync(join(root, 'README.md'), 'utf8').match(/```html\n([\s\S]*?)```/) ?? [];
  const published = 'https://unpkg.com/cvxnn';
  expect(html).toContain(published);
  const script = readFileSync(join(root, JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).unpkg), 'utf8');
  const page = `<!doctype html><meta charset="utf-8"><body>${html.replace(published, '/cvxnn.js')}`;
  const server = await serve({ '/': page, '/cvxnn.js': script });
  const browser = await launchChromium();
  try {
    const tab = await browser.newPage();
    await tab.goto(server.origin);
    await tab.waitForFunction("document.body.innerText.includes('gap')");
    const text = (await tab.evaluate('document.body.innerText')) as string;
    const [, value, gap] = text.match(/f\(1\.5\) = (\S+), gap (\S+)/) ?? [];
    // Between the targets at 1 and 2.
    expect(Number(value)).toBeGreaterThan(1.1);
    expect(Number(value)).toBeLessThan(1.9);
    expect(Number(gap)).toBeLessThanOrEqual(1e-6);
  } finally {
    await browser.close();
    await server.close();
  }
});
