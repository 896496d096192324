import { describe, expect, it } from 'vitest';
import { relu } from '../../src/architectures/two-layer.js';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { samplePatterns } from '../../src/patterns/sample.js';
import { DenseFeatures } from '../../src/program/dense-features.js';
import { createLoss } from '../../src/program/losses.js';
import type { Iterate, Solver } from '../../src/program/program.js';
import { ConeGroupNorm } from '../../src/program/regularizers.js';
import { prepareData } from '../../src/program/training-data.js';
import { admm } from '../../src/solver/admm.js';
import { fista } from '../../src/solver/fista.js';
import { newton } from '../../src/solver/newton.js';
import { runSync } from '../../src/solver/run.js';
import { stateProblem } from '../../src/training/problem.js';
import { numbers } from '../support/kernel-harness.js';
import { lossNames } from '../support/loss-cases.js';
import { describeSolver } from '../support/solver-contract.js';
import { architectures, type Case, randomCase } from '../train/problems.js';

describe('newton', () => {
  describeSolver(newton, fista);
});

/** Solves the program of some sampled patterns of a case, without column generation and without a network. */
function solveCones(
  solver: Solver,
  { architecture, X, y, options }: Case,
  tolerance: number,
  share: number,
  maxIterations = 20000,
) {
  const scope = new Scope(openKernelsSync());
  const stated = stateProblem(architecture, X, y, options);
  const data = prepareData(stated, architecture.degree, scope);
  const patterns = samplePatterns(data.X, data.samples, data.columns, 14, 1, scope);
  const unit = architecture.program(data, patterns, scope);
  const lambda = scope.vector(data.samples * data.outputs);
  unit.loss.negativeGradient(scope.zeros(lambda.length), lambda);
  const g = scope.vector(unit.features.offsets[unit.features.offsets.length - 1]);
  unit.features.applyTranspose(lambda, g);
  // beta as a share of the smallest that gives zero.
  const program = { ...unit, beta: share * unit.regularizer.dualNorm(g) };
  const solution = runSync(solver, program, null, { tolerance, maxIterations }, scope);
  return { ...solution, v: scope.copyOut(solution.v), beta: program.beta };
}

const cone = (recipe: Parameters<typeof randomCase>[0], bias = true): Case =>
  randomCase({ rows: 16, columns: 2, outputs: recipe.loss === 'softmax' ? 3 : 1, ...recipe, options: { bias } });

