// Edge platforms on this machine: workerd through miniflare, which takes the `workerd` condition of the package and compiles core.wasm
// itself, and edge-runtime, which compiles the inlined bytes.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { installed, scratch, tools } from './scratch.mjs';

const require = createRequire(join(tools, 'package.json'));

async function bundle(source, options) {
  const { build } = require('esbuild');
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: scratch },
    bundle: true,
    write: false,
    format: 'esm',
    ...options,
  });
  return outputFiles[0].text;
}

const imports = `import * as cvxnn from 'cvxnn';\nimport { fitHash } from './fits.mjs';\n`;

/** All fits inside one request, where workerd compiles no bytes. */
async function inWorkerd(compatibilityDate) {
  const { Miniflare } = require('miniflare');
  const source = `${imports}export default { fetch: async () => Response.json(await fitHash(cvxnn)) };`;
  const contents = await bundle(source, { conditions: ['workerd'], external: ['*.wasm'] });
  const miniflare = new Miniflare({
    compatibilityDate,
    cf: false,
    modules: [
      { type: 'ESModule', path: 'worker.mjs', contents },
      { type: 'CompiledWasm', path: 'core.wasm', contents: readFileSync(join(installed, 'dist', 'core.wasm')) },
    ],
  });
  try {
    const response = await miniflare.dispatchFetch('http://localhost/');
    const text = await response.text();
    if (!response.ok) throw new Error(`workerd answers ${response.status}: ${text.slice(0, 500)}`);
    return { version: require('workerd/package.json').version, compatibilityDate, ...JSON.parse(text) };
  } finally {
    await miniflare.dispose();
  }
}

async function inEdgeRuntime() {
  const { EdgeRuntime } = require('edge-runtime');
  const source = `${imports}addEventListener('fetch', (event) => event.respondWith(fitHash(cvxnn).then((result) => Response.json(result))));`;
  const runtime = new EdgeRuntime({ initialCode: await bundle(source, { format: 'iife' }) });
  const response = await runtime.dispatchFetch('http://localhost/');
  return { version: require('edge-runtime/package.json').version, ...(await response.json()) };
}

/** The newest date that this workerd knows: its version carries it. */
const today = () => require('workerd/package.json').version.replace(/^\d+\.(\d{4})(\d\d)(\d\d).*$/, '$1-$2-$3');

export const edges = [
  { name: 'workerd, newest date', run: () => inWorkerd(today()) },
  { name: 'workerd, 2024', run: () => inWorkerd('2024-09-23') },
  { name: 'edge-runtime', run: inEdgeRuntime },
];
