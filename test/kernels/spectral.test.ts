import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { numbers, withBench } from '../support/kernel-harness.js';

const kernels = openKernelsSync();

/** Blocks on random cones (and one without), in guarded memory; test/program/spectral-norm.test.ts tests the values. */
function run(n: number, d: number, seed: number) {
  const blocks = 5;
  return withBench(kernels, ({ input, output, work, read, scope }) => {
    const rows = numbers(n * d, seed, 2);
    const norms = Array.from({ length: n }, (_, k) => {
      const row = rows.subarray(k * d, (k + 1) * d);
      return 1 / Math.sqrt(row.reduce((sum, entry) => sum + entry * entry, 0));
    });
    const [x, inverse] = [input(rows), input(norms)];
    const bits = scope.copyInBytes(Uint8Array.from(numbers(16 * blocks, seed + 1, 128), (entry) => Math.abs(Math.round(entry))));
    const cones = scope.copyInIntegers(
      Array.from({ length: blocks }, (_, b) => (b === 3 ? [0, 0, 0, 0] : [x, inverse, n, bits + 16 * b])).flat(),
    );
    const sets = scope.copyInIntegers(new Int32Array(blocks * (d + 1)));
    const z = input(numbers(blocks * d, seed + 2, 3));
    const out = output(blocks * d);
    kernels.proxConeSpectra(z, 0.3, cones, sets, out, blocks, d, work(kernels.spectralWorkspace(d)));
    const most = kernels.coneSpectraDualNorm(z, cones, sets, output(blocks), blocks, d, work(kernels.spectralWorkspace(d)));
    const counts = Array.from({ length: blocks }, (_, b) => scope.integers(sets + 4 * b * (d + 1), 1)[0]);
    return { prox: Array.from(read(out, blocks * d)), most, counts };
  });
}

describe('kernels of the spectral norm on cones', () => {
  it.each([1, 2, 3, 4, 7, 12, 17])('write where they may, and the same bits from any memory (length %d)', (d) => {
    for (const n of [1, 6, 25]) {
      for (let seed = 1; seed <= 5; seed++) {
        const first = run(n, d, 10 * seed + d);
        expect(first.prox.every(Number.isFinite)).toBe(true);
        expect(first.most).toBeGreaterThan(0);
        for (const count of first.counts) expect(count).toBeLessThanOrEqual(d);
        expect(run(n, d, 10 * seed + d)).toEqual(first);
      }
    }
  });
});
