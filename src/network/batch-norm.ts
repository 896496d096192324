import { describeValue } from '../data/describe.js';
import type { OutputStandardization, Standardization } from '../data/standardize.js';
import { ArgumentError } from '../errors.js';
import type { Matrix, VectorLike } from '../types.js';
import { type Activation, unitFunction } from './activation.js';
import { NETWORK_VERSION, Network, type NetworkJson } from './base.js';
import { positiveInteger, positiveNumber, weights } from './checks.js';
import type { LocalModel } from './explain.js';
import { foldStandardization, perOutput } from './fold.js';
import { affine, requireColumns } from './forward.js';
import { localModel } from './linear-pieces.js';
import { TwoLayerNetwork } from './network.js';
import type { Operation } from './operations.js';

/** What a {@link BatchNormNetwork} is made from; row-major. */
export interface BatchNormSpec {
  readonly inputs: number;
  readonly outputs: number;
  /** Rows that were trained on, or the sum of their weights: the shift of a unit is alpha / sqrt(samples). */
  readonly samples: number;
  /** Column means of these rows. */
  readonly means: VectorLike;
  /** neurons x inputs: directions w_j, and the norms |(X - means) w_j| over these rows, positive. */
  readonly directions: VectorLike;
  readonly norms: VectorLike;
  readonly gamma: VectorLike;
  readonly alpha: VectorLike;
  /** Gates on inputs with their bias, of gated networks; null for ReLU. */
  readonly gates: { readonly weights: VectorLike; readonly bias: VectorLike } | null;
  /** weights: neurons x outputs; bias: default zeros. */
  readonly output: { readonly weights: VectorLike; readonly bias?: VectorLike };
  /** As in two-layer networks: |a_j|^2, or |a_j|_1^2 for `group`. */
  readonly penalty: 'squared' | 'group';
}

export interface BatchNormJson extends NetworkJson {
  readonly type: 'batch-norm';
}

/**
 * Units behind batch normalization: score_c = sum_j a_jc phi(gamma_j (x - means)^T w_j / norm_j + alpha_j / sqrt(samples)) + bias_c,
 * phi a ReLU or a gate that is fixed. Means and norms are those of the training rows, for new rows too.
 *
 * @throws {@link ArgumentError} if sizes differ, a number is not finite or a norm is not positive.
 */
export class BatchNormNetwork extends Network {
  readonly type = 'batch-norm';
  readonly inputs: number;
  readonly outputs: number;
  readonly neurons: number;
  readonly samples: number;
  readonly means: Float64Array;
  readonly directions: Float64Array;
  readonly norms: Float64Array;
  readonly gamma: Float64Array;
  readonly alpha: Float64Array;
  readonly gates: { readonly weights: Float64Array; readonly bias: Float64Array } | null;
  readonly output: { readonly weights: Float64Array; readonly bias: Float64Array };
  readonly penalty: 'squared' | 'group';

  constructor(spec: BatchNormSpec) {
    super();
    const { inputs, outputs, gates, output, penalty } = spec;
    this.inputs = positiveInteger(inputs, 'inputs');
    this.outputs = positiveInteger(outputs, 'outputs');
    this.samples = positiveNumber(spec.samples, 'samples');
    const m = spec.gamma.length;
    this.neurons = m;
    this.means = weights(spec.means, 'means', inputs);
    this.directions = weights(spec.directions, 'directions', m * inputs);
    this.norms = weights(spec.norms, 'norms', m);
    const bad = this.norms.findIndex((norm) => !(norm > 0));
    if (bad >= 0) throw new ArgumentError(`norms[${bad}]`, describeValue(this.norms[bad]), 'a positive number');
    this.gamma = weights(spec.gamma, 'gamma', m);
    this.alpha = weights(spec.alpha, 'alpha', m);
    this.gates = gates && {
      weights: weights(gates.weights, 'gates.weights', m * inputs),
      bias: weights(gates.bias, 'gates.bias', m),
    };
    this.output = {
      weights: weights(output.weights, 'output.weights', m * outputs),
      bias: weights(output.bias ?? new Float64Array(outputs), 'output.bias', outputs),
    };
    this.penalty = penalty;
  }

  forward(X: Matrix): Float64Array {
    requireColumns(X, this.inputs);
    const { neurons, outputs, output } = this;
    const unit = unitFunction(this.activation);
    const scores = new Float64Array(X.rows * outputs);
    for (let i = 0; i < X.rows; i++) {
      const centered = this.centeredRow(X, i);
      for (let j = 0; j < neurons; j++) {
        const z = this.normalized(centered, j);
        const value = unit(z, this.gateAt(X, i, j, z));
        for (let c = 0; c < outputs; c++) scores[i * outputs + c] += value * output.weights[j * outputs + c];
      }
      for (let c = 0; c < outputs; c++) scores[i * outputs + c] += output.bias[c];
    }
    return scores;
  }

  /** 1/2 sum of gamma_j^2 + alpha_j^2 + |a_j|^2; w_j costs nothing. */
  weightPenalty(): number {
    const { outputs, output, gamma, alpha, penalty } = this;
    let total = 0;
    for (let j = 0; j < this.neurons; j++) {
      let square = 0;
      let sum = 0;
      for (let c = j * outputs; c < (j + 1) * outputs; c++) {
        square += output.weights[c] * output.weights[c];
        sum += Math.abs(output.weights[c]);
      }
      total += 0.5 * (gamma[j] * gamma[j] + alpha[j] * alpha[j] + (penalty === 'group' ? sum * sum : square));
    }
    return total;
  }

