// `npm run playground`: builds the page into build/playground, a folder of static files, and serves it. With --build it only builds.
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ensureBuild } from './ensure-build.mjs';
import { serve } from './serve.mjs';
import { root } from './stamp.mjs';

/** TensorFlow.js as one module, with its gradients and its plain backend. */
const tensorflow = `import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import '@tensorflow/tfjs-backend-cpu';
export * from '@tensorflow/tfjs-core';`;

/** @returns the folder: index.html and everything that it loads, by relative addresses. */
export async function buildPlayground() {
  await ensureBuild();
  const folder = join(root, 'build', 'playground');
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(root, 'playground'), folder, { recursive: true });
  for (const name of ['index.mjs', 'worker.mjs', 'worker-host.mjs']) cpSync(join(root, 'dist', name), join(folder, 'dist', name));
  await build({
    stdin: { contents: tensorflow, resolveDir: root },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    outfile: join(folder, 'vendor', 'tf.mjs'),
    logLevel: 'error',
  });
  return folder;
}

/** Serves a built folder; the address `/` is its index.html. */
export const servePlayground = (folder) => serve({ '/site/': folder });

if (process.argv[1] === import.meta.filename) {
  const folder = await buildPlayground();
  if (process.argv.includes('--build')) console.log(folder);
  else {
    const { origin } = await servePlayground(folder);
    console.log(`${origin}/site/index.html\nCtrl+C ends it.`);
  }
}
