import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../../scripts/chromium.mjs';
import { buildPlayground, servePlayground } from '../../scripts/playground.mjs';
import { root } from '../support/source-files.js';

let site: Awaited<ReturnType<typeof servePlayground>>;
let browser: Browser;
beforeAll(async () => {
  site = await servePlayground(await buildPlayground());
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

const problems: string[] = [];

async function open(hash = '', width = 1280): Promise<Page> {
  const tab = await browser.newPage();
  tab.on('pageerror', (error) => problems.push(String(error)));
  tab.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  await tab.setViewport({ width, height: 900 });
  await tab.goto(`${site.origin}/site/index.html${hash}`);
  return tab;
}

const text = (tab: Page, id: string) => tab.$eval(`#${id}`, (element) => element.textContent ?? '');
const trained = (tab: Page) =>
  tab.waitForFunction(
    "document.getElementById('neurons').textContent !== '' && document.getElementById('progress').textContent === ''",
  );
const address = (tab: Page) => tab.evaluate('location.hash') as Promise<string>;
/** Colour at a place of the picture, in shares of its width and height. */
const colorAt = (tab: Page, x: number, y: number) =>
  tab.$eval(
    '#plane',
    (element, [left, top]) => {
      const canvas = element as HTMLCanvasElement;
      const { data } = canvas.getContext('2d')?.getImageData(left * canvas.width, top * canvas.height, 1, 1) ?? { data: [] };
      return Array.from(data);
    },
    [x, y],
  );

describe('the playground', () => {
  it('shows a certified network for XOR, and its path by the slider', async () => {
    const tab = await open('#size=40');
    await trained(tab);
    expect(await text(tab, 'verdict')).toContain('Proven');
    const [objective, bound, gap] = await Promise.all(['objective', 'bound', 'gap'].map((id) => text(tab, id)));
    expect(Number(bound)).toBeLessThanOrEqual(Number(objective));
    expect(Number(gap)).toBeLessThanOrEqual(1e-6);
    expect(Number(await text(tab, 'neurons'))).toBeGreaterThan(2);
    // Opposite corners are of one class, neighbours of two.
    const [one, other, third] = [await colorAt(tab, 0.9, 0.1), await colorAt(tab, 0.1, 0.9), await colorAt(tab, 0.1, 0.1)];
    expect(one[2] > one[0]).toBe(other[2] > other[0]);
    expect(one[2] > one[0]).not.toBe(third[2] > third[0]);
    await tab.$eval('#step', (element) => {
      (element as HTMLInputElement).value = '2';
      element.dispatchEvent(new Event('input'));
    });
    expect(await address(tab)).toContain('step=2');
    expect(Number(await text(tab, 'objective'))).toBeGreaterThan(Number(objective));
    await tab.close();
  });

  it('is drawn by mouse and by keyboard, and the address draws it again', async () => {
    const tab = await open();
    await tab.click('#clear');
    expect(await text(tab, 'progress')).toContain('Two classes are needed');
    const box = (await (await tab.$('#plane'))?.boundingBox()) ?? { x: 0, y: 0, width: 1, height: 1 };
    await tab.mouse.click(box.x + 0.75 * box.width, box.y + 0.25 * box.height);
    await tab.focus('#plane');
    for (let k = 0; k < 10; k++) await tab.keyboard.press('ArrowLeft');
    await tab.keyboard.down('Shift');
    await tab.keyboard.press('Enter');
    await tab.keyboard.up('Shift');
    await trained(tab);
    const hash = await address(tab);
    expect(hash).toMatch(/points=60_60_1\.-50_0_0$/);
    const objective = await text(tab, 'objective');
    const again = await open(hash);
    await trained(again);
    expect(await text(again, 'objective')).toBe(objective);
    await tab.keyboard.press('Backspace');
    expect(await text(tab, 'progress')).toContain('Two classes are needed');
    await Promise.all([tab.close(), again.close()]);
  });

  it('takes a table, and says what is wrong with one', async () => {
    const tab = await open();
    const upload = async (name: string, content: string) => {
      const path = join(root, 'build', name);
      writeFileSync(path, content);
      const input = (await tab.$('#file')) as Awaited<ReturnType<typeof tab.$<'input'>>>;
      await input?.uploadFile(path);
    };
    await upload('bad.csv', 'a,b,c\n1,2,x\n3,4,y\n5,6,z\n');
    await tab.waitForFunction("document.getElementById('message').textContent.includes('two classes')");
    await upload('good.csv', 'a,b,c\n1,2,x\n3,4,y\n5,6,x\n7,1,y\n');
    await trained(tab);
    expect(await text(tab, 'message')).toBe('');
    expect(await text(tab, 'accuracy')).toMatch(/of 4$/);
    await tab.close();
  });

  it('runs Adam beside it: no run ends below the certified bound', async () => {
    const tab = await open('#size=20&step=8');
    await trained(tab);
    await tab.click('#adam');
    await tab.waitForFunction(
      "document.querySelectorAll('#chart path.curve').length > 0 && /[0-9]+ of/.test(document.getElementById('adam-verdict').textContent)",
    );
    const best = Number(/Best run: ([\d.e+-]+)/.exec(await text(tab, 'adam-verdict'))?.[1].replace(/\.$/, ''));
    // The figures on the page have seven digits, Adam runs in 32 bits.
    expect(best).toBeGreaterThanOrEqual(Number(await text(tab, 'bound')) * (1 - 1e-5));
    await tab.close();
  });

  it('fits a phone, and gives every control a name', async () => {
    const tab = await open('#size=30', 360);
    await trained(tab);
    expect(await tab.evaluate('document.documentElement.scrollWidth')).toBe(360);
    const nameless = await tab.$$eval('input, button', (controls) =>
      controls
        .filter((control) => !(control.textContent?.trim() || (control as HTMLInputElement).labels?.[0]?.textContent?.trim()))
        .map(({ id }) => id),
    );
    expect(nameless).toEqual([]);
    await tab.close();
  });

  it('has thrown nothing', () => {
    expect(problems).toEqual([]);
  });
});
