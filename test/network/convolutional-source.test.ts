import { describe, expect, it } from 'vitest';
import { convolutional, trainSync } from '../../src/index.js';
import type { ConvolutionalNetwork } from '../../src/network/convolutional.js';
import { numbers } from '../support/kernel-harness.js';
import { images, kinds, networkOf } from './convolutional-networks.js';

interface Exported {
  readonly inputs: number;
  readonly outputs: number;
  predict(row: ArrayLike<number>): number | number[];
}

function load(network: ConvolutionalNetwork): Promise<Exported> {
  return import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(network.toSource())}`);
}

describe('convolutional networks as JavaScript', () => {
  it.each(kinds)('give the bits of predict: $unit, $pooling, $outputs outputs', async (kind) => {
    for (const seed of [1, 2, 3]) {
      const network = networkOf(kind, seed);
      const module = await load(network);
      expect([module.inputs, module.outputs]).toEqual([network.inputs, network.outputs]);
      const { data, rows, columns } = images(network, 8);
      const scores = Array.from({ length: rows }, (_, k) => module.predict(data.subarray(k * columns, (k + 1) * columns)));
      expect(scores.flat()).toEqual(Array.from(network.forward({ data, rows, columns })));
    }
  });

  it('need nothing else, and refuse an image of another size', async () => {
    const network = networkOf(kinds[0]);
    expect(network.toSource()).not.toMatch(/import|require|Math/);
    const module = await load(network);
    expect(() => module.predict([3])).toThrow(/row has 1 entries; expected 20/);
  });

  it('are what training gives, the zero network included', async () => {
    const X = Array.from({ length: 8 }, (_, k) => Array.from(numbers(5, 60 + k)));
    const y = X.map((row) => Math.max(...row));
    for (const beta of [0.1, 1e6]) {
      const { network } = trainSync(convolutional({ image: [5], filter: 2, pooling: 'max' }), X, y, {
        beta,
        patterns: { sample: 20 },
      });
      const module = await load(network);
      expect(X.flatMap((row) => module.predict(row))).toEqual(Array.from(network.predict(X)));
    }
  });
});
