import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { JointFeatures } from '../../src/program/joint-features.js';
import { pooledColumns } from '../../src/program/pooled-columns.js';
import { expectWithin, numbers } from '../support/kernel-harness.js';
import { getBit, randomBits } from '../support/naive-masked.js';

const shapes = [
  { n: 1, h: 1, count: 1, region: [0], outputs: 2 },
  { n: 5, h: 3, count: 4, region: [0, 0, 0], outputs: 1 },
  { n: 7, h: 2, count: 9, region: [0, 1, 1, 0], outputs: 3 },
  { n: 33, h: 4, count: 3, region: [0, 1, 2], outputs: 10 },
];
const eps = 2 ** -52;

describe.each(shapes)('pooled columns of $n samples, $count patterns, regions $region', ({ n, h, count, region, outputs }) => {
  const K = region.length;
  const regionCount = Math.max(...region) + 1;
  const bits = randomBits(count, K * n, 3);
  const X = numbers(K * n * h, 4);
  const scales = Float64Array.from(region, (r) => 1 / (r + 2));
  const scope = new Scope(openKernelsSync());
  const patterns = { samples: K * n, count, stride: bits.stride, bits: bits.bytes, gates: null };
  const shape = { columns: h, samples: n, region: Int32Array.from(region), regionCount, scales };
  const columns = pooledColumns({ ...shape, rows: scope.copyIn(X), patterns }, scope);
  const width = regionCount * h;
  /** T_b: coefficient j of region r at one sample. */
  const entry = (b: number, r: number, j: number, sample: number): number =>
    region.reduce((sum, own, k) => {
      const row = k * n + sample;
      return own === r && getBit(bits, b, row) ? sum + scales[k] * X[row * h + j] : sum;
    }, 0);

  it('are sums over the patches that a pattern keeps', () => {
    const wanted: number[] = [];
    for (let b = 0; b < count; b++)
      for (let r = 0; r < regionCount; r++)
        for (let j = 0; j < h; j++) for (let k = 0; k < n; k++) wanted.push(entry(b, r, j, k));
    expect(scope.copyOut(columns)).toEqual(Float64Array.from(wanted));
  });

  it('without patterns are sums over all patches', () => {
    const all = scope.copyOut(pooledColumns({ ...shape, rows: scope.copyIn(X), patterns: null }, scope));
    const wanted = Float64Array.from({ length: width * n }, (_, at) => {
      const [r, j, sample] = [Math.floor(at / n / h), Math.floor(at / n) % h, at % n];
      return region.reduce((sum, own, k) => (own === r ? sum + scales[k] * X[(k * n + sample) * h + j] : sum), 0);
    });
    expect(all).toEqual(wanted);
  });

  describe('as a map of joint blocks', () => {
    const features = new JointFeatures({ columns, width, samples: n, outputs }, scope);
    const size = count * outputs * width;
    const T = scope.copyOut(columns);
    const v = numbers(size, 8);
    const naiveFit = (blocks: Float64Array, only: number | null = null) =>
      Float64Array.from({ length: outputs * n }, (_, at) => {
        const [c, k] = [Math.floor(at / n), at % n];
        let sum = 0;
        for (let b = 0; b < count; b++) {
          if (only !== null && b !== only) continue;
          for (let j = 0; j < width; j++) sum += T[(b * width + j) * n + k] * blocks[(b * outputs + c) * width + j];
        }
        return sum;
      });
    const bound = 8 * (size + 8) * eps * K;

    it('has one block a pattern for all outputs', () => {
      expect(Array.from(features.offsets)).toEqual(Array.from({ length: count + 1 }, (_, b) => b * outputs * width));
      expect([features.samples, features.outputs, features.blockOutput]).toEqual([n, outputs, null]);
      for (let k = 0; k < n; k++) {
        let square = 0;
        for (let i = 0; i < count * width; i++) square += T[i * n + k] ** 2;
        expect(Math.abs(features.rowNorms[k] - Math.sqrt(square))).toBeLessThan(bound);
      }
    });

    it('applies as the plain sums do', () => {
      const fit = scope.vector(outputs * n);
      features.apply(scope.copyIn(v), fit);
      expectWithin(scope.copyOut(fit), naiveFit(v), bound);
    });

    it('has the transpose for which inner products agree', () => {
      const lambda = numbers(outputs * n, 9);
      const g = scope.vector(size);
      features.applyTranspose(scope.copyIn(lambda), g);
      const wanted = Float64Array.from({ length: size }, (_, at) => {
        const [b, c, j] = [Math.floor(at / width / outputs), Math.floor(at / width) % outputs, at % width];
        let sum = 0;
        for (let k = 0; k < n; k++) sum += T[(b * width + j) * n + k] * lambda[c * n + k];
        return sum;
      });
      expectWithin(scope.copyOut(g), wanted, bound);
    });

    it('gives the columns of single blocks', () => {
      const k = 3;
      for (let b = 0; b < count; b++) {
        const factor = numbers(k * outputs * width, 20 + b);
        const out = scope.vector(k * outputs * n);
        features.applyColumns(b, scope.copyIn(factor), k, out);
        for (let i = 0; i < k; i++) {
          const alone = new Float64Array(size);
          alone.set(factor.subarray(i * outputs * width, (i + 1) * outputs * width), b * outputs * width);
          expectWithin(scope.copyOut(out).subarray(i * outputs * n, (i + 1) * outputs * n), naiveFit(alone), bound);
        }
      }
    });
  });
});
