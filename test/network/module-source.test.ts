import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TwoLayerNetwork } from '../../src/network/network.js';
import { anyDouble, bitsOf, entry, networks, networksWithRows } from './networks.js';

interface Exported {
  readonly inputs: number;
  readonly outputs: number;
  predict(row: ArrayLike<number>): number | number[];
}

function load(network: TwoLayerNetwork): Promise<Exported> {
  return import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(network.toSource())}`);
}

describe('toSource', () => {
  it('is a module that gives the bits of predict', async () => {
    await fc.assert(
      fc.asyncProperty(networksWithRows(), async ({ network, rows }) => {
        const module = await load(network);
        expect([module.inputs, module.outputs]).toEqual([network.inputs, network.outputs]);
        const scores = rows.flatMap((row) => module.predict(row));
        expect(bitsOf(scores)).toBe(bitsOf(network.predict(rows)));
      }),
      { numRuns: 100 },
    );
  });

  it('writes every finite double so that it reads back as the same bits', async () => {
    const extremes = fc.oneof(anyDouble, entry);
    await fc.assert(
      fc.asyncProperty(networks({ values: extremes }), async (network) => {
        const row = new Float64Array(network.inputs).fill(2 ** -600);
        const scores = [await load(network)].flatMap((module) => module.predict(row));
        const expected = network.forward({ data: row, rows: 1, columns: row.length });
        expect(scores.map((score) => (Number.isNaN(score) ? 'NaN' : bitsOf([score])))).toEqual(
          Array.from(expected, (score) => (Number.isNaN(score) ? 'NaN' : bitsOf([score]))),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('needs nothing else, and refuses a row of another length', async () => {
    const network = new TwoLayerNetwork({
      inputs: 2,
      outputs: 2,
      activation: { kind: 'relu' },
      hidden: { weights: [1, 1] },
      output: { weights: [2, -2], bias: [0, 1] },
    });
    expect(network.toSource()).not.toMatch(/import|require|Math/);
    const module = await load(network);
    expect(module.predict([3, 4])).toEqual([14, -13]);
    expect(() => module.predict([3])).toThrow(/row has 1 entries; expected 2/);
  });
});
