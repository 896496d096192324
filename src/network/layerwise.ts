import {
  foldStandardization as foldLayer,
  identityStandardization,
  type OutputStandardization,
  type Standardization,
} from '../data/standardize.js';
import { ArgumentError } from '../errors.js';
import type { Matrix, VectorLike } from '../types.js';
import { NETWORK_VERSION, Network, type NetworkJson } from './base.js';
import { weights } from './checks.js';
import type { LocalModel } from './explain.js';
import { requireInputs } from './fold.js';
import { affine, requireColumns } from './forward.js';
import type { TwoLayerNetwork } from './network.js';
import type { Operation } from './operations.js';

/** Gated features: unit j is w_j^T x + b_j where its gate g_j^T x + h_j is >= 0, else 0. */
export interface GatedLayer<V = Float64Array> {
  /** units x inputs of the layer, row-major. */
  readonly weights: V;
  readonly bias: V;
  readonly gates: V;
  readonly gateBias: V;
}

/**
 * Gated layers, each trained on the one before and then kept, and a two-layer network on the last of them
 * (math-architectures.md 7.5). The penalty is that of the two-layer network: what the last stage was trained on.
 *
 * @throws {@link ArgumentError} if sizes differ or a number is not finite.
 */
export class LayerwiseNetwork extends Network {
  readonly type = 'layerwise';
  readonly inputs: number;
  readonly layers: readonly GatedLayer[];
  readonly top: TwoLayerNetwork;

  /** @param inputs - features of a row. */
  constructor(inputs: number, layers: readonly GatedLayer<VectorLike>[], top: TwoLayerNetwork) {
    super();
    this.inputs = inputs;
    let width = inputs;
    this.layers = layers.map((layer, l) => {
      const units = layer.bias.length;
      const copy = (name: keyof GatedLayer, length: number) => weights(layer[name], `layers[${l}].${name}`, length);
      const own = {
        weights: copy('weights', units * width),
        bias: copy('bias', units),
        gates: copy('gates', units * width),
        gateBias: copy('gateBias', units),
      };
      width = units;
      return own;
    });
    if (top.inputs !== width)
      throw new ArgumentError('top', `of ${top.inputs} inputs`, `${width} inputs, one for every unit below`);
    this.top = top;
  }

  get outputs(): number {
    return this.top.outputs;
  }

  get neurons(): number {
    return this.layers.reduce((sum, { bias }) => sum + bias.length, this.top.neurons);
  }

  forward(X: Matrix): Float64Array {
    requireColumns(X, this.inputs);
    return this.top.forward(this.features(X, null));
  }

  /** What the two-layer network sees; `on` receives which units pass, layer after layer. */
  features(X: Matrix, on: number[] | null = null): Matrix {
    return this.layers.reduce((below, { weights: w, bias, gates, gateBias }): Matrix => {
      const units = bias.length;
      const { columns } = below;
      const data = new Float64Array(below.rows * units);
      for (let i = 0; i < below.rows; i++) {
        for (let j = 0; j < units; j++) {
          const z = affine(w, j * columns, below.data, i * columns, columns, bias[j]);
          const gate = affine(gates, j * columns, below.data, i * columns, columns, gateBias[j]);
          // Written so that a NaN, which only overflow can produce, comes out as NaN.
          data[i * units + j] = gate >= 0 ? z : gate < 0 ? 0 : gate;
          on?.push(gate >= 0 ? 1 : 0);
        }
      }
      return { data, rows: below.rows, columns: units };
    }, X);
  }

  weightPenalty(): number {
    return this.top.weightPenalty();
  }

  standardized(input: Standardization, output?: OutputStandardization): LayerwiseNetwork {
    requireInputs(input, this.inputs);
    const [first, ...later] = this.layers;
    if (!first) return new LayerwiseNetwork(this.inputs, [], this.top.standardized(input, output));
    const values = foldLayer(first.weights, first.bias, input);
    const gates = foldLayer(first.gates, first.gateBias, input);
    const folded = { weights: values.weights, bias: values.bias, gates: gates.weights, gateBias: gates.bias };
    const same = identityStandardization(this.top.inputs);
    return new LayerwiseNetwork(this.inputs, [folded, ...later], this.top.standardized(same, output));
  }

  patternAt(X: Matrix, row: number): Uint8Array {
    const on: number[] = [];
    const { inputs } = this;
    const own = { data: X.data.slice(row * inputs, (row + 1) * inputs), rows: 1, columns: inputs };
    const top = this.top.patternAt(this.features(own, on), 0);
    return Uint8Array.from([...on, ...top]);
  }

  localModel(pattern: Uint8Array): LocalModel {
    const { outputs, inputs } = this;
    let end = pattern.length - this.top.neurons;
    let { coefficients, intercept } = this.top.localModel(pattern.subarray(end));
    // From the top downwards: each layer takes the coefficients of its units apart into those of its inputs.
    for (let l = this.layers.length - 1; l >= 0; l--) {
      const { weights: w, bias } = this.layers[l];
      const units = bias.length;
      const columns = l === 0 ? inputs : this.layers[l - 1].bias.length;
      end -= units;
      const below = new Float64Array(outputs * columns);
      const shifted = intercept.slice();
      for (let c = 0; c < outputs; c++) {
        for (let j = 0; j < units; j++) {
          const slope = pattern[end + j] ? coefficients[c * units + j] : 0;
          for (let i = 0; i < columns; i++) below[c * columns + i] += slope * w[j * columns + i];
          shifted[c] += slope * bias[j];
        }
      }
      coefficients = below;
      intercept = shifted;
    }
    return { pattern, coefficients, intercept };
  }

  override operations(): Operation[] {
    const list: Operation[] = [];
    const add = (operation: Operation): number => list.push(operation);
    let input = 0;
    for (const { weights: w, bias, gates, gateBias } of this.layers) {
      const z = add({ kind: 'linear', input, weights: w, bias });
      const step = add({ kind: 'step', input: add({ kind: 'linear', input, weights: gates, bias: gateBias }) });
      input = add({ kind: 'multiply', inputs: [z, step] });
    }
    // The two-layer network's value 0 is the last one here, its value i the one i places behind.
    const moved = (value: number) => value + input;
    for (const operation of this.top.operations()) {
      if (operation.kind === 'multiply') {
        const [a, b] = operation.inputs;
        add({ ...operation, inputs: [moved(a), moved(b)] });
      } else add({ ...operation, input: moved(operation.input) });
    }
    return list;
  }

  toJSON(): NetworkJson & Record<string, unknown> {
    const { type, inputs, layers, top } = this;
    const plain = ({ weights: w, bias, gates, gateBias }: GatedLayer) => ({
      units: bias.length,
      weights: [...w],
      bias: [...bias],
      gates: [...gates],
      gateBias: [...gateBias],
    });
    return { format: 'cvxnn-network', version: NETWORK_VERSION, type, inputs, layers: layers.map(plain), top: top.toJSON() };
  }
}
