import { patternStride } from '../../src/patterns/patterns.js';
import type { Bench } from './kernel-harness.js';
import { numbers } from './kernel-harness.js';

/** A bit matrix as the kernels take it: rows of packed bits, least significant first, zero padded. */
export interface Bits {
  readonly rows: number;
  readonly columns: number;
  readonly stride: number;
  readonly bytes: Uint8Array;
}

/** Rows of 0/1 packed into bytes. */
export function packBits(rows: number, columns: number, bit: (row: number, column: number) => boolean | number): Bits {
  const stride = patternStride(columns);
  const bytes = new Uint8Array(rows * stride);
  for (let i = 0; i < rows; i++) for (let k = 0; k < columns; k++) if (bit(i, k)) bytes[i * stride + (k >> 3)] |= 1 << (k & 7);
  return { rows, columns, stride, bytes };
}

/** Random bits, a share of them set. */
export function randomBits(rows: number, columns: number, seed = 1, share = 0.5): Bits {
  const draws = numbers(rows * columns, seed);
  return packBits(rows, columns, (i, k) => draws[i * columns + k] < 2 * share - 1);
}

export function getBit(bits: Bits, row: number, column: number): number {
  return (bits.bytes[row * bits.stride + (column >> 3)] >> (column & 7)) & 1;
}

/** The bits in kernel memory, between guards; the address. */
export function inputBits(bench: Bench, bits: Bits): number {
  const address = bench.work(bits.bytes.length);
  bench.scope.raw(address, bits.bytes.length).set(bits.bytes);
  return address;
}

/** 32-bit integers in kernel memory, between guards; the address. */
export function inputIntegers(bench: Bench, values: ArrayLike<number>): number {
  const address = bench.work(values.length * 4);
  bench.scope.integers(address, values.length).set(values);
  return address;
}

/** B dense, and the entrywise bound of either way of adding: the number of terms x 2^-52 x the sum of their sizes. */
export function naiveBinaryMultiply(
  bits: Bits,
  dense: Float64Array,
  columns: number,
): { out: Float64Array; bound: Float64Array } {
  const out = new Float64Array(bits.rows * columns);
  const bound = new Float64Array(bits.rows * columns);
  for (let i = 0; i < bits.rows; i++) {
    for (let c = 0; c < columns; c++) {
      for (let k = 0; k < bits.columns; k++) {
        if (!getBit(bits, i, k)) continue;
        out[i * columns + c] += dense[k * columns + c];
        bound[i * columns + c] += Math.abs(dense[k * columns + c]) * bits.columns * 2 ** -52;
      }
    }
  }
  return { out, bound };
}

/** Signs of X g, the sum started at +0 in the order of the columns. */
export function naiveSigns(X: Float64Array, gates: Float64Array, samples: number, gateCount: number, columns: number): Bits {
  return packBits(gateCount, samples, (i, k) => {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += gates[i * columns + j] * X[k * columns + j];
    return sum >= 0;
  });
}

/** X^T D_a diag(w) D_b X with the bound of 2 roundings a term and those of the sum. */
export function naiveGram(
  X: Float64Array,
  bits: Bits,
  a: number,
  b: number,
  weights: Float64Array | null,
  d: number,
): { out: Float64Array; bound: Float64Array } {
  const out = new Float64Array(d * d);
  const bound = new Float64Array(d * d);
  for (let k = 0; k < bits.columns; k++) {
    if (!getBit(bits, a, k) || !getBit(bits, b, k)) continue;
    for (let r = 0; r < d; r++) {
      for (let c = 0; c < d; c++) {
        const term = X[k * d + r] * X[k * d + c] * (weights ? weights[k] : 1);
        out[r * d + c] += term;
        bound[r * d + c] += Math.abs(term) * (bits.columns + 2) * 2 ** -52;
      }
    }
  }
  return { out, bound };
}

/** H + lower triangle of K o (D diag(s) D^T), bitsT the n x active bits. */
export function naivePatternKernel(
  K: Float64Array,
  bitsT: Bits,
  scales: Float64Array,
  H: Float64Array,
): { out: Float64Array; bound: Float64Array } {
  const n = bitsT.rows;
  const out = H.slice();
  const bound = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    for (let l = 0; l <= k; l++) {
      let sum = 0;
      let size = 0;
      for (let i = 0; i < bitsT.columns; i++) {
        if (!getBit(bitsT, k, i) || !getBit(bitsT, l, i)) continue;
        sum += scales[i];
        size += Math.abs(scales[i]);
      }
      out[k * n + l] += K[k * n + l] * sum;
      bound[k * n + l] = (bitsT.columns + 2) * 2 ** -52 * (Math.abs(H[k * n + l]) + Math.abs(K[k * n + l]) * size);
    }
  }
  return { out, bound };
}
