import { describe, expect, it } from 'vitest';
import { gatedRelu } from '../../src/architectures/gated-relu.js';
import { absoluteValue, leakyRelu, relu } from '../../src/architectures/two-layer.js';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope, type Vector } from '../../src/core/scope.js';
import { samplePatterns } from '../../src/patterns/sample.js';
import { finish } from '../../src/pausing.js';
import type { SmoothRegularizer } from '../../src/program/program.js';
import { prepareData } from '../../src/program/training-data.js';
import { ProxOperator } from '../../src/solver/prox-operator.js';
import { expectWithin, numbers } from '../support/kernel-harness.js';

const families = { relu, gatedRelu, leakyRelu: () => leakyRelu(0.2), absoluteValue };
type Family = keyof typeof families;

/** A program after one prox that leaves some blocks at zero, its groups by output, and B as a plain matrix from the factors of J. */
function afterProx(family: Family, outputs: number, seed: number) {
  const [rows, columns] = [23, 3];
  const scope = new Scope(openKernelsSync());
  const problem = {
    X: { data: numbers(rows * columns, seed), rows, columns },
    bias: true,
    y: numbers(rows * outputs, seed + 1),
    outputs,
    loss: 'squared',
    lossOptions: {},
    offset: null,
    sampleWeight: null,
    beta: 1,
  } as const;
  const architecture = families[family]();
  const data = prepareData(problem, architecture.degree, scope);
  const patterns = samplePatterns(data.X, data.samples, data.columns, 9, seed, scope);
  const program = architecture.program(data, patterns, scope);
  const { features } = program;
  const regularizer = program.regularizer as SmoothRegularizer;
  // Joint blocks are longer: smaller entries, so that some of them end at zero too.
  const blockScale = features.blockOutput ? 2 : 1;
  const z = scope.copyIn(numbers(features.offsets[features.offsets.length - 1], seed + 2, blockScale));
  regularizer.prox(z, 1.5, scope.vector(z.length));
  const { blockOutput } = features;
  const size = rows * outputs;
  // Gated blocks feed all outputs: one group.
  const groups = Array.from({ length: blockOutput ? outputs : 1 }, (_, c) => ({
    start: c * rows,
    rows: blockOutput ? rows : size,
    blocks: regularizer.active().filter((b) => blockOutput === null || blockOutput[b] === c),
  }));
  const B = new Float64Array(size * size);
  for (const { start, rows: height, blocks } of groups) {
    for (const block of blocks) {
      const length = features.offsets[block + 1] - features.offsets[block];
      const factor = scope.vector(length * length);
      const rank = regularizer.factor(block, factor);
      const out = scope.vector(rank * height);
      features.applyColumns(block, factor, rank, out);
      const U = scope.copyOut(out);
      for (let c = 0; c < rank; c++)
        for (let i = 0; i < height; i++)
          for (let j = 0; j < height; j++) B[(start + i) * size + start + j] += U[c * height + i] * U[c * height + j];
    }
  }
  return { scope, program, groups, B, size, active: regularizer.active().length, blocks: features.offsets.length - 1 };
}

const times = (M: Float64Array, x: Float64Array): Float64Array =>
  x.map((_, i) => x.reduce((sum, entry, j) => sum + M[i * x.length + j] * entry, 0));
const dot = (x: Float64Array, y: Float64Array) => x.reduce((sum, entry, i) => sum + entry * y[i], 0);

/** W of a loss: diagonal with some zeros, or coupled over the outputs of a sample. */
function curvatureOf(kind: 'diagonal' | 'coupled', size: number): Float64Array {
  const W = new Float64Array(size * size);
  const share = numbers(size, 8).map(Math.abs);
  for (let i = 0; i < size; i++) W[i * size + i] = i % 5 === 0 && kind === 'diagonal' ? 0 : share[i];
  if (kind === 'coupled') {
    const n = size / 2;
    // diag(p) - p p^T over two outputs is p (1 - p) times [[1, -1], [-1, 1]]: singular, like softmax.
    for (let k = 0; k < n; k++) {
      W[k * size + k] = share[k];
      W[(k + n) * size + k + n] = share[k];
      W[k * size + k + n] = -share[k];
      W[(k + n) * size + k] = -share[k];
    }
  }
  return W;
}

const settings = (Object.keys(families) as Family[]).flatMap((family) => [1, 2].map((outputs) => ({ family, outputs })));

describe.each(settings)('the operator of $family, $outputs outputs', ({ family, outputs }) => {
  it('is sum_b T_b J_b T_b^T over the active blocks, some of which are zero', () => {
    for (const seed of [1, 2, 3]) {
      const { scope, program, groups, B, size, active, blocks } = afterProx(family, outputs, seed);
      expect(active).toBeGreaterThan(0);
      expect(active).toBeLessThan(blocks);
      const operator = ProxOperator.of(program, groups, scope);
      const w = numbers(size, seed + 20);
      const out = scope.vector(size);
      operator?.apply(scope.copyIn(w), out);
      const expected = times(B, w);
      expectWithin(scope.view(out), expected, 1e-12 * Math.max(...expected.map(Math.abs)));
    }
  });

  it('solves (I + sigma B W) delta = -F to the accuracy asked for, in the norm of W, also where W is singular', () => {
    for (const kind of outputs === 2 ? (['diagonal', 'coupled'] as const) : (['diagonal'] as const)) {
      for (const [sigma, accuracy] of [
        [0.1, 0.03],
        [10, 0.03],
        [3, 1e-8],
      ]) {
        const { scope, program, groups, B, size } = afterProx(family, outputs, 4);
        const W = curvatureOf(kind, size);
        const F = numbers(size, 30);
        const delta = scope.vector(size);
        const multiply = (x: Vector, out: Vector) => scope.view(out).set(times(W, scope.copyOut(x)));
        const operator = ProxOperator.of(program, groups, scope) as ProxOperator;
        const solved = finish(operator.solve(scope.copyIn(F), multiply, sigma, accuracy, 500, delta));
        expect(solved).toBe(true);
        const found = scope.copyOut(delta);
        const image = times(B, times(W, found));
        const residual = found.map((entry, i) => entry + sigma * image[i] + F[i]);
        const norm = (x: Float64Array) => Math.sqrt(dot(x, times(W, x)));
        expect(norm(residual)).toBeLessThanOrEqual(accuracy * norm(F) * (1 + 1e-6) + 1e-13 * norm(found));
        // A Newton direction descends: the slope of the merit is F^T W delta.
        expect(dot(F, times(W, found))).toBeLessThan(0);
      }
    }
  });
});

describe('iterations', () => {
  it('say so when they were too few', () => {
    const { scope, program, groups, size } = afterProx('relu', 1, 5);
    const operator = ProxOperator.of(program, groups, scope);
    const same = (x: Vector, out: Vector) => scope.view(out).set(scope.copyOut(x));
    const F = scope.copyIn(numbers(size, 31));
    expect(operator && finish(operator.solve(F, same, 100, 1e-10, 2, scope.vector(size)))).toBe(false);
    expect(operator && finish(operator.solve(F, same, 100, 1e-10, 500, scope.vector(size)))).toBe(true);
  });

  it('are not for features that cannot be restricted to some blocks', () => {
    const { scope, program, groups } = afterProx('relu', 1, 6);
    const features = { ...program.features, restrict: undefined };
    expect(ProxOperator.of({ ...program, features }, groups, scope)).toBeNull();
  });
});
