import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { BalancedSemidefinite } from '../../src/program/balanced-semidefinite.js';
import { ConeGroupSums } from '../../src/program/cone-group-sums.js';
import { NuclearNorm } from '../../src/program/nuclear-norm.js';
import { PathNuclearNorm } from '../../src/program/path-nuclear-norm.js';
import type { Regularizer } from '../../src/program/program.js';
import { ConeGroupNorm, type ConeRows } from '../../src/program/regularizers.js';
import { SpectralNorm } from '../../src/program/spectral-norm.js';
import { packedLength } from '../../src/program/symmetric-blocks.js';
import { SymmetricNuclear } from '../../src/program/symmetric-nuclear.js';
import { numbers } from '../support/kernel-harness.js';
import { randomCone } from '../support/naive-cones.js';
import { packBits } from '../support/naive-masked.js';

interface Penalty {
  readonly name: string;
  readonly length: number;
  /** Blocks are kept in a cone, so that -v is no point of the domain. */
  readonly cone?: true;
  make(scope: Scope): Regularizer;
}

const blocks = 3;

function cones(length: number, scope: Scope): (block: number) => ConeRows {
  return (block) => {
    const { rows, signs } = randomCone('generic', 5, length, block + 1);
    return {
      rows: scope.copyIn(rows.flat()),
      inverseNorms: scope.copyIn(rows.map((row) => 1 / Math.hypot(...row))),
      count: rows.length,
      bits: scope.copyInBytes(packBits(1, rows.length, (_, k) => signs[k] > 0).bytes),
    };
  };
}

const penalties: readonly Penalty[] = [
  { name: 'group norm', length: 4, make: (scope) => new ConeGroupNorm(blocks, 4, null, scope) },
  { name: 'group norm in a cone', length: 4, cone: true, make: (scope) => new ConeGroupNorm(blocks, 4, cones(4, scope), scope) },
  {
    name: 'sums of norms in a cone',
    length: 6,
    cone: true,
    make: (scope) => new ConeGroupSums(blocks, 2, 3, cones(6, scope), scope),
  },
  { name: 'spectral norm', length: 5, make: (scope) => new SpectralNorm(blocks, 5, null, scope) },
  {
    name: 'spectral norm in a cone',
    length: 5,
    cone: true,
    make: (scope) => new SpectralNorm(blocks, 5, cones(5, scope), scope),
  },
  { name: 'nuclear norm', length: 12, make: (scope) => new NuclearNorm(blocks, 3, 4, scope) },
  { name: 'nuclear norm of columns', length: 4, make: (scope) => new NuclearNorm(blocks, 4, 1, scope) },
  { name: 'path of nuclear norms', length: 12, make: (scope) => new PathNuclearNorm(blocks, 2, 2, 3, scope) },
  { name: 'symmetric nuclear norm', length: packedLength(3), make: (scope) => new SymmetricNuclear(blocks, 3, scope) },
  {
    name: 'balanced semidefinite',
    length: packedLength(3),
    cone: true,
    make: (scope) => new BalancedSemidefinite(blocks, 3, scope),
  },
];

const dot = (x: Float64Array, y: Float64Array) => x.reduce((sum, entry, i) => sum + entry * y[i], 0);
const minus = (x: Float64Array, y: Float64Array) => x.map((entry, i) => entry - y[i]);
const size = (x: Float64Array) => Math.sqrt(dot(x, x));

