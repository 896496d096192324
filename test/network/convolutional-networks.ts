import { ConvolutionalNetwork } from '../../src/network/convolutional.js';
import type { ConvolutionalSpec } from '../../src/network/convolutional-spec.js';
import { type PatchOptions, patchGrid } from '../../src/network/patches.js';
import { numbers } from '../support/kernel-harness.js';

export interface Kind {
  readonly unit: ConvolutionalSpec['unit'];
  readonly pooling: ConvolutionalSpec['pooling'];
  readonly patches: PatchOptions;
  readonly outputs: number;
  readonly scaled: boolean;
}

const plain = { image: [4, 5], filter: [2, 3] as const };
/** Padding, strides and regions of two places each. */
export const regions = { image: [5, 4, 2], filter: 3, padding: 1, stride: [2, 1] as const, regions: [3, 2] as const };
/** All units and poolings: an image with one output, and one with channels, padding, strides, regions, three outputs and a scaling. */
export const kinds: Kind[] = (['relu', 'gated', 'linear'] as const).flatMap((unit) =>
  (unit === 'linear' ? (['average', 'sum'] as const) : (['average', 'sum', 'max'] as const)).flatMap((pooling) => [
    { unit, pooling, patches: plain, outputs: 1, scaled: false },
    { unit, pooling, patches: regions, outputs: 3, scaled: true },
  ]),
);

export function networkOf({ unit, pooling, patches, outputs, scaled }: Kind, seed = 1, neurons = 4): ConvolutionalNetwork {
  const { length, regionCount, inputs } = patchGrid(patches);
  const layer = (start: number) => ({ weights: numbers(neurons * length, start), bias: numbers(neurons, start + 1) });
  return new ConvolutionalNetwork({
    patches,
    pooling,
    unit,
    outputs,
    filters: layer(10 * seed),
    ...(unit === 'gated' && { gates: layer(10 * seed + 2) }),
    output: { weights: numbers(neurons * outputs * regionCount, 10 * seed + 4), bias: numbers(outputs, 10 * seed + 5) },
    penalty: outputs > 1 ? 'group' : 'squared',
    ...(scaled && { input: { centers: numbers(inputs, 6), scales: numbers(inputs, 7).map((entry) => 1.5 + entry) } }),
  });
}

export const images = (network: ConvolutionalNetwork, n = 6) => {
  const data = numbers(n * network.inputs, 33, 2);
  return { data, rows: n, columns: network.inputs };
};
