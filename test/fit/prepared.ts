import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { prepareData } from '../../src/program/training-data.js';
import { stateProblem } from '../../src/training/problem.js';
import { lossNames } from '../support/loss-cases.js';
import { type Case, randomCase } from '../train/problems.js';

/** A case with its data in an arena of its own. */
export function prepare({ architecture, X, y, options }: Case) {
  const scope = new Scope(openKernelsSync());
  const data = prepareData(stateProblem(architecture, X, y, options), architecture.degree, scope);
  return { scope, data, architecture };
}

/** Every loss with units of three slopes. */
export const settings = lossNames.flatMap((loss) =>
  (['relu', 'leaky 0.2', 'absolute'] as const).map((architecture) => ({ loss, architecture })),
);

export const caseOf = ({ loss, architecture }: (typeof settings)[number], options: Partial<Case['options']> = {}): Case =>
  randomCase({ loss, architecture, rows: 25, columns: 3, outputs: loss === 'softmax' ? 3 : 1, seed: 3, weighted: true, options });
