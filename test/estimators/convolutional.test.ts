import { describe, expect, it } from 'vitest';
import { fitCommonScale } from '../../src/data/standardize.js';
import { ArgumentError, ModelFormatError, NotFittedError } from '../../src/errors.js';
import {
  ConvolutionalClassifier,
  ConvolutionalNetwork,
  ConvolutionalRegressor,
  type ConvolutionalShape,
  ReLUClassifier,
} from '../../src/index.js';
import { loadNetwork } from '../../src/predict.js';
import { createRandom } from '../../src/random.js';

/** 6 x 6 images of a bar, upright or lying or slanted, anywhere, with noise. */
function bars(count: number, seed: number) {
  const random = createRandom(seed);
  const names = ['upright', 'lying', 'slanted'];
  const labels: string[] = [];
  const images = Array.from({ length: count }, (_, i) => {
    const kind = i % 3;
    labels.push(names[kind]);
    const image = Array.from({ length: 36 }, () => 20 * random.normal());
    const [y, x] = [Math.floor(4 * random.uniform()), Math.floor(4 * random.uniform())];
    for (let k = 0; k < 3; k++) image[(y + (kind === 1 ? 1 : k)) * 6 + x + (kind === 0 ? 1 : k)] += 200;
    return image;
  });
  return { images, labels };
}

const train = bars(150, 1);
const test = bars(90, 2);
const image = [6, 6];
const options = { image, filter: 3, beta: 1, patterns: { sample: 12 } } as const;
const lengths = test.labels.map((label, k) => (label === 'slanted' ? 4.2 : 3) + test.images[k][0] / 1e3);

describe('ConvolutionalClassifier', () => {
  const model = new ConvolutionalClassifier({ ...options, regions: 1 }).fitSync(train.images, train.labels);

  it('knows shapes wherever they stand, which a network of whole images does not learn from so few', () => {
    expect(model.score(test.images, test.labels)).toBeGreaterThan(0.95);
    const whole = new ReLUClassifier({ beta: 1, patterns: { sample: 40 }, tolerance: 1e-3 });
    expect(whole.fitSync(train.images, train.labels).score(test.images, test.labels)).toBeLessThan(
      model.score(test.images, test.labels),
    );
  });

  it('reaches its tolerance and says so', () => {
    expect([model.status, model.certificate.patterns]).toEqual(['optimal', 'sampled']);
    expect(model.certificate.patternGap).toBeLessThanOrEqual(1e-4);
  });

  it('gives every class filters of its own', () => {
    const several = new ConvolutionalClassifier({ ...options, regions: 2 });
    const labels = train.labels.map((label, k) => (k % 3 === 0 ? 'other' : label));
    const { network, certificate } = several.fitSync(train.images, labels);
    expect([network.outputs, network.penalty]).toEqual([3, 'group']);
    expect(certificate.patternGap).toBeLessThanOrEqual(1e-4);
    const { weights } = network.output;
    for (let j = 0; j < network.neurons; j++) {
      const own = weights.subarray(j * 3 * 4, (j + 1) * 3 * 4);
      const fed = [0, 1, 2].filter((c) => own.subarray(4 * c, 4 * c + 4).some((weight) => weight !== 0));
      expect(fed.length).toBe(1);
    }
  });

  it('is saved and loaded bit by bit, shape and all', () => {
    const text = JSON.stringify(model);
    const loaded = ConvolutionalClassifier.fromJSON(JSON.parse(text));
    expect(JSON.stringify(loaded)).toBe(text);
    expect(loaded.predict(test.images)).toEqual(model.predict(test.images));
    expect(loaded.predictProba(test.images)).toEqual(model.predictProba(test.images));
    expect(loadNetwork(JSON.parse(text)).predict(test.images)).toEqual(model.predict(test.images));
    expect(() => ConvolutionalRegressor.fromJSON(JSON.parse(text))).toThrow(ModelFormatError);
  });

  it('shows which pixels speak for a class', () => {
    const upright = Array(36).fill(0);
    for (const at of [8, 14, 20]) upright[at] = 200;
    const { contributions, intercept, output } = model.explain(upright);
    for (let c = 0; c < 3; c++) {
      const sum = contributions.subarray(36 * c, 36 * (c + 1)).reduce((total, entry) => total + entry, intercept[c]);
      expect(Math.abs(sum - output[c])).toBeLessThan(1e-9 * (1 + Math.abs(output[c])));
      // What is zero contributes nothing: pixels are not centred.
      contributions.subarray(36 * c, 36 * (c + 1)).forEach((entry, at) => {
        if (upright[at] === 0) expect(Math.abs(entry)).toBe(0);
      });
    }
  });

  it('does not mind the unit of the pixels', () => {
    const scaled = (rows: number[][]) => rows.map((row) => row.map((entry) => entry / 256));
    const other = new ConvolutionalClassifier({ ...options, regions: 1 }).fitSync(scaled(train.images), train.labels);
    expect(other.predict(scaled(test.images))).toEqual(model.predict(test.images));
  });
});

