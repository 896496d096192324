import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bench, expectWithin, numbers, onBench } from '../support/kernel-harness.js';
import {
  type Bits,
  inputBits,
  inputIntegers,
  naiveGram,
  naivePatternKernel,
  packBits,
  randomBits,
} from '../support/naive-masked.js';

const integers = (length: number, seed: number) => numbers(length, seed, 1000).map(Math.round);

function gram(
  bench: Bench,
  X: Float64Array,
  bits: Bits,
  a: number,
  b: number,
  weights: Float64Array | null,
  d: number,
): Float64Array {
  const { kernels, input, output, read, work } = bench;
  const [out, address] = [output(d * d), inputBits(bench, bits)];
  const space = work(kernels.maskedGramWorkspace(bits.columns, d));
  const rows = [address + a * bits.stride, address + b * bits.stride];
  kernels.maskedGram(input(X), rows[0], rows[1], weights ? input(weights) : 0, out, bits.columns, d, space);
  return read(out, d * d);
}

function blocks(
  bench: Bench,
  X: Float64Array,
  bits: Bits,
  pairs: number[],
  weights: Float64Array | null,
  d: number,
): Float64Array {
  const { kernels, input, output, read, work } = bench;
  const [n, count] = [bits.columns, pairs.length / 2];
  const out = output(count * d * d);
  const space = work(kernels.maskedGramBlocksWorkspace(n, d, bits.stride, count));
  const list = inputIntegers(bench, pairs);
  kernels.maskedGramBlocks(
    input(X),
    inputBits(bench, bits),
    bits.stride,
    list,
    weights ? input(weights) : 0,
    out,
    n,
    d,
    count,
    space,
  );
  return read(out, count * d * d);
}

describe('one Gram block', () => {
  for (const n of [0, 1, 5, 64, 65, 255, 256, 257, 600]) {
    it(`${n} samples`, () => {
      for (const d of [0, 1, 2, 3, 4, 5, 8, 13]) {
        for (const scale of [1, 1e70, 1e-70, 0]) {
          onBench((bench) => {
            const bits = randomBits(2, n, n + d + 1, 0.8);
            const [X, weights] = [numbers(n * d, 1, scale), numbers(n, 2)];
            for (const w of [null, weights]) {
              for (const b of [0, 1]) {
                const { out, bound } = naiveGram(X, bits, 0, b, w, d);
                expectWithin(gram(bench, X, bits, 0, b, w, d), out, bound);
              }
            }
          });
        }
      }
    });
  }

  it('is symmetric bit for bit, and all samples go through when every bit is set', () => {
    const all = packBits(1, 700, () => true);
    const X = integers(700 * 7, 1);
    onBench((bench) => {
      const G = gram(bench, X, all, 0, 0, null, 7);
      expect(G).toEqual(naiveGram(X, all, 0, 0, null, 7).out);
      expect(G).toEqual(G.map((_, i) => G[(i % 7) * 7 + Math.floor(i / 7)]));
    });
  });
});

describe('many Gram blocks', () => {
  // Few blocks gather rows; many take tables, of 4 bits below 120 blocks and 6 from there; empty masks always gather.
  for (const [n, d, count, share] of [
    [0, 3, 4, 0.5],
    [1, 1, 0, 0.5],
    [1, 1, 1, 1],
    [70, 5, 3, 0.5],
    [70, 5, 200, 0],
    [33, 1, 60, 0.9],
    [97, 2, 60, 0.9],
    [97, 3, 130, 0.9],
    [64, 4, 119, 0.9],
    [64, 4, 120, 0.9],
    [130, 5, 121, 0.9],
    [49, 13, 150, 0.9],
  ]) {
    it(`${n} samples, ${d} features, ${count} blocks, share ${share}`, () => {
      const bits = randomBits(9, n, n + 1, share);
      const pairs = Array.from({ length: 2 * count }, (_, i) => (i * i + (i >> 3)) % 9);
      const expectBlocks = (X: Float64Array, w: Float64Array | null, exact: boolean) =>
        onBench((bench) => {
          const actual = blocks(bench, X, bits, pairs, w, d);
          for (let i = 0; i < count; i++) {
            const { out, bound } = naiveGram(X, bits, pairs[2 * i], pairs[2 * i + 1], w, d);
            const block = actual.subarray(i * d * d, (i + 1) * d * d);
            if (exact) expect(block).toEqual(out);
            else expectWithin(block, out, bound);
          }
        });
      expectBlocks(integers(n * d, 1), null, true);
      expectBlocks(integers(n * d, 1), integers(n, 2), true);
      expectBlocks(numbers(n * d, 3), numbers(n, 4), false);
      expectBlocks(numbers(n * d, 3, 1e70), null, false);
    });
  }

  it('does not touch the bits of another block: the same pair gives the same block wherever it stands', () => {
    const bits = randomBits(3, 100, 1, 0.9);
    const X = numbers(100 * 6, 2);
    const pairs = Array.from({ length: 400 }, (_, i) => (i % 4 < 2 ? 0 : 1 + (i & 1)));
    onBench((bench) => {
      const actual = blocks(bench, X, bits, pairs, null, 6);
      for (let i = 2; i < 200; i++)
        expect(actual.subarray(i * 36, i * 36 + 36)).toEqual(actual.subarray((i & 1) * 36, (i & 1) * 36 + 36));
    });
  });
});

describe('pattern kernel', () => {
  function run(bench: Bench, K: Float64Array, bitsT: Bits, scales: Float64Array, H: Float64Array): Float64Array {
    const { kernels, input, output, read, work } = bench;
    const n = bitsT.rows;
    const out = output(n * n, H);
    const space = work(kernels.addPatternKernelWorkspace(n, bitsT.columns));
    kernels.addPatternKernel(input(K), inputBits(bench, bitsT), bitsT.stride, input(scales), out, n, bitsT.columns, space);
    return read(out, n * n);
  }

  it('adds K o (D diag(s) D^T) to the lower triangle and leaves the upper one', () => {
    for (const n of [0, 1, 2, 9, 10, 11, 19, 20, 21, 64]) {
      for (const active of [0, 1, 5, 6, 47, 48, 49, 96, 97, 130]) {
        onBench((bench) => {
          const bitsT = randomBits(n, active, n + active + 1);
          for (const scale of [1, 1e150, 1e-150, 0]) {
            const [K, scales, H] = [numbers(n * n, 1), numbers(active, 2, scale), numbers(n * n, 3)];
            const { out, bound } = naivePatternKernel(K, bitsT, scales, H);
            expectWithin(run(bench, K, bitsT, scales, H), out, bound);
          }
        });
      }
    }
  });

  it('property: exact on integers, whatever the sizes and the share of ones', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 45 }),
        fc.integer({ min: 0, max: 120 }),
        fc.integer({ min: 1, max: 2 ** 30 }),
        fc.constantFrom(0.02, 0.5, 0.98, 1),
        (n, active, seed, share) => {
          const bitsT = randomBits(n, active, seed, share);
          const [K, scales, H] = [integers(n * n, seed + 1), integers(active, seed + 2), integers(n * n, seed + 3)];
          onBench((bench) => expect(run(bench, K, bitsT, scales, H)).toEqual(naivePatternKernel(K, bitsT, scales, H).out));
        },
      ),
      { numRuns: 60 },
    );
  });
});
