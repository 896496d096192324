import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope, type Vector } from '../../src/core/scope.js';
import { isPause } from '../../src/pausing.js';
import type { Program, Solver } from '../../src/program/program.js';
import { runSync } from '../../src/solver/run.js';
import { lossNames } from './loss-cases.js';
import {
  type MatrixProblem,
  matrixProgram,
  multiplyPlain,
  optimalityResidual,
  type RandomOptions,
  randomMatrixProblem,
} from './matrix-program.js';

const shapes: readonly (Omit<RandomOptions, 'loss'> & { readonly what: string })[] = [
  { what: 'one output, few coefficients', samples: 20, outputs: 1, blocks: 5 },
  { what: 'one output, many coefficients', samples: 9, outputs: 1, blocks: 12, seed: 3 },
  { what: 'one output, cones, weights', samples: 15, outputs: 1, blocks: 9, nonnegative: true, weighted: true, seed: 5 },
  { what: 'coupled outputs, weights', samples: 8, outputs: 3, blocks: 12, weighted: true, seed: 2 },
  { what: 'separate outputs, many coefficients', samples: 7, outputs: 3, blocks: 20, separate: true, seed: 6 },
  {
    what: 'separate outputs, few coefficients, cones',
    samples: 12,
    outputs: 2,
    blocks: 5,
    separate: true,
    nonnegative: true,
    seed: 7,
  },
  { what: 'small beta', samples: 10, outputs: 2, blocks: 6, ratio: 0.01, weighted: true, seed: 8 },
];

/** Solves with a fresh instance and takes the result out. */
export function solveProblem(
  solver: Solver,
  problem: MatrixProblem,
  tolerance: number,
  start: Float64Array | null = null,
  maxIterations = 20000,
) {
  const scope = new Scope(openKernelsSync());
  const program = matrixProgram(problem, scope);
  const solution = runSync(solver, program, start && scope.copyIn(start), { tolerance, maxIterations }, scope);
  return { ...solution, v: scope.copyOut(solution.v), residual: optimalityResidual(problem, scope.copyOut(solution.v), scope) };
}

export const makeProblem = (options: RandomOptions) => randomMatrixProblem(options, new Scope(openKernelsSync()));

/** |v|_2 and |T v|_2 bounds for the residual: the largest row sums and column sums of |T|, so |T|^2 <= their product. */
function squaredNormBound(problem: MatrixProblem): number {
  const size = problem.lengths.reduce((sum, length) => sum + length, 0);
  const absolute = { ...problem, matrices: problem.matrices.map((matrix) => matrix.map(Math.abs)) };
  const rows = Math.max(...multiplyPlain(absolute, new Float64Array(size).fill(1)));
  let columns = 0;
  for (let c = 0; c < size; c++) {
    const unit = new Float64Array(size);
    unit[c] = 1;
    columns = Math.max(
      columns,
      multiplyPlain(absolute, unit).reduce((sum, value) => sum + value, 0),
    );
  }
  return rows * columns;
}

/** Objective of `v` from the plain matrices: independent of what the solver reports. */
function plainObjective(problem: MatrixProblem, v: Float64Array): number {
  const scope = new Scope(openKernelsSync());
  const { loss, regularizer, beta } = matrixProgram(problem, scope);
  return loss.value(scope.copyIn(multiplyPlain(problem, v))) + beta * regularizer.value(scope.copyIn(v));
}

/**
 * What every solver owes a program: the gap it was asked for, an optimum, honest figures, the same bits again.
 *
 * @param reference - a solver to agree with, itself under this contract.
 */
