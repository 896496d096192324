// Bundlers: each builds main.mjs with the package's files and its own defaults for browsers; the result runs in this Node.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { output } from './processes.mjs';
import { scratch, tools } from './scratch.mjs';

const require = createRequire(join(tools, 'package.json'));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const entry = () => join(scratch, 'main.mjs');
const folderOf = (name) => join(scratch, 'built', name);

/** With webpack's interface. */
function compile(tool, name) {
  const options = {
    mode: 'production',
    context: scratch,
    entry: entry(),
    target: 'web',
    output: { path: folderOf(name), filename: 'main.mjs', module: true, library: { type: 'module' } },
    experiments: { outputModule: true },
    performance: { hints: false },
  };
  return new Promise((resolve, reject) =>
    tool(options, (error, stats) => {
      if (error || stats.hasErrors()) reject(error ?? new Error(stats.toString('errors-only')));
      else resolve();
    }),
  );
}

const builds = {
  esbuild: () =>
    require('esbuild').build({
      entryPoints: [entry()],
      bundle: true,
      minify: true,
      format: 'esm',
      outfile: join(folderOf('esbuild'), 'main.mjs'),
    }),
  async rollup() {
    const { rollup } = await load('rollup');
    const { nodeResolve } = await load('@rollup/plugin-node-resolve');
    const build = await rollup({ input: entry(), plugins: [nodeResolve({ browser: true })] });
    await build.write({ file: join(folderOf('rollup'), 'main.mjs'), format: 'esm' });
  },
  async rolldown() {
    const { rolldown } = await load('rolldown');
    const build = await rolldown({ input: entry(), platform: 'browser' });
    await build.write({ file: join(folderOf('rolldown'), 'main.mjs'), format: 'esm', minify: true });
    await build.close();
  },
  async vite() {
    const { build } = await import(pathToFileURL(join(tools, 'node_modules', 'vite', 'dist', 'node', 'index.js')).href);
    const lib = { entry: entry(), formats: ['es'], fileName: () => 'main.mjs' };
    await build({
      root: scratch,
      configFile: false,
      logLevel: 'error',
      build: { outDir: folderOf('vite'), lib, target: 'es2022' },
    });
  },
  webpack: async () => compile(require('webpack'), 'webpack'),
  rspack: async () => compile((await load('@rspack/core')).rspack, 'rspack'),
};

async function bundled(name) {
  await builds[name]();
  const text = await output(process.execPath, [join(folderOf(name), 'main.mjs')]);
  return { version: require(`${name === 'rspack' ? '@rspack/core' : name}/package.json`).version, ...JSON.parse(text) };
}

/** An app with a page, a route in Node and a route at the edge; Turbopack builds all three, the routes run. */
function writeApp() {
  const app = join(scratch, 'next');
  const write = (path, text) => {
    mkdirSync(join(app, path, '..'), { recursive: true });
    writeFileSync(join(app, path), text);
  };
  const fits = `import * as cvxnn from 'cvxnn';\nimport { fitHash } from '../../../fits.mjs';\n`;
  const route = (more) =>
    `${fits}${more}export const dynamic = 'force-dynamic';\nexport const GET = async () => Response.json(await fitHash(cvxnn));`;
  write('package.json', '{ "private": true }');
  write('next.config.mjs', `export default { turbopack: { root: ${JSON.stringify(tools)} } };`);
  write('app/layout.jsx', 'export default ({ children }) => <html><body>{children}</body></html>;');
  write('app/page.jsx', `'use client';\nimport { relu } from 'cvxnn';\nexport default () => <p>{relu().name}</p>;`);
  write('app/node/route.js', route(''));
  write('app/edge/route.js', route(`export const runtime = 'edge';\n`));
  return app;
}

async function inNext() {
  const app = writeApp();
  const next = join(tools, 'node_modules', 'next', 'dist', 'bin', 'next');
  const environment = { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' };
  await output(process.execPath, [next, 'build', app], environment);
  const server = spawn(process.execPath, [next, 'start', app, '--port', '0', '--hostname', '127.0.0.1'], {
    stdio: ['ignore', 'pipe', 2],
    env: { ...process.env, ...environment },
  });
  try {
    const origin = await announced(server);
    const [node, edge] = [await answer(`${origin}/node`), await answer(`${origin}/edge`)];
    if (node.hash !== edge.hash) throw new Error('its Node route and its edge route give other bits');
    return { version: require('next/package.json').version, ...edge };
  } finally {
    server.kill();
  }
}

async function answer(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return response.json();
}

/** The address that a server prints when it listens. */
function announced(server) {
  return new Promise((resolve, reject) => {
    let text = '';
    server.stdout.setEncoding('utf8').on('data', (part) => {
      text += part;
      const found = text.match(/http:\/\/127\.0\.0\.1:\d+/);
      if (found) resolve(found[0]);
    });
    server.on('close', (code) => reject(new Error(`next start ended with ${code}: ${text}`)));
  });
}

export const bundlers = [
  ...Object.keys(builds).map((name) => ({ name, run: () => bundled(name) })),
  { name: 'next', run: inNext },
];
