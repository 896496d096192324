import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { InternalError } from '../../src/errors.js';
import { finish } from '../../src/pausing.js';
import { MaskedFeatures } from '../../src/program/masked-features.js';
import { expectWithin, numbers } from '../support/kernel-harness.js';
import { getBit, randomBits } from '../support/naive-masked.js';

interface Shape {
  readonly n: number;
  readonly d: number;
  readonly count: number;
  readonly outputs: number;
  readonly layout: 'separate' | 'joint';
  readonly signed: boolean;
  readonly slope: number;
}

function open(shape: Shape) {
  const { n, d, count, outputs, layout, signed, slope } = shape;
  const bits = randomBits(count, n, n + d);
  const X = numbers(n * d, 3);
  const scope = new Scope(openKernelsSync());
  const patterns = { samples: n, count, stride: bits.stride, bits: bits.bytes, gates: null };
  const features = new MaskedFeatures({ X: scope.copyIn(X), columns: d, patterns, outputs, layout, signed, slope }, scope);
  const mask = (pattern: number, k: number) => (getBit(bits, pattern, k) ? 1 : slope);
  const length = layout === 'joint' ? d * outputs : d;
  /** T_b as rows of the whole fit: entry (row, column). */
  const entry = (block: number, row: number, column: number): number => {
    const [c, k] = [Math.floor(row / n), row % n];
    const pattern = block % count;
    const sign = signed && block >= features.blocks / 2 ? -1 : 1;
    if (layout === 'joint') return Math.floor(column / d) === c ? sign * mask(pattern, k) * X[k * d + (column % d)] : 0;
    return Math.floor(block / count) % outputs === c ? sign * mask(pattern, k) * X[k * d + column] : 0;
  };
  return { scope, features, X, length, entry };
}

const shapes: Shape[] = [];
for (const [n, d, count] of [
  [1, 1, 1],
  [5, 2, 3],
  [63, 3, 9],
  [64, 4, 17],
  [65, 1, 4],
  [130, 5, 70],
]) {
  for (const outputs of [1, 3]) {
    for (const slope of [0, 0.2, -1]) {
      for (const signed of [false, true]) shapes.push({ n, d, count, outputs, layout: 'separate', signed, slope });
    }
    shapes.push({ n, d, count, outputs, layout: 'joint', signed: false, slope: 0 });
    shapes.push({ n, d, count, outputs, layout: 'joint', signed: false, slope: 0.2 });
  }
}
const name = (shape: Shape) => Object.values(shape).join(' ');
const eps = 2 ** -52;

