import { certify } from '../certificate/certificate.js';
import { openKernels } from '../core/load.js';
import { Scope } from '../core/scope.js';
import { appendOnes, packMatrix } from '../data/matrix.js';
import { AbortedError } from '../errors.js';
import { quadraticResponse } from './best-response.js';
import { checkMagnitude } from './checks.js';
import { AffineGenerator, type AffineStage, applyAffine } from './generator.js';
import type { GanData, ProgressiveGame } from './options.js';
import { closedForm, leastWeights, outputBound, stageOf, sumOfSquares } from './quadratic-discriminator.js';
import type { GanResult, GanStage } from './result.js';

/**
 * Progressive training (9.6): stage i is the game of a quadratic discriminator and a linear generator on X_i, whose noise
 * are the outputs of the stage before, with a column of ones. The optimum of a stage depends on X_i and betaD_i alone:
 * earlier stages shape the generator, not the value.
 */
export async function playProgressive({ X, noise, bias }: GanData, game: ProgressiveGame): Promise<GanResult<AffineGenerator>> {
  const coarse = game.coarse.map((stage, i) => {
    const packed = packMatrix(stage, `options.coarse[${i}]`);
    checkMagnitude(packed, `options.coarse[${i}]`);
    return packed;
  });
  const scope = new Scope(await openKernels(), game.memoryLimit);
  const maps: AffineStage[] = [];
  const stages: GanStage[] = [];
  let input = noise;
  let last: ReturnType<typeof quadraticResponse> | null = null;
  for (const [i, target] of [...coarse, X].entries()) {
    if (game.signal?.aborted) throw new AbortedError(game.signal.reason, null);
    const betaD = typeof game.betaD === 'number' ? game.betaD : game.betaD[i];
    const Z = bias ? appendOnes(input) : input;
    const form = closedForm(target, Z, betaD, i, scope);
    const map = stageOf(leastWeights(Z, form), target.columns, bias);
    const outputs = applyAffine(map, input);
    last = quadraticResponse(target, outputs, scope);
    const error = last.response.value;
    const lowerBound = outputBound(form.shrunk, Math.max(0, error - betaD));
    stages.push({ betaD, objective: sumOfSquares(outputs.data), lowerBound, error });
    maps.push(map);
    input = outputs;
  }
  const { response, moments } = last as ReturnType<typeof quadraticResponse>;
  const { objective, lowerBound, betaD, error } = stages[stages.length - 1];
  const certificate = certify(objective, lowerBound, 'all', 1e-6);
  return {
    generator: new AffineGenerator(noise.columns, maps),
    outputs: { data: input.data, shape: [input.rows, input.columns] },
    discriminator: response,
    moments,
    certificate: { ...certificate, violation: Math.max(0, error - betaD) },
    status: certificate.provenGlobal ? 'optimal' : 'iteration-limit',
    stages,
  };
}
