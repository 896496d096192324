import type { Network, TrainOptions } from '../../src/index.js';
import { lossOf } from '../train/problems.js';
import type { FamilyEntry } from './every-family.js';
import { numbers } from './kernel-harness.js';

/** Data that a family of `every-family.ts` is trained on. */
export interface Task {
  readonly X: number[][];
  readonly y: number[] | number[][];
  readonly options: Omit<TrainOptions, 'beta'>;
}

export function taskOf({ inputs, samples = 12, outputs = 1, options = {} }: FamilyEntry, seed = 1): Task {
  const data = numbers(samples * inputs, seed, 2);
  const X = Array.from({ length: samples }, (_, k) => Array.from(data.subarray(k * inputs, (k + 1) * inputs)));
  const noise = numbers(samples * outputs, seed + 50, 1);
  const { loss = 'squared' } = options;
  const target = (row: number[], k: number, c: number) => {
    const value = Math.abs(row[0]) - 0.7 * (row[(c + 1) % inputs] ?? 0) + 0.3 * noise[k * outputs + c];
    return loss === 'logistic' || loss === 'squaredHinge' ? (value > 0.3 ? 1 : -1) : value;
  };
  const rows = X.map((row, k) => Array.from({ length: outputs }, (_, c) => target(row, k, c)));
  if (loss === 'softmax') {
    const oneHot = rows.map((row) => row.map((value) => (value === Math.max(...row) ? 1 : 0)));
    return { X, y: oneHot, options };
  }
  return { X, y: outputs === 1 ? rows.map(([value]) => value) : rows, options };
}

/** Sum of losses of the network's predictions, plus beta times its own penalty. */
export function objectiveOf(network: Network, { X, y, options }: Task, beta: number): number {
  const scores = network.predict(X, options.offset === undefined ? {} : { offset: options.offset });
  const { outputs } = network;
  const loss = y.reduce<number>((sum, target, k) => {
    const own = typeof target === 'number' ? [target] : target;
    const { loss: name = 'squared', huberDelta = 1 } = options;
    return sum + lossOf(name, Array.from(scores.subarray(k * outputs, (k + 1) * outputs)), own, huberDelta);
  }, 0);
  return loss + beta * network.weightPenalty();
}
