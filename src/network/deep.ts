import { foldStandardization as foldLayer, type OutputStandardization, type Standardization } from '../data/standardize.js';
import { ArgumentError } from '../errors.js';
import type { Matrix, VectorLike } from '../types.js';
import { NETWORK_VERSION, Network, type NetworkJson } from './base.js';
import { positiveInteger, weights } from './checks.js';
import { type DeepLayers, deepOperations } from './deep-operations.js';
import { type DeepPenalty, deepPenalty } from './deep-penalty.js';
import type { LocalModel } from './explain.js';
import { perOutput, requireInputs } from './fold.js';
import { affine, requireColumns } from './forward.js';
import type { Operation } from './operations.js';

/** What a {@link DeepNetwork} is made of; biases are zero where absent. Arrays are row-major, sub-network after sub-network. */
export interface DeepSpec {
  readonly inputs: number;
  readonly outputs: number;
  /** Units of every hidden layer of one sub-network; the last layer has one. */
  readonly widths: readonly number[];
  readonly layers: { readonly weights: readonly VectorLike[]; readonly bias?: VectorLike };
  /** Layers of a network whose units are on or off in place of those of `layers`; null or absent: ReLU units. */
  readonly gates?: { readonly weights: readonly VectorLike[]; readonly bias?: VectorLike } | null;
  /** weights: sub-networks x outputs. */
  readonly output: { readonly weights: VectorLike; readonly bias?: VectorLike };
  readonly penalty: DeepPenalty;
}

/**
 * Parallel sub-networks of several hidden layers, each ending in one unit: score_c = sum_k a_kc z_k + output bias_c with
 * z_k = phi(w_k phi(.. phi(W_k x + b_k))). phi is the ReLU, or passes its input where the unit of the same place in the network of
 * gates is >= 0.
 *
 * @throws {@link ArgumentError} if sizes differ or a number is not finite.
 */
export class DeepNetwork extends Network {
  readonly type = 'deep';
  readonly inputs: number;
  readonly outputs: number;
  readonly widths: readonly number[];
  readonly layers: DeepLayers;
  readonly gates: DeepLayers | null;
  readonly output: { readonly weights: Float64Array; readonly bias: Float64Array };
  readonly penalty: DeepPenalty;

  constructor({ inputs, outputs, widths, layers, gates = null, output, penalty }: DeepSpec) {
    super();
    this.inputs = positiveInteger(inputs, 'inputs');
    this.outputs = positiveInteger(outputs, 'outputs');
    this.widths = widths.map((width, l) => positiveInteger(width, `widths[${l}]`));
    if (widths.length < 2 || widths[widths.length - 1] !== 1)
      throw new ArgumentError('widths', `[${widths}]`, 'at least two layers, the last one of one unit');
    this.penalty = penalty;
    const count = output.weights.length / outputs;
    if (!Number.isInteger(count))
      throw new ArgumentError('output.weights', `of length ${output.weights.length}`, `a multiple of ${outputs}`);
    const copy = (source: NonNullable<DeepSpec['gates']>, name: string): DeepLayers => {
      if (source.weights.length !== widths.length)
        throw new ArgumentError(`${name}.weights`, `of ${source.weights.length} layers`, `${widths.length} layers`);
      return {
        weights: widths.map((width, l) => {
          const length = count * width * (l === 0 ? inputs : widths[l - 1]);
          return weights(source.weights[l], `${name}.weights[${l}]`, length);
        }),
        bias: weights(source.bias ?? new Float64Array(count * widths[0]), `${name}.bias`, count * widths[0]),
      };
    };
    this.layers = copy(layers, 'layers');
    this.gates = gates === null ? null : copy(gates, 'gates');
    this.output = {
      weights: weights(output.weights, 'output.weights', count * outputs),
      bias: weights(output.bias ?? new Float64Array(outputs), 'output.bias', outputs),
    };
  }

  /** Sub-networks. */
  get subnetworks(): number {
    return this.output.weights.length / this.outputs;
  }

  /** Hidden units of all layers. */
  get neurons(): number {
    return this.subnetworks * this.widths.reduce((sum, width) => sum + width, 0);
  }

  forward(X: Matrix): Float64Array {
    requireColumns(X, this.inputs);
    const { outputs, output, subnetworks } = this;
    const scores = new Float64Array(X.rows * outputs);
    for (let i = 0; i < X.rows; i++) {
      for (let k = 0; k < subnetworks; k++) {
        const z = this.pass(k, X.data, i * this.inputs, null);
        for (let c = 0; c < outputs; c++) scores[i * outputs + c] += z * output.weights[k * outputs + c];
      }
      for (let c = 0; c < outputs; c++) scores[i * outputs + c] += output.bias[c];
    }
    return scores;
  }

