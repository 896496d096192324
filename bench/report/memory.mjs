// node --expose-gc bench/report/memory.mjs [COUNT]: memory after every ten fits, one JSON line each.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuild } from '../../scripts/ensure-build.mjs';
import { root } from '../../scripts/stamp.mjs';

await ensureBuild();
const { gatedRelu, relu, trainSync } = await import(pathToFileURL(join(root, 'dist/index.mjs')).href);
const count = Number(process.argv[2] ?? 200);

function table(n, d) {
  const X = { data: Float64Array.from({ length: n * d }, (_, at) => Math.sin(7 * at) + Math.cos(at / 3)), shape: [n, d] };
  return { X, y: Float64Array.from({ length: n }, (_, k) => Math.abs(X.data[k * d]) - 0.5 * X.data[k * d + 1]) };
}
const [wide, narrow] = [table(300, 10), table(200, 4)];
const fits = [
  () => trainSync(gatedRelu(), wide.X, wide.y, { beta: 1, patterns: { sample: 200 } }),
  () => trainSync(relu(), narrow.X, narrow.y, { beta: 2, patterns: { sample: 60 } }),
  () => trainSync(relu(), narrow.X, narrow.y, { beta: 2, patterns: 'priced' }),
];

async function used(done) {
  for (let k = 0; k < 4; k++) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  console.log(JSON.stringify({ fits: done, heap: heapUsed / 1e6, external: external / 1e6, resident: rss / 1e6 }));
}

await used(0);
for (let k = 1; k <= count; k++) {
  fits[k % fits.length]();
  if (k % 10 === 0) await used(k);
}
