import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decays, descend, type Method, methods } from '../../bench/peers/descent.js';
import { Gradient } from '../../bench/peers/gradient.js';
import { objectiveOf, randomWeights, scoresOf, type TrainingProblem, type Weights } from '../../bench/peers/objective.js';
import { Adam, Momentum } from '../../bench/peers/optimizers.js';
import { numbers } from '../support/kernel-harness.js';

function problemOf(loss: 'squared' | 'logistic', outputs: number, n = 12): TrainingProblem {
  const d = 3;
  const X = numbers(n * d, 5).map((entry, at) => (at % d === d - 1 ? 1 : 2 * entry));
  const y = numbers(n * outputs, 6).map((entry) => (loss === 'squared' ? entry : entry < 0 ? -1 : 1));
  return { X, y, n, d, outputs, loss, beta: 0.05 };
}

/** Some rows as a problem of their own; the penalty shrinks with them, as a batch stands for the whole. */
function rowsOf(problem: TrainingProblem, rows: Int32Array): TrainingProblem {
  const { X, y, n, d, outputs, beta } = problem;
  const pick = (from: Float64Array, width: number) =>
    Float64Array.from(Array.from(rows).flatMap((k) => Array.from(from.subarray(k * width, (k + 1) * width))));
  return { ...problem, X: pick(X, d), y: pick(y, outputs), n: rows.length, beta: (beta * rows.length) / n };
}

function differences(problem: TrainingProblem, { W, a }: Weights): Float64Array {
  const all = Float64Array.from([...W, ...a]);
  const value = (p: Float64Array) => objectiveOf(problem, { W: p.slice(0, W.length), a: p.slice(W.length) });
  return all.map((_, i) => {
    const moved = (h: number) => value(all.map((other, j) => (j === i ? other + h : other)));
    return (moved(1e-6) - moved(-1e-6)) / 2e-6;
  });
}

const losses = ['squared', 'logistic'] as const;

describe("the peers' gradient", () => {
  it.each(losses.flatMap((loss) => [1, 3].map((outputs) => [loss, outputs] as const)))(
    'is that of finite differences, of all rows and of some: %s, %d outputs',
    (loss, outputs) => {
      const problem = problemOf(loss, outputs);
      const start = randomWeights(problem, 4, 1);
      const state = new Gradient(problem, start, 5);
      expect(state.value()).toBeCloseTo(objectiveOf(problem, start), 10);
      state.differentiate();
      const whole = differences(problem, start);
      [...state.ofW, ...state.ofA].forEach((entry, i) => {
        expect(entry).toBeCloseTo(whole[i], 5);
      });
      const rows = Int32Array.from([7, 0, 3, 11, 4]);
      state.differentiateOn(rows);
      const some = differences(rowsOf(problem, rows), start);
      [...state.ofW, ...state.ofA].forEach((entry, i) => {
        expect(entry).toBeCloseTo((some[i] * problem.n) / rows.length, 5);
      });
    },
  );
});

describe("the peers' optimizers", () => {
  const move = (make: () => Adam | Momentum, gradients: readonly number[], rate: number) => {
    const at = Float64Array.of(1);
    const optimizer = make();
    for (const gradient of gradients) optimizer.move(at, Float64Array.of(gradient), rate);
    return at[0];
  };

  it('are sums of gradients, weighted by powers of 0.9 for momentum', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 8 }), (gradients) => {
        const sum = gradients.reduce((total, entry) => total + entry, 0);
        expect(move(() => new Momentum(1, 0), gradients, 0.01)).toBeCloseTo(1 - 0.01 * sum, 10);
        const weighted = gradients.reduce((total, g, t) => total + (g * (1 - 0.9 ** (gradients.length - t))) / (1 - 0.9), 0);
        expect(move(() => new Momentum(1, 0.9), gradients, 0.01)).toBeCloseTo(1 - 0.01 * weighted, 10);
      }),
    );
  });

  it('Adam moves by the rate while the gradient stays the same, whatever its size', () => {
    for (const size of [1e-3, 1, 1e3])
      expect(
        move(
          () => new Adam(1),
          Array.from({ length: 20 }, () => size),
          0.01,
        ),
      ).toBeCloseTo(0.8, 4);
  });
});

describe('descend', () => {
  const run = (method: Method, batch: number, steps = 300, problem = problemOf('squared', 1)) => {
    const start = randomWeights(problem, 20, 3);
    const heard: [number, number, number][] = [];
    const schedule = { method, batch, steps, rate: { sgd: 0.4, momentum: 0.1, adam: 0.03 }[method], seed: 1 };
    const end = descend(problem, start, schedule, (...entry) => heard.push(entry));
    return { problem, start, end, heard };
  };

  it.each(methods.flatMap((method) => [4, 12].map((batch) => [method, batch] as const)))(
    '%s in batches of %d ends far below its start, with the smallest objective it reported',
    (method, batch) => {
      const { problem, start, end, heard } = run(method, batch);
      expect(objectiveOf(problem, end)).toBeLessThan(0.7 * objectiveOf(problem, start));
      expect(objectiveOf(problem, end)).toBeCloseTo(Math.min(...heard.map(([, , objective]) => objective)), 10);
      expect(heard[0][2]).toBeCloseTo(objectiveOf(problem, start), 10);
      expect(heard.at(-1)?.[0]).toBe(300);
      heard.slice(1).forEach(([step, seconds], k) => {
        expect(step).toBeGreaterThan(heard[k][0]);
        expect(seconds).toBeGreaterThanOrEqual(heard[k][1]);
      });
    },
  );

  it('takes the first step of whole batches along the gradient of the mean', () => {
    const { problem, start, end } = run('sgd', 12, 1);
    const gradient = differences(problem, start);
    [...end.W, ...end.a].forEach((entry, i) => {
      const before = i < start.W.length ? start.W[i] : start.a[i - start.W.length];
      expect(entry - before).toBeCloseTo((-0.4 * gradient[i]) / problem.n, 6);
    });
  });

  it('is the same for the same seed, and falls from 1 to nearly nothing along a cosine and in steps', () => {
    expect(run('momentum', 4).end).toEqual(run('momentum', 4).end);
    expect([decays.cosine(0), decays.cosine(1), decays.steps(0), decays.steps(0.6), decays.steps(0.9)]).toEqual([
      1, 0, 1, 0.1, 0.01,
    ]);
    expect(decays.constant()).toBe(1);
  });

  it('scores are what the objective is made of', () => {
    const problem = problemOf('squared', 2);
    const weights = randomWeights(problem, 5, 2);
    const { X, y, n, d, outputs, beta } = problem;
    const scores = scoresOf(weights, X, n, d, outputs);
    const fit = scores.reduce((sum, f, at) => sum + 0.5 * (f - y[at]) ** 2, 0);
    const norms = [...weights.W, ...weights.a].reduce((sum, entry) => sum + entry * entry, 0);
    expect(objectiveOf(problem, weights)).toBeCloseTo(fit + 0.5 * beta * norms, 10);
  });
});
