import { describe, expect, it } from 'vitest';
import { numbers, onBench } from '../support/kernel-harness.js';
import { evaluate, type Kinked, replayTree } from '../support/naive-branch.js';

interface Search {
  readonly outcome: number;
  readonly tree: Uint8Array;
  readonly nodes: number;
  readonly worst: number;
  readonly value: number;
  readonly direction: Float64Array;
}

const frames = 40;

/** Runs the kernel to its end, `budget` nodes a call; a state too small at first moves to a larger place. */
function search({ X, kinks, linear, d }: Kinked, threshold: number, budget: number, firstFrames = frames): Search {
  const n = kinks.length;
  const stride = d + (d & 1);
  const rows = new Float64Array(n * stride);
  for (let k = 0; k < n; k++) rows.set(X.subarray(k * d, (k + 1) * d), k * stride);
  const steps = kinks.map((kink, k) => {
    let square = 0;
    for (let j = 0; j < d; j++) square += X[k * d + j] * X[k * d + j];
    return kink === 0 || square === 0 ? 0 : 1 / (Math.abs(kink) * square);
  });
  return onBench(({ kernels, scope, input, work, read }) => {
    const at = [rows, kinks, steps, [...linear, ...new Float64Array(stride - d)]].map(input);
    let capacity = kernels.branchStateBytes(n, d) + firstFrames * kernels.branchFrameBytes(n, d);
    let state = work(capacity);
    const traceCapacity = 1 << 20;
    const trace = work(traceCapacity);
    kernels.branchStart(at[0], at[1], at[3], state, n, d);
    for (let call = 0; ; call++) {
      if (call > 3_000_000) throw new Error('no end');
      const before = read(state, 2)[1];
      const outcome = kernels.branchContinue(at[0], at[1], at[2], threshold, state, capacity, trace, traceCapacity, budget, d);
      expect(read(state, 2)[1] - before).toBeLessThanOrEqual(budget);
      if (outcome === 2) continue;
      if (outcome === 3) {
        const larger = work(2 * capacity);
        scope.raw(larger, capacity).set(scope.raw(state, capacity).slice());
        state = larger;
        capacity *= 2;
        continue;
      }
      const [, nodes, worst, value] = read(state, 4);
      const length = scope.integers(state, 2)[1];
      expect(length).toBe(nodes);
      return { outcome, nodes, worst, value, direction: read(state + 32, d), tree: scope.raw(trace, length).slice() };
    }
  });
}

function random(n: number, d: number, seed: number): Kinked {
  const kinks = numbers(n, 3 * seed + n);
  if (n > 4) kinks[2] = 0;
  const X = numbers(n * d, seed + 7 * d + n);
  if (n > 6) X.fill(0, 3 * d, 4 * d);
  return { X, kinks, linear: numbers(d, seed + 5, 0.3), d };
}

/** The largest F that random directions and their neighbours see. */
function sampled(kinked: Kinked, count: number): number {
  const { d } = kinked;
  const directions = numbers(count * d, 11);
  let best = 0;
  for (let i = 0; i < count; i++) {
    const w = directions.subarray(i * d, (i + 1) * d);
    const length = Math.sqrt(w.reduce((sum, entry) => sum + entry * entry, 0));
    best = Math.max(best, evaluate(kinked, w) / length);
  }
  return best;
}

// Columns around the four vectors kept in registers, odd ones among them; rows none, one, few, many.
const shapes = [0, 1, 2, 5, 20, 60].flatMap((n) => [1, 2, 3, 4, 5, 7, 8, 9, 10].map((d) => [n, d] as const));
/** Loose enough that the slow twin follows: high dimensions are proven against multiples of the maximum. */
const looseness = (d: number) => [0, 1.0001, 1.0001, 1.001, 1.02, 1.1, 1.3, 1.5, 1.6, 1.8, 2][d];

describe('branchContinue', () => {
  it.each(shapes)('records a tree whose leaves the naive twin closes as well: %i rows, %i columns', (n, d) => {
    const kinked = random(n, d, n + d);
    const threshold = Math.max(sampled(kinked, 4000), 0.01) * looseness(d);
    const result = search(kinked, threshold, 1_000_000);
    if (result.outcome === 1) {
      // The sampled maximum was not the maximum: the direction must show it.
      expect(evaluate(kinked, result.direction)).toBeGreaterThan(threshold * (1 - 1e-12));
      expect(result.value).toBeCloseTo(evaluate(kinked, result.direction), 10);
      return;
    }
    expect(result.outcome).toBe(0);
    expect(result.worst).toBe(0);
    if (result.nodes > 6000) return;
    const { most, leaves, open } = replayTree(kinked, result.tree, threshold);
    expect(open).toEqual([]);
    expect(2 * leaves).toBe(result.nodes + 2 * d);
    expect(most).toBeLessThanOrEqual(threshold * (1 + 1e-12));
  });

  it('takes the same way in one call, in single nodes, and through states that grow', () => {
    const kinked = random(40, 5, 3);
    const threshold = sampled(kinked, 4000) * 1.02;
    const whole = search(kinked, threshold, 1_000_000);
    expect(whole.nodes).toBeGreaterThan(100);
    expect(search(kinked, threshold, 1)).toEqual(whole);
    expect(search(kinked, threshold, 77, 2)).toEqual(whole);
  });

  it('finds a direction above any threshold below the maximum', () => {
    for (let seed = 1; seed < 40; seed++) {
      const kinked = random(15, 2 + (seed % 4), seed);
      const best = sampled(kinked, 500);
      const { outcome, direction, value } = search(kinked, 0.999 * best, 1_000_000);
      expect(outcome).toBe(best > 0 ? 1 : 0);
      if (best === 0) continue;
      expect(Math.abs(direction.reduce((sum, entry) => sum + entry * entry, 0) - 1)).toBeLessThan(1e-12);
      expect(evaluate(kinked, direction)).toBeGreaterThan(0.999 * best * (1 - 1e-12));
      expect(Math.abs(value - evaluate(kinked, direction))).toBeLessThan(1e-12 * (1 + best));
    }
  });

  it('keeps its proportions at scales of 2^+-400', () => {
    const kinked = random(20, 3, 8);
    const threshold = sampled(kinked, 2000) * 1.001;
    const whole = search(kinked, threshold, 1_000_000);
    for (const scale of [2 ** 400, 2 ** -400]) {
      const kinks = kinked.kinks.map((entry) => entry * scale);
      const linear = kinked.linear.map((entry) => entry * scale);
      const { tree, outcome } = search({ ...kinked, kinks, linear }, threshold * scale, 1_000_000);
      expect(outcome).toBe(whole.outcome);
      expect(tree).toEqual(whole.tree);
    }
  });
});
