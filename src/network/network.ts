import { count, describeValue, isArrayLike } from '../data/describe.js';
import { packMatrix, packVector } from '../data/matrix.js';
import { ArgumentError } from '../errors.js';
import type { Matrix, MatrixLike, VectorLike } from '../types.js';
import type { Activation, TwoLayerParameters } from './activation.js';
import { type Explanation, explain, type Regions, regions } from './explain.js';
import { forward } from './forward.js';
import { moduleSource } from './module-source.js';
import { type PenaltyKind, penaltyKinds, weightPenalty } from './penalty.js';

/** Version of the format that `toJSON` writes and `networkFromJSON` reads. */
export const NETWORK_VERSION = 1;

/** What every saved network starts with; each `type` adds its own fields. Plain numbers and arrays only. */
export interface NetworkJson {
  readonly format: 'cvxnn-network';
  readonly version: number;
  readonly type: string;
}

/** A trained function from `inputs` features to `outputs` raw scores. Never changes after construction. */
export interface Network {
  readonly type: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly neurons: number;
  /** Row-major samples x outputs raw scores, in a fixed summation order. X is trusted to be finite. */
  forward(X: Matrix): Float64Array;
  /** The penalty of the non-convex problem, without beta. */
  weightPenalty(): number;
  toJSON(): NetworkJson;
  /** As `forward`, for a matrix as callers have it. */
  predict(X: MatrixLike): Float64Array;
}

/** Saved form of a {@link TwoLayerNetwork}; arrays are row-major, as in {@link TwoLayerParameters}. */
export interface TwoLayerJson extends NetworkJson {
  readonly type: 'two-layer';
  readonly inputs: number;
  readonly outputs: number;
  readonly neurons: number;
  readonly activation: ActivationJson;
  readonly penalty: PenaltyKind;
  readonly hidden: { readonly weights: readonly number[]; readonly bias: readonly number[] };
  readonly output: { readonly weights: readonly number[]; readonly bias: readonly number[] };
}

export type ActivationJson =
  | Exclude<Activation, { kind: 'gated' }>
  | { readonly kind: 'gated'; readonly gates: readonly number[]; readonly gateBias: readonly number[] };

/** What {@link TwoLayerNetwork} is made from. Biases are zero where absent; `penalty` is `'squared'`, weight decay. */
export interface TwoLayerSpec {
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: Activation;
  /** weights: neurons x inputs, row-major. */
  readonly hidden: { readonly weights: VectorLike; readonly bias?: VectorLike };
  /** weights: neurons x outputs, row-major; its length decides how many neurons there are, none included. */
  readonly output: { readonly weights: VectorLike; readonly bias?: VectorLike };
  readonly penalty?: PenaltyKind;
}

/**
 * One hidden layer: score_c = sum_j a_jc phi(w_j^T x + b_j) + output bias_c. Arrays are copied in; treat them as constant.
 *
 * @throws {@link ArgumentError} if sizes differ or a number is not finite.
 */
export class TwoLayerNetwork implements Network, TwoLayerParameters {
  readonly type = 'two-layer';
  readonly inputs: number;
  readonly outputs: number;
  readonly neurons: number;
  readonly activation: Activation;
  readonly hidden: { readonly weights: Float64Array; readonly bias: Float64Array };
  readonly output: { readonly weights: Float64Array; readonly bias: Float64Array };
  readonly penalty: PenaltyKind;

  constructor(spec: TwoLayerSpec) {
    this.inputs = positiveInteger(spec.inputs, 'inputs');
    this.outputs = positiveInteger(spec.outputs, 'outputs');
    const { hidden, output, penalty = 'squared' } = spec;
    if (!penaltyKinds.includes(penalty))
      throw new ArgumentError('penalty', describeValue(penalty), `one of ${penaltyKinds.join(', ')}`);
    this.penalty = penalty;
    const m = output.weights.length / this.outputs;
    if (!Number.isInteger(m)) {
      throw new ArgumentError(
        'output.weights',
        `of length ${output.weights.length}`,
        `a multiple of ${this.outputs}, the number of outputs`,
      );
    }
    this.neurons = m;
    this.hidden = {
      weights: weights(hidden.weights, 'hidden.weights', m * this.inputs),
      bias: weights(hidden.bias ?? new Float64Array(m), 'hidden.bias', m),
    };
    this.output = {
      weights: weights(output.weights, 'output.weights', m * this.outputs),
      bias: weights(output.bias ?? new Float64Array(this.outputs), 'output.bias', this.outputs),
    };
    this.activation = copyActivation(spec.activation, m, this.inputs);
  }

