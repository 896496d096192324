// Three-layer, deeper and layerwise programs of the reference (math-architectures.md 7).
import { lossOf, optionsOf } from './case.mjs';
import { tolerance } from './train-case.mjs';

export const deepPrograms = {
  'three-layer-relu': (item, cvxnn) => solveThreeLayer(item, cvxnn, cvxnn.threeLayer, 'normalized'),
  'three-layer-path': (item, cvxnn) => solveThreeLayer(item, cvxnn, cvxnn.threeLayer, 'path'),
  'three-layer-gated': (item, cvxnn) => solveThreeLayer(item, cvxnn, cvxnn.gatedThreeLayer, 'normalized'),
  'three-layer-gated-path': (item, cvxnn) => solveThreeLayer(item, cvxnn, cvxnn.gatedThreeLayer, 'path'),
  'layerwise-gated': solveLayerwise,
};

const rowOf = ({ data, shape: [, ...rest] }, i) => {
  const length = rest.reduce((product, size) => product * size, 1);
  return data.slice(i * length, (i + 1) * length);
};

/** Gates of every sub-network: those of its first layer, then those of its second. */
function gatesOf({ gates1, gates2 }) {
  return Float64Array.from(Array.from({ length: gates1.shape[0] }, (_, k) => [...rowOf(gates1, k), ...rowOf(gates2, k)]).flat());
}

/** The penalty that the case states, in the plainest form; NaN where a first layer that must have norm one has not. */
function penaltyOf({ widths: [m], inputs, subnetworks, layers, output }, regularization) {
  let sum = 0;
  for (let k = 0; k < subnetworks; k++) {
    const squares = Array.from({ length: m }, (_, j) =>
      layers.weights[0].slice((k * m + j) * inputs, (k * m + j + 1) * inputs).reduce((total, w) => total + w * w, 0),
    );
    const w2 = layers.weights[1].slice(k * m, (k + 1) * m);
    const w3 = output.weights[k];
    if (regularization === 'path') sum += Math.abs(w3) * Math.sqrt(squares.reduce((total, s, j) => total + s * w2[j] ** 2, 0));
    else if (Math.abs(squares.reduce((total, s) => total + s, 0) - 1) > 1e-12) return Number.NaN;
    else sum += 0.5 * (w2.reduce((total, w) => total + w * w, 0) + w3 * w3);
  }
  return sum;
}

/** Three layers: the list of blocks that the case states, or all of them. */
async function solveThreeLayer(item, { train }, family, regularization) {
  const architecture = family({ width: item.params.m1, regularization });
  const { X, y, gates1 } = item.data;
  const options = { ...optionsOf(item), bias: false, tolerance };
  const patterns = gates1 ? { gates: gatesOf(item.data) } : 'all';
  const { network, certificate, status, patternCount } = await train(architecture, X, y.data, { ...options, patterns });
  return {
    status,
    value: certificate.objective,
    networkObjective: lossOf(item, network.predict(X)) + item.beta * penaltyOf(network, regularization),
    lowerBound: certificate.lowerBound ?? certificate.patternBound,
    detail: {
      patternGap: certificate.patternGap,
      blocks: patternCount,
      shown: { patternGap: certificate.patternGap, blocks: patternCount, subnetworks: network.subnetworks },
    },
  };
}

/**
 * Two stages. The first is compared with its known optimum where the case has it; the second is solved on the case's features, or,
 * where they are missing, on those of our first stage.
 */
async function solveLayerwise(item, { train, layerwise, gatedRelu }) {
  const { X, y, gates1, gates2 } = item.data;
  const options = { ...optionsOf(item), bias: false, tolerance };
  const gatesOf2 = Float64Array.from(gates2.data).fill(0, 0, gates2.shape[1]); // pattern 0 is all ones
  const first = await train(layerwise({ stages: 1 }), X, y.data, {
    ...options,
    patterns: { gates: Float64Array.from(gates1.data) },
  });
  const known = item.expected?.stage1_optimum;
  if (known !== undefined && Math.abs(first.certificate.objective - known) > item.tolerance)
    throw new Error(`stage 1 has ${first.certificate.objective}, not ${known}`);
  const features = item.expected?.features ?? featuresOf(first.network.top, X, gates2.shape[1]);
  const { network, certificate, status } = await train(gatedRelu(), features, y.data, {
    ...options,
    patterns: { gates: gatesOf2 },
  });
  return {
    status,
    value: certificate.objective,
    networkObjective: lossOf(item, network.predict(features)) + item.beta * network.weightPenalty(),
    lowerBound: certificate.patternBound,
    detail: { patternGap: certificate.patternGap, shown: { stage1: first.certificate.objective, neurons: network.neurons } },
  };
}

/** t D_j X v_j, v_j = w_j a_j, of the `count` largest neurons, t = sqrt m / sum |v_j|. */
function featuresOf({ inputs: d, neurons, hidden, output, activation }, X, count) {
  const n = X.shape[0];
  const sizes = Array.from(
    { length: neurons },
    (_, j) => Math.hypot(...hidden.weights.slice(j * d, (j + 1) * d)) * output.weights[j],
  );
  const chosen = [...sizes.keys()]
    .sort((a, b) => sizes[b] - sizes[a])
    .slice(0, count)
    .sort((a, b) => a - b);
  const t = Math.sqrt(neurons) / sizes.reduce((sum, size) => sum + size, 0);
  const data = Array.from({ length: n }, (_, k) =>
    chosen.map((j) => {
      const dot = (rows) => rows.slice(j * d, (j + 1) * d).reduce((sum, w, i) => sum + w * X.data[k * d + i], 0);
      return dot(activation.gates) >= 0 ? t * output.weights[j] * dot(hidden.weights) : 0;
    }),
  ).flat();
  return { shape: [n, chosen.length], data };
}
