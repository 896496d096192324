import { ConvolutionalNetwork } from './convolutional.js';

/** Networks of one output each side by side: output c is the output of network c. */
export function joinConvolutional(networks: readonly ConvolutionalNetwork[]): ConvolutionalNetwork {
  const [first] = networks;
  const outputs = networks.length;
  const regions = first.grid.regionCount;
  type Layer = { readonly weights: Float64Array; readonly bias: Float64Array };
  const stacked = (of: (network: ConvolutionalNetwork) => Layer) => ({
    weights: networks.flatMap((network) => Array.from(of(network).weights)),
    bias: networks.flatMap((network) => Array.from(of(network).bias)),
  });
  const weights = networks.flatMap((network, c) =>
    Array.from({ length: network.neurons * outputs * regions }, (_, at) => {
      const [j, k, r] = [Math.floor(at / regions / outputs), Math.floor(at / regions) % outputs, at % regions];
      return k === c ? network.output.weights[j * regions + r] : 0;
    }),
  );
  return new ConvolutionalNetwork({
    ...first.spec(),
    outputs,
    filters: stacked((network) => network.filters),
    ...(first.gates && { gates: stacked((network) => network.gates as Layer) }),
    output: { weights },
    penalty: 'group',
  });
}
