import { describe, expect, it } from 'vitest';
import { numbers, onBench } from '../support/kernel-harness.js';

/** With zeros of both signs: 0 belongs to the rising side. */
function scores(n: number, seed: number): Float64Array {
  return numbers(n, seed).map((entry, k) => (k % 5 === 3 ? (k % 2 === 0 ? 0 : -0) : entry));
}

describe.each([0, 1, 2, 3, 8, 17])('units on %i scores', (n) => {
  describe.each([0, 0.2, -1])('of slope %d', (slope) => {
    it.each([1, -1])('adds sign %i times phi(z)', (sign) => {
      const z = scores(n, 1);
      const before = numbers(n, 2);
      const after = onBench((bench) => {
        const f = bench.output(n, before);
        bench.kernels.addUnit(bench.input(z), sign, slope, f, n);
        return bench.read(f, n);
      });
      // No sum is reordered: the same operations, to the last bit; + 0 makes -0 equal to 0.
      expect(after.map((entry) => entry + 0)).toEqual(
        z.map((score, k) => before[k] + (score >= 0 ? sign : sign * slope) * score + 0),
      );
    });

    it.each([1, -1])('turns scores into sign %i times lambda phi′(z)', (sign) => {
      const z = scores(n, 3);
      const lambda = numbers(n, 4);
      const after = onBench((bench) => {
        const at = bench.output(n, z);
        bench.kernels.unitGradient(at, sign, slope, bench.input(lambda), n);
        return bench.read(at, n);
      });
      expect(after.map((entry) => entry + 0)).toEqual(z.map((score, k) => (score >= 0 ? sign : sign * slope) * lambda[k] + 0));
    });
  });
});
