import { createRandom } from '../../src/random.js';

/** sum of losses + beta/2 (|W|^2 + |a|^2) of a ReLU network; the last column of X is the constant. */
export interface TrainingProblem {
  /** n x d, row-major. */
  readonly X: Float64Array;
  /** n x outputs, row-major. */
  readonly y: Float64Array;
  readonly n: number;
  readonly d: number;
  readonly outputs: number;
  readonly loss: 'squared' | 'logistic';
  readonly beta: number;
}

/**
 * Units that feed one output each, in groups of equal size: unit j of m feeds output floor(j outputs / m). A unit that
 * feeds several outputs can be split into such units at the same penalty |w|^2 + |a|_1^2 (math.md 3.2).
 */
export interface Weights {
  /** m x d */
  readonly W: Float64Array;
  readonly a: Float64Array;
}

/** Uniform in +-1/sqrt(fan-in), as PyTorch starts linear layers. */
export function randomWeights({ d, outputs }: TrainingProblem, unitsPerOutput: number, seed: number): Weights {
  const random = createRandom(seed, 77);
  const draw = (length: number, size: number) => Float64Array.from({ length }, () => size * (2 * random.uniform() - 1));
  const units = unitsPerOutput * outputs;
  return { W: draw(units * d, 1 / Math.sqrt(d)), a: draw(units, 1 / Math.sqrt(unitsPerOutput)) };
}

/** Of one sample: value, and derivative in the score. */
export const loss = {
  squared: (f: number, y: number) => 0.5 * (f - y) * (f - y),
  logistic: (f: number, y: number) => Math.max(0, -y * f) + Math.log1p(Math.exp(-Math.abs(f))),
};
export const slope = {
  squared: (f: number, y: number) => f - y,
  logistic: (f: number, y: number) => -y / (1 + Math.exp(y * f)),
};

/** Scores of n rows of d columns, the constant among them: n x outputs, in plain loops. */
export function scoresOf({ W, a }: Weights, X: Float64Array, n: number, d: number, outputs: number): Float64Array {
  const units = a.length / outputs;
  return Float64Array.from({ length: n * outputs }, (_, at) => {
    const [k, c] = [Math.floor(at / outputs), at % outputs];
    let f = 0;
    for (let j = c * units; j < (c + 1) * units; j++) {
      let z = 0;
      for (let i = 0; i < d; i++) z += W[j * d + i] * X[k * d + i];
      if (z > 0) f += a[j] * z;
    }
    return f;
  });
}

/** The objective in plain loops: shares nothing with training, ours or the peers'. */
export function objectiveOf(problem: TrainingProblem, weights: Weights): number {
  const { X, y, n, d, outputs, beta } = problem;
  const scores = scoresOf(weights, X, n, d, outputs);
  const sum = scores.reduce((total, f, at) => total + loss[problem.loss](f, y[at]), 0);
  const square = (values: Float64Array) => values.reduce((total, entry) => total + entry * entry, 0);
  return sum + 0.5 * beta * (square(weights.W) + square(weights.a));
}
