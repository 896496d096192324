import { describe, expect, it } from 'vitest';
import { readSource, sourceFiles } from '../support/source-files.js';

const linesOf = (path: string): number => readSource(path).split('\n').length - 1;
const total = (paths: readonly string[]): number => paths.reduce((sum, path) => sum + linesOf(path), 0);

describe('files', () => {
  it('have at most 400 lines: one idea each', () => {
    const all = ['src', 'assembly', 'test', 'bench'].flatMap(sourceFiles);
    expect(all.length).toBeGreaterThan(20);
    expect(all.filter((path) => linesOf(path) > 400).map((path) => `${path}: ${linesOf(path)}`)).toEqual([]);
  });

  it('of tests have together at least the lines of src', () => {
    expect(total(sourceFiles('test'))).toBeGreaterThanOrEqual(total(sourceFiles('src')));
  });
});
