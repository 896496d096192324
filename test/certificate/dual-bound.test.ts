import { describe, expect, it } from 'vitest';
import { leakyRelu, relu } from '../../src/architectures/two-layer.js';
import { dualBound } from '../../src/certificate/dual-bound.js';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { patternSource } from '../../src/fit/choose-patterns.js';
import type { LossName } from '../../src/program/losses.js';
import { type Problem, prepareData } from '../../src/program/training-data.js';
import { trainSync } from '../../src/train.js';
import { numbers } from '../support/kernel-harness.js';

const n = 9;
const d = 2;
const losses: readonly LossName[] = ['squared', 'logistic', 'squaredHinge', 'huber'];

function problemOf(loss: LossName, seed: number, unit = 1): Problem {
  const X = numbers(n * d, seed).map((entry) => entry * unit);
  const raw = numbers(n, seed + 1);
  const y = loss === 'logistic' || loss === 'squaredHinge' ? raw.map((entry) => (entry < 0 ? -1 : 1)) : raw;
  const data = { data: X, rows: n, columns: d };
  return {
    X: data,
    bias: false,
    y,
    outputs: 1,
    loss,
    lossOptions: { huberDelta: 0.4 },
    sampleWeight: null,
    offset: null,
    beta: 0.3 * unit,
  };
}

/** max over a fine circle and its kinks of |lambda^T phi(Xw)|: from below, to about 1e-7. */
function onCircle(X: Float64Array, lambda: Float64Array, slope: number): number {
  let most = 0;
  const fine = Array.from({ length: 20_000 }, (_, step) => (2 * Math.PI * step) / 20_000);
  const kinks = Array.from({ length: 2 * n }, (_, i) => Math.atan2(X[i - (i % 2)], -X[i - (i % 2) + 1]) + (i % 2) * Math.PI);
  for (const angle of [...fine, ...kinks]) {
    let sum = 0;
    for (let k = 0; k < n; k++) {
      const z = X[2 * k] * Math.cos(angle) + X[2 * k + 1] * Math.sin(angle);
      sum += lambda[k] * Math.max(z, slope * z);
    }
    most = Math.max(most, Math.abs(sum));
  }
  return most;
}

/** A point of the dual domain of the loss: -grad L somewhere. */
function somewhere(problem: Problem, seed: number, scope: Scope) {
  const data = prepareData(problem, 1, scope);
  const lambda = scope.vector(n);
  data.loss.negativeGradient(scope.copyIn(numbers(n, seed, 2)), lambda);
  return { data, lambda };
}

describe('dualBound', () => {
  it.each(losses)('any lambda gives a bound below the optimum of all patterns: %s', (loss) => {
    for (let seed = 1; seed <= 8; seed++) {
      const architecture = seed % 2 ? relu() : leakyRelu(0.3);
      const problem = problemOf(loss, seed);
      const scope = new Scope(openKernelsSync());
      const { X, y, beta } = problem;
      const options = { beta, loss, huberDelta: 0.4, bias: false, patterns: 'all', tolerance: 1e-8 } as const;
      const { objective } = trainSync(architecture, { data: X.data, shape: [n, d] }, y, options).certificate;
      for (let point = 0; point < 10; point++) {
        const { data, lambda } = somewhere(problem, 100 * seed + point, scope);
        const program = architecture.program(data, patternSource(architecture, data, scope).all(), scope);
        const norms = scope.copyOut(data.inverseNorms).map((inverse) => 1 / inverse);
        const bound = dualBound(program, lambda, norms, scope) * data.objectiveScale;
        expect(bound).toBeLessThanOrEqual(objective);
        expect(Number.isFinite(bound)).toBe(true);
      }
    }
  });

  it('scales lambda to be feasible for every direction, not only for the patterns: squared loss by hand', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const problem = problemOf('squared', seed);
      const scope = new Scope(openKernelsSync());
      const { data, lambda } = somewhere(problem, seed + 50, scope);
      const program = relu().program(data, patternSource(relu(), data, scope).all(), scope);
      const norms = scope.copyOut(data.inverseNorms).map((inverse) => 1 / inverse);
      const bound = dualBound(program, lambda, norms, scope);
      const point = scope.copyOut(lambda);
      const most = onCircle(scope.copyOut(data.X), point, 0);
      // g(t lambda) = t lambda^T y - t^2/2 |lambda|^2 at the best t of at most beta / M.
      let along = 0;
      let square = 0;
      const y = scope.view(scope.copyIn(problem.y)).slice();
      const unit = Math.sqrt(data.objectiveScale);
      point.forEach((entry, k) => {
        along += (entry * y[k]) / unit;
        square += entry * entry;
      });
      const scale = Math.min(program.beta / most, Math.max(0, along / square));
      expect(Math.abs(bound - (scale * along - 0.5 * scale * scale * square))).toBeLessThanOrEqual(
        1e-6 * Math.abs(bound) + 1e-12,
      );
    }
  });

  it('falls with the dual norm it is given, and is zero where that is infinite', () => {
    const problem = problemOf('squared', 3);
    const scope = new Scope(openKernelsSync());
    const data = prepareData(problem, 1, scope);
    const lambda = scope.vector(n);
    data.loss.negativeGradient(scope.zeros(n), lambda);
    const program = relu().program(data, patternSource(relu(), data, scope).all(), scope);
    const norms = scope.copyOut(data.inverseNorms).map((inverse) => 1 / inverse);
    const bounds = [1, 2, 4, 1e3].map((most) => dualBound(program, lambda, norms, scope, () => most * program.beta));
    for (let i = 1; i < bounds.length; i++) expect(bounds[i]).toBeLessThan(bounds[i - 1]);
    expect(dualBound(program, lambda, norms, scope, () => Number.POSITIVE_INFINITY)).toBeCloseTo(0, 12);
  });

  it('lowers bounds by more where rows are longer: rounding is paid for', () => {
    const problem = problemOf('squared', 4);
    const scope = new Scope(openKernelsSync());
    const { data, lambda } = somewhere(problem, 4, scope);
    const program = relu().program(data, patternSource(relu(), data, scope).all(), scope);
    const at = (size: number) => dualBound(program, lambda, new Float64Array(n).fill(size), scope);
    expect(at(1e12)).toBeLessThan(at(1));
  });

  it('is the same at any size of the data, which are powers of two', () => {
    for (const unit of [2 ** -30, 2 ** 30]) {
      const bounds = [1, unit].map((size) => {
        const scope = new Scope(openKernelsSync());
        const { data, lambda } = somewhere(problemOf('logistic', 7, size), 9, scope);
        const program = relu().program(data, patternSource(relu(), data, scope).all(), scope);
        const norms = scope.copyOut(data.inverseNorms).map((inverse) => 1 / inverse);
        return dualBound(program, lambda, norms, scope) * data.objectiveScale;
      });
      expect(bounds[1]).toBe(bounds[0]);
    }
  });
});
