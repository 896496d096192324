import type { Scope, Vector } from '../core/scope.js';
import type { Network } from '../network/base.js';
import type { PatternSource } from '../patterns/pattern-source.js';
import type { Patterns } from '../patterns/patterns.js';
import type { Pricer } from '../patterns/pricer.js';
import type { Pausing } from '../pausing.js';
import type { LossName } from '../program/losses.js';
import type { Program } from '../program/program.js';
import type { MakePatternRows, Problem, TrainingData } from '../program/training-data.js';
import type { Matrix } from '../types.js';

/** Exact search for directions of units, where there is one. */
export interface DirectionSearch {
  /** For every cell the largest dual value |Lambda^T phi(Xw)| over |w| = 1, with its maximizer; lambda is outputs x samples. */
  maximize(lambda: Vector): { readonly value: number; readonly direction: Float64Array }[];
}

/** What a network is rebuilt for. */
export interface NetworkShape {
  /** Counts the bias column if there is one. */
  readonly columns: number;
  readonly outputs: number;
  readonly bias: boolean;
  /** In the caller's units, as it was before `restate`. */
  readonly problem: Problem;
}

/**
 * A model family: states its convex program over given patterns and the map from blocks back to a network, nothing
 * else. Solvers, certificate, column generation, estimators and formats work with any of them.
 */
export interface Architecture<N extends Network = Network> {
  readonly name: string;
  /** How to make it again elsewhere (in a worker): the name of its public factory, then the arguments. */
  readonly recipe?: readonly [factory: string, ...parameters: unknown[]];
  /**
   * Where its patterns come from: `cells` in which the network is linear (exact over all of them), `gates` that are part of
   * the network (exact for the given ones), or `none`: one program without patterns, exact.
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
  /** Rows whose signs are the patterns, made from X (in which the last column is the constant where `bias`); default those of X. */
  patternRows?(X: Matrix, bias: boolean): ReturnType<MakePatternRows>;
  /** Patterns that are more than the signs of `patternRows`; default their arrangement. */
  patternSource?(data: TrainingData, scope: Scope): PatternSource;
  /** Bits of a pattern and numbers of its gate, for n samples and d columns; default n and d. */
  patternShape?(samples: number, columns: number): { readonly bits: number; readonly gate: number };
  /** Numbers of the block of one pattern (for one output, or for all that share neurons); default those of a gate, for each of these outputs. */
  blockLength?(data: TrainingData): number;
  /** A local search of its own for violated patterns; default: directions (cells) or gates of `patternRows`. */
  pricer?(data: TrainingData, scope: Scope): Pricer;
  /** No search for violated patterns exists: `auto` lists all patterns while they are few, and samples beyond. */
  readonly unpriced?: boolean;
  /** Its units have biases of their own: X gets no column of ones. */
  readonly ownsBias?: boolean;
  /** No column of ones would make sense among those of X: there is no bias. */
  readonly biasless?: boolean;
  /** The columns of X are of one kind (pixels): estimators scale all of them alike. */
  readonly sharesScale?: boolean;
  /** Null, or what it needs of loss and shape, where these do not fit; `columns` counts the bias column, where `bias`. */
  accepts(loss: LossName, outputs: number, columns: number, bias: boolean): string | null;
  /** The problem that `program` states, where that is one on other data or a part has a closed form: its fit is the network's less `shift`. */
  restate?(problem: Problem, scope: Scope): { problem: Problem; shift: number };
  /**
   * Present where blocks belong to directions that are found while solving: then `program` is about the directions in
   * `patterns.gates`, and bounds come from this search, over all directions.
   */
  searchDirections?(data: TrainingData, scope: Scope): DirectionSearch;
  program(data: TrainingData, patterns: Patterns, scope: Scope): Program;
  /** Network of the blocks `v`, in the caller's units. */
  network(v: Float64Array, patterns: Patterns, shape: NetworkShape, scope: Scope): N;
  /** The same function on the rows of X from fewer neurons, at no higher penalty, with pauses, where `effort` multiplications do; default: blocks are made basic before `network`. */
  simplify?(network: N, X: Matrix, effort: number): Pausing<N>;
  /** Networks of single outputs side by side, for families whose outputs separate. */
  join?(networks: readonly N[]): N;
  /**
   * Present where training goes on in stages: the family of the next stage, on what this network computes, or null at the end. A
   * stage is kept if it lowers the objective; patterns given for the first are sampled, as many, for the later ones.
   */
  next?(network: N, problem: Problem): Architecture<N> | null;
}
