import type { LossName } from '../program/losses.js';
import type { Label } from '../types.js';

/** Written, and the oldest that is read: version 2 states offsets, files of version 1 have none. */
export const CERTIFICATE_VERSION = 2;
export const OLDEST_CERTIFICATE = 1;

/** A network, and a proof of how far it is from the best of its family: plain JSON. docs/certificates.md explains it. */
export interface CertificateFile {
  readonly format: 'cvxnn-certificate';
  readonly version: number;
  /** SHA-256 of the X and y that the problem is stated on; rows and columns of X, the bias not counted. */
  readonly data: {
    readonly sha256: string;
    readonly samples: number;
    readonly features: number;
    /** Rows of the table that have no weight, ascending: they are not among the samples. Absent where there are none. */
    readonly absent?: readonly number[];
  };
  readonly problem: {
    readonly loss: LossName;
    readonly huberDelta: number;
    readonly beta: number;
    /** Units are max(z, slope z): 0 is ReLU, -1 the absolute value. */
    readonly slope: number;
    readonly bias: boolean;
    readonly outputs: number;
    readonly sampleWeight: readonly number[] | null;
    /** Fixed numbers that the loss adds to the fit: one for every output where all rows have the same, else rows x outputs; null for none. */
    readonly offset: readonly number[] | null;
  };
  /** weights: neurons x features, output: neurons x outputs, row-major. */
  readonly network: { readonly weights: readonly number[]; readonly bias: readonly number[]; readonly output: readonly number[] };
  /** The network's objective is at most `objective`; that of any network of the family, of any width, at least `lowerBound`. */
  readonly claim: { readonly objective: number; readonly lowerBound: number };
  /** Orthonormal basis of the rows of X, rank x columns, null for the identity; rows that are multiples: [row, of row, factor]. */
  readonly rows: { readonly basis: readonly number[] | null; readonly merged: readonly (readonly number[])[] };
  readonly outputs: readonly OutputProof[];
  /** What made X and y of a table; null where they were given as they are. */
  readonly preparation: Preparation | null;
}

/** |lambda^T phi(Xw)| <= constraint for all |w| <= 1, one tree for lambda and one for -lambda; scale * lambda is feasible. */
export interface OutputProof {
  readonly lambda: readonly number[];
  readonly scale: number;
  readonly constraint: number;
  readonly trees: readonly ConeTree[];
}

/**
 * The cones into which space is cut, preorder, the faces of the cube one after another: `.` and `+` are leaves, any other
 * character is 48 + the coordinate in which the cone is halved. Every `+` has multipliers: s, then pairs of row and slope.
 */
export interface ConeTree {
  readonly cones: string;
  readonly multipliers: readonly (readonly number[])[];
}

/** X = (table - centers) / scales; y = (target - targetMean) / targetScale, or labels coded by their place in `classes`. */
export interface Preparation {
  readonly centers: readonly number[];
  readonly scales: readonly number[];
  readonly targetMean: number;
  readonly targetScale: number;
  readonly classes: readonly Label[] | null;
}
