import type { CertificateFile } from '../certificate/file.js';
import { CertificateError } from '../errors.js';
import { TwoLayerNetwork } from '../network/network.js';
import type { Verification } from '../verify/verify.js';
import type { FittedState } from './state.js';

/** The certificate's objective is rounded up, the model's is not. */
const rounding = 1e-9;

/**
 * Is a verified certificate about this model? Its network, folded as the fit folded it, must have the bits of the model's,
 * and the model may not claim more than was proven.
 *
 * @throws {@link CertificateError} if not.
 */
export function matchModel(
  { problem, data, network, preparation }: CertificateFile,
  found: Verification,
  model: FittedState,
): void {
  const refuse = (what: string) => new CertificateError(`the certificate is not about this model: ${what}`);
  if (preparation === null) throw refuse('it states no standardization');
  if (problem.loss !== model.loss) throw refuse(`its loss is ${problem.loss}, the model's ${model.loss}`);
  if (problem.beta !== model.beta) throw refuse(`its beta is ${problem.beta}, the model's ${model.beta}`);
  const { classes, centers, scales, targetMean, targetScale } = preparation;
  if (JSON.stringify(classes) !== JSON.stringify(model.classes)) throw refuse('its classes differ');
  if (!(model.network instanceof TwoLayerNetwork)) throw refuse('its network is of another family');
  const { activation, penalty } = model.network;
  if (activation.kind !== 'relu' || problem.slope !== 0) throw refuse('its activation differs');
  const plain = new TwoLayerNetwork({
    inputs: data.features,
    outputs: problem.outputs,
    activation,
    penalty,
    hidden: { weights: network.weights, bias: network.bias },
    output: { weights: network.output },
  });
  const input = { centers: Float64Array.from(centers), scales: Float64Array.from(scales) };
  // A file of version 1 has no offset.
  const outputMean = problem.offset ?? targetMean;
  const folded = plain.standardized(input, { outputMean, outputScale: targetScale });
  if (JSON.stringify(folded) !== JSON.stringify(model.network)) throw refuse('its network is another one');
  const { objective, lowerBound, relativeGap } = model.certificate;
  if (!(Math.abs(objective - found.objective) <= rounding * Math.abs(found.objective)))
    throw refuse(`its objective is ${found.objective}, the model claims ${objective}`);
  if (lowerBound === null || relativeGap === null) throw refuse('the model claims no lower bound');
  if (!(lowerBound <= found.lowerBound)) throw refuse(`it proves ${found.lowerBound}, the model claims ${lowerBound}`);
  if (!(relativeGap >= found.relativeGap - rounding))
    throw refuse(`its gap is ${found.relativeGap}, the model claims ${relativeGap}`);
}
