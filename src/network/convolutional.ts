import { packVector } from '../data/matrix.js';
import type { OutputStandardization, Standardization } from '../data/standardize.js';
import { ArgumentError } from '../errors.js';
import type { Matrix, VectorLike } from '../types.js';
import { NETWORK_VERSION, Network, type NetworkJson } from './base.js';
import { positiveInteger, weights } from './checks.js';
import { convolutionalOperations } from './convolutional-operations.js';
import { convolutionalSource } from './convolutional-source.js';
import type { LocalModel } from './explain.js';
import { perOutput } from './fold.js';
import { requireColumns } from './forward.js';
import type { Operation } from './operations.js';
import { type PatchGrid, type PatchOptions, patchGrid } from './patches.js';

export const poolings = ['average', 'sum', 'max'] as const;
/** What becomes of a unit's values in one region. */
export type Pooling = (typeof poolings)[number];

/** What {@link ConvolutionalNetwork} is made from. Biases are zero where absent; all arrays row-major. */
export interface ConvolutionalSpec {
  readonly patches: PatchOptions;
  readonly pooling: Pooling;
  /** `relu`: (z)_+; `gated`: z where the gate is open; `linear`: z. */
  readonly unit: 'relu' | 'gated' | 'linear';
  readonly outputs: number;
  /** weights: neurons x patch length. */
  readonly filters: { readonly weights: VectorLike; readonly bias?: VectorLike };
  /** Of `gated` units, likewise. */
  readonly gates?: { readonly weights: VectorLike; readonly bias?: VectorLike };
  /** weights: neurons x outputs x regions; its length decides how many neurons there are. */
  readonly output: { readonly weights: VectorLike; readonly bias?: VectorLike };
  /** Weight decay 1/2 sum_j (|w_j|^2 + |a_j|^2), or `group`: |a_j| is the sum of its norms over outputs. Default `squared`. */
  readonly penalty?: 'squared' | 'group';
  /** Pixels enter as (x - center) / scale; padding stays zero. */
  readonly input?: Standardization;
}

/** Saved form of a {@link ConvolutionalNetwork}. */
export interface ConvolutionalJson extends NetworkJson {
  readonly type: 'convolutional';
  readonly neurons: number;
  readonly [field: string]: unknown;
}

/** Filters or gates. */
interface Layer {
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

/**
 * One convolutional layer, pooled, and a linear layer: score_c = sum_j sum_regions a_jcr pool over the region's patches k of
 * phi(w_j^T x_k + b_j), plus the output's bias. Saliency of single pixels: `explain`.
 *
 * @throws {@link ArgumentError} if sizes differ or a number is not finite.
 */
export class ConvolutionalNetwork extends Network {
  readonly type = 'convolutional';
  readonly inputs: number;
  readonly outputs: number;
  readonly neurons: number;
  readonly grid: PatchGrid;
  readonly pooling: Pooling;
  readonly unit: ConvolutionalSpec['unit'];
  readonly filters: Layer;
  readonly gates: Layer | null;
  readonly output: Layer;
  readonly penalty: 'squared' | 'group';
  readonly input: Standardization | null;

  constructor(spec: ConvolutionalSpec) {
    super();
    this.grid = patchGrid(spec.patches);
    this.inputs = this.grid.inputs;
    this.outputs = positiveInteger(spec.outputs, 'outputs');
    this.pooling = spec.pooling;
    this.unit = spec.unit;
    this.penalty = spec.penalty ?? 'squared';
    const perNeuron = this.outputs * this.grid.regionCount;
    const m = spec.output.weights.length / perNeuron;
    if (!Number.isInteger(m))
      throw new ArgumentError('output.weights', `of length ${spec.output.weights.length}`, `a multiple of ${perNeuron}`);
    this.neurons = m;
    const layer = (name: 'filters' | 'gates'): Layer => ({
      weights: weights(spec[name]?.weights, `${name}.weights`, m * this.grid.length),
      bias: weights(spec[name]?.bias ?? new Float64Array(m), `${name}.bias`, m),
    });
    this.filters = layer('filters');
    this.gates = spec.unit === 'gated' ? layer('gates') : null;
    this.output = {
      weights: weights(spec.output.weights, 'output.weights', m * perNeuron),
      bias: weights(spec.output.bias ?? new Float64Array(this.outputs), 'output.bias', this.outputs),
    };
    this.input = spec.input ? copyScaling(spec.input, this.inputs) : null;
  }

