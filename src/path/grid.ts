import { checkOptionObject } from '../data/option-names.js';
import { ArgumentError } from '../errors.js';
import { exponential, logarithm } from '../network/functions.js';
import { requireNumber } from '../options.js';

const mostValues = 10_000;

/** Where a path goes. */
export interface GridOptions {
  /** Number of values, 1 to 10 000; default 20. */
  readonly values?: number;
  /** Last value over betaMax, strictly between 0 and 1; default 1e-3. */
  readonly ratio?: number;
  /** The values themselves, strictly decreasing, in place of `values` and `ratio`. */
  readonly betas?: readonly number[];
}

/** @throws {@link ArgumentError} before any work. */
export function checkGrid(options: GridOptions): void {
  const { values, ratio, betas } = options;
  if ('beta' in options) throw new ArgumentError('options.beta', 'one value', 'betas, or values and ratio: paths choose beta');
  if (values !== undefined)
    requireNumber(
      values,
      'options.values',
      (x) => Number.isInteger(x) && x >= 1 && x <= mostValues,
      `an integer from 1 to ${mostValues}`,
    );
  if (ratio !== undefined) requireNumber(ratio, 'options.ratio', (x) => x > 0 && x < 1, 'a number between 0 and 1');
  if (betas === undefined) return;
  if (!Array.isArray(betas) || betas.length === 0)
    throw new ArgumentError('options.betas', 'no list of numbers', 'decreasing positive numbers');
  betas.forEach((beta: unknown, k) => {
    const before = k === 0 ? Number.POSITIVE_INFINITY : (betas[k - 1] as number);
    requireNumber(beta, `options.betas[${k}]`, (x) => x > 0 && x < before, 'a positive number below the one before');
  });
}

/** Geometric: from `betaMax` down to ratio * betaMax, both included. */
export function geometricGrid(betaMax: number, values: number, ratio: number): number[] {
  const step = logarithm(ratio) / Math.max(1, values - 1);
  return Array.from({ length: values }, (_, k) => {
    if (k === 0) return betaMax;
    return betaMax * (k === values - 1 ? ratio : exponential(step * k));
  });
}

/** The limit of a whole plan. @throws {@link ArgumentError} for options that are no object. */
export function timeLimitOf(options: { readonly timeLimit?: number }): number | undefined {
  checkOptionObject(options);
  return options.timeLimit;
}
