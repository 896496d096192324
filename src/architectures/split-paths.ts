import { singularTriples } from './spectral.js';

/** First two layers of a sub-network and its output weight. */
interface Split {
  readonly layers: readonly Float64Array[];
  readonly weight: number;
}

/**
 * The sub-networks of a block V_1, .., V_m1 (each m2 x d) that attain ( sum_j |V_j|_*^2 )^(1/2) (math-architectures.md 7.4). The
 * singular terms of V_j fill [0, 1] in proportion to their values; a sub-network stands for an interval on which no part changes
 * its term: there V_j is t |V_j|_* q p^T, with W_j = sqrt(..) p into the second layer with weights q, and all sub-networks together
 * cost the sum of t times the root of the sum of squares.
 */
export function splitPaths(block: Float64Array, widths: readonly number[], columns: number): Split[] {
  const [first, second] = widths;
  const length = second * columns;
  const parts = Array.from({ length: first }, (_, j) => {
    const triples = singularTriples(block.subarray(j * length, (j + 1) * length), second, columns);
    const total = triples.reduce((sum, { value }) => sum + value, 0);
    let sum = 0;
    const ends = triples.map(({ value }) => {
      sum += value;
      return sum / total;
    });
    return { triples, total, ends };
  });
  const cuts = [...new Set([0, ...parts.flatMap(({ ends }) => ends.slice(0, -1)), 1])].sort((a, b) => a - b);
  const root = Math.sqrt(parts.reduce((sum, { total }) => sum + total * total, 0));
  return cuts.slice(1).map((end, i) => {
    const share = end - cuts[i];
    const W = new Float64Array(first * columns);
    // Weights into unit j2 of the second layer: a row of first numbers for each.
    const into = new Float64Array(second * first);
    parts.forEach(({ triples, total, ends }, j) => {
      if (total === 0) return;
      // Rounding may leave the last end below 1.
      const { left, right } = triples.find((_, t) => ends[t] >= end) ?? triples[triples.length - 1];
      right.forEach((entry, k) => {
        W[j * columns + k] = (total / root) * entry;
      });
      left.forEach((entry, j2) => {
        into[j2 * first + j] = entry;
      });
    });
    return { layers: [W, into, new Float64Array(second).fill(1)], weight: share * root };
  });
}
