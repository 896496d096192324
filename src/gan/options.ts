import { gatedRelu } from '../architectures/gated-relu.js';
import { describeValue, isArrayLike } from '../data/describe.js';
import { appendOnes, packMatrix, requireLength } from '../data/matrix.js';
import { ArgumentError } from '../errors.js';
import type { PatternChoice } from '../fit/choose-patterns.js';
import { checkOptions, checkPatternShape, requireNumber } from '../options.js';
import { gaussianRows } from '../patterns/sample.js';
import type { Matrix, MatrixLike } from '../types.js';
import { checkMagnitude, checkNames, checkRun } from './checks.js';

/** What every game takes. */
export interface CommonGanOptions {
  /** Noise that the generator is trained on: a matrix, or how many Gaussian columns to draw (as many rows as X has). Default: as many as X has. */
  readonly noise?: number | MatrixLike;
  /** Adds a column of ones to the noise, whose weights count like others. Default true. */
  readonly bias?: boolean;
  /** Seed of drawn noise, gates and searches; default 0. */
  readonly seed?: number;
  /** Bytes of WebAssembly memory; default 2 GiB. */
  readonly memoryLimit?: number;
  readonly signal?: AbortSignal;
}

/** 9.1: the outputs' sum within betaD of the data's; penalty betaG/2 (|W1|^2 + |W2|^2). */
export interface LinearGame extends CommonGanOptions {
  readonly discriminator: 'linear';
  readonly generator: 'linear' | 'relu' | 'gated';
  /** Largest value that is left to the discriminator, >= 0. */
  readonly betaD: number;
  /** Weight decay of the generator, > 0. */
  readonly betaG: number;
  /** `gated`: the gates, as in `train`; by default the best of all. */
  readonly patterns?: PatternChoice;
  /** Nodes of branch and bound where patterns are too many to list, about a microsecond each; default 2 million. */
  readonly maxNodes?: number;
}

/** 9.2: second moments within betaD, generator Z W. */
export interface QuadraticGame extends CommonGanOptions {
  readonly discriminator: 'quadratic';
  readonly generator: 'linear';
  readonly betaD: number;
  /** What is least: `output` |ZW|^2 (default) or `weights` |W|^2, sums of squares. */
  readonly regularizer?: 'output' | 'weights';
}

/** 9.5: a gated two-layer generator trained on the outputs of 9.2. */
export interface TwoStageGame extends CommonGanOptions {
  readonly discriminator: 'quadratic';
  readonly generator: 'gated';
  readonly betaD: number;
  readonly betaG: number;
  /** As in `train`; default `auto`. */
  readonly patterns?: PatternChoice;
  /** Relative gap of the second stage; default 1e-6. */
  readonly tolerance?: number;
  readonly maxIterations?: number;
}

/** 9.6: from coarse data to X, every stage with the outputs of the one before as its noise. */
export interface ProgressiveGame extends CommonGanOptions {
  readonly discriminator: 'quadratic';
  readonly generator: 'progressive';
  /** Coarser forms of X, the coarsest first. */
  readonly coarse: readonly MatrixLike[];
  /** One for every stage, or one for all. */
  readonly betaD: number | readonly number[];
}

/** 9.4: numbers against a ReLU discriminator with a free bias. */
export interface OneDimensionalGame extends CommonGanOptions {
  readonly discriminator: 'relu';
  readonly generator: 'monotone';
  readonly betaD: number;
}

export type GanOptions = LinearGame | QuadraticGame | TwoStageGame | ProgressiveGame | OneDimensionalGame;

/** Data and noise, checked and packed. */
export interface GanData {
  readonly X: Matrix;
  /** What the generator takes. */
  readonly noise: Matrix;
  /** The noise with its column of ones, if there is one. */
  readonly Z: Matrix;
  readonly bias: boolean;
}

