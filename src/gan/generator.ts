import { count, describeValue } from '../data/describe.js';
import { classNameOf, printAsText } from '../data/inspect.js';
import { packMatrix } from '../data/matrix.js';
import { ArgumentError } from '../errors.js';
import type { TwoLayerNetwork } from '../network/network.js';
import { createRandom } from '../random.js';
import type { Matrix, MatrixLike } from '../types.js';

/** Version of the format that `toJSON` writes and `generatorFromJSON` reads. */
export const GENERATOR_VERSION = 1;

/** Generated samples, one a row; a matrix as every function of this library takes it. */
export interface Samples {
  readonly data: Float64Array;
  readonly shape: readonly [number, number];
}

/** What every saved generator starts with; each `type` adds its own fields. */
export interface GeneratorJson {
  readonly format: 'cvxnn-generator';
  readonly version: number;
  readonly type: string;
}

/** A function from Gaussian noise (`inputs` numbers) to samples (`outputs` numbers). Never changes after construction. */
export abstract class Generator {
  abstract readonly type: string;
  abstract readonly inputs: number;
  abstract readonly outputs: number;
  protected abstract forward(Z: Matrix): Float64Array;
  abstract toJSON(): GeneratorJson;

  constructor() {
    printAsText(this);
  }

  /** One line: class and sizes. `console.log` prints it. */
  toString(): string {
    return `${classNameOf(this.type)}Generator: ${count(this.inputs, 'input')}, ${count(this.outputs, 'output')}`;
  }

  /**
   * The samples that belong to given noise.
   *
   * @param Z - n x inputs, finite.
   * @throws {@link ArgumentError} for a bad matrix.
   */
  generate(Z: MatrixLike): Samples {
    const noise = packMatrix(Z, 'Z');
    if (noise.columns !== this.inputs)
      throw new ArgumentError('Z', `a matrix with ${noise.columns} columns`, `${this.inputs} columns of noise`);
    return { data: this.forward(noise), shape: [noise.rows, this.outputs] };
  }

  /**
   * New samples from standard Gaussian noise.
   *
   * @param n - how many.
   * @param seed - default 0; the same seed gives the same samples, to the last bit, on every machine.
   * @throws {@link ArgumentError} unless n is a positive integer and the seed one from 0 to 2^53 - 1.
   */
  sample(n: number, seed = 0): Samples {
    if (!Number.isSafeInteger(n) || n < 1) throw new ArgumentError('n', describeValue(n), 'a positive integer');
    if (!Number.isSafeInteger(seed) || seed < 0)
      throw new ArgumentError('seed', describeValue(seed), 'an integer from 0 to 2^53 - 1');
    const random = createRandom(seed);
    const data = Float64Array.from({ length: n * this.inputs }, () => random.normal());
    return { data: this.forward({ data, rows: n, columns: this.inputs }), shape: [n, this.outputs] };
  }
}

/** x -> x W + bias, row-major W of inputs x outputs. */
export interface AffineStage {
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

/** Affine maps one after another: linear generators have one, progressive ones one a stage. */
export class AffineGenerator extends Generator {
  readonly type = 'affine';
  readonly inputs: number;
  readonly outputs: number;
  readonly stages: readonly AffineStage[];

  constructor(inputs: number, stages: readonly AffineStage[]) {
    super();
    this.inputs = inputs;
    this.stages = stages.map(({ weights, bias }) => ({ weights: positiveZeros(weights), bias: positiveZeros(bias) }));
    this.outputs = stages[stages.length - 1].bias.length;
  }

  protected forward(Z: Matrix): Float64Array {
    return this.stages.reduce((X, stage) => applyAffine(stage, X), Z).data;
  }

  toJSON() {
    const { type, inputs } = this;
    const stages = this.stages.map(({ weights, bias }) => ({ outputs: bias.length, weights: [...weights], bias: [...bias] }));
    return { format: 'cvxnn-generator', version: GENERATOR_VERSION, type, inputs, stages } as const;
  }
}

/** Every output is summed over the inputs from the first on, the bias last. */
export function applyAffine({ weights, bias }: AffineStage, { data, rows, columns }: Matrix): Matrix {
  const outputs = bias.length;
  const result = new Float64Array(rows * outputs);
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < columns; k++) {
      const entry = data[r * columns + k];
      for (let j = 0; j < outputs; j++) result[r * outputs + j] += entry * weights[k * outputs + j];
    }
    for (let j = 0; j < outputs; j++) result[r * outputs + j] += bias[j];
  }
  return { data: result, rows, columns: outputs };
}

/** A two-layer network. */
export class NetworkGenerator extends Generator {
  readonly type = 'network';
  readonly network: TwoLayerNetwork;

  constructor(network: TwoLayerNetwork) {
    super();
    this.network = network;
  }

  get inputs(): number {
    return this.network.inputs;
  }

  get outputs(): number {
    return this.network.outputs;
  }

  protected forward(Z: Matrix): Float64Array {
    return this.network.forward(Z);
  }

  toJSON() {
    return {
      format: 'cvxnn-generator',
      version: GENERATOR_VERSION,
      type: this.type,
      network: this.network.toJSON(),
    } as const;
  }
}

/** From one number to one: linear between knots, constant beyond them. */
export class MonotoneGenerator extends Generator {
  readonly type = 'monotone';
  readonly inputs = 1;
  readonly outputs = 1;
  /** Noise, strictly ascending. */
  readonly knots: Float64Array;
  /** Output at every knot, ascending. */
  readonly values: Float64Array;

  constructor(knots: Float64Array, values: Float64Array) {
    super();
    this.knots = positiveZeros(knots);
    this.values = positiveZeros(values);
  }

  protected forward({ data }: Matrix): Float64Array {
    return data.map((z) => this.at(z));
  }

  private at(z: number): number {
    const { knots, values } = this;
    const last = knots.length - 1;
    if (!(z > knots[0])) return values[0];
    if (z >= knots[last]) return values[last];
    let low = 0;
    let high = last;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (knots[middle] <= z) low = middle;
      else high = middle;
    }
    // From the nearer knot: exact at both.
    const share = (z - knots[low]) / (knots[high] - knots[low]);
    const step = values[high] - values[low];
    return share < 0.5 ? values[low] + share * step : values[high] - (1 - share) * step;
  }

  toJSON() {
    const { type, knots, values } = this;
    return {
      format: 'cvxnn-generator',
      version: GENERATOR_VERSION,
      type,
      knots: [...knots],
      values: [...values],
    } as const;
  }
}

/** JSON has no minus zero; no sample depends on it. */
const positiveZeros = (source: Float64Array): Float64Array => source.map((entry) => entry + 0);
