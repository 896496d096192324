import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { type SpectralRows, spectralGatePricer, spectralPricer } from '../../src/patterns/price-spectra.js';
import { gaussianRows, signRows } from '../../src/patterns/sample.js';
import { fourierRows, frequencies, SpectralNorm } from '../../src/program/spectral-norm.js';
import { numbers } from '../support/kernel-harness.js';

function open(n: number, d: number, seed: number) {
  const scope = new Scope(openKernelsSync());
  const data = numbers(n * d, seed);
  const X = scope.copyIn(data);
  const rows: SpectralRows = { X, rows: fourierRows(X, d, scope), samples: n, columns: d, frequencies: frequencies(d) };
  return { scope, rows, lambda: numbers(n, seed + 300), norm: new SpectralNorm(1, d, null, scope) };
}

/** Sum over the samples of lambda times the row, where `open`. */
function sumOf({ rows, samples, columns }: SpectralRows, lambda: Float64Array, opens: (k: number) => boolean, scope: Scope) {
  const data = scope.copyOut(rows);
  const g = new Float64Array(columns);
  for (let k = 0; k < samples; k++) {
    if (opens(k)) for (let j = 0; j < columns; j++) g[j] += lambda[k] * data[k * columns + j];
  }
  return g;
}

const shapes = [
  [9, 2],
  [12, 3],
  [10, 4],
  [8, 5],
] as const;

describe.each(shapes)('searches of circular networks: %d signals of %d numbers', (n, d) => {
  it('units attain their value at penalty one, in the cells they name, from the arguments alone', () => {
    for (let seed = 1; seed <= 4; seed++) {
      const { scope, rows, lambda, norm } = open(n, d, seed);
      const search = () => spectralPricer(rows).price(scope.copyIn(lambda), gaussianRows(20, d, seed, 0), 0, scope);
      const found = search();
      expect(found.length).toBeGreaterThan(0);
      expect(search()).toEqual(found);
      expect(new Set(found.map(({ bits }) => bits.join())).size).toBe(found.length);
      const data = scope.copyOut(rows.rows);
      found.forEach(({ value, bits, direction: v }, at) => {
        if (at > 0) expect(value).toBeLessThanOrEqual(found[at - 1].value);
        const z = Array.from({ length: n }, (_, k) => v.reduce((sum, entry, j) => sum + entry * data[k * d + j], 0));
        const attained = z.reduce((sum, score, k) => sum + lambda[k] * Math.max(0, score), 0) / norm.value(scope.copyIn(v));
        expect(Math.abs(Math.abs(attained) - value)).toBeLessThan(1e-10 * n);
        expect(signRows(rows.rows, n, d, v, scope)).toEqual(bits);
      });
      // No random direction is above the best.
      for (const direction of Array.from({ length: 300 }, (_, i) => gaussianRows(1, d, seed, 10 + i))) {
        const z = Array.from({ length: n }, (_, k) => direction.reduce((sum, entry, j) => sum + entry * data[k * d + j], 0));
        const there = z.reduce((sum, score, k) => sum + lambda[k] * Math.max(0, score), 0) / norm.value(scope.copyIn(direction));
        expect(Math.abs(there)).toBeLessThanOrEqual(found[0].value * (1 + 1e-6));
      }
    }
  });

  it('gates have the dual norm of their pattern as value, and none of 500 random gates is above the best', () => {
    for (let seed = 1; seed <= 4; seed++) {
      const { scope, rows, lambda, norm } = open(n, d, seed);
      const dualOf = (bits: Uint8Array) =>
        norm.dualNorm(scope.copyIn(sumOf(rows, lambda, (k) => ((bits[k >> 3] >> (k & 7)) & 1) === 1, scope)));
      const found = spectralGatePricer(rows).price(scope.copyIn(lambda), gaussianRows(100, d, seed, 0), 0, scope);
      for (const { value, bits, gate } of found) {
        expect(Math.abs(dualOf(bits) - value)).toBeLessThan(1e-10 * n);
        expect(signRows(rows.X, n, d, gate as Float64Array, scope)).toEqual(bits);
      }
      for (let i = 0; i < 500; i++) {
        const bits = signRows(rows.X, n, d, gaussianRows(1, d, seed, 10 + i), scope);
        expect(dualOf(bits)).toBeLessThanOrEqual(found[0].value * (1 + 1e-9));
      }
    }
  });
});
