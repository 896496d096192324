/**
 * What came, in a few words for an error message: `NaN`, `the string "abc"`, `the BigInt 5n`, `an array of length 3`, `a Promise`. The one
 * describer of values: whatever the value is, it throws nothing and stays short.
 */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `the string ${JSON.stringify(shortened(value))}`;
    case 'bigint':
      return `the BigInt ${shortened(String(value))}n`;
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'boolean':
    case 'undefined':
      return String(value);
    case 'function':
      return 'a function';
    case 'symbol':
      return 'a symbol';
    default:
      return value === null ? 'null' : describeObject(value as object);
  }
}

const shortened = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

/** Objects of other programs may throw whatever is asked of them. */
function describeObject(value: object): string {
  try {
    const name = Object.prototype.toString.call(value).slice('[object '.length, -1);
    const kind = name === 'Object' || name === 'Array' || !/^[A-Z]\w{0,39}$/.test(name) ? null : name;
    if (isArrayLike(value)) return `${withArticle(kind ?? 'array')} of length ${value.length}`;
    if (kind === 'Promise') return 'a Promise (await it)';
    return withArticle(kind ?? 'object');
  } catch {
    return 'an object';
  }
}

const withArticle = (noun: string): string => `${/^[AEIOaeio]/.test(noun) ? 'an' : 'a'} ${noun}`;

/** Arrays, typed arrays and anything else with a length and indices; not strings, whose characters are no entries. */
export function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const length = (value as { length?: unknown }).length;
  return typeof length === 'number' && Number.isSafeInteger(length) && length >= 0;
}

/** `1 row`, `3 rows`. */
export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
