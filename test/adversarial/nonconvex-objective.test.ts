import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/random.js';
import { adversarialCase } from '../support/adversarial.js';
import { NonconvexObjective } from '../support/nonconvex-objective.js';

describe('the objective of the attacker', () => {
  it.each(['squared', 'logistic', 'squaredHinge', 'huber', 'softmax'] as const)('has its gradient: %s', (loss) => {
    for (let seed = 1; seed <= 6; seed++) {
      const objective = new NonconvexObjective(adversarialCase(seed, { loss, shape: 'plain' }));
      const theta = objective.random(createRandom(seed), 6, 1);
      const direction = objective.random(createRandom(seed, 1), 6, 1);
      const along = (h: number) => objective.evaluate(theta.map((entry, i) => entry + h * direction[i])).value;
      const expected = (along(1e-6) - along(-1e-6)) / 2e-6;
      const product = objective.gradient(theta).reduce((sum, entry, i) => sum + entry * direction[i], 0);
      // The loss has kinks in its second derivative, and the network in its first: none within so small a step here.
      expect(Math.abs(product - expected)).toBeLessThanOrEqual(1e-6 * (Math.abs(expected) + along(0)));
    }
  });

  it('splits, merges and extends networks as it says', () => {
    const objective = new NonconvexObjective(adversarialCase(4, { shape: 'plain', loss: 'squared' }));
    const random = createRandom(1);
    const theta = objective.random(random, 4, 1);
    const { value } = objective.evaluate(theta);
    expect(objective.evaluate(objective.rescaled(theta)).value).toBeLessThanOrEqual(value);
    expect(objective.split(theta, random).length).toBeGreaterThan(theta.length);
    expect(objective.extended(theta, random).length).toBeGreaterThan(theta.length);
    const merged = objective.merged(theta, random);
    expect(merged.length).toBe(theta.length);
    expect(merged.filter((entry) => entry === 0).length).toBeGreaterThan(0);
  });
});
