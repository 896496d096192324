import { describe, expect, it } from 'vitest';
import { betaMaxSync } from '../../src/beta-max.js';
import { networkFromJSON, type TrainResult, trainSync } from '../../src/index.js';
import { families } from '../support/every-family.js';
import { objectiveOf, type Task, taskOf } from '../support/family-task.js';
import { numbers } from '../support/kernel-harness.js';
import { lossOf } from './problems.js';

/** Scores, loss, its slope along the scores and the penalty: from predictions, definitions and differences alone. */
function account({ network }: TrainResult, { X, y, options }: Task) {
  const scores = Array.from(network.predict(X));
  const { outputs } = network;
  const { loss = 'squared', huberDelta = 1 } = options;
  const lossAt = (scale: number) =>
    X.reduce((sum, _, k) => {
      const target = y[k];
      const own = scores.slice(k * outputs, (k + 1) * outputs).map((score) => scale * score);
      return sum + lossOf(loss, own, typeof target === 'number' ? [target] : target, huberDelta);
    }, 0);
  const h = 1e-5;
  return { lossAt, slope: (lossAt(1 + h) - lossAt(1 - h)) / (2 * h), squares: scores.reduce((sum, f) => sum + f * f, 0) };
}

// Every family but those whose weights are no cone (unit norms fixed, a polynomial's own coefficients) can be scaled: t times
// the network is a network with t times the penalty, so the optimum is stationary along t (Euler's identity of the program).
describe.each(families)('$name', (entry) => {
  const task = taskOf(entry, 3);
  const { X, y, options } = task;
  const architecture = entry.architecture();
  const { beta: most } = betaMaxSync(architecture, X, y, options);
  const results = [0.3, 0.05].map((share) => trainSync(architecture, X, y, { ...options, beta: share * most }));

  it('is stationary along its own scale: the slope of the loss cancels the penalty', () => {
    for (const result of results) {
      const { slope, squares } = account(result, task);
      const { objective, patternBound } = result.certificate;
      const penalty = result.beta * result.network.weightPenalty();
      // Convex along t with curvature at most |f|^2: a slope of s would lower the objective by s^2 / (2 |f|^2).
      const gap = Math.max(objective - patternBound, 1e-12 * objective);
      expect(Math.abs(slope + penalty)).toBeLessThanOrEqual(Math.sqrt(2 * squares * gap) + 1e-7 * objective);
      expect(penalty).toBeGreaterThan(0);
    }
  });

  it('has bounds below what scaled and mixed networks of the family cost', () => {
    const [strong, weak] = results;
    for (const { certificate, beta, network } of results) {
      const bound = Math.max(certificate.patternBound, certificate.lowerBound ?? 0);
      expect(bound).toBeLessThanOrEqual(certificate.objective);
      const { lossAt } = account({ network } as TrainResult, task);
      const penalty = beta * network.weightPenalty();
      // t times the network has the loss of t times the scores; also 0, the zero network.
      for (const t of [0, 0.5, 0.9, 0.99, 1, 1.01, 1.1, 2])
        expect(lossAt(t) + t * penalty).toBeGreaterThanOrEqual(bound * (1 - 1e-12));
      // The bound over patterns of a family in stages is about the features of its own last stage, which other networks lack.
      const general = entry.staged ? (certificate.lowerBound ?? 0) : bound;
      for (const other of [strong.network, weak.network])
        expect(objectiveOf(other, task, beta)).toBeGreaterThanOrEqual((other === network ? bound : general) * (1 - 1e-12));
    }
  });

  it('trades loss for penalty as beta falls: the penalty is a slope of the optimum in beta', () => {
    // Stages are each optimal on features that the former stage chose for its own beta: the last ones are no one program.
    const [strong, weak] = entry.staged
      ? [0.3, 0.05].map((share) => trainSync({ ...architecture, next: undefined }, X, y, { ...options, beta: share * most }))
      : results;
    const slack = 2e-6 * strong.certificate.objective;
    const [rise, fall] = [weak.network.weightPenalty(), strong.network.weightPenalty()];
    const difference = strong.beta - weak.beta;
    const gain = strong.certificate.objective - weak.certificate.objective;
    // Concave in beta with the penalty as supergradient: each optimum lies below the other's tangent.
    expect(gain).toBeLessThanOrEqual(difference * rise + slack);
    expect(gain).toBeGreaterThanOrEqual(difference * fall - slack);
    expect(rise).toBeGreaterThanOrEqual(fall * (1 - 1e-3));
  });

  it('keeps what it knows through a row that it fits already: its loss is added, no more', () => {
    const [{ network, beta, certificate }] = results;
    if ((options.loss ?? 'squared') !== 'squared' || options.patterns !== undefined || entry.fixed?.includes('means')) return;
    const extra = Array.from(numbers(entry.inputs, 77, 2));
    const scores = Array.from(network.predict([extra]));
    const target = scores.length === 1 ? scores[0] : scores;
    const grown = { ...task, X: [...X, extra], y: [...y, target] as Task['y'] };
    const own = trainSync(architecture, grown.X, grown.y, { ...options, beta });
    // The old network costs the same on the new rows, and no network can cost less than it may on the old ones.
    expect(objectiveOf(network, grown, beta)).toBeCloseTo(certificate.objective, 8);
    const bound = certificate.lowerBound ?? 0;
    expect(own.certificate.objective).toBeGreaterThanOrEqual(bound * (1 - 1e-9));
    if (own.certificate.provenGlobal) {
      expect(own.certificate.objective).toBeLessThanOrEqual(certificate.objective * (1 + 2e-6));
    }
  });

  it('does not hear the order in which a saved network lists its numbers', () => {
    const { network } = results[1];
    const reversed = JSON.parse(JSON.stringify(network), (_key, value) =>
      value !== null && typeof value === 'object' && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).reverse())
        : value,
    );
    expect(networkFromJSON(reversed).predict(X)).toEqual(network.predict(X));
  });
});
