/** A matrix as callers have it: rows, typed rows, or row-major data with its shape (images: further numbers in `shape`). */
export type MatrixLike =
  | readonly (readonly number[])[]
  | readonly Float64Array[]
  | readonly Float32Array[]
  | { readonly data: ArrayLike<number>; readonly shape: readonly [number, number, ...number[]] };

/** A vector as callers have it. */
export type VectorLike = ArrayLike<number>;

/** Class labels: any mixture of strings, numbers and booleans. */
export type Label = string | number | boolean;

/** Row-major matrix, packed. */
export interface Matrix {
  readonly data: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/** One column in which a row lies outside of what training saw. */
export interface OutsideColumn {
  readonly column: number;
  readonly value: number;
  /** The smallest and the largest value that training saw. */
  readonly low: number;
  readonly high: number;
  /** How far beyond the nearer end, in the units of the column; always above 0. */
  readonly distance: number;
}
