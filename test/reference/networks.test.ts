import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lossOf, weightDecay } from '../../scripts/reference/case.mjs';
import { signalsOf } from '../../scripts/reference/convolutional.mjs';
import { ConvolutionalNetwork } from '../../src/network/convolutional.js';
import { TwoLayerNetwork } from '../../src/network/network.js';

const folder = import.meta.dirname;
const cases = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
  .filter((item) => item.network?.W);
const convolutional = cases.filter(({ program }) => program.startsWith('cnn-'));
const twoLayer = cases.filter(({ program }) => /^(two-layer|vector)-/.test(program));

/** The network that a case gives, in our form. */
function networkOf({ network, data, params, patterns, program }: (typeof cases)[number]): TwoLayerNetwork {
  const { W } = network;
  const [m, d] = W.shape;
  const outputs = data.Y ? data.Y.shape[1] : 1;
  const bias = params.bias === true;
  const split = (rows: number[]) => ({
    weights: rows.filter((_, at) => !bias || at % d < d - 1),
    bias: bias ? rows.filter((_, at) => at % d === d - 1) : new Float64Array(m),
  });
  const gated = program === 'vector-gated-nuclear';
  const gates = gated ? network.gate.data.flatMap((gate: number) => interior(data, bias, patterns, gate)) : [];
  const gateParts = split(gates);
  return new TwoLayerNetwork({
    inputs: bias ? d - 1 : d,
    outputs,
    activation: gated
      ? { kind: 'gated', gates: Float64Array.from(gateParts.weights), gateBias: Float64Array.from(gateParts.bias) }
      : { kind: 'relu' },
    hidden: split(W.data),
    output: { weights: (network.a ?? network.A).data },
    penalty: program === 'vector-relu-group' ? 'group' : 'squared',
  });
}

/** A gate with the given pattern, by the perceptron rule: cells have inner points. */
function interior(
  data: (typeof cases)[number]['data'],
  bias: boolean,
  patterns: { shape: number[]; data: number[] },
  row: number,
): number[] {
  const [n, columns] = data.X.shape;
  const x = (k: number) => [...data.X.data.slice(k * columns, (k + 1) * columns), ...(bias ? [1] : [])];
  const gate = Array<number>(columns + (bias ? 1 : 0)).fill(0);
  for (let pass = 0; pass < 1_000_000; pass++) {
    let wrong = 0;
    for (let k = 0; k < n; k++) {
      const side = patterns.data[row * n + k] ? 1 : -1;
      if (side * x(k).reduce((sum, entry, j) => sum + entry * gate[j], 0) > 1e-9) continue;
      if (x(k).every((entry) => entry === 0)) continue;
      wrong++;
      x(k).forEach((entry, j) => {
        gate[j] += side * entry;
      });
    }
    if (wrong === 0) return gate;
  }
  throw new Error('no gate has this pattern');
}

describe('networks of the reference cases', () => {
  it.each(twoLayer.map((item) => [item.name, item]))('%s: our loss, forward pass and penalty give its optimum', (_, item) => {
    const network = networkOf(item);
    const loss = lossOf(item, network.predict(item.data.X));
    expect(Math.abs(loss + item.beta * network.weightPenalty() - item.optimum)).toBeLessThanOrEqual(item.tolerance);
    expect(weightDecay(network, network.penalty)).toBeCloseTo(network.weightPenalty(), 12);
  });
});

/** The same of a case whose patches are given: signals that are cut without overlap. */
function convolutionalNetworkOf({ network, data, params, program }: (typeof cases)[number]): ConvolutionalNetwork {
  const [K, , h] = data.patches.shape;
  const gated = program.startsWith('cnn-gated');
  const gates = gated ? network.gate.data.flatMap((gate: number) => data.gates.data.slice(gate * h, (gate + 1) * h)) : [];
  const pooling = { sum: 'sum', mean: 'average', max: 'max' } as const;
  return new ConvolutionalNetwork({
    patches: { image: [K * h], filter: h, stride: h, ...(network.A && { regions: K }) },
    pooling: program === 'cnn-max-pool' ? 'max' : pooling[(params.pool ?? 'sum') as keyof typeof pooling],
    unit: gated ? 'gated' : 'relu',
    outputs: 1,
    filters: { weights: network.W.data },
    ...(gated && { gates: { weights: gates } }),
    output: { weights: (network.A ?? network.a).data },
  });
}

describe('convolutional networks of the reference cases', () => {
  it('are there', () => expect(convolutional.length).toBeGreaterThanOrEqual(6));
  it.each(convolutional.map((item) => [item.name, item]))(
    '%s: our loss, forward pass and penalty give its optimum',
    (_, item) => {
      const network = convolutionalNetworkOf(item);
      const loss = lossOf(item, network.predict(signalsOf(item.data.patches)));
      expect(Math.abs(loss + item.beta * network.weightPenalty() - item.optimum)).toBeLessThanOrEqual(item.tolerance);
    },
  );
});
