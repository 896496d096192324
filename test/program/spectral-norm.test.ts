import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { inverseRowNorms } from '../../src/patterns/row-norms.js';
import { patternsOfGates } from '../../src/patterns/sample.js';
import { SpectralNorm } from '../../src/program/spectral-norm.js';
import { numbers } from '../support/kernel-harness.js';

/** R in Fourier coordinates, from the definition. */
function norm(v: ArrayLike<number>): number {
  const d = v.length;
  let sum = Math.abs(v[0]);
  for (let i = 1; i < d; i += 2) sum += i + 1 < d ? Math.SQRT2 * Math.hypot(v[i], v[i + 1]) : Math.abs(v[i]);
  return sum / Math.sqrt(d);
}

function dual(g: ArrayLike<number>): number {
  const d = g.length;
  let most = Math.abs(g[0]);
  for (let i = 1; i < d; i += 2) most = Math.max(most, i + 1 < d ? Math.hypot(g[i], g[i + 1]) / Math.SQRT2 : Math.abs(g[i]));
  return most * Math.sqrt(d);
}

const dot = (x: ArrayLike<number>, y: ArrayLike<number>) => {
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += x[k] * y[k];
  return sum;
};

/** The cone of a gate for n random rows, and the norm on it. */
function coneOf(n: number, d: number, seed: number) {
  const scope = new Scope(openKernelsSync());
  const data = numbers(n * d, seed, 2);
  const rows = scope.copyIn(data);
  const inverseNorms = scope.copyIn(inverseRowNorms(data, n, d));
  const gate = numbers(d, seed + 1000, 2);
  const { bits } = patternsOfGates(rows, n, d, gate, scope);
  const cone = { rows, inverseNorms, count: n, bits: scope.copyInBytes(bits) };
  const inside = Array.from({ length: n }, (_, k) => {
    const row = Array.from(data.subarray(k * d, (k + 1) * d));
    const sign = dot(row, gate) >= 0 ? 1 : -1;
    return row.map((entry) => sign * entry);
  });
  const regularizer = new SpectralNorm(1, d, () => cone, scope);
  const prox = (z: Float64Array, step: number) => {
    const out = scope.vector(d);
    regularizer.prox(scope.copyIn(z), step, out);
    return scope.copyOut(out);
  };
  const maximum = (g: Float64Array) => regularizer.dualNorm(scope.copyIn(g));
  const derivative = (z: Float64Array, step: number, direction: Float64Array) => {
    prox(z, step);
    if (regularizer.active().length === 0) return new Float64Array(d);
    const out = scope.vector(d * d);
    const k = regularizer.factor(0, out);
    expect(regularizer.rank(0)).toBeGreaterThanOrEqual(k);
    const R = scope.copyOut(out);
    const shares = Array.from({ length: k }, (_, c) => dot(R.subarray(c * d, (c + 1) * d), direction));
    return Float64Array.from({ length: d }, (_, i) => shares.reduce((sum, share, c) => sum + share * R[c * d + i], 0));
  };
  return { inside, gate, prox, maximum, derivative };
}

const shapes = [1, 2, 3, 4, 5, 8, 11].flatMap((d) => [2, 7, 20].map((n) => [n, d] as const));

