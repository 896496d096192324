import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuild } from '../../scripts/ensure-build.mjs';
import { ReLUClassifier, ReLURegressor } from '../../src/index.js';
import { root } from '../support/source-files.js';

// The example as it stands, bundled as wrangler does it (the condition `workerd` chooses the build), in the real workerd.
const scratch = mkdtempSync(join(tmpdir(), 'cvxnn-edge-'));
let server: Miniflare;
let origin: string;

beforeAll(async () => {
  await ensureBuild();
  await build({
    entryPoints: [join(root, 'examples/edge/worker.mjs')],
    bundle: true,
    format: 'esm',
    conditions: ['workerd'],
    external: ['*.wasm'],
    outfile: join(scratch, 'worker.mjs'),
    logLevel: 'silent',
  });
  copyFileSync(join(root, 'dist/core.wasm'), join(scratch, 'core.wasm'));
  server = new Miniflare({
    modules: true,
    modulesRoot: scratch,
    scriptPath: join(scratch, 'worker.mjs'),
    modulesRules: [
      { type: 'ESModule', include: ['**/*.mjs'] },
      { type: 'CompiledWasm', include: ['**/*.wasm'] },
    ],
    compatibilityDate: '2026-04-01',
    cf: false,
    host: '127.0.0.1',
  });
  origin = (await server.ready).origin;
});

afterAll(async () => {
  await server?.dispose();
  rmSync(scratch, { recursive: true, force: true });
});

const X = Array.from({ length: 40 }, (_, k) => [k / 10, (k * 7) % 13]);
const y = X.map(([a, b]) => Math.max(0, a - 2) - 0.5 * Math.max(0, b - 6));

async function post(body: unknown) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(origin, { method: 'POST', body: text });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

/** On a connection of its own: one that is kept may be closed by workerd, after a refused body, while it is taken again. */
function postAlone(body: unknown): ReturnType<typeof post> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const asked = request(origin, { method: 'POST', agent: false }, async (response) => {
      const chunks = await response.toArray();
      resolve({ status: response.statusCode ?? 0, json: JSON.parse(Buffer.concat(chunks).toString()) });
    });
    asked.once('error', reject).end(text);
  });
}

describe('the edge function', () => {
  it('trains a regression and returns model, bound and gap: the bits that Node gives', async () => {
    const { status, json } = await post({ X, y, beta: 0.05 });
    expect(status).toBe(200);
    const { model, objective, bound, gap, score } = json as { model: object } & Record<string, number>;
    expect(bound).toBeLessThanOrEqual(objective);
    expect(gap).toBeLessThanOrEqual(1e-6);
    expect(score).toBeGreaterThan(0.9);
    const here = await new ReLURegressor({ beta: 0.05, folds: 3, patterns: 'priced', maxIterations: 200 }).fit(X, y);
    expect(model).toEqual(JSON.parse(JSON.stringify(here)));
    expect(ReLURegressor.fromJSON(model).predict(X)).toEqual(here.predict(X));
  });

  it('chooses beta where none is given, and classifies', async () => {
    const labels = X.map(([a, b]) => (a > 2 === b > 6 ? 'same' : 'other'));
    const { status, json } = await post({ X, y: labels, task: 'classification' });
    expect(status).toBe(200);
    expect(json.beta).toBeGreaterThan(0);
    expect(ReLUClassifier.fromJSON(json.model).predict([[4, 12]])).toEqual(['same']);
  });

  it('says what it takes', async () => {
    const response = await fetch(origin);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('POST');
    expect((await fetch(origin, { method: 'DELETE' })).status).toBe(405);
  });

  it.each([
    ['', 'no JSON'],
    ['{"X": [[1', 'no JSON'],
    ['[1, 2]', 'an object with X and y'],
    ['null', 'an object with X and y'],
    ['{}', 'X must be an array of rows'],
    [{ X: 'x', y }, 'X must be an array of rows'],
    [{ X: [1, 2], y }, 'X must be an array of rows'],
    [{ X }, 'y must be an array'],
    [{ X: X.slice(0, 5), y: y.slice(0, 5) }, '5 rows'],
    [{ X: new Array(501).fill([1]), y: new Array(501).fill(1) }, '501 rows'],
    [{ X: X.map(() => new Array(21).fill(0)), y }, '21 columns'],
    [{ X, y, learningRate: 0.1 }, 'unknown field "learningRate"'],
    [{ X, y, task: 'ranking' }, 'task must be'],
    [{ X, y, beta: -1 }, 'beta'],
    [{ X, y, beta: 'big' }, 'beta'],
    [{ X: X.map((row, k) => (k === 3 ? [row[0], 'x'] : row)), y }, 'X[3][1] is'],
    [{ X: X.map((row, k) => (k === 3 ? [1] : row)), y }, 'X[3]'],
    [{ X, y: y.slice(1) }, 'y is of length 39'],
    [{ X, y: y.map((target, k) => (k === 2 ? null : target)) }, 'y[2] is null'],
    [{ X, y: X.map(() => 'one'), task: 'classification' }, 'class'],
    [`{"X": [[${'1,'.repeat(200_000)}1]]}`, 'more than 262144 bytes'],
  ])('refuses %j with 400 and a reason', async (body, reason) => {
    const { status, json } = await post(body);
    expect(json.error).toContain(reason);
    expect(status).toBe(400);
  });
});

/** Memory in use by the workerd processes below this one, in MB. */
function residentMegabytes(): number {
  let pages = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      if (parent === process.pid && stat.includes('(workerd'))
        pages += Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    } catch {
      // The process ended between two reads.
    }
  }
  return (pages * 4096) / 2 ** 20;
}

describe('under load', () => {
  it('answers 200 requests, 20 at once, and does not grow', async () => {
    const sizes: number[] = [];
    for (let round = 0; round < 10; round++) {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, k) => postAlone(k % 5 === 4 ? '{"X": 1}' : { X, y, beta: 0.02 + 0.01 * k })),
      );
      answers.forEach(({ status, json }, k) => {
        expect(status).toBe(k % 5 === 4 ? 400 : 200);
        if (status === 200) expect(json.gap).toBeLessThanOrEqual(1e-6);
      });
      sizes.push(residentMegabytes());
    }
    expect(sizes[0]).toBeGreaterThan(10);
    // The first rounds fill the heap up to what the collector leaves alone; the later ones must not add to it.
    const early = Math.max(...sizes.slice(0, 5));
    const late = Math.min(...sizes.slice(7));
    expect(late).toBeLessThan(early * 1.1 + 8);
  });
});
