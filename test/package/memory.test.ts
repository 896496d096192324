import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuild } from '../../scripts/ensure-build.mjs';
import { run, said } from '../support/commands.js';

beforeAll(ensureBuild);

const fits = `
import { relu, trainSync, ReLUClassifier } from './dist/index.mjs';
const X = Array.from({ length: 12 }, (_, k) => [(k * 7) % 11, (k * 5) % 13]);
const y = X.map(([a, b]) => Math.abs(a - 5) - b / 3);
const labels = y.map((value) => (value > 0 ? 'above' : 'below'));
const one = (k) => (k % 2 ? trainSync(relu(), X, y, { beta: 1 + (k % 3) }) : new ReLUClassifier({ beta: 1 }).fitSync(X, labels));
const used = async () => {
  for (let k = 0; k < 4; k++) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, heap: heapUsed + external };
};
for (let k = 0; k < 20; k++) one(k);
const early = await used();
for (let k = 20; k < 200; k++) one(k);
const late = await used();
console.log(JSON.stringify({ rss: late.rss - early.rss, heap: late.heap - early.heap }));`;

describe('200 fits', () => {
  it('leave memory where 20 left it: every fit drops its WebAssembly instance', () => {
    const result = run(process.execPath, ['--expose-gc', '--input-type=module', '--eval', fits]);
    expect(result.status, said(result)).toBe(0);
    const { rss, heap } = JSON.parse(result.stdout);
    // 180 instances that stayed would be 52 MB of the first number and 42 MB of the second.
    expect(heap).toBeLessThan(3e6);
    expect(rss).toBeLessThan(3e7);
  });
});
