// Training on what a case states, and the objective of its network evaluated without the library.
import { lossOf, optionsOf, patternsOf, weightDecay } from './case.mjs';

/** Tolerance of every solve: well below the 1e-6 that cases are judged by. */
export const tolerance = 1e-7;

/**
 * @param evaluate - scores (n x C) and penalty of a network, in the plainest form; default: its own prediction and weight decay, |a_j| as
 * `penalty` says.
 */
export async function trainCase(item, architecture, train, penalty, evaluate = twoLayer(penalty), changes = {}) {
  const patterns = patternsOf(item);
  const options = { ...optionsOf(item), patterns, tolerance, ...changes };
  const { X, y, Y } = item.data;
  const { network, certificate, status } = await train(architecture, X, Y ?? y.data, options);
  const { scores, reg } = evaluate(network, item.data);
  // Over the listed patterns the bound is that of the restricted program; local pricing alone proves nothing.
  const restricted = certificate.patterns === 'sampled';
  return {
    status,
    value: certificate.objective,
    networkObjective: lossOf(item, scores) + item.beta * reg,
    lowerBound: restricted ? certificate.patternBound : certificate.lowerBound,
    detail: { patternGap: certificate.patternGap, shown: { patternGap: certificate.patternGap, neurons: network.neurons } },
  };
}

const twoLayer =
  (penalty) =>
  (network, { X }) => ({ scores: network.predict(X), reg: weightDecay(network, penalty) });
