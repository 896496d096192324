import * as library from '../index.js';
import type { Method } from './wire.js';

/** Names of the arguments, as callers know them. */
const names: Readonly<Record<Method, readonly string[]>> = {
  train: ['architecture', 'X', 'y', 'options'],
  betaMax: ['architecture', 'X', 'y', 'options'],
  regularizationPath: ['architecture', 'X', 'y', 'options'],
  crossValidate: ['architecture', 'X', 'y', 'options'],
  toRelu: ['result', 'X', 'y', 'options'],
  dualMaximum: ['X', 'lambda', 'options'],
  enumeratePatterns: ['X', 'options'],
  fit: ['estimator', 'estimator.options', 'X', 'y', 'options'],
};
const deepest = 12;

/** The first value of a call that cannot be cloned, as an error that names its place; null where all of them can. */
export function nameUncloneable(method: Method, values: readonly unknown[]): library.ArgumentError | null {
  for (const [i, value] of values.entries()) {
    const place = placeOf(value, names[method][i], 0);
    if (place !== null)
      return new library.ArgumentError(
        place,
        'of a kind that cannot be sent to a worker',
        'data: numbers, texts, arrays, plain objects, families and results of cvxnn',
      );
  }
  return null;
}

function placeOf(value: unknown, name: string, depth: number): string | null {
  if (isCloneable(value)) return null;
  if (typeof value !== 'object' || value === null || depth === deepest) return name;
  for (const [key, entry] of Object.entries(value)) {
    const inner = placeOf(entry, Array.isArray(value) ? `${name}[${key}]` : `${name}.${key}`, depth + 1);
    if (inner !== null) return inner;
  }
  return name;
}

function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
