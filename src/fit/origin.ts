import type { Architecture } from '../architectures/architecture.js';
import type { Problem } from '../program/training-data.js';

/** What a fit was about: only for the same rows and family are its blocks a start. */
export interface Origin {
  readonly family: string;
  /** Two sums over the bits of X. */
  readonly rows: string;
}

export function originOf(architecture: Architecture, { X }: Pick<Problem, 'X'>): Origin {
  return { family: familyOf(architecture), rows: fingerprint(X.data, X.columns) };
}

/** The same for the same program: name and arguments. */
export function familyOf({ name, recipe }: Architecture): string {
  return recipe ? JSON.stringify(recipe) : name;
}

const known = new WeakMap<Float64Array, string>();

/** Two 32-bit hashes (FNV-1a, from two offsets) of the words of the entries; an entry of -0 counts as 0. */
function fingerprint(data: Float64Array, columns: number): string {
  const before = known.get(data);
  if (before !== undefined) return before;
  const words = new Uint32Array(2);
  const number = new Float64Array(words.buffer);
  let [first, second] = [0x811c9dc5, 0x9747b28c];
  for (let at = 0; at < data.length; at++) {
    number[0] = data[at] + 0;
    // The sum of both words is the same whatever order a machine keeps them in.
    const low = words[0] ^ words[1];
    const sum = (words[0] + words[1]) >>> 0;
    first = Math.imul(first ^ low, 0x01000193);
    second = Math.imul(second ^ sum, 0x01000193) ^ (first >>> 15);
  }
  const text = `${columns}:${(first >>> 0).toString(16)}${(second >>> 0).toString(16)}`;
  known.set(data, text);
  return text;
}