  forward(X: Matrix): Float64Array {
    requireColumns(X, this.inputs);
    const { outputs, neurons, output, grid } = this;
    const scores = new Float64Array(X.rows * outputs);
    const pooled = new Float64Array(grid.regionCount);
    for (let i = 0; i < X.rows; i++) {
      const patches = this.patches(X, i);
      for (let j = 0; j < neurons; j++) {
        this.respond(patches, j, pooled);
        for (let c = 0; c < outputs; c++) {
          const start = (j * outputs + c) * grid.regionCount;
          for (let r = 0; r < pooled.length; r++) scores[i * outputs + c] += pooled[r] * output.weights[start + r];
        }
      }
      for (let c = 0; c < outputs; c++) scores[i * outputs + c] += output.bias[c];
    }
    return scores;
  }

  weightPenalty(): number {
    const { outputs, neurons, filters, output, penalty, grid } = this;
    let total = 0;
    for (let j = 0; j < neurons; j++) {
      let size = filters.bias[j] * filters.bias[j];
      for (let t = j * grid.length; t < (j + 1) * grid.length; t++) size += filters.weights[t] * filters.weights[t];
      let sum = 0;
      let square = 0;
      for (let c = 0; c < outputs; c++) {
        let own = 0;
        const start = (j * outputs + c) * grid.regionCount;
        for (let r = start; r < start + grid.regionCount; r++) own += output.weights[r] * output.weights[r];
        sum += Math.sqrt(own);
        square += own;
      }
      total += 0.5 * (size + (penalty === 'group' ? sum * sum : square));
    }
    return total;
  }

  /** Pixels keep their scaling inside the network: no filter that all places share could absorb one scale for every pixel. */
  standardized(input: Standardization, output?: OutputStandardization): ConvolutionalNetwork {
    const outer = copyScaling(input, this.inputs);
    const inner = this.input;
    const scaling = inner
      ? {
          centers: outer.centers.map((center, k) => center + outer.scales[k] * inner.centers[k]),
          scales: outer.scales.map((scale, k) => scale * inner.scales[k]),
        }
      : outer;
    const mean = perOutput(output?.outputMean ?? 0, 'outputMean', this.outputs);
    const scale = perOutput(output?.outputScale ?? 1, 'outputScale', this.outputs);
    const of = (at: number) => scale[Math.floor(at / this.grid.regionCount) % this.outputs];
    return new ConvolutionalNetwork({
      ...this.spec(),
      output: {
        weights: this.output.weights.map((weight, at) => weight * of(at)),
        bias: this.output.bias.map((bias, c) => mean[c] + scale[c] * bias),
      },
      input: scaling,
    });
  }

  /** One bit for every neuron and patch: whether the patch counts. */
  patternAt(X: Matrix, row: number): Uint8Array {
    const patches = this.patches(X, row);
    const pattern = new Uint8Array(this.neurons * this.grid.count);
    for (let j = 0; j < this.neurons; j++) pattern.set(this.open(patches, j), j * this.grid.count);
    return pattern;
  }

  /** Coefficients of every pixel: the saliency map of an image with this pattern. */
  localModel(pattern: Uint8Array): LocalModel {
    const { outputs, neurons, output, filters, grid, inputs } = this;
    const coefficients = new Float64Array(outputs * inputs);
    const intercept = output.bias.slice();
    for (let j = 0; j < neurons; j++) {
      for (let k = 0; k < grid.count; k++) {
        if (pattern[j * grid.count + k] === 0) continue;
        for (let c = 0; c < outputs; c++) {
          const weight = this.share(k) * output.weights[(j * outputs + c) * grid.regionCount + grid.region[k]];
          for (let t = 0; t < grid.length; t++) {
            const pixel = grid.pixels[k * grid.length + t];
            if (pixel < 0) continue;
            const coefficient = (weight * filters.weights[j * grid.length + t]) / (this.input?.scales[pixel] ?? 1);
            coefficients[c * inputs + pixel] += coefficient;
            intercept[c] -= coefficient * (this.input?.centers[pixel] ?? 0);
          }
          intercept[c] += weight * filters.bias[j];
        }
      }
    }
    return { pattern: pattern.slice(), coefficients, intercept };
  }

  override operations(): Operation[] {
    return convolutionalOperations(this);
  }

  /** A stand-alone module whose `predict` gives the same bits. */
  toSource(): string {
    return convolutionalSource(this);
  }

