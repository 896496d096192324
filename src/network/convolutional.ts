import { packVector } from '../data/matrix.js';
import type { OutputStandardization, Standardization } from '../data/standardize.js';
import { ArgumentError } from '../errors.js';
import type { Matrix } from '../types.js';
import { NETWORK_VERSION, Network } from './base.js';
import { positiveInteger, weights } from './checks.js';
import { convolutionalOperations } from './convolutional-operations.js';
import { convolutionalSource } from './convolutional-source.js';
import type { ConvolutionalJson, ConvolutionalSpec, Pooling } from './convolutional-spec.js';
import type { LocalModel } from './explain.js';
import { type Filters, largestPatches, patchesOf, valuesOf } from './filter-values.js';
import { perOutput } from './fold.js';
import { requireColumns } from './forward.js';
import type { Operation } from './operations.js';
import { type PatchGrid, patchGrid } from './patches.js';

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
  readonly filters: Filters;
  readonly gates: Filters | null;
  readonly output: Filters;
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
    const layer = (name: 'filters' | 'gates'): Filters => ({
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
    const layer = this.gates ?? this.filters;
    for (let j = 0; j < this.neurons; j++) pattern.set(this.open(valuesOf(layer, patches, j, this.grid)), j * this.grid.count);
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
    const layer = ({ weights, bias }: Filters) => ({ weights: [...weights], bias: [...bias] });
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

  private patches(X: Matrix, row: number): Float64Array {
    const { input } = this;
    const x = X.data.slice(row * X.columns, (row + 1) * X.columns);
    return patchesOf(input ? x.map((value, k) => (value - input.centers[k]) / input.scales[k]) : x, this.grid);
  }

  /** Values of neuron j, pooled; patches from the first to the last. */
  private respond(patches: Float64Array, j: number, pooled: Float64Array): void {
    const { grid, gates } = this;
    const values = valuesOf(this.filters, patches, j, grid);
    const open = this.open(gates ? valuesOf(gates, patches, j, grid) : values);
    pooled.fill(0);
    for (let k = 0; k < grid.count; k++) if (open[k]) pooled[grid.region[k]] += this.share(k) * values[k];
  }

  /** Which patches count, from the values of a neuron's gate, or of its filter. */
  private open(values: Float64Array): Uint8Array {
    const { grid, unit, pooling } = this;
    if (unit === 'linear') return new Uint8Array(grid.count).fill(1);
    return pooling === 'max'
      ? largestPatches(values, grid)
      : Uint8Array.from(values.subarray(0, grid.count), (z) => Number(z >= 0));
  }

  private share(k: number): number {
    return this.pooling === 'average' ? 1 / this.grid.regionSizes[this.grid.region[k]] : 1;
  }
}

function copyScaling({ centers, scales }: Standardization, inputs: number): Standardization {
  const reason = 'one for every pixel';
  const zero = Array.from(scales).indexOf(0);
  if (zero >= 0) throw new ArgumentError(`scales[${zero}]`, '0', 'a scale that is not zero');
  return { centers: packVector(centers, 'centers', inputs, reason), scales: packVector(scales, 'scales', inputs, reason) };
}
