// The fits whose every bit must be the same in every runtime and browser. Plain modules only: this file also runs in pages.

/** A stream of numbers in (-1, 1) from integer arithmetic: the same everywhere, and no part of what is under test. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2147483648;
  };
}

function table(samples, features, seed) {
  const next = generator(seed);
  const data = Float64Array.from({ length: samples * features }, next);
  const y = Float64Array.from({ length: samples }, (_, i) => {
    const first = data[i * features];
    return Math.abs(first) - 0.5 * data[i * features + features - 1] + 0.1 * next();
  });
  return { X: { data, shape: [samples, features] }, y };
}

const small = table(24, 2, 1);
const wide = table(60, 5, 2);
const labels = wide.y.map((value) => (value >= 0.2 ? 1 : -1));
const classes = Array.from(wide.y, (value) => (value < 0 ? 0 : value < 0.5 ? 1 : 2));
const oneHot = { data: Float64Array.from(classes.flatMap((c) => [0, 1, 2].map((k) => (k === c ? 1 : 0)))), shape: [60, 3] };
/** One offset for every class, the same in every row, as estimators have. */
const shares = { data: Float64Array.from(classes.flatMap(() => [-1.5, -0.5, -1])), shape: [60, 3] };
const twoOutputs = {
  data: Float64Array.from(Array.from(wide.y).flatMap((value, i) => [value, wide.X.data[5 * i + 1]])),
  shape: [60, 2],
};

/** A name and a fit that returns a `TrainResult`. Together they go through every family, loss, kernel and way to choose patterns. */
const fits = [
  ['relu, all patterns', ({ train, relu }) => train(relu(), small.X, small.y, { beta: 0.05, patterns: 'all' })],
  ['relu, priced patterns', ({ train, relu }) => train(relu(), wide.X, wide.y, { beta: 0.1 })],
  [
    'relu, sampled patterns',
    ({ train, relu }) => train(relu(), wide.X, wide.y, { beta: 0.1, patterns: { sample: 40 }, seed: 3 }),
  ],
  ['relu, no bias', ({ train, relu }) => train(relu(), wide.X, wide.y, { beta: 0.1, bias: false })],
  ['relu, logistic', ({ train, relu }) => train(relu(), wide.X, labels, { beta: 0.2, loss: 'logistic' })],
  ['relu, logistic, offset', ({ train, relu }) => train(relu(), wide.X, labels, { beta: 0.2, loss: 'logistic', offset: wide.y })],
  ['relu, squared hinge', ({ train, relu }) => train(relu(), wide.X, labels, { beta: 0.2, loss: 'squaredHinge' })],
  ['relu, huber', ({ train, relu }) => train(relu(), wide.X, wide.y, { beta: 0.1, loss: 'huber' })],
  ['relu, softmax', ({ train, relu }) => train(relu(), wide.X, oneHot, { beta: 0.3, loss: 'softmax' })],
  ['relu, two outputs', ({ train, relu }) => train(relu(), wide.X, twoOutputs, { beta: 0.2 })],
  ['leaky', ({ train, leakyRelu }) => train(leakyRelu(), wide.X, wide.y, { beta: 0.1 })],
  ['absolute value', ({ train, absoluteValue }) => train(absoluteValue(), small.X, small.y, { beta: 0.1, patterns: 'all' })],
  ['gated, priced gates', ({ train, gatedRelu }) => train(gatedRelu(), wide.X, wide.y, { beta: 0.1 })],
  ['gated, sampled gates', ({ train, gatedRelu }) => train(gatedRelu(), wide.X, wide.y, { beta: 0.1, patterns: { sample: 30 } })],
  [
    'gated, two outputs',
    ({ train, gatedRelu }) => train(gatedRelu(), wide.X, twoOutputs, { beta: 0.2, patterns: { sample: 20 } }),
  ],
  ['quadratic', ({ train, quadratic }) => train(quadratic(), wide.X, wide.y, { beta: 0.2 })],
  ['threshold', ({ train, threshold }) => train(threshold(), small.X, small.y, { beta: 0.2 })],
  ['batch normalization', ({ train, batchNormRelu }) => train(batchNormRelu(), wide.X, wide.y, { beta: 0.2 })],
  [
    'batch normalization, gated',
    ({ train, batchNormGated }) => train(batchNormGated(), wide.X, twoOutputs, { beta: 0.2, patterns: { sample: 15 } }),
  ],
  ['circular linear', ({ train, circularLinear }) => train(circularLinear(), wide.X, wide.y, { beta: 0.5 })],
  ['circular relu', ({ train, circularRelu }) => train(circularRelu(), wide.X, wide.y, { beta: 0.5, patterns: { sample: 12 } })],
  [
    'circular gated',
    ({ train, circularGated }) =>
      train(circularGated(), wide.X, labels, { beta: 0.5, loss: 'logistic', patterns: { sample: 12 } }),
  ],
  [
    'three layers, sampled',
    ({ train, threeLayer }) => train(threeLayer(), small.X, small.y, { beta: 0.2, patterns: { sample: 6 }, tolerance: 1e-4 }),
  ],
  [
    'three layers, path',
    ({ train, threeLayer }) =>
      train(threeLayer({ regularization: 'path' }), small.X, small.y, { beta: 0.2, patterns: { sample: 10 } }),
  ],
  [
    'gated three layers',
    ({ train, gatedThreeLayer }) => train(gatedThreeLayer(), wide.X, wide.y, { beta: 0.2, patterns: { sample: 10 } }),
  ],
  [
    'deep gated',
    ({ train, deepGated }) => train(deepGated(), small.X, small.y, { beta: 0.2, patterns: { sample: 6 }, tolerance: 1e-4 }),
  ],
  ['layerwise', ({ train, layerwise }) => train(layerwise(), wide.X, wide.y, { beta: 0.2, patterns: { sample: 20 } })],
  ['certified', ({ train, relu }) => train(relu(), small.X, small.y, { beta: 0.02, patterns: 'certified' })],
  [
    'gated, softmax, offset',
    ({ train, gatedRelu }) =>
      train(gatedRelu(), wide.X, oneHot, { beta: 0.3, loss: 'softmax', patterns: { sample: 20 }, offset: shares }),
  ],
  ['gated, softmax', ({ train, gatedRelu }) => train(gatedRelu(), wide.X, oneHot, { beta: 0.3, loss: 'softmax' })],
  ['gan, ReLU generator', (cvxnn) => game(cvxnn, { discriminator: 'linear', generator: 'relu', betaD: 1, betaG: 1 })],
  ['gan, linear generator', (cvxnn) => game(cvxnn, { discriminator: 'quadratic', generator: 'linear', betaD: 0.5 })],
  [
    'gan, gated generator',
    (cvxnn) => game(cvxnn, { discriminator: 'quadratic', generator: 'gated', betaD: 0.5, betaG: 0.1, patterns: { sample: 6 } }),
  ],
  [
    'convolutional, average',
    ({ train, convolutional }) =>
      train(convolutional({ image: [5], filter: 3 }), wide.X, wide.y, { beta: 0.3, patterns: 'priced' }),
  ],
  [
    'convolutional, max',
    ({ train, convolutional }) =>
      train(convolutional({ image: [5], filter: 3, pooling: 'max' }), wide.X, wide.y, { beta: 0.3, patterns: { sample: 20 } }),
  ],
  [
    'gated convolutional, regions',
    ({ train, gatedConvolutional }) =>
      train(gatedConvolutional({ image: [5], filter: 2, regions: 2 }), wide.X, twoOutputs, {
        beta: 0.3,
        patterns: { sample: 8 },
      }),
  ],
  [
    'linear convolutional',
    ({ train, linearConvolutional }) => train(linearConvolutional({ image: [5], filter: 3 }), wide.X, wide.y, { beta: 0.3 }),
  ],
];

