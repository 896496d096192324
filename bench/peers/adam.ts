import { openKernelsSync } from '../../src/core/load.js';
import { Scope } from '../../src/core/scope.js';
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

export interface Schedule {
  readonly rate: number;
  readonly steps: number;
}

/** Uniform in +-1/sqrt(fan-in), as PyTorch starts linear layers. */
export function randomWeights({ d, outputs }: TrainingProblem, unitsPerOutput: number, seed: number): Weights {
  const random = createRandom(seed, 77);
  const draw = (length: number, size: number) => Float64Array.from({ length }, () => size * (2 * random.uniform() - 1));
  const units = unitsPerOutput * outputs;
  return { W: draw(units * d, 1 / Math.sqrt(d)), a: draw(units, 1 / Math.sqrt(unitsPerOutput)) };
}

const loss = {
  squared: (f: number, y: number) => 0.5 * (f - y) * (f - y),
  logistic: (f: number, y: number) => Math.max(0, -y * f) + Math.log1p(Math.exp(-Math.abs(f))),
};
const slope = {
  squared: (f: number, y: number) => f - y,
  logistic: (f: number, y: number) => -y / (1 + Math.exp(y * f)),
};

/** The objective in plain loops: shares nothing with training, ours or Adam's. */
export function objectiveOf(problem: TrainingProblem, { W, a }: Weights): number {
  const { X, y, n, d, outputs, beta } = problem;
  const units = a.length / outputs;
  let sum = 0;
  for (let k = 0; k < n; k++) {
    for (let c = 0; c < outputs; c++) {
      let f = 0;
      for (let j = c * units; j < (c + 1) * units; j++) {
        let z = 0;
        for (let i = 0; i < d; i++) z += W[j * d + i] * X[k * d + i];
        if (z > 0) f += a[j] * z;
      }
      sum += loss[problem.loss](f, y[k * outputs + c]);
    }
  }
  const square = (values: Float64Array) => values.reduce((total, entry) => total + entry * entry, 0);
  return sum + 0.5 * beta * (square(W) + square(a));
}

/**
 * Full-batch Adam (0.9, 0.999, 1e-8) in float64, its rate falling to zero along a cosine.
 *
 * @returns the weights with the smallest objective of all steps. Cost 4 n d m operations a step, in the core's dense products.
 */
export function adam(problem: TrainingProblem, start: Weights, { rate, steps }: Schedule): Weights {
  const { n, d, outputs, beta } = problem;
  const units = start.a.length;
  const group = units / outputs;
  const scope = new Scope(openKernelsSync());
  const { kernels } = scope;
  const X = scope.copyIn(problem.X);
  const W = scope.copyIn(start.W);
  const Z = scope.vector(units * n);
  const G = scope.vector(units * d);
  const work = scope.bytes(Math.max(kernels.multiplyTransposedWorkspace(units, n, d), kernels.multiplyWorkspace(units, d, n)));
  const [weights, scores, gradientW] = [W, Z, G].map((vector) => scope.view(vector));
  const a = start.a.slice();
  const gradientA = new Float64Array(units);
  const f = new Float64Array(n * outputs);
  const update = [new Moments(units * d), new Moments(units)];
  let best: Weights = start;
  let least = Number.POSITIVE_INFINITY;
  for (let step = 0; step <= steps; step++) {
    kernels.multiplyTransposed(W.address, X.address, Z.address, units, n, d, work);
    f.fill(0);
    for (let j = 0; j < units; j++) {
      const c = Math.floor(j / group) * n;
      for (let k = 0; k < n; k++) if (scores[j * n + k] > 0) f[c + k] += a[j] * scores[j * n + k];
    }
    let value = 0;
    for (let k = 0; k < n; k++) {
      for (let c = 0; c < outputs; c++) {
        const target = problem.y[k * outputs + c];
        const score = f[c * n + k];
        value += loss[problem.loss](score, target);
        f[c * n + k] = slope[problem.loss](score, target);
      }
    }
    for (let i = 0; i < weights.length; i++) value += 0.5 * beta * weights[i] * weights[i];
    for (let j = 0; j < units; j++) value += 0.5 * beta * a[j] * a[j];
    if (value < least) {
      least = value;
      best = { W: weights.slice(), a: a.slice() };
    }
    if (step === steps) break;
    for (let j = 0; j < units; j++) {
      const c = Math.floor(j / group) * n;
      let sum = beta * a[j];
      for (let k = 0; k < n; k++) {
        const z = scores[j * n + k];
        if (z > 0) sum += f[c + k] * z;
        scores[j * n + k] = z > 0 ? f[c + k] * a[j] : 0;
      }
      gradientA[j] = sum;
    }
    kernels.multiply(Z.address, X.address, G.address, units, d, n, work);
    for (let i = 0; i < gradientW.length; i++) gradientW[i] += beta * weights[i];
    const now = 0.5 * rate * (1 + Math.cos((Math.PI * step) / steps));
    update[0].move(weights, gradientW, now);
    update[1].move(a, gradientA, now);
  }
  return best;
}

/** First and second moments of Adam, with their corrections. */
class Moments {
  private readonly first: Float64Array;
  private readonly second: Float64Array;
  private decay1 = 1;
  private decay2 = 1;

  constructor(length: number) {
    this.first = new Float64Array(length);
    this.second = new Float64Array(length);
  }

  move(at: Float64Array, gradient: Float64Array, rate: number): void {
    const { first, second } = this;
    this.decay1 *= 0.9;
    this.decay2 *= 0.999;
    const size = rate / (1 - this.decay1);
    const correction = 1 / (1 - this.decay2);
    for (let i = 0; i < at.length; i++) {
      first[i] += 0.1 * (gradient[i] - first[i]);
      second[i] += 0.001 * (gradient[i] * gradient[i] - second[i]);
      at[i] -= (size * first[i]) / (Math.sqrt(second[i] * correction) + 1e-8);
    }
  }
}
