import { describe, expect, it } from 'vitest';
import { AbortedError, ArgumentError, MemoryLimitError } from '../../src/errors.js';
import type { TwoLayerNetwork } from '../../src/network/network.js';
import type { Progress, TrainResult } from '../../src/options.js';
import { train, trainSync } from '../../src/train.js';
import { architectures, type Case, objectiveOf, randomCase } from '../train/problems.js';

const solve = (problem: Case, changes: Partial<Case['options']> = {}): TrainResult<TwoLayerNetwork> =>
  trainSync(problem.architecture, problem.X, problem.y, { ...problem.options, ...changes });

function expectHonest(problem: Case, { network, certificate }: TrainResult<TwoLayerNetwork>): void {
  const { objective, patternBound } = certificate;
  expect(Math.abs(objectiveOf(network, problem) - objective)).toBeLessThanOrEqual(1e-12 * objective);
  expect(patternBound).toBeLessThanOrEqual(objective);
  expect(patternBound).toBeGreaterThanOrEqual(0);
}

const cases: Readonly<Record<string, Case>> = {
  'priced, one output': randomCase({ rows: 20, columns: 3, seed: 2, options: { patterns: 'priced', beta: 0.02 } }),
  'all patterns, three outputs': randomCase({ rows: 9, columns: 2, outputs: 3, seed: 3, options: { patterns: 'all' } }),
  'softmax, priced': randomCase({ loss: 'softmax', rows: 10, columns: 2, outputs: 3, seed: 4, options: { patterns: 'priced' } }),
  'gated, priced': randomCase({
    architecture: 'gated',
    rows: 12,
    columns: 2,
    seed: 6,
    options: { patterns: 'priced', beta: 0.1 },
  }),
};

describe.each(Object.keys(cases))('a fit ended early: %s', (name) => {
  const problem = cases[name];

  it('has a network, an honest objective and a bound after every step at which it may be aborted', () => {
    const controller = () => new AbortController();
    let total = 0;
    solve(problem, { onProgress: () => void total++ });
    expect(total).toBeGreaterThan(4);
    let before = Number.POSITIVE_INFINITY;
    // Every step up to 60, then every tenth: each costs a whole run.
    for (let stop = 1; stop < total; stop += stop < 60 ? 1 : 10) {
      const abort = controller();
      let seen = 0;
      const onProgress = (progress: Progress) => {
        expect(progress.patternBound).toBeLessThanOrEqual(progress.objective * (1 + 1e-12));
        if (++seen === stop) abort.abort('enough');
      };
      let error: unknown;
      try {
        solve(problem, { onProgress, signal: abort.signal });
      } catch (caught) {
        error = caught;
      }
      expect(error).toBeInstanceOf(AbortedError);
      const { result, cause } = error as AbortedError<TrainResult>;
      expect(cause).toBe('enough');
      expectHonest(problem, result as TrainResult<TwoLayerNetwork>);
      // Steps only improve, but for what rounding costs the reduction to a basic solution.
      expect((result as TrainResult).certificate.objective).toBeLessThanOrEqual(before * (1 + 1e-8));
      before = (result as TrainResult).certificate.objective;
    }
  });

  it('ends with a status when iterations run out, at every number of them', () => {
    const full = solve(problem);
    for (let limit = 1; limit <= 24; limit++) {
      const result = solve(problem, { maxIterations: limit });
      expectHonest(problem, result);
      // Outputs that are solved apart have a budget each.
      expect(result.iterations).toBeLessThanOrEqual(limit * result.state.parts.length);
      expect(result.status).toBe(result.certificate.patternGap <= 1e-6 ? 'optimal' : 'iteration-limit');
      expect(result.certificate.objective).toBeGreaterThanOrEqual(
        full.certificate.patternBound * (1 - 1e-9) * (full.certificate.patterns === 'all' ? 1 : 0),
      );
    }
  });

  it('ends with a status when time runs out', () => {
    const result = solve(problem, { timeLimit: 1e-9 });
    expectHonest(problem, result);
    expect(result.status).toBe(result.certificate.patternGap <= 1e-6 ? 'optimal' : 'time-limit');
  });

  it('goes on from an earlier result, also of another beta, to the same optimum', () => {
    const near = solve(problem, { beta: problem.options.beta * 1.3 });
    const cold = solve(problem);
    const warm = solve(problem, { warmStart: near });
    expect(warm.status).toBe('optimal');
    expectHonest(problem, warm);
    if (name !== 'gated, priced')
      expect(Math.abs(warm.certificate.objective / cold.certificate.objective - 1)).toBeLessThanOrEqual(1.2e-5);
    const again = solve(problem, { warmStart: cold });
    expect(again.iterations).toBeLessThanOrEqual(cold.iterations);
    expect(again.certificate.objective).toBeLessThanOrEqual(cold.certificate.objective * (1 + 1e-6));
  });

  it('takes the same steps with and without visits to the event loop', async () => {
    const direct = solve(problem);
    const relaxed = await train(problem.architecture, problem.X, problem.y, problem.options);
    expect(relaxed.network.toJSON()).toEqual(direct.network.toJSON());
    expect(relaxed.certificate).toEqual(direct.certificate);
  });
});

describe('choices of patterns', () => {
  const problem = randomCase({ rows: 14, columns: 2, seed: 3, options: { beta: 0.05 } });

  it('a superset of patterns never costs more, and all of them cost least', () => {
    const all = solve(problem, { patterns: 'all' }).certificate;
    let before = Number.POSITIVE_INFINITY;
    for (const sample of [1, 5, 20, 60]) {
      const { certificate, patternCount } = solve(problem, { patterns: { sample } });
      expect(patternCount).toBeLessThanOrEqual(sample);
      expect(certificate.patterns).toBe('sampled');
      expect(certificate.objective).toBeLessThanOrEqual(before * (1 + 1e-6));
      expect(certificate.objective).toBeGreaterThanOrEqual((all.lowerBound as number) * (1 - 1e-12));
      before = certificate.objective;
    }
  });

  it('given patterns and given gates are the same program', () => {
    const gated = { ...problem, architecture: architectures.gated() };
    const sampled = solve(gated, { patterns: { sample: 12 } });
    const [{ patterns }] = sampled.state.parts;
    const again = solve(gated, { patterns });
    const byGates = solve(gated, { patterns: { gates: patterns.gates as Float64Array } });
    expect(again.certificate).toEqual(sampled.certificate);
    expect(byGates.certificate).toEqual(sampled.certificate);
  });

  it('all patterns of too many rows do not fit in the memory allowed', () => {
    const large = randomCase({ rows: 200, columns: 6, seed: 1, options: { memoryLimit: 3 << 20 } });
    expect(() => solve(large, { patterns: { sample: 500 } })).toThrow(MemoryLimitError);
  });

  it('a warm start that does not fit is refused by name', () => {
    const refused = (warm: unknown, changes: Partial<Case['options']> = {}) => {
      const call = () => solve(problem, { ...changes, warmStart: warm as TrainResult });
      expect(call).toThrow(ArgumentError);
      expect(call).toThrow(/^options\.warmStart is/);
    };
    refused(solve(randomCase({ rows: 9, columns: 2, seed: 3 })));
    refused(solve(randomCase({ rows: 14, columns: 3, seed: 3 })));
    refused(solve(randomCase({ rows: 14, columns: 2, outputs: 2, seed: 3 })));
    refused(solve(randomCase({ architecture: 'gated', rows: 14, columns: 2, seed: 3 })));
    refused(solve(problem), { bias: false });
    for (const nothing of [null, 1, {}, { state: {} }]) refused(nothing);
  });
});
