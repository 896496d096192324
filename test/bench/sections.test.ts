import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type AdamRow, adam } from '../../bench/report/sections/adam.js';
import { growth } from '../../bench/report/sections/growth.js';
import { kernels } from '../../bench/report/sections/kernels.js';
import { largest } from '../../bench/report/sections/largest.js';
import { memory } from '../../bench/report/sections/memory.js';
import { path } from '../../bench/report/sections/path.js';
import { small } from '../../bench/report/sections/small.js';
import { aims, machineRatio, ratiosTo, renderSolvers, type Stored } from '../../bench/report/sections/solver-table.js';
import { installedPeers, instances, type SolverRow } from '../../bench/report/sections/solvers.js';
import { start } from '../../bench/report/sections/start.js';
import { threads } from '../../bench/report/sections/threads.js';
import { root } from '../support/source-files.js';

const reached = (seconds: number | null) => ({
  reached: { '1e-3': 0.5, '1e-4': 0.75, '1e-6': seconds },
  peakMemoryMB: 60,
  limit: 60,
});

function row(instance: string, newton: number | null, peers: Record<string, number | null> = {}, program = 'gated'): SolverRow {
  const others = Object.entries(peers).map(([name, seconds]) => [name, { ...reached(seconds), version: 'v1', options: 'as is' }]);
  return {
    instance,
    program,
    ratio: '0.01',
    n: instance === 'big' ? 2000 : 500,
    solvers: { newton: reached(newton), ...Object.fromEntries(others) },
    profile: [
      { kernel: 'cholesky', share: 0.614, gflops: 17.6 },
      { kernel: '(TypeScript)', share: 0.1, gflops: null },
    ],
  };
}

const stored: Stored = {
  machine: 'elsewhere',
  peers: { scnn: 'version unknown', adelie: 'a sweep', Clarabel: 'by hand', numpy: 'there' },
  rows: [
    {
      instance: 'one',
      program: 'gated',
      ratio: '0.01',
      sameData: true,
      seconds: { scnn: [1, 2, 30], adelie: [1, 2, null], numpy: [1, 2, 4] },
    },
    {
      instance: 'big',
      program: 'gated',
      ratio: '0.01',
      sameData: false,
      seconds: { scnn: [1, 2, 60], adelie: [1, 1, 6], numpy: [1, 2, 3] },
    },
    { instance: 'cones', program: 'relu', ratio: '0.01', sameData: true, seconds: { Clarabel: [null, null, 114] } },
    { instance: 'quick', program: 'relu', ratio: '0.01', sameData: true, seconds: { Clarabel: [0.1, 0.1, 0.1] } },
  ],
};

