import { count, describeValue, isArrayLike } from '../data/describe.js';
import { ArgumentError } from '../errors.js';

/** A copy. Minus zero becomes zero: no score depends on it, and JSON cannot hold it, so saved and loaded stay the same bits. */
export function weights(source: unknown, name: string, length: number): Float64Array {
  if (!isArrayLike(source) || source.length !== length)
    throw new ArgumentError(name, describeValue(source), count(length, 'number'));
  const copy = new Float64Array(length);
  for (let k = 0; k < length; k++) copy[k] = weight(source[k], `${name}[${k}]`);
  return copy;
}

export function weight(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new ArgumentError(name, describeValue(value), 'a finite number');
  return value + 0;
}

export function positiveInteger(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) {
    throw new ArgumentError(name, describeValue(value), 'a positive integer');
  }
  return value;
}

export function positiveNumber(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || !(value > 0))
    throw new ArgumentError(name, describeValue(value), 'a positive number');
  return value;
}
