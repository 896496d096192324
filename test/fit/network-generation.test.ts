import { describe, expect, it } from 'vitest';
import type { FitOptions, FitStep, WarmStart } from '../../src/fit/column-generation.js';
import { blocksAreNeurons } from '../../src/fit/first-network.js';
import { generateFromNetwork } from '../../src/fit/network-generation.js';
import { isPause } from '../../src/pausing.js';
import { newton } from '../../src/solver/newton.js';
import { trainSync } from '../../src/train.js';
import { type Case, randomCase } from '../train/problems.js';
import { prepare, settings } from './prepared.js';

const options: FitOptions = {
  tolerance: 7e-7,
  pricingTolerance: 5e-7,
  maxIterations: 2000,
  maxNodes: 0,
  seed: 0,
  solver: newton,
};

function generate({ data, architecture, scope }: ReturnType<typeof prepare>, warm: WarmStart | null = null, own = options) {
  const used = scope.used;
  const steps: FitStep[] = [];
  const generator = generateFromNetwork(architecture, data, warm, own, scope);
  let next = generator.next();
  for (; !next.done; next = generator.next()) if (!isPause(next.value)) steps.push(next.value);
  expect(scope.used, 'memory released').toBe(used);
  return { steps, end: next.value };
}

const small = (setting: (typeof settings)[number], seed: number, beta: number): Case =>
  randomCase({ ...setting, rows: 14, columns: 2, outputs: setting.loss === 'softmax' ? 3 : 1, seed, options: { beta } });

describe('descend, solve, search', () => {
  it.each(settings)('ends at the optimum over all patterns: $loss, $architecture', (setting) => {
    for (const [seed, beta] of [
      [1, 0.3],
      [2, 0.05],
      [5, 0.1],
    ]) {
      const { architecture, X, y, options: own } = small(setting, seed, beta);
      const all = trainSync(architecture, X, y, { ...own, patterns: 'all', tolerance: 1e-8 });
      const found = trainSync(architecture, X, y, { ...own, patterns: 'priced' });
      expect(found.status).toBe('optimal');
      expect(Math.abs(found.certificate.objective / all.certificate.objective - 1)).toBeLessThanOrEqual(3e-6);
    }
  });

  it('is the zero network above the largest beta', () => {
    const zero = prepare(randomCase({ rows: 12, columns: 2, options: { beta: 1e3 } }));
    const { end } = generate(zero);
    expect(end.v.every((entry) => entry === 0)).toBe(true);
    expect(end.objective - end.bound).toBeLessThanOrEqual(options.tolerance * end.objective);
  });

  it('is the zero network where all rows are zero', () => {
    const base = randomCase({ rows: 6, columns: 2, options: { bias: false } });
    const { end } = generate(prepare({ ...base, X: base.X.map((row) => row.map(() => 0)) }));
    expect(end.v.every((entry) => entry === 0)).toBe(true);
  });

  it('shows blocks of the descent first, at no iteration and with the bound zero, and never gets worse after that', () => {
    const { steps, end } = generate(prepare(randomCase({ rows: 60, columns: 3, seed: 7, options: { beta: 0.1 } })));
    const descended = steps.filter(({ iteration, bound }) => iteration === 0 && bound === 0);
    expect(descended.length).toBeGreaterThanOrEqual(3);
    const solved = steps.slice(descended.length);
    expect(solved.length).toBeGreaterThan(0);
    let before = descended[descended.length - 1].objective;
    for (const { objective } of solved) {
      expect(objective).toBeLessThanOrEqual(before * (1 + 1e-12));
      before = objective;
    }
    expect(end.objective).toBeLessThanOrEqual(before * (1 + 1e-12));
  });

  it('goes on from a fit at a larger beta, to the optimum of its own', () => {
    const base = (beta: number) => randomCase({ rows: 40, columns: 3, seed: 4, options: { beta } });
    const first = generate(prepare(base(0.4))).end;
    const cold = generate(prepare(base(0.2))).end;
    const warm = generate(prepare(base(0.2)), first).end;
    expect(Math.abs(warm.objective / cold.objective - 1)).toBeLessThanOrEqual(2e-5);
    expect(warm.objective - warm.bound).toBeLessThanOrEqual(options.tolerance * warm.objective);
  });

  it('takes few steps from its own optimum: v and lambda are known', () => {
    const prepared = prepare(randomCase({ rows: 80, columns: 3, seed: 6, options: { beta: 0.2 } }));
    const cold = generate(prepared).end;
    const warm = generate(prepared, cold).end;
    expect(Math.abs(warm.objective / cold.objective - 1)).toBeLessThanOrEqual(2e-6);
    expect(warm.iteration).toBeLessThanOrEqual(cold.iteration);
  });

  it('obeys the number of solver steps that it may take', () => {
    const prepared = prepare(randomCase({ rows: 60, columns: 3, seed: 7, options: { beta: 0.02 } }));
    const { end } = generate(prepared, null, { ...options, maxIterations: 5 });
    expect(end.iteration).toBeLessThanOrEqual(5);
  });

  it('is the same on every call', () => {
    const one = () => generate(prepare(randomCase({ rows: 50, columns: 4, seed: 9, options: { beta: 0.05 } }))).end;
    expect(one()).toEqual(one());
  });

  it('holds only patterns with weight, and those of the last search', () => {
    const { end } = generate(prepare(randomCase({ rows: 50, columns: 4, seed: 9, options: { beta: 0.05 } })));
    expect(end.patterns.count).toBeLessThanOrEqual(50);
  });

  it('is for blocks that are neurons only', () => {
    const gated = prepare(randomCase({ architecture: 'gated' }));
    expect(blocksAreNeurons(gated.architecture, gated.data)).toBe(false);
    const relu = prepare(randomCase({}));
    expect(blocksAreNeurons(relu.architecture, relu.data)).toBe(true);
  });
});
