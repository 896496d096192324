import type { Architecture } from '../../src/architectures/architecture.js';
import { gatedRelu } from '../../src/architectures/gated-relu.js';
import { absoluteValue, leakyRelu, relu } from '../../src/architectures/two-layer.js';
import type { TwoLayerNetwork } from '../../src/network/network.js';
import type { TrainOptions } from '../../src/options.js';
import type { LossName } from '../../src/program/losses.js';
import { numbers } from '../support/kernel-harness.js';

/** One training, as a user states it. */
export interface Case {
  readonly architecture: Architecture<TwoLayerNetwork>;
  readonly X: number[][];
  readonly y: number[] | number[][];
  readonly options: TrainOptions;
}

export const architectures: Readonly<Record<string, () => Architecture<TwoLayerNetwork>>> = {
  relu,
  'leaky 0.2': () => leakyRelu(0.2),
  absolute: absoluteValue,
  gated: gatedRelu,
};

export interface Recipe {
  readonly architecture?: keyof typeof architectures;
  readonly loss?: LossName;
  readonly rows?: number;
  readonly columns?: number;
  readonly outputs?: number;
  readonly weighted?: boolean;
  readonly seed?: number;
  readonly options?: Partial<TrainOptions>;
}

/** Random data with some structure: targets that a few hinges explain in part. Integer data have ties. */
export function randomCase(recipe: Recipe): Case {
  const { architecture = 'relu', loss = 'squared', rows = 12, columns = 2, outputs = 1, weighted = false, seed = 1 } = recipe;
  const draws = numbers(rows * (columns + outputs + 1) + 3 * columns, seed);
  const ties = seed % 5 === 0;
  const X = Array.from({ length: rows }, (_, k) =>
    Array.from(draws.subarray(k * columns, (k + 1) * columns), (x) => (ties ? Math.round(2 * x) : x)),
  );
  const noise = draws.subarray(rows * columns);
  const score = (k: number, c: number): number => {
    let sum = 0.5 * noise[k * outputs + c];
    for (let h = 0; h < 3; h++) {
      let z = 0.1 * c;
      for (let j = 0; j < columns; j++) z += X[k][j] * draws[(h * columns + j + c) % draws.length];
      sum += Math.max(z, 0) * (h - 1);
    }
    return sum;
  };
  const labels = loss === 'logistic' || loss === 'squaredHinge';
  const target = (k: number, c: number) => (labels ? (score(k, c) < 0 ? -1 : 1) : score(k, c));
  let table = Array.from({ length: rows }, (_, k) => Array.from({ length: outputs }, (_, c) => target(k, c)));
  if (loss === 'softmax') table = table.map((row) => row.map((_, c) => (c === row.indexOf(Math.max(...row)) ? 1 : 0)));
  const sampleWeight = Array.from({ length: rows }, (_, k) => 1.2 + draws[draws.length - 1 - k]);
  return {
    architecture: architectures[architecture](),
    X,
    y: outputs === 1 ? table.map(([entry]) => entry) : table,
    options: { beta: 0.1, loss, ...(weighted ? { sampleWeight } : {}), ...recipe.options },
  };
}

/** The loss of one score, from its definition, with the functions of the machine. */
export function lossOf(name: LossName, f: readonly number[], y: readonly number[], delta: number): number {
  if (name === 'softmax') {
    const top = Math.max(...f);
    const total = f.reduce((sum, entry) => sum + Math.exp(entry - top), 0);
    // The difference first: of scores of 1e140 a logarithm added to them is lost.
    return f.reduce((sum, entry, c) => sum + y[c] * (top - entry + Math.log(total)), 0);
  }
  return f.reduce((sum, entry, c) => {
    const r = y[c] - entry;
    const margin = 1 - y[c] * entry;
    if (name === 'squared') return sum + 0.5 * r * r;
    if (name === 'huber') return sum + (Math.abs(r) <= delta ? 0.5 * r * r : delta * (Math.abs(r) - 0.5 * delta));
    if (name === 'squaredHinge') return sum + 0.5 * Math.max(0, margin) ** 2;
    return sum + Math.max(0, -y[c] * entry) + Math.log1p(Math.exp(-Math.abs(entry)));
  }, 0);
}

/** Loss and penalty of a network on the data of a case, from its predictions and its weights alone. */
export function objectiveOf(network: TwoLayerNetwork, { architecture, X, y, options }: Case): number {
  const { outputs, inputs, hidden, output, neurons } = network;
  const { loss = 'squared', huberDelta = 1, sampleWeight, beta } = options;
  const scores = network.predict(X);
  let sum = 0;
  X.forEach((_, k) => {
    const f = Array.from(scores.subarray(k * outputs, (k + 1) * outputs));
    const target = y[k];
    const own = typeof target === 'number' ? [target] : target;
    sum += (sampleWeight ? sampleWeight[k] : 1) * lossOf(loss, f, own, huberDelta);
  });
  for (let j = 0; j < neurons; j++) {
    let square = hidden.bias[j] * hidden.bias[j];
    for (let i = j * inputs; i < (j + 1) * inputs; i++) square += hidden.weights[i] * hidden.weights[i];
    const fed = output.weights.subarray(j * outputs, (j + 1) * outputs);
    // Weight decay |a|_2^2, but for ReLU units that feed several outputs |a|_1^2 (math.md 3.1, 3.2).
    const one = fed.reduce((total, entry) => total + Math.abs(entry), 0);
    const two = fed.reduce((total, entry) => total + entry * entry, 0);
    sum += (beta / 2) * (square + (architecture.patterns === 'gates' ? two : one * one));
  }
  return sum;
}
