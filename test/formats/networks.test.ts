import { describe, expect, it } from 'vitest';
import { networkFromJSON } from '../../src/index.js';
import { loadNetwork } from '../../src/predict.js';
import { families } from '../support/every-family.js';
import { bitsOf, commits, fixturesOf, withOneNumberMoved } from './fixtures.js';

interface NetworkFixture {
  readonly rows: number[][];
  readonly predictions: string;
  readonly network: { readonly type: string };
}

const fixtures = fixturesOf<NetworkFixture>('networks');

describe('network files of earlier versions', () => {
  it('are kept for every type of network that families make', () => {
    expect(commits).toContain('9425d37');
    const kept = new Set(fixtures.map(({ content }) => content.network.type));
    for (const type of ['two-layer', 'batch-norm', 'circular', 'convolutional', 'deep', 'layerwise'])
      expect([...kept]).toContain(type);
    expect(fixtures.length).toBeGreaterThanOrEqual(families.length - 8);
  });

  it.each(fixtures)('$name: the same bits of every prediction', ({ content: { rows, predictions, network } }) => {
    expect(bitsOf(networkFromJSON(network).predict(rows))).toBe(predictions);
    expect(bitsOf(loadNetwork(network).predict(rows) as Float64Array)).toBe(predictions);
  });

  it.each(fixtures)('$name: the same bits after it was saved again', ({ content: { rows, predictions, network } }) => {
    const again = JSON.parse(JSON.stringify(networkFromJSON(network)));
    expect(bitsOf(networkFromJSON(again).predict(rows))).toBe(predictions);
  });

  it.each(fixtures)('$name: predictions row by row are those of all rows at once', ({ content }) => {
    const network = networkFromJSON(content.network);
    expect(content.rows.map((row) => bitsOf(network.predict([row]))).join('')).toBe(content.predictions);
  });

  it('would be seen to predict other numbers', () => {
    const { rows, predictions, network } = fixtures[0].content;
    const other = withOneNumberMoved(network, (key) => key === 'weights');
    expect(bitsOf(networkFromJSON(other).predict(rows))).not.toBe(predictions);
  });
});
