import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { createLoss } from '../../src/program/losses.js';
import { admm } from '../../src/solver/admm.js';
import { fista } from '../../src/solver/fista.js';
import { LossProx } from '../../src/solver/loss-prox.js';
import { NormalEquations } from '../../src/solver/normal-equations.js';
import { lossNames, randomLossCase, uniform } from '../support/loss-cases.js';
import { matrixProgram, multiplyPlain, multiplyTransposedPlain } from '../support/matrix-program.js';
import { describeSolver, makeProblem } from '../support/solver-contract.js';

const eps = 2 ** -52;

describe('admm', () => {
  describeSolver(admm, fista);
});

describe('normal equations', () => {
  const shapes = [
    { samples: 12, outputs: 1, blocks: 3 },
    { samples: 4, outputs: 1, blocks: 9 },
    { samples: 9, outputs: 3, blocks: 4, separate: true },
    { samples: 3, outputs: 3, blocks: 12, separate: true },
    { samples: 3, outputs: 2, blocks: 8 },
  ];
  it.each(shapes)('solves with either Gram matrix: %o', (shape) => {
    const problem = makeProblem({ loss: 'squared', ...shape });
    const next = uniform(3);
    const weights = Float64Array.from({ length: shape.samples * shape.outputs }, () => 1 + next());
    const scope = new Scope(openKernelsSync());
    const equations = new NormalEquations(matrixProgram(problem, scope).features, weights, scope);
    const size = problem.lengths.reduce((sum, length) => sum + length, 0);
    const b = Float64Array.from({ length: size }, next);
    let columnSquares = 0;
    for (let c = 0; c < size; c++) {
      const unit = Float64Array.from({ length: size }, (_, i) => (i === c ? 1 : 0));
      columnSquares += multiplyPlain(problem, unit).reduce((sum, value, k) => sum + weights[k] * value * value, 0);
    }
    expect(Math.abs(equations.meanDiagonal * size - columnSquares)).toBeLessThanOrEqual(1e-13 * columnSquares);
    for (const shift of [1, 1e-3, 50]) {
      equations.prepare(shift);
      const solved = scope.vector(size);
      equations.solve(scope.copyIn(b), solved);
      const x = scope.copyOut(solved);
      const fit = multiplyPlain(problem, x).map((value, k) => value * weights[k]);
      const product = multiplyTransposedPlain(problem, fit).map((value, i) => value + shift * x[i]);
      // Backward error of a Cholesky solve, and the subtraction b - .. of the sample form, divided by the shift.
      const bound = 64 * size * size * eps * (1 + columnSquares / shift) * (1 + columnSquares);
      for (let i = 0; i < size; i++) expect(Math.abs(product[i] - b[i])).toBeLessThanOrEqual(bound);
    }
  });
});

describe('prox of a loss', () => {
  it.each(lossNames)('%s: the gradient balances the distance to the centre', (name) => {
    for (const outputs of [1, 3]) {
      const problem = randomLossCase(name, 6, outputs, true, 5);
      problem.weights?.set([0], 0);
      const scope = new Scope(openKernelsSync());
      const loss = createLoss(name, problem.y, 6, outputs, problem.weights, scope);
      const prox = new LossProx(loss, 6 * outputs, scope);
      const lambda = scope.vector(6 * outputs);
      for (const rho of [1e-6, 0.1, 1, 1e4]) {
        for (const size of [0, 1, 40]) {
          const center = problem.fit(size);
          const f = scope.copyIn(problem.fit(100));
          prox.solve(scope.copyIn(center), rho, f);
          loss.negativeGradient(f, lambda);
          const result = scope.copyOut(f);
          scope.copyOut(lambda).forEach((value, k) => {
            const rounding = rho * (Math.abs(result[k]) + Math.abs(center[k])) + Math.abs(value) + loss.smoothness;
            expect(Math.abs(rho * (result[k] - center[k]) - value)).toBeLessThanOrEqual(
              256 * eps * rounding * (1 + Math.abs(result[k])),
            );
          });
        }
      }
    }
  });
});
