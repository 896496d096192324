import type { TwoLayerParameters } from './activation.js';

/**
 * The penalty, without beta, of the non-convex problem that a network was trained on. w_j includes the hidden bias except
 * in `squared-free-bias`; the output bias is never penalized. |a|_1 is the sum over outputs.
 * - `squared`: weight decay, 1/2 sum_j (|w_j|^2 + |a_j|^2) (math.md 1, 2, 3.1, 3.3);
 * - `group`: 1/2 sum_j (|w_j|^2 + |a_j|_1^2), which separates into classes (3.2);
 * - `squared-free-bias`: `squared` with unpenalized hidden biases (12.4);
 * - `quadratic`: sum_j |a_j|_1 |w_j|^2, of quadratic units (12.2);
 * - `output`: sum_j |a_j|_1, of polynomial units with |w_j| = 1 (12.2) and of threshold units (12.3).
 */
export const penaltyKinds = ['squared', 'group', 'squared-free-bias', 'quadratic', 'output'] as const;
export type PenaltyKind = (typeof penaltyKinds)[number];

/** Penalty of one neuron from |w|^2 (with the bias where it counts), |a|^2 and |a|_1. */
const perNeuron: Record<PenaltyKind, (hiddenSquared: number, outputSquared: number, outputSum: number) => number> = {
  squared: (w2, a2) => 0.5 * (w2 + a2),
  group: (w2, _a2, a1) => 0.5 * (w2 + a1 * a1),
  'squared-free-bias': (w2, a2) => 0.5 * (w2 + a2),
  quadratic: (w2, _a2, a1) => a1 * w2,
  output: (_w2, _a2, a1) => a1,
};

/** Does the hidden bias count as a weight? */
export function penalizesBias(penalty: PenaltyKind): boolean {
  return penalty !== 'squared-free-bias';
}

/** Sum over neurons, from neuron 0 upwards. */
export function weightPenalty(network: TwoLayerParameters, penalty: PenaltyKind): number {
  const { inputs, outputs, neurons, hidden, output } = network;
  const ofNeuron = perNeuron[penalty];
  let total = 0;
  for (let j = 0; j < neurons; j++) {
    let hiddenSquared = 0;
    for (let k = j * inputs; k < (j + 1) * inputs; k++) hiddenSquared += hidden.weights[k] * hidden.weights[k];
    if (penalizesBias(penalty)) hiddenSquared += hidden.bias[j] * hidden.bias[j];
    let outputSquared = 0;
    let outputSum = 0;
    for (let c = j * outputs; c < (j + 1) * outputs; c++) {
      outputSquared += output.weights[c] * output.weights[c];
      outputSum += Math.abs(output.weights[c]);
    }
    total += ofNeuron(hiddenSquared, outputSquared, outputSum);
  }
  return total;
}
