import type { OutputStandardization, Standardization } from '../data/standardize.js';
import type { Matrix, VectorLike } from '../types.js';
import type { Activation } from './activation.js';
import { NETWORK_VERSION, Network, type NetworkJson } from './base.js';
import { positiveInteger, weights } from './checks.js';
import type { LocalModel } from './explain.js';
import { foldStandardization, perOutput } from './fold.js';
import { TwoLayerNetwork } from './network.js';
import type { Operation } from './operations.js';

/** What a {@link CircularNetwork} is made from; row-major. */
export interface CircularSpec {
  readonly inputs: number;
  readonly outputs: number;
  readonly unit: CircularUnit;
  /** Filters u_j and weights w_j: units x inputs. */
  readonly filters: VectorLike;
  readonly weights: VectorLike;
  /** units x inputs, of gated units; null for the others. */
  readonly gates: VectorLike | null;
  /** weights: units x outputs, a single 1 in every row for linear units; bias: default zeros. */
  readonly output: { readonly weights: VectorLike; readonly bias?: VectorLike };
  /** Signals are (x - center) / scale; null where they are x. */
  readonly scaling: { readonly centers: VectorLike; readonly scales: VectorLike } | null;
}

export const circularUnits = ['linear', 'relu', 'gated'] as const;
export type CircularUnit = (typeof circularUnits)[number];

export interface CircularJson extends NetworkJson {
  readonly type: 'circular';
}

/**
 * Circular convolutions of whole signals: score_c = sum_j a_jc phi(x^T C(u_j) w_j) + bias_c with C(u)_ik = u_{(i-k) mod d}, phi the
 * identity, a ReLU or a fixed gate 1[x^T g_j >= 0].
 *
 * @throws {@link ArgumentError} if sizes differ or a number is not finite.
 */
export class CircularNetwork extends Network {
  readonly type = 'circular';
  readonly inputs: number;
  readonly outputs: number;
  readonly neurons: number;
  readonly unit: CircularUnit;
  readonly filters: Float64Array;
  readonly weights: Float64Array;
  readonly gates: Float64Array | null;
  readonly output: { readonly weights: Float64Array; readonly bias: Float64Array };
  readonly scaling: Standardization | null;
  private readonly plain: TwoLayerNetwork;

  constructor(spec: CircularSpec) {
    super();
    const { unit, output, scaling, gates } = spec;
    const d = positiveInteger(spec.inputs, 'inputs');
    const C = positiveInteger(spec.outputs, 'outputs');
    const m = output.weights.length / C;
    this.inputs = d;
    this.outputs = C;
    this.neurons = m;
    this.unit = unit;
    this.filters = weights(spec.filters, 'filters', m * d);
    this.weights = weights(spec.weights, 'weights', m * d);
    this.gates = unit === 'gated' ? weights(gates, 'gates', m * d) : null;
    this.output = {
      weights: weights(output.weights, 'output.weights', m * C),
      bias: weights(output.bias ?? new Float64Array(C), 'output.bias', C),
    };
    this.scaling = scaling && {
      centers: weights(scaling.centers, 'scaling.centers', d),
      scales: weights(scaling.scales, 'scaling.scales', d),
    };
    this.plain = this.fold();
  }

  forward(X: Matrix): Float64Array {
    return this.plain.forward(X);
  }

  /**
   * Linear units: 1/2 sum of |u_j|^2 + |w_j|^2. Others: 1/2 sum of |u_j|^2 |w_j|^2 + |a_j|_1^2, which is that of w_j and a_j for
   * filters of unit length.
   */
  weightPenalty(): number {
    let total = 0;
    for (let j = 0; j < this.neurons; j++) {
      const u = squares(this.filters, j, this.inputs);
      const w = squares(this.weights, j, this.inputs);
      let a = 0;
      for (let c = j * this.outputs; c < (j + 1) * this.outputs; c++) a += Math.abs(this.output.weights[c]);
      total += 0.5 * (this.unit === 'linear' ? u + w : u * w + a * a);
    }
    return total;
  }

  /** The same function as a network of one hidden layer, convolutions carried out: forward passes go through it. */
  toPlain(): TwoLayerNetwork {
    return this.plain;
  }

