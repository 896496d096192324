import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { families } from '../support/every-family.js';
import { root } from '../support/source-files.js';

const read = (name: string) => readFileSync(join(root, 'docs', name), 'utf8');
const guide = read('families.md');
const pages = [...new Set([...guide.matchAll(/^\|.*\]\(([a-z-]+\.md)\) *\|$/gm)].map(([, page]) => page))];

describe('the guide to families', () => {
  it('has the factory of every family that the generic tests know, on the page that it names', () => {
    const factories = new Set(families.map(({ architecture }) => architecture().recipe?.[0]));
    expect(factories.size).toBeGreaterThan(15);
    for (const factory of factories) {
      const row = guide.split('\n').find((line) => line.startsWith('|') && line.includes(`\`${factory}\``));
      expect(row, String(factory)).toBeDefined();
      const [, page] = /\]\(([a-z-]+\.md)\)/.exec(row ?? '') ?? [];
      expect(read(page), `${factory} on ${page}`).toContain(String(factory));
    }
  });

  it('leads to a page for every file of a family', () => {
    const all = pages.map(read).join('\n');
    const files = readdirSync(join(root, 'src/architectures'))
      .map((file) => [file, readFileSync(join(root, 'src/architectures', file), 'utf8')] as const)
      .flatMap(([file, source]) =>
        [...source.matchAll(/^export function (\w+)\([^}]*?\): Architecture</gm)].map(([, name]) => [file, name]),
      );
    expect(files.length).toBeGreaterThan(10);
    // `splitBias` is a helper of families, no family.
    expect(files.filter(([, name]) => !all.includes(name) && name !== 'splitBias')).toEqual([]);
  });
});

describe.each(pages)('docs/%s', (page) => {
  const text = read(page);

  it('has a picture, the problem, the program, cost and certificate', () => {
    expect(text.indexOf('```\n')).toBeGreaterThan(0);
    expect(text.slice(0, text.indexOf('```ts'))).toMatch(/^```$/m);
    for (const part of [/\bmin(imi[sz]es?)?\b/, /[Pp]rogram/, /[Cc]ost/, /certificate|certified/i]) expect(text).toMatch(part);
  });

  it('has an example that runs in CI', () => {
    expect(text).toMatch(/^```ts\nimport \{/m);
  });
});