describe('solvers on cone programs', () => {
  const settings = lossNames.flatMap((loss) => ['relu', 'leaky 0.2', 'absolute'].map((architecture) => ({ loss, architecture })));

  it.each(settings)('newton, fista and admm agree: $loss, $architecture', (setting) => {
    for (const [share, seed] of [
      [0.5, 1],
      [0.1, 2],
      [0.02, 3],
    ]) {
      const problem = cone({ ...setting, seed, weighted: seed === 2 });
      const best = solveCones(newton, problem, 1e-7, share);
      expect(best.status).toBe('optimal');
      for (const other of [fista, admm]) {
        const found = solveCones(other, problem, 1e-6, share);
        // Each bound is below the other's objective; both gaps are small: so objectives agree to 1e-6.
        expect(found.bound).toBeLessThanOrEqual(best.objective * (1 + 1e-12));
        expect(best.bound).toBeLessThanOrEqual(found.objective * (1 + 1e-12));
        if (found.status === 'optimal') expect(Math.abs(found.objective / best.objective - 1)).toBeLessThanOrEqual(1.1e-6);
        // The simple solvers may need longer than we wait at the smallest beta.
        else expect(share).toBeLessThan(0.05);
      }
    }
  });

  it('softmax couples the outputs: conjugate gradients in either form of the system', () => {
    for (const [rows, columns] of [
      [6, 3],
      [40, 1],
      [25, 2],
    ]) {
      const problem = cone({ loss: 'softmax', rows, columns, seed: rows, weighted: true });
      expect(solveCones(newton, problem, 1e-8, 0.1).status).toBe('optimal');
    }
  });

  it('beta at the edge: zero just above, something just below, optimal at all of them', () => {
    for (const loss of lossNames) {
      const problem = cone({ loss, seed: 4 });
      for (const share of [1 + 1e-6, 1 + 1e-12, 1, 1 - 1e-12, 1 - 1e-6, 1 - 1e-3]) {
        const { status, v } = solveCones(newton, problem, 1e-9, share);
        expect(status, `${loss} ${share}`).toBe('optimal');
        if (share > 1 + 1e-9) expect(v.every((entry) => entry === 0)).toBe(true);
        if (share < 0.9995) expect(v.some((entry) => entry !== 0)).toBe(true);
      }
    }
  });

  it('the smallest programs, targets of zero, rows that are all equal', () => {
    for (const [rows, columns] of [
      [1, 1],
      [2, 1],
      [1, 4],
      [5, 1],
    ]) {
      for (const bias of [true, false])
        expect(solveCones(newton, cone({ rows, columns, seed: 2 }, bias), 1e-9, 0.3).status).toBe('optimal');
    }
    const problem = cone({ seed: 3 });
    const same = { ...problem, X: problem.X.map(() => problem.X[0]) };
    expect(solveCones(newton, same, 1e-9, 0.2).status).toBe('optimal');
    const nothing = { ...problem, y: problem.X.map(() => 0), options: { beta: 1, bias: true } };
    const scope = new Scope(openKernelsSync());
    const data = prepareData(stateProblem(relu(), nothing.X, nothing.y, nothing.options), 1, scope);
    const program = relu().program(data, samplePatterns(data.X, data.samples, data.columns, 5, 1, scope), scope);
    expect(runSync(newton, program, null, { tolerance: 1e-9, maxIterations: 10 }, scope)).toMatchObject({
      status: 'optimal',
      objective: 0,
      iteration: 0,
    });
  });

  it('takes few steps at the usual betas', () => {
    for (const loss of ['squared', 'logistic', 'huber', 'squaredHinge'] as const) {
      for (const architecture of Object.keys(architectures)) {
        const { iteration, status } = solveCones(
          newton,
          cone({ loss, architecture, rows: 40, columns: 4, seed: 7 }),
          1e-6,
          0.1,
          200,
        );
        expect(status).toBe('optimal');
        expect(iteration, `${loss} ${architecture}`).toBeLessThanOrEqual(60);
      }
    }
  });

  it('a beta of 1e-4 of the largest, for every loss', () => {
    for (const loss of lossNames)
      expect(solveCones(newton, cone({ loss, seed: 6 }), 1e-6, 1e-4, 3000).status, loss).toBe('optimal');
  });
});