describe('the spectral norm with a cone', () => {
  it.each(shapes)('has the prox that is optimal: %d rows, length %d', (n, d) => {
    for (let seed = 1; seed <= 12; seed++) {
      const { inside, gate, prox, maximum } = coneOf(n, d, 100 * d + seed);
      const z = numbers(d, seed, 2).map((entry, j) => entry + gate[j]);
      for (const step of [1e-3, 0.2, 1]) {
        const v = prox(z, step);
        const size = Math.sqrt(dot(z, z));
        for (const row of inside) expect(dot(row, v)).toBeGreaterThanOrEqual(-1e-12 * size * Math.sqrt(dot(row, row)));
        // v is optimal iff (z - v)^T v = step R(v), and (z - v)^T w <= step R(w) for all w of the cone.
        const rest = z.map((entry, j) => entry - v[j]);
        expect(Math.abs(dot(rest, v) - step * norm(v))).toBeLessThan(1e-11 * size * size);
        // Alternating projections, where no face is found, end at 1e-9 of |z|.
        expect(maximum(rest)).toBeLessThanOrEqual(step * (1 + 1e-8) + 2e-9 * size);
      }
    }
  });

  it.each(shapes)('has the dual norm above all of the cone, and attained in it: %d rows, length %d', (n, d) => {
    for (let seed = 1; seed <= 12; seed++) {
      const { inside, gate, prox, maximum } = coneOf(n, d, 100 * d + seed);
      const g = numbers(d, 50 + seed, 2).map((entry, j) => entry + 0.5 * gate[j]);
      const most = maximum(g);
      expect(most).toBeLessThanOrEqual(dual(g) * (1 + 1e-12));
      const samples = numbers(400 * d, seed, 1);
      for (let k = 0; k < 400; k++) {
        const w = gate.map((entry, j) => entry + (k % 20) * samples[k * d + j]);
        if (inside.every((row) => dot(row, w) >= 0)) expect(dot(g, w)).toBeLessThanOrEqual(most * norm(w) * (1 + 1e-12));
      }
      // Just below the maximum the prox is not zero, and points to it; just above it is.
      if (most === 0) continue;
      const v = prox(g, most * (1 - 1e-5));
      expect(dot(g, v)).toBeGreaterThanOrEqual(most * (1 - 1.01e-5) * norm(v));
      expect(norm(v)).toBeGreaterThan(0);
      expect(norm(prox(g, most * (1 + 1e-8)))).toBe(0);
    }
  });

  it.each(shapes)('has the derivative of its prox: %d rows, length %d', (n, d) => {
    for (let seed = 1; seed <= 8; seed++) {
      const { gate, prox, derivative } = coneOf(n, d, 100 * d + seed);
      const z = numbers(d, seed, 2).map((entry, j) => entry + gate[j]);
      const direction = numbers(d, seed + 7, 1);
      const moved = (h: number) =>
        prox(
          z.map((entry, j) => entry + h * direction[j]),
          0.2,
        );
      const [wide, narrow] = [1e-5, 1e-6].map((h) => {
        const [ahead, behind] = [moved(h), moved(-h)];
        return ahead.map((entry, i) => (entry - behind[i]) / (2 * h));
      });
      // Differences across a kink disagree with each other, or with themselves from both sides.
      if (wide.some((entry, i) => Math.abs(entry - narrow[i]) > 1e-6)) continue;
      derivative(z, 0.2, direction).forEach((entry, i) => {
        expect(Math.abs(entry - narrow[i])).toBeLessThan(1e-5);
      });
    }
  });

  it('is the largest over blocks', () => {
    const scope = new Scope(openKernelsSync());
    const rows = numbers(5 * 4, 3, 2);
    const x = scope.copyIn(rows);
    const inverseNorms = scope.copyIn(inverseRowNorms(rows, 5, 4));
    const { bits, stride } = patternsOfGates(x, 5, 4, numbers(4 * 6, 4, 2), scope);
    const address = scope.copyInBytes(bits);
    const count = bits.length / stride;
    const cone = (b: number) => ({ rows: x, inverseNorms, count: 5, bits: address + b * stride });
    const all = new SpectralNorm(count, 4, cone, scope);
    const g = numbers(4 * count, 5, 2);
    const single = Array.from({ length: count }, (_, b) =>
      new SpectralNorm(1, 4, () => cone(b), scope).dualNorm(scope.copyIn(g.subarray(4 * b, 4 * b + 4))),
    );
    expect(Math.abs(all.dualNorm(scope.copyIn(g)) - Math.max(...single))).toBeLessThan(1e-8);
    expect(all.value(scope.copyIn(g))).toBeCloseTo(
      Array.from({ length: count }, (_, b) => norm(g.subarray(4 * b, 4 * b + 4))).reduce((sum, value) => sum + value),
      12,
    );
  });
});

describe('the spectral norm without cones', () => {
  it.each([1, 2, 3, 4, 5, 8, 13])('shrinks frequencies, and has the derivative of that (length %d)', (d) => {
    const scope = new Scope(openKernelsSync());
    const regularizer = new SpectralNorm(2, d, null, scope);
    const z = numbers(2 * d, d, 3);
    const step = 0.8;
    const prox = (from: Float64Array) => {
      const out = scope.vector(2 * d);
      regularizer.prox(scope.copyIn(from), step, out);
      return scope.copyOut(out);
    };
    const v = prox(z);
    for (const b of [0, 1]) {
      const [own, from] = [v.slice(b * d, (b + 1) * d), z.slice(b * d, (b + 1) * d)];
      const rest = from.map((entry, j) => entry - own[j]);
      expect(dual(rest)).toBeLessThanOrEqual(step * (1 + 1e-12));
      expect(Math.abs(dot(rest, own) - step * norm(own))).toBeLessThan(1e-12);
    }
    expect(regularizer.dualNorm(scope.copyIn(z))).toBeCloseTo(Math.max(dual(z.slice(0, d)), dual(z.slice(d))), 12);
    const active = Array.from(regularizer.active());
    expect(active).toEqual([0, 1].filter((b) => v.slice(b * d, (b + 1) * d).some((entry) => entry !== 0)));
    for (const b of active) {
      prox(z);
      const out = scope.vector(d * d);
      const k = regularizer.factor(b, out);
      expect(regularizer.rank(b)).toBe(k);
      const R = scope.copyOut(out);
      const direction = numbers(d, 77, 1);
      const moved = (h: number) => prox(z.map((entry, j) => entry + (Math.floor(j / d) === b ? h * direction[j % d] : 0)));
      const [ahead, behind] = [moved(1e-6), moved(-1e-6)];
      for (let i = 0; i < d; i++) {
        let slope = 0;
        for (let c = 0; c < k; c++) slope += R[c * d + i] * dot(R.subarray(c * d, (c + 1) * d), direction);
        expect(Math.abs((ahead[b * d + i] - behind[b * d + i]) / 2e-6 - slope)).toBeLessThan(1e-8);
      }
    }
  });
});
