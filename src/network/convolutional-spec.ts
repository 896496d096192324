import type { Standardization } from '../data/standardize.js';
import type { VectorLike } from '../types.js';
import type { NetworkJson } from './base.js';
import type { Filters } from './filter-values.js';
import type { PatchGrid, PatchOptions } from './patches.js';

export const poolings = ['average', 'sum', 'max'] as const;
/** What becomes of a unit's values in one region. */
export type Pooling = (typeof poolings)[number];

/** What {@link ConvolutionalNetwork} is made from. Biases are zero where absent; all arrays row-major. */
export interface ConvolutionalSpec {
  readonly patches: PatchOptions;
  readonly pooling: Pooling;
  /** `relu`: (z)_+; `gated`: z where the gate is open; `linear`: z. */
  readonly unit: 'relu' | 'gated' | 'linear';
  readonly outputs: number;
  /** weights: neurons x patch length. */
  readonly filters: { readonly weights: VectorLike; readonly bias?: VectorLike };
  /** Of `gated` units, likewise. */
  readonly gates?: { readonly weights: VectorLike; readonly bias?: VectorLike };
  /** weights: neurons x outputs x regions; its length decides how many neurons there are. */
  readonly output: { readonly weights: VectorLike; readonly bias?: VectorLike };
  /** Weight decay 1/2 sum_j (|w_j|^2 + |a_j|^2), or `group`: |a_j| is the sum of its norms over outputs. Default `squared`. */
  readonly penalty?: 'squared' | 'group';
  /** Pixels enter as (x - center) / scale; padding stays zero. */
  readonly input?: Standardization;
}

/** Saved form of a {@link ConvolutionalNetwork}. */
export interface ConvolutionalJson extends NetworkJson {
  readonly type: 'convolutional';
  readonly neurons: number;
  readonly [field: string]: unknown;
}

/** The numbers of a convolutional network, as exporters need them. */
export interface ConvolutionalParameters {
  readonly grid: PatchGrid;
  readonly pooling: Pooling;
  readonly unit: ConvolutionalSpec['unit'];
  readonly inputs: number;
  readonly outputs: number;
  readonly neurons: number;
  readonly filters: Filters;
  readonly gates: Filters | null;
  readonly output: Filters;
  readonly input: Standardization | null;
}
