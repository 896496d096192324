import * as library from '../index.js';

/** What the caller's side may ask for, and which argument holds its options (where a signal and a listener may be). */
export const methods = {
  train: 3,
  betaMax: 3,
  regularizationPath: 3,
  crossValidate: 3,
  toRelu: 3,
  dualMaximum: 2,
  enumeratePatterns: 1,
  /** An estimator's `fit`: its class, its options, X, y. */
  fit: 4,
} as const;
export type Method = keyof typeof methods;

export type Request =
  | { readonly id: number; readonly method: Method; readonly values: unknown; readonly listens: boolean }
  | { readonly id: number; readonly abort: true };

export type Reply =
  | { readonly id: number; readonly progress: unknown }
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: unknown };

/** Marks of what structured cloning cannot carry. */
const mark = '$cvxnn';

type Library = Readonly<Record<string, unknown>>;

/**
 * A copy that structured cloning carries: families as their recipes, networks as JSON, errors with all their fields. Functions and
 * symbols stay as they are; cloning refuses them.
 */
export function encode(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || value instanceof Map) return value;
  if (Array.isArray(value)) return value.map(encode);
  if (value instanceof library.Network) return { [mark]: 'network', json: value.toJSON() };
  if (value instanceof Error) return encodeError(value);
  if ('recipe' in value && 'program' in value) return { [mark]: 'family', recipe: value.recipe };
  if ('program' in value && typeof value.program === 'function')
    throw new library.ArgumentError('architecture', 'one without a recipe', 'a family of cvxnn: others cannot cross to a worker');
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, encode(entry)]));
}

/** The value again, with families, networks and errors of this side's library. */
export function decode(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || value instanceof Map) return value;
  if (Array.isArray(value)) return value.map(decode);
  const record = value as Record<string, unknown>;
  switch (record[mark]) {
    case 'network':
      return library.networkFromJSON(record.json);
    case 'family':
      return makeFamily(record.recipe);
    case 'error':
      return decodeError(record);
    default:
      return Object.fromEntries(Object.entries(record).map(([key, entry]) => [key, decode(entry)]));
  }
}

/** Factories that a recipe may name: a message can call nothing else. Every family with a `recipe` stands here. */
const factories = {
  relu: library.relu,
  leakyRelu: library.leakyRelu,
  absoluteValue: library.absoluteValue,
  gatedRelu: library.gatedRelu,
  vectorRelu: library.vectorRelu,
  oneInputRelu: library.oneInputRelu,
  quadratic: library.quadratic,
  polynomial: library.polynomial,
  threshold: library.threshold,
  batchNormRelu: library.batchNormRelu,
  batchNormGated: library.batchNormGated,
  circularLinear: library.circularLinear,
  circularRelu: library.circularRelu,
  circularGated: library.circularGated,
  convolutional: library.convolutional,
  gatedConvolutional: library.gatedConvolutional,
  linearConvolutional: library.linearConvolutional,
  threeLayer: library.threeLayer,
  gatedThreeLayer: library.gatedThreeLayer,
  deepGated: library.deepGated,
  layerwise: library.layerwise,
} as const;

function makeFamily(recipe: unknown): library.Architecture {
  const [factory, ...parameters] = recipe as readonly [string, ...never[]];
  if (!Object.hasOwn(factories, factory))
    throw new library.ArgumentError('architecture', `'${factory}'`, `one of ${Object.keys(factories).join(', ')}`);
  const make = factories[factory as keyof typeof factories] as (...parameters: never[]) => library.Architecture;
  return make(...parameters);
}

function encodeError(error: Error): unknown {
  const fields = Object.fromEntries(Object.entries(error).map(([key, entry]) => [key, encode(entry)]));
  const known = Object.entries(library as Library).find(([, type]) => type === error.constructor)?.[0];
  return { [mark]: 'error', type: known ?? null, name: error.name, message: error.message, cause: encode(error.cause), fields };
}

/** The same class where it is one of ours, so that `instanceof` works on both sides. */
function decodeError({ type, name, message, cause, fields }: Record<string, unknown>): Error {
  const known = typeof type === 'string' ? (library as Library)[type] : null;
  const prototype = typeof known === 'function' ? known.prototype : Error.prototype;
  const error = Object.create(prototype);
  const own = decode(fields) as Record<string, unknown>;
  for (const [key, entry] of Object.entries({ ...own, name, message, cause: decode(cause) }))
    Object.defineProperty(error, key, { value: entry, enumerable: key in own, configurable: true, writable: true });
  return error;
}
