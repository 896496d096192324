import { describe, expect, it } from 'vitest';
import {
  AbortedError,
  ArgumentError,
  betaMax,
  crossValidate,
  gatedRelu,
  LayerwiseNetwork,
  LayerwiseRegressor,
  layerwise,
  ModelFormatError,
  networkFromJSON,
  regularizationPath,
  ThreeLayerClassifier,
  type TrainResult,
  train,
} from '../../src/index.js';
import { numbers } from '../support/kernel-harness.js';
import { product, rowsOf } from '../support/naive-deep.js';

const n = 60;
const X = rowsOf(numbers(n * 3, 5, 2), 3);
const noise = numbers(n, 6, 0.2);
const y = X.map((x, k) => Math.max(0, Math.abs(x[0]) - Math.abs(x[1])) + 0.3 * x[2] + noise[k]);
const options = { beta: 0.3, patterns: { sample: 25 } } as const;

/** Scores by the definition: gated features, layer after layer, then the two-layer network. */
function naive({ layers, top }: LayerwiseNetwork, x: number[]): number[] {
  let values = x;
  for (const { weights, bias, gates, gateBias } of layers) {
    const below = values;
    const rows = rowsOf(weights, below.length);
    const gateRows = rowsOf(gates, below.length);
    values = rows.map((row, j) => (product(gateRows[j], below) + gateBias[j] >= 0 ? product(row, below) + bias[j] : 0));
  }
  return Array.from(top.predict([values]));
}

const objective = (network: LayerwiseNetwork, beta: number) =>
  X.reduce((sum, x, k) => sum + 0.5 * (naive(network, x)[0] - y[k]) ** 2, 0) + beta * network.weightPenalty();

