import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exponent, logPlot } from '../../bench/report/plot.js';
import { advantage, type Report, render, type SolverRow } from '../../bench/report/render.js';
import { root } from '../support/source-files.js';

const row = (instance: string, newton: number | null, peer: number | null): SolverRow => ({
  instance,
  program: 'gated',
  ratio: '0.01',
  solvers: {
    newton: { reached: { '1e-3': 0.5, '1e-4': 0.75, '1e-6': newton }, peakMemoryMB: 60 },
    fista: { reached: { '1e-3': 1, '1e-4': 2, '1e-6': peer }, peakMemoryMB: 50 },
  },
  profile: [
    { kernel: 'cholesky', share: 0.614, gflops: 17.6 },
    { kernel: '(TypeScript)', share: 0.1, gflops: null },
  ],
});

describe('growth', () => {
  it('has the exponent of a power law, whatever its constant', () => {
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

  it('is drawn inside its frame, decades as grid lines, larger values higher', () => {
    const points = [
      [10, 0.02],
      [100, 0.4],
      [1000, 9],
    ] as const;
    const svg = logPlot('Time', 'seconds', [{ name: 'n', points }]);
    const path = /<path d="(M[^"]*)" fill="none"/.exec(svg)?.[1] ?? '';
    const drawn = [...path.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
    expect(drawn.length).toBe(3);
    for (const [x, y] of drawn) {
      expect(x).toBeGreaterThanOrEqual(56);
      expect(x).toBeLessThanOrEqual(504);
      expect(y).toBeGreaterThanOrEqual(56);
      expect(y).toBeLessThanOrEqual(284);
    }
    expect(drawn[0][1]).toBeGreaterThan(drawn[1][1]);
    expect(drawn[1][1]).toBeGreaterThan(drawn[2][1]);
    // 10 to 1000 and 0.01 to 10: three and four lines.
    expect([...svg.matchAll(/<path d="M[\d.]+ [\d.]+[VH]/g)].length).toBe(7);
    expect(svg).toContain(`n^${exponent(points).toFixed(2)}`);
  });
});

describe('the advantage over a peer', () => {
  it('is the geometric mean over the instances that both solved, and the least of them', () => {
    const rows = [row('a', 1, 2), row('b', 2, 16), row('c', 1, null), row('d', null, 5)];
    const { mean, least, count } = advantage(rows, 'fista');
    expect(count).toBe(2);
    expect(mean).toBeCloseTo(4, 12);
    expect(least).toBe(2);
  });
});

describe('the page', () => {
  const report: Report = {
    date: '2026-01-02',
    machine: 'a processor',
    load: 1.23,
    kernels: [
      { kernel: 'gemm', size: '64', gflops: 20.61, peakFraction: 0.79, times: { naive: 14.4, 'ml-matrix': 28 } },
      { kernel: 'gram', size: '500,20,4000', gflops: 73.5, peakFraction: 2.81, times: { naive: 111 } },
    ],
    solvers: [row('syn', 0.75, 3), row('large', 2, null)],
    growth: [1, 10, 100].map((value) => ({ axis: 'n' as const, value, seconds: value * value, megabytes: 50 })),
  };
  const stored = {
    machine: 'elsewhere',
    rows: [{ instance: 'syn', ratio: '0.1', scnn: [1, 2, null], adelie: [3, 4, 5], Clarabel: [6, 7, 8] }],
  };
  const text = render(report, stored);

  it('has a line for everything measured and stored, losses and limits included', () => {
    expect(text).toContain('| gemm | 64 | 20.6 | 0.79 | 14.4 | 28.0 |');
    expect(text).toContain('| gram | 500, 20, 4000 | 73.5 | 2.81 | 111.0 |  |');
    expect(text).toContain('| gated | syn @0.01 | 0.50 / 0.75 / 0.75 (60 MB) | 1.0 / 2.0 / 3.0 (50 MB) |');
    expect(text).toContain('| gated | large @0.01 | 0.50 / 0.75 / 2.0 (60 MB) | 1.0 / 2.0 / - (50 MB) |');
    expect(text).toContain('- fista: 4.0 times as fast at 1e-6 (geometric mean of 1), at least 4.00 times');
    expect(text).toContain('| syn @0.1 | 1.0 / 2.0 / - | 3.0 / 4.0 / 5.0 | 6.0 / 7.0 / 8.0 |');
    expect(text).toContain('| n | 1, 10, 100 | 1.0, 1.0e+2, 1.0e+4 | 2.00 | 0.00 |');
    expect(text).toContain('cholesky 61 % (18 Gflop/s), (TypeScript) 10 %');
    expect(text).toContain('a processor, load 1.2');
    expect(text).not.toMatch(/undefined|NaN|Infinity/);
  });

  it('is what the recorded data give', () => {
    const read = (file: string) => readFileSync(join(root, file), 'utf8');
    const made = render(JSON.parse(read('docs/data/benchmarks.json')), JSON.parse(read('bench/report/stored.json')));
    const cells = (page: string) =>
      [...page.matchAll(/^\|(?! -)(.*)$/gm)].map(([, line]) =>
        line
          .split('|')
          .map((cell) => cell.trim())
          .join('|'),
      );
    expect(cells(read('docs/benchmarks.md')).filter((line) => !line.startsWith('---'))).toEqual(
      cells(made).filter((line) => !line.startsWith('---')),
    );
  });
});
