import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { ArgumentError, ConvolutionalClassifier, ConvolutionalNetwork, toOnnx, toTfjs } from '../../src/index.js';
import { patchGrid } from '../../src/network/patches.js';
import { type Kind, kinds, networkOf } from '../network/convolutional-networks.js';
import { numbers } from '../support/kernel-harness.js';
import { naiveScores } from '../support/naive-convolutional.js';
import { type OnnxRuntime, onnxRuntimes, runOnnx } from '../support/onnx.js';

const rows = 12;
/** Rounding of 32-bit weights, inputs and sums of some dozens of terms of size 1. */
const single = 1e-4;

const inputsOf = (network: ConvolutionalNetwork) => numbers(rows * network.inputs, 33, 2).map(Math.fround);

async function scoresByOnnx(runtime: OnnxRuntime, network: ConvolutionalNetwork, X: Float64Array): Promise<ArrayLike<number>> {
  const { scores } = await runOnnx(runtime, toOnnx(network), X, network.inputs);
  expect(scores.dims).toEqual([rows, network.outputs]);
  return scores.data as Float32Array;
}

async function scoresByTfjs(network: ConvolutionalNetwork, X: Float64Array): Promise<ArrayLike<number>> {
  const { json, weights } = toTfjs(network);
  const { modelTopology, weightsManifest } = JSON.parse(JSON.stringify(json));
  const weightSpecs = weightsManifest[0].weights;
  const model = await loadLayersModel({ load: async () => ({ modelTopology, weightSpecs, weightData: weights.slice().buffer }) });
  const input = tf.tensor2d(Float32Array.from(X), [rows, network.inputs]);
  const scores = model.predict(input) as tf.Tensor;
  expect(scores.shape).toEqual([rows, network.outputs]);
  const data = await scores.data();
  tf.dispose([input, scores]);
  model.dispose();
  return data;
}

/** How many scores agree with plain loops over places; all of them unless a 32-bit gate falls on the other side. */
function agreeing(network: ConvolutionalNetwork, X: Float64Array, scores: ArrayLike<number>): number {
  let count = 0;
  for (let k = 0; k < rows; k++) {
    naiveScores(network, X.subarray(k * network.inputs, (k + 1) * network.inputs)).forEach((wanted, c) => {
      if (Math.abs(scores[k * network.outputs + c] - wanted) <= single * (1 + Math.abs(wanted))) count++;
    });
  }
  return count;
}

const all = (network: ConvolutionalNetwork) => rows * network.outputs;
const selects = ({ unit, pooling }: Kind) => unit === 'gated' && pooling === 'max';
/** Regions of 2 x 2 places each. */
const even = { image: [6, 7, 2], filter: [3, 4] as const, regions: 2 };

/** Without the scaling, or with one scale for all pixels, which goes into the filters. */
function rescaled(network: ConvolutionalNetwork, scale: number): ConvolutionalNetwork {
  const scaling = { centers: new Float64Array(network.inputs), scales: new Float64Array(network.inputs).fill(scale) };
  return new ConvolutionalNetwork({ ...network.spec(), input: scaling });
}

describe.each(onnxRuntimes)('ONNX in %s', (_name, runtime) => {
  it.each(kinds.filter((kind) => !selects(kind)))('gives the scores of $unit units, $pooling pooling, $patches', async (kind) => {
    for (const network of [networkOf(kind), rescaled(networkOf(kind, 2), 2.5)]) {
      const X = inputsOf(network);
      const agree = agreeing(network, X, await scoresByOnnx(runtime, network, X));
      expect(agree).toBeGreaterThanOrEqual(all(network) - (kind.unit === 'gated' ? network.outputs : 0));
    }
  });

  it('takes a trained classifier, and the network without neurons', async () => {
    const X = Array.from({ length: 30 }, (_, k) => Array.from(numbers(16, k + 1, 2), Math.fround));
    const y = X.map((row, k) => ['a', 'b', 'c'][row[0] > 0.5 ? 0 : 1 + (k % 2)]);
    const options = { image: [4, 4], filter: 2, regions: 2, patterns: { sample: 4 } };
    for (const beta of [0.5, 1e4]) {
      const model = await new ConvolutionalClassifier({ ...options, beta }).fit(X, y);
      expect(model.network.neurons > 0).toBe(beta < 1);
      const { label } = await runOnnx(runtime, toOnnx(model.network, { classes: model.classes }), X.flat(), 16);
      const predicted = model.predict(X);
      const same = (label.data as readonly unknown[]).filter((entry, k) => entry === predicted[k]);
      expect(same.length).toBeGreaterThanOrEqual(29);
    }
  });

  it.each(kinds.filter(selects))('refuses gates that select a patch: $patches', (kind) => {
    expect(() => toOnnx(networkOf(kind))).toThrow(ArgumentError);
    expect(() => toOnnx(networkOf(kind))).toThrow(/largest patch/);
  });
});

describe('TensorFlow.js', () => {
  const flat = kinds.filter(({ unit }) => unit !== 'gated');
  it.each(flat)('gives the scores of $unit units, $pooling pooling, $patches', async (kind) => {
    for (const network of [networkOf(kind), rescaled(networkOf(kind, 2), 0.5)]) {
      const X = inputsOf(network);
      expect(agreeing(network, X, await scoresByTfjs(network, X))).toBe(all(network));
    }
  });

  it('gives the largest of regions of several places each', async () => {
    const network = networkOf({ unit: 'relu', pooling: 'max', patches: even, outputs: 3, scaled: false });
    expect(Array.from(patchGrid(even).regionSizes)).toEqual([4, 4, 4, 4]);
    const X = inputsOf(network);
    expect(agreeing(network, X, await scoresByTfjs(network, X))).toBe(all(network));
  });

  it('gives signals their scores', async () => {
    const patches = { image: [9], filter: 3, stride: 2 };
    const network = networkOf({ unit: 'relu', pooling: 'average', patches, outputs: 2, scaled: false });
    const X = inputsOf(network);
    expect(agreeing(network, X, await scoresByTfjs(network, X))).toBe(all(network));
    expect(agreeing(network, X, await scoresByOnnx(onnxRuntimes[0][1], network, X))).toBe(all(network));
  });

  it('refuses gates, and the largest of uneven regions', () => {
    for (const kind of kinds.filter(({ unit }) => unit === 'gated')) expect(() => toTfjs(networkOf(kind))).toThrow(ArgumentError);
    const uneven = networkOf({ unit: 'relu', pooling: 'max', patches: { ...even, filter: 4 }, outputs: 1, scaled: false });
    expect(() => toTfjs(uneven)).toThrow(ArgumentError);
    expect(() => toTfjs(uneven)).toThrow(/differ in size/);
  });
});
