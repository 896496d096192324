import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { comparisons, type SelectionInput, selectionCone, selectionOf, selectionSource } from '../../src/patterns/selections.js';
import { numbers } from '../support/kernel-harness.js';

interface Shape {
  readonly samples: number;
  readonly columns: number;
  readonly region: readonly number[];
  /** Patch 1 repeats patch 0, sample 0 is zero. */
  readonly degenerate?: boolean;
}

const shapes: Shape[] = [
  { samples: 5, columns: 2, region: [0, 0] },
  { samples: 4, columns: 3, region: [0, 0, 0] },
  { samples: 6, columns: 2, region: [0, 1, 0, 1] },
  { samples: 3, columns: 1, region: [0] },
  { samples: 4, columns: 2, region: [0, 0, 0], degenerate: true },
];

function open({ samples, columns, region, degenerate = false }: Shape) {
  const scope = new Scope(openKernelsSync());
  const data = numbers(region.length * samples * columns, 17);
  const size = samples * columns;
  if (degenerate) {
    data.copyWithin(size, 0, size);
    for (let k = 0; k < region.length; k++) data.fill(0, k * size, k * size + columns);
  }
  const regionCount = Math.max(...region) + 1;
  const input: SelectionInput = { rows: scope.copyIn(data), columns, samples, region: Int32Array.from(region), regionCount };
  return { scope, data, input };
}

const bit = (bits: Uint8Array, at: number) => (bits[at >> 3] >> (at & 7)) & 1;

describe.each(shapes.map((shape) => ({ name: JSON.stringify(shape), shape })))('selections $name', ({ shape }) => {
  const { samples, columns, region } = shape;
  const { scope, data, input } = open(shape);
  const value = (w: Float64Array, k: number, r: number): number => {
    let z = 0;
    for (let j = 0; j < columns; j++) z += data[(k * samples + r) * columns + j] * w[j];
    return z;
  };
  const directions = (count: number, seed: number) =>
    Array.from({ length: count }, (_, i) => numbers(columns, 1000 * seed + i, 1));
  const all = selectionSource(input, scope).all();
  const rowOf = (i: number) => all.bits.subarray(i * all.stride, (i + 1) * all.stride);

  it('pick the largest patch of each region, where it is positive', () => {
    for (const w of directions(50, 1)) {
      const bits = selectionOf(input, data, w);
      for (let r = 0; r < samples; r++) {
        for (let area = 0; area < input.regionCount; area++) {
          const members = region.flatMap((own, k) => (own === area ? [k] : []));
          const largest = Math.max(0, ...members.map((k) => value(w, k, r)));
          const chosen = members.filter((k) => bit(bits, k * samples + r) === 1);
          expect(chosen.length).toBe(largest > 0 ? 1 : 0);
          if (chosen.length > 0) expect(value(w, chosen[0], r)).toBe(largest);
        }
      }
    }
  });

  it('listed are all that 3000 random directions have, each once, with a direction inside', () => {
    const listed = new Set(Array.from({ length: all.count }, (_, i) => rowOf(i).join()));
    expect(listed.size).toBe(all.count);
    const found = new Set(directions(3000, 2).map((w) => selectionOf(input, data, w).join()));
    for (const key of found) expect(listed.has(key)).toBe(true);
    expect(selectionSource(input, scope).bound()).toBeGreaterThanOrEqual(all.count);
    for (let i = 0; i < all.count; i++) {
      const gate = (all.gates as Float64Array).subarray(i * columns, (i + 1) * columns);
      expect(selectionOf(input, data, gate).join()).toBe(rowOf(i).join());
    }
  });

  it('have the cone of the directions that make them', () => {
    const compared = comparisons(input, data);
    const total = compared.data.length / columns;
    const inCone = (w: Float64Array, i: number): boolean => {
      const { signs, holds } = selectionCone(input, compared, rowOf(i));
      return Array.from({ length: total }, (_, row) => row).every((row) => {
        if (holds[row] === 0) return true;
        let z = 0;
        for (let j = 0; j < columns; j++) z += compared.data[row * columns + j] * w[j];
        return bit(signs, row) === 1 ? z >= 0 : z <= 0;
      });
    };
    for (const w of directions(40, 3)) {
      const own = selectionOf(input, data, w).join();
      for (let i = 0; i < all.count; i++) {
        // Generic directions lie inside a single cone; equal patches leave no other choice either.
        expect(inCone(w, i)).toBe(rowOf(i).join() === own);
      }
    }
  });

  it('are sampled with their gates, from a seed, at most as many as asked', () => {
    const source = selectionSource(input, scope);
    const some = source.sample(3, 5);
    expect(some.count).toBeLessThanOrEqual(3);
    expect(source.sample(3, 5)).toEqual(some);
    expect(source.ofGates(some.gates as Float64Array)).toEqual(some);
    const many = source.sample(10_000, 1);
    expect(many.count).toBeLessThanOrEqual(all.count);
    expect(many.count).toBeGreaterThanOrEqual(Math.min(2, all.count));
  });
});
