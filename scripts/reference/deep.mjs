// Three-layer, deeper and layerwise programs of the reference (math-architectures.md 7).
import { lossOf, optionsOf } from './case.mjs';
import { tolerance } from './train-case.mjs';

export const deepPrograms = {
  'three-layer-relu': (item, cvxnn) => solveThreeLayer(item, cvxnn, cvxnn.threeLayer, 'normalized'),
  'three-layer-path': (item, cvxnn) => solveThreeLayer(item, cvxnn, cvxnn.threeLayer, 'path'),
  'three-layer-gated': (item, cvxnn) => solveThreeLayer(item, cvxnn, cvxnn.gatedThreeLayer, 'normalized'),
  'three-layer-gated-path': (item, cvxnn) => solveThreeLayer(item, cvxnn, cvxnn.gatedThreeLayer, 'path'),
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
