import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { compileCore, hashOf } from '../../scripts/build-core.mjs';
import { ensureBuild } from '../../scripts/ensure-build.mjs';
import { packedCore } from '../../src/core/wasm.js';
import { run, runNode, said, tool } from '../support/commands.js';
import { parse, root, sourceFiles, walk } from '../support/source-files.js';

const read = (name: string): string => readFileSync(join(root, 'dist', name), 'utf8');
/** Is the module inlined? */
const carriesCore = (name: string): boolean => read(name).includes(packedCore.text.slice(0, 1000));

/** For Node and bundlers. */
const readableBundles = [
  'index.mjs',
  'index.cjs',
  'predict.mjs',
  'predict.cjs',
  'table.mjs',
  'table.cjs',
  'worker.mjs',
  'worker.node.mjs',
  'worker-host.mjs',
  'worker-host.node.mjs',
];

beforeAll(() => ensureBuild());

describe('the package', () => {
  it('passes publint', () => {
    const result = runNode([tool('publint', 'src/cli.js'), '--strict']);
    expect(result.status, said(result)).toBe(0);
  });

  it('gives right types to every kind of consumer', () => {
    // cvxnn/worker is an ES module only: its sides find each other by import.meta.url.
    const excluded = ['--exclude-entrypoints', './global', './core.wasm', '--ignore-rules', 'cjs-resolves-to-esm'];
    const result = runNode([tool('@arethetypeswrong/cli', 'dist/index.js'), '--pack', '.', '--no-color', ...excluded]);
    expect(result.status, said(result)).toBe(0);
  });

  it('holds what users need and nothing else', () => {
    const result = run('npm', ['pack', '--dry-run', '--json']);
    expect(result.status, said(result)).toBe(0);
    const files: string[] = JSON.parse(result.stdout)[0].files.map(({ path }: { path: string }) => path);
    const sources = files.filter((path) => path.startsWith('src/'));
    expect(sources.sort()).toEqual(sourceFiles('src').concat('src/core/wasm-module.d.ts', 'src/table/compressors.d.ts').sort());
    const outside = files.filter((path) => !/^(dist|src)\//.test(path)).sort();
    expect(outside).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
    const bundles = [
      'cli.mjs',
      'core.wasm',
      'index.cjs',
      'index.global.js',
      'index.min.mjs',
      'index.mjs',
      'predict.cjs',
      'predict.mjs',
      'table.cjs',
      'table.mjs',
      'third-party.txt',
      'worker-host.mjs',
      'worker-host.node.mjs',
      'worker.mjs',
      'worker.node.mjs',
      'workerd.mjs',
    ];
    const inside = files.filter((path) => path.startsWith('dist/') && !/^dist\/types\/.*\.d\.[cm]ts$/.test(path)).sort();
    const mapped = bundles.filter((name) => readableBundles.includes(name));
    expect(inside).toEqual([...bundles, ...mapped.map((name) => `${name}.map`)].map((name) => `dist/${name}`).sort());
  });
});

describe('bundles', () => {
  it.each(['index.mjs', 'index.min.mjs', 'predict.mjs', 'table.mjs', 'workerd.mjs'])(
    '%s waits for nothing while it loads',
    (name) => {
      const waits: string[] = [];
      const visit = (node: ts.Node): void => {
        if (ts.isAwaitExpression(node)) waits.push(node.getText());
        if (!ts.isFunctionLike(node)) ts.forEachChild(node, visit);
      };
      visit(parse(name, read(name)));
      expect(waits).toEqual([]);
    },
  );

  it.each([
    ['index.mjs', []],
    ['index.cjs', []],
    ['index.min.mjs', []],
    ['index.global.js', []],
    ['predict.mjs', []],
    ['predict.cjs', []],
    ['table.mjs', []],
    ['table.cjs', []],
    ['workerd.mjs', ['./core.wasm']],
    ['worker.mjs', ['./index.mjs']],
    ['worker-host.mjs', ['./index.mjs']],
    ['worker.node.mjs', ['node:worker_threads', './index.mjs']],
    ['worker-host.node.mjs', ['node:worker_threads', './index.mjs']],
  ])('%s imports %j and nothing else', (name, expected) => {
    const found: string[] = [];
    walk(parse(name, read(name)), (node) => {
      if (ts.isImportDeclaration(node)) found.push((node.moduleSpecifier as ts.StringLiteral).text);
      const called = ts.isCallExpression(node) ? node.expression : null;
      if (called && (called.kind === ts.SyntaxKind.ImportKeyword || called.getText() === 'require')) found.push(node.getText());
    });
    expect([...new Set(found)]).toEqual(expected);
  });

  it('for prediction and for tables hold no WebAssembly', () => {
    for (const name of ['predict.mjs', 'predict.cjs', 'table.mjs', 'table.cjs']) {
      expect(read(name)).not.toContain('WebAssembly');
      expect(carriesCore(name)).toBe(false);
    }
  });

  it('for pages do not carry the reader of tables', () => {
    for (const name of ['index.global.js', 'index.min.mjs', 'index.mjs', 'predict.mjs', 'workerd.mjs'])
      expect({ name, carries: /parquet|zstd|brotli/i.test(read(name)) }).toEqual({ name, carries: false });
    for (const name of ['table.mjs', 'table.cjs', 'cli.mjs']) expect(read(name)).toMatch(/brotli/i);
  });

  it('for workerd hold no inlined module', () => {
    expect(carriesCore('workerd.mjs')).toBe(false);
    for (const name of ['index.mjs', 'index.cjs', 'index.min.mjs', 'index.global.js', 'cli.mjs'])
      expect(carriesCore(name)).toBe(true);
  });

  it('say what wrote the errors, minified or not', async () => {
    const { ArgumentError } = await import('../../src/errors.js');
    const global = new Function(`${read('index.global.js')};return cvxnn`)();
    expect(new global.ArgumentError('X', 'empty', 'rows').name).toBe(new ArgumentError('X', 'empty', 'rows').name);
  });
});

describe('packages that are bundled', () => {
  it('are named with their licences', () => {
    const text = read('third-party.txt');
    for (const name of ['hyparquet', 'hyparquet-compressors', 'fzstd', 'brotli.js', 'Apache License'])
      expect(text).toContain(name);
    expect(text.match(/Permission is hereby granted/g)).toHaveLength(3);
  });
});

describe('declarations', () => {
  it('lie there for both module systems, and name only files that exist', () => {
    const folder = join(root, 'dist', 'types');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('ts'));
    const count = (ending: string) => files.filter((name) => name.endsWith(ending)).length;
    expect(count('.d.mts')).toBeGreaterThan(3);
    expect(count('.d.mts')).toBe(count('.d.cts'));
    const missing = files.flatMap((name) =>
      ts
        .preProcessFile(readFileSync(join(folder, name), 'utf8'))
        .importedFiles.map(({ fileName }) => join(name, '..', fileName.replace(/\.([cm])js$/, '.d.$1ts')))
        .filter((target) => !files.includes(target)),
    );
    expect(missing).toEqual([]);
  });
});

describe('the core', () => {
  it('is built to the same bytes again', () => {
    const draft = `build/again.${process.pid}.wasm`;
    try {
      compileCore('release', draft);
      expect(hashOf(readFileSync(join(root, draft)))).toBe(hashOf(readFileSync(join(root, 'dist', 'core.wasm'))));
    } finally {
      rmSync(join(root, draft), { force: true });
    }
  });

  it('is inlined unchanged', async () => {
    const { coreBytes } = await import('../../src/core/source.js');
    expect(hashOf(coreBytes())).toBe(hashOf(readFileSync(join(root, 'dist', 'core.wasm'))));
  });
});