describe('the comparison of solvers', () => {
  const rows = [
    row('one', 1, { numpy: 8 }),
    row('big', 2, { numpy: null }),
    row('cones', 0.5, {}, 'relu'),
    row('quick', 0.2, {}, 'relu'),
  ];

  it('takes measured seconds before stored ones, and only where both reached 1e-6', () => {
    expect(ratiosTo('numpy', rows, stored).map(({ ratio, stored: old }) => [ratio, old])).toEqual([[8, false]]);
    expect(ratiosTo('scnn', rows, stored).map(({ ratio, stored: old }) => [ratio, old])).toEqual([
      [30, true],
      [30, true],
    ]);
    expect(ratiosTo('adelie', rows, stored).map(({ row: { instance }, ratio }) => [instance, ratio])).toEqual([['big', 3]]);
    expect(ratiosTo('scnn', [row('one', null)], stored)).toEqual([]);
  });

  it('says of every aim whether the figures meet it', () => {
    const text = aims(rows, stored);
    expect(text).toContain('15 times scnn: met, 30.0 times over 2 instances (stored figures), least 30.00 times on one @0.01.');
    expect(text).toContain('5 times adelie: missed, 3.0 times over 1 instances (stored figures)');
    expect(text).toContain('It did not reach 1e-6 on one @0.01, which do not enter.');
    expect(text).toContain("NumPy's adaptive FISTA: met, 8.0 times over 1 instances (measured)");
    expect(text).toContain('200 times Clarabel on the instances where it takes over 10 s: met, 228 times on cones @0.01.');
    expect(text).toContain('Slower than no peer: missed, slower on quick @0.01 (Clarabel, 0.50 times).');
    expect(text).toContain('n of 2000 and more, 8 times scnn: met, 30.0 times on big @0.01 (stored).');
    expect(text).toContain('n of 2000 and more, 4 times adelie: missed, 3.0 times on big @0.01 (stored).');
    expect(aims([rows[0]], stored)).toContain('of 2 comparisons at 1e-6 none is below 1');
    expect(aims([], stored)).toContain('no figures');
  });

  it('compares the machines by the one program that ran on both, on the same data', () => {
    expect(machineRatio(rows, stored)).toContain('2.00 times as long (geometric mean of 1 instances)');
    expect(machineRatio([], stored)).toBe('');
  });

  it('is shown with losses, failures, versions and where stored figures come from', () => {
    const failed = { ...row('large', 2, { fista: null }), profile: [] };
    const text = renderSolvers(
      [...rows, { ...failed, solvers: { ...failed.solvers, scnn: { ...reached(1), problem: 'it broke' } } }],
      stored,
    );
    expect(text).toContain('| gated | one @0.01 | 0.50 / 0.75 / 1.0 (60 MB) | 0.50 / 0.75 / 8.0 (60 MB) |');
    expect(text).toContain('| gated | large @0.01 | 0.50 / 0.75 / 2.0 (60 MB) |  | 0.50 / 0.75 / - (60 MB) | failed |');
    expect(text).toContain('- numpy: v1; as is. Stored: there');
    expect(text).toContain('- adelie: not run here. Stored: a sweep');
    expect(text).toContain('big @0.01 (same kind, not the same data)');
    expect(text).toContain('cholesky 61 % (18 Gflop/s), (TypeScript) 10 %');
    expect(text).not.toMatch(/undefined|NaN|Infinity/);
  });

  it('covers the instances of the stored figures, and they cover thirteen', () => {
    const real: Stored = JSON.parse(readFileSync(join(root, 'bench/report/stored.json'), 'utf8'));
    expect(real.rows.length).toBe(13);
    const wanted = instances.map(([instance, program, ratio]) => `${instance} ${program} ${ratio}`);
    for (const { instance, program, ratio, seconds } of real.rows) {
      expect(wanted).toContain(`${instance} ${program} ${ratio}`);
      for (const peer of Object.keys(seconds)) expect(Object.keys(real.peers)).toContain(peer);
    }
    expect(instances.length).toBe(18);
    for (const { script } of installedPeers())
      expect(readFileSync(join(root, 'bench/peers/python', script), 'utf8')).toContain('report(');
  });
});

