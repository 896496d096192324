import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';

// Every TypeScript block of the README and of docs/ runs as it stands, against the sources.
const root = join(import.meta.dirname, '../..');
const documents = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
);
const scratch = mkdtempSync(join(tmpdir(), 'cvxnn-docs-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const blocks = documents.flatMap((document) => {
  const text = readFileSync(join(root, document), 'utf8');
  return [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code], index) => ({ name: `${document} block ${index + 1}`, code }));
});

describe('code blocks of the documents', () => {
  it('are there', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(3);
  });

  it.each(blocks)('$name runs', async ({ name, code }) => {
    const outfile = join(scratch, `${name.replaceAll(/\W+/g, '-')}.mjs`);
    await build({
      stdin: { contents: code, loader: 'ts', resolveDir: root },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile,
      alias: {
        cvxnn: join(root, 'src/index.ts'),
        'cvxnn/predict': join(root, 'src/predict.ts'),
        'cvxnn/table': join(root, 'src/table/index.ts'),
      },
      logLevel: 'silent',
    });
    await expect(import(pathToFileURL(outfile).href)).resolves.toBeDefined();
  });
});
