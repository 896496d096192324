import { describe, expect, it } from 'vitest';
import { distinctDirections, type Effort, ViolationSearch } from '../../src/fit/search-violations.js';
import { maximizeOverCells } from '../../src/patterns/dual-maximum.js';
import { enumeratePatterns } from '../../src/patterns/enumerate.js';
import { finish } from '../../src/pausing.js';
import { numbers } from '../support/kernel-harness.js';
import { randomCase } from '../train/problems.js';
import { prepare } from './prepared.js';

const none = { rows: new Float64Array(0), signs: [] };

function open(rows: number, columns: number, seed: number, architecture: 'relu' | 'leaky 0.2' | 'absolute' = 'relu') {
  // Small, so that no direction is given up.
  const prepared = prepare(randomCase({ rows, columns, seed, architecture, options: { beta: 1e-3 } }));
  const { data, scope } = prepared;
  const lambda = numbers(rows, seed + 50);
  const steps = new ViolationSearch(data, prepared.architecture.slope, 0, scope);
  const search = { find: (...question: Parameters<ViolationSearch['find']>) => finish(steps.find(...question)) };
  const X = scope.copyOut(data.X);
  const valueAt = (w: Float64Array) =>
    lambda.reduce((sum, own, k) => {
      let z = 0;
      for (let j = 0; j < data.columns; j++) z += X[k * data.columns + j] * w[j];
      return sum + own * Math.max(z, prepared.architecture.slope * z);
    }, 0);
  return { ...prepared, lambda, search, valueAt };
}

const bitOf = (bits: Uint8Array, k: number) => (bits[k >> 3] >> (k & 7)) & 1;

describe('the search for violations', () => {
  it.each(['relu', 'leaky 0.2', 'absolute'] as const)(
    'returns unit directions with their values, best first: %s',
    (architecture) => {
      const { lambda, search, valueAt } = open(40, 3, 3, architecture);
      const wanted = 0.2;
      const found = search.find(lambda, none, wanted, 0, 'usual');
      expect(found.length).toBeGreaterThan(0);
      found.forEach(({ value, sign, direction }, i) => {
        expect(value).toBeGreaterThanOrEqual(wanted);
        expect(Math.abs(direction.reduce((sum, entry) => sum + entry * entry, 0) - 1)).toBeLessThanOrEqual(1e-9);
        expect(Math.abs(sign * valueAt(direction) - value)).toBeLessThanOrEqual(1e-9 * 40);
        if (i > 0) expect(value).toBeLessThanOrEqual(found[i - 1].value);
      });
    },
  );

  it('returns the pattern of a cell that holds the direction', () => {
    const { data, scope, lambda, search } = open(30, 2, 4);
    const X = scope.copyOut(data.X);
    for (const { direction, bits } of search.find(lambda, none, 0.1, 0, 'usual')) {
      for (let k = 0; k < 30; k++) {
        let z = 0;
        for (let j = 0; j < data.columns; j++) z += X[k * data.columns + j] * direction[j];
        expect(bitOf(bits, k) === 1 ? z : -z).toBeGreaterThanOrEqual(-1e-9);
      }
    }
  });

  it.each([1, 2, 3, 4])('finds the maximum over all cells of a small table, seed %i', (seed) => {
    const { data, scope, lambda, search } = open(14, 2, seed);
    const patterns = enumeratePatterns(data.X, data.samples, data.columns, scope);
    const best = maximizeOverCells(data.X, data.inverseNorms, data.columns, patterns, scope.copyIn(lambda), scope).value;
    const [first] = search.find(lambda, none, 1e-6, 0, 'thorough');
    expect(Math.abs(first.value - best)).toBeLessThanOrEqual(1e-9 * best);
  });

  it('looks around the neurons that it is given: two of them find what a few random starts need not', () => {
    const { data, lambda, search } = open(30, 3, 6);
    const [best] = search.find(lambda, none, 0.1, 0, 'thorough');
    const rows = best.direction.map((entry) => 3 * entry);
    const found = search.find(lambda, { rows, signs: [best.sign] }, 0.1, 1, 'loose');
    expect(rows).toHaveLength(data.columns);
    expect(found[0].value).toBeGreaterThanOrEqual(best.value * (1 - 1e-9));
  });

  it('finds nothing above the maximum', () => {
    const { lambda, search } = open(20, 2, 5);
    const [best] = search.find(lambda, none, 0.01, 0, 'thorough');
    expect(search.find(lambda, none, best.value * (1 + 1e-6), 1, 'thorough')).toEqual([]);
  });

  it.each(['loose', 'usual', 'thorough'] satisfies Effort[])('is the same on every call: %s', (effort) => {
    const [one, other] = [open(40, 3, 8), open(40, 3, 8)];
    const found = one.search.find(one.lambda, none, 0.1, 2, effort);
    expect(found.length).toBeGreaterThan(0);
    expect(other.search.find(other.lambda, none, 0.1, 2, effort)).toEqual(found);
  });

  it('takes arcs alone on a large table where they find enough, with the patterns of their ends', () => {
    const { data, scope, lambda, search } = open(3100, 4, 9);
    const X = scope.copyOut(data.X);
    const found = search.find(lambda, none, 1e-2, 0, 'usual');
    expect(found.length).toBeGreaterThanOrEqual(10);
    const { direction, bits } = found[0];
    for (let k = 0; k < 3100; k++) {
      let z = 0;
      for (let j = 0; j < data.columns; j++) z += X[k * data.columns + j] * direction[j];
      if (Math.abs(z) > 1e-9) expect(bitOf(bits, k)).toBe(z > 0 ? 1 : 0);
    }
  });
});

describe('distinct directions', () => {
  const at = (value: number, sign: 1 | -1, ...direction: number[]) => ({ value, sign, direction: Float64Array.from(direction) });

  it('are the best of every bundle', () => {
    const all = [at(5, 1, 1, 0), at(4, 1, 0.999, 0.0447), at(3, 1, 0, 1), at(2, -1, 1, 0)];
    expect(distinctDirections(all, 9, 0.95).map(({ value }) => value)).toEqual([5, 3, 2]);
  });

  it('are at most so many', () => {
    expect(distinctDirections([at(5, 1, 1, 0), at(3, 1, 0, 1)], 1, 0.95).map(({ value }) => value)).toEqual([5]);
  });

  it('keep neighbours that are further apart than the cosine says', () => {
    expect(distinctDirections([at(5, 1, 1, 0), at(4, 1, 0.8, 0.6)], 9, 0.95)).toHaveLength(2);
  });
});
