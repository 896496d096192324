import { describe, expect, it } from 'vitest';
import { betaMaxSync } from '../../src/beta-max.js';
import { ModelFormatError, type Network, networkFromJSON, trainSync } from '../../src/index.js';
import { families } from '../support/every-family.js';
import { taskOf } from '../support/family-task.js';

type Path = readonly (string | number)[];

/** Places of every value of a document: fields, lists, the first and the last entry of each list. */
function places(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const keys = Array.isArray(value) ? [...new Set([0, value.length - 1])].filter((k) => k >= 0) : Object.keys(value);
  const inner = keys.flatMap((key) => places((value as Record<string | number, unknown>)[key], [...path, key]));
  return path.length === 0 ? inner : [path, ...inner];
}

function edited(text: string, path: Path, change: (parent: Record<string | number, unknown>, last: string | number) => void) {
  const document = JSON.parse(text);
  const parent = path.slice(0, -1).reduce((node, key) => node[key], document);
  change(parent, path[path.length - 1]);
  return document;
}

const values: readonly unknown[] = [null, 'x', '', -1, 0.5, 1e308, true, [], [1], {}, Number.NaN, Number.POSITIVE_INFINITY];

/** What a reader makes of a document: null where it refuses with the right error. */
function read(document: unknown, what: string): Network | null {
  try {
    return networkFromJSON(document);
  } catch (error) {
    expect(error, `${what}: ${String(error)}`).toBeInstanceOf(ModelFormatError);
    return null;
  }
}

describe.each(families)('saved networks of $name', (entry) => {
  const { X, y, options } = taskOf(entry);
  const architecture = entry.architecture();
  const { beta } = betaMaxSync(architecture, X, y, options);
  // Loose: only the shape of what is saved matters here.
  const { network } = trainSync(architecture, X, y, { ...options, beta: 0.1 * beta, tolerance: 1e-2 });
  const text = JSON.stringify(network);
  const all = places(JSON.parse(text));

  it('with any place changed are refused, or are exactly what they say', () => {
    expect(all.length).toBeGreaterThan(8);
    for (const path of all) {
      for (const value of values) {
        const document = edited(text, path, (parent, last) => {
          parent[last] = value;
        });
        const what = `${path.join('.')} = ${String(value)}`;
        const loaded = read(document, what);
        if (loaded === null) continue;
        // Nothing is rounded, defaulted or dropped on the way: another number is a number of this network.
        expect(JSON.stringify(loaded), what).toBe(JSON.stringify(document));
      }
    }
  });

  it('with any place missing are refused, with the name of the place', () => {
    for (const path of all) {
      if (typeof path[path.length - 1] === 'number') continue;
      const document = edited(text, path, (parent, last) => {
        delete parent[last];
      });
      const attempt = () => networkFromJSON(document);
      expect(attempt, path.join('.')).toThrow(ModelFormatError);
    }
  });

  it('with a number more or less in any list are refused', () => {
    const lists = all.filter((path) => Array.isArray(path.reduce((node, key) => node[key], JSON.parse(text))));
    expect(lists.length).toBeGreaterThan(0);
    for (const path of lists) {
      for (const change of [(list: unknown[]) => [...list, 1], (list: unknown[]) => list.slice(1)]) {
        const document = edited(text, path, (parent, last) => {
          parent[last] = change(parent[last] as unknown[]);
        });
        const same = JSON.stringify(document) === text;
        if (!same) expect(read(document, path.join('.')), path.join('.')).toBeNull();
      }
    }
  });

  it('have scores that are numbers for every finite row, or say which row overflows', () => {
    const loaded = networkFromJSON(JSON.parse(text));
    for (const size of [0, 1e-300, 1, 1e10, 1e300]) {
      const rows = X.slice(0, 3).map((row) => row.map((x) => (x < 0 ? -size : size)));
      try {
        expect(loaded.predict(rows).every(Number.isFinite)).toBe(true);
      } catch (error) {
        expect(String(error)).toMatch(/X\[[0-2]\] is so large that the score overflows/);
      }
    }
  });
});
