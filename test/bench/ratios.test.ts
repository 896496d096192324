import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { root } from '../support/source-files.js';

const { judge } = await import(join(root, 'bench/ratios/judge.mjs'));
const { Arena, cases } = await import(join(root, 'bench/kernels/cases.mjs'));
const { twins } = await import(join(root, 'bench/kernels/twins.mjs'));
const { bestSeconds } = await import(join(root, 'bench/kernels/time.mjs'));

describe('the check of ratios', () => {
  it('passes what reached half of the stored ratio in its best repeat, and nothing else', () => {
    const lines = judge({ fast: [9, 4], half: [1, 5.1, 2], slow: [4.9, 3] }, { fast: 10, half: 10, slow: 10 });
    expect(lines.map(({ passed }: { passed: boolean }) => passed)).toEqual([true, true, false]);
    expect(lines[1]).toEqual({ name: 'half', best: 5.1, expected: 10, passed: true });
  });

  it('fails a kernel that was not measured, or is not recorded', () => {
    expect(judge({}, { gone: 3 })).toEqual([{ name: 'gone', best: 0, expected: 3, passed: false }]);
    expect(judge({ fresh: [3] }, {})[0].passed).toBe(false);
  });

  it('has a recorded ratio for the first size of every kernel', () => {
    const stored = JSON.parse(readFileSync(join(root, 'bench/ratios/ratios.json'), 'utf8'));
    for (const { kernel, sizes } of cases) expect(stored[`${kernel} ${sizes[0]}`], kernel).toBeGreaterThan(1);
    expect(Object.keys(stored).length).toBeGreaterThan(cases.length);
  });
});

describe('the twins of the kernels', () => {
  it('do the same nominal work as the kernel, per block or row where they do a part', () => {
    const arena = new Arena(openKernelsSync());
    for (const { kernel, set, sizes } of cases) {
      const [size] = sizes;
      arena.reset();
      const ours = set(arena, ...size);
      const twin = twins[kernel](...size);
      twin.run();
      ours.run();
      const parts = kernel === 'gram' ? size[2] : 1;
      expect(twin.operations * parts, kernel).toBe(ours.operations);
    }
  });
});

describe('the clock of the benchmarks', () => {
  it('measures one call, whatever its length', () => {
    const spin = (count: number) => () => {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += Math.sqrt(i);
      return sum;
    };
    const [short, long] = [1e3, 1e5].map((count) => bestSeconds(spin(count), 10, 5));
    expect(long / short).toBeGreaterThan(20);
    expect(long / short).toBeLessThan(500);
  });
});
