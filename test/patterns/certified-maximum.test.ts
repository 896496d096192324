import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { certifiedMaximum } from '../../src/patterns/certified-maximum.js';
import { maximizeOverCells } from '../../src/patterns/dual-maximum.js';
import { enumeratePatterns } from '../../src/patterns/enumerate.js';
import { finish, isPause } from '../../src/pausing.js';
import { createRandom } from '../../src/random.js';

const random = createRandom(2);
const rows = 48;
const columns = 4;
// 34 500 patterns: too many to list by default, few enough for a test.
const data = Float64Array.from({ length: rows * columns }, () => random.normal());
const lambda = Float64Array.from({ length: rows }, () => random.normal());
const X = { data, rows, columns };

/** F(w) = lambda^T (Xw)_+. */
function response(w: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < rows; k++) {
    let z = 0;
    for (let j = 0; j < columns; j++) z += data[k * columns + j] * w[j];
    sum += lambda[k] * Math.max(0, z);
  }
  return sum;
}

function listed(): number {
  const scope = new Scope(openKernelsSync());
  const features = scope.copyIn(data);
  const inverse = Float64Array.from({ length: rows }, (_, k) => 1 / Math.hypot(...data.subarray(k * columns, (k + 1) * columns)));
  const patterns = enumeratePatterns(features, rows, columns, scope);
  expect(patterns.count).toBeGreaterThan(20_000);
  return maximizeOverCells(features, scope.copyIn(inverse), columns, patterns, scope.copyIn(lambda), scope).value;
}

describe('certifiedMaximum', () => {
  it('encloses the maximum over all patterns, which a list gives, by branch and bound', () => {
    const scope = new Scope(openKernelsSync());
    const steps = certifiedMaximum(X, lambda, { seed: 0, maxNodes: 5_000_000, tolerance: 1e-7 }, scope);
    let yielded = 0;
    let next = steps.next();
    for (; !next.done; next = steps.next()) {
      if (isPause(next.value)) continue;
      yielded++;
      expect(next.value.upperBound).toBeGreaterThanOrEqual(next.value.value);
    }
    const { value, upperBound, direction, sign, enumerated } = next.value;
    expect(yielded).toBeGreaterThan(0);
    expect(enumerated).toBe(false);
    expect(sign * response(direction)).toBeCloseTo(value, 10);
    const exact = listed();
    expect(value).toBeLessThanOrEqual(exact * (1 + 1e-10));
    expect(upperBound).toBeGreaterThanOrEqual(exact * (1 - 1e-10));
    expect(upperBound).toBeLessThanOrEqual(value * (1 + 1e-6));
  });

  it('goes on from every better direction that branch and bound meets', () => {
    const exact = listed();
    let missed = 0;
    for (let seed = 0; seed < 6; seed++) {
      const scope = new Scope(openKernelsSync());
      // One local search misses the maximum more often than not.
      const first = finish(certifiedMaximum(X, lambda, { seed, maxNodes: 0, tolerance: 1e-7, starts: 1 }, scope));
      if (first.value < exact * (1 - 1e-6)) missed++;
      const steps = certifiedMaximum(X, lambda, { seed, maxNodes: 5_000_000, tolerance: 1e-7, starts: 1 }, scope);
      let next = steps.next();
      while (!next.done) next = steps.next();
      const { value, upperBound, direction, sign } = next.value;
      expect(sign * response(direction)).toBeCloseTo(value, 10);
      expect(value).toBeGreaterThanOrEqual(exact * (1 - 1e-6));
      expect(value).toBeLessThanOrEqual(exact * (1 + 1e-10));
      expect(upperBound).toBeGreaterThanOrEqual(exact * (1 - 1e-10));
      expect(upperBound).toBeLessThanOrEqual(value * (1 + 1e-6));
    }
    expect(missed).toBeGreaterThan(0);
  });

  it('releases what it took, and gives the same at any scale of the data', () => {
    const scope = new Scope(openKernelsSync());
    const before = scope.used;
    const run = (scale: number) => {
      const scaled = { ...X, data: data.map((entry) => entry * scale) };
      const steps = certifiedMaximum(scaled, lambda, { seed: 0, maxNodes: 0, tolerance: 1e-7 }, scope);
      let next = steps.next();
      // Without nodes there is nothing to yield on the way.
      for (; !next.done; next = steps.next()) expect(isPause(next.value)).toBe(true);
      return next.value;
    };
    const plain = run(1);
    const tiny = run(2 ** -300);
    expect(tiny.value).toBe(plain.value * 2 ** -300);
    expect(tiny.upperBound).toBe(plain.upperBound * 2 ** -300);
    expect(scope.used).toBe(before);
  });

  it('proves zero as far as the closed forms reach', () => {
    const scope = new Scope(openKernelsSync());
    const none = finish(certifiedMaximum(X, new Float64Array(rows), { seed: 0, maxNodes: 1000, tolerance: 1e-7 }, scope));
    expect([none.value, none.upperBound]).toEqual([0, 0]);
  });
});
