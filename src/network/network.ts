import { describeValue } from '../data/describe.js';
import type { OutputStandardization, Standardization } from '../data/standardize.js';
import { ArgumentError } from '../errors.js';
import type { Matrix } from '../types.js';
import type { Activation, TwoLayerParameters } from './activation.js';
import { NETWORK_VERSION, Network, type NetworkJson } from './base.js';
import { positiveInteger, weight, weights } from './checks.js';
import type { LocalModel } from './explain.js';
import { foldStandardization } from './fold.js';
import { forward } from './forward.js';
import { localModel, patternAt } from './linear-pieces.js';
import { moduleSource } from './module-source.js';
import { type Operation, twoLayerOperations } from './operations.js';
import { type PenaltyKind, penaltyKinds, weightPenalty } from './penalty.js';
import type { TwoLayerSpec } from './spec.js';

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

/**
 * One hidden layer: score_c = sum_j a_jc phi(w_j^T x + b_j) + output bias_c. Arrays are copied in; treat them as constant.
 *
 * @throws {@link ArgumentError} if sizes differ or a number is not finite.
 */
export class TwoLayerNetwork extends Network implements TwoLayerParameters {
  readonly type = 'two-layer';
  readonly inputs: number;
  readonly outputs: number;
  readonly neurons: number;
  readonly activation: Activation;
  readonly hidden: { readonly weights: Float64Array; readonly bias: Float64Array };
  readonly output: { readonly weights: Float64Array; readonly bias: Float64Array };
  readonly penalty: PenaltyKind;

  constructor(spec: TwoLayerSpec) {
    super();
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

  standardized(input: Standardization, output?: OutputStandardization): TwoLayerNetwork {
    return new TwoLayerNetwork(foldStandardization(this, input, output));
  }

  override operations(): Operation[] {
    return twoLayerOperations(this);
  }

  patternAt(X: Matrix, row: number): Uint8Array {
    return patternAt(this, X, row);
  }

  localModel(pattern: Uint8Array): LocalModel {
    return localModel(this, pattern);
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