const common = ['discriminator', 'generator', 'betaD', 'noise', 'bias', 'seed', 'memoryLimit', 'signal'];
/** Options that one game has beyond the common ones. */
const own: Readonly<Record<string, readonly string[]>> = {
  'linear linear': ['betaG'],
  'linear relu': ['betaG', 'maxNodes'],
  'linear gated': ['betaG', 'maxNodes', 'patterns'],
  'quadratic linear': ['regularizer'],
  'quadratic gated': ['betaG', 'patterns', 'tolerance', 'maxIterations'],
  'quadratic progressive': ['coarse'],
  'relu monotone': [],
};
/** Gaussian columns come from a stream of their own: `sample` never repeats them. */
const noiseStream = 1;

/** Checks everything that can be checked without work. */
export function checkGan(X: MatrixLike, options: GanOptions): GanData {
  if (typeof options !== 'object' || options === null)
    throw new ArgumentError('options', describeValue(options), 'an object with discriminator, generator and betaD');
  const names = own[`${options.discriminator} ${options.generator}`];
  if (!names) {
    const games = Object.keys(own).map((game) => game.replace(' ', ' against '));
    throw new ArgumentError(
      'options.generator',
      `${describeValue(options.generator)} against ${describeValue(options.discriminator)}`,
      `a convex game, discriminator against generator: ${games.join(', ')}`,
    );
  }
  checkNames(options, [...common, ...names]);
  checkRun(options);
  checkBetaD(options);
  if (names.includes('betaG')) {
    const { betaG } = options as { betaG?: unknown };
    requireNumber(betaG, 'options.betaG', (x) => x > 0 && x < Number.POSITIVE_INFINITY, 'a finite number above 0');
  }
  if ('maxNodes' in options && options.maxNodes !== undefined)
    requireNumber(options.maxNodes, 'options.maxNodes', (x) => Number.isInteger(x) && x >= 0, 'an integer >= 0');
  if ('regularizer' in options && !['output', 'weights', undefined].includes(options.regularizer))
    throw new ArgumentError('options.regularizer', describeValue(options.regularizer), "'output' or 'weights'");
  const { bias = true, seed = 0 } = options;
  if (typeof bias !== 'boolean') throw new ArgumentError('options.bias', describeValue(bias), 'true or false');
  const data = packMatrix(X, 'X');
  checkMagnitude(data, 'X');
  const noise = noiseOf(options.noise, data, options.discriminator === 'relu' ? 1 : data.columns, seed);
  checkMagnitude(noise, 'options.noise');
  const Z = bias ? appendOnes(noise) : noise;
  if (options.generator === 'gated') {
    const { betaG, patterns } = options;
    const { tolerance, maxIterations } = 'tolerance' in options || 'maxIterations' in options ? options : {};
    checkOptions({ beta: betaG, patterns, tolerance, maxIterations }, gatedRelu());
    checkPatternShape(patterns ?? 'auto', gatedRelu(), Z.rows, Z.columns);
  }
  return { X: data, noise, bias, Z };
}

/** One number, or one for every stage where there are several. */
function checkBetaD(options: GanOptions): void {
  const check = (value: unknown, name: string) =>
    requireNumber(value, name, (x) => x >= 0 && x < Number.POSITIVE_INFINITY, 'a finite number >= 0');
  if (options.generator !== 'progressive') {
    check(options.betaD, 'options.betaD');
    return;
  }
  const { coarse, betaD } = options;
  if (!Array.isArray(coarse)) throw new ArgumentError('options.coarse', describeValue(coarse), 'an array of matrices');
  if (typeof betaD === 'number' || !isArrayLike(betaD)) {
    check(betaD, 'options.betaD');
    return;
  }
  requireLength(betaD, 'options.betaD', coarse.length + 1, 'one for every stage, that of X last');
  for (const [i, value] of Array.from(betaD).entries()) check(value, `options.betaD[${i}]`);
}

function noiseOf(noise: unknown, X: Matrix, columns: number, seed: number): Matrix {
  if (noise !== undefined && typeof noise !== 'number') return packMatrix(noise, 'options.noise');
  const drawn = noise ?? columns;
  requireNumber(drawn, 'options.noise', (x) => Number.isInteger(x) && x >= 1, 'a positive integer of columns, or a matrix');
  return { data: gaussianRows(X.rows, drawn, seed, noiseStream), rows: X.rows, columns: drawn };
}
