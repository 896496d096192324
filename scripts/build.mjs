// `npm run build`: core.wasm -> bundles with the module inlined -> declarations, all in dist/. Everything it says goes to stderr.
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build as esbuild } from 'esbuild';
import { buildCore, hashOf } from './build-core.mjs';
import { withLock } from './lock.mjs';
import { predictOnly } from './predict-only.mjs';
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
  mainFields: ['module', 'main'],
  legalComments: 'none',
  logLevel: 'warning',
  write: false,
  define: { __VERSION__: JSON.stringify(version) },
};
/** For Node and bundlers: readable, so that an error shows the line that threw it, with a map to src/, which the package holds. */
const readable = { sourcemap: 'linked', sourcesContent: false };
/** For pages and edge platforms that take a file as it is. */
const small = { minify: true };
const bundles = [
  { entry: 'src/index.ts', file: 'index.mjs', format: 'esm', ...readable },
  { entry: 'src/index.ts', file: 'index.cjs', format: 'cjs', ...readable },
  { entry: 'src/index.ts', file: 'index.min.mjs', format: 'esm', ...small },
  { entry: 'src/index.ts', file: 'index.global.js', format: 'iife', globalName: 'cvxnn', ...small },
  { entry: 'src/index.ts', file: 'workerd.mjs', format: 'esm', plugins: [platformModule], ...small },
  { entry: 'src/predict.ts', file: 'predict.mjs', format: 'esm', plugins: [predictOnly], ...readable },
  { entry: 'src/predict.ts', file: 'predict.cjs', format: 'cjs', plugins: [predictOnly], ...readable },
  { entry: 'src/table/index.ts', file: 'table.mjs', format: 'esm', ...readable },
  { entry: 'src/table/index.ts', file: 'table.cjs', format: 'cjs', ...readable },
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
    ...readable,
  })),
  // Readable too; a program that nobody imports needs no map.
  {
    entry: 'src/cli/main.ts',
    file: 'cli.mjs',
    format: 'esm',
    platform: 'node',
    banner: { js: '#!/usr/bin/env node' },
  },
];

/** The packed kernels are no source that anyone reads, and other packages are not in this one: a line stands for them, all else is in src/. */
function withoutOthers(text) {
  const map = JSON.parse(text);
  const sourcesContent = map.sources.map((source) => {
    if (source === '../src/core/wasm.ts') return '// The kernels of assembly/, compiled and packed.\n';
    return source.startsWith('../src/') ? null : `// ${source.replace('../node_modules/', '')}\n`;
  });
  return sourcesContent.some((content) => content !== null) ? JSON.stringify({ ...map, sourcesContent }) : text;
}

/** What the licences of the packages inside table.mjs and cli.mjs ask for. */
function thirdParty() {
  const licence = (name, file = 'LICENSE') =>
    `${name}\n\n${readFileSync(join(root, 'node_modules', name, file), 'utf8').trim()}\n`;
  const parts = ['hyparquet', 'hyparquet-compressors', 'fzstd'].map((name) => licence(name));
  const [brotli] = /^\/\*[\s\S]*?\*\//.exec(readFileSync(join(root, 'node_modules/hyparquet-compressors/src/brotli.js'), 'utf8'));
  parts.push(
    `hyparquet-compressors/src/brotli.js\n\n${brotli}\n`,
    licence('typescript', 'LICENSE.txt').replace('typescript', 'Apache License 2.0'),
  );
  return `table.mjs, table.cjs and cli.mjs hold parts of these packages, under their licences.\n\n${parts.join('\n---\n\n')}`;
}

/**
 * Classes that name themselves inside are `_Name` to esbuild, and so to everyone who prints one. A space in place of the underscore moves
 * no character: the map stays right.
 */
function withOwnNames(text) {
  const names = [...text.matchAll(/^var (\w+) = class _\1\b/gm)].map(([, name]) => name);
  return names.length === 0 ? text : text.replace(new RegExp(`\\b_(${names.join('|')})\\b`, 'g'), ' $1');
}

/** Every file of one bundle, as text by name. */
async function bundle({ entry, file, ...options }) {
  const outfile = join(root, 'dist', file);
  const { outputFiles } = await esbuild({ ...common, ...options, absWorkingDir: root, entryPoints: [entry], outfile });
  const published = (path, text) => {
    if (path.endsWith('.map')) return withoutOthers(text);
    return options.minify ? text : withOwnNames(text);
  };
  return outputFiles.map(({ path, text }) => [basename(path), published(path, text)]);
}

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
  for (const [name, text] of (await Promise.all(bundles.map(bundle))).flat()) writeFileSync(join(draft, name), text);
  chmodSync(join(draft, 'cli.mjs'), 0o755);
  writeFileSync(join(draft, 'third-party.txt'), thirdParty());
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
