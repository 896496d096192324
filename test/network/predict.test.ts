import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { predictOnly, withoutTraining } from '../../scripts/predict-only.mjs';
import { networkFromJSON } from '../../src/network/json.js';
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
      plugins: [predictOnly],
    });
    expect(outputFiles[0].contents.length).toBeLessThan(54_500);
    expect(outputFiles[0].text).not.toContain('WebAssembly');
    expect(
      Object.keys(metafile.inputs).filter((file) => !/^src\/(network|data|table|saved)\/|^src\/(predict|errors)\.ts$/.test(file)),
    ).toEqual([]);
  });

  it('saves a loaded network as the document that was read', () => {
    const document = JSON.parse(JSON.stringify(network(2)));
    expect(JSON.parse(JSON.stringify(loadNetwork(document).network))).toEqual(document);
    expect(JSON.parse(JSON.stringify(loadNetwork(estimator(2, { loss: 'squared' })).network))).toEqual(document);
    expect(Object.keys(loadNetwork(document).network)).not.toContain('toJSON');
  });
});

describe('the bundle of predictions', () => {
  it('leaves out methods of training and exports, and no line moves', () => {
    const text = [
      'export class One extends Network {',
      '  readonly a = 1;',
      '  /** Of the problem. */',
      '  weightPenalty(): number {',
      '    return this.a;',
      '  }',
      '',
      '  predict(): number {',
      '    return this.a;',
      '  }',
      '',
      '  override operations(): Operation[] {',
      '    return [];',
      '  }',
      '}',
      'export function weightPenalty() {}',
    ];
    const kept = withoutTraining(text.join('\n')).split('\n');
    expect(kept.length).toBe(text.length);
    kept.forEach((line: string, k: number) => {
      expect(line).toBe((k >= 2 && k <= 5) || (k >= 11 && k <= 13) ? '' : text[k]);
    });
  });

  it('of every family predicts and explains with the bits of the whole library', async () => {
    const { outputFiles } = await build({
      entryPoints: ['src/predict.ts'],
      bundle: true,
      format: 'esm',
      write: false,
      plugins: [predictOnly],
    });
    const text = Buffer.from(outputFiles[0].contents).toString('base64');
    const small = await import(/* @vite-ignore */ `data:text/javascript;base64,${text}`);
    const folder = 'test/fixtures/9425d37/networks';
    const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
    expect(files.length).toBeGreaterThan(6);
    for (const file of files) {
      const saved = JSON.parse(readFileSync(join(folder, file), 'utf8'));
      const document = saved.network ?? saved;
      const whole = networkFromJSON(document);
      const { network: loaded } = small.loadNetwork(document);
      const rows = Array.from({ length: 5 }, (_, i) => Array.from({ length: whole.inputs }, (_, j) => Math.sin(3 * i + j)));
      expect(loaded.predict(rows)).toEqual(whole.predict(rows));
      expect(JSON.stringify(loaded)).toBe(JSON.stringify(document));
      expect(loaded.weightPenalty).toBeUndefined();
      const [own, expected] = [() => loaded.explain(rows[0]), () => whole.explain(rows[0])];
      let piece: unknown = null;
      try {
        piece = expected();
      } catch {
        expect(own, file).toThrow(/linear/);
      }
      if (piece !== null) expect(own(), file).toEqual(piece);
    }
  });
});
