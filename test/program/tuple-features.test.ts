import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope, slice } from '../../src/core/scope.js';
import { bitAt, pathMasks } from '../../src/patterns/deep-patterns.js';
import { deepSource } from '../../src/patterns/deep-source.js';
import { inverseRowNorms } from '../../src/patterns/row-norms.js';
import { MaskedFeatures } from '../../src/program/masked-features.js';
import { TupleFeatures } from '../../src/program/tuple-features.js';
import { numbers } from '../support/kernel-harness.js';

const [n, d] = [9, 3];

describe.each([
  { widths: [2, 1], signed: true, outputs: 1 },
  { widths: [3, 1], signed: false, outputs: 2 },
  { widths: [2, 2, 1], signed: false, outputs: 1 },
])('blocks of several masks, widths $widths, signed $signed, $outputs outputs', ({ widths, signed, outputs }) => {
  const scope = new Scope(openKernelsSync());
  const plain = numbers(n * d, 3, 2);
  const X = scope.copyIn(plain);
  const patterns = deepSource(X, { samples: n, columns: d, widths, signs: signed }, false, scope).sample(5, 1);
  const masks = pathMasks(patterns, n, widths);
  const size = masks.count / patterns.count;
  const masked = new MaskedFeatures({ X, columns: d, patterns: masks, outputs, layout: 'separate', signed, slope: 0 }, scope);
  const features = new TupleFeatures(masked, size, scope.copyIn(inverseRowNorms(plain, n, d)), scope);
  const blocks = features.blocks;
  /** T_b as a matrix, from the bits of the units alone. */
  const matrix = (b: number): Float64Array[] => {
    const pattern = b % patterns.count;
    const own = patterns.bits.subarray(pattern * patterns.stride, (pattern + 1) * patterns.stride);
    const sign = signed && b >= blocks / 2 ? -1 : 1;
    return Array.from({ length: n }, (_, k) => {
      const row = new Float64Array(size * d);
      const unit = (index: number) => bitAt(own, index * n + k) === 1;
      for (let path = 0; path < size; path++) {
        const first = widths.length === 2 ? path : Math.floor(path / widths[1]);
        const second = widths.length === 2 ? widths[0] : widths[0] + (path % widths[1]);
        const last = widths.reduce((sum, width) => sum + width, 0) - 1;
        if (!unit(first) || !unit(second) || !unit(last)) continue;
        for (let i = 0; i < d; i++) row[path * d + i] = sign * plain[k * d + i];
      }
      return row;
    });
  };
  const dot = (x: Float64Array, y: Float64Array) => x.reduce((sum, entry, i) => sum + entry * y[i], 0);

  it('has the products of its matrices', () => {
    const length = features.offsets[blocks];
    expect(length).toBe(blocks * size * d);
    const v = numbers(length, 5, 1);
    const fit = scope.vector(n * outputs);
    features.apply(scope.copyIn(v), fit);
    const expected = new Float64Array(n * outputs);
    for (let b = 0; b < blocks; b++) {
      const output = features.blockOutput?.[b] ?? 0;
      matrix(b).forEach((row, k) => {
        expected[output * n + k] += dot(row, v.subarray(b * size * d, (b + 1) * size * d));
      });
    }
    scope.copyOut(fit).forEach((entry, k) => {
      expect(entry).toBeCloseTo(expected[k], 11);
    });
    const lambda = numbers(n * outputs, 6, 1);
    const g = scope.vector(length);
    features.applyTranspose(scope.copyIn(lambda), g);
    // <T v, lambda> = <v, T^T lambda>
    expect(dot(scope.copyOut(g), v)).toBeCloseTo(dot(expected, lambda), 10);
    for (let b = 0; b < blocks; b++) {
      const k = 2;
      const factor = numbers(k * size * d, 7 + b, 1);
      const out = scope.vector(k * n);
      features.applyColumns(b, scope.copyIn(factor), k, out);
      for (let c = 0; c < k; c++) {
        const column = factor.subarray(c * size * d, (c + 1) * size * d);
        const got = scope.copyOut(slice(out, c * n, n));
        matrix(b).forEach((row, i) => {
          expect(got[i]).toBeCloseTo(dot(row, column), 11);
        });
      }
      matrix(b).forEach((row, i) => {
        expect(Math.sqrt(dot(row, row))).toBeLessThanOrEqual(features.rowNorms[i] * (1 + 1e-12));
      });
    }
  });
});
