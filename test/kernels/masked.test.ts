import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bench, expectWithin, numbers, onBench } from '../support/kernel-harness.js';
import { type Bits, inputBits, naiveBinaryMultiply, packBits, randomBits } from '../support/naive-masked.js';

function multiply(bench: Bench, bits: Bits, dense: Float64Array, columns: number): Float64Array {
  const { kernels, input, output, read, work } = bench;
  const out = output(bits.rows * columns);
  const space = work(kernels.binaryMultiplyWorkspace(bits.rows, bits.columns, columns));
  kernels.binaryMultiply(inputBits(bench, bits), bits.stride, input(dense), out, bits.rows, bits.columns, columns, space);
  return read(out, bits.rows * columns);
}

const integers = (length: number, seed: number) => numbers(length, seed, 1000).map(Math.round);

// Rows: bit iteration below 8, groups of 4 bits below 120, of 6 from there. Passes of 32 and 48 bits, words of 64.
const rowCounts = [0, 1, 7, 8, 9, 119, 120, 121];
const innerCounts = [0, 1, 5, 31, 32, 33, 47, 48, 49, 63, 64, 65, 97, 130];

describe('binary times dense', () => {
  for (const rows of rowCounts) {
    it(`${rows} rows: every panel width and odd tail`, () => {
      for (const inner of innerCounts) {
        onBench((bench) => {
          for (const columns of [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 16, 20, 21]) {
            const bits = randomBits(rows, inner, rows + inner + columns + 1);
            const dense = numbers(inner * columns, columns + 1);
            const { out, bound } = naiveBinaryMultiply(bits, dense, columns);
            expectWithin(multiply(bench, bits, dense, columns), out, bound);
          }
        });
      }
    });
  }

  it('is exact on integers, where the order of additions does not matter', () => {
    for (const [rows, inner, columns] of [
      [3, 200, 37],
      [50, 200, 37],
      [200, 200, 101],
      [130, 30, 2000],
      [5, 70, 1999],
    ]) {
      const bits = randomBits(rows, inner, rows);
      const dense = integers(inner * columns, 3);
      onBench((bench) => expect(multiply(bench, bits, dense, columns)).toEqual(naiveBinaryMultiply(bits, dense, columns).out));
    }
  });

  it('keeps its bound for huge, tiny and subnormal entries, and gives +0 for empty rows', () => {
    for (const rows of [5, 30, 150]) {
      for (const scale of [1e150, 1e-150, 1e-310, 0]) {
        const bits = randomBits(rows, 100, rows, 0.7);
        const dense = numbers(100 * 6, 5, scale);
        const { out, bound } = naiveBinaryMultiply(bits, dense, 6);
        onBench((bench) => expectWithin(multiply(bench, bits, dense, 6), out, bound));
      }
      const none = packBits(rows, 100, () => false);
      onBench((bench) => expect(multiply(bench, none, numbers(600, 1), 6)).toEqual(new Float64Array(rows * 6)));
    }
  });

  it('adds each row by itself: an infinite row reaches only the outputs that contain it', () => {
    for (const rows of [5, 30, 150]) {
      const bits = randomBits(rows, 100, rows, 0.3);
      const dense = numbers(100 * 4, 5);
      dense.fill(Number.POSITIVE_INFINITY, 50 * 4, 51 * 4);
      const expected = naiveBinaryMultiply(bits, dense, 4).out;
      const actual = onBench((bench) => multiply(bench, bits, dense, 4));
      expect(Array.from(actual, Number.isFinite)).toEqual(Array.from(expected, Number.isFinite));
    }
  });

  it('property: random sizes, shares and integers are exact', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 140 }),
        fc.integer({ min: 0, max: 140 }),
        fc.integer({ min: 0, max: 25 }),
        fc.integer({ min: 1, max: 2 ** 30 }),
        fc.constantFrom(0.02, 0.5, 0.98, 1),
        (rows, inner, columns, seed, share) => {
          const bits = randomBits(rows, inner, seed, share);
          const dense = integers(inner * columns, seed + 1);
          onBench((bench) =>
            expect(multiply(bench, bits, dense, columns)).toEqual(naiveBinaryMultiply(bits, dense, columns).out),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('masked forward and adjoint products', () => {
  it('are adjoint: <f(V), r> = <V, G(r)>, exactly on integers', () => {
    for (const [n, d, P] of [
      [1, 1, 1],
      [70, 5, 9],
      [33, 3, 130],
      [150, 8, 150],
    ]) {
      onBench((bench) => {
        const { kernels, input, output, read, work } = bench;
        const bits = randomBits(P, n, n);
        const transposed = packBits(n, P, (k, i) => bits.bytes[i * bits.stride + (k >> 3)] & (1 << (k & 7)));
        const [X, V, r] = [integers(n * d, 1), integers(P * d, 2), integers(n, 3)];
        const [S, f, scaled, G] = [output(n * d), output(n), output(n * d), output(P * d)];
        kernels.binaryMultiply(
          inputBits(bench, transposed),
          transposed.stride,
          input(V),
          S,
          n,
          P,
          d,
          work(kernels.binaryMultiplyWorkspace(n, P, d)),
        );
        kernels.rowDots(input(X), S, f, n, d);
        kernels.scaleRows(input(X), input(r), scaled, n, d);
        const space = work(kernels.binaryMultiplyWorkspace(P, n, d));
        kernels.binaryMultiply(inputBits(bench, bits), bits.stride, scaled, G, P, n, d, space);
        const product = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
        expect(product(read(f, n), r)).toBe(product(V, read(G, P * d)));
        expect(Math.max(...read(f, n).map(Math.abs))).toBeGreaterThan(0);
      });
    }
  });
});

describe('rows', () => {
  it('rowDots and scaleRows agree with plain loops', () => {
    for (const rows of [0, 1, 2, 5]) {
      for (const columns of [0, 1, 2, 3, 4, 7, 50]) {
        for (const scale of [1, 1e150, 1e-150, 0]) {
          onBench(({ kernels, input, output, read }) => {
            const [A, B, r] = [numbers(rows * columns, 1, scale), numbers(rows * columns, 2), numbers(rows, 3)];
            const [dots, scaled] = [output(rows), output(rows * columns)];
            kernels.rowDots(input(A), input(B), dots, rows, columns);
            kernels.scaleRows(input(A), input(r), scaled, rows, columns);
            const terms = Array.from({ length: rows }, (_, k) =>
              Array.from({ length: columns }, (_, j) => A[k * columns + j] * B[k * columns + j]),
            );
            expectWithin(
              read(dots, rows),
              terms.map((row) => row.reduce((sum, term) => sum + term, 0)),
              terms.map((row) => row.reduce((sum, term) => sum + Math.abs(term) * columns * 2 ** -52, 0)),
            );
            expect(read(scaled, rows * columns)).toEqual(A.map((value, i) => r[Math.floor(i / columns)] * value));
          });
        }
      }
    }
  });
});
