import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArgumentError, GatedReLUClassifier, ReLUClassifier, TwoLayerNetwork, toOnnx } from '../../src/index.js';
import { decide, type LossName, lossNames, probabilities } from '../../src/network/decision.js';
import { kinds, magnitude, networks } from '../network/networks.js';
import { numbers } from '../support/kernel-harness.js';
import { onnxRuntimes, runOnnx } from '../support/onnx.js';

const rows = 40;
/** Rounding of 32-bit weights, inputs and sums, in units of the size of the terms. */
const single = 2e-6;

/** Rows of 32-bit numbers, so that both sides see the same inputs. */
const inputsOf = (inputs: number, seed: number) => numbers(rows * inputs, seed, 2).map(Math.fround);

describe.each(onnxRuntimes)('onnx in %s', (_name, runtime) => {
  const run = (model: Uint8Array, X: Float64Array, inputs: number) => runOnnx(runtime, model, X, inputs);

  it.each(kinds)('gives the scores of %s networks in onnxruntime', async (kind) => {
    for (const network of fc.sample(networks({ kinds: [kind] }), { numRuns: 6, seed: 7 })) {
      const X = inputsOf(network.inputs, 3);
      const { scores } = await run(toOnnx(network), X, network.inputs);
      const wanted = network.forward({ data: X, rows, columns: network.inputs });
      expect(scores.dims).toEqual([rows, network.outputs]);
      let compared = 0;
      for (let k = 0; k < rows; k++) {
        const x = X.subarray(k * network.inputs, (k + 1) * network.inputs);
        for (let c = 0; c < network.outputs; c++) {
          const got = (scores.data as Float32Array)[k * network.outputs + c];
          const size = 1 + magnitude(network, x, c);
          // A jump of a gate or a threshold may fall on the other side of a sample; that is rare.
          const off = Math.abs(got - wanted[k * network.outputs + c]) / size > 10 * single;
          if (off) expect(['gated', 'threshold']).toContain(kind);
          else compared++;
        }
      }
      expect(compared).toBeGreaterThanOrEqual(rows * network.outputs - 2);
    }
  });

  it('gives a network without neurons its constant', async () => {
    const network = new TwoLayerNetwork({
      inputs: 2,
      outputs: 1,
      activation: { kind: 'relu' },
      hidden: { weights: [] },
      output: { weights: [], bias: [0.75] },
    });
    const { scores } = await run(toOnnx(network), inputsOf(2, 1), 2);
    expect(Array.from(scores.data as Float32Array)).toEqual(Array(rows).fill(0.75));
  });

  const labels = { two: ['no', 'yes'], three: ['Adelie', 'Chinstrap', 'Gentoo'] } as const;
  it.each(
    lossNames.flatMap((loss): [LossName, keyof typeof labels][] =>
      loss === 'softmax'
        ? [[loss, 'three']]
        : [
            [loss, 'two'],
            [loss, 'three'],
          ],
    ),
  )('gives labels and probabilities: %s, %s classes', async (loss, count) => {
    const classes = labels[count];
    const outputs = count === 'two' ? 1 : 3;
    const [network] = fc.sample(networks({ kinds: ['relu'], inputs: 3, outputs }), { numRuns: 1, seed: 11 });
    const X = inputsOf(3, 5);
    const model = toOnnx(network, { classes, loss, featureNames: ['a', 'b', 'c'] });
    const { label, probabilities: table } = await run(model, X, 3);
    const scores = network.forward({ data: X, rows, columns: 3 });
    const wanted = probabilities(scores, outputs, loss);
    expect(table.dims).toEqual([rows, classes.length]);
    (table.data as Float32Array).forEach((entry, k) => {
      expect(Math.abs(entry - wanted.data[k])).toBeLessThan(1e-4);
    });
    expect(label.data).toEqual(Array.from(decide(scores, outputs), (index) => classes[index]));
  });

  it.each([
    [
      [3, 7],
      [3n, 7n],
    ],
    [
      [0.5, 1.5],
      [0.5, 1.5],
    ],
    [
      [false, true],
      [0, 1],
    ],
    [
      ['1', 2],
      ['1', '2'],
    ],
  ])('keeps the kind of labels %j', async (classes, wanted) => {
    const network = new TwoLayerNetwork({
      inputs: 1,
      outputs: 1,
      activation: { kind: 'relu' },
      hidden: { weights: [1] },
      output: { weights: [1], bias: [-1] },
    });
    const { label } = await run(toOnnx(network, { classes }), Float64Array.of(0, 2), 1);
    expect(Array.from(label.data as ArrayLike<unknown>)).toEqual(wanted);
  });

  it('takes trained classifiers, exact and gated', async () => {
    const X = Array.from({ length: 60 }, (_, k) => [Math.fround(Math.sin(k)), Math.fround(Math.cos(3 * k))]);
    const y = X.map(([a, b]) => (a * b > 0 ? 'same' : a > 0.5 ? 'right' : 'other'));
    for (const Classifier of [ReLUClassifier, GatedReLUClassifier]) {
      const model = await new Classifier({ beta: 0.1 }).fit(X, y);
      const onnx = toOnnx(model.network, { classes: model.classes });
      const { label } = await run(onnx, Float64Array.from(X.flat()), 2);
      const predicted = model.predict(X);
      const agreeing = (label.data as readonly unknown[]).filter((entry, k) => entry === predicted[k]);
      expect(agreeing.length).toBeGreaterThanOrEqual(X.length - 1);
    }
  });

  it('refuses classes and names that do not fit', () => {
    const [network] = fc.sample(networks({ kinds: ['relu'], inputs: 3, outputs: 1 }), { numRuns: 1, seed: 11 });
    expect(() => toOnnx(network, { classes: ['a', 'b', 'c'] })).toThrow(ArgumentError);
    expect(() => toOnnx(network, { featureNames: ['a'] })).toThrow(ArgumentError);
  });
});
