import { ArgumentError } from '../errors.js';
import { describeValue } from './describe.js';

/**
 * Refuses options that are no object, and names that no option has: a misspelt one would be ignored.
 *
 * @param argument - The caller's name for them.
 */
export function checkOptionNames(options: unknown, names: Iterable<string>, argument = 'options'): void {
  checkOptionObject(options, argument);
  const known = new Set(names);
  for (const name of Object.keys(options)) {
    if (!known.has(name)) throw new ArgumentError(`${argument}.${name}`, 'unknown', `one of ${[...known].join(', ')}`);
  }
}

/** Refuses options that are no object, an array among them. */
export function checkOptionObject(options: unknown, argument = 'options'): asserts options is object {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new ArgumentError(argument, describeValue(options), 'an object');
}
