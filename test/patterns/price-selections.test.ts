import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { selectionPricer } from '../../src/patterns/price-selections.js';
import { inverseRowNorms } from '../../src/patterns/row-norms.js';
import { gaussianRows } from '../../src/patterns/sample.js';
import { comparisons, type SelectionInput, selectionCone, selectionSource } from '../../src/patterns/selections.js';
import { numbers } from '../support/kernel-harness.js';
import { normPlain } from '../support/naive-cones.js';

const shapes = [
  { samples: 6, columns: 2, patches: 2 },
  { samples: 5, columns: 2, patches: 3 },
  { samples: 4, columns: 3, patches: 2 },
  { samples: 3, columns: 3, patches: 3 },
  { samples: 7, columns: 1, patches: 2 },
];

function open({ samples, columns, patches }: (typeof shapes)[number], seed: number) {
  const scope = new Scope(openKernelsSync());
  const rows = numbers(patches * samples * columns, seed);
  // Repeated and zero patches, as padding and flat images make them.
  if (seed % 3 === 0) rows.copyWithin(samples * columns, 0, columns);
  if (seed % 3 === 1) rows.fill(0, 0, columns);
  const region = new Int32Array(patches);
  const input: SelectionInput = { rows: scope.copyIn(rows), columns, samples, region, regionCount: 1 };
  return { scope, rows, input, lambda: numbers(samples, seed + 500) };
}

/** lambda^T max(0, max_k X_k w). */
function evaluate(
  rows: Float64Array,
  { samples, columns, region }: SelectionInput,
  lambda: Float64Array,
  w: Float64Array,
): number {
  let sum = 0;
  for (let r = 0; r < samples; r++) {
    const scores = Array.from(region, (_, k) => w.reduce((z, entry, j) => z + entry * rows[(k * samples + r) * columns + j], 0));
    sum += lambda[r] * Math.max(0, ...scores);
  }
  return sum;
}

/** The maximum over all selections, each by projection on its cone. */
function largestOfAll(scope: Scope, rows: Float64Array, input: SelectionInput, lambda: Float64Array): number {
  const { columns: d, samples } = input;
  const all = selectionSource(input, scope).all();
  const compared = comparisons(input, rows);
  const count = compared.data.length / d;
  const inverse = inverseRowNorms(compared.data, count, d);
  const data = scope.copyIn(compared.data);
  let most = 0;
  for (let i = 0; i < all.count; i++) {
    const bits = all.bits.subarray(i * all.stride, (i + 1) * all.stride);
    const { signs, holds } = selectionCone(input, compared, bits);
    const g = new Float64Array(d);
    for (let row = 0; row < rows.length / d; row++) {
      if ((bits[row >> 3] >> (row & 7)) & 1) for (let j = 0; j < d; j++) g[j] += lambda[row % samples] * rows[row * d + j];
    }
    for (const sign of [1, -1]) {
      const value = scope.child((inner) => {
        const set = inner.bytes((d + 1) * 4);
        inner.integers(set, 1)[0] = 0;
        return inner.kernels.projectCone(
          data.address,
          inner.copyIn(inverse.map((entry, row) => (holds[row] ? entry : 0))).address,
          inner.copyInBytes(signs),
          inner.copyIn(g.map((entry) => sign * entry)).address,
          0,
          set,
          inner.vector(d).address,
          count,
          d,
          inner.bytes(inner.kernels.projectConeWorkspace(d)),
        );
      });
      most = Math.max(most, value);
    }
  }
  return most;
}

describe('search for selections of max pooling', () => {
  it('returns what it attains: directions of length one, in the cones of distinct selections, best first, from its arguments alone', () => {
    for (const [i, shape] of shapes.entries()) {
      const { scope, rows, input, lambda } = open(shape, 10 + i);
      const { columns: d, samples } = input;
      const pricer = selectionPricer(input, scope);
      const search = () => pricer.price(scope.copyIn(lambda), gaussianRows(20, d, 3, i), 0, scope);
      const found = search();
      expect(found.length).toBeGreaterThan(0);
      expect(search()).toEqual(found);
      expect(new Set(found.map(({ bits }) => bits.join())).size).toBe(found.length);
      const compared = comparisons(input, rows);
      for (const [at, { value, bits, direction: w }] of found.entries()) {
        if (at > 0) expect(value).toBeLessThanOrEqual(found[at - 1].value);
        expect(Math.abs(normPlain(w) - 1)).toBeLessThan(1e-12);
        const size = lambda.reduce((sum, entry) => sum + Math.abs(entry), 0) * Math.sqrt(d) * input.region.length;
        expect(Math.abs(Math.abs(evaluate(rows, input, lambda, w)) - value)).toBeLessThan(1e-11 * size);
        const { signs, holds } = selectionCone(input, compared, bits);
        for (let row = 0; row < holds.length; row++) {
          if (!holds[row]) continue;
          const z = w.reduce((sum, entry, j) => sum + entry * compared.data[row * d + j], 0);
          expect((signs[row >> 3] >> (row & 7)) & 1 ? z : -z).toBeGreaterThan(-1e-9);
        }
      }
      const [{ value }] = found;
      expect(pricer.price(scope.copyIn(lambda), gaussianRows(20, d, 3, i), value * 1.01, scope)).toEqual([]);
      expect(samples).toBe(shape.samples);
    }
  });

  it('finds the maximum over all selections, and never more', () => {
    let hits = 0;
    let cases = 0;
    for (const shape of shapes) {
      for (let seed = 1; seed <= 12; seed++) {
        const { scope, rows, input, lambda } = open(shape, seed);
        const exact = largestOfAll(scope, rows, input, lambda);
        const [best] = selectionPricer(input, scope).price(
          scope.copyIn(lambda),
          gaussianRows(100, input.columns, seed, 0),
          0,
          scope,
        );
        expect(best?.value ?? 0).toBeLessThanOrEqual(exact * (1 + 1e-9));
        cases++;
        if ((best?.value ?? 0) >= exact * (1 - 1e-9)) hits++;
      }
    }
    expect(hits).toBeGreaterThanOrEqual(0.97 * cases);
  });
});
