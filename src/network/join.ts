import { TwoLayerNetwork } from './network.js';

/** Networks of one output each side by side: output c is the output of network c. */
export function joinOutputs(networks: readonly TwoLayerNetwork[]): TwoLayerNetwork {
  const [first] = networks;
  const outputs = networks.length;
  const joined = (of: (network: TwoLayerNetwork) => Float64Array) => networks.flatMap((network) => Array.from(of(network)));
  const outputWeights = networks.flatMap((network, c) =>
    Array.from(network.output.weights).flatMap((weight) => Array.from({ length: outputs }, (_, k) => (k === c ? weight : 0))),
  );
  const gates = ({ activation }: TwoLayerNetwork) => (activation.kind === 'gated' ? activation.gates : new Float64Array(0));
  const gateBias = ({ activation }: TwoLayerNetwork) => (activation.kind === 'gated' ? activation.gateBias : new Float64Array(0));
  return new TwoLayerNetwork({
    inputs: first.inputs,
    outputs,
    activation:
      first.activation.kind === 'gated'
        ? { kind: 'gated', gates: Float64Array.from(joined(gates)), gateBias: Float64Array.from(joined(gateBias)) }
        : first.activation,
    hidden: { weights: joined((network) => network.hidden.weights), bias: joined((network) => network.hidden.bias) },
    output: { weights: outputWeights },
    // Weight decay of networks side by side is |a_j|_1^2: every neuron feeds one output.
    penalty: first.penalty === 'squared' ? 'group' : first.penalty,
  });
}
