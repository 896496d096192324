import { checkCall } from '../data/call-options.js';
import { describeValue } from '../data/describe.js';
import { ArgumentError } from '../errors.js';
import { requireNumber } from '../options.js';
import type { Matrix } from '../types.js';

/** Second moments of larger entries overflow. */
const largestEntry = 1e140;

/** Refuses unknown options: a misspelt one would be ignored. */
export function checkNames(options: unknown, names: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new ArgumentError('options', describeValue(options), 'an object with discriminator');
  for (const name of Object.keys(options))
    if (!names.includes(name)) throw new ArgumentError(`options.${name}`, 'unknown here', `one of ${names.join(', ')}`);
}

/** What every run may be given. */
export function checkRun({ seed, memoryLimit, signal }: { seed?: unknown; memoryLimit?: unknown; signal?: unknown }): void {
  if (seed !== undefined)
    requireNumber(seed, 'options.seed', (x) => Number.isSafeInteger(x) && x >= 0, 'an integer from 0 to 2^53 - 1');
  if (memoryLimit !== undefined) requireNumber(memoryLimit, 'options.memoryLimit', (x) => x > 0, 'bytes above 0');
  checkCall({ signal });
}

export function checkMagnitude({ data, columns }: Matrix, name: string): void {
  const at = data.findIndex((entry) => Math.abs(entry) > largestEntry);
  if (at < 0) return;
  const place = `${name}[${Math.floor(at / columns)}][${at % columns}]`;
  throw new ArgumentError(place, describeValue(data[at]), 'a magnitude of at most 1e140, so that moments do not overflow');
}
