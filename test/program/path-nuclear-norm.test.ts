import { describe, expect, it } from 'vitest';
import { singularTriples } from '../../src/architectures/spectral.js';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { capsOf, PathNuclearNorm } from '../../src/program/path-nuclear-norm.js';
import { numbers } from '../support/kernel-harness.js';

const shapes = [
  { blocks: 3, parts: 2, rows: 2, columns: 4 },
  { blocks: 2, parts: 3, rows: 3, columns: 2 },
  { blocks: 4, parts: 1, rows: 2, columns: 3 },
];

const dot = (x: Float64Array, y: Float64Array) => x.reduce((sum, entry, i) => sum + entry * y[i], 0);

describe.each(shapes)('path penalty of $blocks blocks of $parts parts $rows x $columns', ({ blocks, parts, rows, columns }) => {
  const scope = new Scope(openKernelsSync());
  const norm = new PathNuclearNorm(blocks, parts, rows, columns, scope);
  const length = blocks * parts * rows * columns;
  const part = (v: Float64Array, p: number) => v.subarray(p * rows * columns, (p + 1) * rows * columns);
  const values = (v: Float64Array, p: number) => singularTriples(part(v, p), rows, columns).map(({ value }) => value);
  const overBlocks = (v: Float64Array, of: (values: number[]) => number) =>
    Array.from({ length: blocks }, (_, b) =>
      Math.hypot(...Array.from({ length: parts }, (_, j) => of(values(v, b * parts + j)))),
    );
  const value = (v: Float64Array) => overBlocks(v, (s) => s.reduce((a, b) => a + b, 0)).reduce((a, b) => a + b, 0);
  const largest = (v: Float64Array) => Math.max(...overBlocks(v, (s) => Math.max(0, ...s)));

  it('has value and dual norm of the definition', () => {
    for (let seed = 1; seed <= 6; seed++) {
      const v = numbers(length, seed, 2);
      expect(norm.value(scope.copyIn(v))).toBeCloseTo(value(v), 10);
      expect(norm.dualNorm(scope.copyIn(v))).toBeCloseTo(largest(v), 10);
      const other = numbers(length, seed + 20, 2);
      expect(dot(v, other)).toBeLessThanOrEqual(value(v) * largest(other) * (1 + 1e-12));
    }
  });

  it('has the prox: what is left and what is taken are a Moreau pair', () => {
    for (let seed = 1; seed <= 6; seed++) {
      for (const step of [0.1, 1, 3]) {
        const z = numbers(length, seed, 2);
        const out = scope.vector(length);
        norm.prox(scope.copyIn(z), step, out);
        const v = scope.copyOut(out);
        const taken = z.map((entry, i) => entry - v[i]);
        expect(largest(taken)).toBeLessThanOrEqual(step * (1 + 1e-12));
        expect(Math.abs(dot(taken, v) - step * value(v))).toBeLessThanOrEqual(1e-10 * (1 + step * value(v)));
      }
    }
  });
});

describe('caps of singular values', () => {
  it('take everything inside the ball, and end on it outside', () => {
    expect(capsOf([Float64Array.of(0.3), Float64Array.of(0.4)], 0.5)).toEqual([0.3, 0.4]);
    const outside = [Float64Array.of(3, 1), Float64Array.of(2, 2, 0)];
    const caps = capsOf(outside, 1.5);
    expect(Math.hypot(...caps)).toBeCloseTo(1.5, 12);
    const ratio = outside.map((part, j) => part.reduce((sum, s) => sum + Math.max(0, s - caps[j]), 0) / caps[j]);
    expect(ratio[0]).toBeCloseTo(ratio[1], 9);
  });
});
