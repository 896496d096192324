import { describe, expect, it } from 'vitest';
import { type Bench, expectWithin, numbers, onBench } from '../support/kernel-harness.js';
import { naiveMultiply, productBound, transpose } from '../support/naive-dense.js';

const sizes = [0, 1, 2, 3, 7, 8, 9, 33];
const scales = [1, 1e-150, 1e150];

/** One kernel call whose only output has `length` entries. */
function outputOf(length: number, call: (bench: Bench, out: number) => void): Float64Array {
  return onBench((bench) => {
    const out = bench.output(length);
    call(bench, out);
    return bench.read(out, length);
  });
}

/** A double in units of 2^-300: exact for the sizes here. */
const fraction = (x: number): bigint => {
  const scaled = x * 2 ** 150;
  return BigInt(Math.trunc(scaled)) * 2n ** 150n + BigInt((scaled - Number(BigInt(Math.trunc(scaled)))) * 2 ** 150);
};

/** The symmetric matrix of a lower triangle. */
const symmetric = (A: Float64Array, n: number): Float64Array =>
  A.map((_, at) => A[Math.max(Math.floor(at / n), at % n) * n + Math.min(Math.floor(at / n), at % n)]);

describe.each(sizes)('elementwise kernels, n = %i', (n) => {
  it('multiplyElements and squareRoots are exact entry by entry', () => {
    for (const scale of scales) {
      const x = numbers(n, 1, scale);
      const y = numbers(n, 2);
      const product = outputOf(n, ({ kernels, input }, out) => kernels.multiplyElements(input(x), input(y), out, n));
      expect(product).toEqual(x.map((entry, k) => entry * y[k]));
      const squares = x.map(Math.abs);
      const roots = outputOf(n, ({ kernels, input }, out) => kernels.squareRoots(input(squares), out, n));
      expect(roots).toEqual(squares.map(Math.sqrt));
    }
  });

  it('addCompensated keeps what rounding loses', () => {
    const terms = [1, 2 ** -60, -1, 2 ** -60, 3e15, 0.3, -3e15].map((size) => numbers(n, 4).map((entry) => entry * size));
    const [sum, error] = onBench(({ kernels, input, output, read }) => {
      const [s, e] = [output(n), output(n)];
      for (const at of [s, e]) kernels.fill(at, 0, n);
      for (const term of terms) kernels.addCompensated(input(term), s, e, n);
      return [read(s, n), read(e, n)];
    });
    sum.forEach((plain, k) => {
      let naive = 0;
      for (const term of terms) naive += term[k];
      expect(plain).toBe(naive);
      // The terms of one entry are integers of 2^-200, nearly: their sum by exact arithmetic of integers.
      const exact = terms.reduce((total, term) => total + fraction(term[k]), 0n);
      const left = fraction(plain + error[k]) - exact;
      expect(Math.abs(Number(left))).toBeLessThanOrEqual(Math.abs(Number(exact)) * 2 ** -52 + Number(fraction(1e-16)));
    });
  });

  it('scaleColumns and transposeMatrix are exact', () => {
    for (const rows of [0, 1, 5, 8, 17]) {
      const A = numbers(rows * n, rows + 1);
      const s = numbers(n, 3);
      const scaled = outputOf(rows * n, ({ kernels, input }, out) => kernels.scaleColumns(input(A), input(s), out, rows, n));
      expect(scaled).toEqual(A.map((entry, at) => entry * s[at % n]));
      const turned = outputOf(rows * n, ({ kernels, input }, out) => kernels.transposeMatrix(input(A), out, rows, n));
      expect(turned).toEqual(transpose(A, rows, n));
    }
  });

  it('shiftScaled writes the lower triangle of I + scale diag(s) A diag(s), and nothing above it', () => {
    const A = numbers(n * n, 4);
    const s = numbers(n, 5);
    for (const given of [true, false]) {
      const out = outputOf(n * n, ({ kernels, input }, at) => kernels.shiftScaled(input(A), given ? input(s) : 0, 2.5, at, n));
      out.forEach((value, at) => {
        const [i, j] = [Math.floor(at / n), at % n];
        const term = 2.5 * A[at] * (given ? s[i] * s[j] : 1);
        if (j > i) expect(value).toBeNaN();
        else expect(Math.abs(value - (i === j ? 1 : 0) - term)).toBeLessThanOrEqual(2 ** -50 * (1 + Math.abs(term)));
      });
    }
  });

  it('multiplySymmetricVector reads the lower triangle only', () => {
    for (const scale of scales) {
      const A = numbers(n * n, 6, scale);
      const full = symmetric(A, n);
      const lower = A.map((entry, at) => (at % n > Math.floor(at / n) ? Number.NaN : entry));
      const x = numbers(n, 7);
      const out = outputOf(n, ({ kernels, input }, at) => kernels.multiplySymmetricVector(input(lower), input(x), at, n));
      expectWithin(out, naiveMultiply(full, x, n, 1, n), productBound(full, x, n, 1, n));
    }
  });
});
