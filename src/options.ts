import type { Architecture } from './architectures/architecture.js';
import type { Certificate } from './certificate/certificate.js';
import type { CertificateFile } from './certificate/file.js';
import { checkCall } from './data/call-options.js';
import { describeValue } from './data/describe.js';
import { checkOptionNames } from './data/option-names.js';
import { ArgumentError } from './errors.js';
import type { PatternChoice } from './fit/choose-patterns.js';
import type { FitState } from './fit/fit.js';
import type { Network } from './network/base.js';
import type { Patterns } from './patterns/patterns.js';
import { patternStride } from './patterns/patterns.js';
import type { Stage } from './pausing.js';
import type { LossName } from './program/losses.js';
import type { Status } from './solver/run.js';
import type { MatrixLike, VectorLike } from './types.js';

/** What a listener hears after every solver step, and now and then in steps that take long. */
export interface Progress {
  /**
   * What the work is at: `patterns` lists or samples them, `solve` is about the patterns held, `price` searches for more, `prove`
   * shows that no other helps, `conclude` rebuilds and certifies the network.
   */
  readonly stage: Stage;
  /** Share of the whole that is done, an estimate from 0 to 1: it never falls, and the last event has 1. */
  readonly fraction: number;
  /** The value of beta that is tried, where a path or the choice of beta tries several. */
  readonly beta?: number;
  /** Which validation fold, from 1 on, and of how many, where there are folds. */
  readonly fold?: number;
  readonly folds?: number;
  readonly iteration: number;
  /** Best training objective so far. */
  readonly objective: number;
  /** Bound over the patterns held, as in {@link Certificate}; it can fall when column generation adds patterns. */
  readonly patternBound: number;
  readonly patternGap: number;
  /** Bound over all networks of the family, as in {@link Certificate}; null while nothing is proven. */
  readonly lowerBound: number | null;
  readonly relativeGap: number | null;
  /** Patterns held, and rounds of column generation so far. */
  readonly patterns: number;
  readonly round: number;
}

/**
 * Names of the three solvers; `newton` is the default and the fastest, the others are there to check it. Programs of shared
 * neurons whose Newton system would be large and dense go to `fista` instead.
 */
export const solverNames = ['newton', 'fista', 'admm'] as const;
export type SolverName = (typeof solverNames)[number];

