import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { type Arrangement, arrange } from '../../src/patterns/arrangement.js';
import { BranchAndBound } from '../../src/patterns/branch-and-bound.js';
import { boundDualConstraint, closedFormBound } from '../../src/patterns/dual-upper-bound.js';
import { enumeratePatterns } from '../../src/patterns/enumerate.js';
import { numbers } from '../support/kernel-harness.js';

interface Case {
  readonly X: Float64Array;
  readonly lambda: Float64Array;
  readonly n: number;
  readonly d: number;
  readonly slope: number;
  readonly kind: string;
}

const kinds = ['plain', 'zero rows', 'parallel', 'antipodal', 'nearly parallel', 'rank deficient', 'integers', 'tiny', 'huge'];

function makeCase(seed: number): Case {
  const kind = kinds[seed % kinds.length];
  const d = 1 + (seed % 4);
  const n = 2 + ((seed * 7) % 9);
  const X = numbers(n * d, seed);
  const row = (k: number) => X.subarray(k * d, (k + 1) * d);
  if (kind === 'zero rows') row(n - 1).fill(0);
  if (kind === 'parallel') row(1).set(row(0).map((entry) => 3 * entry));
  if (kind === 'antipodal') row(1).set(row(0).map((entry) => -0.7 * entry));
  if (kind === 'nearly parallel') row(1).set(row(0).map((entry, j) => entry * (1 + 1e-7 * j)));
  if (kind === 'rank deficient' && d > 1) for (let k = 0; k < n; k++) row(k)[d - 1] = row(k)[0] * 0.3 - (d > 2 ? row(k)[1] : 0);
  if (kind === 'integers') for (let at = 0; at < X.length; at++) X[at] = Math.round(2 * X[at]);
  if (kind === 'tiny') for (let at = 0; at < X.length; at++) X[at] *= 1e-9;
  if (kind === 'huge') for (let k = 0; k < n; k += 2) for (let j = 0; j < d; j++) row(k)[j] *= 1e9;
  return { X, lambda: numbers(n, seed + 1000), n, d, slope: [0, 0.1, -1, 0.5][(seed >> 2) % 4], kind };
}

function valueAt({ X, lambda, n, d, slope }: Case, sign: number, w: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < n; k++) {
    let z = 0;
    for (let j = 0; j < d; j++) z += X[k * d + j] * w[j];
    sum += sign * lambda[k] * Math.max(z, slope * z);
  }
  return sum;
}

/** The maximum for one sign: over all cells the projection of the cell's gradient on its cone. */
function enumerated(problem: Case, sign: number, scope: Scope): number {
  const { X, lambda, n, d, slope } = problem;
  return scope.child(() => {
    const { kernels } = scope;
    const rows = scope.copyIn(X);
    const norms = scope.copyIn(
      Float64Array.from({ length: n }, (_, k) => {
        let square = 0;
        for (let j = 0; j < d; j++) square += X[k * d + j] * X[k * d + j];
        return square > 0 ? 1 / Math.sqrt(square) : 0;
      }),
    );
    const patterns = enumeratePatterns(rows, n, d, scope);
    const bits = scope.copyInBytes(patterns.bits);
    const z = scope.vector(d);
    const p = scope.vector(d);
    const set = scope.bytes(4 * (d + 1));
    const work = scope.bytes(kernels.projectConeWorkspace(d));
    let best = 0;
    for (let i = 0; i < patterns.count; i++) {
      const g = new Float64Array(d);
      for (let k = 0; k < n; k++) {
        const one = (patterns.bits[i * patterns.stride + (k >> 3)] >> (k & 7)) & 1;
        for (let j = 0; j < d; j++) g[j] += sign * lambda[k] * (one ? 1 : slope) * X[k * d + j];
      }
      scope.view(z).set(g);
      scope.integers(set, 1)[0] = 0;
      const at = bits + i * patterns.stride;
      best = Math.max(best, kernels.projectCone(rows.address, norms.address, at, z.address, 0, set, p.address, n, d, work));
    }
    return best;
  });
}