describe('layerwise training', () => {
  it('never raises the objective, and every network attains what is reported', async () => {
    const results: TrainResult<LayerwiseNetwork>[] = [];
    for (const stages of [1, 2, 3, 4]) results.push(await train(layerwise({ stages }), X, y, options));
    results.forEach(({ network, certificate }, i) => {
      expect(network.layers.length).toBeLessThanOrEqual(i);
      expect(objective(network, options.beta)).toBeCloseTo(certificate.objective, 8);
      expect(certificate.patternGap).toBeLessThanOrEqual(1e-6);
      expect(certificate.patterns).toBe('sampled');
      expect(certificate.lowerBound).toBeNull();
      if (i > 0) expect(certificate.objective).toBeLessThanOrEqual(results[i - 1].certificate.objective);
    });
    expect(results[1].certificate.objective).toBeLessThan(0.99 * results[0].certificate.objective);
    expect(results[3].network.layers.length).toBeGreaterThanOrEqual(2);
  });

  it('with one stage is the gated network', async () => {
    const one = await train(layerwise({ stages: 1 }), X, y, options);
    const gated = await train(gatedRelu(), X, y, options);
    expect(one.certificate.objective).toBeCloseTo(gated.certificate.objective, 6);
    one.network.predict(X).forEach((score, k) => {
      expect(score).toBeCloseTo(gated.network.predict(X)[k], 3);
    });
  });

  it('can repeat a stage through the open gate at the same penalty', async () => {
    for (const outputs of [1, 2]) {
      for (const vectorPenalty of ['nuclear', 'group'] as const) {
        const targets = y.map((value, k) => (outputs === 1 ? value : [value, X[k][0] * 0.5 + Math.abs(X[k][2])]));
        const call = [X, targets as number[], options] as const;
        const one = await train(layerwise({ stages: 1, vectorPenalty }), ...call);
        const two = await train(layerwise({ stages: 2, vectorPenalty }), ...call);
        expect(two.network.outputs).toBe(outputs);
        const [layer] = two.network.layers;
        const below = new LayerwiseNetwork(3, [layer], two.network.top).features({
          data: Float64Array.from(X.flat()),
          rows: n,
          columns: 3,
        });
        // The former scores are linear in the features, by output weights over their sizes: solve for them by the gate 0 alone.
        const linear = await train(
          gatedRelu({ vectorPenalty }),
          { data: below.data, shape: [n, below.columns] },
          targets as number[],
          { beta: options.beta, patterns: { gates: new Float64Array(below.columns + 1) } },
        );
        expect(linear.certificate.objective).toBeLessThanOrEqual(one.certificate.objective * (1 + 2e-6));
        expect(two.certificate.objective).toBeLessThanOrEqual(one.certificate.objective);
      }
    }
  });

  it('stops at a stage without neurons', async () => {
    const most = await betaMax(layerwise(), X, y, { patterns: options.patterns });
    const { network, certificate } = await train(layerwise({ stages: 5 }), X, y, { ...options, beta: 1.01 * most.beta });
    expect(network.layers.length).toBe(0);
    expect(network.weightPenalty()).toBe(0);
    expect(certificate.objective).toBeCloseTo(
      y.reduce((sum, value) => sum + 0.5 * value * value, 0),
      9,
    );
  });

  it('searches gates, warm-starts, has paths and cross-validation', async () => {
    const searched = await train(layerwise(), X, y, { beta: 0.3, pricingTolerance: 1e-2 });
    expect(searched.certificate.patterns).toBe('priced');
    const first = await train(layerwise(), X, y, options);
    const again = await train(layerwise(), X, y, { ...options, warmStart: first });
    expect(again.certificate.objective).toBeLessThanOrEqual(first.certificate.objective * (1 + 1e-6));
    expect(JSON.stringify((await train(layerwise(), X, y, options)).network)).toBe(JSON.stringify(first.network));
    const given = await train(layerwise(), X, y, { ...options, patterns: first.state.parts[0].patterns });
    expect(given.network.layers.length).toBe(1);
    const path = await regularizationPath(layerwise(), X, y, { ...{ patterns: options.patterns }, values: 4, ratio: 0.05 });
    expect(path.map(({ neurons }) => neurons > 0)).toEqual([false, true, true, true]);
    const { best } = await crossValidate(layerwise(), X, y, { patterns: options.patterns, values: 4, ratio: 0.01 });
    expect(best.score).toBeGreaterThan(0.6);
  });

  it('ends at a signal in a later stage with the better of the stages', async () => {
    const first = await train(layerwise({ stages: 1 }), X, y, options);
    const stop = new AbortController();
    let before = 0;
    const onProgress = ({ iteration }: { iteration: number }) => {
      if (iteration < before) stop.abort('enough');
      before = iteration;
    };
    const error = await train(layerwise(), X, y, { ...options, signal: stop.signal, onProgress }).catch(
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(AbortedError);
    const { network, certificate } = (error as AbortedError<TrainResult<LayerwiseNetwork>>)
      .result as TrainResult<LayerwiseNetwork>;
    expect(certificate.objective).toBeLessThanOrEqual(first.certificate.objective);
    expect(objective(network, options.beta)).toBeCloseTo(certificate.objective, 8);
  });

  it('refuses no stages', () => {
    for (const stages of [0, 1.5, Number.NaN]) expect(() => layerwise({ stages })).toThrow(ArgumentError);
  });
});

describe('a layerwise network', () => {
  const network = train(layerwise({ stages: 3 }), X, y, options).then((result) => result.network);

  it('is saved and loaded bit by bit, explained and folded', async () => {
    const own = await network;
    const loaded = networkFromJSON(JSON.parse(JSON.stringify(own)));
    expect(loaded).toEqual(own);
    expect(Array.from(loaded.predict(X))).toEqual(Array.from(own.predict(X)));
    for (const x of X.slice(0, 8)) {
      const { coefficients, intercept, output } = own.explain(x);
      expect(product(Array.from(coefficients), x) + intercept[0]).toBeCloseTo(output[0], 9);
    }
    const input = { centers: numbers(3, 8, 1), scales: numbers(3, 9, 1).map((entry) => 1.5 + entry) };
    const folded = own.standardized(input, { outputMean: 0.5, outputScale: 2 });
    const raw = X.map((x) => x.map((entry, j) => input.centers[j] + input.scales[j] * entry));
    folded.predict(raw).forEach((score, k) => {
      expect(score).toBeCloseTo(0.5 + 2 * own.predict(X)[k], 8);
    });
    expect(own.operations().length).toBe(4 * own.layers.length + own.top.operations().length);
  });

  it('is refused where sizes differ', async () => {
    const own = await network;
    expect(() => new LayerwiseNetwork(2, own.layers, own.top)).toThrow(ArgumentError);
    expect(() => new LayerwiseNetwork(3, [], own.top)).toThrow(ArgumentError);
    const json = JSON.parse(JSON.stringify(own));
    expect(() => networkFromJSON({ ...json, inputs: 2 })).toThrow(ModelFormatError);
    expect(() => networkFromJSON({ ...json, layers: [] })).toThrow(/top\.inputs/);
  });
});

describe('estimators of deep networks', () => {
  it('fit tables, predict and come back from JSON', async () => {
    const regressor = await new LayerwiseRegressor({ patterns: { sample: 25 } }).fit(X, y);
    expect(regressor.score(X, y)).toBeGreaterThan(0.8);
    const again = LayerwiseRegressor.fromJSON(JSON.parse(JSON.stringify(regressor)));
    expect(Array.from(again.predict(X))).toEqual(Array.from(regressor.predict(X)));
    const labels = y.map((value) => (value < 0.3 ? 'low' : value < 1 ? 'middle' : 'high'));
    const classifier = await new ThreeLayerClassifier({ patterns: { sample: 25 } }).fit(X, labels);
    expect(classifier.score(X, labels)).toBeGreaterThan(0.8);
    expect(ThreeLayerClassifier.fromJSON(JSON.parse(JSON.stringify(classifier))).predict(X)).toEqual(classifier.predict(X));
    expect(() => ThreeLayerClassifier.fromJSON(JSON.parse(JSON.stringify(regressor)))).toThrow(ModelFormatError);
  });
});
