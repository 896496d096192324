import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { geometricMean, list, short, table } from '../../bench/report/markdown.js';
import { renderPage } from '../../bench/report/page.js';
import { exponent, linePlot, logPlot } from '../../bench/report/plot.js';
import { runSection } from '../../bench/report/run-section.js';
import type { Measured, Section } from '../../bench/report/section.js';
import { sections } from '../../bench/report/sections.js';
import { root } from '../support/source-files.js';

const read = (file: string) => readFileSync(join(root, file), 'utf8');

describe('pieces of pages', () => {
  it('are written as Markdown has them', () => {
    expect(table(['a', 'b'], [['1', '2']])).toBe('| a | b |\n| --- | --- |\n| 1 | 2 |');
    expect([short(0.01234), short(1.25), short(123.4), short(null), short(undefined)]).toEqual(['0.012', '1.3', '123', '-', '-']);
    expect([list([]), list(['a']), list(['a', 'b']), list(['a', 'b', 'c'])]).toEqual(['', 'a', 'a and b', 'a, b and c']);
    expect(geometricMean([1, 4, 16])).toBeCloseTo(4, 12);
  });
});

describe('plots', () => {
  it('have the exponent of a power law, whatever its constant', () => {
    const law = (power: number) => [1, 3, 10, 30, 100].map((x) => [x, 0.007 * x ** power] as const);
    for (const power of [-1, 0.5, 1, 2.7]) expect(exponent(law(power))).toBeCloseTo(power, 12);
    // Least squares in logarithms: one value off by a factor of two tilts three points by log 2 / (2 log 10).
    const off = [
      [1, 1],
      [10, 1],
      [100, 2],
    ] as const;
    expect(exponent(off)).toBeCloseTo(Math.log10(2) / 2, 12);
  });

  const points = [
    [10, 0.02],
    [100, 0.4],
    [1000, 9],
  ] as const;

  function drawn(svg: string): [number, number][] {
    const path = /<path d="(M[^"]*)" fill="none"/.exec(svg)?.[1] ?? '';
    return [...path.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
  }

  it.each([
    ['logarithmic', logPlot('Time', 'seconds', [{ name: 'n', points }])],
    ['plain', linePlot('Memory', 'fits', 'MB', [{ name: 'n', points }])],
  ])('are drawn inside their frame, larger values higher (%s)', (_, svg) => {
    const path = drawn(svg);
    expect(path.length).toBe(3);
    for (const [x, y] of path) {
      expect(x).toBeGreaterThanOrEqual(56);
      expect(x).toBeLessThanOrEqual(504);
      expect(y).toBeGreaterThanOrEqual(56);
      expect(y).toBeLessThanOrEqual(284);
    }
    expect(path[0][1]).toBeGreaterThan(path[1][1]);
    expect(path[1][1]).toBeGreaterThan(path[2][1]);
    expect(svg).not.toMatch(/NaN|undefined/);
  });

  it('have decades as grid lines and exponents in the legend', () => {
    const svg = logPlot('Time', 'seconds', [{ name: 'n', points }]);
    // 10 to 1000 and 0.01 to 10: three and four lines.
    expect([...svg.matchAll(/<path d="M[\d.]+ [\d.]+[VH]/g)].length).toBe(7);
    expect(svg).toContain(`n^${exponent(points).toFixed(2)}`);
  });
});

describe('the process of a section', () => {
  const node = (script: string, limit = 20) => {
    const rows: unknown[] = [];
    return runSection([process.execPath, '-e', script], limit, (row) => rows.push(row)).then((outcome) => ({ ...outcome, rows }));
  };

  it('hands on every row', async () => {
    const { rows, problem, seconds } = await node('console.log("{\\"a\\":1}\\nno row\\n[2]")');
    expect(rows).toEqual([{ a: 1 }, [2]]);
    expect(problem).toBeNull();
    expect(seconds).toBeGreaterThan(0);
  });

  it('keeps the rows of one that fails, and says how it ended', async () => {
    const { rows, problem } = await node('console.log(1); process.exitCode = 3');
    expect(rows).toEqual([1]);
    expect(problem).toBe('it ended with exit code 3');
    expect((await runSection(['/no/such/program'], 5, () => {})).problem).toContain('did not start');
  });

  it('is ended at its limit with all that it started', async () => {
    const child =
      "require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });";
    const { rows, problem, seconds } = await node(`console.log(5); ${child} setInterval(() => {}, 1000)`, 1);
    // The output stays open as long as the grandchild lives.
    expect(rows).toEqual([5]);
    expect(problem).toBe('it was ended at its limit of 1 s');
    expect(seconds).toBeLessThan(10);
  });
});

describe('the page', () => {
  const section = (name: string, usual = true): Section<number> => ({
    name,
    limit: 1,
    usual,
    measure: () => [],
    render: (rows) => `## ${name}\n\nSum ${rows.reduce((sum, row) => sum + row, 0)}.`,
  });
  const measured = (rows: readonly unknown[], problem: string | null = null): Measured => ({
    date: '2026-01-02',
    machine: 'a processor',
    load: 1.23,
    seconds: 90,
    problem,
    rows,
  });

  it('has every section with its date, what went wrong, and what was never measured', () => {
    const all = [section('first'), section('second'), section('third'), section('extra', false)];
    const text = renderPage(all, { first: measured([1, 2]), second: measured([3], 'it ended with 1'), extra: measured([]) });
    expect(text).toContain('## first\n\nMeasured 2026-01-02, 90 s, load 1.2 before.\n\nSum 3.');
    expect(text).toContain('load 1.2 before. **Not complete: it ended with 1.**\n\nSum 3.');
    expect(text).toContain('## Not measured: third');
    expect(text).toContain('Machine: a processor.');
    // 90 + 90 s; what runs only when asked is not counted.
    expect(text).toContain('took 3 minutes together');
  });

  it('is written even where the rows of a section are not what it expects', () => {
    const broken = { ...section('broken'), render: (rows: readonly unknown[]) => (rows[0] as { name: string }).name.trim() };
    const text = renderPage([broken, section('first')], { broken: measured([{}]), first: measured([4]) });
    expect(text).toContain('## Not shown: broken');
    expect(text).toContain('Sum 4.');
  });

  it('can be written by every section from no rows at all, as after a failure', () => {
    for (const { render, figures, name } of sections) {
      expect(render([]), name).toMatch(/^## /);
      expect(JSON.stringify(figures?.([]) ?? {}), name).not.toContain('undefined');
    }
    expect(new Set(sections.map(({ name }) => name)).size).toBe(sections.length);
  });

  it('leaves time for the solvers, the last to be measured, where all others need most of theirs', () => {
    const usual = sections.filter((one) => one.usual && one.name !== 'solvers');
    const solvers = sections.find(({ name }) => name === 'solvers');
    for (const { limit } of usual) expect(limit).toBeLessThan(solvers?.limit ?? 0);
    expect(usual.reduce((sum, { limit }) => sum + limit, 0)).toBeLessThan(38 * 60);
  });

  it('is what the recorded data give', () => {
    const made = renderPage(sections, JSON.parse(read('docs/data/benchmarks.json')));
    const cells = (page: string) =>
      [...page.matchAll(/^\|(.*)$/gm)].flatMap(([, line]) => {
        const trimmed = line.split('|').map((cell) => cell.trim());
        return trimmed.every((cell) => /^-*$/.test(cell)) ? [] : [trimmed.join('|')];
      });
    expect(cells(read('docs/benchmarks.md'))).toEqual(cells(made));
  });
});
