import type { Matrix } from '../types.js';

/** Which rows are the same: numbers of groups, in the order of their first rows. */
export interface Groups {
  /** The group of every row. */
  readonly of: Int32Array;
  readonly count: number;
}

/** Rows of the same numbers share a group; cost O(n d). */
export function groupRows({ data, rows, columns }: Matrix): Groups {
  const of = new Int32Array(rows);
  const firsts: number[] = [];
  const known = new Map<number, number[]>();
  const bits = new Float64Array(columns);
  const words = new Uint32Array(bits.buffer);
  const same = (a: number, b: number) => {
    for (let j = 0; j < columns; j++) if (data[a * columns + j] !== data[b * columns + j]) return false;
    return true;
  };
  for (let k = 0; k < rows; k++) {
    // Minus zero is zero.
    for (let j = 0; j < columns; j++) bits[j] = data[k * columns + j] + 0;
    let hash = 0;
    for (const word of words) hash = Math.imul(hash ^ word ^ (word >>> 15), 0x9e3779b1);
    const candidates = known.get(hash) ?? [];
    const found = candidates.find((group) => same(firsts[group], k));
    of[k] = found ?? firsts.length;
    if (found !== undefined) continue;
    known.set(hash, [...candidates, firsts.length]);
    firsts.push(k);
  }
  return { of, count: firsts.length };
}
