import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { questions } from '../../bench/open/cases.js';
import { openKernelsSync } from '../../src/core/load.js';
import { root } from '../support/source-files.js';

const page = readFileSync(join(root, 'docs/kernels.md'), 'utf8');
const tableOf = (name: string): string => new RegExp(`<!-- ${name} -->\n([\\s\\S]*?)<!-- end -->`).exec(page)?.[1] ?? '';

describe('the questions of docs/kernels.md', () => {
  it.each(questions.map(({ name, header }) => [name, header] as const))('has a measured table: %s', (name, header) => {
    const lines = tableOf(name).trim().split('\n');
    const cells = (line: string) => line.split('|').slice(1, -1);
    expect(cells(lines[0]).map((cell) => cell.trim())).toEqual(header);
    expect(lines.length).toBeGreaterThanOrEqual(5);
    for (const line of lines.slice(2))
      for (const cell of cells(line)) expect(cell.trim()).not.toMatch(/^$|NaN|Infinity|undefined/);
  });

  it.each(['panels', 'active'])('is measured by a bench that fills its columns: %s', (name) => {
    const question = questions.find((one) => one.name === name);
    const rows = question?.rows(openKernelsSync(), 1) ?? [];
    expect(rows.length).toBeGreaterThan(2);
    for (const row of rows) expect(row.length).toBe(question?.header.length);
  });
});
