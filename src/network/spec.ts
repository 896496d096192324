import type { VectorLike } from '../types.js';
import type { Activation } from './activation.js';
import type { PenaltyKind } from './penalty.js';

/** What {@link TwoLayerNetwork} is made from. Biases are zero where absent; `penalty` is `'squared'`, weight decay. */
export interface TwoLayerSpec {
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: Activation;
  /** weights: neurons x inputs, row-major. */
  readonly hidden: { readonly weights: VectorLike; readonly bias?: VectorLike };
  /** weights: neurons x outputs, row-major; its length decides how many neurons there are, none included. */
  readonly output: { readonly weights: VectorLike; readonly bias?: VectorLike };
  readonly penalty?: PenaltyKind;
}