  /** The last unit of sub-network k at the row of `x` that begins at `start`; `on` receives which units pass, layer after layer. */
  private pass(k: number, x: Float64Array, start: number, on: number[] | null): number {
    const { widths, layers, gates, inputs } = this;
    let [values, gateValues, from] = [x, x, start];
    let [length, gateFrom] = [inputs, start];
    widths.forEach((width, l) => {
      const next = new Float64Array(width);
      const nextGates = gates ? new Float64Array(width) : next;
      for (let j = 0; j < width; j++) {
        const unit = k * width + j;
        const z = affine(layers.weights[l], unit * length, values, from, length, l === 0 ? layers.bias[unit] : 0);
        const gate = gates
          ? affine(gates.weights[l], unit * length, gateValues, gateFrom, length, l === 0 ? gates.bias[unit] : 0)
          : z;
        // Written so that a NaN, which only overflow can produce, comes out as NaN.
        if (gates) nextGates[j] = gate < 0 ? 0 : gate;
        next[j] = gate >= 0 ? z : gate < 0 ? 0 : gate;
        on?.push(gate >= 0 ? 1 : 0);
      }
      [values, gateValues, from, gateFrom, length] = [next, nextGates, 0, 0, width];
    });
    return values[0];
  }

  /** Of the non-convex problem: {@link deepPenalty}. */
  weightPenalty(): number {
    return deepPenalty(this);
  }

  standardized(input: Standardization, output?: OutputStandardization): DeepNetwork {
    const { inputs, outputs, widths, layers, gates, penalty } = this;
    requireInputs(input, inputs);
    const mean = perOutput(output?.outputMean ?? 0, 'outputMean', outputs);
    const scale = perOutput(output?.outputScale ?? 1, 'outputScale', outputs);
    const fold = ({ weights: [first, ...later], bias }: DeepLayers): DeepLayers => {
      const folded = foldLayer(first, bias, input);
      return { weights: [folded.weights, ...later], bias: folded.bias };
    };
    return new DeepNetwork({
      inputs,
      outputs,
      widths,
      penalty,
      layers: fold(layers),
      gates: gates && fold(gates),
      output: {
        weights: this.output.weights.map((weight, at) => weight * scale[at % outputs]),
        bias: this.output.bias.map((bias, c) => mean[c] + scale[c] * bias),
      },
    });
  }

  /** One bit for every hidden unit: sub-network after sub-network, layer after layer. */
  patternAt(X: Matrix, row: number): Uint8Array {
    const on: number[] = [];
    for (let k = 0; k < this.subnetworks; k++) this.pass(k, X.data, row * this.inputs, on);
    return Uint8Array.from(on);
  }

  localModel(pattern: Uint8Array): LocalModel {
    const { inputs, outputs, output } = this;
    const coefficients = new Float64Array(outputs * inputs);
    const intercept = new Float64Array(outputs);
    for (let k = 0; k < this.subnetworks; k++) {
      const { slopes, constant } = this.linearPiece(k, pattern);
      for (let c = 0; c < outputs; c++) {
        const a = output.weights[k * outputs + c];
        for (let i = 0; i < inputs; i++) coefficients[c * inputs + i] += a * slopes[i];
        intercept[c] += a * constant;
      }
    }
    for (let c = 0; c < outputs; c++) intercept[c] += output.bias[c];
    return { pattern, coefficients, intercept };
  }

  /** The last unit of sub-network k as a function of x: backwards from it, only through units that pass. */
  private linearPiece(k: number, pattern: Uint8Array): { slopes: Float64Array; constant: number } {
    const { widths, layers, inputs } = this;
    let end = (k + 1) * widths.reduce((sum, width) => sum + width, 0);
    let outer: Float64Array = Float64Array.of(1);
    for (let l = widths.length - 1; l >= 0; l--) {
      const width = widths[l];
      end -= width;
      outer = outer.map((slope, j) => (pattern[end + j] ? slope : 0));
      if (l === 0) break;
      outer = this.combineRows(layers.weights[l], k * width, outer, widths[l - 1]);
    }
    let constant = 0;
    outer.forEach((slope, j) => {
      constant += slope * layers.bias[k * widths[0] + j];
    });
    return { slopes: this.combineRows(layers.weights[0], k * widths[0], outer, inputs), constant };
  }

  /** sum_j factors_j row_(first + j) */
  private combineRows(rows: Float64Array, first: number, factors: Float64Array, length: number): Float64Array {
    const sum = new Float64Array(length);
    factors.forEach((factor, j) => {
      for (let i = 0; i < length; i++) sum[i] += factor * rows[(first + j) * length + i];
    });
    return sum;
  }

  override operations(): Operation[] {
    return deepOperations(this);
  }

  toJSON(): NetworkJson & Record<string, unknown> {
    const { type, inputs, outputs, widths, subnetworks, penalty, layers, gates, output } = this;
    const plain = (from: DeepLayers) => ({ weights: from.weights.map((rows) => [...rows]), bias: [...from.bias] });
    return {
      format: 'cvxnn-network',
      version: NETWORK_VERSION,
      type,
      inputs,
      outputs,
      widths: [...widths],
      subnetworks,
      penalty,
      layers: plain(layers),
      gates: gates && plain(gates),
      output: { weights: [...output.weights], bias: [...output.bias] },
    };
  }
}