  forward(X: Matrix): Float64Array {
    return forward(this, X);
  }

  weightPenalty(): number {
    return weightPenalty(this, this.penalty);
  }

  /**
   * Raw scores of new samples, row-major samples x outputs; with one output, one number for every sample.
   *
   * @param X - n x inputs, finite.
   * @throws {@link ArgumentError} for a bad matrix, and for a row so large that its score overflows.
   */
  predict(X: MatrixLike): Float64Array {
    const scores = this.forward(packMatrix(X, 'X'));
    const overflow = scores.findIndex((score) => !Number.isFinite(score));
    if (overflow >= 0) {
      throw new ArgumentError(
        `X[${Math.floor(overflow / this.outputs)}]`,
        'so large that the score overflows',
        'values of the size seen in training',
      );
    }
    return scores;
  }

  /**
   * The linear model in force at one sample: the network is linear in a neighbourhood of every sample that lies on no
   * neuron's boundary.
   *
   * @param x - `inputs` features.
   * @throws {@link ArgumentError} if x has another length, or if the activation is not linear on each side of zero
   * (quadratic, polynomial, threshold).
   */
  explain(x: VectorLike): Explanation {
    return explain(this, packVector(x, 'x', this.inputs, 'as many as the network has inputs'));
  }

  /**
   * Groups samples by the linear model in force: a convex network is a mixture of few linear models.
   *
   * @param X - n x inputs, finite. Cost O(n m d).
   * @throws {@link ArgumentError} as {@link explain}.
   */
  regions(X: MatrixLike): Regions {
    return regions(this, packMatrix(X, 'X'));
  }

  /** Text of an ES module without imports that exports `predict(row)`: the same bits as `forward`. */
  toSource(): string {
    return moduleSource(this);
  }

  toJSON(): TwoLayerJson {
    const { inputs, outputs, neurons, activation, penalty, hidden, output } = this;
    return {
      format: 'cvxnn-network',
      version: NETWORK_VERSION,
      type: this.type,
      inputs,
      outputs,
      neurons,
      activation:
        activation.kind === 'gated'
          ? { kind: 'gated', gates: [...activation.gates], gateBias: [...activation.gateBias] }
          : activation,
      penalty,
      hidden: { weights: [...hidden.weights], bias: [...hidden.bias] },
      output: { weights: [...output.weights], bias: [...output.bias] },
    };
  }
}

function copyActivation(activation: Activation, neurons: number, inputs: number): Activation {
  switch (activation.kind) {
    case 'leaky':
      return { kind: 'leaky', slope: weight(activation.slope, 'activation.slope') };
    case 'polynomial': {
      const [a, b, c] = (['a', 'b', 'c'] as const).map((name) => weight(activation[name], `activation.${name}`));
      return { kind: 'polynomial', a, b, c };
    }
    case 'gated':
      return {
        kind: 'gated',
        gates: weights(activation.gates, 'activation.gates', neurons * inputs),
        gateBias: weights(activation.gateBias, 'activation.gateBias', neurons),
      };
    case 'relu':
    case 'absolute':
    case 'quadratic':
    case 'threshold':
      return { kind: activation.kind };
    default:
      throw new ArgumentError('activation.kind', describeValue((activation as { kind: unknown }).kind), 'a known activation');
  }
}

/** A copy. Minus zero becomes zero: no score depends on it, and JSON cannot hold it, so saved and loaded stay the same bits. */
function weights(source: unknown, name: string, length: number): Float64Array {
  if (!isArrayLike(source) || source.length !== length)
    throw new ArgumentError(name, describeValue(source), count(length, 'number'));
  const copy = new Float64Array(length);
  for (let k = 0; k < length; k++) copy[k] = weight(source[k], `${name}[${k}]`);
  return copy;
}

function weight(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new ArgumentError(name, describeValue(value), 'a finite number');
  return value + 0;
}

function positiveInteger(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) {
    throw new ArgumentError(name, describeValue(value), 'a positive integer');
  }
  return value;
}
