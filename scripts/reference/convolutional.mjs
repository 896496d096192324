// Convolutional networks: patches given one by one (K x n x h) are the patches of signals without overlap.
import { lossOf, optionsOf } from './case.mjs';

const tolerance = 1e-7;

export const convolutionalPrograms = {
  'cnn-average-pool': (item, { train, convolutional }) => trainPatches(item, train, convolutional, { pooling: poolingOf(item) }),
  'cnn-max-pool': (item, { train, convolutional }) => trainPatches(item, train, convolutional, { pooling: 'max' }),
  'cnn-gated-pool': (item, { train, gatedConvolutional }) =>
    trainPatches(item, train, gatedConvolutional, { pooling: poolingOf(item) }),
  'cnn-gated-linear-head': (item, { train, gatedConvolutional }) =>
    trainPatches(item, train, gatedConvolutional, { regions: [1, item.data.patches.shape[0]] }),
  'cnn-linear-nuclear': (item, { train, linearConvolutional }) => trainPatches(item, train, linearConvolutional, {}, 'auto'),
};

function poolingOf({ params }) {
  return { sum: 'sum', mean: 'average', max: 'max' }[params.pool];
}

/**
 * n signals of K h numbers.
 * @returns {{ data: Float64Array, shape: [number, number] }}
 */
export function signalsOf({ shape: [K, n, h], data }) {
  const signals = new Float64Array(n * K * h);
  for (let k = 0; k < K; k++)
    for (let r = 0; r < n; r++) for (let j = 0; j < h; j++) signals[(r * K + k) * h + j] = data[(k * n + r) * h + j];
  return { data: signals, shape: [n, K * h] };
}

/** Gates where the case has them; listed patterns where these are not all; else all. */
function patternsOf({ data, params = {}, patterns }, pooling) {
  if (data.gates) return { gates: Float64Array.from(data.gates.data) };
  if (params.patterns !== 'sampled') return 'all';
  const [K, n] = data.patches.shape;
  const [count, width] = patterns.shape;
  const stride = 8 * (((K * n + 63) >> 6) + 1);
  const bits = new Uint8Array(count * stride);
  const set = (i, row) => {
    bits[i * stride + (row >> 3)] |= 1 << (row & 7);
  };
  for (let i = 0; i < count; i++) {
    for (let r = 0; r < width; r++) {
      const entry = patterns.data[i * width + r];
      // Selections name the winner from 1 on.
      if (entry > 0) set(i, pooling === 'max' ? (entry - 1) * n + r : r);
    }
  }
  return { samples: K * n, count, stride, bits, gates: null };
}

async function trainPatches(item, train, family, options, given) {
  const [K, , h] = item.data.patches.shape;
  const architecture = family({ image: [K * h], filter: h, stride: h, ...options });
  const X = signalsOf(item.data.patches);
  const y = item.data.Y ?? item.data.y.data;
  const patterns = given ?? patternsOf(item, options.pooling);
  const { network, certificate, status } = await train(architecture, X, y, { ...optionsOf(item), patterns, tolerance });
  const restricted = certificate.patterns === 'sampled';
  return {
    status,
    value: certificate.objective,
    networkObjective: lossOf(item, network.predict(X)) + item.beta * weightDecay(network),
    lowerBound: restricted ? certificate.patternBound : certificate.lowerBound,
    detail: { patternGap: certificate.patternGap, shown: { patternGap: certificate.patternGap, neurons: network.neurons } },
  };
}

/** 1/2 (|W|^2 + |A|^2), or for `group` the sum over outputs of |a| of one neuron, squared. */
function weightDecay({ neurons, outputs, filters, output, penalty }) {
  let sum = 0;
  for (const entry of [...filters.weights, ...filters.bias]) sum += entry * entry;
  const perNeuron = output.weights.length / Math.max(1, neurons);
  const regions = perNeuron / outputs;
  for (let j = 0; j < neurons; j++) {
    const sizes = Array.from({ length: outputs }, (_, c) => {
      const start = j * perNeuron + c * regions;
      return Math.sqrt(output.weights.slice(start, start + regions).reduce((total, a) => total + a * a, 0));
    });
    sum += penalty === 'group' ? sizes.reduce((total, s) => total + s, 0) ** 2 : sizes.reduce((total, s) => total + s * s, 0);
  }
  return sum / 2;
}
