import { describe, expect, it } from 'vitest';
import { solverNames, type TrainOptions } from '../../src/options.js';
import { trainSync } from '../../src/train.js';
import { lossNames } from '../support/loss-cases.js';
import { architectures, objectiveOf, randomCase } from '../train/problems.js';

// The contract of solvers runs on explicit matrices; here are the library's own feature maps, cones and penalties.
const families = Object.keys(architectures) as (keyof typeof architectures)[];
const recipes = families.flatMap((architecture) =>
  lossNames.flatMap((loss) =>
    [1, 2].map((outputs) => ({ architecture, loss, outputs: loss === 'softmax' ? outputs + 1 : outputs })),
  ),
);

describe.each(recipes)('$architecture, $loss, $outputs outputs', ({ architecture, loss, outputs }) => {
  const problem = randomCase({ architecture, loss, outputs, rows: 9, columns: 2, weighted: true, seed: 6 });
  const solve = (changes: Partial<TrainOptions>) =>
    trainSync(problem.architecture, problem.X, problem.y, { ...problem.options, beta: 0.3, patterns: { sample: 6 }, ...changes });
  const solved = solverNames.map((solver) => ({ solver, ...solve({ solver, tolerance: 1e-5, maxIterations: 20_000 }) }));

  it('is solved by every solver, to objectives that lie above all bounds', () => {
    for (const { solver, status, certificate, network } of solved) {
      expect(status, solver).toBe('optimal');
      const own = objectiveOf(network, { ...problem, options: { ...problem.options, beta: 0.3 } });
      expect(Math.abs(own / certificate.objective - 1), solver).toBeLessThanOrEqual(1e-9);
      for (const other of solved) expect(certificate.patternBound).toBeLessThanOrEqual(other.certificate.objective * (1 + 1e-12));
    }
  });
});
