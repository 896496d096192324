import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuild } from '../../scripts/ensure-build.mjs';
import { runNode } from '../support/commands.js';
import { root } from '../support/source-files.js';

// What a person sees of the package in Node: an error that nobody caught, a class by its name, a line of src/ by its map.
const dist = join(root, 'dist');
const folder = mkdtempSync(join(tmpdir(), 'cvxnn-readable-'));
beforeAll(() => ensureBuild());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The standard error of a script that fails; `flags` are Node's. */
function stderrOf(name: string, source: string, flags: readonly string[] = []): string {
  writeFileSync(join(folder, name), source);
  const { status, stderr } = runNode([...flags, name], folder);
  expect(status).toBe(1);
  return stderr;
}

const esm = (file: string, names: string) =>
  `import { ${names} } from ${JSON.stringify(pathToFileURL(join(dist, file)).href)};\n`;
const cjs = (file: string, names: string) => `const { ${names} } = require(${JSON.stringify(join(dist, file))});\n`;

const faults: [string, string, string, RegExp][] = [
  [
    'train.mjs',
    `${esm('index.mjs', 'train, relu')}await train(relu(), [[1, 2], [3, NaN]], [1, 2], { beta: 1 });`,
    'ArgumentError: X[1][1] is NaN',
    /at packMatrix[\s\S]*at train /,
  ],
  [
    'train.cjs',
    `${cjs('index.cjs', 'trainSync, relu')}trainSync(relu(), [[1, 2], [3, 4]], [1, 2], { beta: -1 });`,
    'ArgumentError: options.beta is -1',
    /at checkOptions[\s\S]*at trainSync /,
  ],
  [
    'estimator.mjs',
    `${esm('index.mjs', 'ReLURegressor')}new ReLURegressor().predict([[1]]);`,
    'NotFittedError: ',
    /at ReLURegressor\.predict /,
  ],
  [
    'predict.mjs',
    `${esm('predict.mjs', 'loadNetwork')}loadNetwork({ format: 'cvxnn-network', version: 99 });`,
    'ModelFormatError: version is 99',
    /at requireVersion[\s\S]*at loadNetwork /,
  ],
  [
    'predict.cjs',
    `${cjs('predict.cjs', 'loadNetwork')}loadNetwork({ format: 'none' });`,
    'ModelFormatError: format is',
    /at readChoice[\s\S]*at loadNetwork /,
  ],
  [
    'pool.mjs',
    `${esm('worker.node.mjs', 'spawn')}spawn({ threads: 0 });`,
    'ArgumentError: options.threads is 0',
    /at createPool[\s\S]*at spawn /,
  ],
  [
    'certificate.mjs',
    `${esm('index.mjs', 'verifyCertificate')}verifyCertificate({}, [[1]], [1]);`,
    'Error: ',
    /at verifyCertificate /,
  ],
];

describe('an error that nobody caught', () => {
  it.each(faults)('in %s is short and names functions', (name, source, message, stack) => {
    const text = stderrOf(name, source);
    expect(text).toContain(message);
    expect(text).toMatch(stack);
    expect(text.length).toBeLessThan(3000);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(300);
  });

  it.each(faults.filter(([name]) => /train|predict/.test(name)))(
    'in %s leads to src/ with --enable-source-maps',
    (name, source) => {
      const text = stderrOf(name, source, ['--enable-source-maps']);
      const [, file, line] = text.match(/([^\s(]*\/src\/[\w/-]+\.ts):(\d+)/) ?? [];
      expect(existsSync(file.replace('file://', ''))).toBe(true);
      expect(readFileSync(file.replace('file://', ''), 'utf8').split('\n')[Number(line) - 1]).toMatch(/throw/);
      expect(text.length).toBeLessThan(3000);
    },
  );

  it('from a rejected promise is as short', () => {
    const text = stderrOf('reject.mjs', `${esm('index.mjs', 'betaMax, relu')}betaMax(relu(), [], []);`);
    expect(text).toContain('ArgumentError: ');
    expect(text.length).toBeLessThan(3000);
  });

  it('of the command line is one line', () => {
    const { status, stderr } = runNode([join(dist, 'cli.mjs'), 'train', 'none.csv', '--target', 'y', '--out', 'm.json'], folder);
    expect(status).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('classes', () => {
  it.each(['index.mjs', 'index.cjs', 'predict.mjs', 'predict.cjs'])('of %s have their own names', (file) => {
    const exported: Record<string, unknown> = createRequire(import.meta.url)(join(dist, file.replace('.mjs', '.cjs')));
    const classes = Object.entries(exported).filter(([, value]) => typeof value === 'function' && /^class\b/.test(String(value)));
    expect(classes.map(([name]) => name)).toEqual(
      expect.arrayContaining(['ArgumentError', 'CvxnnError', 'ModelFormatError', 'TableError']),
    );
    expect(classes.map(([, value]) => (value as { name: string }).name)).toEqual(classes.map(([name]) => name));
  });
});

describe('maps', () => {
  it.each(['index.mjs', 'index.cjs', 'predict.mjs', 'predict.cjs', 'worker.node.mjs', 'worker-host.mjs'])(
    'of %s name files of the package, and hit the right line',
    (file) => {
      const code = readFileSync(join(dist, file), 'utf8');
      expect(code.trimEnd().endsWith(`//# sourceMappingURL=${file}.map`)).toBe(true);
      const map = JSON.parse(readFileSync(join(dist, `${file}.map`), 'utf8'));
      for (const source of map.sources) expect(existsSync(resolve(dist, source)), source).toBe(true);
      // The packed kernels are the one source that the package leaves out.
      const inside = (map.sourcesContent ?? []).filter((text: string | null) => text !== null);
      expect(inside.length).toBe(map.sources.includes('../src/core/wasm.ts') ? 1 : 0);
      expect(inside.join('').length).toBeLessThan(200);
      const found = new SourceMap(map);
      const lines = code.split('\n');
      const throwing = lines.flatMap((text, line) => (/^\s*throw new \w+Error\(/.test(text) ? [line] : [])).slice(0, 40);
      for (const line of throwing) {
        const column = lines[line].indexOf('throw');
        const { originalSource, originalLine } = found.findEntry(line, column) as {
          originalSource: string;
          originalLine: number;
        };
        const original = readFileSync(resolve(dist, originalSource), 'utf8').split('\n')[originalLine];
        expect(original).toContain('throw');
      }
    },
  );
});
