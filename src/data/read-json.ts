import { ModelFormatError } from '../errors.js';
import { count, describeValue } from './describe.js';

/** Readers of untrusted JSON. Every one takes the place of the value, so that a message names it: `network.hidden.weights[3] is null; ...`. */

export type JsonObject = Readonly<Record<string, unknown>>;

export function fail(path: string, value: unknown, expected: string): never {
  throw new ModelFormatError(
    path,
    value === undefined ? `is missing; expected ${expected}` : `is ${describeValue(value)}; expected ${expected}`,
  );
}

export function join(path: string, field: string): string {
  return path === '' ? field : `${path}.${field}`;
}

export function readObject(value: unknown, path: string): JsonObject {
  if (typeof value === 'string') fail(path, value, 'an object: pass the parsed JSON (JSON.parse), not its text');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(path, value, 'an object');
  return value as JsonObject;
}

/** Refuses another format and another version before anything else is looked at. */
export function requireVersion(json: JsonObject, path: string, format: string, version: number, oldest = version): number {
  if (json.format !== format) fail(join(path, 'format'), json.format, JSON.stringify(format));
  const found = Number.isInteger(json.version) ? (json.version as number) : Number.NaN;
  if (!(found >= oldest && found <= version)) {
    const place = join(path, 'version');
    const reads = oldest < version ? `versions ${oldest} to ${version}` : `version ${version}`;
    throw new ModelFormatError(
      place,
      `is ${describeValue(json.version)}; this release of cvxnn reads ${reads}`,
      json.version,
      version,
    );
  }
  return found;
}

export function readNumber(value: unknown, path: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) fail(path, value, 'a finite number');
  return value;
}

export function readPositive(value: unknown, path: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || !(value > 0)) fail(path, value, 'a number above 0');
  return value;
}

export function readInteger(value: unknown, path: string, least: number): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least)
    fail(path, value, `an integer of at least ${least}`);
  return value;
}

export function readNumbers(value: unknown, path: string, length: number): Float64Array {
  if (!Array.isArray(value) || value.length !== length) fail(path, value, `an array of ${count(length, 'number')}`);
  const numbers = new Float64Array(length);
  for (let k = 0; k < length; k++) numbers[k] = readNumber(value[k], `${path}[${k}]`);
  return numbers;
}

/** @param length - default any. */
export function readArray(value: unknown, path: string, length?: number): readonly unknown[] {
  const expected = length === undefined ? 'an array' : `an array of length ${length}`;
  if (!Array.isArray(value) || (length !== undefined && value.length !== length)) fail(path, value, expected);
  return value;
}

export function readChoice<T extends string>(value: unknown, path: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  return found ?? fail(path, value, `one of ${choices.join(', ')}`);
}
