import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { CompensatedSum, compensatedDot } from '../../src/stream/compensated.js';
import { GramSums, plainRows } from '../../src/stream/gram-sums.js';
import { addGrams, gramEntry, gramTimes } from '../../src/stream/masked-gram.js';
import { maskedTable, rowsOf } from './table.js';

describe('compensated sums', () => {
  it('hold small terms beside large ones', () => {
    const sum = new CompensatedSum();
    for (const term of [1e16, 1, 1, 1, -1e16]) sum.add(term);
    expect(1e16 + 1 + 1 + 1 - 1e16).not.toBe(3);
    expect(sum.value).toBe(3);
  });

  it('of a million tenths are off by nothing that counts', () => {
    const tenths = new Float64Array(1e6).fill(0.1);
    const plain = tenths.reduce((sum, term) => sum + term, 0);
    expect(Math.abs(plain - 1e5)).toBeGreaterThan(1e-7);
    expect(Math.abs(compensatedDot(tenths, new Float64Array(1e6).fill(1)) - 1e5)).toBeLessThan(2e-11);
  });
});

const sizes = [
  { n: 1, d: 1, gates: 1 },
  { n: 7, d: 3, gates: 2 },
  { n: plainRows, d: 2, gates: 5 },
  { n: plainRows + 1, d: 4, gates: 3 },
  { n: 500, d: 6, gates: 17 },
];

describe.each(sizes)('the sums of $n rows, $d columns, $gates gates', ({ n, d, gates }) => {
  const table = maskedTable(n, d, gates, n + d);
  const { T, width, y } = table;
  const scope = new Scope(openKernelsSync());
  const sums = new GramSums(table.gates, d, scope);
  sums.add(table.X, y);
  const gram = sums.total();
  const product = (i: number, j: number) => rowsOf(n).reduce((sum, k) => sum + T[k * width + i] * T[k * width + j], 0);
  const size = (i: number) => Math.sqrt(product(i, i));

  it('are T^T T, T^T y, y^T y and the sum of y', () => {
    for (let i = 0; i < width; i++) {
      for (let j = 0; j < width; j++)
        expect(Math.abs(gramEntry(gram, i, j) - product(i, j))).toBeLessThanOrEqual(1e-13 * size(i) * size(j));
      const wanted = rowsOf(n).reduce((sum, k) => sum + T[k * width + i] * y[k], 0);
      expect(Math.abs(gram.targets[i] - wanted)).toBeLessThanOrEqual(1e-13 * size(i) * Math.sqrt(gram.square));
    }
    expect(gram.square).toBeCloseTo(
      y.reduce((sum, target) => sum + target * target, 0),
      10,
    );
    expect(gram.sum).toBeCloseTo(
      y.reduce((sum, target) => sum + target, 0),
      10,
    );
    expect(gram.rows).toBe(n);
  });

  it('multiply as the matrix does', () => {
    const v = Float64Array.from({ length: width }, (_, i) => ((i * 7) % 5) - 2);
    gramTimes(gram, v).forEach((entry, i) => {
      const wanted = rowsOf(width).reduce((sum, j) => sum + gramEntry(gram, i, j) * v[j], 0);
      expect(Math.abs(entry - wanted)).toBeLessThanOrEqual(1e-12 * (1 + Math.abs(wanted)));
    });
  });

  it('of two halves add up', () => {
    if (n < 2) return;
    const half = n >> 1;
    const parts = [
      [0, half],
      [half, n],
    ].map(([from, to]) => {
      const part = new GramSums(table.gates, d, scope);
      const data = table.X.data.subarray(from * d, to * d);
      part.add({ data, rows: to - from, columns: d }, y.subarray(from, to));
      return part.total();
    });
    const both = addGrams(parts[0], parts[1]);
    expect(both.rows).toBe(n);
    both.blocks.forEach((entry, k) => {
      expect(entry).toBeCloseTo(gram.blocks[k], 9);
    });
    expect(both.square).toBeCloseTo(gram.square, 9);
  });
});

describe('the error of the sums', () => {
  it('does not grow with the number of rows', () => {
    const scope = new Scope(openKernelsSync());
    const sums = new GramSums(Float64Array.of(1), 1, scope);
    const rows = 4800;
    const X = { data: new Float64Array(rows).fill(0.1), rows, columns: 1 };
    const y = new Float64Array(rows).fill(1);
    for (let call = 0; call < 200; call++) sums.add(X, y);
    const gram = sums.total();
    const exact = 200 * rows;
    // Every term is the double nearest to 0.1, or its square rounded: only the summation can be off.
    expect(Math.abs(gram.targets[0] / exact - 0.1)).toBeLessThan(3e-16);
    expect(Math.abs(gram.blocks[0] / exact - 0.1 * 0.1)).toBeLessThan(3e-17);
  });
});
