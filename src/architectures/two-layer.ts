import type { Scope } from '../core/scope.js';
import { describeValue } from '../data/describe.js';
import { safeNorm } from '../data/vector.js';
import { ArgumentError } from '../errors.js';
import type { Activation } from '../network/activation.js';
import { joinOutputs } from '../network/join.js';
import { TwoLayerNetwork } from '../network/network.js';
import { balance, mergeNeurons } from '../network/neurons.js';
import { basicNetwork } from '../network/simplify.js';
import type { Patterns } from '../patterns/patterns.js';
import { MaskedFeatures } from '../program/masked-features.js';
import type { Program } from '../program/program.js';
import { ConeGroupNorm } from '../program/regularizers.js';
import type { TrainingData } from '../program/training-data.js';
import type { Architecture } from './architecture.js';

/** One neuron of weight product 1: hidden direction with norm |v|, and the output it feeds with which sign. */
function addNeuron(
  weights: number[],
  outputWeights: number[],
  v: Float64Array,
  output: number,
  sign: number,
  outputs: number,
): void {
  const root = Math.sqrt(safeNorm(v));
  for (const entry of v) weights.push(entry / root);
  for (let c = 0; c < outputs; c++) outputWeights.push(c === output ? sign * root : 0);
}

/** Splits rows of d weights into weights and bias, when the last column of X is the constant. */
export function splitBias(
  rows: ArrayLike<number>,
  columns: number,
  bias: boolean,
): { weights: Float64Array; bias: Float64Array } {
  const count = rows.length / columns;
  const inputs = bias ? columns - 1 : columns;
  const weights = new Float64Array(count * inputs);
  const biases = new Float64Array(count);
  for (let j = 0; j < count; j++) {
    for (let k = 0; k < inputs; k++) weights[j * inputs + k] = rows[j * columns + k];
    if (bias) biases[j] = rows[j * columns + inputs];
  }
  return { weights, bias: biases };
}

function cellFamily(
  name: string,
  slope: number,
  activation: Activation,
  recipe: Architecture['recipe'],
): Architecture<TwoLayerNetwork> {
  return {
    name,
    recipe,
    patterns: 'cells',
    degree: 1,
    slope,
    separatesOutputs: true,
    accepts: (loss, outputs) => (loss === 'softmax' && outputs < 2 ? 'softmax needs at least two outputs' : null),
    program: (data, patterns, scope) => cellProgram(data, patterns, slope, scope),
    network(v, patterns, { columns, outputs, bias }) {
      const weights: number[] = [];
      const outputWeights: number[] = [];
      const perSign = v.length / 2;
      for (let block = 0; block < v.length / columns; block++) {
        const own = v.subarray(block * columns, (block + 1) * columns);
        if (own.every((entry) => entry === 0)) continue;
        const sign = block * columns < perSign ? 1 : -1;
        addNeuron(weights, outputWeights, own, Math.floor(block / patterns.count) % outputs, sign, outputs);
      }
      const hidden = splitBias(weights, columns, bias);
      const network = new TwoLayerNetwork({
        inputs: bias ? columns - 1 : columns,
        outputs,
        activation,
        hidden,
        output: { weights: outputWeights },
        penalty: outputs > 1 ? 'group' : 'squared',
      });
      return balance(mergeNeurons(network));
    },
    simplify: basicNetwork,
    join: joinOutputs,
  };
}

/** Program 1 of math.md: both signs, every block in the cone of its pattern. */
function cellProgram(data: TrainingData, patterns: Patterns, slope: number, scope: Scope): Program {
  const { X, columns, outputs, samples, inverseNorms, loss, beta } = data;
  const features = new MaskedFeatures({ X, columns, patterns, outputs, layout: 'separate', signed: true, slope }, scope);
  const cone = (block: number) => ({
    rows: X,
    inverseNorms,
    count: samples,
    bits: features.bits + (block % patterns.count) * features.stride,
  });
  return { features, loss, regularizer: new ConeGroupNorm(features.blocks, columns, cone, scope), beta };
}

/**
 * Two-layer ReLU networks, f(x) = sum_j a_j (w_j^T x + b_j)_+, weight decay beta/2 sum (|w_j|^2 + b_j^2 + a_j^2): the
 * exact convex program of Pilanci and Ergen (2020), Theorem 1 (math.md 1). With several outputs the output weights of a
 * neuron enter as |a_j|_1^2, which separates into classes (3.2).
 */
export function relu(): Architecture<TwoLayerNetwork> {
  return cellFamily('relu', 0, { kind: 'relu' }, ['relu']);
}

/**
 * As {@link relu} with units max(z, slope z), -1 <= slope < 1 (math.md 12.1).
 *
 * @throws {@link ArgumentError} for another slope.
 */
export function leakyRelu(slope = 0.1): Architecture<TwoLayerNetwork> {
  if (typeof slope !== 'number' || !(slope >= -1 && slope < 1))
    throw new ArgumentError('slope', describeValue(slope), 'a number of at least -1 and below 1');
  return cellFamily('leaky-relu', slope, { kind: 'leaky', slope }, ['leakyRelu', slope]);
}

/** As {@link relu} with units |z| (math.md 12.1). */
export function absoluteValue(): Architecture<TwoLayerNetwork> {
  return cellFamily('absolute', -1, { kind: 'absolute' }, ['absoluteValue']);
}
