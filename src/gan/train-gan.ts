import { AbortedError } from '../errors.js';
import type { MatrixLike } from '../types.js';
import type { AffineGenerator, MonotoneGenerator, NetworkGenerator } from './generator.js';
import { playLinear } from './linear-discriminator.js';
import { playOneDimension } from './one-dimension.js';
import {
  checkGan,
  type GanOptions,
  type LinearGame,
  type OneDimensionalGame,
  type ProgressiveGame,
  type QuadraticGame,
  type TwoStageGame,
} from './options.js';
import { playProgressive } from './progressive.js';
import { playQuadratic } from './quadratic-discriminator.js';
import type { GanResult } from './result.js';
import { playTwoStage } from './two-stage.js';

/**
 * Trains a generator against the best discriminator, in those Wasserstein games that are convex: least cost of the
 * generator, subject to a discriminator's value of at most betaD (math-architectures.md 9; Sahiner, Ergen, Ozturkler, Bartan,
 * Pauly, Mardani and Pilanci, "Hidden convexity of Wasserstein GANs", 2022).
 *
 * | discriminator | generator | least | exact |
 * |---|---|---|---|
 * | `linear` | `linear`, `relu`, `gated` | betaG/2 (\|W1\|^2 + \|W2\|^2) | closed form; `relu` by enumeration or branch and bound |
 * | `quadratic` | `linear` | \|ZW\|^2 or \|W\|^2 | closed form |
 * | `quadratic` | `progressive` | \|H\|^2 of the last stage | closed form, stage by stage |
 * | `quadratic` | `gated` | 1/2 \|G - G*\|^2 + betaG/2 (\|W1\|^2 + \|W2\|^2) | second stage only |
 * | `relu` | `monotone` | 1/2 \|w\|^2, one column | closed form |
 *
 * @param X - data, n x d, finite. Nothing is centred or scaled; moments are sums over rows, so that betaD is too.
 * @returns The generator with `sample(n, seed)`, the best discriminator against its outputs, the moments of both, and a
 * certificate of the generator's cost.
 * @throws {@link ArgumentError} naming the argument, before any work; {@link InfeasibleError} where no generator satisfies the
 * constraint, with the reason; {@link AbortedError} with the best result so far; {@link MemoryLimitError}.
 */
export function trainGan(X: MatrixLike, options: LinearGame | TwoStageGame): Promise<GanResult<NetworkGenerator>>;
export function trainGan(X: MatrixLike, options: QuadraticGame | ProgressiveGame): Promise<GanResult<AffineGenerator>>;
export function trainGan(X: MatrixLike, options: OneDimensionalGame): Promise<GanResult<MonotoneGenerator>>;
export function trainGan(X: MatrixLike, options: GanOptions): Promise<GanResult>;
export async function trainGan(X: MatrixLike, options: GanOptions): Promise<GanResult> {
  const data = checkGan(X, options);
  if (options.signal?.aborted) throw new AbortedError(options.signal.reason, null);
  if (options.discriminator === 'linear') return playLinear(data, options);
  switch (options.generator) {
    case 'linear':
      return playQuadratic(data, options);
    case 'gated':
      return playTwoStage(data, options);
    case 'progressive':
      return playProgressive(data, options);
    case 'monotone':
      return playOneDimension(data, options);
  }
}
