// The fits whose every bit must be the same in every runtime and browser. Plain modules only: this file also runs in pages.

/** A stream of numbers in (-1, 1) from integer arithmetic: the same everywhere, and no part of what is under test. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2147483648;
  };
}

function table(samples, features, seed) {
  const next = generator(seed);
  const data = Float64Array.from({ length: samples * features }, next);
  const y = Float64Array.from({ length: samples }, (_, i) => {
    const first = data[i * features];
    return Math.abs(first) - 0.5 * data[i * features + features - 1] + 0.1 * next();
  });
  return { X: { data, shape: [samples, features] }, y };
}

const signs = (y) => y.map((value) => (value >= 0.2 ? 1 : -1));

/** Name and fit; each returns a `TrainResult`. */
const fits = [];

/** Every number in a value, in a fixed order: keys sorted, arrays from the front. */
function* numbersOf(value) {
  if (typeof value === 'number') yield value;
  else if (value === null || typeof value !== 'object') return;
  else if (Array.isArray(value) || ArrayBuffer.isView(value)) for (const entry of value) yield* numbersOf(entry);
  else for (const key of Object.keys(value).sort()) yield* numbersOf(value[key]);
}

async function sha256(bytes) {
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Trains everything on the list.
 *
 * @param cvxnn - the package, in whichever form the runtime loads it.
 * @returns the hash over the bytes of every number of every network, objective and bound, the number of fits, and a short hash of each
 * fit by name, which tells where two runtimes part.
 */
export async function fitHash(cvxnn) {
  const all = [];
  const each = {};
  for (const [name, fit] of fits) {
    const { network, certificate } = await fit(cvxnn);
    const { objective, lowerBound, gap, patternGap } = certificate;
    const numbers = Float64Array.from([...numbersOf(network.toJSON()), ...numbersOf([objective, lowerBound, gap, patternGap])]);
    each[name] = (await sha256(new Uint8Array(numbers.buffer))).slice(0, 12);
    all.push(...numbers);
  }
  return { hash: await sha256(new Uint8Array(Float64Array.from(all).buffer)), fits: fits.length, each };
}

export { signs, table };
