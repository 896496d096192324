import fc from 'fast-check';

/** Any value of JavaScript as JSON, so that it can be kept: `build` makes it. */
export type Spec =
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'string' | 'bigint'; readonly text: string }
  | { readonly kind: 'json'; readonly value: null | boolean }
  | { readonly kind: 'odd'; readonly name: keyof typeof odd }
  | { readonly kind: 'array' | 'floats'; readonly entries: readonly Spec[] }
  | { readonly kind: 'object'; readonly fields: readonly (readonly [string, Spec])[] };

/** Values that no JSON has. */
const odd = {
  undefined: () => undefined,
  symbol: () => Symbol('odd'),
  function: () => () => 1,
  thrower: () => () => {
    throw new Error('thrown by a caller');
  },
  date: () => new Date(0),
  invalidDate: () => new Date(Number.NaN),
  map: () => new Map([[1, 2]]),
  set: () => new Set([1]),
  promise: () => Promise.resolve(1),
  rejected: () => {
    const promise = Promise.reject(new Error('rejected by a caller'));
    promise.catch(() => {});
    return promise;
  },
  noPrototype: () => Object.create(null),
  frozen: () => Object.freeze({ a: 1 }),
  longLength: () => ({ length: 4e9 }),
  negativeLength: () => ({ length: -1 }),
  hugeMatrix: () => ({ data: { length: 4e9 }, shape: [1e9, 4] }),
  emptyMatrix: () => ({ data: new Float64Array(0), shape: [0, 3] }),
  wrongMatrix: () => ({ data: new Float64Array(5), shape: [2, 3] }),
  sparse: () => new Array(5),
  buffer: () => new ArrayBuffer(16),
  bigints: () => new BigInt64Array(5),
  bytes: () => Uint8Array.of(1, 2, 3, 4, 5),
  error: () => new Error('as a value'),
  regexp: () => /x/,
  proxy: () => new Proxy({}, {}),
  boxed: () => Object(3),
  abort: () => AbortSignal.abort(new Error('aborted before')),
  listener: () => new AbortController().signal,
} satisfies Record<string, () => unknown>;

export function build(spec: Spec): unknown {
  switch (spec.kind) {
    case 'number':
      return Number(spec.text);
    case 'string':
      return spec.text;
    case 'bigint':
      return BigInt(spec.text);
    case 'json':
      return spec.value;
    case 'odd':
      return odd[spec.name]();
    case 'array':
      return spec.entries.map(build);
    case 'floats':
      return Float64Array.from(spec.entries, (entry) => Number(entry.kind === 'number' ? entry.text : 0));
    case 'object':
      return Object.fromEntries(spec.fields.map(([name, field]) => [name, build(field)]));
  }
}

const numbers = ['0', '-0', '1', '-1', '0.5', '2', '3', '5', '6', '1.5', '1e-9', '1e-320', '1e-200', '1e200', '1e308'].concat([
  'NaN',
  'Infinity',
  '-Infinity',
  '9007199254740992',
  '4294967296',
  '2147483648',
  '1000',
]);
const texts = [
  '',
  'auto',
  'all',
  'priced',
  'certified',
  'squared',
  'logistic',
  'softmax',
  'newton',
  'balanced',
  'abc',
  '1',
  '\u0000',
].concat(['__proto__', 'constructor', 'toString']);
/** Names that options have, and others. */
const names = [
  'beta',
  'loss',
  'patterns',
  'sample',
  'gates',
  'bits',
  'samples',
  'count',
  'data',
  'shape',
  'state',
  'parts',
  'length',
];

const leaf: fc.Arbitrary<Spec> = fc.oneof(
  fc.constantFrom(...numbers).map((text): Spec => ({ kind: 'number', text })),
  fc.constantFrom(...texts).map((text): Spec => ({ kind: 'string', text })),
  fc.constantFrom(null, true, false).map((value): Spec => ({ kind: 'json', value })),
  fc.constantFrom('0', '5', '123456789012345678901234567890').map((text): Spec => ({ kind: 'bigint', text })),
  fc.constantFrom(...(Object.keys(odd) as (keyof typeof odd)[])).map((name): Spec => ({ kind: 'odd', name })),
);

const number = fc.constantFrom(...numbers).map((text): Spec => ({ kind: 'number', text }));

/** Any value, three levels deep. */
export const specs: fc.Arbitrary<Spec> = fc.letrec<{ value: Spec }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 6 }).map((entries): Spec => ({ kind: 'array', entries })),
    fc.array(number, { maxLength: 6 }).map((entries): Spec => ({ kind: 'floats', entries })),
    fc
      .array(fc.tuple(fc.constantFrom(...names), tie('value')), { maxLength: 4 })
      .map((fields): Spec => ({ kind: 'object', fields })),
  ),
})).value;
