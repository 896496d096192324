import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { ArgumentError } from '../../src/index.js';
import { bitAt, bitsOfGates, deepBits, deepGateLength, isSilent, pathMasksOf } from '../../src/patterns/deep-patterns.js';
import { deepSource } from '../../src/patterns/deep-source.js';
import { deepGatePricer } from '../../src/patterns/price-deep-gates.js';
import { tuplePricer } from '../../src/patterns/price-tuples.js';
import { enumerateTuples } from '../../src/patterns/tuple-cells.js';
import { numbers } from '../support/kernel-harness.js';

const shape = { samples: 5, columns: 2, widths: [2, 1], signs: true };

function open(samples = 5, columns = 2, seed = 1) {
  const scope = new Scope(openKernelsSync());
  const plain = numbers(samples * columns, seed, 2);
  return { scope, plain, X: scope.copyIn(plain) };
}

const rowText = (bits: Uint8Array, length: number) => Array.from({ length }, (_, i) => bitAt(bits, i)).join('');

/** First layers in the order of their text: a tuple has no order. */
function canonical(text: string, n: number, m: number): string {
  const units = Array.from({ length: m }, (_, j) => text.slice(j * n, (j + 1) * n) + (text[(m + 1) * n + j] ?? ''));
  return `${units.sort().join('|')}/${text.slice(m * n, (m + 1) * n)}`;
}

describe('all patterns of three layers', () => {
  it.each([1, 2, 3])('hold every block that random sub-networks have, seed %i', (seed) => {
    const { scope, plain, X } = open(5, 2, seed);
    for (const repeated of [true, false]) {
      const all = enumerateTuples(X, shape, repeated, 1e5, scope);
      if (!all) throw new Error('too many');
      const bits = deepBits(shape);
      const text = (own: Uint8Array) => canonical(rowText(own, bits), 5, 2);
      const known = new Set(
        Array.from({ length: all.count }, (_, i) => text(all.bits.subarray(i * all.stride, (i + 1) * all.stride))),
      );
      expect(known.size).toBe(all.count);
      const found = new Set<string>();
      const gates = numbers(20_000 * 6, seed + 40, 1);
      for (let at = 0; at < gates.length; at += 6) {
        const own = bitsOfGates(shape, plain, gates.subarray(at, at + 6));
        const code = text(own);
        const [one, other] = code.split('/')[0].split('|');
        if (isSilent(own, 5, shape.widths) || (!repeated && one === other)) continue;
        found.add(code);
      }
      expect([...found].filter((code) => !known.has(code))).toEqual([]);
      // Thin cells are missed by random draws: the list is not longer than it should be by much.
      expect(found.size).toBeGreaterThan(0.6 * known.size);
      // The gates given with every pattern have it.
      for (let i = 0; i < all.count; i++) {
        const gate = (all.gates as Float64Array).subarray(i * 6, (i + 1) * 6);
        expect(rowText(bitsOfGates(shape, plain, gate), bits)).toBe(rowText(all.bits.subarray(i * all.stride), bits));
      }
    }
  });

  it('are given up where they are too many', () => {
    const { scope, X } = open(30, 3);
    const large = { samples: 30, columns: 3, widths: [3, 1], signs: true };
    expect(enumerateTuples(X, large, false, 1000, scope)).toBeNull();
    const source = deepSource(X, large, false, scope);
    expect(source.bound()).toBe(Number.POSITIVE_INFINITY);
    expect(() => source.all()).toThrow(ArgumentError);
  });

  it('of gated networks have no signs', () => {
    const { scope, X } = open();
    const gated = { ...shape, signs: false };
    const without = enumerateTuples(X, gated, false, 1e5, scope);
    const withSigns = enumerateTuples(X, shape, false, 1e5, scope);
    expect(without?.count).toBeGreaterThan(10);
    expect(without?.count).toBeLessThan(withSigns?.count ?? 0);
  });
});