function search(arrangement: Arrangement, problem: Case, sign: 1 | -1, threshold: number, scope: Scope) {
  const branching = new BranchAndBound(arrangement, problem.slope, scope);
  branching.start(problem.lambda, sign, threshold);
  return { outcome: branching.advance(300_000), branching };
}

describe('BranchAndBound', () => {
  it.each(kinds)('agrees with enumeration from both sides of the maximum: %s', (kind) => {
    let proofs = 0;
    for (let seed = kinds.indexOf(kind); seed < 360; seed += kinds.length) {
      const problem = makeCase(seed);
      expect(problem.kind).toBe(kind);
      const scope = new Scope(openKernelsSync());
      const arrangement = arrange(scope.copyIn(problem.X), problem.n, problem.d, scope);
      for (const sign of [1, -1] as const) {
        const maximum = enumerated(problem, sign, scope);
        const scale = problem.lambda.reduce((sum, entry) => sum + Math.abs(entry), 0) * Math.max(...problem.X.map(Math.abs));
        const resolution = 1e-6 * (maximum + scale);
        const above = search(arrangement, problem, sign, maximum + resolution, scope);
        expect(above.outcome, `seed ${seed}`).toBe('proven');
        expect(above.branching.bound).toBeGreaterThanOrEqual(maximum);
        expect(above.branching.bound).toBeLessThanOrEqual(maximum + 2 * resolution);
        proofs++;
        if (!(maximum > 10 * resolution)) continue;
        const below = search(arrangement, problem, sign, maximum - resolution, scope);
        expect(below.outcome, `seed ${seed}`).toBe('violated');
        const { value, direction } = below.branching.violation();
        expect(Math.sqrt(direction.reduce((sum, entry) => sum + entry * entry, 0))).toBeCloseTo(1, 10);
        expect(valueAt(problem, sign, direction)).toBeGreaterThan(maximum - 2 * resolution);
        expect(Math.abs(value - valueAt(problem, sign, direction))).toBeLessThan(1e-10 * scale);
      }
    }
    expect(proofs).toBeGreaterThan(70);
  });

  it('never proves what a random search with local steps refutes', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const d = 3 + (seed % 3);
      const n = 60;
      const problem: Case = { X: numbers(n * d, seed), lambda: numbers(n, seed + 50), n, d, slope: 0, kind: 'plain' };
      const scope = new Scope(openKernelsSync());
      const arrangement = arrange(scope.copyIn(problem.X), n, d, scope);
      // Bisect to the smallest threshold that is proven, then attack it.
      let low = 0;
      let high = closedFormBound(arrangement, 0, problem.lambda, 1, scope);
      for (let step = 0; step < 40; step++) {
        const middle = (low + high) / 2;
        if (search(arrangement, problem, 1, middle, scope).outcome === 'proven') high = middle;
        else low = middle;
      }
      const directions = numbers(400 * d, seed + 9);
      let best = 0;
      for (let i = 0; i < 400; i++) {
        let w = directions.slice(i * d, (i + 1) * d);
        let value = 0;
        for (let width = 1, step = 0; step < 60; step++, width *= 0.85) {
          const noise = numbers(d, 1000 * i + step);
          const trial = w.map((entry, j) => entry + (step === 0 ? 0 : width * noise[j]));
          const length = Math.sqrt(trial.reduce((sum, entry) => sum + entry * entry, 0));
          const reached = valueAt(problem, 1, trial) / length;
          if (!(reached > value)) continue;
          value = reached;
          w = trial.map((entry) => entry / length);
        }
        best = Math.max(best, value);
      }
      expect(best).toBeLessThanOrEqual(high);
      expect(best).toBeGreaterThan(0.98 * high);
    }
  });

  it('records a tree of as many bytes as nodes, growing with it', () => {
    const n = 100;
    const d = 5;
    const scope = new Scope(openKernelsSync());
    const arrangement = arrange(scope.copyIn(numbers(n * d, 4)), n, d, scope);
    const branching = new BranchAndBound(arrangement, 0, scope);
    const lambda = numbers(n, 5);
    const closed = closedFormBound(arrangement, 0, lambda, 1, scope);
    branching.start(lambda, 1, closed * 0.6, true);
    while (branching.advance(1000) === 'paused') expect(branching.tree().length).toBe(branching.nodes);
    expect(branching.tree().length).toBe(branching.nodes);
  });
});

