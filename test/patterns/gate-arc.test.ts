import { describe, expect, it } from 'vitest';
import { bestOnArc } from '../../src/patterns/gate-arc.js';
import { numbers } from '../support/kernel-harness.js';
import { normPlain } from '../support/naive-cones.js';

/** |sum of the rows with score >= 0|. */
function valueAt(p: Float64Array, q: Float64Array, rows: Float64Array, d: number, a: number, b: number): number {
  const g = new Float64Array(d);
  p.forEach((_, k) => {
    if (a * p[k] + b * q[k] >= 0) for (let j = 0; j < d; j++) g[j] += rows[k * d + j];
  });
  return normPlain(g);
}

describe('bestOnArc', () => {
  it('is at least as good as a thousand gates on the circle', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const n = 1 + ((seed * 7) % 40);
      const d = 1 + (seed % 4);
      const [p, q] = [numbers(n, seed), numbers(n, seed + 50)];
      if (seed % 3 === 0) p.fill(0, 0, 3);
      if (seed % 4 === 0) q.set(p.subarray(0, 4).map((entry) => 2 * entry));
      const rows = numbers(n * d, seed + 90);
      const { share, sign } = bestOnArc(p, q, rows, d);
      const best = valueAt(p, q, rows, d, sign * share, sign);
      for (let i = 0; i < 1000; i++) {
        const angle = (2 * Math.PI * (i + 0.37)) / 1000;
        expect(valueAt(p, q, rows, d, Math.cos(angle), Math.sin(angle))).toBeLessThanOrEqual(best * (1 + 1e-12));
      }
    }
  });

  it('bears rows that never turn', () => {
    const zero = new Float64Array(3);
    expect(bestOnArc(zero, zero, numbers(6, 1), 2)).toEqual({ share: 1, sign: 1 });
    expect(Number.isFinite(bestOnArc(zero, numbers(3, 2), numbers(6, 1), 2).share)).toBe(true);
  });
});
