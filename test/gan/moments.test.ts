import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { norm } from '../../src/data/vector.js';
import { columnSums, largestEigenvector, secondMoment, singularVectors } from '../../src/gan/moments.js';
import type { Matrix } from '../../src/types.js';
import { gaussianTable, product, type Rows, size, squares, sums } from '../support/gan-games.js';

const pack = (rows: Rows): Matrix => ({ data: Float64Array.from(rows.flat()), rows: rows.length, columns: rows[0].length });
const transpose = (rows: Rows): Rows => rows[0].map((_, j) => rows.map((row) => row[j]));
const shapes = [
  [1, 1],
  [1, 5],
  [7, 1],
  [9, 4],
  [4, 9],
  [65, 13],
] as const;

/** Entries equal up to rounding of the largest. */
function expectClose(actual: ArrayLike<number>, expected: Rows): void {
  const flat = expected.flat();
  const largest = Math.max(1, ...flat.map(Math.abs));
  expect(actual.length).toBe(flat.length);
  flat.forEach((entry, at) => {
    expect(Math.abs(actual[at] - entry)).toBeLessThanOrEqual(1e-12 * largest);
  });
}

describe.each(shapes)('moments of %d rows with %d columns', (n, d) => {
  const X = gaussianTable(n, d, 10 * n + d, 2);
  const scope = new Scope(openKernelsSync());

  it('are the sums that loops give', () => {
    expectClose(columnSums(pack(X)), [sums(X)]);
    expectClose(secondMoment(pack(X), scope), product(transpose(X), X));
    expect(norm(Float64Array.from(X.flat()))).toBeCloseTo(size(X.flat()), 12);
  });

  it('are symmetric to the last bit', () => {
    const moment = secondMoment(pack(X), scope);
    for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) expect(moment[i * d + j]).toBe(moment[j * d + i]);
  });

  it('have singular vectors that put the matrix together again', () => {
    const { values, left, right } = singularVectors(pack(X), scope);
    const count = Math.min(n, d);
    expect(values.length).toBe(count);
    const rebuilt = X.map((row, r) =>
      row.map((_, j) => values.reduce((sum, s, i) => sum + s * left[i * n + r] * right[i * d + j], 0)),
    );
    expectClose(pack(rebuilt).data, X);
    expect(values.reduce((sum, s) => sum + s * s, 0)).toBeCloseTo(squares(X), 8);
    for (let i = 1; i < count; i++) expect(values[i]).toBeLessThanOrEqual(values[i - 1]);
  });

  it('have an eigenvector of the largest magnitude, whichever the sign', () => {
    for (const sign of [1, -1]) {
      const moment = secondMoment(pack(X), scope).map((entry) => sign * entry);
      const { value, vector } = largestEigenvector(moment, d, scope);
      const { values } = singularVectors(pack(X), scope);
      expect(Math.abs(value - sign * values[0] * values[0])).toBeLessThanOrEqual(1e-12 * Math.abs(value));
      expect(size([...vector])).toBeCloseTo(1, 12);
      const image = product(
        [[...vector]],
        [...Array(d).keys()].map((i) => [...moment.slice(i * d, (i + 1) * d)]),
      );
      expectClose(image.flat(), [[...vector].map((entry) => value * entry)]);
    }
  });

  it('leave nothing behind in the arena', () => {
    const before = scope.used;
    singularVectors(pack(X), scope);
    largestEigenvector(secondMoment(pack(X), scope), d, scope);
    expect(scope.used).toBe(before);
  });
});