describe('arrange', () => {
  it('merges what is parallel and nothing else, and works in the row space', () => {
    const scope = new Scope(openKernelsSync());
    const X = Float64Array.of(1, 2, 3, 0, 0, 0, -2, -4, -6, 1, 2, 3 + 1e-3, 0.5, 1, 1.5);
    const { owner, factor, count, rank } = arrange(scope.copyIn(X), 5, 3, scope);
    expect(Array.from(owner)).toEqual([0, -1, 0, 1, 0]);
    expect(Array.from(factor)).toEqual([1, 0, -2, 1, 0.5]);
    expect(count).toBe(2);
    expect(rank).toBe(2);
  });

  it('keeps lengths and products', () => {
    const n = 12;
    const X = numbers(n * 5, 3);
    for (let k = 0; k < n; k++) {
      X[5 * k + 3] = X[5 * k] + 2 * X[5 * k + 1];
      X[5 * k + 4] = -X[5 * k + 2];
    }
    const scope = new Scope(openKernelsSync());
    const { rows, stride, rank, count } = arrange(scope.copyIn(X), n, 5, scope);
    expect([rank, stride, count]).toEqual([3, 4, n]);
    const product = (a: ArrayLike<number>, i: number, j: number, width: number) => {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += a[i * width + k] * a[j * width + k];
      return sum;
    };
    const reduced = scope.copyOut(rows);
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++) expect(product(reduced, i, j, stride)).toBeCloseTo(product(X, i, j, 5), 12);
  });
});

describe('boundDualConstraint', () => {
  const n = 80;
  const d = 4;
  const X = numbers(n * d, 21);
  const lambda = numbers(n, 22);
  const run = (goal: number, budget: number) => {
    const scope = new Scope(openKernelsSync());
    const arrangement = arrange(scope.copyIn(X), n, d, scope);
    const steps = boundDualConstraint(arrangement, 0, lambda, goal, budget, 0, scope);
    const values: number[] = [];
    for (let next = steps.next(); ; next = steps.next()) {
      values.push(next.value.value);
      if (next.done) return { last: next.value, values };
    }
  };
  /** M, between two searches that end differently. */
  const maximum = () => {
    let low = 0;
    let high = 100;
    for (let step = 0; step < 50; step++) {
      const middle = (low + high) / 2;
      if (run(middle, 1e7).last.violation) low = middle;
      else high = middle;
    }
    return high;
  };
  const M = maximum();

  it('reaches the goal for both signs', () => {
    const { last } = run(1.001 * M, 1e7);
    expect(last.reached).toBe(true);
    expect(last.value).toBeLessThanOrEqual(1.001 * M * (1 + 1e-9));
    expect(last.value).toBeGreaterThanOrEqual(M * (1 - 1e-12));
  });

  it('returns the best bound that its nodes allow, never below M, better with more', () => {
    let before = Number.POSITIVE_INFINITY;
    for (const budget of [0, 20, 200, 2000, 1e6]) {
      const { last, values } = run(1.0001 * M, budget);
      expect(last.violation).toBeNull();
      expect(last.nodes).toBeLessThanOrEqual(2 * budget);
      expect(Math.min(...values)).toBeGreaterThanOrEqual(M * (1 - 1e-12));
      expect(last.value).toBeLessThanOrEqual(before);
      before = last.value;
    }
    expect(before).toBeLessThanOrEqual(1.0001 * M * (1 + 1e-9));
  });
});
