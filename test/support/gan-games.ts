import { createRandom } from '../../src/random.js';

export { momentError } from '../../scripts/reference/gan.mjs';

/** Plain twins of what GAN tests need: rows of numbers, sums, moments. Nothing of src/gan is used. */
export type Rows = number[][];

/** Gaussian rows, rounded to multiples of 1/64 so that duplicates are exact. */
export function gaussianTable(n: number, d: number, seed: number, scale = 1): Rows {
  const random = createRandom(seed, 77);
  return Array.from({ length: n }, () => Array.from({ length: d }, () => Math.round(64 * scale * random.normal()) / 64));
}

export function rowsOf({ data, shape: [n, d] }: { data: ArrayLike<number>; shape: readonly [number, number] }): Rows {
  return Array.from({ length: n }, (_, r) => Array.from({ length: d }, (_, j) => data[r * d + j]));
}

export const size = (vector: readonly number[]): number => Math.sqrt(vector.reduce((sum, entry) => sum + entry * entry, 0));
export const squares = (rows: Rows): number => rows.flat().reduce((sum, entry) => sum + entry * entry, 0);
export const sums = (rows: Rows): number[] => rows[0].map((_, j) => rows.reduce((sum, row) => sum + row[j], 0));

/** A B. */
export function product(A: Rows, B: Rows): Rows {
  return A.map((row) => B[0].map((_, j) => row.reduce((sum, entry, k) => sum + entry * B[k][j], 0)));
}

export const withOnes = (rows: Rows): Rows => rows.map((row) => [...row, 1]);

/** |sum x - sum g|. */
export const sumError = (X: Rows, G: Rows): number => {
  const g = sums(G);
  return size(sums(X).map((entry, j) => entry - g[j]));
};

/** max over signs, slopes +-1 and every kink of |sum (u x + b)_+ - sum (u w + b)_+|: the value between kinks is linear in b. */
export function critic(x: readonly number[], w: readonly number[]): number {
  const response = (values: readonly number[], u: number, b: number) =>
    values.reduce((sum, entry) => sum + Math.max(0, u * entry + b), 0);
  const kinks = [...x, ...w];
  const far = 1 + 2 * Math.max(...kinks.map(Math.abs));
  const at = (u: number, b: number) => Math.abs(response(x, u, b) - response(w, u, b));
  return Math.max(...[1, -1].flatMap((u) => [...kinks, far, -far].map((kink) => at(u, -u * kink))));
}