describe('ConvolutionalRegressor', () => {
  it('predicts numbers, and takes images by their shape', async () => {
    const model = new ConvolutionalRegressor({ ...options, beta: 0.2, tolerance: 1e-4, maxIterations: 2000 });
    const shaped = { data: test.images.flat(), shape: [90, 6, 6] as const };
    await model.fit(shaped, lengths);
    expect(model.score(shaped, lengths)).toBeGreaterThan(0.8);
    expect(model.network).toBeInstanceOf(ConvolutionalNetwork);
    expect(ConvolutionalRegressor.fromJSON(JSON.parse(JSON.stringify(model))).predict(shaped)).toEqual(model.predict(shaped));
  });
});

describe('defaults', () => {
  const gridOf = (shape: ConvolutionalShape) => {
    const pixels = shape.image.reduce((product, side) => product * side, 1);
    const random = createRandom(3);
    const X = Array.from({ length: 4 }, () => Array.from({ length: pixels }, () => random.normal()));
    const model = new ConvolutionalRegressor({ ...shape, beta: 1e3, patterns: { sample: 2 } }).fitSync(X, [1, 2, 3, 4]);
    const { filter, stride, padding, regions } = model.network.grid;
    return { filter, stride, padding, regions };
  };
  it('follow from the size of the image', () => {
    expect(gridOf({ image: [8, 8] })).toEqual({ filter: [5, 5], stride: [1, 1], padding: [1, 1], regions: [2, 2] });
    expect(gridOf({ image: [28, 28, 1] })).toEqual({ filter: [5, 5], stride: [2, 2], padding: [1, 1], regions: [4, 4] });
    expect(gridOf({ image: [3, 4, 2] })).toEqual({ filter: [3, 4], stride: [1, 1], padding: [1, 1], regions: [1, 1] });
    expect(gridOf({ image: [20] })).toEqual({ filter: [1, 5], stride: [1, 1], padding: [0, 1], regions: [1, 4] });
    expect(gridOf({ image: [8, 8], filter: 3, regions: 3 })).toMatchObject({ filter: [3, 3], padding: [0, 0], regions: [3, 3] });
  });
});

describe('one scale for all pixels', () => {
  it('is the spread of all entries, without a centre', () => {
    const data = Float64Array.of(0, 2, 4, 6, 8, 10);
    const { centers, scales } = fitCommonScale({ data, rows: 2, columns: 3 });
    expect(Array.from(centers)).toEqual([0, 0, 0]);
    for (const scale of scales) expect(Math.abs(scale - Math.sqrt(35 / 3))).toBeLessThan(1e-14);
    expect(Array.from(fitCommonScale({ data: Float64Array.of(3, 3), rows: 1, columns: 2 }).scales)).toEqual([1, 1]);
  });
});

describe('bad input is refused before any work', () => {
  const bad: [string, () => unknown, string][] = [
    ['no options', () => new ConvolutionalClassifier(undefined as never), 'options'],
    ['no image', () => new ConvolutionalClassifier({} as never), 'image'],
    ['a filter larger than the image', () => new ConvolutionalClassifier({ image, filter: 7 }), 'filter'],
    ['stride 0', () => new ConvolutionalRegressor({ image, stride: 0 }), 'stride'],
    ['an unknown option', () => new ConvolutionalRegressor({ image, kernel: 3 } as never), 'options.kernel'],
    ['other images', () => new ConvolutionalClassifier({ image: [6, 5], beta: 1 }).fitSync(train.images, train.labels), 'X'],
    [
      'channels that do not divide',
      () => new ConvolutionalClassifier({ image: [3, 3, 3], beta: 1 }).fitSync(train.images, train.labels),
      'X',
    ],
  ];
  it.each(bad)('%s', (_, call, argument) => {
    let caught: unknown;
    try {
      call();
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(ArgumentError);
    expect((caught as ArgumentError).argument).toBe(argument);
  });

  it('and so is a prediction before fit', () => {
    expect(() => new ConvolutionalClassifier({ image }).predict(test.images)).toThrow(NotFittedError);
  });
});
