import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { createLoss, type LossName } from '../../src/program/losses.js';
import { type LossCase, lossNames, randomLossCase } from '../support/loss-cases.js';

const eps = 2 ** -52;
const delta = 0.7;

/** A loss together with plain-array access to its functions. */
function open({ name, y, samples, outputs, weights, offset }: LossCase) {
  const scope = new Scope(openKernelsSync());
  const loss = createLoss(name, y, samples, outputs, weights, scope, { huberDelta: delta, offset });
  const count = samples * outputs;
  const into = (write: (out: ReturnType<Scope['vector']>) => void) => {
    const canary = scope.copyIn(new Float64Array(count + 2).fill(0.125));
    write({ address: canary.address + 8, length: count });
    const all = scope.copyOut(canary);
    expect([all[0], all[count + 1]]).toEqual([0.125, 0.125]);
    return all.slice(1, count + 1);
  };
  return {
    loss,
    value: (f: Float64Array) => loss.value(scope.copyIn(f)),
    gradient: (f: Float64Array) => into((out) => loss.negativeGradient(scope.copyIn(f), out)),
    curvature: (f: Float64Array) => into((out) => loss.curvature(scope.copyIn(f), out)),
    hessian: (f: Float64Array, x: Float64Array) => into((out) => loss.applyCurvature?.(scope.copyIn(f), scope.copyIn(x), out)),
    dual: (lambda: Float64Array, scale: number) => loss.dualValue(scope.copyIn(lambda), scale),
    bestScale: (lambda: Float64Array, limit: number) => loss.bestScale(scope.copyIn(lambda), limit),
  };
}

/** The table of math.md term by term, with the functions of the machine. */
function naiveValue({ name, y, samples, outputs, weights, offset }: LossCase, fit: Float64Array): number {
  const f = offset ? fit.map((entry, k) => entry + offset[k]) : fit;
  let sum = 0;
  for (let k = 0; k < samples; k++) {
    const weight = weights ? weights[k] : 1;
    let exponentials = 0;
    let top = -Infinity;
    for (let c = 0; c < outputs; c++) top = Math.max(top, f[c * samples + k]);
    for (let c = 0; c < outputs; c++) {
      const at = c * samples + k;
      const r = y[at] - f[at];
      const margin = Math.max(0, 1 - y[at] * f[at]);
      exponentials += Math.exp(f[at] - top);
      if (name === 'squared') sum += weight * 0.5 * r * r;
      else if (name === 'squaredHinge') sum += weight * 0.5 * margin * margin;
      else if (name === 'huber') sum += weight * (Math.abs(r) <= delta ? 0.5 * r * r : delta * Math.abs(r) - 0.5 * delta * delta);
      else if (name === 'logistic') sum += weight * (Math.max(0, -y[at] * f[at]) + Math.log1p(Math.exp(-Math.abs(f[at]))));
      else sum -= weight * y[at] * (f[at] - top);
    }
    if (name === 'softmax') sum += weight * Math.log(exponentials);
  }
  return sum;
}

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, k) => sum + value * b[k], 0);
const absoluteDot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, k) => sum + Math.abs(value * b[k]), 0);

/** Size of the largest quantities that enter value, dual value and lambda^T f: rounding is a multiple of eps times it. */
function magnitude(problem: LossCase, f: Float64Array, lambda: Float64Array, value: number): number {
  const weights = Float64Array.from(lambda, (_, k) => (problem.weights ? problem.weights[k % problem.samples] : 1));
  const squares = lambda.reduce((sum, l, k) => sum + (weights[k] > 0 ? (l * l) / weights[k] : 0), 0);
  const moved = problem.offset ? absoluteDot(lambda, problem.offset) : 0;
  const products = absoluteDot(lambda, f) + absoluteDot(lambda, problem.y) + moved;
  return Math.abs(value) + products + squares + weights.reduce((a, b) => a + b, 0);
}

