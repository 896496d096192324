import { describe, expect, it } from 'vitest';
import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
import { blocksAreNeurons, firstNetwork, objective } from '../../src/fit/first-network.js';
import { finish } from '../../src/pausing.js';
import { prepareData } from '../../src/program/training-data.js';
import { stateProblem } from '../../src/training/problem.js';
import { numbers } from '../support/kernel-harness.js';
import { lossNames } from '../support/loss-cases.js';
import { type Case, randomCase } from '../train/problems.js';

function prepare({ architecture, X, y, options }: Case) {
  const scope = new Scope(openKernelsSync());
  const data = prepareData(stateProblem(architecture, X, y, options), architecture.degree, scope);
  return { scope, data, architecture };
}

const settings = lossNames.flatMap((loss) =>
  (['relu', 'leaky 0.2', 'absolute'] as const).map((architecture) => ({ loss, architecture })),
);
const caseOf = ({ loss, architecture }: (typeof settings)[number], options: Partial<Case['options']> = {}): Case =>
  randomCase({ loss, architecture, rows: 25, columns: 3, outputs: loss === 'softmax' ? 3 : 1, seed: 3, weighted: true, options });

describe('the objective of the first network', () => {
  it.each(settings)('has the gradient of its differences: $loss, $architecture', (setting) => {
    const { scope, data, architecture } = prepare(caseOf(setting));
    const neurons = 6;
    const u = numbers(neurons * data.columns, 4);
    const output = Int32Array.from({ length: neurons }, (_, j) => j % data.outputs);
    const sign = Int32Array.from({ length: neurons }, (_, j) => (j < 3 ? 1 : -1));
    const evaluate = objective(data, { u, output, sign }, architecture.slope, 1e-2, scope);
    const gradient = scope.vector(u.length);
    const at = (x: Float64Array) => evaluate(scope.copyIn(x), scope.vector(u.length));
    evaluate(scope.copyIn(u), gradient);
    const step = 1e-6;
    scope.copyOut(gradient).forEach((slope, i) => {
      const moved = (by: number) => at(u.map((entry, j) => (j === i ? entry + by : entry)));
      expect(Math.abs((moved(step) - moved(-step)) / (2 * step) - slope)).toBeLessThanOrEqual(1e-5 * (1 + Math.abs(slope)));
    });
  });
});

describe('the first network', () => {
  it.each(settings)('is a feasible point of the program over its cells, well below zero: $loss, $architecture', (setting) => {
    const { scope, data, architecture } = prepare(caseOf(setting, { beta: 0.02 }));
    expect(blocksAreNeurons(architecture, data)).toBe(true);
    const first = finish(firstNetwork(architecture, data, 0, scope));
    if (!first) return expect.fail('nothing but zero');
    const { patterns, v } = first;
    const { features, loss, regularizer, beta } = architecture.program(data, patterns, scope);
    const fit = scope.vector(data.samples * data.outputs);
    const blocks = scope.copyIn(v);
    features.apply(blocks, fit);
    const value = loss.value(fit) + beta * regularizer.value(blocks);
    expect(value).toBeLessThanOrEqual(0.9 * loss.value(scope.zeros(fit.length)));
    // In the cones: the projection leaves every block where it is.
    const projected = scope.vector(v.length);
    regularizer.prox(blocks, 0, projected);
    scope.copyOut(projected).forEach((entry, i) => {
      expect(Math.abs(entry - v[i])).toBeLessThanOrEqual(1e-12);
    });
  });

  it('is the same on every call', () => {
    const { scope, data, architecture } = prepare(randomCase({ rows: 30, columns: 3, seed: 2, options: { beta: 0.05 } }));
    const first = finish(firstNetwork(architecture, data, 0, scope));
    expect(first).not.toBeNull();
    expect(finish(firstNetwork(architecture, data, 0, scope))).toEqual(first);
  });

  it('is null where all rows are zero', () => {
    const zero = randomCase({ rows: 6, columns: 2, options: { bias: false } });
    const { scope, data, architecture } = prepare({ ...zero, X: zero.X.map((row) => row.map(() => 0)) });
    expect(finish(firstNetwork(architecture, data, 0, scope))).toBeNull();
  });

  it('is for blocks that are neurons only', () => {
    const { data, architecture } = prepare(randomCase({ architecture: 'gated' }));
    expect(blocksAreNeurons(architecture, data)).toBe(false);
  });
});