export interface TrainOptions {
  /** Strength of the weight decay, > 0. Required: functions choose nothing. */
  readonly beta: number;
  /** Default `squared`. `logistic` and `squaredHinge` want labels -1 and +1, `softmax` one-hot rows. */
  readonly loss?: LossName;
  /** Where the Huber loss turns linear, in units of the targets. Default 1. */
  readonly huberDelta?: number;
  /** Adds a column of ones, whose weight is regularized like the others. Default true. */
  readonly bias?: boolean;
  /** One weight >= 0 for every row: w counts as w rows, 0 as an absent row. Default ones. */
  readonly sampleWeight?: VectorLike;
  /**
   * Fixed numbers o, one for every row (n) or for every row and output (n x C): the loss sees f(x) + o, the penalty f alone.
   * Data, never optimized; networks give f, without it. Default zeros.
   */
  readonly offset?: VectorLike | MatrixLike;
  /**
   * `auto` (default): all patterns when they are few, else column generation by local search; `all`: enumerate;
   * `priced`: always column generation, without a proof; `certified`: column generation with a proof by branch and bound
   * that no other pattern helps (ReLU families; cheap up to 5 columns, minutes at 8 to 10); `{ sample: P }`: random ones; a `Patterns` value: exactly these.
   */
  readonly patterns?: PatternChoice;
  /** Default 0. The same seed gives the same network, to the last bit, on every machine. */
  readonly seed?: number;
  /** Relative duality gap to reach; default 1e-6. */
  readonly tolerance?: number;
  /**
   * Column generation ends when no direction is found that is worth more than this share of the objective, or when four
   * rounds together gain less than it; default half of `tolerance`. Larger values cost far fewer rounds on data with many columns; the gap over the patterns held stays.
   */
  readonly pricingTolerance?: number;
  /** Solver steps, for every output that is solved apart; default 2000, 50 000 where neurons are shared by outputs. Reproducible, unlike a time limit. */
  readonly maxIterations?: number;
  /** Nodes of branch and bound in each proof, about a microsecond each; default 100 million. Reproducible. */
  readonly maxNodes?: number;
  /** Seconds; default none. Needs a clock that runs during computation (some edge platforms stop it). */
  readonly timeLimit?: number;
  /** Bytes of WebAssembly memory; default 2 GiB. */
  readonly memoryLimit?: number;
  /**
   * Also write a proof of the lower bound that others can check (`result.proof`, `verifyCertificate`), where the fit ends
   * proven over all patterns; two-layer networks of ReLU-like units. Costs one more branch and bound. Default false.
   */
  readonly proof?: boolean;
  readonly solver?: SolverName;
  readonly warmStart?: TrainResult;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface TrainResult<N extends Network = Network> {
  readonly network: N;
  readonly certificate: Certificate;
  /** The proof that `options.proof` asked for; null where it did not, or where nothing is proven over all patterns. */
  readonly proof: CertificateFile | null;
  /**
   * `optimal`: the tolerance is reached, under `certified` over all patterns. Else what ended the run: `iteration-limit`
   * (`maxIterations`, or `maxNodes` of a proof), `time-limit`, or `stalled`: no limit was met, and rounding lets nothing move on.
   */
  readonly status: Status;
  readonly beta: number;
  readonly iterations: number;
  /** Patterns held at the end, in all. */
  readonly patternCount: number;
  /** Blocks and patterns, for `warmStart`. */
  readonly state: FitState;
}

const optionNames: ReadonlySet<string> = new Set<keyof TrainOptions>([
  'beta',
  'loss',
  'huberDelta',
  'bias',
  'sampleWeight',
  'offset',
  'patterns',
  'seed',
  'tolerance',
  'pricingTolerance',
  'maxIterations',
  'maxNodes',
  'timeLimit',
  'memoryLimit',
  'proof',
  'solver',
  'warmStart',
  'signal',
  'onProgress',
]);

const lossNames: readonly LossName[] = ['squared', 'logistic', 'squaredHinge', 'huber', 'softmax'];

/** Throws unless `value` is a number that satisfies `test`. */
export function requireNumber(
  value: unknown,
  name: string,
  test: (x: number) => boolean,
  expected: string,
): asserts value is number {
  if (typeof value !== 'number' || !test(value)) throw new ArgumentError(name, describeValue(value), expected);
}

/** Every option is checked before any work; unknown names are refused, because a misspelt option would be ignored. */
export function checkOptions(options: TrainOptions, architecture: Architecture): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new ArgumentError('options', describeValue(options), 'an object with beta');
  for (const name of Object.keys(options)) {
    if (!optionNames.has(name)) throw new ArgumentError(`options.${name}`, 'unknown', `one of ${[...optionNames].join(', ')}`);
  }
  requireNumber(options.beta, 'options.beta', (x) => x > 0 && x < Number.POSITIVE_INFINITY, 'a finite number above 0');
  const {
    loss = 'squared',
    huberDelta,
    seed,
    tolerance,
    pricingTolerance,
    maxIterations,
    maxNodes,
    timeLimit,
    memoryLimit,
    solver,
    patterns = 'auto',
    bias,
    proof,
  } = options;
  if (!lossNames.includes(loss)) throw new ArgumentError('options.loss', describeValue(loss), `one of ${lossNames.join(', ')}`);
  if (solver !== undefined && !solverNames.includes(solver))
    throw new ArgumentError('options.solver', describeValue(solver), `one of ${solverNames.join(', ')}`);
  if (bias !== undefined && typeof bias !== 'boolean')
    throw new ArgumentError('options.bias', describeValue(bias), 'true or false');
  if (proof !== undefined && typeof proof !== 'boolean')
    throw new ArgumentError('options.proof', describeValue(proof), 'true or false');
  if (proof && !isProvable(architecture))
    throw new ArgumentError('options.proof', 'true', 'false: certificates are about two-layer networks of ReLU-like units');
  const positive = (x: number) => x > 0;
  if (huberDelta !== undefined)
    requireNumber(huberDelta, 'options.huberDelta', (x) => x > 0 && x < Number.POSITIVE_INFINITY, 'a finite number above 0');
  if (seed !== undefined)
    requireNumber(seed, 'options.seed', (x) => Number.isSafeInteger(x) && x >= 0, 'an integer from 0 to 2^53 - 1');
  if (tolerance !== undefined)
    requireNumber(tolerance, 'options.tolerance', (x) => x > 0 && x < 1, 'a number above 0 and below 1');
  if (pricingTolerance !== undefined)
    requireNumber(pricingTolerance, 'options.pricingTolerance', (x) => x > 0 && x < 1, 'a number above 0 and below 1');
  if (maxIterations !== undefined)
    requireNumber(maxIterations, 'options.maxIterations', (x) => Number.isInteger(x) && x >= 1, 'a positive integer');
  if (maxNodes !== undefined)
    requireNumber(maxNodes, 'options.maxNodes', (x) => Number.isInteger(x) && x >= 1, 'a positive integer');
  if (timeLimit !== undefined) requireNumber(timeLimit, 'options.timeLimit', positive, 'seconds above 0');
  if (memoryLimit !== undefined) requireNumber(memoryLimit, 'options.memoryLimit', positive, 'bytes above 0');
  checkCall(options);
  checkPatterns(patterns, architecture);
}

