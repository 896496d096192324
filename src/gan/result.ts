import type { Certificate } from '../certificate/certificate.js';
import type { TrainResult } from '../options.js';
import type { BestResponse } from './best-response.js';
import type { Generator, Samples } from './generator.js';
import type { Moments } from './moments.js';

/** What is proven of a generator. */
export interface GanCertificate extends Certificate {
  /**
   * How far the discriminator's value is above betaD: rounding where the program holds it below; positive for the
   * two-stage game, whose second stage fits the outputs of the first without looking at the discriminator.
   */
  readonly violation: number;
}

/** One stage of progressive training. */
export interface GanStage {
  readonly betaD: number;
  /** Sum of squares of the stage's outputs, the least possible. */
  readonly objective: number;
  readonly lowerBound: number;
  /** Largest singular value of X_i^T X_i - H_i^T H_i. */
  readonly error: number;
}

/** A trained generator. */
export interface GanResult<G extends Generator = Generator> {
  readonly generator: G;
  /** The generator's samples at the noise that it was trained on. */
  readonly outputs: Samples;
  /** The best discriminator against `outputs`. */
  readonly discriminator: BestResponse;
  readonly moments: Moments;
  readonly certificate: GanCertificate;
  /** `optimal`: relativeGap is within the tolerance. */
  readonly status: TrainResult['status'];
  /** Progressive training only: all stages, that of X last. */
  readonly stages?: readonly GanStage[];
}
