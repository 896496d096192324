import { describe, expect, it } from 'vitest';
import { networkFromJSON, type TrainOptions, trainSync } from '../../src/index.js';
import { type AdversarialCase, adversarialCase, betaShares, shapes } from '../support/adversarial.js';
import { attack, below } from '../support/attack.js';
import { objectiveOf } from '../train/problems.js';

const choices: readonly (TrainOptions['patterns'] & {})[] = ['auto', 'all', 'certified', 'priced', { sample: 10 }];
const limits = { maxNodes: 100_000, maxIterations: 400 };
const tolerance = 1e-6;

/** Trains in every way, and holds every bound against every network that anything found. */
function expectHonest(problem: AdversarialCase): void {
  const { architecture, X, y, options, seed, name } = problem;
  const results = choices.map((patterns) => trainSync(architecture, X, y, { ...options, ...limits, patterns }));
  const attempts = attack(
    problem,
    results.map(({ network }) => network),
    seed,
    { starts: 1, steps: 60 },
  );
  const least = Math.min(...results.map(({ certificate }) => certificate.objective));
  results.forEach(({ certificate, network, status }, i) => {
    const which = `seed ${seed}, ${JSON.stringify(choices[i])}: ${name}`;
    const { objective, lowerBound, relativeGap, provenGlobal, patterns, patternBound, patternGap } = certificate;
    for (const figure of [objective, patternBound, patternGap]) expect(Number.isFinite(figure), which).toBe(true);
    for (const score of network.predict(X)) expect(Number.isFinite(score), which).toBe(true);
    expect(patternBound, which).toBeLessThanOrEqual(objective);
    // Proven means: the bound is there, it covers all patterns, and it is as close as it says.
    expect(provenGlobal, which).toBe(relativeGap !== null && relativeGap <= tolerance);
    if (choices[i] === 'certified') expect(status === 'optimal', which).toBe(provenGlobal);
    if (typeof choices[i] === 'object') expect(patterns, which).toBe('sampled');
    if (patterns === 'sampled') expect([lowerBound, provenGlobal], which).toEqual([null, false]);
    if (lowerBound === null) return;
    expect(lowerBound, which).toBeLessThanOrEqual(objective);
    for (const attempt of attempts) expect(below(lowerBound, attempt), `${which}; ${attempt.method}`).toBeLessThanOrEqual(0);
    // What one way proves binds the networks of all others.
    expect(lowerBound, which).toBeLessThanOrEqual(least * (1 + 1e-9));
  });
}

describe('no network found by any means is below a bound', () => {
  it.each(Object.keys(shapes))('%s', (shape) => {
    for (const seed of [1, 2]) expectHonest(adversarialCase(seed, { shape }));
  });

  it.each(betaShares.map((share) => [share]))('beta %f of the largest', (share) => {
    for (const shape of ['plain', 'exact multiples', 'thin cones']) expectHonest(adversarialCase(31, { shape, share }));
  });

  it.each(['squared', 'logistic', 'squaredHinge', 'huber', 'softmax'] as const)('%s loss', (loss) => {
    for (const seed of [41, 42]) expectHonest(adversarialCase(seed, { loss }));
  });

  it('one and two rows', () => {
    for (const rows of [1, 2]) for (const seed of [51, 52]) expectHonest(adversarialCase(seed, { shape: 'plain', rows }));
  });
});

describe('around the largest beta', () => {
  it.each(Object.keys(shapes))('the zero network is proven above and at it, beaten below it: %s', (shape) => {
    const at = (share: number) => {
      const problem = adversarialCase(61, { shape, share, loss: 'squared' });
      const { certificate, network } = trainSync(problem.architecture, problem.X, problem.y, {
        ...problem.options,
        patterns: 'all',
      });
      return { certificate, network };
    };
    const above = at(1 + 1e-9);
    expect(above.certificate.provenGlobal).toBe(true);
    const half = at(0.3);
    expect(half.certificate.objective).toBeLessThan(above.certificate.objective);
    expect(half.network.neurons).toBeGreaterThan(0);
  });
});

describe('the attacker', () => {
  it('evaluates networks of ours to their reported objective', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const problem = adversarialCase(seed, { share: 0.3 });
      const { network, certificate } = trainSync(problem.architecture, problem.X, problem.y, {
        ...problem.options,
        patterns: 'all',
      });
      const [, own] = attack(problem, [network], seed, { starts: 1, steps: 0 });
      expect(own.method).toBe('our network');
      expect(Math.abs(own.value - certificate.objective), problem.name).toBeLessThanOrEqual(own.rounding + 1e-9 * own.value);
      expect(Math.abs(own.value - objectiveOf(networkFromJSON(network.toJSON()) as typeof network, problem))).toBeLessThanOrEqual(
        own.rounding + 1e-9 * own.value,
      );
    }
  });

  it('beats a bound that is too high by one part in 100 000', () => {
    for (let seed = 1; seed <= 6; seed++) {
      const problem = adversarialCase(seed, { share: 0.3, shape: 'plain' });
      const { network, certificate } = trainSync(problem.architecture, problem.X, problem.y, {
        ...problem.options,
        patterns: 'all',
      });
      const wrong = certificate.objective * (1 + 1e-5);
      const attempts = attack(problem, [network], seed, { starts: 2, steps: 100 });
      expect(Math.max(...attempts.map((attempt) => below(wrong, attempt)))).toBeGreaterThan(0);
    }
  });

  it('finds most of the optimum by itself: Adam from random starts ends within a tenth of it', () => {
    const problem = adversarialCase(3, { share: 0.1, shape: 'plain', loss: 'squared' });
    const { network, certificate } = trainSync(problem.architecture, problem.X, problem.y, {
      ...problem.options,
      patterns: 'all',
    });
    const attempts = attack(problem, [network], 1, { starts: 8, steps: 600 });
    const found = attempts.find(({ method }) => method === 'Adam from a random start')?.value ?? Number.POSITIVE_INFINITY;
    expect(found).toBeLessThanOrEqual(1.1 * certificate.objective);
  });
});
