import { describe, expect, it } from 'vitest';
import { betaMax } from '../../src/beta-max.js';
import { trainSync } from '../../src/train.js';
import { lossNames } from '../support/loss-cases.js';
import { architectures, objectiveOf, randomCase } from './problems.js';

const kinds = Object.keys(architectures);
const settings = kinds.flatMap((architecture) =>
  lossNames.flatMap((loss) =>
    [1, 3].filter((outputs) => outputs > 1 || loss !== 'softmax').map((outputs) => ({ architecture, loss, outputs })),
  ),
);

describe.each(settings)('train: $architecture, $loss, outputs: $outputs', (setting) => {
  it('reports what its network does, with a bound below it', () => {
    for (let seed = 1; seed <= 6; seed++) {
      const rows = [1, 2, 5, 9, 14, 20][seed - 1];
      const options = { bias: seed % 2 === 1, beta: [1e-3, 0.05, 0.5][seed % 3] };
      const problem = randomCase({ ...setting, rows, columns: 1 + (seed % 3), weighted: seed % 2 === 0, seed, options });
      const { network, certificate, status, patternCount } = trainSync(
        problem.architecture,
        problem.X,
        problem.y,
        problem.options,
      );
      const { objective, lowerBound, patternBound, patternGap, relativeGap, provenGlobal, patterns } = certificate;
      expect(status).toBe('optimal');
      expect(Math.abs(objectiveOf(network, problem) - objective)).toBeLessThanOrEqual(1e-13 * (rows + 10) * Math.abs(objective));
      expect(patternBound).toBeLessThanOrEqual(objective);
      expect(patternGap).toBeLessThanOrEqual(1e-6);
      expect(network.neurons).toBeLessThanOrEqual(rows * setting.outputs);
      expect(patternCount).toBeGreaterThan(0);
      if (patterns === 'all') {
        expect(lowerBound).toBe(patternBound);
        expect(relativeGap).toBe(patternGap);
        expect(provenGlobal).toBe(true);
      } else expect([lowerBound, relativeGap, provenGlobal]).toEqual([null, null, false]);
    }
  });
});

describe('train', () => {
  it('finds by column generation what enumeration proves, in hundreds of small problems', () => {
    let runs = 0;
    const misses: string[] = [];
    for (const architecture of ['relu', 'leaky 0.2', 'absolute']) {
      for (const loss of lossNames) {
        for (let seed = 1; seed <= 16; seed++) {
          const outputs = loss === 'softmax' ? 3 : 1;
          const recipe = { architecture, loss, outputs, rows: 6 + (seed % 9), columns: 1 + (seed % 3), seed };
          const problem = randomCase({ ...recipe, options: { beta: [0.003, 0.03, 0.3][seed % 3] } });
          const solve = (patterns: 'all' | 'priced') =>
            trainSync(problem.architecture, problem.X, problem.y, { ...problem.options, patterns }).certificate;
          const all = solve('all');
          const priced = solve('priced');
          runs++;
          expect(all.provenGlobal).toBe(true);
          // Never below what is proven; the bound of the priced patterns alone may be above.
          expect(priced.objective).toBeGreaterThanOrEqual((all.lowerBound ?? 0) * (1 - 1e-12));
          if (priced.objective > all.objective * (1 + 2e-5)) misses.push(`${architecture} ${loss} ${seed}`);
        }
      }
    }
    expect(runs).toBe(240);
    // Pricing proves nothing: of these 240 one ends in a local optimum (0.6 % above), found with other seeds.
    expect(misses.length, misses.join(', ')).toBeLessThanOrEqual(1);
  });

  it('gives the zero network at and above betaMax, and another one below', async () => {
    for (const loss of lossNames) {
      const problem = randomCase({ loss, outputs: loss === 'softmax' ? 3 : 1, rows: 15, columns: 2, seed: 3 });
      const { beta: _, ...options } = problem.options;
      const { beta, exact } = await betaMax(problem.architecture, problem.X, problem.y, options);
      expect(exact).toBe(true);
      const at = (ratio: number) =>
        trainSync(problem.architecture, problem.X, problem.y, { ...options, beta: beta * ratio, tolerance: 1e-10 });
      expect(at(1 + 1e-6).network.neurons).toBe(0);
      expect(at(1 - 1e-3).network.neurons).toBeGreaterThan(0);
      // Right at the edge either is optimal; the certificate must say so.
      expect(at(1 - 1e-6).status).toBe('optimal');
      expect(at(1).status).toBe('optimal');
    }
  });

  it('serves one sample, one column, targets of zero, rows that are all equal or all zero', () => {
    const one = trainSync(architectures.relu(), [[2]], [3], { beta: 0.5, bias: false });
    // min 1/2 (2 w a - 3)^2 + 1/2 (w^2 + a^2)/2: with p = w a, 1/2 (2 p - 3)^2 + p / 2, p = (6 - 1/2) / 4.
    expect(one.certificate.objective).toBeCloseTo(0.5 * (2.75 - 3) ** 2 + 1.375 / 2, 6);
    const zero = trainSync(
      architectures.relu(),
      [
        [1, 2],
        [3, 4],
      ],
      [0, 0],
      { beta: 0.1 },
    );
    expect(zero).toMatchObject({ status: 'optimal', certificate: { objective: 0, provenGlobal: true } });
    expect(zero.network.neurons).toBe(0);
    const equal = trainSync(
      architectures.relu(),
      [
        [1, 2],
        [1, 2],
        [1, 2],
      ],
      [1, 2, 3],
      { beta: 0.01 },
    );
    expect(equal.status).toBe('optimal');
    expect(equal.network.neurons).toBe(1);
    const nothing = trainSync(
      architectures.relu(),
      [
        [0, 0],
        [0, 0],
      ],
      [1, 2],
      { beta: 0.1, bias: false },
    );
    expect(nothing).toMatchObject({ status: 'optimal', certificate: { objective: 2.5, provenGlobal: true } });
  });
});
