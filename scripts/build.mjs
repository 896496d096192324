// `npm run build`: core.wasm -> bundles with the module inlined -> declarations, all in dist/. Everything it says goes to stderr.
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build as esbuild } from 'esbuild';
import { buildCore, hashOf } from './build-core.mjs';
import { withLock } from './lock.mjs';
import { coreBuild, isCurrent, packageBuild, root, startStamp } from './stamp.mjs';
import { declarations } from './types.mjs';

const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;

/** workerd forbids compiling bytes inside a request: there the platform compiles dist/core.wasm, which stays an import. */
const platformModule = {
  name: 'platform-module',
  setup({ onResolve }) {
    onResolve({ filter: /\/source\.js$/ }, () => ({ path: join(root, 'src', 'core', 'source.workerd.ts') }));
    onResolve({ filter: /\.wasm$/ }, ({ path }) => ({ path, external: true }));
  },
};

/** The worker's two sides use the library of the package, once. */
const libraryBeside = {
  name: 'library-beside',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.\/index\.js$/ }, () => ({ path: './index.mjs', external: true }));
  },
};

const common = {
  bundle: true,
  target: 'es2022',
  platform: 'neutral',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
  define: { __VERSION__: JSON.stringify(version) },
};
const bundles = [
  { entry: 'src/index.ts', file: 'index.mjs', format: 'esm' },
  { entry: 'src/index.ts', file: 'index.cjs', format: 'cjs' },
  { entry: 'src/index.ts', file: 'index.global.js', format: 'iife', globalName: 'cvxnn' },
  { entry: 'src/index.ts', file: 'workerd.mjs', format: 'esm', plugins: [platformModule] },
  { entry: 'src/predict.ts', file: 'predict.mjs', format: 'esm' },
  { entry: 'src/predict.ts', file: 'predict.cjs', format: 'cjs' },
  ...[
    ['web', 'worker.mjs'],
    ['node', 'worker.node.mjs'],
    ['host-web', 'worker-host.mjs'],
    ['host-node', 'worker-host.node.mjs'],
  ].map(([entry, file]) => ({
    entry: `src/worker/${entry}.ts`,
    file,
    format: 'esm',
    plugins: [libraryBeside],
    external: ['node:*'],
  })),
  {
    entry: 'src/cli/main.ts',
    file: 'cli.mjs',
    format: 'esm',
    platform: 'node',
    external: ['hyparquet'],
    banner: { js: '#!/usr/bin/env node' },
  },
];

/** Builds into build/dist and swaps it in at the end: dist/ is complete or absent. @returns the compiler's complaints, '' if none. */
export async function buildPackage() {
  const stamp = startStamp(packageBuild);
  if (!isCurrent(coreBuild)) buildCore();
  const core = readFileSync(join(root, 'build', 'core.wasm'));
  console.error(`core.wasm ${core.length} bytes sha256 ${hashOf(core)}`);
  const draft = join(root, 'build', 'dist');
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  writeFileSync(join(draft, 'core.wasm'), core);
  await Promise.all(
    bundles.map(({ entry, file, ...options }) =>
      esbuild({ ...common, ...options, absWorkingDir: root, entryPoints: [entry], outfile: join(draft, file) }),
    ),
  );
  chmodSync(join(draft, 'cli.mjs'), 0o755);
  const { files, problems } = declarations();
  for (const [name, text] of files) {
    const path = join(draft, 'types', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  swapIn(draft);
  stamp();
  return problems;
}

function swapIn(draft) {
  const dist = join(root, 'dist');
  const old = join(root, 'build', 'dist.old');
  rmSync(old, { recursive: true, force: true });
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(draft, dist);
  rmSync(old, { recursive: true, force: true });
}

if (process.argv[1] === import.meta.filename) {
  const problems = await withLock(buildPackage);
  if (problems) {
    console.error(problems);
    process.exitCode = 1;
  }
}
