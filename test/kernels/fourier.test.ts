import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { numbers, withBench } from '../support/kernel-harness.js';

const kernels = openKernelsSync();

/** The coordinates from the definition: O(n^2), angles reduced by integers. */
function naiveCoordinates(x: Float64Array): Float64Array {
  const n = x.length;
  const out = new Float64Array(n);
  const part = (k: number, of: (angle: number) => number) =>
    x.reduce((sum, value, j) => sum + value * of((2 * Math.PI * ((j * k) % n)) / n), 0);
  for (let k = 0; 2 * k <= n; k++) {
    const single = k === 0 || 2 * k === n;
    const scale = Math.sqrt((single ? 1 : 2) / n);
    const at = k === 0 ? 0 : 2 * k - 1;
    out[at] = scale * part(k, Math.cos);
    if (!single) out[at + 1] = -scale * part(k, Math.sin);
  }
  return out;
}

const transform = (direction: 'realFourier' | 'inverseRealFourier', x: Float64Array, rows: number, n: number) =>
  withBench(kernels, ({ input, output, work, read }) => {
    const out = output(rows * n);
    kernels[direction](input(x), out, rows, n, work(kernels.realFourierWorkspace(n)));
    return read(out, rows * n);
  });

const lengths = [
  ...Array.from({ length: 40 }, (_, i) => i + 1),
  47,
  60,
  64,
  97,
  100,
  101,
  127,
  128,
  251,
  256,
  343,
  360,
  509,
  1000,
];

describe('cosines and sines of fractions of a turn', () => {
  it('are right to the last digit but one, in every octant', () => {
    for (const n of [1, 2, 3, 4, 5, 7, 8, 12, 97, 1024, 1_000_003]) {
      for (let i = 0; i < Math.min(n, 300); i++) {
        const k = n <= 300 ? i : Math.floor((i * n) / 300);
        // Math.cos itself is off by the rounding of its argument.
        expect(Math.abs(kernels.cosineOfTurn(k, n) - Math.cos((2 * Math.PI * k) / n))).toBeLessThan(1.2e-15);
        expect(Math.abs(kernels.sineOfTurn(k, n) - Math.sin((2 * Math.PI * k) / n))).toBeLessThan(1.2e-15);
        const square = kernels.cosineOfTurn(k, n) ** 2 + kernels.sineOfTurn(k, n) ** 2;
        expect(Math.abs(square - 1)).toBeLessThan(4e-16);
      }
    }
  });

  it('are exact at quarters, and mirror', () => {
    expect([0, 1, 2, 3].map((k) => kernels.cosineOfTurn(k, 4) + 0)).toEqual([1, 0, -1, 0]);
    expect([0, 1, 2, 3].map((k) => kernels.sineOfTurn(k, 4) + 0)).toEqual([0, 1, 0, -1]);
    for (let k = 1; k < 97; k++) expect(kernels.cosineOfTurn(k, 97)).toBe(kernels.cosineOfTurn(97 - k, 97));
  });
});

describe('realFourier', () => {
  it.each(lengths)('agrees with the definition at length %d, for odd and even numbers of rows', (n) => {
    for (const rows of [1, 2, 3]) {
      const x = numbers(rows * n, n + rows, 2);
      const got = transform('realFourier', x, rows, n);
      for (let row = 0; row < rows; row++) {
        const own = x.subarray(row * n, (row + 1) * n);
        const size = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0));
        naiveCoordinates(own).forEach((value, k) => {
          expect(Math.abs(got[row * n + k] - value)).toBeLessThan(3e-15 * Math.sqrt(n) * size);
        });
      }
    }
  });

  it.each([...lengths, 4096, 5003])('is orthonormal, and undone by its inverse (length %d)', (n) => {
    const x = numbers(3 * n, n, 2);
    const there = transform('realFourier', x, 3, n);
    const back = transform('inverseRealFourier', there, 3, n);
    const dot = (v: Float64Array, i: number, j: number) => {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += v[i * n + k] * v[j * n + k];
      return sum;
    };
    x.forEach((value, k) => {
      expect(Math.abs(back[k] - value)).toBeLessThan(1e-14);
    });
    for (const [i, j] of [
      [0, 0],
      [0, 1],
      [1, 2],
      [2, 2],
    ]) {
      expect(Math.abs(dot(there, i, j) - dot(x, i, j))).toBeLessThan(1e-13 * n);
    }
  });

  it('turns a shift of the signal into a rotation of every pair', () => {
    const n = 21;
    const x = numbers(n, 1, 2);
    const shifted = Float64Array.from(x, (_, j) => x[(j + n - 1) % n]);
    const [a, b] = [transform('realFourier', x, 1, n), transform('realFourier', shifted, 1, n)];
    for (let k = 1; 2 * k < n; k++) {
      const [c, s] = [kernels.cosineOfTurn(k, n), kernels.sineOfTurn(k, n)];
      const [re, im] = [a[2 * k - 1], a[2 * k]];
      expect(Math.abs(b[2 * k - 1] - (re * c + im * s))).toBeLessThan(1e-14);
      expect(Math.abs(b[2 * k] - (im * c - re * s))).toBeLessThan(1e-14);
    }
  });
});
