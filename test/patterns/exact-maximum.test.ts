import { describe, expect, it } from 'vitest';
import { relu } from '../../src/architectures/two-layer.js';
import { betaMax } from '../../src/beta-max.js';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { arrange } from '../../src/patterns/arrangement.js';
import { type ConeMaximum, maximizeOverCells } from '../../src/patterns/dual-maximum.js';
import { enumeratePatterns } from '../../src/patterns/enumerate.js';
import { provenMaximum } from '../../src/patterns/exact-maximum.js';
import { searchDirections } from '../../src/patterns/price.js';
import { dualMaximum } from '../../src/patterns-api.js';
import { finish } from '../../src/pausing.js';
import { numbers } from '../support/kernel-harness.js';

function valueAt(X: Float64Array, lambda: Float64Array, slope: number, direction: ArrayLike<number>): number {
  const d = direction.length;
  let sum = 0;
  lambda.forEach((weight, k) => {
    let z = 0;
    for (let j = 0; j < d; j++) z += X[k * d + j] * direction[j];
    sum += weight * Math.max(z, slope * z);
  });
  return sum;
}

/** The better of a direction and its opposite: a start as poor as can be. */
function somewhere(X: Float64Array, lambda: Float64Array, slope: number, columns: number): ConeMaximum {
  const w = numbers(columns, 77);
  const size = Math.sqrt(w.reduce((sum, entry) => sum + entry * entry, 0));
  const starts = [w.map((entry) => entry / size), w.map((entry) => -entry / size)].map((direction): ConeMaximum => {
    const value = valueAt(X, lambda, slope, direction);
    return { value: Math.abs(value), sign: value < 0 ? -1 : 1, direction };
  });
  return starts[0].value > starts[1].value ? starts[0] : starts[1];
}

function proven(X: Float64Array, lambda: Float64Array, columns: number, slope: number, climbs = true) {
  const n = lambda.length;
  const scope = new Scope(openKernelsSync());
  const rows = scope.copyIn(X);
  const norms = Float64Array.from({ length: n }, (_, k) => {
    const size = Math.sqrt(X.subarray(k * columns, (k + 1) * columns).reduce((sum, entry) => sum + entry * entry, 0));
    return size > 0 ? 1 / size : 0;
  });
  const pricing = { X: rows, inverseNorms: scope.copyIn(norms), samples: n, columns, slope };
  const signed = scope.copyIn(lambda);
  const climb = (from: Float64Array) => (climbs ? (searchDirections(pricing, signed, from, 0, scope)[0] ?? null) : null);
  const start = somewhere(X, lambda, slope, columns);
  const found = finish(provenMaximum(arrange(rows, n, columns, scope), slope, lambda, start, climb, scope));
  const enumerated = maximizeOverCells(
    rows,
    pricing.inverseNorms,
    columns,
    enumeratePatterns(rows, n, columns, scope),
    signed,
    scope,
  );
  return { found, enumerated };
}

describe('provenMaximum', () => {
  it.each(Array.from({ length: 24 }, (_, seed) => seed))('is the maximum over all cells, from a poor start: seed %i', (seed) => {
    const d = 1 + (seed % 4);
    const n = 3 + (seed % 9);
    const X = numbers(n * d, seed);
    if (seed % 3 === 0) X.copyWithin(d, 0, d);
    if (seed % 5 === 0) X.fill(0, 0, d);
    const { found, enumerated } = proven(X, numbers(n, seed + 100), d, 0, seed % 2 === 0);
    expect(found.exact).toBe(true);
    // Without climbing, every violation is the next best; the last one is within a billionth.
    expect(Math.abs(found.value - enumerated.value)).toBeLessThanOrEqual(3e-9 * enumerated.value);
  });

  it.each([0.2, -1, 0.5])('attains its value, and no direction is above: slope %f', (slope) => {
    const X = numbers(60 * 4, 3);
    const lambda = numbers(60, 4);
    const { found } = proven(X, lambda, 4, slope);
    expect(found.exact).toBe(true);
    expect(found.sign * valueAt(X, lambda, slope, found.direction)).toBeCloseTo(found.value, 9);
    for (let seed = 0; seed < 2000; seed++) {
      const w = numbers(4, 1000 + seed);
      const size = Math.sqrt(w.reduce((sum, entry) => sum + entry * entry, 0));
      expect(Math.abs(valueAt(X, lambda, slope, w)) / size).toBeLessThanOrEqual(found.value * (1 + 1e-9));
    }
  });

  it('is zero where every value is', () => {
    const { found } = proven(numbers(12, 1), new Float64Array(4), 3, 0);
    expect(found).toMatchObject({ value: 0, exact: true });
  });
});

describe('beyond the patterns that can be listed', () => {
  const n = 150;
  const X = { data: numbers(n * 4, 8), shape: [n, 4] as const };
  const y = numbers(n, 9);

  it('betaMax and dualMaximum are exact at five columns, and agree', async () => {
    const { beta, exact } = await betaMax(relu(), X, y);
    const { value, upperBound, exact: proof } = await dualMaximum(X, y);
    expect(exact && proof).toBe(true);
    expect(upperBound).toBeGreaterThanOrEqual(value);
    expect(value / beta).toBeCloseTo(1, 8);
  });

  it('the largest of several outputs counts', async () => {
    const both = {
      data: Float64Array.from({ length: 2 * n }, (_, at) => (at % 2 ? 0.1 : 1) * y[at >> 1]),
      shape: [n, 2] as const,
    };
    const { beta, exact } = await betaMax(relu(), X, both);
    expect(exact).toBe(true);
    expect(beta / (await betaMax(relu(), X, y)).beta).toBeCloseTo(1, 8);
  });

  it('is a lower estimate, and says so, where the proof would take too long', async () => {
    const wide = { data: numbers(300 * 14, 5), shape: [300, 14] as const };
    const { value, upperBound, exact, direction, sign } = await dualMaximum(wide, numbers(300, 6), { bias: false });
    expect(exact).toBe(false);
    expect(upperBound).toBeGreaterThan(value * (1 + 1e-6));
    // Cauchy's bound, the crudest: the lengths of all rows that count for one sign.
    const lengths = Array.from({ length: 300 }, (_, k) => Math.hypot(...wide.data.subarray(14 * k, 14 * k + 14)));
    const cauchy = [1, -1].map((s) => lengths.reduce((sum, l, k) => sum + l * Math.max(0, s * numbers(300, 6)[k]), 0));
    expect(upperBound).toBeLessThanOrEqual(Math.max(...cauchy) * (1 + 1e-9));
    expect(sign * valueAt(wide.data, numbers(300, 6), 0, direction)).toBeCloseTo(value, 9);
  });
});