  /** Filters stay as they are: the scaling of the signals is kept beside them. */
  standardized(input: Standardization, output?: OutputStandardization): CircularNetwork {
    foldStandardization(this.plain, input, output);
    const { outputs, scaling } = this;
    const scale = perOutput(output?.outputScale ?? 1, 'outputScale', outputs);
    const mean = perOutput(output?.outputMean ?? 0, 'outputMean', outputs);
    return new CircularNetwork({
      ...this,
      scaling: {
        centers: input.centers.map((center, k) => center + input.scales[k] * (scaling?.centers[k] ?? 0)),
        scales: input.scales.map((own, k) => own * (scaling?.scales[k] ?? 1)),
      },
      output: {
        weights: this.output.weights.map((weight, at) => weight * scale[at % outputs]),
        bias: this.output.bias.map((bias, c) => mean[c] + scale[c] * bias),
      },
    });
  }

  patternAt(X: Matrix, row: number): Uint8Array {
    return this.plain.patternAt(X, row);
  }

  localModel(pattern: Uint8Array): LocalModel {
    return this.plain.localModel(pattern);
  }

  override operations(): Operation[] {
    return this.plain.operations();
  }

  toSource(): string {
    return this.plain.toSource();
  }

  toJSON(): CircularJson & Record<string, unknown> {
    const { inputs, outputs, neurons, unit, gates, output, scaling } = this;
    return {
      format: 'cvxnn-network',
      version: NETWORK_VERSION,
      type: this.type,
      inputs,
      outputs,
      neurons,
      unit,
      filters: [...this.filters],
      weights: [...this.weights],
      gates: gates && [...gates],
      output: { weights: [...output.weights], bias: [...output.bias] },
      scaling: scaling && { centers: [...scaling.centers], scales: [...scaling.scales] },
    };
  }

  private fold(): TwoLayerNetwork {
    const { inputs, outputs, neurons, gates, output, scaling } = this;
    const hidden = new Float64Array(neurons * inputs);
    for (let j = 0; j < neurons; j++) convolve(this.filters, this.weights, j * inputs, inputs, hidden);
    const zeros = new Float64Array(neurons);
    const network = new TwoLayerNetwork({
      inputs,
      outputs,
      activation: gates ? { kind: 'gated', gates, gateBias: zeros } : foldedActivation[this.unit],
      hidden: { weights: hidden, bias: zeros },
      output,
      penalty: 'squared',
    });
    return scaling ? new TwoLayerNetwork(foldStandardization(network, scaling)) : network;
  }
}

/** A unit that keeps both sides of zero is linear. */
const foldedActivation: Record<CircularUnit, Activation> = {
  linear: { kind: 'leaky', slope: 1 },
  relu: { kind: 'relu' },
  gated: { kind: 'relu' },
};

/** c_i = sum_k u_{(i-k) mod d} w_k of unit j, k ascending, for the d entries from `start` on. */
function convolve(u: Float64Array, w: Float64Array, start: number, d: number, out: Float64Array): void {
  for (let i = 0; i < d; i++) {
    let sum = 0;
    for (let k = 0; k < d; k++) sum += u[start + ((i - k + d) % d)] * w[start + k];
    out[start + i] = sum;
  }
}

function squares(rows: Float64Array, j: number, d: number): number {
  let sum = 0;
  for (let k = j * d; k < (j + 1) * d; k++) sum += rows[k] * rows[k];
  return sum;
}

/** Networks of one output each side by side. */
export function joinCircular(networks: readonly CircularNetwork[]): CircularNetwork {
  const [first] = networks;
  const outputs = networks.length;
  const joined = (of: (network: CircularNetwork) => Float64Array) => networks.flatMap((network) => Array.from(of(network)));
  return new CircularNetwork({
    ...first,
    outputs,
    filters: joined(({ filters }) => filters),
    weights: joined(({ weights }) => weights),
    gates: first.gates && joined(({ gates }) => gates ?? new Float64Array(0)),
    output: {
      weights: networks.flatMap(({ output }, c) =>
        Array.from(output.weights).flatMap((weight) => Array.from({ length: outputs }, (_, k) => (k === c ? weight : 0))),
      ),
    },
  });
}