/** Its units are phi(x^T w) at the rows x of X: what the format of certificates can state. */
function isProvable({ patterns, patternRows, patternSource, pricer, restate, unpriced }: Architecture): boolean {
  return patterns === 'cells' && !unpriced && !patternRows && !patternSource && !pricer && !restate;
}

function checkPatterns(patterns: unknown, architecture: Architecture): void {
  const expected = "'auto', 'all', 'certified', 'priced', { sample: number }, { gates } or patterns of an earlier result";
  if (patterns === 'certified') {
    if (architecture.patterns === 'cells' && !architecture.unpriced && !architecture.pricer) return;
    throw new ArgumentError(
      'options.patterns',
      describeValue(patterns),
      `'auto', 'all' or given patterns: only networks of ReLU-like units have a proof over all patterns`,
    );
  }
  if (patterns === 'priced' && architecture.unpriced)
    throw new ArgumentError(
      'options.patterns',
      describeValue(patterns),
      `'auto', 'all' or given patterns: ${architecture.name} has no search for patterns`,
    );
  if (patterns === 'auto' || patterns === 'all' || patterns === 'priced') return;
  if (architecture.patterns === 'none')
    throw new ArgumentError('options.patterns', describeValue(patterns), `'auto': ${architecture.name} has no patterns`);
  if (typeof patterns !== 'object' || patterns === null)
    throw new ArgumentError('options.patterns', describeValue(patterns), expected);
  if ('sample' in patterns) {
    checkOptionNames(patterns, ['sample'], 'options.patterns');
    requireNumber(patterns.sample, 'options.patterns.sample', (x) => Number.isInteger(x) && x >= 1, 'a positive integer');
    return;
  }
  if ('bits' in patterns) {
    const { bits, gates } = patterns as { readonly bits: unknown; readonly gates?: unknown };
    if (!(bits instanceof Uint8Array) || (gates && !(gates instanceof Float64Array)))
      throw new ArgumentError('options.patterns', 'without typed arrays', 'patterns made by cvxnn');
    if (arePatterns(patterns)) return;
    throw new ArgumentError('options.patterns', 'of bits without their kinds or sizes', 'patterns made by cvxnn');
  }
  if ('gates' in patterns && patterns.gates instanceof Float64Array) {
    checkOptionNames(patterns, ['gates'], 'options.patterns');
    return;
  }
  throw new ArgumentError('options.patterns', describeValue(patterns), expected);
}

/** By kinds and sizes: bits in a plain array would be read as something else. */
function arePatterns(value: object): value is Patterns {
  const { samples, count, stride, bits, gates } = value as Partial<Patterns>;
  const sizes = [samples, count, stride].every((size) => Number.isSafeInteger(size) && (size as number) >= 0);
  if (!sizes || !(bits instanceof Uint8Array) || bits.length !== (count as number) * (stride as number)) return false;
  return gates === null || gates === undefined || gates instanceof Float64Array;
}

/** Patterns given by the caller must be about these samples. */
export function checkPatternShape(patterns: PatternChoice, architecture: Architecture, rows: number, width: number): void {
  if (typeof patterns !== 'object') return;
  const { bits: samples, gate: columns } = architecture.patternShape?.(rows, width) ?? { bits: rows, gate: width };
  const needsGates = architecture.patterns === 'gates';
  if ('bits' in patterns) {
    const { samples: given, stride, count, bits, gates } = patterns as Patterns;
    if (given !== samples) throw new ArgumentError('options.patterns', `for ${given} samples`, `patterns for ${samples} samples`);
    if (stride !== patternStride(samples) || bits.length !== count * stride || count < 1) {
      throw new ArgumentError('options.patterns', 'of inconsistent size', 'patterns made by cvxnn');
    }
    if (gates && gates.length !== count * columns)
      throw new ArgumentError(
        'options.patterns.gates',
        `of length ${gates.length}`,
        `${count} rows of ${columns} numbers (a column for the bias counts)`,
      );
    if (gates?.some((entry) => !Number.isFinite(entry)))
      throw new ArgumentError('options.patterns.gates', 'not finite', 'finite numbers');
    if (needsGates && !gates)
      throw new ArgumentError('options.patterns', 'without gates', 'patterns with their gates, which a gated network contains');
  } else if ('gates' in patterns) {
    const { gates } = patterns;
    if (gates.length === 0 || gates.length % columns !== 0) {
      throw new ArgumentError(
        'options.patterns.gates',
        `of length ${gates.length}`,
        `rows of ${columns} numbers (a column for the bias counts)`,
      );
    }
    if (!gates.every((entry) => Number.isFinite(entry)))
      throw new ArgumentError('options.patterns.gates', 'not finite', 'finite numbers');
  }
}