describe.each(lossNames)('%s', (name: LossName) => {
  const sizes = [0, 1, 2, 3, 7, 16];
  const cases = sizes.flatMap((samples) =>
    [1, 3].flatMap((outputs) =>
      [false, true].flatMap((weighted) =>
        [false, true].map((moved) => randomLossCase(name, samples, outputs, weighted, 10 * samples + outputs, moved)),
      ),
    ),
  );

  it('has the value of the table at every size', () => {
    for (const problem of cases) {
      const opened = open(problem);
      const f = problem.fit(1.5);
      const expected = naiveValue(problem, f);
      const bound = 8 * eps * (f.length + 8) * (expected + magnitude(problem, f, opened.gradient(f), expected));
      expect(Math.abs(opened.value(f) - expected)).toBeLessThanOrEqual(bound);
    }
  });

  it('has the derivatives that central differences show', () => {
    const h = 2 ** -17;
    for (const problem of cases) {
      const opened = open(problem);
      const f = problem.fit(1.5);
      const lambda = opened.gradient(f);
      const curvature = opened.curvature(f);
      // Third derivatives are below the weight; kinks of the second derivative add weight * h at most.
      const heaviest = problem.weights ? Math.max(1, ...problem.weights) : 1;
      for (let k = 0; k < f.length; k++) {
        const up = f.slice();
        const down = f.slice();
        up[k] += h;
        down[k] -= h;
        const slope = (opened.value(up) - opened.value(down)) / (2 * h);
        expect(Math.abs(slope + lambda[k])).toBeLessThanOrEqual(
          h * h * heaviest + (8 * eps * f.length * (1 + opened.value(f))) / h,
        );
        const bend = (opened.gradient(down)[k] - opened.gradient(up)[k]) / (2 * h);
        expect(Math.abs(bend - curvature[k])).toBeLessThanOrEqual(h * h * heaviest + (16 * eps * heaviest * 4) / h);
      }
    }
  });

  it('attains Fenchel equality at the gradient, also at extreme fits', () => {
    for (const problem of cases) {
      const opened = open(problem);
      for (const size of [1e-150, 1e-3, 1, 30, 1e3, 1e150]) {
        const f = problem.fit(size);
        const lambda = opened.gradient(f);
        const value = opened.value(f);
        const bound = 16 * eps * (f.length + 4) * magnitude(problem, f, lambda, value);
        expect(Math.abs(value + dot(lambda, f) - opened.dual(lambda, 1))).toBeLessThanOrEqual(bound);
        for (const number of [...lambda, ...opened.curvature(f)]) expect(Number.isFinite(number)).toBe(true);
      }
    }
  });

  it('never has a dual value above L(f) + lambda^T f (Fenchel-Young)', () => {
    const entry = fc.double({ min: -50, max: 50, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(entry, { minLength: 6, maxLength: 6 }),
        fc.array(entry, { minLength: 6, maxLength: 6 }),
        fc.nat(50),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.boolean(),
        (a, b, seed, scale, moved) => {
          const problem = randomLossCase(name, 2, 3, true, seed, moved);
          const opened = open(problem);
          const lambda = opened.gradient(Float64Array.from(a));
          const f = Float64Array.from(b);
          const value = opened.value(f);
          const dual = opened.dual(lambda, scale);
          expect(dual).toBeGreaterThan(-Infinity);
          expect(dual).toBeLessThanOrEqual(value + scale * dot(lambda, f) + 64 * eps * magnitude(problem, f, lambda, value));
        },
      ),
      { numRuns: 200, seed: 7 },
    );
  });

  it('scales a dual point as well as any other scale does', () => {
    for (const problem of cases) {
      const opened = open(problem);
      const lambda = opened.gradient(problem.fit(2));
      for (const limit of [0, 0.3, 1, 5, Infinity]) {
        const scale = opened.bestScale(lambda, limit);
        expect(scale).toBeGreaterThanOrEqual(0);
        expect(scale).toBeLessThanOrEqual(limit);
        if (name === 'logistic' || name === 'softmax') {
          expect(scale).toBe(Math.min(1, limit));
          continue;
        }
        const best = opened.dual(lambda, scale);
        const rounding = 64 * eps * (1 + magnitude(problem, lambda, lambda, 0));
        const top = Math.min(limit, name === 'huber' ? 1 : 3);
        for (let i = 0; i <= 20; i++) expect(opened.dual(lambda, (top * i) / 20)).toBeLessThanOrEqual(best + rounding);
      }
    }
  });

  it('says how large its curvature can be', () => {
    for (const problem of cases) {
      const opened = open(problem);
      for (const size of [0, 0.1, 2]) {
        const f = problem.fit(size);
        for (const number of opened.curvature(f)) expect(number).toBeLessThanOrEqual(opened.loss.smoothness * (1 + 4 * eps));
        if (!opened.loss.applyCurvature) continue;
        const x = problem.fit(1);
        expect(dot(x, opened.hessian(f, x))).toBeLessThanOrEqual(opened.loss.smoothness * dot(x, x) * (1 + 1e-13));
      }
    }
  });

  it('with an offset is the loss of fit plus offset, and g gains - lambda^T o', () => {
    const problem = randomLossCase(name, 5, 3, true, 21, true);
    const offset = problem.offset as Float64Array;
    const [moved, plain] = [open(problem), open({ ...problem, offset: null })];
    const f = problem.fit(1.5);
    const there = f.map((entry, k) => entry + offset[k]);
    const lambda = moved.gradient(f);
    expect(moved.value(f)).toBe(plain.value(there));
    expect(lambda).toEqual(plain.gradient(there));
    expect(moved.curvature(f)).toEqual(plain.curvature(there));
    for (const scale of [0, 0.4, 1])
      expect(moved.dual(lambda, scale)).toBeCloseTo(plain.dual(lambda, scale) - scale * dot(lambda, offset), 12);
    if (name === 'softmax') expect(moved.hessian(f, offset)).toEqual(plain.hessian(there, offset));
  });

  it('finds the fit of a dual point, the offset taken off', () => {
    const problem = randomLossCase(name, 4, 3, true, 22, true);
    const scope = new Scope(openKernelsSync());
    const { y, samples, outputs, weights, offset } = problem;
    const loss = createLoss(name, y, samples, outputs, weights, scope, { huberDelta: delta, offset });
    const opened = open(problem);
    const lambda = opened.gradient(problem.fit(0.2));
    const fit = scope.vector(lambda.length);
    loss.fitOfDual(scope.copyIn(lambda), 0.5, fit);
    opened.gradient(scope.copyOut(fit)).forEach((entry, k) => {
      expect(Math.abs(entry - 0.5 * lambda[k])).toBeLessThanOrEqual(1e-11);
    });
  });

  it('leaves out samples of weight zero, whatever their fit', () => {
    const problem = randomLossCase(name, 3, 2, true, 5);
    problem.weights?.set([0, 2, 0]);
    const opened = open(problem);
    const f = problem.fit(1);
    const other = f.slice();
    for (const k of [0, 2, 3, 5]) other[k] = 1e300;
    expect(opened.value(other)).toBe(opened.value(f));
    expect(opened.gradient(other)).toEqual(opened.gradient(f));
    const lambda = opened.gradient(f);
    for (const k of [0, 2, 3, 5]) expect(Math.abs(lambda[k])).toBe(0);
    expect(opened.dual(lambda, 1)).toBeGreaterThan(-Infinity);
    lambda[0] = 1e-30;
    expect(opened.dual(lambda, 1)).toBe(-Infinity);
  });

  it('counts a weight of two as the sample twice', () => {
    const problem = randomLossCase(name, 2, 2, true, 9);
    problem.weights?.set([2, 1]);
    const twice: LossCase = {
      ...problem,
      samples: 3,
      weights: null,
      y: Float64Array.from([0, 0, 1, 2, 2, 3], (k) => problem.y[k]),
    };
    const f = problem.fit(1);
    const copied = Float64Array.from([0, 0, 1, 2, 2, 3], (k) => f[k]);
    expect(open(problem).value(f)).toBeCloseTo(open(twice).value(copied), 13);
    const lambda = open(twice).gradient(copied);
    const merged = Float64Array.of(lambda[0] + lambda[1], lambda[2], lambda[3] + lambda[4], lambda[5]);
    expect(open(problem).dual(merged, 1)).toBeCloseTo(open(twice).dual(lambda, 1), 13);
  });
});

