import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArgumentError, type Network, TwoLayerNetwork, toTfjs } from '../../src/index.js';
import { magnitude, networks } from '../network/networks.js';
import { numbers } from '../support/kernel-harness.js';

const rows = 25;

/** Scores by TensorFlow.js, from the files as they would be written. */
async function predictByTfjs(network: Network, X: Float64Array): Promise<Float32Array> {
  const { json, weights } = toTfjs(network);
  const document = JSON.parse(JSON.stringify(json));
  const model = await loadLayersModel({
    load: async () => ({
      modelTopology: document.modelTopology,
      format: document.format,
      generatedBy: document.generatedBy,
      weightSpecs: document.weightsManifest[0].weights,
      weightData: weights.slice().buffer,
    }),
  });
  const input = tf.tensor2d(Float32Array.from(X), [rows, network.inputs]);
  const scores = model.predict(input) as tf.Tensor;
  expect(scores.shape).toEqual([rows, network.outputs]);
  const data = (await scores.data()) as Float32Array;
  tf.dispose([input, scores]);
  model.dispose();
  return data;
}

describe('TensorFlow.js layers', () => {
  it.each(['relu', 'leaky', 'absolute'] as const)('give the scores of %s networks', async (kind) => {
    for (const network of fc.sample(networks({ kinds: [kind] }), { numRuns: 8, seed: 5 })) {
      const X = numbers(rows * network.inputs, 3, 2).map(Math.fround);
      const scores = await predictByTfjs(network, X);
      network.forward({ data: X, rows, columns: network.inputs }).forEach((wanted, at) => {
        const k = Math.floor(at / network.outputs);
        const x = X.subarray(k * network.inputs, (k + 1) * network.inputs);
        const size = 1 + magnitude(network, x, at % network.outputs);
        expect(Math.abs(scores[at] - wanted)).toBeLessThanOrEqual(2e-5 * size);
      });
    }
  });

  it.each(['relu', 'absolute'] as const)('give a %s network without neurons its constant', async (kind) => {
    const network = new TwoLayerNetwork({
      inputs: 2,
      outputs: 2,
      activation: { kind },
      hidden: { weights: [] },
      output: { weights: [], bias: [0.75, -1] },
    });
    const scores = await predictByTfjs(network, numbers(2 * rows, 1, 1));
    expect(Array.from(scores)).toEqual(Array.from({ length: 2 * rows }, (_, at) => (at % 2 === 0 ? 0.75 : -1)));
  });

  it.each(['gated', 'quadratic', 'polynomial', 'threshold'] as const)('have no %s units: refused', (kind) => {
    const [network] = fc.sample(networks({ kinds: [kind] }), { numRuns: 1, seed: 2 });
    expect(() => toTfjs(network)).toThrow(ArgumentError);
  });
});