describe.each(shapes.map((shape) => ({ name: name(shape), shape })))('masked features $name', ({ shape }) => {
  const { n, outputs, count, d } = shape;
  const { scope, features, length, entry } = open(shape);
  const size = features.blocks * length;
  const rows = n * outputs;
  // As many roundings as there are terms, and a few for the slope.
  const roundings = (features.blocks * length + n + 8) * eps;

  it('applies and transposes the explicit matrices', () => {
    expect(features.offsets).toEqual(Int32Array.from({ length: features.blocks + 1 }, (_, b) => b * length));
    const v = numbers(size, 5);
    const lambda = numbers(rows, 6);
    const [fit, fitSize] = [new Float64Array(rows), new Float64Array(rows)];
    const [g, gSize] = [new Float64Array(size), new Float64Array(size)];
    for (let b = 0; b < features.blocks; b++) {
      for (let j = 0; j < length; j++) {
        for (let r = 0; r < rows; r++) {
          const value = entry(b, r, j);
          const at = b * length + j;
          fit[r] += value * v[at];
          fitSize[r] += Math.abs(value * v[at]);
          g[at] += value * lambda[r];
          gSize[at] += Math.abs(value * lambda[r]);
        }
      }
    }
    // With a slope the products run over all entries, masked or not.
    const whole = shape.slope === 0 ? 0 : roundings * d * (n + count * outputs);
    const [out, back] = [scope.vector(rows), scope.vector(size)];
    features.apply(scope.copyIn(v), out);
    expectWithin(
      scope.copyOut(out),
      fit,
      fitSize.map((entrySize) => roundings * entrySize + whole),
    );
    features.applyTranspose(scope.copyIn(lambda), back);
    expectWithin(
      scope.copyOut(back),
      g,
      gSize.map((entrySize) => roundings * entrySize + whole),
    );
  });

  it('applies single blocks to columns', () => {
    const k = Math.min(2, length);
    const factor = numbers(k * length, 7);
    for (const b of new Set([0, features.blocks - 1, Math.floor(features.blocks / 2)])) {
      const height = features.blockOutput ? n : rows;
      const out = scope.vector(k * height);
      features.applyColumns(b, scope.copyIn(factor), k, out);
      const first = features.blockOutput ? features.blockOutput[b] * n : 0;
      const expected = Float64Array.from({ length: k * height }, (_, at) => {
        let sum = 0;
        for (let j = 0; j < length; j++) sum += entry(b, first + (at % height), j) * factor[Math.floor(at / height) * length + j];
        return sum;
      });
      expectWithin(scope.copyOut(out), expected, 4 * length * eps);
    }
  });

  it('restricted to some blocks of one output, gives the products of these alone, without their signs', () => {
    const output = features.blockOutput ? outputs - 1 : 0;
    const all = Array.from({ length: features.blocks }, (_, b) => b);
    const chosen = Int32Array.from(all.filter((b) => b % 2 === 0 && (features.blockOutput?.[b] ?? 0) === output));
    const height = features.blockOutput ? n : rows;
    const sign = (b: number) => (shape.signed && b >= features.blocks / 2 ? -1 : 1);
    const at = (b: number, r: number, j: number) => sign(b) * entry(b, r + (features.blockOutput ? output * n : 0), j);
    const used = scope.used;
    const some = features.restrict(chosen, scope);
    const v = numbers(chosen.length * length, 11);
    const lambda = numbers(height, 12);
    const [out, back] = [scope.vector(height), scope.vector(v.length)];
    some.apply(scope.copyIn(v), out);
    some.applyTranspose(scope.copyIn(lambda), back);
    const blocks = Array.from(chosen);
    const fit = lambda.map((_, r) =>
      blocks.reduce((sum, b, i) => {
        for (let j = 0; j < length; j++) sum += at(b, r, j) * v[i * length + j];
        return sum;
      }, 0),
    );
    const g = v.map((_, e) => {
      const [b, j] = [blocks[Math.floor(e / length)], e % length];
      return lambda.reduce((sum, value, r) => sum + at(b, r, j) * value, 0);
    });
    expectWithin(scope.copyOut(out), fit, 4 * roundings * (v.length + 1));
    expectWithin(scope.copyOut(back), g, 4 * roundings * (height + 1));
    scope.release(used);
  });

  it('applies many blocks to a column each where it offers to', () => {
    if (!features.applyEach) {
      expect(features.addSampleGram).toBeUndefined();
      return;
    }
    const blocks = Int32Array.from({ length: count }, (_, b) => count - 1 - b);
    const columns = numbers(count * d, 13);
    const out = scope.vector(count * n);
    features.applyEach(blocks, scope.copyIn(columns), out);
    const expected = Float64Array.from({ length: count * n }, (_, e) => {
      const [i, k] = [Math.floor(e / n), e % n];
      return columns.subarray(i * d, (i + 1) * d).reduce((sum, value, j) => sum + entry(blocks[i], k, j) * value, 0);
    });
    expectWithin(scope.copyOut(out), expected, 4 * length * eps);
  });

  it('adds sample Gram matrices where it offers to', () => {
    if (!features.addSampleGram || !features.addOuterProduct) {
      expect(shape.slope !== 0 || shape.layout === 'joint').toBe(true);
      return;
    }
    const used = scope.used;
    const blocks = Int32Array.from({ length: count }, (_, b) => b).filter((b) => b % 2 === 0);
    const scales = numbers(blocks.length, 8);
    const H = numbers(n * n, 9);
    const out = scope.copyIn(H);
    finish(features.addSampleGram(blocks, scales, out));
    const C = numbers(2 * d, 10);
    features.addOuterProduct(0, scope.copyIn(C), 2, -1, out);
    const sums = scope.copyOut(out);
    const column = (k: number, i: number) =>
      Array.from({ length: d }, (_, j) => entry(0, k, j) * C[i * d + j]).reduce((a, b) => a + b, 0);
    for (let k = 0; k < n; k += 1 + Math.floor(n / 9)) {
      for (let l = 0; l <= k; l += 1 + Math.floor(n / 9)) {
        let expected = H[k * n + l];
        blocks.forEach((b, i) => {
          for (let j = 0; j < d; j++) expected += scales[i] * entry(b, k, j) * entry(b, l, j);
        });
        for (let i = 0; i < 2; i++) expected -= column(k, i) * column(l, i);
        expect(Math.abs(sums[k * n + l] - expected)).toBeLessThanOrEqual(8 * (blocks.length + 2) * (d + 2) * d * eps);
      }
    }
    scope.release(used);
  });
});

it('refuses joint blocks with signs outside', () => {
  expect(() => open({ n: 3, d: 1, count: 1, outputs: 2, layout: 'joint', signed: true, slope: 0 })).toThrow(InternalError);
});
