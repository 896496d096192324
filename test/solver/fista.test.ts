import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import type { Program } from '../../src/program/program.js';
import { fista } from '../../src/solver/fista.js';
import { runSync } from '../../src/solver/run.js';
import { matrixProgram } from '../support/matrix-program.js';
import { describeSolver, makeProblem, solveProblem } from '../support/solver-contract.js';

describe('fista', () => {
  describeSolver(fista);

  it('makes about one product each way per iteration', () => {
    const problem = makeProblem({ loss: 'squared', samples: 20, outputs: 1, blocks: 20, ratio: 0.02, seed: 2 });
    const scope = new Scope(openKernelsSync());
    const program = matrixProgram(problem, scope);
    const calls = { apply: 0, applyTranspose: 0 };
    const counted: Program = {
      ...program,
      features: {
        ...program.features,
        apply(v, fit) {
          calls.apply++;
          program.features.apply(v, fit);
        },
        applyTranspose(lambda, g) {
          calls.applyTranspose++;
          program.features.applyTranspose(lambda, g);
        },
      },
    };
    const { iteration } = runSync(fista, counted, null, { tolerance: 1e-6, maxIterations: 5000 }, scope);
    expect(iteration).toBeGreaterThan(50);
    expect(calls.applyTranspose).toBe(iteration);
    // Growing by 1.25 undoes one shrinking by 0.8, so trials exceed iterations by as many as steps grow, rarely more than half.
    expect(calls.apply).toBeLessThanOrEqual(1.5 * iteration + 20);
  });

  it('is accelerated: thousands of plain steps would be needed on an ill-conditioned program', () => {
    const samples = 30;
    const entries = Float64Array.from({ length: samples * samples }, (_, i) =>
      i % (samples + 1) === 0 ? 1 / (1 + Math.floor(i / samples)) : 0,
    );
    const solution = solveProblem(
      fista,
      {
        samples,
        outputs: 1,
        matrices: [entries],
        lengths: [samples],
        blockOutput: null,
        nonnegative: false,
        loss: 'squared',
        y: new Float64Array(samples).fill(1),
        weights: null,
        beta: 1e-4,
      },
      1e-8,
    );
    expect(solution.status).toBe('optimal');
    expect(solution.iteration).toBeLessThan(1000);
  });
});
