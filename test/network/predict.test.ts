import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { TwoLayerNetwork } from '../../src/network/network.js';
import { type LoadedClassifier, loadNetwork, ModelFormatError } from '../../src/predict.js';

const X = [
  [1, 2],
  [-3, 1],
  [0, 0],
];

function network(outputs: number): TwoLayerNetwork {
  return new TwoLayerNetwork({
    inputs: 2,
    outputs,
    activation: { kind: 'relu' },
    hidden: { weights: [1, 1, -1, 0.5] },
    output: { weights: [1, 0, 2, -3, 1, 1].slice(0, 2 * outputs), bias: [-1, 0.5, 0.25].slice(0, outputs) },
  });
}

const estimator = (outputs: number, fields: object) =>
  JSON.parse(JSON.stringify({ format: 'cvxnn-estimator', version: 1, kind: 'test', network: network(outputs), ...fields }));

function classifier(json: unknown): LoadedClassifier {
  const model = loadNetwork(json);
  return model.kind === 'classifier' ? model : expect.fail('not a classifier');
}

describe('loadNetwork', () => {
  it('predicts scores from a network and from a regressor', () => {
    for (const json of [
      JSON.parse(JSON.stringify(network(2))),
      estimator(2, { loss: 'squared' }),
      estimator(2, { format: 'cvxnn-model', classes: null, loss: 'huber' }),
    ]) {
      const model = loadNetwork(json);
      expect(model).toMatchObject({ kind: 'regressor', classes: null });
      expect(model.predict(X)).toEqual(network(2).predict(X));
      expect(model.network.inputs).toBe(2);
    }
  });

  it('predicts labels and probabilities of two classes', () => {
    const model = classifier(estimator(1, { classes: ['cat', 'dog'], loss: 'logistic' }));
    expect([...network(1).predict(X)]).toEqual([2, -1, -1]);
    expect(model.predict(X)).toEqual(['dog', 'cat', 'cat']);
    expect(model.predictProba(X).shape).toEqual([3, 2]);
    expect(model.predictProba(X).toArray()[0][1]).toBeCloseTo(1 / (1 + Math.exp(-2)), 14);
  });

  it('predicts labels of several classes, of any kind', () => {
    const model = classifier(estimator(3, { classes: [7, 'x', true], loss: 'softmax' }));
    const scores = network(3).predict(X);
    const expected = [0, 1, 2].map((i) => {
      const row = [...scores.subarray(3 * i, 3 * i + 3)];
      return [7, 'x', true][row.indexOf(Math.max(...row))];
    });
    expect(model.predict(X)).toEqual(expected);
    expect(new Set(expected).size).toBeGreaterThan(1);
    expect(model.classes).toEqual([7, 'x', true]);
  });

  const defects: [string, unknown, string, RegExp][] = [
    ['text', '{}', '', /pass the parsed JSON/],
    ['another format', { format: 'onnx' }, 'format', /expected one of cvxnn-network, cvxnn-estimator, cvxnn-model/],
    ['no format', {}, 'format', /format is missing/],
    ['another version', estimator(1, { version: 9 }), 'version', /version is 9; this release of cvxnn reads versions 1 to 2/],
    ['no network', { format: 'cvxnn-estimator', version: 1 }, 'network', /network is missing/],
    [
      'a broken network',
      estimator(1, { network: { ...network(1).toJSON(), hidden: {} } }),
      'network.hidden.weights',
      /network.hidden.weights is missing; expected an array of 4 numbers/,
    ],
    ['classes lost', estimator(1, { loss: 'logistic' }), 'classes', /classes is missing; expected an array of 2 labels/],
    ['classes of a classifier lost', estimator(1, { kind: 'ReLUClassifier', loss: 'squared' }), 'classes', /classes is missing/],
    ['too many classes', estimator(1, { classes: [1, 2, 3], loss: 'logistic' }), 'classes', /expected an array of 2 labels/],
    ['a class that is null', estimator(1, { classes: [1, null], loss: 'logistic' }), 'classes[1]', /classes\[1\] is null/],
    ['a class twice', estimator(1, { classes: ['a', 'a'], loss: 'logistic' }), 'classes[1]', /not in the list already/],
    ['no loss', estimator(1, { classes: [0, 1] }), 'loss', /loss is missing; expected one of squared/],
    ['softmax of one output', estimator(1, { classes: [0, 1], loss: 'softmax' }), 'loss', /a loss for one output/],
  ];
  it.each(defects)('names the place of a defect: %s', (_name, json, path, message) => {
    try {
      loadNetwork(json);
    } catch (error) {
      expect(error).toBeInstanceOf(ModelFormatError);
      expect(error).toMatchObject({ path, message: expect.stringMatching(message) });
      return;
    }
    expect.fail('nothing was thrown');
  });

  it('is a few kB, with no WebAssembly in it', async () => {
    const { outputFiles, metafile } = await build({
      entryPoints: ['src/predict.ts'],
      bundle: true,
      minify: true,
      format: 'esm',
      write: false,
      metafile: true,
    });
    expect(outputFiles[0].contents.length).toBeLessThan(76_000);
    expect(outputFiles[0].text).not.toContain('WebAssembly');
    expect(
      Object.keys(metafile.inputs).filter((file) => !/^src\/(network|data|table|saved)\/|^src\/(predict|errors)\.ts$/.test(file)),
    ).toEqual([]);
  });
});