describe('newton where factors are dear and products cheap', () => {
  const samples = 700;
  const width = 700;
  const noise = Float64Array.from(numbers(width * samples, 3));
  /** 70 blocks of 10 columns; targets made by the first three. */
  function solveDense(solver: Solver, { tolerance = 1e-8, maxIterations = 20000, nonnegative = false, warm = false } = {}) {
    const scope = new Scope(openKernelsSync());
    const columns = scope.copyIn(noise);
    const offsets = Array.from({ length: width / 10 + 1 }, (_, b) => 10 * b);
    const copies = [{ output: 0, sign: 1 }] as const;
    const features = new DenseFeatures({ columns, samples, outputs: 1, offsets, copies }, scope);
    const y = new Float64Array(samples);
    for (let j = 0; j < 30; j++) for (let k = 0; k < samples; k++) y[k] += noise[j * samples + k] * (j % 3 === 0 ? 1 : -0.5);
    // Rows of the identity: nonnegative blocks.
    const identity = scope.copyIn(Float64Array.from({ length: 100 }, (_, at) => (at % 11 === 0 ? 1 : 0)));
    const inverseNorms = scope.copyIn(new Float64Array(10).fill(1));
    const bits = scope.copyInBytes(new Uint8Array(16).fill(255));
    const cones = nonnegative ? () => ({ rows: identity, inverseNorms, count: 10, bits }) : null;
    const program = {
      features,
      loss: createLoss('squared', y, samples, 1, null, scope, {}),
      regularizer: new ConeGroupNorm(width / 10, 10, cones, scope),
      beta: 5,
    };
    const iterations: number[] = [];
    const options = { tolerance, maxIterations, onProgress: ({ iteration }: Iterate) => void iterations.push(iteration) };
    const start = warm ? scope.zeros(width) : null;
    const solution = runSync(solver, program, start, options, scope);
    return { ...solution, v: scope.copyOut(solution.v), iterations };
  }

  it('first-order iterations come first, and the optimum is that of fista', () => {
    const found = solveDense(newton);
    const other = solveDense(fista);
    expect(found.status).toBe('optimal');
    expect(found.bound).toBeLessThanOrEqual(other.objective);
    expect(other.bound).toBeLessThanOrEqual(found.objective);
    // They start as fista does, one iteration after the other, and end in fewer steps.
    expect(found.iterations.slice(0, 5)).toEqual(other.iterations.slice(0, 5));
    expect(found.iteration).toBeLessThan(other.iteration);
    expect(new Set(found.iterations).size).toBeGreaterThanOrEqual(found.iteration);
  });

  it('cones and warm starts go without: a Newton step is the first', () => {
    expect(solveDense(newton, { nonnegative: true }).iterations[0]).toBe(0);
    expect(solveDense(newton, { warm: true }).iterations[0]).toBe(0);
    expect(solveDense(newton).iterations[0]).toBe(1);
  });

  it('the limit of iterations counts both', () => {
    for (const limit of [1, 3, 10]) {
      const { iteration, status, objective, bound } = solveDense(newton, { maxIterations: limit });
      expect({ iteration, status }).toEqual({ iteration: limit, status: 'iteration-limit' });
      expect(bound).toBeLessThan(objective);
    }
  });
});

describe('newton from a known optimum', () => {
  const settings = lossNames.flatMap((loss) => ['relu', 'leaky 0.2'].map((architecture) => ({ loss, architecture }) as const));

  /** A program of sampled patterns, and its optimum with the dual variable. */
  function solved({ loss, architecture }: (typeof settings)[number], beta: number) {
    const scope = new Scope(openKernelsSync());
    const { X, y, options, ...own } = randomCase({
      loss,
      architecture,
      rows: 40,
      columns: 3,
      outputs: loss === 'softmax' ? 3 : 1,
      seed: 4,
      options: { beta },
    });
    const data = prepareData(stateProblem(own.architecture, X, y, options), own.architecture.degree, scope);
    const patterns = samplePatterns(data.X, data.samples, data.columns, 30, 1, scope);
    const program = own.architecture.program(data, patterns, scope);
    const first = runSync(newton, program, null, { tolerance: 1e-7, maxIterations: 500 }, scope);
    return { scope, program, v: scope.copyIn(scope.copyOut(first.v)), dual: scope.copyIn(scope.copyOut(first.lambda)), first };
  }

  it.each(settings)(
    'takes three steps at most with v and lambda, to the tolerance they have: $loss, $architecture',
    (setting) => {
      for (const beta of [1, 0.1]) {
        const { scope, program, v, dual, first } = solved(setting, beta);
        const again = runSync(newton, program, v, { tolerance: 1e-6, maxIterations: 500, dual }, scope);
        expect(again.status).toBe('optimal');
        expect(again.iteration).toBeLessThanOrEqual(3);
        expect(again.objective).toBeLessThanOrEqual(first.objective * (1 + 1e-12));
      }
    },
  );

  it.each(settings)('reaches the optimum from a dual variable that is far from it: $loss, $architecture', (setting) => {
    const { scope, program, v, first } = solved(setting, 0.1);
    const start = scope.copyIn(scope.copyOut(v).map((entry, i) => entry * (1 + 0.5 * Math.sign((i % 3) - 1))));
    const copy = scope.copyIn(
      Float64Array.from({ length: program.features.samples * program.features.outputs }, (_, k) => 0.01 * (k % 2 === 0 ? 1 : -1)),
    );
    const again = runSync(newton, program, start, { tolerance: 1e-6, maxIterations: 500, dual: copy }, scope);
    expect(again.status).toBe('optimal');
    expect(Math.abs(again.objective / first.objective - 1)).toBeLessThanOrEqual(2e-6);
  });
});
