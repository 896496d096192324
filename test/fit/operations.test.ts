import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../src/architectures/architecture.js';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import type { PatternChoice } from '../../src/fit/choose-patterns.js';
import { fit } from '../../src/fit/fit.js';
import { gatedRelu, relu } from '../../src/index.js';
import { isPause, operationsPerPause } from '../../src/pausing.js';
import { newton } from '../../src/solver/newton.js';
import { choleskySteps, symmetricProductSteps } from '../../src/solver/pausing-kernels.js';
import { stateProblem } from '../../src/training/problem.js';
import { countedKernels } from '../support/counted-kernels.js';
import { numbers } from '../support/kernel-harness.js';

/** What the last part before a pause may add: a pass over the table, or one start of a search. */
const slack = 1.25;

/** Most operations between two pauses, and all of them. */
function measure(steps: Iterator<unknown>, take: () => number, until: (count: number) => boolean) {
  let [most, total, values] = [0, 0, 0];
  take();
  for (let next = steps.next(); !next.done; next = steps.next()) {
    const spent = take();
    most = Math.max(most, spent);
    total += spent;
    if (!isPause(next.value) && until(++values)) break;
  }
  const rest = take();
  return { most: Math.max(most, rest), total: total + rest };
}

function measureFit(architecture: Architecture, rows: number, columns: number, patterns: PatternChoice, most: number) {
  const data = numbers(rows * columns, 1);
  const y = Float64Array.from({ length: rows }, (_, k) => Math.abs(data[k * columns]) + data[k * columns + 1] / 2);
  const { counted, take } = countedKernels(openKernelsSync());
  const X = { data, shape: [rows, columns] } as const;
  const problem = stateProblem(architecture, X, y, { beta: rows / 1000 });
  const options = { tolerance: 1e-4, pricingTolerance: 1e-3, maxIterations: 100, maxNodes: 1000, seed: 0, solver: newton };
  return measure(fit(architecture, problem, patterns, null, options, new Scope(counted)), take, (count) => count >= most);
}

describe('operations between two pauses', () => {
  it.each<[string, Architecture, number, number, PatternChoice]>([
    ['a search for patterns', relu(), 4000, 10, 'priced'],
    ['a program over sampled patterns', relu(), 1000, 8, { sample: 60 }],
    ['a search for gates', gatedRelu(), 4000, 10, 'priced'],
    ['a program over sampled gates', gatedRelu(), 1500, 8, { sample: 150 }],
    ['a list of all patterns', relu(), 60, 3, 'all'],
  ])('are few in %s', (_name, architecture, rows, columns, patterns) => {
    const { most, total } = measureFit(architecture, rows, columns, patterns, 8);
    expect(total).toBeGreaterThan(most);
    expect(most).toBeLessThanOrEqual(slack * operationsPerPause);
  });

  it('are few in factors and products of 1500 rows, each of which takes many times as much', () => {
    const { counted, take } = countedKernels(openKernelsSync());
    const scope = new Scope(counted);
    const size = 1500;
    const gram = scope.zeros(size * size);
    const product = measure(symmetricProductSteps(scope.copyIn(numbers(size * 64, 1)), gram, size, 64, scope), take, () => false);
    expect(product.total).toBeGreaterThanOrEqual((size * size * 64) / 2);
    expect(product.most).toBeLessThanOrEqual(slack * operationsPerPause);
    for (let i = 0; i < size; i++) scope.view(gram)[i * (size + 1)] += 1;
    const work = scope.bytes(counted.choleskyWorkspace(size));
    const factor = measure(choleskySteps(gram, size, work, scope), take, () => false);
    expect(factor.total).toBeGreaterThan(8 * operationsPerPause);
    expect(factor.most).toBeLessThanOrEqual(slack * operationsPerPause);
  });
});
