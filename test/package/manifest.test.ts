import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../support/source-files.js';

const readJson = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const manifest = readJson('package.json');

/** Every file that a part of the manifest points to. */
const targets = (value: unknown): string[] =>
  typeof value === 'string' ? [value] : value && typeof value === 'object' ? Object.values(value).flatMap(targets) : [];

describe('package.json', () => {
  it('asks for nothing at run time', () => {
    const kinds = ['dependencies', 'peerDependencies', 'optionalDependencies', 'bundleDependencies', 'bundledDependencies'];
    expect(kinds.filter((kind) => kind in manifest)).toEqual([]);
  });

  it('runs nothing when it is installed', () => {
    const hooks = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish'];
    expect(hooks.filter((hook) => hook in manifest.scripts)).toEqual([]);
  });

  it.each(['package.json', 'runtimes/package.json'])('%s names exact versions only', (path) => {
    const { dependencies, devDependencies, optionalDependencies } = readJson(path);
    const loose = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }).filter(
      ([, version]) => !/^(npm:[\w@/.-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(String(version)),
    );
    expect(loose).toEqual([]);
  });

  it.each([
    ['package.json', 'package-lock.json'],
    ['runtimes/package.json', 'runtimes/package-lock.json'],
  ])('%s agrees with its lock file', (path, lock) => {
    const { dependencies, devDependencies, optionalDependencies } = readJson(path);
    const locked = readJson(lock).packages[''];
    expect(locked.dependencies).toEqual(dependencies);
    expect(locked.devDependencies).toEqual(devDependencies);
    expect(locked.optionalDependencies).toEqual(optionalDependencies);
  });

  it('points to files that the build makes', () => {
    const { exports, bin, main, module, types, unpkg, jsdelivr, typesVersions } = manifest;
    const paths = targets({ exports, bin, main, module, types, unpkg, jsdelivr, typesVersions });
    expect(paths.length).toBeGreaterThan(15);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('lists workerd before import, and types before code: the first condition that fits wins', () => {
    expect(Object.keys(manifest.exports['.'])).toEqual(['workerd', 'import', 'require', 'default']);
    const conditions = ['.', './predict', './table'].flatMap((entry) => Object.values(manifest.exports[entry]));
    const branches = conditions.filter((branch) => typeof branch === 'object').map((branch) => Object.keys(branch as object));
    expect(branches.length).toBe(7);
    for (const branch of branches) expect(branch).toEqual(['types', 'default']);
  });

  it('names the scripts that other programs call', () => {
    const wanted = ['start', 'test', 'build', 'reference', 'runtimes', 'solve', 'bench', 'bench:kernels', 'coverage'];
    expect(wanted.filter((name) => !(name in manifest.scripts))).toEqual([]);
  });
});
