import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const folder = import.meta.dirname;
const root = join(folder, '../..');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const scratch = mkdtempSync(join(tmpdir(), 'cvxnn-reference-'));
afterAll(() => rmSync(scratch, { recursive: true }));

interface Line {
  readonly name: string;
  readonly ok: boolean;
  readonly value?: number;
  readonly lowerBound?: number | null;
  readonly error?: string;
}

const parse = (text: string): Line[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const script = (paths: readonly string[]) => [join(root, 'scripts/reference.mjs'), ...paths];
const failing = (lines: readonly Line[]) => lines.filter(({ ok }) => !ok);

/** A changed copy of a case. */
function altered(name: string, change: (item: Record<string, unknown>) => void): string {
  const item = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  change(item);
  const path = join(scratch, `${Math.abs(hash(JSON.stringify(item)))}-${name}`);
  writeFileSync(path, JSON.stringify(item));
  return path;
}

const hash = (text: string): number =>
  Array.from(text).reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, 7);

describe('reference cases', () => {
  it('are solved to their known optima through the public API', () => {
    const lines = parse(execFileSync('node', script(files.map((name) => join(folder, name))), { encoding: 'utf8' }));
    expect(lines.length).toBe(files.length);
    expect(failing(lines)).toEqual([]);
  });

  it('close their own gap where the answers are missing', () => {
    const paths = files.map((name) =>
      altered(name, (item) => {
        for (const field of ['optimum', 'lower_bound', 'expected', 'network', 'verification']) delete item[field];
      }),
    );
    expect(failing(parse(execFileSync('node', script(paths), { encoding: 'utf8' })))).toEqual([]);
  });

  it('are not ok where the answer is wrong, and an unknown program does not stop the others', () => {
    const wrong = [
      altered('relu-squared-n8-d2.json', (item) => {
        item.optimum = (item.optimum as number) * 1.001;
      }),
      altered('arrangement-n8-d3.json', (item) => {
        item.optimum = 57;
      }),
      altered('dual-max-n10-d3.json', (item) => {
        item.optimum = 3.1;
      }),
      altered('path-relu-squared.json', (item) => {
        (item.expected as { optimum_at_fraction: number[] }).optimum_at_fraction[4] *= 1.0001;
      }),
      altered('relu-squared-n8-d2.json', (item) => {
        item.program = 'four-layer';
      }),
      join(scratch, 'missing.json'),
    ];
    const { status, stdout } = spawnSync('node', script([...wrong, join(folder, 'gated-squared-n9-d2.json')]), {
      encoding: 'utf8',
    });
    const lines = parse(stdout);
    expect(status).toBe(1);
    expect(lines.map(({ ok }) => ok)).toEqual([false, false, false, false, false, false, true]);
    expect(lines[4].error).toContain('four-layer');
    expect(lines[5].error).toContain('missing.json');
  });
});
