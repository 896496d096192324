import { foldStandardization as foldLayer, type OutputStandardization, type Standardization } from '../data/standardize.js';
import { ArgumentError } from '../errors.js';
import type { Matrix, VectorLike } from '../types.js';
import { NETWORK_VERSION, Network, type NetworkJson } from './base.js';
import { positiveInteger, weights } from './checks.js';
import { type DeepLayers, deepOperations } from './deep-operations.js';
import type { LocalModel } from './explain.js';
import { perOutput, requireInputs } from './fold.js';
import { affine, requireColumns } from './forward.js';
import type { Operation } from './operations.js';
import { type JsonObject, join, readArray, readChoice, readInteger, readNumbers, readObject } from './read.js';

/** How the weights of a sub-network are penalized: see {@link DeepNetwork.weightPenalty}. */
export const deepPenalties = ['normalized', 'path'] as const;
export type DeepPenalty = (typeof deepPenalties)[number];

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

  /**
   * `normalized`: 1/2 sum_k (|later weights_k|^2 |first layer_k|^2 + |a_k|_1^2), which is weight decay of all but the first layer
   * where that has norm one (math-architectures.md 7.1). `path`: sum_k |a_k|_1 times the root of the sum over all paths of the
   * squared product of weights (7.2).
   */
  weightPenalty(): number {
    const { outputs, output, penalty, widths, layers } = this;
    let total = 0;
    for (let k = 0; k < this.subnetworks; k++) {
      let top = 0;
      for (let c = 0; c < outputs; c++) top += Math.abs(output.weights[k * outputs + c]);
      const squares = this.firstSquares(k);
      if (penalty === 'path') total += top * Math.sqrt(this.pathSquare(k, squares));
      else {
        let first = 0;
        for (const square of squares) first += square;
        let later = 0;
        for (let l = 1; l < widths.length; l++) {
          const length = widths[l] * widths[l - 1];
          for (let at = k * length; at < (k + 1) * length; at++) later += layers.weights[l][at] * layers.weights[l][at];
        }
        total += 0.5 * (first * later + top * top);
      }
    }
    return total;
  }

  /** |w_j|^2 + b_j^2 of every unit of the first layer. */
  private firstSquares(k: number): Float64Array {
    const { widths, layers, inputs } = this;
    return Float64Array.from({ length: widths[0] }, (_, j) => {
      const unit = k * widths[0] + j;
      let sum = layers.bias[unit] * layers.bias[unit];
      for (let at = unit * inputs; at < (unit + 1) * inputs; at++) sum += layers.weights[0][at] * layers.weights[0][at];
      return sum;
    });
  }

  private pathSquare(k: number, first: Float64Array): number {
    const { widths, layers } = this;
    let squares = first;
    for (let l = 1; l < widths.length; l++) {
      const before = squares;
      squares = Float64Array.from({ length: widths[l] }, (_, j) => {
        let sum = 0;
        before.forEach((square, i) => {
          const weight = layers.weights[l][(k * widths[l] + j) * before.length + i];
          sum += weight * weight * square;
        });
        return sum;
      });
    }
    return squares[0];
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

/** Reader for `networkFromJSON`. */
export function readDeepNetwork(json: JsonObject, path: string): DeepNetwork {
  const at = (field: string) => join(path, field);
  const inputs = readInteger(json.inputs, at('inputs'), 1);
  const outputs = readInteger(json.outputs, at('outputs'), 1);
  const count = readInteger(json.subnetworks, at('subnetworks'), 0);
  const widths = readArray(json.widths, at('widths')).map((width, l) => readInteger(width, `${at('widths')}[${l}]`, 1));
  const layers = (name: string): DeepLayers => {
    const field = readObject(json[name], at(name));
    const rows = readArray(field.weights, at(`${name}.weights`), widths.length);
    return {
      weights: widths.map((width, l) =>
        readNumbers(rows[l], `${at(`${name}.weights`)}[${l}]`, count * width * (l === 0 ? inputs : widths[l - 1])),
      ),
      bias: readNumbers(field.bias, at(`${name}.bias`), count * (widths[0] ?? 0)),
    };
  };
  const output = readObject(json.output, at('output'));
  return new DeepNetwork({
    inputs,
    outputs,
    widths,
    penalty: readChoice(json.penalty, at('penalty'), deepPenalties),
    layers: layers('layers'),
    gates: json.gates === null ? null : layers('gates'),
    output: {
      weights: readNumbers(output.weights, at('output.weights'), count * outputs),
      bias: readNumbers(output.bias, at('output.bias'), outputs),
    },
  });
}