describe('sections', () => {
  it('show kernels beside naive loops and the peers that are installed', () => {
    const text = kernels.render([
      { kernel: 'gemm', size: '64', gflops: 20.61, peakFraction: 0.79, times: { naive: 14.4, 'ml-matrix': 28 } },
      { kernel: 'gram', size: '500,20,4000', gflops: 73.5, peakFraction: 2.81, times: { naive: 111 } },
    ]);
    expect(text).toContain('| gemm | 64 | 20.6 | 0.79 | 14.4 | 28.0 |');
    expect(text).toContain('| gram | 500, 20, 4000 | 73.5 | 2.81 | 111.0 |  |');
    expect(text).toContain('Not installed in this run: tfjs-wasm');
  });

  it('leave sizes that were not reached out of the exponents, and name them', () => {
    const rows = [1, 10, 100].map((value) => ({ axis: 'n' as const, value, seconds: value * value, megabytes: 50, limit: 9 }));
    const late = { axis: 'n' as const, value: 1000, seconds: null, megabytes: 70, limit: 9 };
    expect(growth.render(rows)).toContain('| n | 1, 10, 100 | 1.0, 100, 10000 | 2.00 | 50, 50, 50 | 0.00 |');
    expect(growth.render(rows)).toContain('All 3 sizes that are here were solved within the limit.');
    const text = growth.render([...rows, late]);
    expect(text).toContain('| n | 1, 10, 100, 1000 | 1.0, 100, 10000, - | 2.00 | 50, 50, 50, 70 | 0.00 |');
    expect(text).toContain('left out of the exponents: n = 1000 (9 s).');
    expect(growth.figures?.([...rows, late])['growth-time.svg']).toContain('n^2.00');
  });

  it('name the largest size that was solved', () => {
    const sizes = [1000, 2000, 4000].map((n) => ({
      n,
      d: 20,
      P: 100,
      seconds: n < 4000 ? n / 10 : null,
      megabytes: 99,
      limit: 600,
    }));
    const text = largest.render(sizes);
    expect(text).toContain('The largest problem in 600 s');
    expect(text).toContain('n = 2000, d = 20, P = 100');
    expect(text).toContain('| 4000 | 20 | 100 | not within 600 s | 99 |');
  });

  const fit = (objective: number, best: number, seconds: number): AdamRow => ({
    problem: 'a table',
    n: 100,
    d: 6,
    steps: 2000,
    train: { objective, seconds, patternGap: 1e-7 },
    runs: [
      { rate: 0.1, objectives: [best, best + 1] },
      { rate: 0.01, objectives: [best + 2, best + 3] },
    ],
    secondsOneRun: 1,
    secondsAllRuns: 4,
    tfjs: { objective: best, seconds: 3 },
  });

  it('count where training is lower and where it is quicker than Adam', () => {
    const text = adam.render([fit(10, 11, 0.5), fit(10, 9, 2), fit(10, 10 - 1e-9, 0.1)]);
    expect(text).toContain('best of 4 runs of Adam');
    expect(text).toContain('| a table | 100, 6 | 10.000000 | 0.50 | +1.0e-1 | 1.0 | 4.0 | +1.0e-1 in 3.0 |');
    expect(text).toContain('lower than the best run on 1 of 3, higher on 1, and\nwithin its own gap on the others;');
    expect(text.replaceAll('\n', ' ')).toContain(
      'quicker than one run of Adam here on 2 of 3, and quicker than one run of TensorFlow.js on 3 of 3.',
    );
    expect(adam.render([{ ...fit(10, 11, 0.5), tfjs: null }])).toContain('not installed');
  });

  it('set paths against cold fits and adelie', () => {
    const step = { instance: 'a', tolerance: 1e-4, values: 50, ratio: 0.01, path: 1, cold: 4, worstGap: 5e-5, adelie: null };
    expect(path.render([step])).toContain('| a | 1e-4 | 1.0 | 20 | 4.0 | 4.0 | 5.0e-5 | - |');
    expect(path.render([step])).toContain('is open. No path is slower than the cold fits.');
    const peer = { ...step, cold: 0.5, adelie: { seconds: 3, worst: 1e-5, version: 'adelie 1' } };
    expect(path.render([peer])).toContain('Twice as fast as adelie: met, 3.0 times (geometric mean of 1).');
    expect(path.render([peer])).toContain('slower than cold fits on a at 1e-4');
  });

  it('say which small fits are over ten milliseconds', () => {
    const one = { program: 'gated', n: 100, d: 5, P: 50, loss: 'squared', fits: 40, median: 4, slowest: 30, cpu: 5 };
    expect(small.render([one])).toContain('with given patterns: met on all 1.');
    const text = small.render([one, { ...one, median: 12 }, { ...one, P: null, program: 'priced', median: 70 }]);
    expect(text).toContain(
      'met on 1 of 2, missed by most on 100 x 5 squared (gated, 12 ms). With patterns that are found: met on 0 of 1, missed by most on 100 x 5',
    );
  });

  it('summarize starts, threads and memory', () => {
    const begun = { where: 'Node', version: 'v20', file: 'index.mjs', total: 100, fromImport: 40, cpu: 90 } as const;
    expect(start.render([begun, { ...begun, total: 300 }, { ...begun, total: 200 }])).toContain(
      '| Node v20, index.mjs | 3 | 200 (100 - 300) | 40 (40 - 40) |',
    );
    const calls = [0, 1, 2].map((count) => ({ work: 'fits', threads: count, seconds: 4 / Math.max(1, count), hash: 'ab' }));
    expect(threads.render(calls)).toContain('| fits | 4.0 | 4.0 | 2.0 | 2.00 | yes |');
    expect(threads.render([...calls, { work: 'fits', threads: 2, seconds: 1, hash: 'cd' }])).toContain('Results differ: fits.');
    const used = [0, 10, 20, 30].map((fits) => ({ fits, heap: 5 + fits / 100, external: 2, resident: 90 - fits }));
    expect(memory.render(used)).toContain(
      'From fit 20 to fit 30:\nheap +0.1 MB, outside of the heap (WebAssembly memories) +0.0 MB, the process -10.0 MB',
    );
    expect(memory.figures?.(used)['memory.svg']).toContain('Memory after garbage collection');
  });
});
