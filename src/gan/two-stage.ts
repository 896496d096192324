import { gatedRelu } from '../architectures/gated-relu.js';
import { openKernels } from '../core/load.js';
import { Scope } from '../core/scope.js';
import { AbortedError } from '../errors.js';
import type { TwoLayerNetwork } from '../network/network.js';
import type { TrainResult } from '../options.js';
import { train } from '../train.js';
import { quadraticResponse } from './best-response.js';
import { NetworkGenerator } from './generator.js';
import type { GanData, TwoStageGame } from './options.js';
import { closedForm } from './quadratic-discriminator.js';
import type { GanResult } from './result.js';

/**
 * A gated two-layer generator against a quadratic discriminator, in two convex stages (9.5): the outputs G* of the closed
 * form, then 1/2 |G - G*|^2 + betaG/2 (|W1|^2 + |W2|^2), a sum of nuclear norms. The optimum of the second stage is
 * certified, not that of the joint game: the fit leaves the discriminator more than betaD where the penalty is strong.
 */
export async function playTwoStage({ X, Z, noise, bias }: GanData, game: TwoStageGame): Promise<GanResult<NetworkGenerator>> {
  const { betaD, betaG, patterns, tolerance, maxIterations, seed, memoryLimit, signal } = game;
  const scope = new Scope(await openKernels(), memoryLimit);
  const { target } = closedForm(X, Z, betaD, 0, scope);
  const shape = (matrix: { data: Float64Array; rows: number; columns: number }) =>
    ({ data: matrix.data, shape: [matrix.rows, matrix.columns] }) as const;
  const conclude = ({ network, certificate, status }: TrainResult<TwoLayerNetwork>): GanResult<NetworkGenerator> => {
    const generator = new NetworkGenerator(network);
    const outputs = generator.generate(shape(noise));
    const { response, moments } = quadraticResponse(X, { data: outputs.data, rows: noise.rows, columns: X.columns }, scope);
    const violation = Math.max(0, response.value - betaD);
    return { generator, outputs, discriminator: response, moments, certificate: { ...certificate, violation }, status };
  };
  const options = { beta: betaG, bias, patterns, tolerance, maxIterations, seed, memoryLimit, signal };
  try {
    return conclude(await train(gatedRelu(), shape(noise), shape(target), options));
  } catch (error) {
    if (!(error instanceof AbortedError)) throw error;
    const best = error.result as TrainResult<TwoLayerNetwork> | null;
    throw new AbortedError(error.cause, best && conclude(best));
  }
}
