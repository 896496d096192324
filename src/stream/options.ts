import { describeValue } from '../data/describe.js';
import { packVector } from '../data/matrix.js';
import { checkOptionNames } from '../data/option-names.js';
import { ArgumentError } from '../errors.js';
import { requireNumber } from '../options.js';
import type { VectorLike } from '../types.js';

/** Scales known beforehand, from a first pass: (x - center) / scale, (y - targetMean) / targetScale. Scales are above 0. */
export interface StreamScaling {
  readonly centers: VectorLike;
  readonly scales: VectorLike;
  readonly targetMean: number;
  readonly targetScale: number;
}

/** Options of a {@link GatedReLUStream}. */
export interface StreamOptions {
  /** Strength of the weight decay on the standardized problem; `'auto'` (default): scored on every fifth row. */
  readonly beta?: number | 'auto';
  /** Random gates, 32 by default: memory and time grow with the square of gates x columns. */
  readonly gates?: number;
  readonly bias?: boolean;
  /** Centre and scale columns and target by the first 4096 rows; default true. */
  readonly standardize?: boolean;
  readonly scaling?: StreamScaling;
  /** As in {@link EstimatorOptions}. */
  readonly extrapolate?: boolean;
  readonly seed?: number;
  /** Relative duality gap to reach; default 1e-6. */
  readonly tolerance?: number;
  readonly maxIterations?: number;
}

const names = [
  'beta',
  'gates',
  'bias',
  'standardize',
  'scaling',
  'extrapolate',
  'seed',
  'tolerance',
  'maxIterations',
] satisfies (keyof StreamOptions)[];

/** @throws {@link ArgumentError} naming the option. */
export function checkStreamOptions(options: StreamOptions): void {
  checkOptionNames(options, names);
  const { beta = 'auto', gates, bias, standardize, scaling, seed, tolerance, maxIterations, extrapolate } = options;
  const integer = (x: number) => Number.isSafeInteger(x) && x >= 1;
  if (beta !== 'auto')
    requireNumber(beta, 'options.beta', (x) => x > 0 && x < Number.POSITIVE_INFINITY, "'auto' or a finite number above 0");
  if (gates !== undefined) requireNumber(gates, 'options.gates', (x) => integer(x) && x <= 1000, 'an integer from 1 to 1000');
  if (seed !== undefined)
    requireNumber(seed, 'options.seed', (x) => Number.isSafeInteger(x) && x >= 0, 'an integer from 0 to 2^53 - 1');
  if (tolerance !== undefined)
    requireNumber(tolerance, 'options.tolerance', (x) => x > 0 && x < 1, 'a number above 0 and below 1');
  if (maxIterations !== undefined) requireNumber(maxIterations, 'options.maxIterations', integer, 'a positive integer');
  for (const [name, value] of Object.entries({ bias, standardize, extrapolate })) {
    if (value !== undefined && typeof value !== 'boolean')
      throw new ArgumentError(`options.${name}`, describeValue(value), 'true or false');
  }
  if (scaling !== undefined) checkScaling(scaling);
}

function checkScaling(scaling: StreamScaling): void {
  const name = 'options.scaling';
  checkOptionNames(scaling, ['centers', 'scales', 'targetMean', 'targetScale'], name);
  const centers = packVector(scaling.centers, `${name}.centers`);
  const scales = packVector(scaling.scales, `${name}.scales`, centers.length, 'one for every center');
  const bad = scales.findIndex((scale) => !(scale > 0));
  if (bad >= 0) throw new ArgumentError(`${name}.scales[${bad}]`, describeValue(scales[bad]), 'a number above 0');
  requireNumber(scaling.targetMean, `${name}.targetMean`, Number.isFinite, 'a finite number');
  requireNumber(
    scaling.targetScale,
    `${name}.targetScale`,
    (x) => x > 0 && x < Number.POSITIVE_INFINITY,
    'a finite number above 0',
  );
}