describe('domains of the dual', () => {
  const dualAt = (name: LossName, y: number[], lambda: number[], outputs = 1) =>
    open({
      name,
      y: Float64Array.from(y),
      samples: y.length / outputs,
      outputs,
      weights: null,
      fit: () => new Float64Array(y.length),
    }).dual(Float64Array.from(lambda), 1);

  it('is minus infinity outside', () => {
    expect(dualAt('logistic', [1], [1.0000001])).toBe(-Infinity);
    expect(dualAt('logistic', [1], [-1e-300])).toBe(-Infinity);
    expect(dualAt('squaredHinge', [-1], [0.1])).toBe(-Infinity);
    expect(dualAt('huber', [3], [0.71])).toBe(-Infinity);
    expect(dualAt('softmax', [1, 0], [0.5, -0.4], 2)).toBe(-Infinity);
    expect(dualAt('softmax', [1, 0], [-0.1, 0.1], 2)).toBe(-Infinity);
  });

  it('is finite and exact on the boundary', () => {
    expect(dualAt('logistic', [1, -1], [1, 0])).toBe(0);
    expect(dualAt('squaredHinge', [1], [0])).toBe(0);
    expect(dualAt('huber', [3], [0.7])).toBeCloseTo(0.7 * 3 - 0.245, 15);
    expect(dualAt('softmax', [1, 0], [1, -1], 2)).toBe(0);
  });

  it('keeps the entropy of tiny probabilities', () => {
    const p = 1e-200;
    const expected = p - p * Math.log(p);
    expect(dualAt('logistic', [1], [p]) / expected).toBeCloseTo(1, 14);
    expect(dualAt('softmax', [1, 0], [p, -p], 2) / expected).toBeCloseTo(1, 14);
  });
});

