import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bench, numbers, onBench } from '../support/kernel-harness.js';
import { type Bits, getBit, inputBits, naiveSigns, packBits, randomBits } from '../support/naive-masked.js';

const readBits = (bench: Bench, address: number, like: Bits) => bench.scope.raw(address, like.bytes.length).slice();

function signs(
  bench: Bench,
  X: Float64Array,
  gates: Float64Array,
  samples: number,
  gateCount: number,
  columns: number,
): Uint8Array {
  const { kernels, input, work } = bench;
  const like = packBits(gateCount, samples, () => false);
  const out = work(like.bytes.length);
  const space = work(kernels.signPatternsWorkspace(samples, columns));
  kernels.signPatterns(input(X), input(gates), out, like.stride, samples, gateCount, columns, space);
  return readBits(bench, out, like);
}

function unique(bench: Bench, bits: Bits): number[] {
  const { kernels, scope, work } = bench;
  const index = work(4 * bits.rows);
  const space = work(kernels.uniquePatternsWorkspace(bits.rows));
  const found = kernels.uniquePatterns(inputBits(bench, bits), bits.stride, bits.rows, bits.columns, index, space);
  return Array.from(scope.integers(index, found));
}

function naiveUnique(bits: Bits): number[] {
  const seen = new Map<string, number>();
  for (let i = 0; i < bits.rows; i++) {
    const key = bits.bytes.subarray(i * bits.stride, (i + 1) * bits.stride).join();
    if (!seen.has(key)) seen.set(key, i);
  }
  return [...seen.values()];
}

describe('signPatterns', () => {
  it('gives the bits of the plain loop, padding included', () => {
    for (const samples of [0, 1, 3, 4, 5, 63, 64, 65, 130]) {
      for (const gateCount of [0, 1, 3, 4, 5, 9]) {
        onBench((bench) => {
          for (const columns of [0, 1, 2, 3, 20]) {
            for (const scale of [1, 1e150, 1e-150, 0]) {
              const X = numbers(samples * columns, 1, scale);
              const gates = numbers(gateCount * columns, 2);
              const expected = naiveSigns(X, gates, samples, gateCount, columns);
              expect(signs(bench, X, gates, samples, gateCount, columns)).toEqual(expected.bytes);
            }
          }
        });
      }
    }
  });

  it('joins blocks of packed samples: 64 at 200 columns, 8192 at 2', () => {
    for (const [samples, gateCount, columns] of [
      [64, 5, 200],
      [65, 5, 200],
      [200, 6, 200],
      [8193, 5, 2],
    ]) {
      const [X, gates] = [numbers(samples * columns, 1), numbers(gateCount * columns, 2)];
      const expected = naiveSigns(X, gates, samples, gateCount, columns);
      onBench((bench) => expect(signs(bench, X, gates, samples, gateCount, columns)).toEqual(expected.bytes));
    }
  });

  it('gives bit 1 on the boundary: zero rows, minus zeros, sums that cancel', () => {
    const X = Float64Array.of(0, 0, -0, -0, 1, -1, -1, 1, 1, 1);
    const gates = Float64Array.of(1, 1, -1, -1);
    const expected = packBits(2, 5, (i, k) => k < 4 || i === 0);
    onBench((bench) => expect(signs(bench, X, gates, 5, 2, 2)).toEqual(expected.bytes));
  });
});

describe('bit matrices', () => {
  it('transposeBits moves every bit, pads with zeros, and twice is the identity', () => {
    for (const rows of [0, 1, 7, 8, 9, 15, 16, 17, 63, 64, 65, 130]) {
      for (const columns of [0, 1, 7, 8, 9, 63, 64, 65, 131]) {
        onBench((bench) => {
          const bits = randomBits(rows, columns, rows + 200 * columns + 1);
          const expected = packBits(columns, rows, (k, i) => getBit(bits, i, k));
          const [out, back] = [bench.work(expected.bytes.length), bench.work(bits.bytes.length)];
          bench.kernels.transposeBits(inputBits(bench, bits), bits.stride, rows, columns, out, expected.stride);
          expect(readBits(bench, out, expected)).toEqual(expected.bytes);
          bench.kernels.transposeBits(out, expected.stride, columns, rows, back, bits.stride);
          expect(readBits(bench, back, bits)).toEqual(bits.bytes);
        });
      }
    }
  });

  it('complementPatterns flips the samples and leaves the padding, in place too', () => {
    for (const samples of [0, 1, 63, 64, 65, 128, 130]) {
      onBench((bench) => {
        const bits = randomBits(5, samples, samples + 1);
        const expected = packBits(5, samples, (i, k) => !getBit(bits, i, k));
        const address = inputBits(bench, bits);
        const out = bench.work(bits.bytes.length);
        bench.kernels.complementPatterns(address, bits.stride, 5, samples, out);
        expect(readBits(bench, out, bits)).toEqual(expected.bytes);
        bench.kernels.complementPatterns(out, bits.stride, 5, samples, out);
        expect(readBits(bench, out, bits)).toEqual(bits.bytes);
      });
    }
  });

  it('countBits and overlapCounts count', () => {
    for (const samples of [0, 1, 64, 65, 200]) {
      for (const count of [0, 1, 2, 7]) {
        onBench((bench) => {
          const bits = randomBits(count, samples, samples + count + 1, 0.6);
          const address = inputBits(bench, bits);
          const [ones, overlaps] = [bench.work(4 * count), bench.work(4 * count * count)];
          bench.kernels.countBits(address, bits.stride, count, ones);
          bench.kernels.overlapCounts(address, bits.stride, count, overlaps);
          const both = (i: number, j: number) =>
            Array.from({ length: samples }, (_, k) => getBit(bits, i, k) & getBit(bits, j, k)).reduce((sum, bit) => sum + bit, 0);
          const rows = Array.from({ length: count }, (_, i) => i);
          expect(Array.from(bench.scope.integers(ones, count))).toEqual(rows.map((i) => both(i, i)));
          expect(Array.from(bench.scope.integers(overlaps, count * count))).toEqual(
            rows.flatMap((i) => rows.map((j) => both(i, j))),
          );
        });
      }
    }
  });
});

describe('uniquePatterns', () => {
  it('finds the first occurrences in order', () => {
    const cases = [
      randomBits(0, 10),
      randomBits(1, 10),
      randomBits(300, 5, 3),
      randomBits(300, 70, 4),
      packBits(50, 130, () => true),
      packBits(64, 128, (i, k) => k === 127 && i % 3 === 0),
      packBits(200, 65, (i, k) => k === i % 65),
    ];
    for (const bits of cases) onBench((bench) => expect(unique(bench, bits)).toEqual(naiveUnique(bits)));
  });

  it('property: agrees with a map of strings, however often patterns repeat', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 })), { maxLength: 80 }),
        fc.integer({ min: 1, max: 190 }),
        (rows, samples) => {
          // Few different words in the first and the last position: many repeats, and rows that differ in one bit.
          const bits = packBits(rows.length, samples, (i, k) =>
            k < 2 ? (rows[i][0] >> k) & 1 : k >= samples - 2 ? (rows[i][1] >> (samples - 1 - k)) & 1 : 0,
          );
          onBench((bench) => expect(unique(bench, bits)).toEqual(naiveUnique(bits)));
        },
      ),
      { numRuns: 100 },
    );
  });
});