/** A generator in the place of a network. */
async function game({ trainGan }, options) {
  const { generator, certificate } = await trainGan(wide.X, options);
  return { network: generator, certificate };
}

/** Every number in a value, in a fixed order: keys sorted, arrays from the front. */
function* numbersOf(value) {
  if (typeof value === 'number') yield value;
  else if (value === null || typeof value !== 'object') return;
  else if (Array.isArray(value) || ArrayBuffer.isView(value)) for (const entry of value) yield* numbersOf(entry);
  else for (const key of Object.keys(value).sort()) yield* numbersOf(value[key]);
}

async function sha256(bytes) {
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Trains everything on the list.
 *
 * @param cvxnn - the package, in whichever form the runtime loads it.
 * @returns the hash over the bytes of every number of every network, objective and bound, the number of fits, and a short hash of each
 * fit by name, which tells where two runtimes part.
 */
export async function fitHash(cvxnn) {
  const all = [];
  const each = {};
  for (const [name, fit] of fits) {
    const { network, certificate } = await fit(cvxnn);
    const { objective, lowerBound, gap, patternGap } = certificate;
    const numbers = Float64Array.from([...numbersOf(network.toJSON()), ...numbersOf([objective, lowerBound, gap, patternGap])]);
    each[name] = (await sha256(new Uint8Array(numbers.buffer))).slice(0, 12);
    all.push(...numbers);
  }
  return { hash: await sha256(new Uint8Array(Float64Array.from(all).buffer)), fits: fits.length, each };
}

/** The first fit alone, as text that holds every bit of its numbers: for pages without `crypto.subtle`. */
export async function oneFit(cvxnn) {
  const { network, certificate } = await fits[0][1](cvxnn);
  const { objective, lowerBound, gap } = certificate;
  return JSON.stringify([network.toJSON(), objective, lowerBound, gap]);
}
