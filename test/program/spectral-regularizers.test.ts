import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { BalancedSemidefinite } from '../../src/program/balanced-semidefinite.js';
import { NuclearNorm } from '../../src/program/nuclear-norm.js';
import type { SmoothRegularizer } from '../../src/program/program.js';
import { addPackedProduct, packedLength, unpackSymmetric } from '../../src/program/symmetric-blocks.js';
import { SymmetricNuclear } from '../../src/program/symmetric-nuclear.js';
import { numbers } from '../support/kernel-harness.js';

interface Case {
  readonly name: string;
  /** Numbers in one block; there are two blocks. */
  readonly length: number;
  make(scope: Scope): SmoothRegularizer;
  /** Largest pairing of a block with random points of value one: below the dual norm, and near it for many points. */
  sample(seed: number): Float64Array;
}

const size = 4;
const unit = (length: number, seed: number): Float64Array => {
  const x = numbers(length, seed);
  const norm = Math.sqrt(x.reduce((sum, entry) => sum + entry * entry, 0));
  return x.map((entry) => entry / norm);
};
const packed = (x: Float64Array): Float64Array => {
  const out = new Float64Array(packedLength(x.length));
  addPackedProduct(1, x, x, out);
  return out;
};

const cases: Case[] = [
  {
    name: 'NuclearNorm 3 x 5',
    length: 15,
    make: (scope) => new NuclearNorm(2, 3, 5, scope),
    sample(seed) {
      const [u, v] = [unit(3, seed), unit(5, seed + 7919)];
      return Float64Array.from({ length: 15 }, (_, at) => u[Math.floor(at / 5)] * v[at % 5]);
    },
  },
  {
    name: 'SymmetricNuclear',
    length: packedLength(size),
    make: (scope) => new SymmetricNuclear(2, size, scope),
    sample: (seed) => packed(unit(size, seed)).map((entry) => (seed % 2 ? entry : -entry)),
  },
  {
    name: 'BalancedSemidefinite',
    length: packedLength(size),
    make: (scope) => new BalancedSemidefinite(2, size, scope),
    sample: (seed) => packed(Float64Array.of(...unit(size - 1, seed), 1)),
  },
];

const dot = (x: Float64Array, y: Float64Array) => x.reduce((sum, entry, i) => sum + entry * y[i], 0);

describe.each(cases)('$name', ({ length, make, sample }) => {
  const scope = new Scope(openKernelsSync());
  const regularizer = make(scope);
  const z = numbers(2 * length, 5, 2);
  const prox = (point: Float64Array, step: number): Float64Array => {
    const out = scope.zeros(2 * length);
    regularizer.prox(scope.copyIn(point), step, out);
    return scope.copyOut(out);
  };
  const value = (point: Float64Array) => regularizer.value(scope.copyIn(point));
  const dualNorm = (point: Float64Array) => regularizer.dualNorm(scope.copyIn(point));

  it('is optimal: the rest has dual norm step and pairs with the prox to step times its value', () => {
    for (const step of [0.1, 0.5, 1]) {
      const out = prox(z, step);
      const rest = z.map((entry, i) => entry - out[i]);
      expect(value(out)).toBeGreaterThan(0);
      expect(dualNorm(rest)).toBeLessThanOrEqual(step * (1 + 1e-9));
      expect(Math.abs(dot(rest, out) - step * value(out))).toBeLessThanOrEqual(1e-9 * step * value(out));
    }
  });

  it('is zero from the dual norm on, and not below', () => {
    const most = dualNorm(z);
    expect(Math.sqrt(dot(prox(z, most * 1.0001), prox(z, most * 1.0001)))).toBe(0);
    expect(regularizer.active()).toEqual(Int32Array.of());
    const below = prox(z, most * 0.999);
    expect(dot(below, below)).toBeGreaterThan(0);
    expect(regularizer.active().length).toBe(1);
  });

  it('has a dual norm that no sampled point of value one exceeds, and many come close to', () => {
    const block = z.subarray(0, length);
    const both = Float64Array.from([...block, ...new Float64Array(length)]);
    const most = dualNorm(both);
    let seen = 0;
    for (let seed = 1; seed <= 4000; seed++) {
      const point = sample(seed);
      expect(value(Float64Array.from([...point, ...new Float64Array(length)]))).toBeCloseTo(1, 12);
      seen = Math.max(seen, dot(block, point));
    }
    expect(seen).toBeLessThanOrEqual(most * (1 + 1e-12));
    expect(seen).toBeGreaterThan(0.8 * most);
  });

  it('gives R with R R^T = derivative of the prox, by central differences', () => {
    for (const step of [0.2, 0.6]) {
      const h = 1e-6;
      const direction = numbers(2 * length, 77);
      const moved = (sign: number) =>
        prox(
          z.map((entry, i) => entry + sign * h * direction[i]),
          step,
        );
      const [ahead, behind] = [moved(1), moved(-1)];
      prox(z, step);
      const active = regularizer.active();
      for (let b = 0; b < 2; b++) {
        const expected = Float64Array.from({ length }, (_, i) => (ahead[b * length + i] - behind[b * length + i]) / (2 * h));
        const image = new Float64Array(length);
        if (active.includes(b)) {
          const R = scope.vector(length * length);
          const columns = regularizer.factor(b, R);
          expect(columns).toBeLessThanOrEqual(length);
          expect(regularizer.rank(b)).toBe(columns);
          for (let k = 0; k < columns; k++) {
            const column = scope.copyOut(R).subarray(k * length, (k + 1) * length);
            const along = dot(column, direction.subarray(b * length, (b + 1) * length));
            for (let i = 0; i < length; i++) image[i] += along * column[i];
          }
        }
        expected.forEach((entry, i) => {
          expect(Math.abs(image[i] - entry)).toBeLessThan(1e-6);
        });
      }
    }
  });
});

describe('BalancedSemidefinite', () => {
  it('keeps its constraint: trace of the first part equals the last entry', () => {
    const scope = new Scope(openKernelsSync());
    const regularizer = new BalancedSemidefinite(1, size, scope);
    for (const scale of [1e-8, 1, 1e8]) {
      const out = scope.zeros(packedLength(size));
      regularizer.prox(scope.copyIn(numbers(packedLength(size), 3, scale)), 0.1 * scale, out);
      const Z = unpackSymmetric(scope.copyOut(out), size);
      const trace = Z[0] + Z[5] + Z[10];
      expect(Z[15]).toBeGreaterThan(0);
      expect(Math.abs(trace - Z[15])).toBeLessThanOrEqual(1e-13 * scale);
    }
  });
});
