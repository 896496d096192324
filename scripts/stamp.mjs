// Is a build current? Judged by a hash of its inputs, not by file times: a checkout, a copy or a restored cache says nothing by its times.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const root = join(import.meta.dirname, '..');

const recipe = ['scripts/stamp.mjs', 'scripts/build-core.mjs', 'scripts/pack-bytes.mjs', 'asconfig.json', 'package-lock.json'];

/** What is built, from what, and which outputs must be there. */
export const coreBuild = {
  stamp: 'build/core.stamp',
  inputs: [...recipe, 'assembly'],
  outputs: ['build/core.wasm', 'src/core/wasm.ts'],
};
export const packageBuild = {
  stamp: 'build/package.stamp',
  inputs: [
    ...recipe,
    'scripts/build.mjs',
    'scripts/predict-only.mjs',
    'scripts/types.mjs',
    'tsconfig.json',
    'tsconfig.build.json',
    'package.json',
    'assembly',
    'src',
  ],
  outputs: [
    'dist/index.mjs',
    'dist/index.cjs',
    'dist/index.min.mjs',
    'dist/index.global.js',
    'dist/predict.mjs',
    'dist/predict.cjs',
    'dist/table.mjs',
    'dist/table.cjs',
    'dist/third-party.txt',
    'dist/workerd.mjs',
    'dist/worker.mjs',
    'dist/worker.node.mjs',
    'dist/worker-host.mjs',
    'dist/worker-host.node.mjs',
    'dist/cli.mjs',
    'dist/core.wasm',
  ],
};

const generated = 'src/core/wasm.ts';

/** Every file under the given paths, in a fixed order. */
function filesOf(paths) {
  return paths.flatMap((path) => {
    const full = join(root, path);
    if (path === generated || !existsSync(full)) return [];
    if (!statSync(full).isDirectory()) return [path];
    return filesOf(
      readdirSync(full)
        .sort()
        .map((name) => `${path}/${name}`),
    );
  });
}

function hashInputs(build) {
  const hash = createHash('sha256');
  for (const path of filesOf(build.inputs))
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  return hash.digest('hex');
}

/** Before a build: remember the state of its inputs, so that an edit during the build leaves it out of date. */
export function startStamp(build) {
  const hash = hashInputs(build);
  return () => {
    mkdirSync(dirname(join(root, build.stamp)), { recursive: true });
    writeFileSync(join(root, build.stamp), hash);
  };
}

export function isCurrent(build) {
  const stamp = join(root, build.stamp);
  return (
    build.outputs.every((path) => existsSync(join(root, path))) &&
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === hashInputs(build)
  );
}
