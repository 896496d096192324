import type { Scope } from '../core/scope.js';
import type { TwoLayerNetwork } from '../network/network.js';
import type { Patterns } from '../patterns/patterns.js';
import type { LossName } from '../program/losses.js';
import type { Program } from '../program/program.js';
import type { TrainingData } from '../program/training-data.js';

/**
 * A model family: states its convex program over given patterns and the map from blocks back to a network, nothing
 * else. Solvers, certificate, column generation, estimators and formats work with any of them.
 */
export interface Architecture {
  readonly name: string;
  /**
   * Where its patterns come from: `cells` of the arrangement of X (exact over all of them), `gates` that are part of the
   * network (exact for the given ones), or `none`: one program without patterns, exact.
   */
  readonly patterns: 'cells' | 'gates' | 'none';
  /** Homogeneity of a unit in X, for rescaling: 1 for ReLU units, 2 for quadratic ones, 0 where X may not be rescaled. */
  readonly degree: 0 | 1 | 2;
  /** Slope of the activation for negative inputs; 0 for ReLU and gated units. */
  readonly slope: number;
  /** Every output is a problem of its own when the loss separates as well. */
  readonly separatesOutputs: boolean;
  /** Neurons feed all outputs, so that a block is about all of them. Absent: every block feeds one output. */
  readonly sharesNeurons?: boolean;
  /** Null, or the sentence that says why this loss or shape is not for this family. */
  accepts(loss: LossName, outputs: number, columns: number): string | null;
  program(data: TrainingData, patterns: Patterns, scope: Scope): Program;
  /** Network of the blocks `v`, in the caller's units; `columns` counts the bias column if there is one. */
  network(v: Float64Array, patterns: Patterns, shape: { columns: number; outputs: number; bias: boolean }): TwoLayerNetwork;
}