describe('patterns of deeper networks', () => {
  const deep = { samples: 7, columns: 2, widths: [2, 3, 1], signs: false };

  it('have the masks of their paths', () => {
    const { plain } = open(7, 2, 4);
    const gates = numbers(deepGateLength(deep), 9, 1);
    const bits = bitsOfGates(deep, plain, gates);
    const masks = pathMasksOf(bits, 7, deep.widths);
    expect(masks.length).toBe(6);
    for (let k = 0; k < 7; k++) {
      const first = [0, 1].map((j) => plain[2 * k] * gates[2 * j] + plain[2 * k + 1] * gates[2 * j + 1]);
      const open1 = first.map((z) => z >= 0);
      const hidden = first.map((z) => Math.max(0, z));
      const second = [0, 1, 2].map((j) => hidden[0] * gates[4 + 2 * j] + hidden[1] * gates[5 + 2 * j]);
      const last = second.reduce((sum, z, j) => sum + Math.max(0, z) * gates[10 + j], 0) >= 0;
      masks.forEach((mask, path) => {
        expect(bitAt(mask, k) === 1).toBe(open1[Math.floor(path / 3)] && second[path % 3] >= 0 && last);
      });
    }
  });

  it('are sampled with their gates, distinct, none silent, the same for the same seed', () => {
    const { scope, plain, X } = open(7, 2, 4);
    const source = deepSource(X, deep, true, scope);
    const some = source.sample(15, 3);
    expect(some.count).toBe(15);
    expect(source.sample(15, 3)).toEqual(some);
    expect(source.ofGates(some.gates as Float64Array)).toEqual(some);
    for (let i = 0; i < some.count; i++) {
      const own = some.bits.subarray(i * some.stride, (i + 1) * some.stride);
      expect(isSilent(own, 7, deep.widths)).toBe(false);
      const gate = (some.gates as Float64Array).subarray(i * deepGateLength(deep), (i + 1) * deepGateLength(deep));
      expect(rowText(bitsOfGates(deep, plain, gate), deepBits(deep))).toBe(rowText(own, deepBits(deep)));
    }
    expect(source.bound()).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('local search for blocks', () => {
  const tuple = { samples: 20, columns: 3, widths: [2, 1], signs: true };

  it.each([true, false])('of ReLU sub-networks: values are attained, and far above random ones; path: %s', (path) => {
    const { scope, plain, X } = open(20, 3, 6);
    const lambda = numbers(20, 8, 1);
    const pricer = tuplePricer(X, tuple, path, scope);
    const starts = numbers(40 * pricer.directionLength, 11, 1);
    const found = pricer.price(scope.copyIn(lambda), starts, 0, scope);
    const attained = (gate: ArrayLike<number>) => {
      const W = [0, 1].map((j) => Array.from(gate).slice(3 * j, 3 * j + 3));
      const sizes = W.map((w) => Math.hypot(...w));
      const size = path ? Math.hypot(...sizes) : sizes[0] + sizes[1];
      const total = lambda.reduce((sum, entry, k) => {
        const z = W.map((w) => Math.max(0, w[0] * plain[3 * k] + w[1] * plain[3 * k + 1] + w[2] * plain[3 * k + 2]));
        return sum + entry * Math.max(0, Math.sign(gate[6] || 1) * z[0] + Math.sign(gate[7] || 1) * z[1]);
      }, 0);
      return Math.abs(total) / size;
    };
    expect(found.length).toBeGreaterThan(3);
    for (const { gate, value, bits } of found) {
      expect(attained(gate as Float64Array)).toBeCloseTo(value, 10);
      expect(rowText(bits, deepBits(tuple))).toBe(rowText(bitsOfGates(tuple, plain, gate as Float64Array), deepBits(tuple)));
    }
    const draws = numbers(5000 * 8, 12, 1);
    let random = 0;
    for (let at = 0; at < draws.length; at += 8) random = Math.max(random, attained(draws.subarray(at, at + 8)));
    expect(found[0].value).toBeGreaterThanOrEqual(random);
    expect(pricer.price(scope.copyIn(lambda), starts, 2 * found[0].value, scope)).toEqual([]);
  });

  it.each([
    { widths: [2, 1], path: true },
    { widths: [2, 1], path: false },
    { widths: [2, 2, 1], path: true },
  ])('of gated sub-networks, widths $widths, path $path: values are those of their masks', ({ widths, path }) => {
    const gated = { samples: 20, columns: 3, widths, signs: false };
    const { scope, plain, X } = open(20, 3, 6);
    const lambda = numbers(20, 8, 1);
    const pricer = deepGatePricer(X, gated, path, scope);
    const starts = numbers(40 * pricer.directionLength, 11, 1);
    const found = pricer.price(scope.copyIn(lambda), starts, 0, scope);
    const gradients = (bits: Uint8Array) =>
      pathMasksOf(bits, 20, widths).map((mask) =>
        [0, 1, 2].map((i) => lambda.reduce((sum, entry, k) => sum + (bitAt(mask, k) ? entry * plain[3 * k + i] : 0), 0)),
      );
    for (const { value, bits } of found.slice(0, 10)) {
      const norms = gradients(bits).map((g) => Math.hypot(...g));
      if (!path) expect(value).toBeCloseTo(Math.max(...norms), 10);
      else if (widths.length === 2) expect(value).toBeCloseTo(Math.hypot(...norms), 10);
      // Spectral norms of the pairs that share a unit of the first layer: between the largest and the root of all squares.
      else {
        expect(value).toBeLessThanOrEqual(Math.hypot(...norms) * (1 + 1e-12));
        expect(value).toBeGreaterThanOrEqual(
          Math.hypot(Math.max(norms[0], norms[1]), Math.max(norms[2], norms[3])) * (1 - 1e-12),
        );
      }
    }
    const improved = found[0].value;
    const [first] = pricer.price(scope.copyIn(lambda), starts.slice(0, pricer.directionLength), 0, scope);
    expect(improved).toBeGreaterThanOrEqual(first.value * (1 - 1e-12));
  });
});
