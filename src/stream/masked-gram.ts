import { CompensatedSum } from './compensated.js';

/**
 * What the squared loss of a gated network needs to know of a table, whatever its length: with T = [D_1 X .. D_P X] and
 * fixed gates, |T v - y|^2 = v^T G v - 2 c^T v + y^T y, where G has the blocks X^T D_i D_j X and c = T^T y (math.md 2).
 */
export interface MaskedGram {
  /** P x d. */
  readonly gates: Float64Array;
  readonly columns: number;
  /** P. */
  readonly count: number;
  /** X^T D_i D_j X for j <= i, one after another at i (i + 1) / 2 + j; each is symmetric, d x d. */
  readonly blocks: Float64Array;
  /** c: X^T D_i y, P x d. */
  readonly targets: Float64Array;
  readonly rows: number;
  /** Of the targets and of their squares. */
  readonly sum: number;
  readonly square: number;
}

/** Of the rows of both; the gates are the same. */
export function addGrams(one: MaskedGram, other: MaskedGram): MaskedGram {
  return {
    ...one,
    blocks: one.blocks.map((entry, k) => entry + other.blocks[k]),
    targets: one.targets.map((entry, k) => entry + other.targets[k]),
    rows: one.rows + other.rows,
    sum: one.sum + other.sum,
    square: one.square + other.square,
  };
}

/** Entry (i, j) of G. */
export function gramEntry({ columns: d, blocks }: MaskedGram, i: number, j: number): number {
  const [high, low] = i < j ? [j, i] : [i, j];
  const [a, b] = [Math.floor(high / d), Math.floor(low / d)];
  return blocks[((a * (a + 1)) / 2 + b) * d * d + (high - a * d) * d + (low - b * d)];
}

/** G v, every entry off by a few units of rounding of sum_j |G_ij v_j|. */
export function gramTimes({ columns: d, count, blocks }: MaskedGram, v: Float64Array): Float64Array {
  const sums = Array.from(v, () => new CompensatedSum());
  for (let i = 0, at = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      for (let r = 0; r < d; r++) {
        for (let c = 0; c < d; c++, at++) {
          sums[i * d + r].add(blocks[at] * v[j * d + c]);
          if (i !== j) sums[j * d + r].add(blocks[at] * v[i * d + c]);
        }
      }
    }
  }
  return Float64Array.from(sums, (sum) => sum.value);
}
