import { exponential } from './functions.js';
import { Table } from './table.js';

/** Losses that a model can have been trained with, by the names of the public options. */
export const lossNames = ['squared', 'logistic', 'squaredHinge', 'huber', 'softmax'] as const;
export type LossName = (typeof lossNames)[number];

/**
 * How class labels become targets. Two classes with one output: -1 and +1. One output for every class: logistic and squared
 * hinge need -1/+1 (each class against the rest), the others 0/1.
 */
export function targetEncoding(loss: LossName, outputs: number): 'signs' | 'one-hot' {
  return outputs === 1 || loss === 'logistic' || loss === 'squaredHinge' ? 'signs' : 'one-hot';
}

/**
 * Class index of every sample. One output: class 1 where the score is >= 0, else class 0. Several: the largest score, the
 * first one of equals.
 *
 * @param scores - Row-major samples x outputs.
 */
export function decide(scores: Float64Array, outputs: number): Int32Array {
  const decisions = new Int32Array(scores.length / outputs);
  for (let i = 0; i < decisions.length; i++) {
    if (outputs === 1) {
      decisions[i] = scores[i] >= 0 ? 1 : 0;
      continue;
    }
    let best = 0;
    for (let c = 1; c < outputs; c++) if (scores[i * outputs + c] > scores[i * outputs + best]) best = c;
    decisions[i] = best;
  }
  return decisions;
}

/**
 * Class probabilities, samples x classes, rows summing to 1.
 *
 * - softmax: exp(score) over the sum of the row's.
 * - logistic: 1 / (1 + exp(-score)).
 * - squared and squared hinge: without a penalty both losses are smallest, on average, at score = E[target | x]; so the
 *   probability is the score itself for 0/1 targets and (1 + score) / 2 for -1/+1, clipped to [0, 1]. No model of the
 *   noise is invented.
 * - Huber: the same rule; exact where residuals stay below delta, an approximation beyond.
 *
 * Rows of several one-against-the-rest values are divided by their sum; a row of zeros becomes uniform.
 *
 * @param scores - Row-major samples x outputs; one output means two classes.
 */
export function probabilities(scores: Float64Array, outputs: number, loss: LossName): Table {
  if (outputs === 1) return binary(scores, loss);
  const table = new Float64Array(scores.length);
  for (let start = 0; start < scores.length; start += outputs) {
    const row = table.subarray(start, start + outputs);
    const largest = scores.subarray(start, start + outputs).reduce((one, other) => (other > one ? other : one));
    for (let c = 0; c < outputs; c++) {
      const score = scores[start + c];
      row[c] = loss === 'softmax' ? exponential(score - largest) : probability(score, loss, outputs);
    }
    let sum = 0;
    for (let c = 0; c < outputs; c++) sum += row[c];
    for (let c = 0; c < outputs; c++) row[c] = sum > 0 ? row[c] / sum : 1 / outputs;
  }
  return new Table(table, outputs);
}

function binary(scores: Float64Array, loss: LossName): Table {
  const table = new Float64Array(2 * scores.length);
  for (let i = 0; i < scores.length; i++) {
    // Both from the score: 1 - p would lose the small one of the two.
    table[2 * i] = probability(-scores[i], loss, 1);
    table[2 * i + 1] = probability(scores[i], loss, 1);
  }
  return new Table(table, 2);
}

/** Probability of one class against the rest. */
function probability(score: number, loss: LossName, outputs: number): number {
  if (loss === 'logistic') {
    const tail = exponential(score < 0 ? score : -score);
    return score < 0 ? tail / (1 + tail) : 1 / (1 + tail);
  }
  const mean = targetEncoding(loss, outputs) === 'signs' ? 0.5 + 0.5 * score : score;
  return mean < 0 ? 0 : mean > 1 ? 1 : mean;
}
