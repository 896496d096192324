import { describe, expect, it } from 'vitest';
import { relu } from '../../src/architectures/two-layer.js';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { samplePatterns } from '../../src/patterns/sample.js';
import type { Solver } from '../../src/program/program.js';
import { prepareData } from '../../src/program/training-data.js';
import { admm } from '../../src/solver/admm.js';
import { fista } from '../../src/solver/fista.js';
import { newton } from '../../src/solver/newton.js';
import { runSync } from '../../src/solver/run.js';
import { stateProblem } from '../../src/training/problem.js';
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
