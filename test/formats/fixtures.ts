import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { root } from '../support/source-files.js';

const fixtures = join(root, 'test', 'fixtures');

/** Commits whose files are kept, by their folders. */
export const commits = readdirSync(fixtures).sort();

export interface Fixture<T> {
  /** Commit and name, for the name of a test. */
  readonly name: string;
  readonly content: T;
}

/** Every JSON file of one kind, of every commit. */
export function fixturesOf<T>(kind: 'networks' | 'estimators' | 'certificates' | 'generators'): Fixture<T>[] {
  return commits.flatMap((commit) => {
    const folder = join(fixtures, commit, kind);
    return readdirSync(folder)
      .sort()
      .map((file) => ({
        name: `${commit} ${file.replace('.json', '')}`,
        content: JSON.parse(readFileSync(join(folder, file), 'utf8')) as T,
      }));
  });
}

/** Folders that the command line filled: table, command, model, predictions, certificate. */
export function modelFolders(): { readonly name: string; readonly files: Readonly<Record<string, string>> }[] {
  return commits.flatMap((commit) =>
    readdirSync(join(fixtures, commit, 'models'))
      .sort()
      .map((name) => {
        const folder = join(fixtures, commit, 'models', name);
        const files = readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')] as const);
        return { name: `${commit} ${name}`, files: Object.fromEntries(files) };
      }),
  );
}

/** 16 hexadecimal digits a double, the lowest byte first, as scripts/fixtures/data.mjs writes them. */
export const bitsOf = (numbers: Iterable<number>): string => Buffer.from(Float64Array.from(numbers).buffer).toString('hex');

/** What the verifier found where the fixture was made. */
export interface Proven {
  readonly objective: number;
  readonly lowerBound: number;
  readonly relativeGap: number;
  readonly cones: number;
}

/** The same tree, and the same bound but for the last digits: a later verifier may round otherwise, and may not claim more or less. */
export function expectProven(found: Proven, then: Proven): void {
  expect(found.cones).toBe(then.cones);
  expect(found.lowerBound).toBeLessThanOrEqual(found.objective);
  for (const key of ['objective', 'lowerBound'] as const)
    expect(Math.abs(found[key] - then[key])).toBeLessThanOrEqual(1e-12 * Math.abs(then[key]));
}

/** The first number inside `value` that is neither 0 nor a size, moved by its last bits: what a reader must not overlook. */
export function withOneNumberMoved<T>(value: T, at: (key: string) => boolean): T {
  let moved = false;
  const copy = JSON.parse(JSON.stringify(value), (key, entry) => {
    if (moved || !at(key) || !Array.isArray(entry)) return entry;
    const place = entry.findIndex((number) => typeof number === 'number' && number !== 0);
    if (place < 0) return entry;
    moved = true;
    return entry.map((number, k) => (k === place ? number * (1 + 1e-9) : number));
  });
  if (!moved) throw new Error('there was no number to move');
  return copy;
}
