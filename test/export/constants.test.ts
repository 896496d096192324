import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import {
  ArgumentError,
  BatchNormClassifier,
  ConvolutionalClassifier,
  GatedReLUClassifier,
  LayerwiseClassifier,
  type Network,
  ReLUClassifier,
  ThreeLayerClassifier,
  toOnnx,
  toTfjs,
} from '../../src/index.js';
import { numbers } from '../support/kernel-harness.js';
import { onnxRuntimes, runOnnx } from '../support/onnx.js';

const rows = 30;
const data = numbers(rows * 4, 5, 1).map(Math.fround);
const X = Array.from({ length: rows }, (_, k) => Array.from(data.subarray(4 * k, 4 * k + 4)));
const two = X.map(([a, b], k) => (a > b + 0.6 * Math.sin(5 * k) + 0.5 ? 'yes' : 'no'));
const three = X.map(([a, b], k) => (a > 0.6 ? 'x' : b + 0.2 * Math.sin(k) > 0.4 ? 'y' : 'z'));

/** Constants of classes are biases of the outputs: every export has them, with neurons and without. */
const models: [string, (beta: number) => { readonly network: Network }][] = [];
for (const [count, y] of [
  ['two', two],
  ['three', three],
] as const)
  models.push(
    [`ReLU, ${count}`, (beta) => new ReLUClassifier({ beta }).fitSync(X, y)],
    [`ReLU, softmax, ${count}`, (beta) => new ReLUClassifier({ beta, loss: 'softmax', patterns: { sample: 12 } }).fitSync(X, y)],
    [`gated, ${count}`, (beta) => new GatedReLUClassifier({ beta }).fitSync(X, y)],
    [`batch normalization, ${count}`, (beta) => new BatchNormClassifier({ beta }).fitSync(X, y)],
    [`convolutional, ${count}`, (beta) => new ConvolutionalClassifier({ beta, image: [2, 2] }).fitSync(X, y)],
    [`three layers, ${count}`, (beta) => new ThreeLayerClassifier({ beta }).fitSync(X, y)],
    [`layerwise, ${count}`, (beta) => new LayerwiseClassifier({ beta }).fitSync(X, y)],
  );

describe.each(models)('%s', (_name, fit) => {
  for (const beta of [0.3, 1e4]) {
    const { network } = fit(beta);
    const wanted = network.predict(X);
    const close = (scores: ArrayLike<number>) => {
      expect(scores.length).toBe(wanted.length);
      wanted.forEach((score, at) => {
        expect(Math.abs(scores[at] - score)).toBeLessThanOrEqual(1e-4 * (1 + Math.abs(score)));
      });
    };

    it.each(onnxRuntimes)(`scores in %s as predict does (beta ${beta})`, async (_runtime, runtime) => {
      const { scores } = await runOnnx(runtime, toOnnx(network), data, network.inputs);
      close(scores.data as Float32Array);
    });

    it(`scores in TensorFlow.js as predict does, or is refused for its gates (beta ${beta})`, async () => {
      let made: ReturnType<typeof toTfjs>;
      try {
        made = toTfjs(network);
      } catch (error) {
        expect(error).toBeInstanceOf(ArgumentError);
        expect(network.operations().some(({ kind }) => kind === 'multiply' || kind === 'step')).toBe(true);
        return;
      }
      const document = JSON.parse(JSON.stringify(made.json));
      const model = await loadLayersModel({
        load: async () => ({
          modelTopology: document.modelTopology,
          weightSpecs: document.weightsManifest[0].weights,
          weightData: made.weights.slice().buffer,
        }),
      });
      const scores = model.predict(tf.tensor2d(Float32Array.from(data), [rows, 4])) as tf.Tensor;
      close((await scores.data()) as Float32Array);
    });

    it(`scores from its JavaScript source with the same bits, where it has one (beta ${beta})`, async () => {
      const source = 'toSource' in network ? (network as { toSource(): string }).toSource() : null;
      if (source === null) {
        expect(['deep', 'layerwise']).toContain(network.type);
        return;
      }
      const module = await import(`data:text/javascript,${encodeURIComponent(source)}`);
      const scores = X.flatMap((row) => module.predict(row) as number | number[]);
      if (network.type === 'batch-norm') close(scores);
      else expect(scores).toEqual(Array.from(wanted));
    });
  }
});
