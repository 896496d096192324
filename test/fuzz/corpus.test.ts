import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../support/source-files.js';
import type { Found } from './target.js';
import { targets } from './targets.js';

const folder = join(root, 'test', 'fuzz', 'corpus');
const kept: { readonly file: string; readonly found: Found }[] = (existsSync(folder) ? readdirSync(folder) : [])
  .filter((file) => file.endsWith('.json'))
  .sort()
  .map((file) => ({ file, found: JSON.parse(readFileSync(join(folder, file), 'utf8')) }));

describe('inputs that fuzzing found', () => {
  it('are kept with the target that they broke, and with what went wrong', () => {
    expect(kept.length).toBeGreaterThan(0);
    for (const { file, found } of kept) {
      expect(Object.keys(targets)).toContain(found.target);
      expect(file.startsWith(`${found.target}-`)).toBe(true);
      expect(found.message.length).toBeGreaterThan(0);
    }
  });

  it.each(kept)('$file breaks nothing any more', async ({ found }) => {
    await targets[found.target]().check(found.input as never);
  });
});