it('softmax multiplies with its whole Hessian', () => {
  const problem = randomLossCase('softmax', 5, 4, true, 3);
  const opened = open(problem);
  const f = problem.fit(2);
  const x = problem.fit(1);
  const h = 2 ** -18;
  const up = opened.gradient(f.map((value, k) => value + h * x[k]));
  const down = opened.gradient(f.map((value, k) => value - h * x[k]));
  const product = opened.hessian(f, x);
  const size = Math.max(...x.map(Math.abs), 1);
  for (let k = 0; k < f.length; k++) {
    expect(Math.abs((down[k] - up[k]) / (2 * h) - product[k])).toBeLessThanOrEqual(
      opened.loss.smoothness * 2 * (h * h * size ** 3 + (16 * eps) / h),
    );
  }
  // Its diagonal is `curvature`.
  const curvature = opened.curvature(f);
  for (let k = 0; k < f.length; k++) {
    const unit = new Float64Array(f.length);
    unit[k] = 1;
    expect(opened.hessian(f, unit)[k]).toBeCloseTo(curvature[k], 14);
  }
});

it('refuses targets and weights of other sizes', () => {
  const scope = new Scope(openKernelsSync());
  expect(() => createLoss('squared', new Float64Array(3), 2, 1, null, scope)).toThrow('3 targets for 1 x 2');
  expect(() => createLoss('squared', new Float64Array(2), 2, 1, new Float64Array(1), scope)).toThrow('1 weights for 2 samples');
  const offset = new Float64Array(3);
  expect(() => createLoss('squared', new Float64Array(2), 2, 1, null, scope, { offset })).toThrow('3 offsets for 2 targets');
});
