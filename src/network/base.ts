import { count } from '../data/describe.js';
import { classNameOf, printAsText } from '../data/inspect.js';
import { packMatrix, packOutputs, packVector } from '../data/matrix.js';
import { checkOptionNames } from '../data/option-names.js';
import type { OutputStandardization, Standardization } from '../data/standardize.js';
import { ArgumentError } from '../errors.js';
import type { Matrix, MatrixLike, VectorLike } from '../types.js';
import { type Explanation, explain, type LocalModel, type Regions, regions } from './explain.js';
import type { Operation } from './operations.js';

/** Version of the format that `toJSON` writes and `networkFromJSON` reads. */
export const NETWORK_VERSION = 1;

/** What every saved network starts with; each `type` adds its own fields. Plain numbers and arrays only. */
export interface NetworkJson {
  readonly format: 'cvxnn-network';
  readonly version: number;
  readonly type: string;
}

export interface PredictOptions {
  /** Added to the scores: one number for every row, or for every row and output, as in training. Default zeros. */
  readonly offset?: VectorLike | MatrixLike;
}

/** A trained function from `inputs` features to `outputs` raw scores. Never changes after construction. */
export abstract class Network {
  abstract readonly type: string;
  abstract readonly inputs: number;
  abstract readonly outputs: number;
  abstract readonly neurons: number;
  constructor() {
    printAsText(this);
  }

  /** One line: class and sizes. `console.log` prints it. */
  toString(): string {
    const sizes = [count(this.inputs, 'input'), count(this.neurons, 'neuron'), count(this.outputs, 'output')];
    return `${classNameOf(this.type)}Network: ${sizes.join(', ')}`;
  }

  /** Row-major samples x outputs raw scores, in a fixed summation order. X is trusted to be finite. */
  abstract forward(X: Matrix): Float64Array;
  /** The penalty of the non-convex problem, without beta. */
  abstract weightPenalty(): number;
  abstract toJSON(): NetworkJson;
  /**
   * The same function on raw columns and in raw units, for a network that was trained on (x - center) / scale and
   * (y - outputMean) / outputScale. Its `weightPenalty` is not the one of the standardized problem.
   *
   * @throws {@link ArgumentError} if lengths differ, or if the result is not finite (a scale of zero).
   */
  abstract standardized(input: Standardization, output?: OutputStandardization): Network;
  /**
   * The network as a list of operations, for exporters.
   *
   * @throws {@link ArgumentError} where the family has no such form.
   */
  operations(): Operation[] {
    throw new ArgumentError('network', `of type '${this.type}'`, 'a network with an export form');
  }

  /** Which linear piece is in force at one row of X: equal patterns mean the same linear model. */
  abstract patternAt(X: Matrix, row: number): Uint8Array;
  /**
   * The linear model of a pattern.
   *
   * @throws {@link ArgumentError} where units are not linear on each side of zero (quadratic, polynomial, threshold).
   */
  abstract localModel(pattern: Uint8Array): LocalModel;

  /**
   * Raw scores of new samples, row-major samples x outputs; with one output, one number for every sample.
   *
   * @param X - n x inputs, finite.
   * @throws {@link ArgumentError} for a bad matrix or offset, and for a row so large that its score overflows.
   */
  predict(X: MatrixLike, options: PredictOptions = {}): Float64Array {
    checkOptionNames(options, ['offset']);
    const rows = packMatrix(X, 'X');
    const scores = this.forward(rows);
    if (options.offset !== undefined) {
      const offset = packOutputs(options.offset, 'options.offset', rows.rows, this.outputs);
      for (let at = 0; at < scores.length; at++) scores[at] += offset[at];
    }
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
}
