import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../../scripts/chromium.mjs';
import { ensureBuild } from '../../scripts/ensure-build.mjs';
import { serve } from '../../scripts/serve.mjs';
import { runNode, said } from '../support/commands.js';
import { root } from '../support/source-files.js';

beforeAll(() => ensureBuild());

/** Trains here and there, in whatever has the two modules; the answer is the same text twice. */
const both = (place: (name: string) => string, worker: string) => `
const cvxnn = await import('${place('index.mjs')}');
const { spawn } = await import('${place(worker)}');
const X = Array.from({ length: 30 }, (_, k) => [(k * 7) % 11 - 5, (k * 5) % 13 - 6]);
const y = X.map(([a, b]) => Math.abs(a) - 0.5 * b);
const pool = spawn({ threads: 2 });
const calls = [0.1, 0.01].map((beta) => pool.train(cvxnn.relu(), X, y, { beta }));
const there = (await Promise.all(calls)).map(({ network }) => JSON.stringify(network));
const here = await Promise.all([0.1, 0.01].map(async (beta) => JSON.stringify((await cvxnn.train(cvxnn.relu(), X, y, { beta })).network)));`;

describe('workers', () => {
  it('train in threads of Node to the same bits, and let the process end', () => {
    const place = (name: string) => pathToFileURL(join(root, 'dist', name)).href;
    const source = `${both(place, 'worker.node.mjs')}\nconsole.log(here.join() === there.join() && there.join().length > 100);`;
    const result = runNode(['--input-type=module', '-e', source]);
    expect(result.status, said(result)).toBe(0);
    expect(result.stdout.trim()).toBe('true');
  });

  it('train in Web Workers of Chromium to the same bits while the page goes on', async () => {
    const site = await serve({ '/': '<!doctype html>', '/dist/': join(root, 'dist') }, {});
    const browser = await launchChromium();
    try {
      const tab = await browser.newPage();
      await tab.goto(site.origin);
      const place = (name: string) => `/dist/${name}`;
      const outcome = await tab.evaluate(`(async () => {
        let ticks = 0;
        const clock = setInterval(() => ticks++, 1);
        ${both(place, 'worker.mjs').replace('const here', 'const during = ticks;\nconst here')}
        clearInterval(clock);
        pool.close();
        return { same: here.join() === there.join(), during, length: there.join().length };
      })()`);
      expect(outcome).toMatchObject({ same: true });
      expect((outcome as { during: number }).during).toBeGreaterThan(0);
    } finally {
      await browser.close();
      await site.close();
    }
  });

  it('leave the page its frames: gaps under 50 ms during a fit of five seconds', async () => {
    const site = await serve({ '/': '<!doctype html>', '/dist/': join(root, 'dist') }, {});
    const browser = await launchChromium();
    try {
      const tab = await browser.newPage();
      await tab.goto(site.origin);
      const measured = await tab.evaluate(`(async () => {
        const cvxnn = await import('/dist/index.mjs');
        const { spawn } = await import('/dist/worker.mjs');
        let gaps = [];
        let last = 0;
        const watch = (now) => {
          if (last > 0) gaps.push(now - last);
          last = now;
          requestAnimationFrame(watch);
        };
        requestAnimationFrame(watch);
        const since = (wait) => new Promise((done) => setTimeout(done, wait)).then(() => gaps.splice(0));
        await since(500);
        const idle = await since(1500);
        const pool = spawn({ threads: 1 });
        const X = Array.from({ length: 600 }, (_, k) => Array.from({ length: 20 }, (_, j) => Math.sin(k * (j + 1) * 1.7 + j)));
        const y = X.map((row, k) => Math.abs(row[0]) + row[1] * row[2] + Math.sin(7 * k));
        let heard = 0;
        const fit = pool.train(cvxnn.relu(), X, y, { beta: 0.01, timeLimit: 5, onProgress: () => heard++ });
        const start = performance.now();
        const { status } = await fit;
        const seconds = (performance.now() - start) / 1000;
        const during = gaps.splice(0);
        pool.close();
        return { idle: Math.max(...idle), during: Math.max(...during), frames: during.length, seconds, heard, status };
      })()`);
      const { idle, during, frames, seconds, heard, status } = measured as Record<string, number> & { status: string };
      expect(status).toBe('time-limit');
      expect(seconds).toBeGreaterThan(4.5);
      expect(heard).toBeGreaterThan(10);
      expect(frames).toBeGreaterThan(50);
      // A machine that is busy with other things drops frames of an idle page as well.
      expect(during).toBeLessThan(Math.max(50, 3 * idle));
    } finally {
      await browser.close();
      await site.close();
    }
  });
});