// What follows is true of every norm on every closed convex cone, and of nothing that errs in one place: no formula is repeated.
describe.each(penalties)('$name', ({ length, cone, make }) => {
  const total = blocks * length;
  const scope = new Scope(openKernelsSync());
  const regularizer = make(scope);
  const input = scope.vector(total);
  const output = scope.vector(total);
  const prox = (z: Float64Array, step: number): Float64Array => {
    scope.view(input).set(z);
    regularizer.prox(input, step, output);
    return scope.copyOut(output);
  };
  const through = (f: (v: typeof input) => number) => (v: Float64Array) => {
    scope.view(input).set(v);
    return f(input);
  };
  const value = through((v) => regularizer.value(v));
  const dualNorm = through((v) => regularizer.dualNorm(v));
  const points = Array.from({ length: 12 }, (_, seed) => numbers(total, seed + 1, 2));
  const steps = [1e-3, 0.3, 1, 2.5];
  /** Alternating projections, where a cone has no closed form, end at a small multiple of this. */
  const eps = 1e-8;

  it('has a prox that is firmly non-expansive: |Px - Py|^2 <= (x - y)^T (Px - Py)', () => {
    for (const step of steps) {
      const images = points.map((point) => prox(point, step));
      points.forEach((x, i) => {
        points.slice(i + 1).forEach((y, j) => {
          const moved = minus(images[i], images[i + 1 + j]);
          const along = dot(minus(x, y), moved);
          expect(dot(moved, moved)).toBeLessThanOrEqual(along + eps * (1 + along));
        });
      });
    }
  });

  it('splits every point as Moreau says: the prox pairs with the rest to step times its value, the rest is in the dual ball', () => {
    for (const step of steps) {
      for (const z of points) {
        const v = prox(z, step);
        const rest = minus(z, v);
        expect(Math.abs(dot(rest, v) - step * value(v))).toBeLessThanOrEqual(eps * (1 + dot(z, z)));
        expect(dualNorm(rest)).toBeLessThanOrEqual(step + eps * (1 + size(z)));
      }
    }
  });

  it('has a prox that no other prox point beats', () => {
    for (const step of [0.3, 1]) {
      const candidates = points.flatMap((point) => [prox(point, 0.1), prox(point, step), new Float64Array(total)]);
      for (const z of points) {
        const cost = (v: Float64Array) => 0.5 * dot(minus(v, z), minus(v, z)) + step * value(v);
        const own = prox(z, step);
        const best = cost(own);
        for (const v of candidates) {
          // 1-strongly convex: what is elsewhere costs at least half the squared distance more.
          expect(cost(v)).toBeGreaterThanOrEqual(best + 0.5 * dot(minus(v, own), minus(v, own)) - eps * (1 + best));
        }
      }
    }
  });

  it('has a dual norm that supports: g^T v <= |g|* R(v), with equality at the last prox before zero', () => {
    for (const g of points) {
      const most = dualNorm(g);
      expect(most).toBeGreaterThan(0);
      for (const point of points) {
        const v = prox(point, 0.1);
        expect(dot(g, v)).toBeLessThanOrEqual(most * value(v) * (1 + 1e-9) + 1e-12);
      }
      const last = prox(g, most * (1 - 1e-5));
      expect(dot(g, last) / value(last)).toBeGreaterThan(most * (1 - 1e-4));
      expect(value(prox(g, most * (1 + 1e-6)))).toBeLessThanOrEqual(1e-6 * most);
    }
  });

  it('is homogeneous, and its prox with it, in units of powers of two bit by bit', () => {
    for (const unit of [2 ** -40, 2 ** -3, 2 ** 3, 2 ** 40]) {
      for (const z of points.slice(0, 4)) {
        const scaled = z.map((entry) => entry * unit);
        expect(value(scaled) / unit / value(z)).toBeCloseTo(1, 12);
        expect(dualNorm(scaled) / unit / dualNorm(z)).toBeCloseTo(1, 9);
        const [small, large] = [prox(z, 0.4), prox(scaled, 0.4 * unit)];
        expect(
          size(
            minus(
              large.map((entry) => entry / unit),
              small,
            ),
          ),
        ).toBeLessThanOrEqual(eps * size(z));
      }
    }
  });

  it('is a sum over blocks: each block has its own prox, whatever the others are', () => {
    for (const [at, z] of points.slice(0, 6).entries()) {
      const whole = prox(z, 0.5);
      for (let b = 0; b < blocks; b++) {
        const other = points[at + 6].slice();
        other.set(z.subarray(b * length, (b + 1) * length), b * length);
        const own = prox(other, 0.5).subarray(b * length, (b + 1) * length);
        expect(size(minus(Float64Array.from(own), whole.slice(b * length, (b + 1) * length)))).toBeLessThanOrEqual(eps * size(z));
      }
    }
  });

  it('satisfies the triangle inequality on what proxes give, and is even where it has no cone', () => {
    for (let k = 0; k + 1 < points.length; k++) {
      const [v, w] = [prox(points[k], 0.2), prox(points[k + 1], 0.2)];
      const sum = v.map((entry, i) => entry + w[i]);
      expect(value(sum)).toBeLessThanOrEqual((value(v) + value(w)) * (1 + 1e-12));
      if (cone) continue;
      expect(value(v.map((entry) => -entry))).toBeCloseTo(value(v), 12);
      expect(dualNorm(points[k].map((entry) => -entry))).toBeCloseTo(dualNorm(points[k]), 12);
    }
  });

  it('gives back what it shrinks to nothing more: a step of zero is the projection, which repeats itself', () => {
    for (const z of points.slice(0, 5)) {
      const once = prox(z, 0);
      expect(size(minus(prox(once, 0), once))).toBeLessThanOrEqual(eps * size(z));
      if (!cone) expect(size(minus(once, z))).toBeLessThanOrEqual(1e-12 * size(z));
      expect(size(once)).toBeLessThanOrEqual(size(z) * (1 + 1e-12));
    }
  });
});
