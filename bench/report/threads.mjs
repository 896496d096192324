// node bench/report/threads.mjs [quick]: the same calls on the calling thread and on pools of one and two workers; one JSON line for each.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuild } from '../../scripts/ensure-build.mjs';
import { root } from '../../scripts/stamp.mjs';

await ensureBuild();
const load = (file) => import(pathToFileURL(join(root, 'dist', file)).href);
const cvxnn = await load('index.mjs');
const { spawn } = await load('worker.node.mjs');
const quick = process.argv[2] === 'quick';

function table(n, d, seed) {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2147483648;
  };
  const X = { data: Float64Array.from({ length: n * d }, next), shape: [n, d] };
  const y = Float64Array.from({ length: n }, (_, k) => Math.abs(X.data[k * d]) - 0.5 * X.data[k * d + 1] + 0.2 * next());
  return { X, y };
}

const { X, y } = table(quick ? 40 : 400, quick ? 3 : 8, 1);
const seeds = [0, 1, 2, 3];
/** Four independent calls each, by the functions of the library or of a pool: the same names. */
const works = {
  'four fits, exact ReLU, priced, four seeds': ({ train }) =>
    seeds.map((seed) => train(cvxnn.relu(), X, y, { beta: 2, patterns: 'priced', seed })),
  'four regularization paths, four tables': ({ regularizationPath }) =>
    seeds.map((seed) => {
      const own = table(quick ? 30 : 200, 4, seed + 2);
      return regularizationPath(cvxnn.relu(), own.X, own.y, { values: 10, patterns: 'priced' });
    }),
  'four cross-validations, four draws of the folds': ({ crossValidate }) =>
    seeds.map((seed) => crossValidate(cvxnn.relu(), X, y, { values: 8, folds: 3, seed, patterns: { sample: 60 } })),
};

/** Every number of a result, networks as their documents; what holds a time is left out by having none. */
function numbers(value) {
  if (typeof value === 'number') return [value];
  if (value === null || typeof value !== 'object') return [];
  if (typeof value.toJSON === 'function') return numbers(value.toJSON());
  if (ArrayBuffer.isView(value)) return Array.from(value);
  return Object.keys(value)
    .sort()
    .flatMap((key) => numbers(value[key]));
}

const hashOf = (results) => {
  const all = Float64Array.from(numbers(results));
  return createHash('sha256').update(new Uint8Array(all.buffer)).digest('hex').slice(0, 16);
};

for (const [work, call] of Object.entries(works)) {
  for (const threads of [0, 1, 2]) {
    const pool = threads > 0 ? spawn({ threads }) : null;
    const place = pool ?? cvxnn;
    const warm = table(20, 2, 9);
    await Promise.all(
      Array.from({ length: Math.max(1, threads) }, () => place.train(cvxnn.relu(), warm.X, warm.y, { beta: 0.5 })),
    );
    const start = performance.now();
    const results = [];
    // On the calling thread one after the other: beside each other they would only take turns.
    if (pool) results.push(...(await Promise.all(call(place))));
    else for (const step of call(lazy(place))) results.push(await step());
    const seconds = (performance.now() - start) / 1000;
    pool?.close();
    console.log(JSON.stringify({ work, threads, seconds, hash: hashOf(results) }));
  }
}

/** The same functions, started only when called again. */
function lazy(library) {
  const names = ['train', 'regularizationPath', 'crossValidate'];
  return Object.fromEntries(
    names.map((name) => [
      name,
      (...parameters) =>
        () =>
          library[name](...parameters),
    ]),
  );
}