export function describeSolver(solver: Solver, reference: Solver | null = null): void {
  describe.each(shapes)('$what', ({ what: _what, ...shape }) => {
    const losses = lossNames.filter((loss) => loss !== 'softmax' || shape.outputs > 1);
    it.each(losses)('%s', (loss) => {
      const problem = makeProblem({ ...shape, loss });
      const solution = solveProblem(solver, problem, 1e-6);
      expect(solution.status).toBe('optimal');
      expect(solution.relativeGap).toBeLessThanOrEqual(1e-6);
      expect(solution.relativeGap).toBeGreaterThanOrEqual(-1e-12);
      expect(Math.abs(plainObjective(problem, solution.v) - solution.objective)).toBeLessThanOrEqual(1e-12 * solution.objective);
      if (problem.nonnegative) expect(Math.min(...solution.v)).toBeGreaterThanOrEqual(0);

      // One proximal gradient step of length 1/L lowers the objective by at least L/2 |step|^2, so the step is at most
      // sqrt(2 gap / L); the residual is that of a step of length one, which is at most max(1, L) times as long.
      const heaviest = problem.weights ? Math.max(...problem.weights) : 1;
      const lipschitz = squaredNormBound(problem) * heaviest;
      const gap = solution.objective - solution.bound;
      expect(solution.residual).toBeLessThanOrEqual(Math.max(1, lipschitz) * Math.sqrt((2 * gap) / lipschitz) + 1e-10);

      if (!reference) return;
      const other = solveProblem(reference, problem, 1e-6);
      // Each lies between its own bound and objective, and each bound is below the optimum.
      expect(other.bound).toBeLessThanOrEqual(solution.objective);
      expect(solution.bound).toBeLessThanOrEqual(other.objective);
    });
  });

  it('keeps the zero solution above the smallest beta that allows it, and leaves it below', () => {
    for (const loss of lossNames) {
      const options: RandomOptions = { loss, samples: 8, outputs: 2, blocks: 6, seed: 11 };
      expect(solveProblem(solver, makeProblem({ ...options, ratio: 1.001 }), 1e-9).v.every((value) => value === 0)).toBe(true);
      expect(solveProblem(solver, makeProblem({ ...options, ratio: 0.9 }), 1e-9).v.some((value) => value !== 0)).toBe(true);
    }
  });

  it('needs next to nothing when it starts from the optimum', () => {
    const problem = makeProblem({ loss: 'squared', samples: 12, outputs: 1, blocks: 8, seed: 12 });
    const exact = solveProblem(solver, problem, 1e-11);
    const again = solveProblem(solver, problem, 1e-6, exact.v);
    expect(again.iteration).toBeLessThanOrEqual(2);
    expect(again.objective).toBeLessThanOrEqual(exact.objective * (1 + 1e-12));
  });

  it('solves the same problem in other units', () => {
    const problem = makeProblem({ loss: 'squared', samples: 10, outputs: 1, blocks: 7, seed: 13 });
    const plain = solveProblem(solver, problem, 1e-8);
    for (const unit of [1e-6, 1e6]) {
      // Targets and beta times unit: v and the fit scale with it, the objective with its square.
      const targets = { ...problem, y: problem.y.map((value) => value * unit), beta: problem.beta * unit };
      const scaled = solveProblem(solver, targets, 1e-8);
      expect(scaled.status).toBe('optimal');
      expect(Math.abs(scaled.objective / (unit * unit) / plain.objective - 1)).toBeLessThanOrEqual(1e-8);
      // Features and beta times unit: v scales with its inverse, the objective stays.
      const features = {
        ...problem,
        matrices: problem.matrices.map((matrix) => matrix.map((value) => value * unit)),
        beta: problem.beta * unit,
      };
      const other = solveProblem(solver, features, 1e-8);
      expect(other.status).toBe('optimal');
      expect(Math.abs(other.objective / plain.objective - 1)).toBeLessThanOrEqual(1e-8);
    }
  });

  it('serves zero matrices, one sample and no samples', () => {
    const zero: MatrixProblem = {
      samples: 3,
      outputs: 1,
      matrices: [new Float64Array(6), new Float64Array(3)],
      lengths: [2, 1],
      blockOutput: null,
      nonnegative: false,
      loss: 'squared',
      y: Float64Array.of(1, 2, 2),
      weights: null,
      beta: 0.5,
    };
    expect(solveProblem(solver, zero, 1e-6)).toMatchObject({ status: 'optimal', objective: 4.5, v: new Float64Array(3) });
    const one = { ...zero, samples: 1, matrices: [Float64Array.of(1, 0), Float64Array.of(1)], y: Float64Array.of(2) };
    // min 1/2 (s - 2)^2 + 1/2 s over the sum s of the two active coordinates: s = 1.5.
    expect(solveProblem(solver, one, 1e-9).objective).toBeCloseTo(0.875, 8);
    const none = { ...zero, samples: 0, matrices: [new Float64Array(0), new Float64Array(0)], y: new Float64Array(0) };
    expect(solveProblem(solver, none, 1e-6)).toMatchObject({ status: 'optimal', objective: 0 });
  });

  it('gives the same bits again, and allocates nothing while it iterates', () => {
    const problem = makeProblem({ loss: 'logistic', samples: 12, outputs: 2, blocks: 9, weighted: true, seed: 14 });
    expect(solveProblem(solver, problem, 1e-7)).toEqual(solveProblem(solver, problem, 1e-7));
    const used: number[] = [];
    const scope = new Scope(openKernelsSync());
    const program: Program = matrixProgram(problem, scope);
    let v: Vector | null = null;
    for (const iterate of solver.solve(program, null, { tolerance: 1e-7, maxIterations: 50 }, scope)) {
      if (isPause(iterate)) continue;
      used.push(scope.used);
      expect(iterate.v.address).toBe((v ?? iterate.v).address);
      v = iterate.v;
    }
    expect(new Set(used).size).toBe(1);
  });
}