  toJSON(): ConvolutionalJson {
    const { image, filter, stride, padding, regions } = this.grid;
    const layer = ({ weights, bias }: Layer) => ({ weights: [...weights], bias: [...bias] });
    return {
      format: 'cvxnn-network',
      version: NETWORK_VERSION,
      type: this.type,
      patches: { image, filter, stride, padding, regions },
      pooling: this.pooling,
      unit: this.unit,
      outputs: this.outputs,
      neurons: this.neurons,
      penalty: this.penalty,
      filters: layer(this.filters),
      gates: this.gates && layer(this.gates),
      output: layer(this.output),
      input: this.input && { centers: [...this.input.centers], scales: [...this.input.scales] },
    };
  }

  /** What this network is made from. */
  spec(): ConvolutionalSpec {
    const { grid, pooling, unit, outputs, filters, gates, output, penalty, input } = this;
    return { patches: grid, pooling, unit, outputs, filters, output, penalty, ...(gates && { gates }), ...(input && { input }) };
  }

  /** Entry t of every patch of one image, for every t: zero in the padding, and where the count is rounded up to fours. */
  private patches(X: Matrix, row: number): Float64Array {
    const { grid, input } = this;
    const pixels = X.data.slice(row * X.columns, (row + 1) * X.columns);
    const x = input ? pixels.map((value, k) => (value - input.centers[k]) / input.scales[k]) : pixels;
    const width = 4 * Math.ceil(grid.count / 4);
    const patches = new Float64Array(grid.length * width);
    for (let k = 0; k < grid.count; k++) {
      for (let t = 0; t < grid.length; t++) {
        const pixel = grid.pixels[k * grid.length + t];
        if (pixel >= 0) patches[t * width + k] = x[pixel];
      }
    }
    return patches;
  }

  /** Values of neuron j, pooled; patches from the first to the last. */
  private respond(patches: Float64Array, j: number, pooled: Float64Array): void {
    const { grid } = this;
    const open = this.open(patches, j);
    const values = this.values(this.filters, patches, j);
    pooled.fill(0);
    for (let k = 0; k < grid.count; k++) if (open[k]) pooled[grid.region[k]] += this.share(k) * values[k];
  }

  /** Which patches count for neuron j: all of one sign, or with max pooling the largest of each region, if it is positive. */
  private open(patches: Float64Array, j: number): Uint8Array {
    const { grid, unit, gates, pooling } = this;
    const open = new Uint8Array(grid.count);
    if (unit === 'linear') return open.fill(1);
    const best = new Int32Array(grid.regionCount).fill(-1);
    const most = new Float64Array(grid.regionCount);
    const values = this.values(gates ?? this.filters, patches, j);
    for (let k = 0; k < grid.count; k++) {
      const z = values[k];
      const r = grid.region[k];
      if (pooling !== 'max') open[k] = z >= 0 ? 1 : 0;
      else if (z > most[r]) {
        most[r] = z;
        best[r] = k;
      }
    }
    for (const k of best) if (k >= 0) open[k] = 1;
    return open;
  }

  private share(k: number): number {
    return this.pooling === 'average' ? 1 / this.grid.regionSizes[this.grid.region[k]] : 1;
  }

  /** w_j^T x_k + b_j for every patch: sums from the first entry of a patch to the last, the bias at the end; four at a time. */
  private values({ weights, bias }: Layer, patches: Float64Array, j: number): Float64Array {
    const { length, count } = this.grid;
    const width = patches.length / length;
    const sums = new Float64Array(width);
    for (let k = 0; k < count; k += 4) {
      let [first, second, third, fourth] = [0, 0, 0, 0];
      for (let t = 0, at = k; t < length; t++, at += width) {
        const weight = weights[j * length + t];
        first += weight * patches[at];
        second += weight * patches[at + 1];
        third += weight * patches[at + 2];
        fourth += weight * patches[at + 3];
      }
      sums[k] = first + bias[j];
      sums[k + 1] = second + bias[j];
      sums[k + 2] = third + bias[j];
      sums[k + 3] = fourth + bias[j];
    }
    return sums;
  }
}

function copyScaling({ centers, scales }: Standardization, inputs: number): Standardization {
  const reason = 'one for every pixel';
  const zero = Array.from(scales).indexOf(0);
  if (zero >= 0) throw new ArgumentError(`scales[${zero}]`, '0', 'a scale that is not zero');
  return { centers: packVector(centers, 'centers', inputs, reason), scales: packVector(scales, 'scales', inputs, reason) };
}
