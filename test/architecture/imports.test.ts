import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findCycle, folderOf, forbidden, reachable, rules } from '../support/import-rules.js';
import { importsOf, readSource, root, sourceFiles } from '../support/source-files.js';

const files = sourceFiles('src');
const imports = files.flatMap((file) => importsOf(file));

/** What the verifier needs of other folders, besides data. */
const trusted = ['src/certificate/file.ts', 'src/certificate/read-file.ts', 'src/network/decision.ts'].concat(
  ['functions', 'table'].map((name) => `src/network/${name}.ts`),
);

describe('imports between the folders of src', () => {
  it('follow the rules', () => {
    expect(imports.length).toBeGreaterThan(files.length / 2);
    expect(imports.map(forbidden).filter((arrow) => arrow !== null)).toEqual([]);
  });

  it('form no cycle', () => {
    expect(findCycle(imports)).toBeNull();
  });

  it('name files that exist', () => {
    const missing = imports.filter(({ to }) => !/\.wasm$/.test(to) && !existsSync(join(root, to)));
    expect(missing).toEqual([]);
  });

  it('come from folders that have a rule', () => {
    expect([...new Set(files.map(folderOf))].filter((folder) => !(folder in rules))).toEqual([]);
  });

  it('leave the verifier to itself: nothing of the code that found what it checks, and little to read', () => {
    const needed = new Set(sourceFiles('src/verify').flatMap((file) => [...reachable(file, imports)]));
    const outside = [...needed].filter((file) => !['verify', 'data', 'errors', 'random'].includes(folderOf(file)));
    expect(outside.sort()).toEqual(trusted);
    const lines = sourceFiles('src/verify').flatMap((file) => readSource(file).split('\n'));
    expect(lines.filter((line) => !/^\s*(\/\/|\/\*|\*|$)/.test(line)).length).toBeLessThan(500);
  });

  it('leave prediction without WebAssembly', () => {
    const needed = [...reachable('src/predict.ts', imports)];
    expect(needed.filter((file) => ['core', 'program', 'solver', 'patterns'].includes(folderOf(file)))).toEqual([]);
  });

  it("reach node: modules only from the command line and from the two sides of Node's worker", () => {
    const users = files.filter((file) => /from 'node:|import\('node:|from "node:/.test(readSource(file)));
    const ofNode = ['src/worker/host-node.ts', 'src/worker/node.ts'];
    expect(users.filter((file) => folderOf(file) !== 'cli' && !ofNode.includes(file))).toEqual([]);
  });
});

describe('the check itself', () => {
  it('sees static, type, dynamic and re-exported imports', () => {
    const text = `import { a } from '../core/load.js';\nimport type { B } from './b.js';\nexport * from '../errors.js';
const c = await import('../train.js');\ntype D = import('../types.js').Label;\nimport fs from 'node:fs';`;
    expect(importsOf('src/solver/x.ts', text)).toEqual([
      { from: 'src/solver/x.ts', to: 'src/core/load.ts', typeOnly: false },
      { from: 'src/solver/x.ts', to: 'src/solver/b.ts', typeOnly: true },
      { from: 'src/solver/x.ts', to: 'src/errors.ts', typeOnly: false },
      { from: 'src/solver/x.ts', to: 'src/train.ts', typeOnly: false },
      { from: 'src/solver/x.ts', to: 'src/types.ts', typeOnly: true },
    ]);
  });

  it('refuses an arrow against the rules, and a value where only types may pass', () => {
    const arrow = (from: string, to: string, typeOnly = false) => forbidden({ from, to, typeOnly });
    expect(arrow('src/solver/newton.ts', 'src/architectures/relu.ts')).toContain('src/architectures/relu.ts');
    expect(arrow('src/certificate/certificate.ts', 'src/solver/run.ts')).not.toBeNull();
    expect(arrow('src/network/network.ts', 'src/program/program.ts')).not.toBeNull();
    expect(arrow('src/network/network.ts', 'src/program/program.ts', true)).toBeNull();
    expect(arrow('src/unheard-of/x.ts', 'src/core/load.ts')).toContain('no rule');
    expect(arrow('src/train.ts', 'src/solver/run.ts')).toBeNull();
  });

  it('finds a cycle', () => {
    const edge = (from: string, to: string) => ({ from, to, typeOnly: true });
    expect(findCycle([edge('a', 'b'), edge('b', 'c'), edge('c', 'b')])).toBe('b -> c -> b');
    expect(findCycle([edge('a', 'b'), edge('a', 'c'), edge('b', 'c')])).toBeNull();
  });
});

describe('solvers know programs, not architectures', () => {
  const generic = new Set(['threshold', 'polynomial', 'quadratic', 'vector', 'architecture', 'named']);
  const names = sourceFiles('src/architectures')
    .map((file) => file.replace(/^.*\/|\.ts$/g, ''))
    .filter((name) => !generic.has(name));
  it.each(sourceFiles('src/solver'))('%s', (file) => {
    const text = readSource(file).toLowerCase();
    const named = ['relu', ...names].filter((name) => text.includes(name) || text.includes(name.replaceAll('-', '')));
    expect(named).toEqual([]);
  });
});