  /**
   * The same function without normalization: hidden weights gamma w / norm, biases alpha / sqrt(samples) less their value at
   * the means. Scores agree up to rounding.
   */
  toPlain(): TwoLayerNetwork {
    const { inputs, outputs, neurons, means, gamma, alpha, norms, output } = this;
    const folded = this.directions.map((weight, at) => {
      const j = Math.floor(at / inputs);
      return (weight * gamma[j]) / norms[j];
    });
    const bias = Float64Array.from({ length: neurons }, (_, j) => {
      return alpha[j] / Math.sqrt(this.samples) - affine(folded, j * inputs, means, 0, inputs, 0);
    });
    return new TwoLayerNetwork({
      inputs,
      outputs,
      activation: this.activation,
      hidden: { weights: folded, bias },
      output,
      penalty: this.penalty,
    });
  }

  /** Means and directions move to the raw columns, norms and gates' values stay: normalization does not see the scale of columns. */
  standardized(input: Standardization, output?: OutputStandardization): BatchNormNetwork {
    const { centers, scales } = input;
    const { outputs, inputs } = this;
    const plain = foldStandardization(this.toPlain(), input, output);
    const outputScale = perOutput(output?.outputScale ?? 1, 'outputScale', outputs);
    const outputMean = perOutput(output?.outputMean ?? 0, 'outputMean', outputs);
    return new BatchNormNetwork({
      ...this,
      means: this.means.map((mean, k) => centers[k] + scales[k] * mean),
      directions: this.directions.map((weight, at) => weight / scales[at % inputs]),
      gates: plain.activation.kind === 'gated' ? { weights: plain.activation.gates, bias: plain.activation.gateBias } : null,
      output: {
        weights: this.output.weights.map((weight, at) => weight * outputScale[at % outputs]),
        bias: this.output.bias.map((bias, c) => outputMean[c] + outputScale[c] * bias),
      },
    });
  }

  patternAt(X: Matrix, row: number): Uint8Array {
    const centered = this.centeredRow(X, row);
    return Uint8Array.from({ length: this.neurons }, (_, j) => {
      return this.gateAt(X, row, j, this.normalized(centered, j)) >= 0 ? 1 : 0;
    });
  }

  localModel(pattern: Uint8Array): LocalModel {
    return localModel(this.toPlain(), pattern);
  }

  /** Those of {@link toPlain}. */
  override operations(): Operation[] {
    return this.toPlain().operations();
  }

  /** Source of {@link toPlain}: the same scores up to rounding. */
  toSource(): string {
    return this.toPlain().toSource();
  }

  toJSON(): BatchNormJson & Record<string, unknown> {
    const { inputs, outputs, neurons, samples, penalty, gates, output } = this;
    return {
      format: 'cvxnn-network',
      version: NETWORK_VERSION,
      type: this.type,
      inputs,
      outputs,
      neurons,
      samples,
      penalty,
      means: [...this.means],
      directions: [...this.directions],
      norms: [...this.norms],
      gamma: [...this.gamma],
      alpha: [...this.alpha],
      gates: gates && { weights: [...gates.weights], bias: [...gates.bias] },
      output: { weights: [...output.weights], bias: [...output.bias] },
    };
  }

  private get activation(): Activation {
    const { gates } = this;
    return gates ? { kind: 'gated', gates: gates.weights, gateBias: gates.bias } : { kind: 'relu' };
  }

  private centeredRow(X: Matrix, row: number): Float64Array {
    return this.means.map((mean, k) => X.data[row * this.inputs + k] - mean);
  }

  /** gamma z / norm + alpha / sqrt n, z = (x - means)^T w. */
  private normalized(centered: Float64Array, j: number): number {
    const z = affine(this.directions, j * this.inputs, centered, 0, this.inputs, 0);
    return (this.gamma[j] * z) / this.norms[j] + this.alpha[j] / Math.sqrt(this.samples);
  }

  private gateAt({ data }: Matrix, row: number, j: number, z: number): number {
    const { gates, inputs } = this;
    return gates ? affine(gates.weights, j * inputs, data, row * inputs, inputs, gates.bias[j]) : z;
  }
}

/** Networks of one output each, trained on the same rows, side by side. */
export function joinBatchNorm(networks: readonly BatchNormNetwork[]): BatchNormNetwork {
  const [first] = networks;
  const outputs = networks.length;
  const joined = (of: (network: BatchNormNetwork) => Float64Array) => networks.flatMap((network) => Array.from(of(network)));
  return new BatchNormNetwork({
    ...first,
    outputs,
    directions: joined(({ directions }) => directions),
    norms: joined(({ norms }) => norms),
    gamma: joined(({ gamma }) => gamma),
    alpha: joined(({ alpha }) => alpha),
    gates: first.gates && {
      weights: joined(({ gates }) => gates?.weights ?? new Float64Array(0)),
      bias: joined(({ gates }) => gates?.bias ?? new Float64Array(0)),
    },
    output: {
      weights: networks.flatMap(({ output }, c) =>
        Array.from(output.weights).flatMap((weight) => Array.from({ length: outputs }, (_, k) => (k === c ? weight : 0))),
      ),
    },
    penalty: 'group',
  });
}
